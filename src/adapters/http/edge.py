"""Round the application: a request's id, one log line, and bytes that no router should see."""

import re
import time
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote_to_bytes

import structlog

from adapters.http.problems import MEDIA_TYPE, Problem, body_of, language_of, malformed
from application.fresh import fresh_id

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]

NOBODY = "00000000-0000-0000-0000-000000000000"
"""In the place of a request's id where there must be none."""
_VOTERS = "/v1/ballots/"
_SLASHES = re.compile("//+")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_LOG = structlog.get_logger("http")


def header(scope: Scope, name: bytes) -> bytes:
    """The first header of this name; empty where there is none."""
    for key, value in scope["headers"]:
        if key == name:
            found: bytes = value
            return found
    return b""


class Edge:
    """The outermost application. Nothing that goes wrong inside reaches the server as an exception."""

    def __init__(self, app: App) -> None:
        self.app = app
        # Bound once: else each line finds out anew how logs are set up, even where it is not written.
        self._log = structlog.get_logger("http").bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = header(scope, b"x-request-id")
        secret = is_secret(scope)
        request_id = NOBODY if secret else asked.decode() if _REQUEST_ID.fullmatch(asked) else fresh_id()
        # A copy: HEAD is answered as GET, and the server, which sees its own scope, leaves the body out.
        inner = dict(scope, state={**scope.get("state", {}), "request_id": request_id})
        if scope["method"] == "HEAD":
            inner["method"] = "GET"
        began = time.perf_counter()
        status = 0

        async def answer(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _completed(message["headers"], None if secret else request_id)
            await send(message)

        try:
            if (problem := _misspelt(inner)) is None:
                await self.app(inner, receive, answer)
            else:
                await _send_problem(inner, problem, answer)
        except Exception as error:
            log_failure(error, request_id)
            if not status:
                await _send_problem(inner, Problem(500, "internal"), answer)
        if secret:
            return  # A line has a time: beside the list of who took a ballot when, it would tell who cast which.
        self._log.info(
            "request",
            method=scope["method"],
            path=inner.get("path_template") or "(none)",
            status=status,
            ms=round((time.perf_counter() - began) * 1000, 1),
            tenant=inner["state"].get("tenant"),
            request_id=request_id,
        )


def _misspelt(scope: Scope) -> Problem | None:
    if not _is_text(scope.get("raw_path", b"")):
        return malformed("path", "is not UTF-8")
    if not _is_text(scope["query_string"]):
        return malformed("query", "is not UTF-8", code="query.invalid")
    return None


def _is_text(raw: bytes) -> bool:
    """Whether the bytes are ASCII that unquotes to UTF-8 without NUL: all else crashes routers and parsers."""
    if b"%" not in raw:
        return raw.isascii() and b"\0" not in raw
    try:
        raw.decode("ascii")
        return "\0" not in unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return False


def is_secret(scope: Scope) -> bool:
    """Whether this is a voter's request, of which nothing is kept: no line, no id."""
    return _SLASHES.sub("/", str(scope["path"])).startswith(_VOTERS)  # As the router reads it.


def _completed(headers: list[tuple[bytes, bytes]], request_id: str | None) -> list[tuple[bytes, bytes]]:
    added = [(b"x-content-type-options", b"nosniff")]
    if request_id is not None:
        added.append((b"x-request-id", request_id.encode()))
    if b"cache-control" not in [name for name, _ in headers]:
        added.append((b"cache-control", b"no-store"))
    return [*headers, *added]


async def _send_problem(scope: Scope, problem: Problem, send: Send) -> None:
    language = language_of(header(scope, b"accept-language").decode("latin-1"))
    content = body_of(problem, language=language, instance=scope["state"]["request_id"])
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(content)).encode()),
        (b"content-language", language.encode()),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def log_failure(error: Exception, request_id: str) -> None:
    """Log where an unforeseen error arose, never its text, which may quote a person's data."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = [f"{frame.filename.rsplit('/src/')[-1]}:{frame.lineno}" for frame in frames]
    _LOG.error("failure", error=type(error).__name__, places=places, request_id=request_id)
