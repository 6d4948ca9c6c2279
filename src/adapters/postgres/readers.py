"""Connections for everything but appends: asyncpg's pool, with a shorter way from one caller to the next."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Reader = PoolConnectionProxy[asyncpg.Record]

ACQUIRE_TIMEOUT_S = 3.0
HELD_S = 60.0
"""How long connections are kept from asyncpg's pool at most, which closes those that are idle or old."""


class Readers:
    """At most `size` connections. One that was given back whole goes to whoever asks next as it is: asyncpg's own way,
    which makes a task of each return and watches each request with a timer, costs three times what a small query does.
    """

    def __init__(self, url: str, *, size: int, **options: Any) -> None:
        self._pool = asyncpg.create_pool(url, min_size=0, max_size=size, reset=_nothing_to_reset, **options)
        self._free: list[Reader] = []
        self._waiting = 0
        self._timer: asyncio.TimerHandle | None = None
        self._returning: asyncio.Task[None] | None = None
        self._closing = False

    async def open(self) -> None:
        """Connects nowhere yet."""
        await self._pool

    async def close(self) -> None:
        """Waits for those that are taken."""
        self._closing = True
        await self._return_free()
        await self._pool.close()

    async def renew(self) -> None:
        """Whoever asks from now on gets a new connection."""
        await self._pool.expire_connections()
        await self._return_free()

    def terminate(self) -> None:
        self._pool.terminate()

    async def take(self) -> "Reader":
        """A connection that is the caller's alone, until it calls `give` or `give_up`. Errors come as they are."""
        while self._free:
            connection = self._free.pop()
            if _is_open(connection):
                return connection
            await self._pool.release(connection)
        self._waiting += 1
        try:
            return await self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S)
        finally:
            self._waiting -= 1

    async def give(self, connection: "Reader") -> None:
        """Give a connection back on which all was answered."""
        if self._waiting or self._closing or not _is_open(connection):
            await self._pool.release(connection)
            return
        self._free.append(connection)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(HELD_S, self._expire)

    async def give_up(self, connection: "Reader") -> None:
        """Give one back on which something may be unanswered: asyncpg waits until the server has stopped it."""
        await self._pool.release(connection)

    def _expire(self) -> None:
        self._returning = asyncio.create_task(self._return_free())

    async def _return_free(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        free, self._free = self._free, []
        for connection in free:
            with suppress(Exception):  # Of one that is sick: asyncpg has counted it as gone, and the others go on.
                await self._pool.release(connection)


def _is_open(connection: "Reader") -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:  # It was lost while nobody had it, and asyncpg has taken it away.
        return False


async def _nothing_to_reset(connection: object) -> None:
    """Nothing here lasts longer than a transaction; asyncpg's own reset would cost a round trip each time."""
