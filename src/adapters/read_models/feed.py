"""The log as a build reads it: only the events that the model rests on, a page ahead of whoever writes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from adapters.postgres.pool import Pool
from adapters.read_models.applying import Poisoned, Seen, concerned, folded, seen
from adapters.read_models.model import ReadModel
from adapters.read_models.session import Connection
from adapters.read_models.table import Change
from application.ports import Recorded
from domain.ids import TenantId

WINDOW_EVENTS = 200_000
"""How much of the log one call goes through at most, however few of its events are wanted."""
READY_CHUNKS = 1
PAGE = "select * from read_models.page_events($1, $2, $3, $4, $5, $6, $7)"


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
                await ready.put(Chunk(after, until, batch, self._folded(batch)))
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

    def _folded(self, batch: list[Seen]) -> list[Change] | None:
        try:
            return folded(self._model, concerned(self._model, batch))
        except Poisoned:
            return None


async def page(
    connection: Connection, tenant_id: TenantId, model: ReadModel, *, after: int, until: int, limit: int
) -> tuple[list[Seen], int]:
    """Up to `limit` events that the model rests on, decoded, and the position that they reach: `until`, or that of the
    last of them where more may follow."""
    rows = await connection.fetch(
        PAGE, tenant_id, after, until, sorted(model.families), sorted(model.passes_over), model.whole_envelope, limit
    )
    batch = seen([_recorded(tenant_id, row) for row in rows])
    return batch, (rows[-1][0] if len(rows) == limit else until)


async def _taken(ready: "asyncio.Queue[Chunk | BaseException | None]") -> AsyncIterator[Chunk]:
    while (chunk := await ready.get()) is not None:
        if isinstance(chunk, BaseException):
            raise chunk
        yield chunk


def _recorded(tenant_id: TenantId, row: Any) -> Recorded:
    position, stream_id, version, type_, type_version, recorded_at, data, epoch, happened_on, actor, *ids = row
    correlation_id, causation_id, command_id = ids
    return Recorded(
        tenant_id=tenant_id,
        epoch=epoch or 0,
        position=position,
        stream_id=stream_id,
        version=version,
        type=type_,
        type_version=type_version,
        event_id="",
        recorded_at=recorded_at,
        happened_on=happened_on,
        actor=actor or "",
        correlation_id=correlation_id or "",
        causation_id=causation_id,
        command_id=str(command_id or ""),
        data=data,
    )
