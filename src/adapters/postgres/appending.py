"""Appends on their way to the database: what waits goes in batches, one after the other, over one connection."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

import asyncpg

from adapters.postgres import batch
from adapters.postgres.care import Care
from adapters.postgres.choice import Choice
from adapters.postgres.pool import CALL_TIMEOUT_S, Lane, Pool, is_gone
from application.ports import Append, Appended, Clock, Outcome, Unavailable, VersionConflict
from domain.ids import TenantId

if TYPE_CHECKING:
    from adapters.postgres.pool import Connection

WAITING_MAX = 4_096
RESOLVE_S = 3.0
RETRY_FIRST_S = 0.02
RETRY_LAST_S = 0.5
CLOSE_S = 5.0
EVENTS_PER_SECOND_MIN = 1_000
"""A batch that holds one append of very many events is given this much longer."""
SHARE_MIN = 8
"""A batch is not cut below this: what it costs by itself would outweigh what is won by doing two things at once."""

T = TypeVar("T")

Wake = Callable[[frozenset[TenantId]], None]
Look = Callable[[], Awaitable[None]]

SCHEMA = "thidua"
_TOGETHER = "SELECT * FROM {}.append_together($1, {})"
_STREAM = "SELECT * FROM {}.append_stream($1, {})"
_EVENT = "SELECT * FROM {}.append_event($1, {})"
CANNOT_BE_HELD = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    ValueError,  # The client's own, before anything was sent.
    TypeError,
    OverflowError,
)


class Appending:
    """Use as an async context manager. A batch is what waits when the one before has gone; nobody waits for company.

    `lane`: which of the pool's connections for appends. `clock` is for a database that is marked as a demo; elsewhere
    the database's own clock counts and giving one makes every append fail. `schema`: whose tables, the platform's or a
    store's of the library (`adapters/library/store`).
    """

    def __init__(self, pool: Pool, *, lane: int = 0, clock: Clock | None = None, schema: str = SCHEMA) -> None:
        self._pool, self._number, self._clock = pool, lane, clock
        self._together = _TOGETHER.format(schema, batch.PARAMETERS)
        self._stream = _STREAM.format(schema, batch.STREAM_PARAMETERS)
        self._event = _EVENT.format(schema, batch.EVENT_PARAMETERS)
        self._queue: deque[batch.Waiting] = deque()
        self._arrived = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._wakes: list[tuple[Wake, frozenset[str]]] = []
        self._task: asyncio.Task[None] | None = None
        self._held_back: set[TenantId] = set()
        self._choice = Choice()
        self._care = Care()
        self._look: Look | None = None
        self._looked: int | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="appends")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Waits, bounded, for the appends that were asked for; whoever is left then is told Unavailable."""
        assert self._task is not None
        task, self._task = self._task, None
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._idle.wait()
        except TimeoutError:
            pass
        task.cancel()
        await asyncio.wait([task], timeout=CLOSE_S)
        self._fail_waiting("the server is stopping")

    def follow(self, wake: Wake, types: Collection[str] = ()) -> None:
        """Call `wake(tenants)` after each batch that stored events, of these types if any are given, with their
        tenants. It must return at once."""
        self._wakes.append((wake, frozenset(types)))

    def before_appending(self, look: Look) -> None:
        """Call `look` before anything is appended over a new connection: behind it may be another database."""
        self._look, self._looked = look, None

    async def look(self) -> None:
        """Look, unless that was done for the connection there is. Raises: Unavailable."""
        if self._look is not None and (self._looked is None or self._pool.session != self._looked):
            await self._look()

    async def append(self, request: Append) -> Appended:
        """As `EventStore.append`."""
        self.check_open()
        told: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._queue.append(batch.Waiting(request, told))
        self._idle.clear()
        self._arrived.set()
        return await told

    def check_open(self) -> None:
        """Raises: Unavailable."""
        if self._task is None or len(self._queue) >= WAITING_MAX:
            raise Unavailable("too many appends wait" if self._task else "the log is closed")

    @contextlib.contextmanager
    def holding_back(self, tenant_id: TenantId) -> Iterator[None]:
        """Inside, the tenant's appends wait, and nobody else's."""
        self._held_back.add(tenant_id)
        try:
            yield
        finally:
            self._held_back.discard(tenant_id)
            self._arrived.set()

    async def _run(self) -> None:
        """Batch after batch. While one is on its way, the callers of the one before are told and ask for more, so that
        PostgreSQL and this process work at the same time."""
        before: _Carried | None = None
        try:
            while True:
                if before and not self._choice.second:
                    self._tell(before)
                    before = None
                    await asyncio.sleep(0)  # Those who ask again are of the next batch.
                taken = batch.take(self._queue, self._held_back, self._share(before))
                if taken:
                    before = await self._carry(taken, before)
                    continue
                if before:
                    self._tell(before)
                    before = None
                if not self._queue:  # Else they wait for a large append of their tenant.
                    self._idle.set()
                await self._arrived.wait()
                self._arrived.clear()
        finally:
            if before:
                self._tell(before)

    def _share(self, before: "_Carried | None") -> int:
        """How many to take: all who ask, or half of them, so that the other half is told, and asks again, while this
        one is stored. Halves serve where the processors are the limit, and not where the disk is."""
        if not self._choice.second:
            return batch.REQUESTS_MAX
        asking = len(self._queue) + (len(before.taken) if before else 0)
        return min(batch.REQUESTS_MAX, max(SHARE_MIN, -(-asking // 2)))

    async def _carry(self, taken: Sequence[batch.Waiting], before: "_Carried | None" = None) -> "_Carried":
        """Store a batch, telling the callers of the one before meanwhile; its own are always told something."""
        carried = _Carried(taken, [Unavailable("the server is stopping")] * len(taken))
        storing = self._store([waiting.request for waiting in taken])
        try:
            carried.results = await (storing if before is None else self._meanwhile(storing, before))
            self._choice.count(len(taken))
        except BaseException:
            self._tell(carried)
            raise
        if all(type(result) is Unavailable for result in carried.results):
            self._fail_waiting(str(carried.results[0]))  # They would each wait as long for the same answer.
        return carried

    async def _meanwhile(self, storing: Coroutine[Any, Any, T], before: "_Carried") -> T:
        task = asyncio.ensure_future(storing)
        try:
            await asyncio.sleep(0)  # It is sent before anything else is done.
            self._tell(before)
            return await task
        except BaseException:
            task.cancel()
            await asyncio.wait([task])
            raise

    def _tell(self, carried: "_Carried") -> None:
        for waiting, result in zip(carried.taken, carried.results, strict=True):
            waiting.settle(result)
        self._wake_followers(carried)

    def _fail_waiting(self, why: str) -> None:
        with contextlib.suppress(IndexError):  # Emptied by two threads at once, where one puts while the log closes.
            while self._queue:
                self._queue.popleft().settle(Unavailable(why))

    def _wake_followers(self, carried: "_Carried") -> None:
        if not self._wakes:
            return
        stored = [
            waiting.request
            for waiting, result in zip(carried.taken, carried.results, strict=True)
            if waiting.writes and isinstance(result, Appended) and result.outcome is Outcome.APPENDED
        ]
        for wake, types in self._wakes:
            tenants = frozenset(each.tenant_id for each in stored if not types or _brings(each, types))
            if tenants:
                wake(tenants)

    async def _store(self, requests: Sequence[Append]) -> Sequence[batch.Result]:
        try:
            return await self._store_surely(requests)
        except Exception as error:
            if len(requests) == 1 or not isinstance(error, CANNOT_BE_HELD):
                return [error] * len(requests)
            # Something in one of them that the database cannot hold: the others must not suffer for it.
            return [result for request in requests for result in await self._store([request])]

    async def _store_surely(self, requests: Sequence[Append]) -> Sequence[batch.Result]:
        """Send until it is known what happened, for `RESOLVE_S` at most.

        Where the connection dies the batch may have been stored, or may be about to be. Sending it again is no blind
        retry: the function looks the command ids up, holding the lock that a straggler would need, before all else.
        """
        loop = asyncio.get_running_loop()
        deadline, pause, in_doubt = loop.time() + RESOLVE_S, RETRY_FIRST_S, False
        careful = self._care.is_due(requests)
        while True:
            try:
                results = await self._send(requests, careful=careful)
                self._care.stored(requests)
                return (
                    [own(each, result) for each, result in zip(requests, results, strict=True)] if in_doubt else results
                )
            except asyncpg.UniqueViolationError:
                if careful:
                    raise
                self._care.is_wanted()
                careful = True  # Whose it was is found out in this way, and nothing was stored.
                continue
            except Exception as error:
                if not is_gone(error):
                    raise
                if loop.time() > deadline:
                    return [Unavailable(str(error) or type(error).__name__)] * len(requests)
            in_doubt = careful = True
            await asyncio.sleep(pause)
            pause = min(2 * pause, RETRY_LAST_S)

    async def _send(self, requests: Sequence[Append], *, careful: bool) -> Sequence[batch.Result]:
        lane = await self._pool.lane(self._number)
        if lane.session != self._looked:
            await self.look()
            self._looked = lane.session
        # What was remembered under another connection may be of a history that a restore has put an end to. Whoever is
        # refused for it, though it was stored before the connection was lost, is found by its command id.
        standing = [each for each in requests if each.session in (None, lane.session)]
        if not standing:
            return [_outlived(each) for each in requests]
        sent = iter(await self.send(lane, standing, careful=careful))
        return [next(sent) if each.session in (None, lane.session) else _outlived(each) for each in requests]

    async def send(
        self, connection: "Lane | Connection", requests: Sequence[Append], *, careful: bool = True
    ) -> Sequence[batch.Result]:
        """One batch over this connection, in its transaction if it is in one. Errors come as they are; one that is not
        `careful` may fail for a command id that is known or a version that is taken."""
        clock = self._clock.now() if self._clock else None
        if batch.single(requests):
            return [await self._send_one(connection, clock, requests[0], careful)]
        sent = batch.sent(requests, careful=careful)
        timeout_s = CALL_TIMEOUT_S + sum(sent.r_events) / EVENTS_PER_SECOND_MIN
        reply = await connection.fetchrow(self._together, clock, *sent.arguments, timeout=timeout_s)
        assert reply is not None
        return batch.results(requests, sent, reply)

    async def _send_one(
        self, connection: "Lane | Connection", clock: datetime | None, request: Append, careful: bool
    ) -> batch.Result:
        events = len(request.streams[0].events)
        if events == 1 and not careful:
            reply = await connection.fetchrow(self._event, clock, *batch.one_event(request), timeout=CALL_TIMEOUT_S)
            assert reply is not None
            if reply["at_position"] is not None:
                return batch.appended(request, *reply)
        timeout_s = CALL_TIMEOUT_S + events / EVENTS_PER_SECOND_MIN
        reply = await connection.fetchrow(self._stream, clock, *batch.one_stream(request), timeout=timeout_s)
        assert reply is not None
        return batch.single_result(request, reply)


def _brings(request: Append, types: frozenset[str]) -> bool:
    return any(new.type in types for stream in request.streams for new in stream.events)


def _outlived(request: Append) -> VersionConflict:
    return VersionConflict(request.streams[0].stream_id)


class _Carried:
    """A batch that was sent, and what became of each of its requests."""

    __slots__ = ("results", "taken")

    def __init__(self, taken: Sequence[batch.Waiting], results: Sequence[batch.Result]) -> None:
        self.taken, self.results = taken, results


def own(request: Append, result: batch.Result) -> batch.Result:
    """After a lost connection, a command that is known with our very answer is the one that we sent."""
    if not isinstance(result, Appended) or (result.fingerprint, result.answer) != (request.fingerprint, request.answer):
        return result
    return Appended(
        outcome=Outcome.APPENDED,
        position=result.position,
        recorded_at=result.recorded_at,
        fingerprint=result.fingerprint,
        answer=result.answer,
    )
