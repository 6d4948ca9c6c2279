"""A read model made anew beside the one that is read, by the same fold, and swapped in when it has caught up.

Rows and position of a build move in one transaction that holds the build, so a killed one goes on where it was, and any
number may work at one build: whoever finds that it has moved goes on from there.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from adapters.postgres.pool import Pool
from adapters.read_models.applying import POISONS, Reached, Stop, apply_all, apply_until_poison
from adapters.read_models.builds import (
    Build,
    State,
    begin,
    begin_anew,
    builds,
    end,
    hold,
    mark_cancelled,
    move_build,
)
from adapters.read_models.checkpoints import Checkpoint, enter, locked, replace
from adapters.read_models.copying import COPIED_ROWS_MIN, copy, may_copy
from adapters.read_models.counting import Poisoned
from adapters.read_models.feed import PAGE_EVENTS, Chunk, Feed, page
from adapters.read_models.model import Counting, ReadModel
from adapters.read_models.session import Connection, looking, writing
from adapters.read_models.swapping import swap_rows
from adapters.read_models.writing import NEXT, wipe, write
from application.ports import EventStore
from domain.ids import TenantId

CHUNK_EVENTS = 80_000
"""So many are written at once: a row that changes several times in them is written once."""
COUNTED_CHUNK_EVENTS = 400_000
"""Of a model that counts: they come to few rows."""
SWAP_EVENTS_MAX = 2_000
"""How far the rows that are read may be ahead when the build takes hold of them for its last batch."""

Told = Callable[[int, int], None]
"""Called with how many events are done and how many there are."""
Ending = Literal["swapped", "stopped", "cancelled", "newer"]


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a build: `swapped` in (with a stop, if the rows end at an event that cannot be projected);
    `stopped` before such an event, while the rows that are read go further; `cancelled` by somebody; or given up since
    a `newer` release builds this projection or has built it."""

    ending: Ending
    stop: Stop | None = None


class Builder:
    """One build, of one projection of one tenant."""

    def __init__(
        self,
        store: EventStore,
        pool: Pool,
        tenant_id: TenantId,
        model: ReadModel,
        *,
        chunk_events: int | None = None,
        told: Told = lambda *_: None,
    ) -> None:
        self._store, self._pool, self._tenant_id, self._model = store, pool, tenant_id, model
        by_default = COUNTED_CHUNK_EVENTS if isinstance(model.project, Counting) else CHUNK_EVENTS
        self._chunk_events, self._told = chunk_events or by_default, told
        self._may_copy = False

    async def run(self, *, anew: frozenset[State], over_newer: bool) -> Ended:
        """Begin, or go on with what was begun, until it is swapped in or cannot be. A build in one of the states `anew`
        starts from nothing. `over_newer`: also where a newer release made the rows that are read.

        Raises:
            Unavailable: the database is away; calling again goes on.
        """
        build = await self._begin(anew)
        while True:
            if build is None:
                # Whoever else works at it has swapped it in: a build that is cancelled stays to say so.
                return Ended(ending="swapped")
            if build.version > self._model.version:
                return Ended(ending="newer")
            if build.state == "cancelled":
                return Ended(ending="cancelled")
            if build.state == "stopped" or build.position >= await self._head():
                ended = await self._swap(over_newer=over_newer)
                if ended is not None:
                    return ended
                build = await self._look()
            if build and build.state == "building":
                build = await self._advance(build)

    async def _look(self) -> Build | None:
        async with looking(self._pool, self._tenant_id) as connection:
            return (await builds(connection, self._tenant_id)).get(self._model.name)

    async def _head(self) -> int:
        return (await self._store.heads()).get(self._tenant_id, 0)

    async def _begin(self, anew: frozenset[State]) -> Build | None:
        head, name = await self._head(), self._model.name
        async with writing(self._pool, self._tenant_id) as connection:
            self._may_copy = await may_copy(connection)
            await enter(connection, self._tenant_id, [self._model], head)
            await begin(connection, self._tenant_id, name, self._model.version)
            build = await hold(connection, self._tenant_id, name)
            if build and (build.version < self._model.version or build.state in anew):
                await wipe(connection, self._tenant_id, self._model.tables, NEXT)
                await begin_anew(connection, self._tenant_id, name, self._model.version)
                build = await hold(connection, self._tenant_id, name)
        return build

    async def _advance(self, build: Build) -> Build | None:
        """Bring the build to the head, or as far as it is this one's."""
        head = await self._head()
        feed = Feed(self._pool, self._tenant_id, self._model, chunk_events=self._chunk_events)
        now: Build | None = build
        async with feed.from_position(build.position, head) as chunks:
            async for chunk in chunks:
                now = await self._write(chunk)
                if now is None or now.state != "building" or now.position != chunk.until:
                    return now
                self._told(now.position, head)
        return now

    async def _write(self, chunk: Chunk) -> Build | None:
        try:
            return await self._write_chunk(chunk, careful=chunk.changes is None)
        except POISONS:
            return await self._write_chunk(chunk, careful=True)

    async def _write_chunk(self, chunk: Chunk, *, careful: bool) -> Build | None:
        """The build after the chunk; as it was, where it is not where the chunk begins."""
        name = self._model.name
        async with writing(self._pool, self._tenant_id) as connection:
            build = await hold(connection, self._tenant_id, name)
            if build is None or build.state != "building" or not self._follows(build, chunk):
                return build
            to = Reached(chunk.until)
            if careful:
                to = await self._one_by_one(connection, chunk)
            elif chunk.changes and self._may_copy and chunk.changes.count() >= COPIED_ROWS_MIN:
                await copy(connection, self._tenant_id, chunk.changes)
            elif chunk.changes:
                await write(connection, self._tenant_id, chunk.changes, NEXT)
            await move_build(connection, self._tenant_id, name, to)
            return await hold(connection, self._tenant_id, name)

    async def _one_by_one(self, connection: Connection, chunk: Chunk) -> Reached:
        """The first part of the chunk, so that no more of it is held whole than of any other page."""
        tenant_id, model = self._tenant_id, self._model
        batch, until = await page(connection, tenant_id, model, after=chunk.after, until=chunk.until, limit=PAGE_EVENTS)
        reached = await apply_until_poison(connection, tenant_id, model, batch, NEXT) if batch else Reached(until)
        return reached if reached.stop else Reached(until)

    def _follows(self, build: Build, chunk: Chunk) -> bool:
        return build.version == self._model.version and build.position == chunk.after

    async def _swap(self, *, over_newer: bool) -> Ended | None:
        """Take hold of the rows that are read, do the last batch and swap; None where there is more to do first."""
        try:
            async with writing(self._pool, self._tenant_id) as connection:
                return await self._swap_held(connection, over_newer=over_newer)
        except Poisoned:
            return None  # Outside the swap it stops where it must.

    async def _swap_held(self, connection: Connection, *, over_newer: bool) -> Ended | None:
        tenant_id, model = self._tenant_id, self._model
        live = (await locked(connection, tenant_id, [model.name], wait=True))[model.name]
        build = await hold(connection, tenant_id, model.name)
        if build is None or build.version != model.version or build.state == "cancelled":
            return None
        if live.version > model.version and not over_newer:
            await wipe(connection, tenant_id, model.tables, NEXT)
            await end(connection, tenant_id, model.name)
            return Ended(ending="newer")
        stop = _stop(build)
        if stop and not _may_replace(build, live, model):
            return Ended(ending="stopped", stop=stop)
        if live.position - build.position > SWAP_EVENTS_MAX:
            return None
        to = Reached(max(build.position, live.position), stop)
        batch, _ = await page(
            connection, tenant_id, model, after=build.position, until=to.position, limit=SWAP_EVENTS_MAX
        )
        if batch:
            await apply_all(connection, tenant_id, model, batch, NEXT)
        await swap_rows(connection, tenant_id, model.tables)
        await replace(connection, tenant_id, model, to)
        await end(connection, tenant_id, model.name)
        return Ended(ending="swapped", stop=stop)


def _stop(build: Build) -> Stop | None:
    return Stop(build.stopped_at, build.error or "") if build.stopped_at is not None else None


def _may_replace(build: Build, live: Checkpoint, model: ReadModel) -> bool:
    """Whether a build that ends at an event that cannot be projected is no worse than what is read: that goes no
    further, and whoever follows it goes no further either."""
    stuck = live.stopped_at is not None or live.version in (0, model.version)
    return stuck and build.position >= live.position


async def cancel(pool: Pool, tenant_id: TenantId, model: ReadModel) -> bool:
    """Give up a build, whoever works at it; False where there is none. Servers do not begin it again by themselves.

    Raises:
        Unavailable: the database is away.
    """
    async with writing(pool, tenant_id) as connection:
        build = await hold(connection, tenant_id, model.name)
        if build is None or build.state == "cancelled":
            return False
        await wipe(connection, tenant_id, model.tables, NEXT)
        await mark_cancelled(connection, tenant_id, model.name)
    return True
