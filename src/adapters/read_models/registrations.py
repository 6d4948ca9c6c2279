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
from domain.member.messages import Employment
from domain.registration.messages import (
    Collective,
    CompactAccepted,
    Event,
    Individual,
    InitiativeRecognised,
    InitiativeRefused,
    InitiativeUnderReview,
    LaunchHeld,
    LaunchMoved,
    Pair,
    PlaqueAttached,
    RecognitionWithdrawn,
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
from domain.rules import InitiativeScope

State = Literal[
    "submitted", "returned", "confirmed", "under-review", "held", "completed", "recognised", "refused", "revoked",
    "withdrawn",
]  # fmt: skip
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
        "council": "text",
        "value_vnd": "bigint",
        "certificate_number": "text",
        "plaque_attached_on": "date",
        "plaque_place": "text",
        "attended": "bigint",
        "fulfils": "text",
        "reason": "text",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)


class RegistrationRow(msgspec.Struct, frozen=True, kw_only=True):
    """`subject`: individual, collective or pair. `content` and `reason` are ciphertext. `late`: handed in after
    `due_on`. `reason`: why it was returned, withdrawn, refused or revoked, as long as it is so. `scope`, `value_vnd`
    (đồng), `certificate_number` and `plaque` are of the recognition, `council` judges or has judged it;
    `plaque_attached_on` and `plaque_place` say where the plaque was put up. `held_on` is a launch event's day,
    `attended` how many came, `fulfils` the launch duty that it does. `share_x100` is how far it has come, in hundredths
    of a percent of what was pledged (None: no quantity was); it may exceed the whole. `source`: whether the directive
    calls for this kind or it is assumed; `title_source` the same of the title; None where the directive, as it stands
    now, has neither."""

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
    council: str | None
    value_vnd: int | None
    certificate_number: str | None
    plaque_attached_on: date | None
    plaque_place: str | None
    attended: int | None
    fulfils: str | None
    reason: str | None
    first_position: int
    version: int
    position: int
    source: Source | None = None
    title_source: Source | None = None
    share_x100: int | None = None


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
    unit_id: str | None = None
    employment: Employment | None = None
    scope: InitiativeScope | None = None
    plaque: bool | None = None
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
        selected=columns(RegistrationRow, "r", but=("source", "title_source", "share_x100")),
    )
    return await with_clauses(connection, tenant_id, page, _sources)


def _sources(directive: Directive, row: RegistrationRow) -> dict[str, Any]:
    rule = directive.registration(Kind(row.kind), row.level)
    title = directive.title(row.title) if row.title else None
    return {
        "source": rule and rule.source,
        "title_source": title and title.source,
        "share_x100": pledged_share_x100(row.quantity_done, row.quantity, row.quantity_unit),
    }


def pledged_share_x100(done: int, pledged: int | None, unit: str | None) -> int | None:
    """How much of what was pledged is done; what names no unit is reported in percent."""
    if unit is None:
        return done * 100
    return done * 10_000 // pledged if pledged else None


class Submission(msgspec.Struct, frozen=True):
    """Of a submission, what its row says."""

    campaign_id: str
    unit_id: str
    level: str
    block: str | None
    phase: str | None
    kind: Kind
    subject: Subject
    employment: str | None
    name: str
    content: str | None
    title: str | None
    quantity: int | None
    quantity_unit: str | None
    held_on: date | None
    submitted_on: date
    due_on: date | None
    late: bool


def project(batch: Batch) -> list[Change]:
    return [_changed(recorded, event) for recorded, event in batch]


def _changed(recorded: Recorded, event: Event | Submission) -> Change:
    key = (identity(recorded),)
    if isinstance(event, (RegistrationSubmitted, Submission)):
        return Put(REGISTRATIONS, key, _submitted(recorded, event))
    values = _change(recorded, event)
    values.update(stamp(recorded))
    return Alter(REGISTRATIONS, key, values)


def _submitted(recorded: Recorded, event: RegistrationSubmitted | Submission) -> dict[str, Any]:
    return {
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


def _text(event: RegistrationSubmitted | Submission | RegistrationResubmitted) -> dict[str, Any]:
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
        case InitiativeRefused(reason=reason):
            return {"state": "refused", "reason": reason}
        case RegistrationSubmitted():
            raise AssertionError("the submission is the row itself")
        case _:
            return _of_its_kind(event)


OfItsKind = (
    PlaqueAttached | InitiativeUnderReview | InitiativeRecognised | RecognitionWithdrawn | LaunchMoved | LaunchHeld
)


def _of_its_kind(event: OfItsKind) -> dict[str, Any]:
    match event:
        case PlaqueAttached(on=on, place=place):
            return {"plaque_attached_on": on, "plaque_place": place}
        case InitiativeUnderReview(council=council):
            return {"state": "under-review", "council": council}
        case InitiativeRecognised():
            return {"state": "recognised", "scope": event.scope, **_recognised(event)}
        case RecognitionWithdrawn(reason=reason):
            return {"state": "revoked", "scope": None, "reason": reason}
        case LaunchMoved(held_on=held_on):
            return {"held_on": held_on}
        case LaunchHeld():
            return {"state": "held", "held_on": event.held_on, "attended": event.attended, "fulfils": event.duty}
        case _:
            assert_never(event)


def _recognised(event: InitiativeRecognised) -> dict[str, Any]:
    """What a recognition does not say stays as an earlier one said it."""
    said = {
        "council": event.council,
        "value_vnd": event.value_vnd,
        "certificate_number": event.certificate and (event.certificate.number or event.certificate.title),
    }
    return {name: value for name, value in said.items() if value is not None}


REGISTRATION_MODEL = ReadModel(
    name="registrations",
    tables=(REGISTRATIONS,),
    families=frozenset({"registration"}),
    project=project,
    essences={("registration.submitted", 1): msgspec.json.Decoder(Submission)},
)
