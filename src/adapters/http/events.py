"""The log for integrators: gapless pages of CloudEvents 1.0, and what each type's data look like."""

from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec

from adapters.http.decoding import from_query
from adapters.http.etags import unchanged
from adapters.http.event_schemas import published_schema
from adapters.http.problems import Problem, malformed
from adapters.http.queries import Nothing
from adapters.http.route import Answered, Exchange, Route, json_answer
from application.access import Query
from application.cloud_events import CloudEvent, schema_path
from application.ports import CursorCut, EventsPage, UnknownEpoch
from domain.decider import Message
from domain.events import CATALOGUE

_PATH = "/v1/events"
_IMMUTABLE = "private, max-age=31536000, immutable"


class EventPage(Message, frozen=True, kw_only=True):
    """`through`: every event up to this position has been looked at; go on with `after` set to it (`next`), a position
    of the log's present `epoch`. `max_position`: the end of the log, null on a full page, which never changes (the
    header X-Max-Position has it)."""

    events: list[CloudEvent]
    epoch: int
    through: int
    max_position: int | None
    next: str


class EventsAfter(Message, frozen=True, kw_only=True):
    """`epoch`: the one that `after` is a position of, as a page's `next` says it. `types`: names separated by commas;
    all where it is missing."""

    epoch: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] = 1
    after: Annotated[int, msgspec.Meta(ge=0, le=2**62)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100
    types: tuple[str, ...] = ()


class EventType(Message, frozen=True, kw_only=True):
    name: str
    versions: list[int]
    schema: str


class EventTypes(Message, frozen=True, kw_only=True):
    types: list[EventType]


async def events(exchange: Exchange) -> Answered:
    asked = from_query(exchange.request.scope["query_string"], EventsAfter)
    names = {name for name, _ in CATALOGUE}
    for name in asked.types:
        if name not in names:
            raise malformed("types", f"{name[:80]!r} is no event type", code="query.invalid")
    return _told(exchange, asked, await _page(exchange, asked))


async def _page(exchange: Exchange, asked: EventsAfter) -> EventsPage:
    """Raises: Problem: 410, for a cursor of a history that a restore has ended; 400, for one of no epoch there is."""
    try:
        return await exchange.parts.platform.store.cloud_events(
            exchange.caller.tenant_id, epoch=asked.epoch, after=asked.after, limit=asked.limit, types=asked.types
        )
    except CursorCut as ended:
        facts: dict[str, object] = {"epoch": asked.epoch, "cut": ended.cut, "current_epoch": ended.epoch}
        raise Problem(410, "cursor.cut", facts=facts) from ended
    except UnknownEpoch as unknown:
        reason = f"the log is in epoch {unknown.epoch}, and there is no later one"
        raise malformed("epoch", reason, code="query.invalid") from unknown


def _told(exchange: Exchange, asked: EventsAfter, page: EventsPage) -> Answered:
    full = page.found == asked.limit
    # A filtered page that is not full has looked at everything up to the head, matching or not. A cursor beyond the
    # head stays where it is, so that its owner neither loops over old events nor is sent past new ones.
    through = page.last if full and page.last else max(asked.after, page.head)
    following: list[tuple[str, object]] = [("epoch", page.epoch), ("after", through), ("limit", asked.limit)]
    if asked.types:  # In one parameter: all names one by one would be more than a query may have.
        following.append(("types", ",".join(asked.types)))
    url = f"{_PATH}?{urlencode(following, safe=',')}"
    # A full page is the same as long as the epoch lasts, so it does not say where the log ends; the header does.
    rest = {"epoch": page.epoch, "through": through, "next": url, "max_position": None if full else page.head}
    body = b'{"events":[%b],%b' % (page.events, msgspec.json.encode(rest)[1:])
    headers = {"x-max-position": str(page.head), "link": f'<{url}>; rel="next"', "vary": "authorization"}
    if full:
        headers |= {"etag": f'"{sha256(body).hexdigest()[:32]}"', "cache-control": _IMMUTABLE}
        if unchanged(exchange.header(b"if-none-match"), headers["etag"]):
            return Answered(b"", 304, headers=headers)
    return json_answer(body, headers=headers)


async def event_types(exchange: Exchange) -> Answered:
    from_query(exchange.request.scope["query_string"], Nothing)
    versions: dict[str, list[int]] = {}
    for name, version in sorted(CATALOGUE):
        versions.setdefault(name, []).append(version)
    types = [
        EventType(name=name, versions=known, schema=schema_path(name, known[-1])) for name, known in versions.items()
    ]
    return json_answer(EventTypes(types=types))


async def event_type(exchange: Exchange) -> Answered:
    """JSON Schema of one version of one type."""
    from_query(exchange.request.scope["query_string"], Nothing)
    name, version = exchange.request.path_params["name"], exchange.request.path_params["version"]
    known = {(name, str(version)): version for name, version in CATALOGUE}
    if (name, version) not in known:
        raise Problem(404, "thing.unknown")
    headers = {"cache-control": "private, max-age=3600", "vary": "authorization"}
    shape = published_schema(name, known[name, version])
    return json_answer(shape, headers=headers, media_type="application/schema+json")


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=_PATH,
        summary="Read the log: CloudEvents in order, without gaps",
        tag="events",
        handle=events,
        asks=Query.EVENTS,
        parameters=EventsAfter,
        answers=EventPage,
    ),
    Route(
        method="GET",
        path="/v1/event-types",
        summary="All event types",
        tag="events",
        handle=event_types,
        asks=Query.EVENT_TYPES,
        parameters=Nothing,
        answers=EventTypes,
    ),
    Route(
        method="GET",
        path="/v1/event-types/{name}/{version}",
        summary="JSON Schema of an event type's version",
        tag="events",
        handle=event_type,
        asks=Query.EVENT_TYPES,
        parameters=Nothing,
        answers=dict[str, Any],
        answers_as="application/schema+json",
    ),
)
