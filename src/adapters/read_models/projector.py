"""Keeps the read models up with the log: who is behind, one batch after the other, each event exactly once.

Rows and checkpoint move in one transaction that holds the checkpoint, so that any number of servers may do this on one
database: whoever comes second leaves the work to the first.
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
import structlog

from adapters.postgres.pool import Pool
from adapters.read_models.applying import POISONS, Reached, Seen, apply_until_poison, fold, seen
from adapters.read_models.checkpoints import Checkpoint, checkpoints, enter, locked, move, positions
from adapters.read_models.counting import Poisoned, Told
from adapters.read_models.live import project_live
from adapters.read_models.logged import earlier
from adapters.read_models.model import ReadModel
from adapters.read_models.session import writing
from application.ports import EventStore, Unavailable
from domain.ids import TenantId

BATCH_SIZE_MAX = 256
"""A larger one would keep everybody in this process waiting for longer, and an event of it costs hardly less."""
TENANTS_AT_ONCE = 4
POLL_SECONDS = 1.0
GATHER_SECONDS = 0.005
"""Between two batches of a tenant, so that what is appended meanwhile comes in one: a batch of one event costs half of
what one of eight does."""
WAIT_STEP_SECONDS = 0.05
WAIT_STEP_SECONDS_MAX = 0.4
TRUST_SECONDS = 0.05
DOUBT_SECONDS = 35.0
"""Rows are not waited for on the disk: PostgreSQL writes them within three times `wal_writer_delay`, 30 s at most."""

log = structlog.get_logger()


class StillBehind(Exception):
    """The read models have not come as far as the reader asked within the time given; the reader may ask again."""

    def __init__(self, *, position: int, wanted: int, stopped: bool) -> None:
        super().__init__(position, wanted)
        self.position, self.wanted, self.stopped = position, wanted, stopped


class Projector:
    """One for a process. `wake(tenants)` after an append; other processes' appends are seen within POLL_SECONDS."""

    def __init__(self, store: EventStore, pool: Pool, models: Sequence[ReadModel]) -> None:
        self._store, self._pool = store, pool
        self._models = {model.name: model for model in models}
        self._known: dict[TenantId, dict[str, Checkpoint]] = {}
        self._last: dict[TenantId, tuple[dict[str, Checkpoint], float]] = {}
        self._doubted_at = 0.0
        self._woken: set[TenantId] = set()
        self._look_at = 0.0
        self._called = asyncio.Event()
        self._turns = asyncio.Semaphore(TENANTS_AT_ONCE)
        self._moved: dict[TenantId, asyncio.Event] = {}
        self._moved_at: dict[TenantId, float] = {}
        self._looks: dict[TenantId, asyncio.Task[dict[str, Checkpoint]]] = {}
        self._tried: set[tuple[TenantId, str, int]] = set()

    def wake(self, tenants: frozenset[TenantId] = frozenset()) -> None:
        """Something was appended in this process, of these tenants (none: of whomever); the store may call this."""
        self._woken |= tenants
        if not tenants:
            self._look_at = 0.0
        self._called.set()

    async def run(self) -> None:
        """Project until cancelled; while the database is away, try again each second. Who is woken is followed at once,
        whatever the others are at."""
        busy: set[TenantId] = set()
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            while True:
                self._called.clear()
                if loop.time() >= self._look_at:
                    self._look_at = loop.time() + POLL_SECONDS
                    await self._look()
                for tenant_id in self._woken - busy:
                    busy.add(tenant_id)
                    task = group.create_task(self._follow(tenant_id))
                    task.add_done_callback(partial(self._done, busy, tenant_id))
                await _event(self._called, until=self._look_at)

    def _done(self, busy: set[TenantId], tenant_id: TenantId, _: object) -> None:
        busy.discard(tenant_id)
        if tenant_id in self._woken:  # While it was ending.
            self._called.set()

    async def _look(self) -> None:
        """Wake whoever is behind, by whichever process."""
        self._doubt()
        try:
            heads = await self._store.heads()
        except Unavailable:
            self._known.clear()
            return
        self._woken |= {tenant_id for tenant_id, head in heads.items() if self._is_behind(tenant_id, head)}

    async def _follow(self, tenant_id: TenantId) -> None:
        while tenant_id in self._woken:
            async with self._turns:
                self._woken.discard(tenant_id)
                await self._guarded(tenant_id, self._advance_all(tenant_id))
            await asyncio.sleep(GATHER_SECONDS)

    def _doubt(self) -> None:
        """Once a second, forget what is known of tenants whose rows a crash of the database may still take back. No
        event need follow that would show it, and a crash can be over before anybody is told that the database is away.
        """
        now = asyncio.get_running_loop().time()
        if now - self._doubted_at < POLL_SECONDS:
            return
        self._doubted_at = now
        for tenant_id, (known, since) in self._last.items():
            if now - since < DOUBT_SECONDS or not self._is_whole(known):
                self._known.pop(tenant_id, None)

    def _is_whole(self, known: dict[str, Checkpoint]) -> bool:
        """Whether every projection is followed: else others may be at work that lets it be followed again."""
        return len(known) == len(self._models) and all(each.stopped_at is None for each in known.values())

    async def catch_up(self) -> None:
        """Project everything that the log held when this was called, of every tenant, unless a projection is stopped.

        Raises:
            Unavailable: the database is away.
        """

        async def turn(tenant_id: TenantId, head: int) -> None:
            async with self._turns:
                await self._guarded(tenant_id, self._catch_up(tenant_id, head))

        heads = await self._store.heads()  # Outside the group, which would wrap what it raises.
        async with asyncio.TaskGroup() as group:
            for tenant_id, head in heads.items():
                if self._is_behind(tenant_id, head):
                    group.create_task(turn(tenant_id, head))

    async def _catch_up(self, tenant_id: TenantId, head: int) -> None:
        while self._is_behind(tenant_id, head) and await self.advance(tenant_id, head):
            pass

    async def _guarded(self, tenant_id: TenantId, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Unavailable:
            self._known.pop(tenant_id, None)
        except Exception:
            # A bug met in one tenant's rows must not keep the others waiting; it is tried again each second.
            self._known.pop(tenant_id, None)
            log.exception("projection failed", tenant=tenant_id)

    def _is_behind(self, tenant_id: TenantId, head: int) -> bool:
        known = self._known.get(tenant_id)
        return head > 0 and (known is None or bool(_waiting(known.values(), head)))

    async def advance(self, tenant_id: TenantId, head: int) -> bool:
        """Bring the projections that are furthest behind forward by one batch; False where others are at it."""
        known = self._known.get(tenant_id) or await self._load(tenant_id, head)
        waiting = _waiting(known.values(), head)
        return not waiting or await self._batch(tenant_id, waiting, head) is not None

    async def _advance_all(self, tenant_id: TenantId) -> None:
        """Follow one tenant to the end of its log."""
        while True:
            known = self._known.get(tenant_id) or await self._load(tenant_id, await self._head(tenant_id))
            waiting = _waiting(known.values(), None)
            read = await self._batch(tenant_id, waiting, None) if waiting else None
            in_step = len({each.position for each in waiting}) == 1
            if read is None or read == 0 or (read < BATCH_SIZE_MAX and in_step):
                return

    async def _head(self, tenant_id: TenantId) -> int:
        return (await self._store.heads()).get(tenant_id, 0)

    async def _batch(self, tenant_id: TenantId, waiting: Sequence[Checkpoint], head: int | None) -> int | None:
        """Project a batch into those that wait; how many events it held, None where others are at it."""
        lowest = min(each.position for each in waiting)
        records = await self._store.page(tenant_id, after=lowest, limit=BATCH_SIZE_MAX, until=head)
        batch = seen(records)
        if not batch:
            return 0
        try:
            moved = await self._write_whole(tenant_id, waiting, batch)
        except (Poisoned, *POISONS):
            moved = await self._write_until_poison(tenant_id, waiting, batch)
        self._moved_at[tenant_id] = asyncio.get_running_loop().time()
        if event := self._moved.pop(tenant_id, None):
            event.set()
        return len(batch) if moved else None

    async def _load(self, tenant_id: TenantId, head: int) -> dict[str, Checkpoint]:
        known = await positions(self._pool, tenant_id, list(self._models))
        if len(known) < len(self._models):
            async with writing(self._pool, tenant_id) as connection:
                await enter(connection, tenant_id, self._models.values(), head)
                known = await checkpoints(connection, tenant_id, list(self._models))
        ours = {name: each for name, each in known.items() if self._is_ours(each)}
        return self._know(tenant_id, {**ours, **await self._gone_on(tenant_id, ours)})

    async def _gone_on(self, tenant_id: TenantId, known: Mapping[str, Checkpoint]) -> dict[str, Checkpoint]:
        """Those that go on behind the event at which they were stopped: a release that does not know its type stops
        rows that it shares with one that does. Each server tries an event once."""
        stopped = {
            name: at
            for name, at in known.items()
            if at.stopped_at is not None and (tenant_id, name, at.stopped_at) not in self._tried
        }
        if not stopped:
            return {}
        events = {at.position: await self._store.page(tenant_id, after=at.position, limit=1) for at in stopped.values()}
        async with writing(self._pool, tenant_id) as connection:
            held = await locked(connection, tenant_id, list(stopped), wait=False)
            same = [at for name, at in held.items() if at == stopped[name]]
            tried = {
                at.projection: await apply_until_poison(
                    connection, tenant_id, self._models[at.projection], seen(events[at.position])
                )
                for at in same
            }
            mended = {name: to for name, to in tried.items() if to.stop is None}
            await move(connection, tenant_id, mended)
        self._tried |= {(tenant_id, at.projection, at.position + 1) for at in same}
        for name, to in mended.items():
            log.info("projection goes on", tenant=tenant_id, projection=name, position=to.position)
        return {name: _moved(known[name], to) for name, to in mended.items()}

    def _is_ours(self, at: Checkpoint) -> bool:
        """Rows that another version of the model made are not ours to change: a build replaces the older ones, and
        whoever runs the newer release follows the log into the newer ones."""
        return at.version == self._models[at.projection].version

    def _know(self, tenant_id: TenantId, known: dict[str, Checkpoint]) -> dict[str, Checkpoint]:
        self._known[tenant_id] = known
        if tenant_id not in self._last or self._last[tenant_id][0] != known:
            self._last[tenant_id] = (known, asyncio.get_running_loop().time())
        return known

    async def _write_whole(self, tenant_id: TenantId, waiting: Sequence[Checkpoint], batch: Sequence[Seen]) -> bool:
        """Raises: Poisoned, or one of POISONS: some projection cannot take the batch whole; nothing was done."""
        until = batch[-1][0].position
        behind = [each for each in waiting if each.position < until]
        types = {recorded.type for recorded, _ in batch}
        changes = {}
        for each in behind:
            model = self._models[each.projection]
            if any(map(model.concerns, types)):  # Most models rest on none of a batch's events, and only move along.
                recall = partial(self._recall, tenant_id, each.projection)
                changes[each.projection] = await fold(model, _behind(each, batch), recall)
        moved = await project_live(self._pool, tenant_id, behind, until, changes)
        return self._remember(tenant_id, {name: Reached(until) for name in moved}, len(behind))

    async def _recall(self, tenant_id: TenantId, projection: str, streams: Mapping[str, int]) -> list[Told]:
        async with self._pool.connection() as connection:
            return await earlier(connection, tenant_id, self._models[projection], streams)

    async def _write_until_poison(
        self, tenant_id: TenantId, waiting: Sequence[Checkpoint], batch: Sequence[Seen]
    ) -> bool:
        """Event by event where a projection cannot take the batch whole, up to the first that it cannot take at all."""
        wanted = {each.projection: mine for each in waiting if (mine := _behind(each, batch))}
        async with writing(self._pool, tenant_id) as connection:
            held = await locked(connection, tenant_id, list(wanted), wait=False)
            reached: dict[str, Reached] = {}
            for each in waiting:
                at, mine = held.get(each.projection), wanted.get(each.projection, ())
                if mine and at and self._is_ours(at) and at.stopped_at is None and at.position == each.position:
                    model = self._models[each.projection]
                    reached[each.projection] = await apply_until_poison(connection, tenant_id, model, mine)
            await move(connection, tenant_id, reached)
        return self._remember(tenant_id, reached, len(wanted))

    def _remember(self, tenant_id: TenantId, reached: dict[str, Reached], wanted: int) -> bool:
        """Keep what was reached; False where it was not all that was wanted."""
        before = self._known.get(tenant_id)
        known = dict(before or {})
        for name, to in reached.items():
            stopped_at, error = (to.stop.position, to.stop.error) if to.stop else (None, None)
            known[name] = Checkpoint(
                projection=name,
                version=self._models[name].version,
                position=to.position,
                stopped_at=stopped_at,
                error=error,
            )
            if to.stop:
                self._tried.add((tenant_id, name, to.stop.position))
                log.error("projection stopped", tenant=tenant_id, projection=name, position=stopped_at, error=error)
        if before is not None:  # Else it was doubted meanwhile, and the table is read again.
            self._know(tenant_id, known)
        if len(reached) == wanted:
            return True
        # Another server was faster: look at the table again, soon.
        self._known.pop(tenant_id, None)
        asyncio.get_running_loop().call_later(WAIT_STEP_SECONDS, self.wake, frozenset({tenant_id}))
        return False

    async def wait_for(
        self, tenant_id: TenantId, position: int, projections: Sequence[str], *, timeout_seconds: float
    ) -> None:
        """Return once the named projections reflect the event at `position`.

        Raises:
            StillBehind: they do not within the time, or one of them is stopped before it.
            Unavailable: the database is away.
        """
        loop = asyncio.get_running_loop()
        deadline, step = loop.time() + timeout_seconds, WAIT_STEP_SECONDS
        look_at = loop.time() + (step if self._is_following(tenant_id, projections) else 0.0)
        while True:
            moved = self._moved.setdefault(tenant_id, asyncio.Event())
            if self._has_just_reached(tenant_id, position, projections):
                return
            if loop.time() >= min(look_at, deadline):
                lowest, stopped = _lowest(await self._table(tenant_id), projections, position)
                if lowest >= position:
                    return
                if stopped or loop.time() >= deadline:
                    raise StillBehind(position=lowest, wanted=position, stopped=stopped)
                # Another server may be the one that moves them, so the table is looked at again in any case: less and
                # less often, because whoever waits while much is to be done must not make it more.
                look_at, step = loop.time() + step, min(2 * step, WAIT_STEP_SECONDS_MAX)
            self.wake(frozenset({tenant_id}))
            await _event(moved, until=min(look_at, deadline))

    async def _table(self, tenant_id: TenantId) -> dict[str, Checkpoint]:
        """The checkpoints as they are. Whoever asks while somebody does gets the same answer: many who wait must not
        take the connections that the projector needs."""
        if (look := self._looks.get(tenant_id)) is None:
            look = asyncio.create_task(positions(self._pool, tenant_id, list(self._models)))
            self._looks[tenant_id] = look
            look.add_done_callback(lambda _: self._looks.pop(tenant_id, None))
        return await asyncio.shield(look)

    def _has_just_reached(self, tenant_id: TenantId, position: int, projections: Sequence[str]) -> bool:
        """Whether a commit of ours that has just been answered brought them so far. No crash of the database is over as
        soon as that; of an older one the table is asked."""
        known = self._known.get(tenant_id, {})
        reached = all(name in known and known[name].position >= position for name in projections)
        return reached and self._since_moved(tenant_id) < TRUST_SECONDS

    def _is_following(self, tenant_id: TenantId, projections: Sequence[str]) -> bool:
        known = self._known.get(tenant_id, {})
        followed = all(name in known and known[name].stopped_at is None for name in projections)
        return followed and self._since_moved(tenant_id) < POLL_SECONDS

    def _since_moved(self, tenant_id: TenantId) -> float:
        return asyncio.get_running_loop().time() - self._moved_at.get(tenant_id, -DOUBT_SECONDS)


def _moved(at: Checkpoint, to: Reached) -> Checkpoint:
    return msgspec.structs.replace(at, position=to.position, stopped_at=None, error=None)


async def _event(event: asyncio.Event, *, until: float) -> None:
    """Wait for the event or until then, by the loop's clock. `wait_for` of Python 3.11 forgets that it was cancelled,
    where the event comes at the same moment: the projector would never end."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(until):
            await event.wait()


def _waiting(known: Iterable[Checkpoint], head: int | None) -> list[Checkpoint]:
    return [each for each in known if each.stopped_at is None and (head is None or each.position < head)]


def _behind(at: Checkpoint, batch: Sequence[Seen]) -> Sequence[Seen]:
    """What of the batch the projection does not reflect yet; it is there from its position on, or ends before that."""
    return batch[max(0, at.position - batch[0][0].position + 1) :]


def _lowest(known: dict[str, Checkpoint], projections: Sequence[str], position: int) -> tuple[int, bool]:
    found = [known[name] for name in projections if name in known]
    stopped = any(each.stopped_at is not None and each.stopped_at <= position for each in found)
    return (min(each.position for each in found) if len(found) == len(projections) else 0), stopped
