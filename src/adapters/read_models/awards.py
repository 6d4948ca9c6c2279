"""The register of awards: dossiers from nomination to decision, and what was revoked."""

from datetime import date, datetime
from typing import Any, Literal, assert_never

import msgspec

from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.paging import Page, Query, columns, entries
from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.award.messages import (
    AwardCorrected,
    AwardDecided,
    AwardDeclined,
    AwardHeld,
    AwardNominated,
    AwardPresented,
    AwardPublished,
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


class AwardRow(msgspec.Struct, frozen=True, kw_only=True):
    """`holds`: what is pending, so that nothing goes on. `prize_vnd`: đồng. `revoked_for`: the ground, once revoked.
    `reason` (of the last return, refusal or revocation) is ciphertext. `person_id` None: the unit itself."""

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
    first_position: int
    version: int
    position: int
    holds: tuple[str, ...] = ()


class AwardFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: a unit, with everything below it."""

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


PENDING = (
    "array(select h.kind from read_models.award_holds as h"
    " where h.tenant_id = $1 and h.award_id = a.award_id and h.pending order by h.kind)"
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
    query.equal("a", wanted, but=("under",))
    query.within(wanted.under, "a.unit_id")
    query.within(subtree, "a.unit_id")
    selected = f"{columns(AwardRow, 'a', but=('holds',))}, {PENDING} as holds"
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
    return [changed]


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
        case AwardHeld() | AwardReleased():
            return {}
        case AwardRevoked(ground=ground, reason=reason):
            return {"state": "revoked", "revoked_for": ground, "revoked_at": recorded.recorded_at, "reason": reason}
        case AwardCorrected(decision=decision):
            return _cited(decision)
        case AwardNominated():
            raise AssertionError("the nomination is the row itself")
        case _:
            assert_never(event)


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


AWARD_MODEL = ReadModel(name="awards", tables=(AWARDS, HOLDS), families=frozenset({"award"}), project=project)
