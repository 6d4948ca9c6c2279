"""The client of the measures over HTTP: raw HTTP/1.1 on kept-alive loopback connections, light enough not to be the
limit. The same bytes go to every server; an `Idempotency-Key` of its own is in each request."""

import asyncio
import random
import re
import time
from typing import Any, NamedTuple

import uvloop

from benchmarks.peers.speak import IDS_A_SECOND, Done, Ids, answer

HOST = "127.0.0.1"
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
ANSWER_SECONDS_MAX = 60.0
RETRY_SECONDS = 0.25


class Answer(NamedTuple):
    status: int
    body: bytes


class Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._got = bytearray()
        self._wanted: asyncio.Future[Answer] | None = None
        self._length: tuple[int, int] | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    async def ask(self, request: bytes) -> Answer:
        self._wanted = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._wanted

    def data_received(self, data: bytes) -> None:
        self._got += data
        if self._length is None:
            ends = self._got.find(b"\r\n\r\n")
            if ends < 0:
                return
            found = LENGTH.search(self._got, 0, ends)
            self._length = (ends + 4, ends + 4 + (int(found[1]) if found else 0))
        starts, ends = self._length
        if len(self._got) < ends or self._wanted is None:
            return
        told = Answer(int(self._got[9:12]), bytes(self._got[starts:ends]))
        del self._got[:ends]
        self._length = None
        if not self._wanted.done():
            self._wanted.set_result(told)

    def connection_lost(self, error: Exception | None) -> None:
        if self._wanted is not None and not self._wanted.done():
            self._wanted.set_exception(error or EOFError("the server has hung up"))

    def close(self) -> None:
        self._transport.abort()


async def line_to(port: int) -> Line:
    _, line = await asyncio.get_running_loop().create_connection(Line, HOST, port)
    return line


def head_of(method: str, path: str, headers: dict[str, str]) -> str:
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {path} HTTP/1.1\r\nhost: {HOST}\r\n{told}"


class Post:
    """A command that is sent over and over, each time under another key."""

    def __init__(self, ids: Ids, path: str, headers: dict[str, str], body: str) -> None:
        content = body.encode()
        told = {**headers, "content-type": "application/json", "content-length": str(len(content))}
        self._head, self._rest, self._ids = head_of("POST", path, told).encode(), b"\r\n\r\n" + content, ids

    def next(self) -> bytes:
        return b"%sidempotency-key: %s%s" % (self._head, self._ids.take().encode(), self._rest)


class Client:
    def __init__(self) -> None:
        self._ids = Ids(str)

    async def send(self, seconds: float, port: int, connections: int, **post: Any) -> Done:
        """Commands that were carried out, each connection sending again when it was answered."""
        self._ids.prepare(int(IDS_A_SECOND * seconds / 3))
        asked = Post(self._ids, **post)
        lines = [await line_to(port) for _ in range(connections)]
        done, started = 0, time.perf_counter()

        async def call(line: Line) -> None:
            nonlocal done
            while time.perf_counter() < started + seconds:
                check(await line.ask(asked.next()))
                done += 1

        await asyncio.gather(*map(call, lines))
        took = time.perf_counter() - started
        for line in lines:
            line.close()
        return Done(done, took)

    async def follow(self, seconds: float, port: int, connections: int, headers: dict[str, str], limit: int) -> Done:
        """Events of full pages of the feed, read from the start again and again; each is counted by its field."""
        done, started = 0, time.perf_counter()

        async def call() -> None:
            nonlocal done
            line, after = await line_to(port), 0
            while time.perf_counter() < started + seconds:
                page = check(await line.ask(f"{head_of('GET', self._page(after, limit), headers)}\r\n".encode()))
                found = page.count(b'"specversion"')
                done += found
                after = after + limit if found == limit else 0
            line.close()

        await asyncio.gather(*(call() for _ in range(connections)))
        return Done(done, time.perf_counter() - started)

    @staticmethod
    def _page(after: int, limit: int) -> str:
        return f"/v1/events?after={after}&limit={limit}"

    async def pace(self, seconds: float, port: int, tenants: list[dict[str, Any]], seed: int = 1) -> list[list[float]]:
        """Seconds that each tenant's commands took, by tenant, sent when they fall due whether or not those before
        were answered. A late start counts as time that it took, and so does a 503, after which it is sent again."""
        chance = random.Random(seed)  # noqa: S311
        due: list[tuple[float, int]] = []
        for n, tenant in enumerate(tenants):
            at = chance.expovariate(tenant["rate"])
            while at < seconds:
                due.append((at, n))
                at += chance.expovariate(tenant["rate"])
        posts = [Post(self._ids, **tenant["post"]) for tenant in tenants]
        self._ids.prepare(len(due))
        free: list[Line] = [await line_to(port) for _ in range(32)]
        took: list[list[float]] = [[] for _ in tenants]
        started = time.perf_counter() + 0.05

        async def one(at: float, n: int) -> None:
            line, asked = free.pop() if free else await line_to(port), posts[n].next()
            while (answered := await line.ask(asked)).status == 503:
                await asyncio.sleep(RETRY_SECONDS)
            check(answered)
            took[n].append(time.perf_counter() - started - at)
            free.append(line)

        async with asyncio.timeout(seconds + ANSWER_SECONDS_MAX), asyncio.TaskGroup() as group:
            for at, n in sorted(due):
                if (wait := started + at - time.perf_counter()) > 0:
                    await asyncio.sleep(wait)
                group.create_task(one(at, n))
        for line in free:
            line.close()
        return took


def check(answered: Answer) -> bytes:
    if answered.status not in (200, 201):
        raise AssertionError(f"{answered.status}: {answered.body[:500]!r}")
    return answered.body


def main() -> None:
    client = Client()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        answer({name: getattr(client, name) for name in ("send", "follow", "pace")}, runner.run)


if __name__ == "__main__":
    main()
