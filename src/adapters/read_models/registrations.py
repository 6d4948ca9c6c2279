"""The register of registrations: who registered for what, in time or late, and what became of it."""

from datetime import date, datetime
from typing import Any, Literal, assert_never

import msgspec

from adapters.read_models.clauses import with_clauses
from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.paging import Page, Query, columns, entries
from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.directive import Directive, Kind, Level, Source
from domain.ids import Slug, TenantId
from domain.registration.messages import (
    Collective,
    CompactAccepted,
    Event,
    Individual,
    InitiativeRecognised,
    InitiativeRefused,
    Pair,
    RegistrationCompleted,
    RegistrationConfirmed,
    RegistrationProgressed,
    RegistrationResubmitted,
    RegistrationReturned,
    RegistrationSubmitted,
    RegistrationWithdrawn,
    Subject,
    WorkRecognised,
)

State = Literal["submitted", "returned", "confirmed", "completed", "recognised", "refused", "withdrawn"]
REGISTRATIONS = Table(
    name="registrations",
    key=("registration_id",),
    columns={
        "registration_id": "text",
        "campaign_id": "text",
        "unit_id": "text",
        "level": "text",
        "block": "text",
        "phase": "text",
        "kind": "text",
        "state": "text",
        "subject": "text",
        "person_id": "text",
        "other_unit_id": "text",
        "other_person_id": "text",
        "employment": "text",
        "name": "text",
        "content": "text",
        "title": "text",
        "quantity": "bigint",
        "quantity_unit": "text",
        "quantity_done": "bigint",
        "held_on": "date",
        "submitted_on": "date",
        "due_on": "date",
        "late": "boolean",
        "confirmed_at": "timestamptz",
        "completed_on": "date",
        "scope": "text",
        "plaque": "boolean",
        "reason": "text",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)


class RegistrationRow(msgspec.Struct, frozen=True, kw_only=True):
    """`subject`: individual, collective or pair. `content` and `reason` are ciphertext. `late`: handed in after
    `due_on`. `reason`: why it was returned, withdrawn or refused, as long as it stands so. `scope` and `plaque` are of
    the recognition. `source`: whether the directive calls for this kind or it is assumed; `title_source` the same of
    the title; None where the directive, as it stands now, has neither."""

    registration_id: str
    campaign_id: str
    unit_id: str
    level: str
    block: str | None
    phase: str | None
    kind: str
    state: State
    subject: str
    person_id: str | None
    other_unit_id: str | None
    other_person_id: str | None
    employment: str | None
    name: str
    content: str | None
    title: str | None
    quantity: int | None
    quantity_unit: str | None
    quantity_done: int
    held_on: date | None
    submitted_on: date
    due_on: date | None
    late: bool
    confirmed_at: datetime | None
    completed_on: date | None
    scope: str | None
    plaque: bool | None
    reason: str | None
    first_position: int
    version: int
    position: int
    source: Source | None = None
    title_source: Source | None = None


class RegistrationFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: a unit, with everything below it."""

    registration_id: str | None = None
    campaign_id: str | None = None
    phase: Slug | None = None
    block: Slug | None = None
    level: Level | None = None
    kind: Kind | None = None
    state: State | None = None
    subject: Literal["individual", "collective", "pair"] | None = None
    person_id: str | None = None
    title: str | None = None
    late: bool | None = None
    under: str | None = None


async def fetch_registrations(
    connection: Connection,
    tenant_id: TenantId,
    wanted: RegistrationFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[RegistrationRow]:
    """Registrations in the order that they were handed in; a compact shows to both its parties. Raises: BadCursor."""
    query = Query(tenant_id)
    query.equal("r", wanted, but=("under",))
    query.within(wanted.under, "r.unit_id", "r.other_unit_id")
    query.within(subtree, "r.unit_id", "r.other_unit_id")
    page = await entries(
        connection,
        query,
        RegistrationRow,
        listing="registrations",
        table="registrations as r",
        after=after,
        limit=limit,
        selected=columns(RegistrationRow, "r", but=("source", "title_source")),
    )
    return await with_clauses(connection, tenant_id, page, _sources)


def _sources(directive: Directive, row: RegistrationRow) -> dict[str, Any]:
    rule = directive.registration(Kind(row.kind), row.level)
    title = directive.title(row.title) if row.title else None
    return {"source": rule and rule.source, "title_source": title and title.source}


def project(batch: Batch) -> list[Change]:
    return [change for recorded, event in batch for change in _changes(recorded, event)]


def _changes(recorded: Recorded, event: Event) -> list[Change]:
    registration = identity(recorded)
    if isinstance(event, RegistrationSubmitted):
        return _submitted(registration, recorded, event)
    return [Alter(REGISTRATIONS, (registration,), {**_change(recorded, event), **stamp(recorded)})]


def _submitted(registration: str, recorded: Recorded, event: RegistrationSubmitted) -> list[Change]:
    values = {
        "campaign_id": event.campaign_id,
        "unit_id": event.unit_id,
        "level": event.level,
        "block": event.block,
        "phase": event.phase,
        "kind": event.kind.value,
        "state": "submitted",
        **_subject(event.subject),
        "employment": event.employment,
        **_text(event),
        "quantity_done": 0,
        "submitted_on": event.submitted_on,
        "due_on": event.due_on,
        "late": event.late,
        **first(recorded),
    }
    return [Put(REGISTRATIONS, (registration,), values)]


def _subject(subject: Subject) -> dict[str, Any]:
    match subject:
        case Individual(person_id=person_id):
            return {"subject": "individual", "person_id": person_id}
        case Collective():
            return {"subject": "collective"}
        case Pair(parties=parties):
            return {
                "subject": "pair",
                "person_id": parties[0].person_id,
                "other_unit_id": parties[1].unit_id,
                "other_person_id": parties[1].person_id,
            }
        case _:
            assert_never(subject)


def _text(event: RegistrationSubmitted | RegistrationResubmitted) -> dict[str, Any]:
    return {
        "name": event.name,
        "content": event.content,
        "title": event.title,
        "quantity": event.quantity,
        "quantity_unit": event.quantity_unit,
        "held_on": event.held_on,
    }


def _change(recorded: Recorded, event: Event) -> dict[str, Any]:
    match event:
        case RegistrationReturned(reason=reason):
            return {"state": "returned", "reason": reason}
        case RegistrationResubmitted():
            return {"state": "submitted", "reason": None, **_text(event)}
        case CompactAccepted():
            return {}
        case RegistrationConfirmed():
            return {"state": "confirmed", "confirmed_at": recorded.recorded_at, "reason": None}
        case RegistrationWithdrawn(reason=reason):
            return {"state": "withdrawn", "reason": reason}
        case RegistrationProgressed(quantity=quantity):
            return {"quantity_done": quantity}
        case RegistrationCompleted(completed_on=completed_on):
            return {"state": "completed", "completed_on": completed_on, "reason": None}
        case WorkRecognised(plaque=plaque):
            return {"state": "recognised", "plaque": plaque}
        case InitiativeRecognised(scope=scope):
            return {"state": "recognised", "scope": scope}
        case InitiativeRefused(reason=reason):
            return {"state": "refused", "reason": reason}
        case RegistrationSubmitted():
            raise AssertionError("the submission is the row itself")
        case _:
            assert_never(event)


REGISTRATION_MODEL = ReadModel(
    name="registrations",
    tables=(REGISTRATIONS,),
    families=frozenset({"registration"}),
    project=project,
)
