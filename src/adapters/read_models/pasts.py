"""Read models as they were at an earlier position of the log, made when somebody asks and kept for a while.

The rows of a past lie in the tables of those that follow the log, under an id of their own in the place of the
tenant's, so that every query and every fence is the same for both. They are made by the same folds; rows and checkpoint
of a read model appear in one transaction, so that a build that was cut leaves nothing.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Protocol

import structlog

from adapters.postgres.pool import Pool
from adapters.read_models.checkpoints import checkpoints
from adapters.read_models.feed import Feed
from adapters.read_models.model import ReadModel
from adapters.read_models.projector import StillBehind
from adapters.read_models.session import Connection, looking, writing
from adapters.read_models.writing import LIVE, wipe, write
from application.ports import EventStore, Unavailable
from domain.ids import TenantId, derived

if TYPE_CHECKING:
    from asyncio import Task

KEPT_MAX = 8
"""Pasts of one tenant: each may be as large as all its rows."""
KEPT_SECONDS = 86_400.0
UNUSED_SECONDS = 30.0
"""How exactly it is kept when a past was used last."""
BUILDS_AT_ONCE = 2
WAITING_MAX = 16
WAITING_OF_TENANT_MAX = 4
"""Pasts to be made, in this process; whoever asks for one more is told to come again."""
CHUNK_EVENTS = 2_000
"""Small, because requests are answered between two chunks."""
ELSEWHERE_SECONDS = 0.2
"""Until it is looked again whether another server has made the past."""
SWEEP_SECONDS = 600.0
USED_MAX = 10_000

ENTER = """
insert into read_models.pasts (tenant_id, past_id, position) values ($1, $2, $3)
on conflict (tenant_id, past_id) do nothing
"""
HOLD = """
select p.position from read_models.pasts as p where p.tenant_id = $1 and p.past_id = $2 for update skip locked
"""
USED = "update read_models.pasts as p set used_at = clock_timestamp() where p.tenant_id = $1 and p.past_id = $2"
MADE = "insert into read_models.checkpoints (tenant_id, projection, version, position) values ($1, $2, $3, $4)"
SPENT = """
select p.past_id::text
from read_models.pasts as p
where p.tenant_id = $1
  and (p.used_at < clock_timestamp() - make_interval(secs => $3)
       or p.past_id <> all (array(select kept.past_id from read_models.pasts as kept
                                  where kept.tenant_id = $1 order by kept.used_at desc limit $2)))
for update skip locked
"""
FORGET = "delete from read_models.pasts as p where p.tenant_id = $1 and p.past_id = $2"
UNMADE = "delete from read_models.checkpoints as c where c.tenant_id = $1"
SEES = "select set_config('app.tenant', $1, true)"

log = structlog.get_logger("pasts")


class PastStates(Protocol):
    """What answers are made from as of an earlier position: `Pasts`."""

    def looking(
        self, tenant_id: TenantId, position: int, projections: Sequence[str], *, timeout_seconds: float
    ) -> AbstractAsyncContextManager[tuple[Connection, TenantId]]: ...


class BeingMade(Exception):
    """The past at this position is being made, or waits for its turn; the reader may ask again."""


class Pasts:
    """One for a process. What one server has made, all answer from."""

    def __init__(self, store: EventStore, pool: Pool, models: Sequence[ReadModel]) -> None:
        self._store, self._pool = store, pool
        self._models = {model.name: model for model in models}
        self._tables = [table for model in models for table in model.tables]
        self._release = " ".join(f"{model.name}={model.version}" for model in models)
        self._building: dict[TenantId, tuple[TenantId, Task[None]]] = {}
        self._used: dict[TenantId, float] = {}
        self._turns = asyncio.Semaphore(BUILDS_AT_ONCE)
        self._turn_of = defaultdict[TenantId, asyncio.Lock](asyncio.Lock)

    def id_of(self, tenant_id: TenantId, position: int) -> TenantId:
        """Whose the rows of this past are. Another release's read models have an id of their own, so that rows of two
        versions never meet."""
        return TenantId(derived(tenant_id, "past", f"{position} {self._release}"))

    @asynccontextmanager
    async def looking(
        self, tenant_id: TenantId, position: int, projections: Sequence[str], *, timeout_seconds: float
    ) -> AsyncIterator[tuple[Connection, TenantId]]:
        """A connection that sees the named read models as they were at `position`, which the log must hold, and whose
        rows these are. They are made first, if nobody has; who does not wait so long finds them later.

        Raises:
            BeingMade: not within the time; the caller may ask again.
            StillBehind: an event before there cannot be projected (`stopped`).
            Unavailable: the database is away.
        """
        past_id, deadline = self.id_of(tenant_id, position), asyncio.get_running_loop().time() + timeout_seconds
        while True:
            async with looking(self._pool, past_id) as connection:
                made = await checkpoints(connection, past_id, projections)
                if len(made) == len(projections):
                    yield connection, past_id
                    break
            await self._made(tenant_id, position, [name for name in projections if name not in made], deadline)
        await self._use(tenant_id, past_id)

    async def _made(self, tenant_id: TenantId, position: int, missing: Sequence[str], deadline: float) -> None:
        """Wait for a build of the past: the one that is under way, or one of what is missing."""
        past_id = self.id_of(tenant_id, position)
        if past_id not in self._building:
            waiting = Counter(tenant for tenant, _ in self._building.values())
            if waiting.total() >= WAITING_MAX or waiting[tenant_id] >= WAITING_OF_TENANT_MAX:
                raise BeingMade(position)
            task = asyncio.create_task(self._build(tenant_id, position, [self._models[name] for name in missing]))
            self._building[past_id] = tenant_id, task
            task.add_done_callback(lambda task: self._done(past_id, task))
        _, task = self._building[past_id]
        done, _ = await asyncio.wait([task], timeout=max(0.0, deadline - asyncio.get_running_loop().time()))
        if not done:
            raise BeingMade(position)
        task.result()

    def _done(self, past_id: TenantId, task: "Task[None]") -> None:
        self._building.pop(past_id, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("a past was not made", past=past_id, error=type(error).__name__)

    async def _build(self, tenant_id: TenantId, position: int, models: Sequence[ReadModel]) -> None:
        """Make what is missing of the past, unless another server is at it: then leave it some time."""
        past_id = self.id_of(tenant_id, position)
        # One of a tenant at a time: whoever asks for many of a long log takes no other tenant's turn.
        async with self._turn_of[tenant_id], self._turns:
            async with writing(self._pool, tenant_id) as connection:
                await connection.execute(ENTER, tenant_id, past_id, position)
            async with writing(self._pool, tenant_id) as connection:
                held = await connection.fetchval(HOLD, tenant_id, past_id)
                if held is not None:
                    await self._fill(connection, tenant_id, past_id, position, models)
            await (self.sweep(tenant_id) if held is not None else asyncio.sleep(ELSEWHERE_SECONDS))

    async def _fill(
        self,
        connection: Connection,
        tenant_id: TenantId,
        past_id: TenantId,
        position: int,
        models: Sequence[ReadModel],
    ) -> None:
        """Rows and checkpoints of `models`, all in the transaction that holds the past."""
        # It idles while the log is read and folded.
        await connection.execute("set local idle_in_transaction_session_timeout = 0")
        await connection.execute(SEES, past_id)
        made = await checkpoints(connection, past_id, [model.name for model in models])
        for model in (model for model in models if model.name not in made):
            feed = Feed(self._pool, tenant_id, model, chunk_events=CHUNK_EVENTS)
            async with feed.from_position(0, position) as chunks:
                async for chunk in chunks:
                    if chunk.changes is None:
                        raise StillBehind(position=chunk.after, wanted=position, stopped=True)
                    await write(connection, past_id, chunk.changes, LIVE)
            await connection.execute(MADE, past_id, model.name, model.version, position)

    async def _use(self, tenant_id: TenantId, past_id: TenantId) -> None:
        """Put on record, now and then, that the past is in use."""
        now = asyncio.get_running_loop().time()
        if now - self._used.get(past_id, -UNUSED_SECONDS) < UNUSED_SECONDS:
            return
        if len(self._used) >= USED_MAX:
            self._used.clear()
        self._used[past_id] = now
        async with writing(self._pool, tenant_id) as connection:
            if await connection.fetchval(HOLD, tenant_id, past_id) is not None:
                await connection.execute(USED, tenant_id, past_id)

    async def sweep(self, tenant_id: TenantId, *, kept_max: int = KEPT_MAX) -> None:
        """Take away the tenant's pasts that are too many or were not used for long, except one that is being made.

        Raises:
            Unavailable: the database is away.
        """
        async with writing(self._pool, tenant_id) as connection:
            for row in await connection.fetch(SPENT, tenant_id, kept_max, KEPT_SECONDS):
                await connection.execute(FORGET, tenant_id, row["past_id"])
                await connection.execute(SEES, row["past_id"])
                await wipe(connection, row["past_id"], self._tables, LIVE)
                await connection.execute(UNMADE, row["past_id"])
                await connection.execute(SEES, tenant_id)

    async def run(self) -> None:
        """Until cancelled, take away what nobody uses any more; while the database is away, nothing is done."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            with suppress(Unavailable):
                for tenant_id in await self._store.heads():
                    await self.sweep(tenant_id)

    async def aclose(self) -> None:
        """Leave off what is being made; nothing of it is left."""
        tasks = [task for _, task in self._building.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
