"""A TCP proxy before PostgreSQL that can lose an answer, lose a question, fall silent or be away."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from enum import Enum
from urllib.parse import urlsplit

CHUNK_BYTES = 65_536


class Fault(Enum):
    NONE = "none"
    LOSE_ANSWER = "lose the next answer: the server has done it, the client does not learn it"
    LOSE_QUESTION = "lose the next question: the client has sent it, the server does not learn it"


class Proxy:
    """`url` leads through it. Set `fault` for the next exchange of a connection that is already open."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self.fault, self.away, self._url = Fault.NONE, False, url
        self._target = (parts.hostname, parts.port or 5432)
        self._open: set[asyncio.StreamWriter] = set()
        self._silent: set[asyncio.StreamWriter] = set()
        self.port = 0

    @property
    def url(self) -> str:
        host, port = self._target
        return self._url.replace(f"@{host}:{port}/", f"@127.0.0.1:{self.port}/")

    def go_away(self) -> None:
        """Cut every connection, and refuse new ones until `come_back()`."""
        self.away = True
        for writer in self._open:
            writer.transport.abort()

    def fall_silent(self) -> None:
        """Swallow whatever is said on the connections that are open now, and cut none: new ones are as ever."""
        self._silent |= self._open

    def passes(self, chunk: bytes) -> None:
        """For who wants to set the fault by what is said."""

    def come_back(self) -> None:
        self.away = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.away:
            writer.transport.abort()
            return
        try:
            server_reader, server_writer = await asyncio.open_connection(*self._target)
        except OSError:  # The server is being killed or started.
            writer.transport.abort()
            return
        self._open |= {writer, server_writer}
        both = [
            asyncio.create_task(self._pipe(reader, server_writer, Fault.LOSE_QUESTION)),
            asyncio.create_task(self._pipe(server_reader, writer, Fault.LOSE_ANSWER)),
        ]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for each in (writer, server_writer):
            each.transport.abort()
        await asyncio.wait(both)
        self._open -= {writer, server_writer}
        self._silent -= {writer, server_writer}

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, loss: Fault) -> None:
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                self.passes(chunk)
                if writer in self._silent:
                    continue
                if self.fault is loss:
                    self.fault = Fault.NONE
                    return
                writer.write(chunk)
                await writer.drain()
        except (OSError, RuntimeError):  # uvloop's word for a connection that was cut under the write.
            return


@asynccontextmanager
async def proxy_before(url: str) -> AsyncIterator[Proxy]:
    proxy = Proxy(url)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.go_away()
        await asyncio.sleep(0.05)


@contextmanager
def proxy_in_a_thread(proxy: Proxy) -> Iterator[Callable[[Callable[[], object]], object]]:
    """The proxy for tests that block; what is given is a way to call it in its loop."""
    ready, done = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
        proxy.port = server.sockets[0].getsockname()[1]
        loops.append(asyncio.get_running_loop())
        ready.set()
        await done.wait()
        server.close()
        proxy.go_away()
        await asyncio.sleep(0.05)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    try:
        yield loops[0].call_soon_threadsafe
    finally:
        loops[0].call_soon_threadsafe(done.set)
        thread.join()
