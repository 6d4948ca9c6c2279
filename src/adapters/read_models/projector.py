"""Keeps the read models up with the log: who is behind, one batch after the other, each event exactly once.

Rows and checkpoint move in one transaction that holds the checkpoint, so that any number of servers may do this on one
database: whoever comes second leaves the work to the first.
"""

import asyncio
from collections.abc import Iterable, Sequence

import structlog

from adapters.postgres.pool import Pool
from adapters.read_models.applying import Reached, Seen, apply_all, apply_until_poison, seen
from adapters.read_models.checkpoints import Checkpoint, checkpoints, enter, locked, move
from adapters.read_models.counting import Poisoned
from adapters.read_models.model import ReadModel
from adapters.read_models.session import Connection, looking, writing
from application.ports import EventStore, Unavailable
from domain.ids import TenantId

BATCH_SIZE_MAX = 1_000
TENANTS_AT_ONCE = 4
POLL_SECONDS = 1.0
WAIT_STEP_SECONDS = 0.05
DOUBT_SECONDS = 35.0
"""Rows are not waited for on the disk: PostgreSQL writes them within three times `wal_writer_delay`, 30 s at most."""

log = structlog.get_logger()


class StillBehind(Exception):
    """The read models have not come as far as the reader asked within the time given; the reader may ask again."""

    def __init__(self, *, position: int, wanted: int, stopped: bool) -> None:
        super().__init__(position, wanted)
        self.position, self.wanted, self.stopped = position, wanted, stopped


class Projector:
    """One for a process. `wake()` after an append; other processes' appends are seen within POLL_SECONDS."""

    def __init__(self, store: EventStore, pool: Pool, models: Sequence[ReadModel]) -> None:
        self._store, self._pool = store, pool
        self._models = {model.name: model for model in models}
        self._known: dict[TenantId, dict[str, Checkpoint]] = {}
        self._last: dict[TenantId, tuple[dict[str, Checkpoint], float]] = {}
        self._doubted_at = 0.0
        self._behind = asyncio.Event()
        self._moved = asyncio.Event()

    def wake(self, _tenants: frozenset[TenantId] = frozenset()) -> None:
        """Something was appended in this process; the store may call this."""
        self._behind.set()

    async def run(self) -> None:
        """Project until cancelled; while the database is away, try again each second."""
        while True:
            self._doubt()
            try:
                await self.catch_up()
            except Unavailable:
                self._known.clear()
                await asyncio.sleep(POLL_SECONDS)
            try:
                await asyncio.wait_for(self._behind.wait(), POLL_SECONDS)
            except TimeoutError:
                continue

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
        self._behind.clear()
        turns = asyncio.Semaphore(TENANTS_AT_ONCE)

        async def turn(tenant_id: TenantId, head: int) -> None:
            async with turns:
                await self._catch_up_guarded(tenant_id, head)

        heads = await self._store.heads()  # Outside the group, which would wrap what it raises.
        async with asyncio.TaskGroup() as group:
            for tenant_id, head in heads.items():
                if self._is_behind(tenant_id, head):
                    group.create_task(turn(tenant_id, head))

    async def _catch_up_guarded(self, tenant_id: TenantId, head: int) -> None:
        try:
            while self._is_behind(tenant_id, head) and await self.advance(tenant_id, head):
                pass
        except Unavailable:
            self._known.pop(tenant_id, None)
            self._behind.set()
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
        if not waiting:
            return True
        lowest = min(each.position for each in waiting)
        records = await self._store.page(tenant_id, after=lowest, limit=BATCH_SIZE_MAX, until=head)
        batch = seen(records)
        wanted = {each.projection: [s for s in batch if s[0].position > each.position] for each in waiting}
        try:
            moved = await self._write(tenant_id, wanted, careful=False)
        except Poisoned:
            moved = await self._write(tenant_id, wanted, careful=True)
        moved_event, self._moved = self._moved, asyncio.Event()
        moved_event.set()
        return moved

    async def _load(self, tenant_id: TenantId, head: int) -> dict[str, Checkpoint]:
        async with writing(self._pool, tenant_id) as connection:
            await enter(connection, tenant_id, self._models.values(), head)
            known = await checkpoints(connection, tenant_id, list(self._models))
        return self._know(tenant_id, {name: each for name, each in known.items() if self._is_ours(each)})

    def _is_ours(self, at: Checkpoint) -> bool:
        """Rows that another version of the model made are not ours to change: a build replaces the older ones, and
        whoever runs the newer release follows the log into the newer ones."""
        return at.version == self._models[at.projection].version

    def _know(self, tenant_id: TenantId, known: dict[str, Checkpoint]) -> dict[str, Checkpoint]:
        self._known[tenant_id] = known
        if tenant_id not in self._last or self._last[tenant_id][0] != known:
            self._last[tenant_id] = (known, asyncio.get_running_loop().time())
        return known

    async def _write(self, tenant_id: TenantId, wanted: dict[str, list[Seen]], *, careful: bool) -> bool:
        apply = apply_until_poison if careful else apply_all
        names = [name for name, batch in wanted.items() if batch]
        async with writing(self._pool, tenant_id) as connection:
            held = await locked(connection, tenant_id, names, wait=False)
            reached: dict[str, Reached] = {}
            for name, batch in wanted.items():
                at = held.get(name)
                if at and self._is_ours(at) and at.stopped_at is None and batch and _follows(at, batch):
                    reached[name] = await apply(connection, tenant_id, self._models[name], batch)
            await move(connection, tenant_id, reached)
        self._remember(tenant_id, reached)
        if len(reached) == len(names):
            return True
        # Another server was faster: look at the table again, soon.
        self._known.pop(tenant_id, None)
        asyncio.get_running_loop().call_later(WAIT_STEP_SECONDS, self.wake)
        return False

    def _remember(self, tenant_id: TenantId, reached: dict[str, Reached]) -> None:
        known = dict(self._known.get(tenant_id, {}))
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
                log.error("projection stopped", tenant=tenant_id, projection=name, position=stopped_at, error=error)
        self._know(tenant_id, known)

    async def wait_for(
        self, tenant_id: TenantId, position: int, projections: Sequence[str], *, timeout_seconds: float
    ) -> None:
        """Return once the named projections reflect the event at `position`.

        Raises:
            StillBehind: they do not within the time, or one of them is stopped before it.
            Unavailable: the database is away.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_seconds
        while True:
            moved = self._moved
            async with looking(self._pool, tenant_id) as connection:
                lowest, stopped = await _lowest(connection, tenant_id, projections, position)
            if lowest >= position:
                return
            if stopped or loop.time() >= deadline:
                raise StillBehind(position=lowest, wanted=position, stopped=stopped)
            self.wake()
            try:
                # Another server may be the one that moves them, so the table is looked at again in any case.
                await asyncio.wait_for(moved.wait(), min(WAIT_STEP_SECONDS, max(0.001, deadline - loop.time())))
            except TimeoutError:
                continue


def _waiting(known: Iterable[Checkpoint], head: int) -> list[Checkpoint]:
    return [each for each in known if each.stopped_at is None and each.position < head]


def _follows(at: Checkpoint, batch: Sequence[Seen]) -> bool:
    return at.position == batch[0][0].position - 1


async def _lowest(
    connection: Connection, tenant_id: TenantId, projections: Sequence[str], position: int
) -> tuple[int, bool]:
    found = await checkpoints(connection, tenant_id, projections)
    stopped = any(each.stopped_at is not None and each.stopped_at <= position for each in found.values())
    return (min(each.position for each in found.values()) if len(found) == len(projections) else 0), stopped
