"""The register of awards: dossiers from nomination to decision, and what was revoked."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.paging import Page, Query, columns, entries
from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Clear, Put, Table
from application.ports import Recorded
from domain.award.complaints import ComplaintReceived, ComplaintResolved, ComplaintSettled
from domain.award.messages import (
    AwardCorrected,
    AwardDecided,
    AwardDeclined,
    AwardHeld,
    AwardNominated,
    AwardPresented,
    AwardPublished,
    AwardRecovered,
    AwardReleased,
    AwardRevoked,
    AwardVoted,
    DossierAppraised,
    DossierCompleted,
    DossierReturned,
    EligibilityChecked,
    Employment,
    Event,
    Form,
)
from domain.award.parts import ConcurrenceRecorded, PartAttached, PartKind, PartRemoved
from domain.ids import Slug, TenantId
from domain.paper import Document
from domain.rules import AwardLevel, Scheme

State = Literal[
    "nominated", "returned", "completed", "appraised", "checked", "published", "voted", "decided", "presented",
    "declined", "revoked",
]  # fmt: skip
AWARDS = Table(
    name="awards",
    key=("award_id",),
    columns={
        "award_id": "text",
        "campaign_id": "text",
        "phase": "text",
        "year": "integer",
        "title": "text",
        "title_name": "text",
        "title_source": "text",
        "form": "text",
        "scheme": "text",
        "level": "text",
        "unit_id": "text",
        "person_id": "text",
        "employment": "text",
        "deciding_unit_id": "text",
        "registration_id": "text",
        "evaluation_id": "text",
        "achievement": "text",
        "fast_path": "boolean",
        "state": "text",
        "supported": "boolean",
        "eligible": "boolean",
        "published_from": "date",
        "published_until": "date",
        "session_id": "text",
        "decision_number": "text",
        "decision_issued": "text",
        "signing_body": "text",
        "prize_vnd": "bigint",
        "decided_at": "timestamptz",
        "presented_on": "date",
        "revoked_for": "text",
        "revoked_at": "timestamptz",
        "reason": "text",
        "outstanding_vnd": "bigint",
        "object_returned": "boolean",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)
HOLDS = Table(
    name="award_holds",
    key=("award_id", "kind"),
    columns={"award_id": "text", "kind": "text", "pending": "boolean"},
)


PARTS = Table(
    name="award_parts",
    key=("award_id", "part", "address"),
    columns={"award_id": "text", "part": "text", "address": "text"},
)
COMPLAINTS = Table(
    name="award_complaints",
    key=("award_id", "number"),
    columns={"award_id": "text", "number": "bigint", "standing": "text"},
)


class AwardRow(msgspec.Struct, frozen=True, kw_only=True):
    """`holds`: what is pending, so that nothing goes on. `prize_vnd`: đồng. `revoked_for`: the ground, once revoked.
    `reason` (of the last return, refusal or revocation) is ciphertext. `person_id` None: the unit itself.

    `parts`: the kinds that there are files of. `complaint_open`: one waits for its answer, or for what must follow from
    it. Once revoked: `outstanding_vnd` the money and `object_outstanding` the object that are still to come back.
    """

    award_id: str
    campaign_id: str
    phase: str | None
    year: int
    title: str
    title_name: str
    title_source: str
    form: str
    scheme: str
    level: str
    unit_id: str
    person_id: str | None
    employment: str
    deciding_unit_id: str | None
    registration_id: str | None
    evaluation_id: str | None
    achievement: str
    fast_path: bool
    state: State
    supported: bool | None
    eligible: bool | None
    published_from: date | None
    published_until: date | None
    session_id: str | None
    decision_number: str | None
    decision_issued: str | None
    signing_body: str | None
    prize_vnd: int | None
    decided_at: datetime | None
    presented_on: date | None
    revoked_for: str | None
    revoked_at: datetime | None
    reason: str | None
    outstanding_vnd: int | None
    first_position: int
    version: int
    position: int
    holds: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    complaint_open: bool = False
    object_outstanding: bool = False
    recovery_open: bool = False


class AwardFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: a unit, with everything below it. `held`: something is pending.
    `lacks_part`: there is no file of this kind. `recovery_open`: money or object of a revoked award is still out.
    """

    award_id: str | None = None
    campaign_id: str | None = None
    phase: Slug | None = None
    title: str | None = None
    form: Form | None = None
    scheme: Scheme | None = None
    level: AwardLevel | None = None
    state: State | None = None
    employment: Employment | None = None
    person_id: str | None = None
    session_id: str | None = None
    under: str | None = None
    held: bool | None = None
    complaint_open: bool | None = None
    recovery_open: bool | None = None
    lacks_part: PartKind | None = None


COMPLAINED = (
    "exists(select 1 from read_models.award_complaints as c"
    " where c.tenant_id = $1 and c.award_id = a.award_id and c.standing <> 'closed')"
)
HELD = (
    "exists(select 1 from read_models.award_holds as h"
    " where h.tenant_id = $1 and h.award_id = a.award_id and h.pending)"
)
PENDING = (
    "array(select h.kind from read_models.award_holds as h"
    " where h.tenant_id = $1 and h.award_id = a.award_id and h.pending"
    f" union select 'complaint' where {COMPLAINED} order by 1)"
)
ATTACHED = (
    "array(select distinct p.part from read_models.award_parts as p"
    " where p.tenant_id = $1 and p.award_id = a.award_id order by p.part)"
)
OBJECT_OUT = "(a.state = 'revoked' and a.presented_on is not null and a.object_returned is not true)"
RECOVERING = f"(a.state = 'revoked' and (coalesce(a.outstanding_vnd, 0) > 0 or {OBJECT_OUT}))"
BESIDE = {
    "holds": PENDING,
    "parts": ATTACHED,
    "complaint_open": COMPLAINED,
    "object_outstanding": OBJECT_OUT,
    "recovery_open": RECOVERING,
}
"""What a row says that no column of it holds."""
WHETHER = {"held": f"({HELD} or {COMPLAINED})", "complaint_open": COMPLAINED, "recovery_open": RECOVERING}
LACKS = (
    "not exists(select 1 from read_models.award_parts as p"
    " where p.tenant_id = $1 and p.award_id = a.award_id and p.part = {})"
)


async def fetch_awards(
    connection: Connection,
    tenant_id: TenantId,
    wanted: AwardFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[AwardRow]:
    """Dossiers in the order that they were nominated. Raises: BadCursor."""
    query = Query(tenant_id)
    query.equal("a", wanted, but=("under", "lacks_part", *WHETHER))
    for name, condition in WHETHER.items():
        query.where(f"{condition} = {{}}", getattr(wanted, name))
    query.where(LACKS, wanted.lacks_part)
    query.within(wanted.under, "a.unit_id")
    query.within(subtree, "a.unit_id")
    beside = ", ".join(f"{said} as {name}" for name, said in BESIDE.items())
    selected = f"{columns(AwardRow, 'a', but=tuple(BESIDE))}, {beside}"
    return await entries(
        connection, query, AwardRow, listing="awards", table="awards as a", after=after, limit=limit, selected=selected
    )


def project(batch: Batch) -> list[Change]:
    return [change for recorded, event in batch for change in _changes(recorded, event)]


def _changes(recorded: Recorded, event: Event) -> list[Change]:
    award = identity(recorded)
    if isinstance(event, AwardNominated):
        return [Put(AWARDS, (award,), {**_nominated(event), **first(recorded)})]
    changed = Alter(AWARDS, (award,), {**_values(recorded, event), **stamp(recorded)})
    if isinstance(event, AwardHeld | AwardReleased):
        return [changed, Put(HOLDS, (award, event.kind), {"pending": isinstance(event, AwardHeld)})]
    return [changed, *_beside(award, event)]


def _beside(award: str, event: Event) -> list[Change]:
    """What changes in the tables of parts and complaints."""
    match event:
        case PartAttached(part=part, address=address):
            return [Put(PARTS, (award, part, address), {})]
        case PartRemoved(part=part, address=address):
            return [Clear(PARTS, (award, part, address))]
        case ComplaintReceived(number=number):
            return [Put(COMPLAINTS, (award, number), {"standing": "pending"})]
        case ComplaintResolved(number=number, follows=follows):
            standing = "closed" if follows in (None, "nothing") else "open"
            return [Put(COMPLAINTS, (award, number), {"standing": standing})]
        case ComplaintSettled(number=number):
            return [Put(COMPLAINTS, (award, number), {"standing": "closed"})]
        case _:
            return []


def _nominated(event: AwardNominated) -> dict[str, Any]:
    return {
        "campaign_id": event.campaign_id,
        "phase": event.phase,
        "year": event.year,
        "title": event.title,
        "title_name": event.title_name,
        "title_source": event.title_source,
        "form": event.form,
        "scheme": event.scheme,
        "level": event.level,
        "unit_id": event.unit_id,
        "person_id": event.person_id,
        "employment": event.employment,
        "deciding_unit_id": event.deciding_unit_id,
        "registration_id": event.registration_id,
        "evaluation_id": event.evaluation_id,
        "achievement": event.achievement,
        "fast_path": event.fast_path,
        "state": "nominated",
    }


def _values(recorded: Recorded, event: Event) -> dict[str, Any]:
    match event:
        case DossierReturned(reason=reason):
            return {"state": "returned", "reason": reason, "supported": None, "eligible": None}
        case DossierCompleted(registration_id=registration_id, evaluation_id=evaluation_id):
            return {
                "state": "completed",
                "registration_id": registration_id,
                "evaluation_id": evaluation_id,
                "reason": None,
            }
        case DossierAppraised(supports=supports):
            return {"state": "appraised", "supported": supports}
        case EligibilityChecked(eligible=eligible):
            return {"state": "checked", "eligible": eligible}
        case AwardPublished(published_from=published_from, published_until=published_until):
            return {"state": "published", "published_from": published_from, "published_until": published_until}
        case AwardVoted(session_id=session_id):
            return {"state": "voted", "session_id": session_id}
        case AwardDecided():
            return _decided(recorded, event)
        case AwardPresented(presented_on=presented_on):
            return {"state": "presented", "presented_on": presented_on}
        case AwardDeclined(reason=reason):
            return {"state": "declined", "reason": reason}
        case AwardRevoked():
            return _revoked(recorded, event)
        case AwardRecovered(outstanding_vnd=outstanding):
            # Money that comes back later does not take the object out again.
            return {"outstanding_vnd": outstanding, **({"object_returned": True} if event.object_returned else {})}
        case AwardCorrected(decision=decision):
            return _cited(decision)
        case AwardNominated():
            raise AssertionError("the nomination is the row itself")
        case _:
            return _nothing(event)


def _nothing(
    event: AwardHeld
    | AwardReleased
    | PartAttached
    | PartRemoved
    | ConcurrenceRecorded
    | ComplaintReceived
    | ComplaintResolved
    | ComplaintSettled,
) -> dict[str, Any]:
    """What stands in tables of its own, or in no list."""
    return {}


def _revoked(recorded: Recorded, event: AwardRevoked) -> dict[str, Any]:
    return {
        "state": "revoked",
        "revoked_for": event.ground,
        "revoked_at": recorded.recorded_at,
        "reason": event.reason,
        "outstanding_vnd": event.recover_vnd,
    }


def _decided(recorded: Recorded, event: AwardDecided) -> dict[str, Any]:
    return {
        "state": "decided",
        **_cited(event.decision),
        "signing_body": event.signing_body,
        "prize_vnd": event.prize_vnd,
        "decided_at": recorded.recorded_at,
    }


def _cited(decision: Document) -> dict[str, Any]:
    return {"decision_number": decision.number, "decision_issued": decision.issued}


AWARD_MODEL = ReadModel(
    name="awards", tables=(AWARDS, HOLDS, PARTS, COMPLAINTS), families=frozenset({"award"}), project=project
)
