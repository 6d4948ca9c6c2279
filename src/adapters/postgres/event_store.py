"""The log on PostgreSQL: lanes of appends that the tenants of a database share; reads in keyset pages."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from functools import partial
from itertools import starmap
from struct import unpack
from typing import Self, TypeVar

import asyncpg
import msgspec

from adapters.postgres import batch, staged
from adapters.postgres.appending import RESOLVE_S, RETRY_LAST_S, Look, Wake, own
from adapters.postgres.lanes import Lanes
from adapters.postgres.loading import Loading
from adapters.postgres.pool import Pool, go_one_way
from adapters.postgres.trees import RowsMissing
from application.lines import History, Lines
from application.ports import (
    Append,
    Appended,
    Clock,
    CursorCut,
    EventsPage,
    Frozen,
    Halt,
    Outcome,
    Recorded,
    Unavailable,
    UnknownEpoch,
    VersionConflict,
)
from domain.ids import TenantId

PAGE_EVENTS = 5_000

_ROW = (
    "r.epoch, r.position, r.stream_id, r.version, r.type, r.type_version, r.event_id::text, r.recorded_at,"
    " r.happened_on, r.actor, r.correlation_id, r.causation_id, r.command_id::text, r.data"
)
"""The fields of `Recorded` after the tenant, in their order."""
_LOAD = f"SELECT {_ROW} FROM thidua.load_streams($1, $2) AS r"
_HALT = msgspec.json.Decoder(Halt)
_PAGE = f"SELECT {_ROW} FROM thidua.page_events($1, $2, $3, $4, $5) AS r"
_FEED_PAGE = """SELECT p.epoch, p.cut, p.head, p.last, p.counted, p.events
  FROM thidua.feed_page($1, $2, $3, $4, $5) AS p"""
_LARGE_PAGE = f"""
SELECT {_ROW} FROM thidua.events AS r
 WHERE r.tenant_id = $1 AND r.position > $2 AND r.position <= $3
 ORDER BY r.position LIMIT {PAGE_EVENTS}"""
_LINES = "SELECT p.last, p.streams, p.versions, p.kinds, p.lines FROM thidua.page_lines($1, $2, $3, $4) AS p"
_REMEMBERED = "SELECT r.fingerprint, r.answer, r.position, r.recorded_at FROM thidua.remembered($1, $2) AS r"
_HEADS = "SELECT h.tenant_id, h.position FROM thidua.heads() AS h"
_EPOCHS = "SELECT h.tenant_id, h.epoch FROM thidua.heads() AS h"
_FREEZE = "SELECT thidua.freeze_log($1, $2, $3)"
_FROZEN = "SELECT f.tenant_id, f.halt FROM thidua.frozen_logs() AS f"
_NO_END = 2**63 - 1

P = TypeVar("P")


class PostgresEventStore:
    """The `EventStore` on PostgreSQL. Use as an async context manager: the lanes of its appends live inside. `clock` is
    for a database that is marked as a demo; elsewhere giving one makes every append fail.
    """

    def __init__(self, pool: Pool, *, clock: Clock | None = None) -> None:
        self._pool, self._clock = pool, clock
        self._lanes = Lanes(pool, clock=clock)
        self._loading = Loading(pool)
        self._wakes: list[Wake] = []
        self._large = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self._lanes.__aenter__()
        return self

    async def __aexit__(self, *exit_: object) -> None:
        """Waits, bounded, for the appends that were asked for; whoever is left then is told Unavailable."""
        await self._lanes.__aexit__(*exit_)

    @property
    def session(self) -> int | None:
        """The connections that append: a restore breaks them."""
        return self._pool.session

    def follow(self, wake: Wake, types: Collection[str] = ()) -> None:
        """Call `wake(tenants)` after each batch that stored events, of these types if any are given, with their
        tenants, and after each large append. It must return at once."""
        self._wakes.append(wake)
        self._lanes.follow(wake, types)

    def before_appending(self, look: Look) -> None:
        """Call `look` before anything is appended over a new connection: behind it may be another database."""
        self._lanes.before_appending(look)

    async def append(self, request: Append) -> Appended:
        names = {each.stream_id for each in request.streams}
        assert len(names) == len(request.streams), "a command names each stream once"
        try:
            if staged.is_large(request):
                return await self._append_large(request)
            return await self._lanes.append(request)
        except Frozen as frozen:  # Why is not asked in the append itself, whose way is the same for all.
            raise Frozen(frozen.tenant_id, (await self.frozen()).get(frozen.tenant_id)) from frozen

    async def _append_large(self, request: Append) -> Appended:
        """Beside the lanes, on a connection of its own. The tenant's other appends wait here, and nobody else's."""
        self._lanes.check_open()
        async with self._large:
            with self._lanes.holding_back(request.tenant_id):
                await self._lanes.look()
                if request.session not in (None, self.session):
                    raise VersionConflict(request.streams[0].stream_id)
                result = await self._store_large(request)
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
                return own(request, result) if in_doubt else result
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
        return await self._loading.histories(tenant_id, stream_ids)

    async def page(
        self, tenant_id: TenantId, *, after: int, limit: int, types: Sequence[str] = (), until: int | None = None
    ) -> list[Recorded]:
        end = _NO_END if until is None else until
        rows = await self._fetch(_PAGE, tenant_id, after, end, list(types), limit)
        return list(starmap(partial(Recorded, tenant_id), rows))

    async def cloud_events(
        self, tenant_id: TenantId, *, after: int, limit: int, types: Sequence[str] = (), epoch: int = 1
    ) -> EventsPage:
        [row] = await self._fetch(_FEED_PAGE, tenant_id, epoch, after, list(types), limit)
        present, cut, head, last, found, events = row
        if epoch > present:
            raise UnknownEpoch(present)
        if cut is not None:
            raise CursorCut(cut=cut, epoch=present)
        return EventsPage(epoch=present, head=head, last=last, found=found, events=events or b"")

    def read(self, tenant_id: TenantId, *, after: int = 0) -> AsyncIterator[Sequence[Recorded]]:
        return self._pages(tenant_id, self._large_page, after, _NO_END)

    def lines(self, tenant_id: TenantId, *, after: int = 0, until: int | None = None) -> AsyncIterator[Lines]:
        return self._pages(tenant_id, self._page_of_lines, after, _NO_END if until is None else until)

    async def _pages(
        self,
        tenant_id: TenantId,
        fetch: Callable[[TenantId, int, int], Coroutine[None, None, tuple[int, P]]],
        after: int,
        end: int,
    ) -> AsyncIterator[P]:
        """What `fetch` gives between two positions, each time with the one that it comes to. Raises: RowsMissing."""
        until = min(end, (await self.heads()).get(tenant_id, 0))
        coming: asyncio.Task[tuple[int, P]] | None = None
        try:
            while after < until:
                after, page = await (coming or fetch(tenant_id, after, until))
                # Fetched while the caller works on this one.
                coming = asyncio.create_task(fetch(tenant_id, after, until)) if after < until else None
                await asyncio.sleep(0)  # It is sent before the caller, who may not wait for anything, begins.
                yield page
        finally:
            if coming is not None:
                coming.cancel()
                await asyncio.wait([coming])

    async def _large_page(self, tenant_id: TenantId, after: int, until: int) -> tuple[int, list[Recorded]]:
        """As `page`, by more exchanges and none of the function's: its rows would be collected before the first is
        sent, here they are made on the one side while they are taken up on the other."""
        async with self._pool.tenant(tenant_id) as connection:
            await go_one_way(connection)
            rows = await connection.fetch(_LARGE_PAGE, tenant_id, after, until)
        page = list(starmap(partial(Recorded, tenant_id), rows))
        if not page:
            raise RowsMissing(tenant_id, after)
        return page[-1].position, page

    async def _page_of_lines(self, tenant_id: TenantId, after: int, until: int) -> tuple[int, Lines]:
        [(last, streams, versions, kinds, lines)] = await self._fetch(_LINES, tenant_id, after, until, PAGE_EVENTS)
        if last is None:
            raise RowsMissing(tenant_id, after)
        page = Lines(streams.split("\x1f"), unpack(f">{len(versions) // 4}i", versions), kinds.split("\n"), lines)
        assert len(page.streams) == len(page.versions) == len(page.kinds), "the separators are in no name"
        return last, page

    async def heads(self) -> dict[TenantId, int]:
        return {TenantId(str(row["tenant_id"])): row["position"] for row in await self._fetch(_HEADS)}

    async def epochs(self) -> dict[TenantId, int]:
        return {TenantId(str(row["tenant_id"])): row["epoch"] for row in await self._fetch(_EPOCHS)}

    async def freeze(self, tenant_id: TenantId, epoch: int, halt: Halt) -> None:
        await self._fetch(_FREEZE, tenant_id, epoch, msgspec.json.encode(halt).decode())

    async def frozen(self) -> dict[TenantId, Halt | None]:
        rows = await self._fetch(_FROZEN)
        return {TenantId(str(tenant_id)): halt and _HALT.decode(halt) for tenant_id, halt in rows}

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        async with self._pool.connection() as connection:
            return await connection.fetch(query, *arguments)
