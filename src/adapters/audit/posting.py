"""One HTTP request to somebody whom we do not trust, bounded in time and size; no redirects, no proxies."""

import asyncio
import ssl
from urllib.parse import urlsplit

import httptools
import msgspec

SECONDS_MAX = 10.0
"""From looking the name up to the last byte of the answer."""
ANSWER_BYTES_MAX = 262_144
_PIECE_BYTES = 65_536


class Answer(msgspec.Struct, kw_only=True):
    """`media_type` is in lower case and without parameters."""

    status: int = 0
    media_type: str = ""
    body: bytes = b""


class Unanswered(Exception):
    """There was no answer, or not one that can be taken."""


async def post(url: str, content: bytes, context: ssl.SSLContext | None) -> Answer:
    """The answer to a POST of `content`. `url` is without credentials; https, by the context, where there is one.

    Raises:
        Unanswered: no connection, no HTTP, too slow or too large.
    """
    try:
        async with asyncio.timeout(SECONDS_MAX):
            return await _exchanged(url, content, context)
    except TimeoutError as error:
        raise Unanswered(f"no answer within {SECONDS_MAX:g} seconds") from error
    except (OSError, UnicodeError) as error:
        raise Unanswered(f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}") from error
    except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
        raise Unanswered("the answer is not HTTP") from error


async def _exchanged(url: str, content: bytes, context: ssl.SSLContext | None) -> Answer:
    parts = urlsplit(url)
    port = parts.port or (443 if context else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=context)
    try:
        head = (
            f"POST {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode("ascii") + content)
        return await _read(reader)
    finally:
        writer.transport.abort()  # All that we want has been said; a polite end would wait for theirs.


async def _read(reader: asyncio.StreamReader) -> Answer:
    parsing, count = _Parsing(), 0
    while not parsing.is_whole and (piece := await reader.read(_PIECE_BYTES)):
        if (count := count + len(piece)) > ANSWER_BYTES_MAX:
            raise Unanswered(f"an answer of more than {ANSWER_BYTES_MAX} bytes")
        parsing.parser.feed_data(piece)
    if not parsing.is_whole and (parsing.is_measured or not parsing.answer.status):
        raise Unanswered("the answer broke off")
    return parsing.answer


class _Parsing:
    """What the parser tells, put together. An answer that does not say how long it is ends with the connection."""

    def __init__(self) -> None:
        self.answer, self.is_whole, self.is_measured = Answer(), False, False
        self.parser = httptools.HttpResponseParser(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        match name.lower():
            case b"content-type":
                self.answer.media_type = value.decode("latin-1").partition(";")[0].strip().lower()
            case b"content-length" | b"transfer-encoding":
                self.is_measured = True
            case _:
                pass

    def on_headers_complete(self) -> None:
        self.answer.status = self.parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        self.answer.body += body

    def on_message_complete(self) -> None:
        self.is_whole = True
