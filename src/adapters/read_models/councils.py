"""Council sessions: who convened them, for what, and what came out for each dossier on the list. Sums only."""

from datetime import date
from typing import Any, Literal, assert_never

import msgspec

from adapters.read_models.clauses import with_clauses
from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.paging import Page, Query, columns, entries
from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.council.messages import (
    AttendanceRecorded,
    Ballot,
    BallotClosed,
    BallotOpened,
    CouncilConvened,
    Counted,
    DecisionIssued,
    DossiersListed,
    Event,
    QuotaChecked,
    RecusalRecorded,
    ResultRecorded,
    SeatReplaced,
    SessionCancelled,
    SessionMoved,
    VotingCodeDrawn,
)
from domain.directive import Directive, Source
from domain.ids import TenantId

State = Literal["convened", "counted", "decided", "cancelled"]
SESSIONS = Table(
    name="council_sessions",
    key=("session_id",),
    columns={
        "session_id": "text",
        "campaign_id": "text",
        "unit_id": "text",
        "title": "text",
        "meets_on": "date",
        "seats": "bigint",
        "voted_in_room": "bigint",
        "voted_in_writing": "bigint",
        "state": "text",
        "ballot": "text",
        "minutes_number": "text",
        "quota_fits": "boolean",
        "decision_number": "text",
        "signing_body": "text",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)
DOSSIERS = Table(
    name="council_dossiers",
    key=("session_id", "award_id"),
    columns={
        "session_id": "text",
        "award_id": "text",
        "votes_for": "bigint",
        "roster": "bigint",
        "approved": "boolean",
        "granted": "boolean",
    },
)


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """`seats` is the whole roster, against which votes count. `title_source`: whether the directive has the title or it
    is assumed."""

    session_id: str
    campaign_id: str
    unit_id: str
    title: str
    meets_on: date
    seats: int
    voted_in_room: int | None
    voted_in_writing: int | None
    state: State
    ballot: Ballot
    minutes_number: str | None
    quota_fits: bool | None
    decision_number: str | None
    signing_body: str | None
    first_position: int
    version: int
    position: int
    title_source: Source | None = None


class SessionFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: a unit, with everything below it."""

    session_id: str | None = None
    campaign_id: str | None = None
    title: str | None = None
    state: State | None = None
    under: str | None = None


class DossierRow(msgspec.Struct, frozen=True, kw_only=True):
    award_id: str
    votes_for: int | None
    roster: int | None
    approved: bool | None
    granted: bool | None


async def fetch_sessions(
    connection: Connection,
    tenant_id: TenantId,
    wanted: SessionFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[SessionRow]:
    """Sessions in the order that they were convened. Raises: BadCursor."""
    query = Query(tenant_id)
    query.equal("s", wanted, but=("under",))
    query.within(wanted.under, "s.unit_id")
    query.within(subtree, "s.unit_id")
    page = await entries(
        connection,
        query,
        SessionRow,
        listing="councils",
        table="council_sessions as s",
        after=after,
        limit=limit,
        selected=columns(SessionRow, "s", but=("title_source",)),
    )
    return await with_clauses(connection, tenant_id, page, _title_source)


def _title_source(directive: Directive, row: SessionRow) -> dict[str, Any]:
    title = directive.title(row.title)
    return {"title_source": title and title.source}


async def fetch_session_dossiers(connection: Connection, tenant_id: TenantId, session_id: str) -> list[DossierRow]:
    """Every dossier on the session's list."""
    sql = (
        f"select {columns(DossierRow, 'd')} from read_models.council_dossiers as d"
        " where d.tenant_id = $1 and d.session_id = $2 order by d.award_id"
    )
    return [msgspec.convert(dict(record), DossierRow) for record in await connection.fetch(sql, tenant_id, session_id)]


def project(batch: Batch) -> list[Change]:
    return [change for recorded, event in batch for change in _changes(recorded, event)]


def _changes(recorded: Recorded, event: Event) -> list[Change]:
    session = identity(recorded)
    if isinstance(event, CouncilConvened):
        return [Put(SESSIONS, (session,), {**_convened(event), **first(recorded)})]
    changed = Alter(SESSIONS, (session,), {**_values(event), **stamp(recorded)})
    return [changed, *(Put(DOSSIERS, (session, award), values) for award, values in _outcomes(event))]


def _convened(event: CouncilConvened) -> dict[str, Any]:
    return {
        "campaign_id": event.campaign_id,
        "unit_id": event.unit_id,
        "title": event.title,
        "meets_on": event.meets_on,
        "seats": len(event.roster),
        "state": "convened",
        "ballot": event.ballot,
    }


def _values(event: Event) -> dict[str, Any]:
    match event:
        case (
            DossiersListed() | SeatReplaced() | RecusalRecorded() | BallotOpened() | VotingCodeDrawn() | BallotClosed()
        ):
            return {}
        case SessionMoved(meets_on=meets_on):
            return {"meets_on": meets_on}
        case AttendanceRecorded(present=present, in_writing=in_writing):
            return {"voted_in_room": len(present), "voted_in_writing": len(in_writing)}
        case ResultRecorded(minutes=minutes):
            return {"state": "counted", "minutes_number": minutes.number}
        case QuotaChecked(fits=fits):
            return {"quota_fits": fits}
        case DecisionIssued(decision=decision, signing_body=signing_body):
            return {"state": "decided", "decision_number": decision.number, "signing_body": signing_body}
        case SessionCancelled():
            return {"state": "cancelled"}
        case CouncilConvened():
            raise AssertionError("the convening is the row itself")
        case _:
            assert_never(event)


def _outcomes(event: Event) -> list[tuple[str, dict[str, Any]]]:
    """What the event says of single dossiers."""
    match event:
        case DossiersListed(listed=listed):
            return [(dossier.award_id, {"approved": None}) for dossier in listed]
        case ResultRecorded(counted=counted):
            return [(dossier.award_id, _counted(dossier)) for dossier in counted]
        case DecisionIssued(granted=granted, not_granted=not_granted):
            given = [(award, {"granted": True}) for award in granted]
            return [*given, *((award, {"granted": False}) for award in not_granted)]
        case _:
            return []


def _counted(dossier: Counted) -> dict[str, Any]:
    return {"votes_for": dossier.vote.votes_for, "roster": dossier.vote.roster, "approved": dossier.approved}


COUNCIL_MODEL = ReadModel(
    name="councils", tables=(SESSIONS, DOSSIERS), families=frozenset({"council"}), project=project
)
