"""The two factories of GET handlers over the read models: a list in keyset pages, and one thing with its ETag."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import date, datetime
from typing import Annotated, Any, Protocol

import msgspec
from msgspec import NODEFAULT

from adapters.http.decoding import from_query
from adapters.http.etags import etag, unchanged
from adapters.http.moments import AsOf, Instant, Moment, moment_of
from adapters.http.pages import checked, foreign, signed
from adapters.http.problems import Problem, malformed
from adapters.http.route import Answered, Exchange, Route, json_answer
from adapters.read_models.paging import BadCursor, Page
from adapters.read_models.pasts import BeingMade, PastStates
from adapters.read_models.projector import StillBehind
from adapters.read_models.session import Connection, looking
from application.access import Query
from application.sealing import ERASED, OPENED_FOR, covered, open_json
from domain.decider import Message, Name
from domain.ids import Id, TenantId

WAIT_SECONDS_MAX = 2.0
PAST_SECONDS_MAX = 3.0
_NAMED_IDS = frozenset({"stream_id", "correlation_id"})
"""Ids that are no UUID: `award-…` names its family, and who sends a request may name it by X-Request-Id."""

Views = tuple[str, ...]
"""Names of the read models that an answer is made from."""
Position = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class Projections(Protocol):
    async def wait_for(
        self, tenant_id: TenantId, position: int, projections: Any, *, timeout_seconds: float
    ) -> None: ...


class Reads(msgspec.Struct, frozen=True, kw_only=True):
    """The read models: their database (the pool that `looking` takes), what keeps them up, and how they were before."""

    pool: Any
    projector: Projections
    pasts: PastStates


class Nothing(Message, frozen=True, kw_only=True):
    """No parameters."""


class Then(Message, frozen=True, kw_only=True):
    """`as_of`: answer as it would have been answered at that position, or at that instant."""

    as_of: AsOf | None = None


class Fresh(Then, frozen=True, kw_only=True):
    """`min_position`: answer only once the view has come so far in the tenant's log. `as_of`: as of all queries."""

    min_position: Position | None = None


class Dated(Fresh, frozen=True, kw_only=True):
    """`day`: as things stand on that day; by default today, or the day of `as_of`."""

    day: date | None = None


class Paged(Fresh, frozen=True, kw_only=True):
    """`cursor`: the `next` of the page before."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100
    cursor: Annotated[str, msgspec.Meta(max_length=2_000)] | None = None


class PagedAndDated(Paged, frozen=True, kw_only=True):
    """`day`: as things stand on that day; by default today, or the day of `as_of`."""

    day: date | None = None


FetchMany = Callable[..., Awaitable[Page[Any]]]
"""(connection, tenant_id, filter, *, subtree, after, limit): as the read models offer it."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A connection that sees the tenant's rows of one moment, and whose they are there."""

    connection: Connection
    tenant_id: TenantId


class Look(View, frozen=True, kw_only=True):
    """What a single thing is fetched by: the path's id, the caller's subtree (None: all), the day that it is today."""

    subtree: str | None
    id: str
    today: date
    asked: Any


FetchOne = Callable[[Look], Awaitable[Any]]
"""What is answered, or None where the caller can see no such thing."""
Whole = Callable[[Exchange, Any, Moment], Awaitable[Any]]
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
        moment = await moment_asked(exchange, asked)
        of_list = moment.of_list(path)
        after = await checked(vault, caller.tenant_id, of_list, asked.cursor) if asked.cursor else None
        wanted = filters(**{name: getattr(asked, name) for name in filters.__struct_fields__})
        more: dict[str, Any] = {"day": asked.day or moment.today} if dated else {}
        more |= {"subtree": caller.unit_id, "after": after, "limit": asked.limit, **given(exchange)}
        async with looking_at(exchange, moment, views) as view:
            try:
                page = await fetch(view.connection, view.tenant_id, wanted, **more)
            except BadCursor:
                raise foreign() from None
        following = await signed(vault, caller.tenant_id, of_list, page.next) if page.next else None
        answer = {"items": await opened(exchange, list(page.rows)), "next": following}
        return json_answer(answer, headers=moment.headers)

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
        identity = exchange.path_id()
        moment = await moment_asked(exchange, asked)
        async with looking_at(exchange, moment, views) as view:
            found = await fetch(look_of(exchange, view, moment, identity, asked))
        return await _one(exchange, found, whole, moment)

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


def look_of(exchange: Exchange, view: View, moment: Moment, identity: str, asked: Any) -> Look:
    """What the caller's single thing is fetched by."""
    return Look(
        connection=view.connection,
        tenant_id=view.tenant_id,
        subtree=exchange.caller.unit_id,
        id=identity,
        today=moment.today,
        asked=asked,
    )


async def _one(exchange: Exchange, found: Any, whole: Whole | None, moment: Moment) -> Answered:
    if found is None:
        raise Problem(404, "thing.unknown")
    headers = {"cache-control": "private, no-cache", "vary": "authorization", **moment.headers}
    if version := getattr(found, "version", None):
        headers["etag"] = etag(version)
    told = await whole(exchange, found, moment) if whole is not None else found
    shown = msgspec.json.encode(await opened(exchange, told))
    # What other streams say moves without this one's version, and what it said of a person may be erased since: then
    # nobody is told that what they keep still holds.
    fixed = not getattr(found, "tells_of_others", False) and ERASED.encode() not in shown
    if version and fixed and unchanged(exchange.header(b"if-none-match"), headers["etag"]):
        return Answered(b"", 304, headers=headers)
    return json_answer(shown, headers=headers)


def by_key(fetch: FetchMany, filters: type[msgspec.Struct], key: str) -> FetchOne:
    """The one row of a list whose `key` is the path's id."""

    async def one(look: Look) -> Any:
        wanted = filters(**{key: look.id})
        page = await fetch(look.connection, look.tenant_id, wanted, subtree=look.subtree, after=None, limit=1)
        return page.rows[0] if page.rows else None

    return one


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
    return covered(plain)


async def moment_asked(exchange: Exchange, asked: Fresh) -> Moment:
    """What the query is answered as of. Raises: Problem."""
    return await moment_of(exchange, as_of=asked.as_of, min_position=asked.min_position)


@asynccontextmanager
async def looking_at(exchange: Exchange, moment: Moment, views: Views) -> AsyncIterator[View]:
    """The tenant's rows as they were or are at the moment; whose matter a row is, is looked up among the units."""
    reads, tenant_id = exchange.parts.reads, exchange.caller.tenant_id
    if moment.position is None:
        if moment.reached is not None:
            await _wait(exchange, moment.reached, views)
        async with looking(reads.pool, tenant_id) as connection:
            yield View(connection=connection, tenant_id=tenant_id)
        return
    past = reads.pasts.looking(tenant_id, moment.position, sorted({*views, "units"}), timeout_seconds=PAST_SECONDS_MAX)
    async with AsyncExitStack() as stack:
        with past_asked(moment.position):
            connection, whose = await stack.enter_async_context(past)
        yield View(connection=connection, tenant_id=whose)


@contextmanager
def past_asked(position: int) -> Iterator[None]:
    """Raises: Problem 503, where the past is not there yet, or cannot be made."""
    try:
        yield
    except BeingMade:
        facts: dict[str, object] = {"position": position}
        raise Problem(503, "past.being-made", facts=facts, headers={"retry-after": "2"}) from None
    except StillBehind as behind:
        raise _behind(behind) from None


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
        raise _behind(behind) from None


def _behind(behind: StillBehind) -> Problem:
    facts: dict[str, object] = {"position": behind.position, "wanted": behind.wanted}
    return Problem(503, "view.behind", facts=facts, headers={"retry-after": "1"})
