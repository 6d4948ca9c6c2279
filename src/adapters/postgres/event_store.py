"""The log on PostgreSQL: one batcher for all tenants of a database; reads in keyset pages."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from itertools import starmap
from typing import TYPE_CHECKING, Self

import asyncpg
import msgspec

from adapters.postgres import batch, staged
from adapters.postgres.choice import Choice
from adapters.postgres.pool import CALL_TIMEOUT_S, Lane, Pool, is_gone
from application.ports import Append, Appended, Clock, EventsPage, History, Outcome, Recorded, Unavailable
from domain.ids import TenantId

if TYPE_CHECKING:
    from adapters.postgres.pool import Connection

PAGE_EVENTS = 5_000
WAITING_MAX = 4_096
RESOLVE_S = 3.0
RETRY_FIRST_S = 0.02
RETRY_LAST_S = 0.5
CLOSE_S = 5.0
EVENTS_PER_SECOND_MIN = 1_000
"""A batch that holds one append of very many events is given this much longer."""
SHARE_MIN = 8
"""A batch is not cut below this: what it costs by itself would outweigh what is won by doing two things at once."""

Wake = Callable[[frozenset[TenantId]], None]

SCHEMA = "thidua"
_BATCH = "SELECT * FROM {}.append_batch($1, {})"
_STREAM = "SELECT * FROM {}.append_stream($1, {})"
_ROW = (
    "r.epoch, r.position, r.stream_id, r.version, r.type, r.type_version, r.event_id::text, r.recorded_at,"
    " r.happened_on, r.actor, r.correlation_id, r.causation_id, r.command_id::text, r.data"
)
"""The fields of `Recorded` after the tenant, in their order."""
_LOAD = f"SELECT {_ROW} FROM thidua.load_streams($1, $2) AS r"
_HISTORIES = "SELECT r.stream_id, r.version, r.began_on, r.events FROM thidua.histories($1, $2) AS r"
_EVENTS = msgspec.json.Decoder(list[tuple[str, int, msgspec.Raw]])
NOTHING = History(0, None, (), 0)
_PAGE = f"SELECT {_ROW} FROM thidua.page_events($1, $2, $3, $4, $5) AS r"
_CLOUD_EVENTS = "SELECT p.head, p.last, p.counted, p.events FROM thidua.cloud_events($1, $2, $3, $4) AS p"
_ONE_WAY = (
    "SELECT set_config(s.name, 'off', true)"
    " FROM unnest(ARRAY['enable_seqscan', 'enable_bitmapscan', 'enable_sort', 'jit']) AS s (name)"
)
"""As the functions: no plan but by the index that gives the rows in their order."""
_LARGE_PAGE = f"""
SELECT {_ROW} FROM thidua.events AS r
 WHERE r.tenant_id = $1 AND r.position > $2 AND r.position <= $3
 ORDER BY r.position LIMIT {PAGE_EVENTS}"""
_REMEMBERED = "SELECT r.fingerprint, r.answer, r.position, r.recorded_at FROM thidua.remembered($1, $2) AS r"
_HEADS = "SELECT h.tenant_id, h.position FROM thidua.heads() AS h"
CANNOT_BE_HELD = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    ValueError,  # The client's own, before anything was sent.
    TypeError,
    OverflowError,
)
_NO_END = 2**63 - 1


class PostgresEventStore:
    """The `EventStore` on PostgreSQL. Use as an async context manager: its batcher lives inside.

    A batch is what waits when the one before has gone; nobody waits for company. `clock` is for a database that is
    marked as a demo; elsewhere the database's own clock counts and giving one makes every append fail. `schema` is for
    logs that are not the platform's (`adapters/library/store`): they are only appended to through here.
    """

    def __init__(self, pool: Pool, *, clock: Clock | None = None, schema: str = SCHEMA) -> None:
        self._pool, self._clock = pool, clock
        self._batch = _BATCH.format(schema, batch.PARAMETERS)
        self._stream = _STREAM.format(schema, batch.STREAM_PARAMETERS)
        self._queue: deque[batch.Waiting] = deque()
        self._arrived = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._wakes: list[Wake] = []
        self._task: asyncio.Task[None] | None = None
        self._large = asyncio.Lock()
        self._held_back: set[TenantId] = set()
        self._choice = Choice()

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
        await asyncio.wait([task])
        self._fail_waiting("the server is stopping")

    @property
    def session(self) -> int | None:
        """The connection that appends: a restore breaks it."""
        return self._pool.session

    def follow(self, wake: Wake) -> None:
        """Call `wake(tenants)` after each batch that stored events, with their tenants. It must return at once."""
        self._wakes.append(wake)

    async def append(self, request: Append) -> Appended:
        names = [each.stream_id for each in request.streams]
        assert len(names) == len(set(names)), "a command names each stream once"
        if self._task is None or len(self._queue) >= WAITING_MAX:
            raise Unavailable("too many appends wait" if self._task else "the log is closed")
        if staged.is_large(request):
            return await self._append_large(request)
        told: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._queue.append(batch.Waiting(request, told))
        self._idle.clear()
        self._arrived.set()
        return await told

    async def _append_large(self, request: Append) -> Appended:
        """Beside the lane, on a connection of its own. The tenant's other appends wait here, and nobody else's."""
        async with self._large:
            self._held_back.add(request.tenant_id)
            try:
                result = await self._store_large(request)
            finally:
                self._held_back.discard(request.tenant_id)
                self._arrived.set()
        if isinstance(result, Exception):
            raise result
        if result.outcome is Outcome.APPENDED:
            for wake in self._wakes:
                wake(frozenset({request.tenant_id}))
        return result

    async def _store_large(self, request: Append) -> batch.Result:
        """Send until it is known what happened, as the lane does: it looks the command id up under the same lock."""
        loop = asyncio.get_running_loop()
        deadline, in_doubt = loop.time() + RESOLVE_S, False
        while True:
            try:
                result = await staged.store(self._pool, request, self._clock.now() if self._clock else None)
                return _own(request, result) if in_doubt else result
            except Unavailable:
                if loop.time() > deadline:
                    raise
            in_doubt = True
            await asyncio.sleep(RETRY_LAST_S)

    async def remembered(self, tenant_id: TenantId, command_id: str) -> Appended | None:
        rows = await self._fetch(_REMEMBERED, tenant_id, command_id)
        return Appended(outcome=Outcome.REPLAYED, **rows[0]) if rows else None

    async def load(self, tenant_id: TenantId, stream_ids: Sequence[str]) -> dict[str, list[Recorded]]:
        streams: dict[str, list[Recorded]] = {stream_id: [] for stream_id in stream_ids}
        for row in await self._fetch(_LOAD, tenant_id, list(streams)):
            streams[row[2]].append(Recorded(tenant_id, *row))
        return streams

    async def histories(self, tenant_id: TenantId, stream_ids: Sequence[str]) -> dict[str, History]:
        histories = dict.fromkeys(stream_ids, NOTHING)
        for name, version, began_on, events in await self._fetch(_HISTORIES, tenant_id, list(histories)):
            histories[name] = History(version, began_on, _EVENTS.decode(events), len(events))
        return histories

    async def page(
        self, tenant_id: TenantId, *, after: int, limit: int, types: Sequence[str] = (), until: int | None = None
    ) -> list[Recorded]:
        end = _NO_END if until is None else until
        rows = await self._fetch(_PAGE, tenant_id, after, end, list(types), limit)
        return list(starmap(partial(Recorded, tenant_id), rows))

    async def cloud_events(
        self, tenant_id: TenantId, *, after: int, limit: int, types: Sequence[str] = ()
    ) -> EventsPage:
        [row] = await self._fetch(_CLOUD_EVENTS, tenant_id, after, list(types), limit)
        return EventsPage(head=row["head"], last=row["last"], found=row["counted"], events=row["events"] or b"")

    async def read(self, tenant_id: TenantId, *, after: int = 0) -> AsyncIterator[Sequence[Recorded]]:
        until = (await self.heads()).get(tenant_id, 0)
        coming: asyncio.Task[list[Recorded]] | None = None
        try:
            while after < until:
                page = await (coming or self._large_page(tenant_id, after, until))
                after = page[-1].position
                # Fetched while the caller works on this one.
                coming = asyncio.create_task(self._large_page(tenant_id, after, until))
                yield page
        finally:
            if coming is not None:
                coming.cancel()
                await asyncio.wait([coming])

    async def _large_page(self, tenant_id: TenantId, after: int, until: int) -> list[Recorded]:
        """As `page`, by more exchanges and none of the function's: its rows would be collected before the first is
        sent, here they are made on the one side while they are taken up on the other."""
        async with self._pool.tenant(tenant_id) as connection:
            await connection.execute(_ONE_WAY)
            rows = await connection.fetch(_LARGE_PAGE, tenant_id, after, until)
        return list(starmap(partial(Recorded, tenant_id), rows))

    async def heads(self) -> dict[TenantId, int]:
        return {TenantId(str(row["tenant_id"])): row["position"] for row in await self._fetch(_HEADS)}

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        async with self._pool.connection() as connection:
            return await connection.fetch(query, *arguments)

    async def _run(self) -> None:
        """Batch after batch. While one is on its way, the callers of the one before are told and ask for more, so that
        PostgreSQL and this process work at the same time."""
        before: _Carried | None = None
        try:
            while True:
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
        storing = asyncio.ensure_future(self._store([waiting.request for waiting in taken]))
        try:
            if before is not None:
                await asyncio.sleep(0)  # It is sent before anything else is done.
                self._tell(before)
            carried.results = await storing
            self._choice.count(len(taken))
        except BaseException:
            storing.cancel()
            self._tell(carried)
            raise
        if all(type(result) is Unavailable for result in carried.results):
            self._fail_waiting(str(carried.results[0]))  # They would each wait as long for the same answer.
        return carried

    def _tell(self, carried: "_Carried") -> None:
        for waiting, result in zip(carried.taken, carried.results, strict=True):
            waiting.settle(result)
        self._wake_followers(carried)

    def _fail_waiting(self, why: str) -> None:
        with contextlib.suppress(IndexError):  # Emptied by two threads at once, where one puts while the log closes.
            while self._queue:
                self._queue.popleft().settle(Unavailable(why))

    def _wake_followers(self, carried: "_Carried") -> None:
        tenants = frozenset(
            waiting.request.tenant_id
            for waiting, result in zip(carried.taken, carried.results, strict=True)
            if waiting.writes and isinstance(result, Appended) and result.outcome is Outcome.APPENDED
        )
        for wake in self._wakes if tenants else ():
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
        while True:
            try:
                results = await self._send(requests)
                return (
                    [_own(each, result) for each, result in zip(requests, results, strict=True)]
                    if in_doubt
                    else results
                )
            except Exception as error:
                if not is_gone(error):
                    raise
                if loop.time() > deadline:
                    return [Unavailable(str(error) or type(error).__name__)] * len(requests)
            in_doubt = True
            await asyncio.sleep(pause)
            pause = min(2 * pause, RETRY_LAST_S)

    async def _send(self, requests: Sequence[Append]) -> Sequence[batch.Result]:
        return await self.send(await self._pool.lane(), requests)

    async def send(self, connection: "Lane | Connection", requests: Sequence[Append]) -> Sequence[batch.Result]:
        """One batch over this connection, in its transaction if it is in one. Errors come as they are."""
        clock = self._clock.now() if self._clock else None
        if batch.single(requests):
            arguments = batch.one_stream(requests[0])
            timeout_s = CALL_TIMEOUT_S + len(requests[0].streams[0].events) / EVENTS_PER_SECOND_MIN
            reply = await connection.fetchrow(self._stream, clock, *arguments, timeout=timeout_s)
            assert reply is not None
            return [batch.single_result(requests[0], reply)]
        sent = batch.columns(requests)
        timeout_s = CALL_TIMEOUT_S + len(sent.e_request) / EVENTS_PER_SECOND_MIN
        reply = await connection.fetchrow(self._batch, clock, *sent.arguments(), timeout=timeout_s)
        assert reply is not None
        return batch.results(requests, sent, reply)


class _Carried:
    """A batch that was sent, and what became of each of its requests."""

    __slots__ = ("results", "taken")

    def __init__(self, taken: Sequence[batch.Waiting], results: Sequence[batch.Result]) -> None:
        self.taken, self.results = taken, results


def _own(request: Append, result: batch.Result) -> batch.Result:
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
