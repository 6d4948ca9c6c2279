"""What the platform holds about a person, event by event: what an officer answers a request for access with."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from adapters.http.decoding import from_query
from adapters.http.problems import Problem
from adapters.http.queries import Fresh, looking_at, moment_asked, opened
from adapters.http.route import Answered, Exchange, Route, json_answer
from adapters.read_models.held import VIEWS, fetch_holding, fetch_seated
from adapters.read_models.session import looking
from application.access import Query
from application.ports import Recorded
from application.sealing import WITHHELD
from domain.council import COUNCIL
from domain.ids import Id

COMPLAINT = "award.complaint-received"


class HeldEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event as it is stored, with what is sealed opened; `data` by the event's schema."""

    position: int
    stream_id: str
    type: str
    type_version: int
    recorded_at: datetime
    happened_on: date | None
    actor: str
    data: dict[str, Any]


class HeldData(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is on record about a person, under each of their `records`, in the order of the log."""

    person_id: Id
    records: tuple[Id, ...]
    events: tuple[HeldEvent, ...]


async def held_data(exchange: Exchange) -> Answered:
    asked = from_query(exchange.request.scope["query_string"], Fresh)
    moment = await moment_asked(exchange, asked)
    person_id, tenant_id = exchange.path_id(), exchange.caller.tenant_id
    async with looking_at(exchange, moment, VIEWS) as view:
        holding = await fetch_holding(view.connection, view.tenant_id, person_id)
    if holding is None:
        raise Problem(404, "thing.unknown")
    async with looking(exchange.parts.reads.pool, tenant_id) as connection:
        seated = await fetch_seated(connection, tenant_id, holding)
    loaded = await exchange.parts.platform.store.load(tenant_id, [*holding.streams, *seated])
    marks, until = _marks(holding.records), moment.position
    events = [
        event
        for rows in loaded.values()
        for event in rows
        if _speaks_of(event, marks) and (until is None or event.position <= until)
    ]
    events.sort(key=lambda event: event.position)
    held = HeldData(person_id=person_id, records=holding.records, events=tuple(map(_held, events)))
    return json_answer(await opened(exchange, held), headers=moment.headers)


def _marks(records: Sequence[str]) -> list[bytes]:
    """What an event holds that names one of the records, or is sealed for it."""
    return [mark for record in records for mark in (record.encode(), urlsafe_b64encode(record.encode()).rstrip(b"="))]


def _speaks_of(event: Recorded, marks: Sequence[bytes]) -> bool:
    """A council's session is of many persons: of it, what names this one."""
    return not event.stream_id.startswith(f"{COUNCIL.name}-") or any(mark in event.data for mark in marks)


def _held(event: Recorded) -> HeldEvent:
    data: dict[str, Any] = msgspec.json.decode(event.data)
    if event.type == COMPLAINT and data.get("complainant") is not None:
        data["complainant"] = WITHHELD  # Whoever complained is not told to the one who was complained of.
    return HeldEvent(
        position=event.position,
        stream_id=event.stream_id,
        type=event.type,
        type_version=event.type_version,
        recorded_at=event.recorded_at,
        happened_on=event.happened_on,
        actor=event.actor,
        data=data,
    )


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/v1/members/{id}/held-data",
        summary="What is held about a person, for an answer to them",
        tag=Query.MEMBERS.value,
        handle=held_data,
        asks=Query.HELD_DATA,
        parameters=Fresh,
        answers=HeldData,
    ),
)
