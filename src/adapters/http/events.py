"""The log for integrators: gapless pages of CloudEvents 1.0, and what each type's data look like."""

from datetime import UTC
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Response

from adapters.http.decoding import from_query
from adapters.http.etags import unchanged
from adapters.http.event_schemas import published_schema
from adapters.http.problems import Problem, malformed
from adapters.http.queries import Nothing
from adapters.http.route import Answered, Exchange, Route, json_answer
from application.access import Query
from application.ports import Recorded
from domain.decider import Message
from domain.events import CATALOGUE

_PATH = "/v1/events"
_IMMUTABLE = "private, max-age=31536000, immutable"


class CloudEvent(Message, frozen=True, kw_only=True, omit_defaults=True):
    """CloudEvents 1.0. `id` is `tenant:epoch:position`; `data` is as stored, personal fields sealed."""

    specversion: str
    id: str
    source: str
    type: str
    time: str
    subject: str
    datacontenttype: str
    dataschema: str
    epoch: int
    position: int
    streamversion: int
    typeversion: int
    eventid: str
    correlationid: str
    commandid: str
    actor: str
    causationid: str | None = None
    happenedon: str | None = None
    data: Any


class EventPage(Message, frozen=True, kw_only=True):
    """`through`: every event up to this position has been looked at; go on with `after` set to it (`next`).
    `max_position`: the end of the log, null on a full page, which never changes (the header X-Max-Position has it)."""

    events: list[CloudEvent]
    through: int
    max_position: int | None
    next: str


class EventsAfter(Message, frozen=True, kw_only=True):
    """`types`: names separated by commas; all where it is missing."""

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
    store, tenant_id = exchange.parts.platform.store, exchange.caller.tenant_id
    head = (await store.heads()).get(tenant_id, 0)
    found = await store.page(tenant_id, after=asked.after, limit=asked.limit, types=asked.types, until=head)
    full = len(found) == asked.limit
    # A filtered page that is not full has looked at everything up to the head, matching or not. A cursor beyond the
    # head stays where it is, so that its owner neither loops over old events nor is sent past new ones.
    through = found[-1].position if full else max(asked.after, head)
    return _page(exchange, asked, found, through=through, head=head, full=full)


def _page(
    exchange: Exchange, asked: EventsAfter, found: list[Recorded], *, through: int, head: int, full: bool
) -> Answered:
    following: list[tuple[str, object]] = [("after", through), ("limit", asked.limit)]
    if asked.types:  # In one parameter: all names one by one would be more than a query may have.
        following.append(("types", ",".join(asked.types)))
    query = urlencode(following, safe=",")
    content: dict[str, Any] = {
        "events": [cloud_event(recorded) for recorded in found],
        "through": through,
        "next": f"{_PATH}?{query}",
    }
    headers = {"x-max-position": str(head), "link": f'<{content["next"]}>; rel="next"', "vary": "authorization"}
    if not full:
        return json_answer({**content, "max_position": head}, headers=headers)
    # A full page is the same for ever, so it does not say where the log ends; the header does.
    body = msgspec.json.encode({**content, "max_position": None})
    headers |= {"etag": f'"{sha256(body).hexdigest()[:32]}"', "cache-control": _IMMUTABLE}
    if unchanged(exchange.request.headers.get("if-none-match"), headers["etag"]):
        return Response(b"", status_code=304, headers=headers)
    return json_answer(body, headers=headers)


def cloud_event(recorded: Recorded) -> CloudEvent:
    return CloudEvent(
        specversion="1.0",
        id=f"{recorded.tenant_id}:{recorded.epoch}:{recorded.position}",
        source=f"urn:uuid:{recorded.tenant_id}",
        type=recorded.type,
        time=recorded.recorded_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        subject=recorded.stream_id,
        datacontenttype="application/json",
        dataschema=_schema_path(recorded.type, recorded.type_version),
        epoch=recorded.epoch,
        position=recorded.position,
        streamversion=recorded.version,
        typeversion=recorded.type_version,
        eventid=recorded.event_id,
        correlationid=recorded.correlation_id,
        commandid=recorded.command_id,
        actor=recorded.actor,
        causationid=recorded.causation_id,
        happenedon=recorded.happened_on.isoformat() if recorded.happened_on else None,
        data=msgspec.Raw(recorded.data),
    )


def _schema_path(name: str, version: int) -> str:
    return f"/v1/event-types/{name}/{version}"


async def event_types(exchange: Exchange) -> Answered:
    from_query(exchange.request.scope["query_string"], Nothing)
    versions: dict[str, list[int]] = {}
    for name, version in sorted(CATALOGUE):
        versions.setdefault(name, []).append(version)
    types = [
        EventType(name=name, versions=known, schema=_schema_path(name, known[-1])) for name, known in versions.items()
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
    return json_answer(
        published_schema(name, known[name, version]), headers=headers, media_type="application/schema+json"
    )


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
