"""The two factories of GET handlers over the read models: a list in keyset pages, and one thing with its ETag."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Annotated, Any, Protocol

import msgspec
from msgspec import NODEFAULT

from adapters.http.decoding import from_query
from adapters.http.etags import etag, unchanged
from adapters.http.pages import checked, foreign, signed
from adapters.http.problems import Problem, malformed
from adapters.http.route import Answered, Exchange, Route, json_answer
from adapters.read_models.paging import BadCursor, Page
from adapters.read_models.projector import StillBehind
from adapters.read_models.session import Connection, looking
from application.access import Query
from application.sealing import OPENED_FOR, WITHHELD, is_token, open_json
from domain.dates import local_day
from domain.decider import Message, Name
from domain.ids import Id, TenantId

WAIT_SECONDS_MAX = 2.0
_NAMED_IDS = frozenset({"stream_id", "correlation_id"})
"""Ids that are no UUID: `award-…` names its family, and who sends a request may name it by X-Request-Id."""

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Views = tuple[str, ...]
"""Names of the read models that an answer is made from."""
Position = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class Projections(Protocol):
    async def wait_for(
        self, tenant_id: TenantId, position: int, projections: Any, *, timeout_seconds: float
    ) -> None: ...


class Reads(msgspec.Struct, frozen=True, kw_only=True):
    """The read models' database (the pool that `looking` takes) and what keeps them up with the log."""

    pool: Any
    projector: Projections


class Nothing(Message, frozen=True, kw_only=True):
    """No parameters."""


class Fresh(Message, frozen=True, kw_only=True):
    """`min_position`: answer only once the view has come so far in the tenant's log."""

    min_position: Position | None = None


class Dated(Fresh, frozen=True, kw_only=True):
    """`day`: as things stand on that day; by default today."""

    day: date | None = None


class Paged(Fresh, frozen=True, kw_only=True):
    """`cursor`: the `next` of the page before."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100
    cursor: Annotated[str, msgspec.Meta(max_length=2_000)] | None = None


class PagedAndDated(Paged, frozen=True, kw_only=True):
    """`day`: as things stand on that day; by default today."""

    day: date | None = None


FetchMany = Callable[..., Awaitable[Page[Any]]]
"""(connection, tenant_id, filter, *, subtree, after, limit): as the read models offer it."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a single thing is fetched by: the path's id, the caller's subtree (None: all), the day that it is today."""

    connection: Connection
    tenant_id: TenantId
    subtree: str | None
    id: str
    today: date
    asked: Any


FetchOne = Callable[[Look], Awaitable[Any]]
"""What is answered, or None where the caller can see no such thing."""
Whole = Callable[[Exchange, Any], Awaitable[Any]]
"""What is answered instead of what was fetched: that, and what its stream says up to the version fetched."""


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is made of, so that other forms of it show the same rows to the same callers."""

    fetch: FetchMany
    filters: type[msgspec.Struct]
    rows: Any
    views: Views
    dated: bool
    given: Callable[[Exchange], dict[str, Any]]


def listing(
    path: str,
    *,
    asks: Query,
    fetch: FetchMany,
    filters: type[msgspec.Struct],
    rows: Any,
    views: Views,
    summary: str,
    dated: bool = False,
    given: Callable[[Exchange], dict[str, Any]] = lambda exchange: {},
) -> Route:
    """GET a list in pages of up to `limit`, narrowed by the filter's fields. `dated`: `fetch` takes a `day`. `given` is
    what else it takes of the server."""
    parameters = parameters_of(filters, PagedAndDated if dated else Paged)

    async def handle(exchange: Exchange) -> Answered:
        asked = from_query(exchange.request.scope["query_string"], parameters)
        vault, caller = exchange.parts.platform.vault, exchange.caller
        after = await checked(vault, caller.tenant_id, path, asked.cursor) if asked.cursor else None
        wanted = filters(**{name: getattr(asked, name) for name in filters.__struct_fields__})
        more: dict[str, Any] = {"day": asked.day or today_of(exchange)} if dated else {}
        more |= {"subtree": caller.unit_id, "after": after, "limit": asked.limit, **given(exchange)}
        async with looking_at(exchange, asked.min_position, views) as connection:
            try:
                page = await fetch(connection, caller.tenant_id, wanted, **more)
            except BadCursor:
                raise foreign() from None
        following = await signed(vault, caller.tenant_id, path, page.next) if page.next else None
        return json_answer({"items": await opened(exchange, list(page.rows)), "next": following})

    return Route(
        method="GET",
        path=path,
        summary=summary,
        tag=asks.value,
        handle=handle,
        asks=asks,
        parameters=parameters,
        answers=list[rows],
        paged=True,
        register=Register(fetch=fetch, filters=filters, rows=rows, views=views, dated=dated, given=given),
    )


def single(
    path: str,
    *,
    asks: Query,
    fetch: FetchOne,
    answers: Any,
    views: Views,
    summary: str,
    parameters: type[Fresh] = Fresh,
    whole: Whole | None = None,
) -> Route:
    """GET one thing. Where what is fetched has a `version`, that is its ETag. `whole` is asked once the connection is
    given back: who holds one and waits for another blocks everybody when they are few."""

    async def handle(exchange: Exchange) -> Answered:
        asked = from_query(exchange.request.scope["query_string"], parameters)
        identity, caller = exchange.path_id(), exchange.caller
        async with looking_at(exchange, asked.min_position, views) as connection:
            found = await fetch(
                Look(
                    connection=connection,
                    tenant_id=caller.tenant_id,
                    subtree=caller.unit_id,
                    id=identity,
                    today=today_of(exchange),
                    asked=asked,
                )
            )
        return await _one(exchange, found, whole)

    return Route(
        method="GET",
        path=path,
        summary=summary,
        tag=asks.value,
        handle=handle,
        asks=asks,
        parameters=parameters,
        answers=answers,
    )


async def _one(exchange: Exchange, found: Any, whole: Whole | None) -> Answered:
    if found is None:
        raise Problem(404, "thing.unknown")
    headers = {"cache-control": "private, no-cache", "vary": "authorization"}
    if version := getattr(found, "version", None):
        headers["etag"] = etag(version)
        # What other streams say moves without this one's version: then nobody is told that nothing has changed.
        fixed = not getattr(found, "tells_of_others", False)
        if fixed and unchanged(exchange.header(b"if-none-match"), headers["etag"]):
            return Answered(b"", 304, headers=headers)
    told = await whole(exchange, found) if whole is not None else found
    return json_answer(await opened(exchange, told), headers=headers)


def by_key(fetch: FetchMany, filters: type[msgspec.Struct], key: str) -> FetchOne:
    """The one row of a list whose `key` is the path's id."""

    async def one(look: Look) -> Any:
        wanted = filters(**{key: look.id})
        page = await fetch(look.connection, look.tenant_id, wanted, subtree=look.subtree, after=None, limit=1)
        return page.rows[0] if page.rows else None

    return one


def today_of(exchange: Exchange) -> date:
    """The calendar day in Việt Nam."""
    return local_day(exchange.parts.platform.clock.now())


def parameters_of(filters: type[msgspec.Struct], under: type[Fresh]) -> Any:
    """The query parameters of a list: the filter's fields, ids as ids, besides those of every list."""
    fields = [
        (field.name, _typed(field.name, field.type), field.default if field.default is not NODEFAULT else None)
        for field in msgspec.structs.fields(filters)
    ]
    return msgspec.defstruct(f"{filters.__name__}{under.__name__}", fields, bases=(under,), frozen=True, kw_only=True)


def _typed(name: str, kind: Any) -> Any:
    """The filter's type, narrowed to what can be in a column."""
    if kind == str | None:
        is_id = (name.endswith("_id") or name == "under") and name not in _NAMED_IDS
        return (Id if is_id else Name) | None
    if kind == datetime | None:
        return Instant | None
    return kind


async def opened(exchange: Exchange, value: Any) -> Any:
    """The value as JSON holds it, personal data in clear for those who may read it, and a marker for the others."""
    plain = msgspec.to_builtins(value)
    if exchange.caller.role in OPENED_FOR:
        return await open_json(exchange.parts.platform.vault, exchange.caller, plain)
    return _covered(plain)


def _covered(value: Any) -> Any:
    if isinstance(value, str):
        return WITHHELD if is_token(value) else value
    if isinstance(value, dict):
        return {name: _covered(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_covered(item) for item in value]
    return value


@asynccontextmanager
async def looking_at(exchange: Exchange, position: int | None, views: Views) -> AsyncIterator[Connection]:
    """A connection that sees the tenant's rows, as they are once the views have come to `position`."""
    if position is not None:
        await _wait(exchange, position, views)
    async with looking(exchange.parts.reads.pool, exchange.caller.tenant_id) as connection:
        yield connection


async def _wait(exchange: Exchange, position: int, views: Views) -> None:
    """Wait, within bounds, until the views have come to `position`, which must exist."""
    tenant_id = exchange.caller.tenant_id
    head = (await exchange.parts.platform.store.heads()).get(tenant_id, 0)
    if position > head:
        raise malformed("min_position", f"lies behind the log's last position, {head}", code="query.invalid")
    views_all = sorted({*views, "units"})  # Whose matter a row is, is looked up among the units.
    try:
        await exchange.parts.reads.projector.wait_for(tenant_id, position, views_all, timeout_seconds=WAIT_SECONDS_MAX)
    except StillBehind as behind:
        facts: dict[str, object] = {"position": behind.position, "wanted": position}
        raise Problem(503, "view.behind", facts=facts, headers={"retry-after": "1"}) from None
