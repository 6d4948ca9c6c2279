"""The log as a build reads it: only the events that the model rests on, a page ahead of whoever writes."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from adapters.postgres.pool import Pool
from adapters.read_models.applying import Poisoned, Seen, fold, seen
from adapters.read_models.logged import earlier_events, page_events
from adapters.read_models.model import ReadModel
from adapters.read_models.session import Connection
from adapters.read_models.table import Change
from application.ports import Recorded
from domain.ids import TenantId

WINDOW_EVENTS = 200_000
"""How much of the log one call goes through at most, however few of its events are wanted."""
READY_CHUNKS = 1
MEMORY_STREAMS_MAX = 400_000
"""What a model that counts remembers while it is built; beyond that the log is asked again."""


class Chunk(msgspec.Struct, frozen=True):
    """The events that are wanted of those `after` one position and up to another. `changes` None: they cannot all be
    projected, and are gone through one by one."""

    after: int
    until: int
    batch: list[Seen]
    changes: list[Change] | None


class Feed:
    """Chunks of one tenant's log, folded while the caller writes the one before."""

    def __init__(self, pool: Pool, tenant_id: TenantId, model: ReadModel, *, chunk_events: int) -> None:
        self._pool, self._tenant_id, self._model, self._events = pool, tenant_id, model, chunk_events
        self._memory: dict[str, Any] = {}

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
        coming: asyncio.Task[tuple[list[Seen], int]] | None = None
        try:
            while after < head:
                batch, until = await (coming or self._page(after, head))
                coming = asyncio.create_task(self._page(until, head)) if until < head else None
                await ready.put(Chunk(after, until, batch, await self._folded(batch)))
                after = until
            await ready.put(None)
        except Exception as error:  # It is the caller's, who waits at the other end.
            await ready.put(error)
        finally:
            if coming is not None:
                coming.cancel()
                await asyncio.wait([coming])

    async def _page(self, after: int, head: int) -> tuple[list[Seen], int]:
        until = min(head, after + WINDOW_EVENTS)
        async with self._pool.connection() as connection:
            return await page(connection, self._tenant_id, self._model, after=after, until=until, limit=self._events)

    async def _folded(self, batch: list[Seen]) -> list[Change] | None:
        if len(self._memory) > MEMORY_STREAMS_MAX:
            self._memory.clear()
        try:
            return await fold(self._model, batch, self._memory, self._recall)
        except Poisoned:
            return None

    async def _recall(self, streams: Mapping[str, int]) -> list[Recorded]:
        async with self._pool.connection() as connection:
            return await earlier_events(connection, self._tenant_id, streams)


async def page(
    connection: Connection, tenant_id: TenantId, model: ReadModel, *, after: int, until: int, limit: int
) -> tuple[list[Seen], int]:
    """Up to `limit` events that the model rests on, decoded, and the position that they reach: `until`, or that of the
    last of them where more may follow."""
    records = await page_events(connection, tenant_id, model, after=after, until=until, limit=limit)
    return seen(records), (records[-1].position if len(records) == limit else until)


async def _taken(ready: "asyncio.Queue[Chunk | BaseException | None]") -> AsyncIterator[Chunk]:
    while (chunk := await ready.get()) is not None:
        if isinstance(chunk, BaseException):
            raise chunk
        yield chunk
