"""HTTP/1.1 off the wire, within bounds: uvicorn's parser by itself keeps whatever headers it is sent, and for ever."""

import asyncio
from math import inf
from typing import Any
from uuid import uuid4

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from adapters.http.problems import MEDIA_TYPE, body_of, malformed

HEAD_BYTES_MAX = 65_536
"""The request line and the headers together; trailers likewise."""
HEAD_SECONDS_MAX = 15.0
"""From the first byte of a request, or from the connection's start, to the end of its headers."""
BODY_SECONDS_MAX = 60.0
JOINED_BYTES_MAX = 65_536
"""To copy a larger body costs more than a second write."""


class Joining(asyncio.Transport):
    """A connection on which a response's head waits for the first piece of its body, and both go in one write: uvicorn
    writes them one by one, and uvloop sends each at once, which is two calls of the kernel and two packets. A head
    that nothing follows goes when the loop comes round."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport, self._loop, self._head = transport, loop, b""

    def write(self, data: Any) -> None:
        if self._head and len(data) <= JOINED_BYTES_MAX:
            head, self._head = self._head, b""
            self._transport.write(head + data)
        elif data.startswith(b"HTTP/1.1 ") and not self._head:
            self._head = data
            self._loop.call_soon(self._flush)
        else:
            self._flush()
            self._transport.write(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()


class BoundedProtocol(HttpToolsProtocol):
    """A request that is too large or too slow before anybody knows who sends it costs its sender the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._unread_bytes = 0
        self._ends_at: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._looks_at = inf
        super().connection_made(Joining(transport, self.loop))
        self._expect_within(HEAD_SECONDS_MAX)

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_within(None)
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # Whatever the parser has made a body of, or a whole request, is taken off again below, while it parses.
        self._unread_bytes += len(data)
        super().data_received(data)
        if self._unread_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self.send_400_response("too large")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._expect_within(HEAD_SECONDS_MAX)

    def on_headers_complete(self) -> None:
        self._unread_bytes = 0
        self._expect_within(BODY_SECONDS_MAX)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unread_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unread_bytes = 0
        self._expect_within(None)
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """A problem like any other: what is no HTTP reaches no application that could say so."""
        content = body_of(malformed("request", "is not HTTP, or too large"), language="vi", instance=str(uuid4()))
        head = f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(content)}\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[400] + head.encode() + content)
        self.transport.close()

    def _expect_within(self, seconds: float | None) -> None:
        """The end of the time allowed. A request moves it four times, so the timer is left alone as long as it looks
        early enough."""
        self._ends_at = None if seconds is None else self.loop.time() + seconds
        if self._ends_at is not None and self._ends_at < self._looks_at:
            self._arm(self._ends_at)

    def _arm(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._looks_at = at
        self._timer = self.loop.call_at(at, self._look)

    def _look(self) -> None:
        self._timer, self._looks_at = None, inf
        if self._ends_at is None:
            return
        if self._ends_at <= self.loop.time():
            self.transport.close()
        else:
            self._arm(self._ends_at)
