"""HTTP/1.1 off the wire, within bounds: uvicorn's parser by itself keeps whatever headers it is sent, and for ever."""

import asyncio
from math import inf
from typing import Any
from uuid import uuid4

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from adapters.http.problems import MEDIA_TYPE, body_of, malformed

HEAD_BYTES_MAX = 65_536
"""The request line and the headers together; trailers likewise."""
HEAD_SECONDS_MAX = 15.0
"""From the first byte of a request, or from the connection's start, to the end of its headers."""
BODY_SECONDS_MAX = 60.0
JOINED_BYTES_MAX = 65_536
"""To copy a larger body costs more than a second write."""
OF_THE_CONNECTION = (b"connection", b"transfer-encoding")


class Reply:
    """What an application sends as one request's response. Where it says how long the body is, the head waits for it,
    and both go in one write: uvicorn writes them one by one, which is two calls of the kernel and two packets, and
    looks through every header by itself. What is not so simple is left to uvicorn."""

    __slots__ = ("_app", "_cycle", "_head")

    def __init__(self, app: Any, cycle: RequestResponseCycle) -> None:
        self._app, self._cycle = app, cycle
        self._head: Any = None

    def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """The application, with this in the place of `send`, which is the cycle's."""
        return self._app(scope, receive, self._send)

    async def _send(self, message: Any) -> None:
        head, self._head = self._head, None
        if head is None and message["type"] == "http.response.start" and _is_sized(message["headers"]):
            self._head = message
            return
        if head is not None:
            whole = _whole(self._cycle, head, message)
            if whole is not None:
                _write(self._cycle, whole)
                return
            await self._cycle.send(head)
        await self._cycle.send(message)


def _is_sized(headers: Any) -> bool:
    return b"content-length" in [name for name, _ in headers]


def _whole(cycle: RequestResponseCycle, head: Any, message: Any) -> bytes | None:
    """Head and body as bytes; None where they are not all there is, or go nowhere, or are not what they should be."""
    if cycle.response_started or cycle.disconnected or cycle.flow.write_paused or not cycle.keep_alive:
        return None
    body = message.get("body", b"")
    if message.get("more_body", False) or len(body) > JOINED_BYTES_MAX or cycle.scope["method"] == "HEAD":
        return None
    headers = [*cycle.default_headers, *head["headers"]]
    told = dict(headers)
    if told[b"content-length"] != b"%d" % len(body) or not told.keys().isdisjoint(OF_THE_CONNECTION):
        return None
    if HEADER_RE.search(b"".join(told)) or HEADER_VALUE_RE.search(b"".join([value for _, value in headers])):
        return None
    lines = b"".join([b"%s: %s\r\n" % header for header in headers])
    return b"%s%s\r\n%s" % (STATUS_LINE[head["status"]], lines, body)


def _write(cycle: RequestResponseCycle, whole: bytes) -> None:
    """As the cycle does at a response's end."""
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    cycle.transport.write(whole)
    cycle.message_event.set()
    cycle.on_response()


class BoundedProtocol(HttpToolsProtocol):
    """A request that is too large or too slow before anybody knows who sends it costs its sender the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._unread_bytes = 0
        self._ends_at: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._looks_at = inf
        super().connection_made(transport)
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

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        super()._start_asgi_task(cycle, Reply(app, cycle))

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
