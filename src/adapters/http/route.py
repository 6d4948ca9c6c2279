"""What a route is: one value that the server, the API page and the authorisation test all read."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal, Protocol

import msgspec

from adapters.http.problems import Problem
from application.access import Asked
from application.execute import Platform
from tenants.scope import TenantScope

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Receive = Callable[[], Awaitable[Any]]

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class HttpRequest:
    """One request off the wire: what its scope says, and its body of `size_bytes_max` at most. Litestar's own keeps
    what a dozen of ways to read a request need, and makes an object of the headers to look one up."""

    __slots__ = ("_receive", "_size_bytes_max", "headers", "scope")

    def __init__(self, scope: Any, receive: Receive, size_bytes_max: int) -> None:
        self.scope, self._receive, self._size_bytes_max = scope, receive, size_bytes_max
        self.headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))
        """By name in lower case; the first of a name."""

    def header(self, name: bytes) -> str | None:
        found = self.headers.get(name)
        return None if found is None else found.decode("latin-1")

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @property
    def path_params(self) -> dict[str, Any]:
        found: dict[str, Any] = self.scope["path_params"]
        return found

    async def body(self) -> bytes:
        """The whole body, to be asked for once.

        Raises:
            Problem: 413, for more than the route takes.
            Disconnected: the sender went away in the middle of it.
        """
        announced = self.headers.get(b"content-length", b"")
        if announced.isdigit() and int(announced) > self._size_bytes_max:
            raise Problem(413, "body.too-large")
        pieces: list[bytes] = []
        size_bytes, is_open = 0, True
        while is_open:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            pieces.append(message["body"])
            size_bytes += len(pieces[-1])
            if size_bytes > self._size_bytes_max:
                raise Problem(413, "body.too-large")
            is_open = message.get("more_body", False)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


class Disconnected(Exception):
    """The sender went away before the end of the body."""


class Answered(msgspec.Struct, frozen=True):
    """An answer over HTTP: its content whole, or piece by piece. Names of `headers` are in lower case."""

    content: bytes | AsyncIterator[bytes]
    status: int = 200
    media_type: str = "application/json"
    headers: dict[str, str] = {}


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether this server can serve now; `faults` says why not, each in a word or two. `logs_stopped`: how many logs
    take no appends until the operator has looked (`thidua audit status`); what can be read of them is served."""

    ready: bool
    faults: tuple[str, ...] = ()
    logs_stopped: int = 0
    lag_events: dict[str, int] = {}


class FindCredential(Protocol):
    async def __call__(self, key: str) -> TenantScope | None:
        """Whose key this is; None for an unknown or revoked one."""
        ...


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What the HTTP side stands on. `reads` is the read models' pool and projector (see `queries.py`), `files` the
    storage of attachments (see `parts.py`), `workbooks` the limits of imports and what keeps marked workbooks (see
    `imports.py`), `ballots` the ballots of every session (see `ballots.py`), `trees` the
    trees behind the logs (see `proofs.py`)."""

    platform: Platform
    find_credential: FindCredential
    readiness: Callable[[], Awaitable[Readiness]]
    reads: Any = None
    files: Any = None
    workbooks: Any = None
    ballots: Any = None
    trees: Any = None


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One request of anybody."""

    request: HttpRequest
    parts: Parts

    @property
    def request_id(self) -> str:
        return str(self.request.scope["state"]["request_id"])

    def header(self, name: bytes) -> str | None:
        """The first header of this name (in lower case)."""
        return self.request.header(name)

    def path_id(self) -> str:
        """The `{id}` of the path.

        Raises:
            Problem: 404 for what is no id, as for an id of nothing.
        """
        identity = str(self.request.path_params["id"])
        if not _ID.fullmatch(identity):
            raise Problem(404, "thing.unknown")
        return identity


class Exchange(Visit, frozen=True, kw_only=True):
    """One request of a caller who is known and may ask this."""

    caller: TenantScope


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """`asks` is the command or query that access is decided by; None: open to anybody, without a key, and `handle` is
    given a `Visit`.

    `takes` is the body's type, `parameters` the query string's, `answers` the answer's; `example` a whole body.
    `takes_file` lists the media types of a body that is a file, and `size_bytes_max` says how large it may be.
    """

    method: Literal["GET", "POST"]
    path: str
    summary: str
    tag: str
    handle: Callable[[Any], Awaitable[Answered]]
    asks: Asked | None
    takes: Any = None
    takes_file: tuple[str, ...] = ()
    size_bytes_max: Callable[[Parts], int] | None = None
    parameters: Any = None
    answers: Any = None
    answers_as: str = "application/json"
    status: int = 200
    if_match: Literal["required", "optional", "none"] = "none"
    example: Any = None
    paged: bool = False
    register: Any = None


def json_answer(
    value: Any, *, status: int = 200, headers: dict[str, str] | None = None, media_type: str = "application/json"
) -> Answered:
    content = value if isinstance(value, bytes) else msgspec.json.encode(value)
    return Answered(content, status, media_type, headers or {})
