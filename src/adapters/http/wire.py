"""HTTP/1.1 off the wire, within bounds: uvicorn's parser by itself keeps whatever headers it is sent, and for ever."""

import asyncio
from uuid import uuid4

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from adapters.http.problems import MEDIA_TYPE, body_of, malformed

HEAD_BYTES_MAX = 65_536
"""The request line and the headers together; trailers likewise."""
HEAD_SECONDS_MAX = 15.0
"""From the first byte of a request, or from the connection's start, to the end of its headers."""
BODY_SECONDS_MAX = 60.0


class BoundedProtocol(HttpToolsProtocol):
    """A request that is too large or too slow before anybody knows who sends it costs its sender the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._unread_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None
        super().connection_made(transport)
        self._expect_within(HEAD_SECONDS_MAX)

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_within(None)
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
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        self.transport.close()
