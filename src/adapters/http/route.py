"""What a route is: one value that the server, the API page and the authorisation test all read."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal, Protocol

import msgspec
from litestar import Request

from adapters.http.problems import Problem
from application.access import Asked
from application.execute import Platform
from tenants.scope import TenantScope

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

HttpRequest = Request[Any, Any, Any]


class Answered(msgspec.Struct, frozen=True):
    """An answer over HTTP: its content whole, or piece by piece. Names of `headers` are in lower case."""

    content: bytes | AsyncIterator[bytes]
    status: int = 200
    media_type: str = "application/json"
    headers: dict[str, str] = {}


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether this server can serve now; `faults` says why not, each in a word or two."""

    ready: bool
    faults: tuple[str, ...] = ()
    lag_events: dict[str, int] = {}


class FindCredential(Protocol):
    async def __call__(self, key: str) -> TenantScope | None:
        """Whose key this is; None for an unknown or revoked one."""
        ...


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What the HTTP side stands on. `reads` is the read models' pool and projector (see `queries.py`), `files` the
    storage of attachments (see `parts.py`), `workbooks` the limits of imports and what keeps marked workbooks (see
    `imports.py`), `ballots` the ballots of every session (see `ballots.py`)."""

    platform: Platform
    find_credential: FindCredential
    readiness: Callable[[], Awaitable[Readiness]]
    reads: Any = None
    files: Any = None
    workbooks: Any = None
    ballots: Any = None


def header(scope: Any, name: bytes) -> str | None:
    """The first header of this name (in lower case)."""
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return None


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One request of anybody."""

    request: HttpRequest
    parts: Parts

    @property
    def request_id(self) -> str:
        return str(self.request.scope["state"]["request_id"])

    def header(self, name: bytes) -> str | None:
        """The first header of this name (in lower case); Litestar would make a mapping of all of them first."""
        return header(self.request.scope, name)

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
