"""The log as a build takes it: a chunk is read, decoded and folded while the caller writes the one before."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from adapters.postgres.pool import Pool, go_one_way
from adapters.read_models.applying import Seen, changes_of, seen
from adapters.read_models.counting import Poisoned, Tally, Told, ToldPage, stepped_page
from adapters.read_models.logged import earlier, page_events, page_told
from adapters.read_models.model import Counting, ReadModel
from adapters.read_models.session import Connection
from adapters.read_models.table import Gathering, Merged
from application.ports import Recorded
from domain.ids import TenantId

PAGE_EVENTS = 20_000
WINDOW_EVENTS = 200_000
"""How much of the log one call goes through at most, however few of its events are wanted."""
READY_CHUNKS = 1
MEMORY_STREAMS_MAX = 400_000
"""What a model that counts remembers while it is built; beyond that the log is asked again."""

SENT_AFTER_TURNS = 2
"""Of the loop, until what a task asks for is on its way."""


class Chunk(msgspec.Struct, frozen=True):
    """The events `after` one position and up to another, as row changes. None: they cannot all be projected, and are
    to be gone through one by one."""

    after: int
    until: int
    changes: Merged | None


class Feed:
    """Chunks of one tenant's log, from where a build is."""

    def __init__(self, pool: Pool, tenant_id: TenantId, model: ReadModel, *, chunk_events: int) -> None:
        self._pool, self._tenant_id, self._model, self._events = pool, tenant_id, model, chunk_events
        self._begin_chunk()
        self._tally = self._new_tally()

    def _begin_chunk(self) -> None:
        self._gathering, self._whole = Gathering(), True

    def _new_tally(self) -> Tally | None:
        project = self._model.project
        return Tally(project, self._recall, streams_max=MEMORY_STREAMS_MAX) if isinstance(project, Counting) else None

    @asynccontextmanager
    async def from_position(self, after: int, head: int) -> AsyncIterator[AsyncIterator[Chunk]]:
        """Inside, the chunks from `after` to `head`, in order. Raises: Unavailable."""
        ready: asyncio.Queue[Chunk | BaseException | None] = asyncio.Queue(READY_CHUNKS)
        task = asyncio.create_task(self._produce(after, head, ready))
        try:
            yield _taken(ready)
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _produce(self, after: int, head: int, ready: "asyncio.Queue[Chunk | BaseException | None]") -> None:
        try:
            # One transaction for all pages, so that the next is asked for in one exchange, before this one is decoded.
            async with self._pool.tenant(self._tenant_id) as connection:
                await go_one_way(connection)
                # It idles while chunks are written.
                await connection.execute("set local idle_in_transaction_session_timeout = 0")
                await self._pages(connection, after, head, ready)
            await ready.put(None)
        except Exception as error:  # It is the caller's, who waits at the other end.
            await ready.put(error)

    async def _pages(
        self, connection: Connection, after: int, head: int, ready: "asyncio.Queue[Chunk | BaseException | None]"
    ) -> None:
        coming: asyncio.Task[tuple[list[Recorded] | ToldPage, int]] | None = None
        try:
            done, begun = after, after
            gathered = 0
            while done < head:
                events, done = await (coming or self._page(connection, done, head))
                coming = asyncio.create_task(self._page(connection, done, head)) if done < head else None
                for _ in range(SENT_AFTER_TURNS):
                    await asyncio.sleep(0)
                gathered += len(events)
                await self._take(events)
                if gathered >= self._events or done == head:
                    await ready.put(Chunk(begun, done, self._changes()))
                    gathered, begun = 0, done
        finally:
            if coming is not None:
                coming.cancel()
                await asyncio.wait([coming])

    async def _page(self, connection: Connection, after: int, head: int) -> tuple[list[Recorded] | ToldPage, int]:
        """The next events as they are stored, and the position that they reach."""
        tenant_id, model, limit = self._tenant_id, self._model, min(self._events, PAGE_EVENTS)
        until = min(head, after + WINDOW_EVENTS)
        if isinstance(model.project, Counting):
            return await page_told(connection, tenant_id, model, after=after, until=until, limit=limit)
        return await page_events(connection, tenant_id, model, after=after, until=until, limit=limit)

    async def _take(self, events: Any) -> None:
        """A page more of the chunk."""
        project, essences = self._model.project, self._model.essences
        try:
            if not isinstance(project, Counting):
                self._gathering.take(changes_of(project, seen(events, essences)))
            elif self._tally is not None:
                await self._tally.take(stepped_page(project, events))
        except Poisoned:
            self._whole = False

    def _changes(self) -> Merged | None:
        """What the chunk comes to, and begin the next."""
        gathering, whole = self._gathering, self._whole
        self._begin_chunk()
        if not whole:
            self._tally = self._new_tally()  # Of the chunk's streams it does not know all.
            return None
        if self._tally is not None:
            gathering.take(self._tally.changes())
        return gathering.merged()

    async def _recall(self, streams: Mapping[str, int]) -> list[Told]:
        async with self._pool.connection() as connection:
            return await earlier(connection, self._tenant_id, self._model, streams)


async def page(
    connection: Connection, tenant_id: TenantId, model: ReadModel, *, after: int, until: int, limit: int
) -> tuple[list[Seen], int]:
    """Up to `limit` events that the model rests on, decoded, and the position that they reach: `until`, or that of the
    last of them where more may follow."""
    await go_one_way(connection)
    records, reached = await page_events(connection, tenant_id, model, after=after, until=until, limit=limit)
    return seen(records, model.essences), reached


async def _taken(ready: "asyncio.Queue[Chunk | BaseException | None]") -> AsyncIterator[Chunk]:
    while (chunk := await ready.get()) is not None:
        if isinstance(chunk, BaseException):
            raise chunk
        yield chunk
