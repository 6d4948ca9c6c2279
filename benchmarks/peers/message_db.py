"""Message DB as a contender: its SQL functions, called from asyncpg, a connection a caller."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import uvloop

from benchmarks.peers.speak import DATA, HEADCOUNTS, IDS_A_SECOND, Done, Ids, answer, established, headcount

CATEGORIES = 16
"""It locks a stream's category: as many as our tenants, so that writers meet as seldom as there."""
NO_STREAM = -1
WRITE = "SELECT message_store.write_message($1, $2, $3, $4, NULL, $5)"
READ = "SELECT m.type, m.data FROM message_store.get_stream_messages($1) AS m"


class MessageDb:
    def __init__(self) -> None:
        self._ids = Ids(str)
        self._streams: list[str] = []
        self._connections: list[asyncpg.Connection[asyncpg.Record]] = []

    async def open(self, url: str, callers: int = 32) -> None:
        settings = {"search_path": "message_store,public"}
        self._connections = [await asyncpg.connect(url, server_settings=settings) for _ in range(callers)]

    async def append(self, seconds: float, callers: int = 32) -> Done:
        content = DATA.decode()
        self._ids.prepare(int(2 * IDS_A_SECOND * seconds / 4))

        async def one(caller: int, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
            name = f"registration{caller % CATEGORIES}-{self._ids.take()}"
            await connection.fetchval(WRITE, self._ids.take(), name, "WorkRegistered", content, NO_STREAM)

        return await self._rate(seconds, callers, one)

    async def fill(self, streams: int) -> None:
        for _ in range(streams):
            name, connection = f"unit-{uuid4()}", self._connections[0]
            async with connection.transaction():
                await connection.execute(WRITE, str(uuid4()), name, "Established", json.dumps(established()), NO_STREAM)
                for number in range(HEADCOUNTS):
                    content = json.dumps(headcount(number))
                    await connection.execute(WRITE, str(uuid4()), name, "HeadcountReported", content, number)
            self._streams.append(name)

    async def load(self, seconds: float, readers: int) -> Done:
        turn = iter(range(10**9))

        async def one(_: int, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
            state: dict[str, Any] = {}
            for kind, content in await connection.fetch(READ, self._streams[next(turn) % len(self._streams)]):
                evolve(state, kind, json.loads(content))
            assert len(state["headcounts"]) == HEADCOUNTS

        return await self._rate(seconds, readers, one)

    async def _rate(
        self, seconds: float, callers: int, one: Callable[[int, "asyncpg.Connection[asyncpg.Record]"], Awaitable[None]]
    ) -> Done:
        done, started = 0, time.perf_counter()

        async def call(caller: int) -> None:
            nonlocal done
            while time.perf_counter() < started + seconds:
                await one(caller, self._connections[caller])
                done += 1

        await asyncio.gather(*(call(caller) for caller in range(callers)))
        return Done(done, time.perf_counter() - started)


def evolve(state: dict[str, Any], kind: str, content: dict[str, Any]) -> None:
    if kind == "Established":
        state["established"], state["headcounts"] = content, []
    else:
        state["headcounts"].append(content)


def main() -> None:
    peer = MessageDb()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        answer({name: getattr(peer, name) for name in ("open", "append", "fill", "load")}, runner.run)


if __name__ == "__main__":
    main()
