"""HTTP as the load speaks it: one kept-alive connection a client, and no doubt about what was lost."""

import asyncio
from typing import NamedTuple

TIMEOUT_SECONDS = 20.0
HOST = "127.0.0.1"


class Lost(Exception):
    """The connection went, or no answer came in time: whether the request was carried out is not known."""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Line:
    """A connection to one server; it is opened again at the next request after it was lost."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Raises: Lost."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return await self._exchange(method, path, headers, body)
        except (OSError, EOFError) as error:
            self.close()
            raise Lost(f"{type(error).__name__}: {error}") from error
        except BaseException:
            self.close()
            raise

    async def _exchange(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self.port)
        reader, writer = self._streams
        told = {"host": HOST, "content-length": str(len(body)), **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
        await writer.drain()
        answered = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        names = {name.lower(): value for name, _, value in (line.partition(": ") for line in answered[1:] if line)}
        content = await reader.readexactly(int(names.get("content-length", 0)))
        if names.get("connection") == "close":
            self.close()
        return Answer(int(answered[0].split(" ")[1]), names, content)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None
