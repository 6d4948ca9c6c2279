"""Loads of streams on their way: those of a tenant that wait while others are under way go in one exchange."""

import asyncio
from collections import Counter, deque
from collections.abc import Mapping, Sequence

from adapters.postgres.pool import Pool, is_gone, unavailable_when_gone
from application.lines import History
from application.ports import Unavailable
from domain.ids import TenantId

LANES = ("loads 1", "loads 2", "loads 3", "loads 4")
OF_A_TENANT_MAX = 2
"""So many loads of a tenant are under way at once: while PostgreSQL makes the one, this process decodes the other. The
rest of the lanes are for other tenants, who do not wait until long ones are done."""
WAITING_MAX = 4_096
STREAMS_MAX = 64
"""As many go together; a load of more goes by itself."""
NOTHING = History(None, (), b"")

_LINES = "SELECT r.stream_id, r.began_on, r.kinds, r.lines FROM thidua.stream_lines($1, $2) AS r"


class _Waiting:
    """A load that was asked for."""

    __slots__ = ("names", "told")

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.told: asyncio.Future[dict[str, History]] = asyncio.get_running_loop().create_future()

    def settle(self, result: Mapping[str, History] | Exception) -> None:
        if self.told.done():  # Whoever asked has gone.
            return
        if isinstance(result, Exception):
            self.told.set_exception(result)
        else:
            self.told.set_result({name: result.get(name, NOTHING) for name in self.names})


class Loading:
    """A load begins after it was asked for, so it sees all that was committed before. Nobody waits for company."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._waiting: dict[TenantId, deque[_Waiting]] = {}
        self._under_way = Counter[TenantId]()
        self._free = sorted(LANES, reverse=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._asked = 0

    def _done(self, _: object) -> None:
        self._asked -= 1

    async def histories(self, tenant_id: TenantId, names: Sequence[str]) -> dict[str, History]:
        """As `Log.histories`."""
        if self._asked >= WAITING_MAX:
            raise Unavailable("too many loads wait")
        waiting = _Waiting(names)
        self._asked += 1
        waiting.told.add_done_callback(self._done)
        self._waiting.setdefault(tenant_id, deque()).append(waiting)
        if self._free and self._next() is not None:
            task = asyncio.create_task(self._run(self._free.pop()), name="loads")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await waiting.told

    async def _run(self, lane: str) -> None:
        """As long as any wait that may go."""
        try:
            while (tenant_id := self._next()) is not None:
                self._under_way[tenant_id] += 1
                try:
                    if taken := self._take(tenant_id):
                        await self._answer(lane, tenant_id, taken)
                finally:
                    self._under_way -= Counter([tenant_id])  # Of whom none is left, nothing is kept.
        finally:
            self._free.append(lane)

    def _next(self) -> TenantId | None:
        """Of the tenants whose loads may go, the one that has waited longest."""
        under_way = self._under_way
        return next((each for each in self._waiting if under_way[each] < OF_A_TENANT_MAX), None)

    def _take(self, tenant_id: TenantId) -> list[_Waiting]:
        """As many of its loads as go together."""
        queue = self._waiting.pop(tenant_id)
        taken, streams = list[_Waiting](), 0
        while queue and (not taken or streams + len(queue[0].names) <= STREAMS_MAX):
            waiting = queue.popleft()
            if not waiting.told.done():  # Else whoever asked has gone.
                taken.append(waiting)
                streams += len(waiting.names)
        if queue:
            self._waiting[tenant_id] = queue  # Behind the other tenants.
        return taken

    async def _answer(self, lane: str, tenant_id: TenantId, taken: Sequence[_Waiting]) -> None:
        result: Mapping[str, History] | Exception = Unavailable("the server is stopping")
        try:
            with unavailable_when_gone():
                result = await self._load(lane, tenant_id, {name for waiting in taken for name in waiting.names})
        except Exception as error:
            result = error
            if isinstance(error, Unavailable):
                self._fail_waiting(error)  # They would each wait as long for the same answer.
            if len(taken) > 1 and not isinstance(error, Unavailable):
                # A name that the database cannot hold, say: the others must not suffer for it.
                for waiting in taken:
                    await self._answer(lane, tenant_id, [waiting])
        finally:
            for waiting in taken:
                waiting.settle(result)

    def _fail_waiting(self, error: Unavailable) -> None:
        waiting, self._waiting = self._waiting, {}
        for queue in waiting.values():
            for each in queue:
                each.settle(Unavailable(str(error)))

    async def _load(self, lane: str, tenant_id: TenantId, names: set[str]) -> dict[str, History]:
        connection = await self._pool.aside(lane)
        try:
            rows = await connection.fetch(_LINES, tenant_id, list(names))
        except Exception as error:
            # Given up by the pool meanwhile, since another one was lost; what only reads may be asked again.
            if not is_gone(error) or isinstance(error, TimeoutError) or not connection.connection.is_closed():
                raise
            rows = await (await self._pool.aside(lane)).fetch(_LINES, tenant_id, list(names))
        return {name: History(began_on, kinds.split("\n"), lines) for name, began_on, kinds, lines in rows}
