"""One council session whole: the list, who voted, what was counted, and how the list stands against the quotas.

Who voted (`attendance`) and what was voted (`result`, sums alone) are recorded apart, and nothing here joins them.
"""

from typing import Any

from adapters.http.history import Act, ByRules, History, Judged, act, cited, history, judged
from adapters.http.moments import Moment
from adapters.http.route import Exchange
from adapters.read_models.councils import DossierRow, SessionRow
from domain.council import COUNCIL
from domain.council.evolve import Session
from domain.council.messages import (
    AttendanceRecorded,
    Ballot,
    BallotClosed,
    BallotOpened,
    Conflict,
    DecisionIssued,
    Instant,
    Listed,
    Paper,
    PaperSums,
    QuotaChecked,
    ResultRecorded,
    Seat,
    SessionCancelled,
)
from domain.decider import Message, Sealed
from domain.ids import Id, Slug
from domain.paper import Document, Signature
from domain.rules import Count, QuotaCount, VoteCount


class OnList(Message, frozen=True, kw_only=True):
    """A dossier as it was put on the list, and what the rules say of its publication."""

    award_id: Id
    reasons: tuple[Judged, ...]


class Recusal(Act, frozen=True, kw_only=True):
    """`award_ids` null: every dossier of the list."""

    seat: Slug
    award_ids: tuple[Id, ...] | None
    conflict: Conflict
    reason: Sealed | None


class BallotOpening(Act, frozen=True, kw_only=True):
    closes_at: Instant
    papers: tuple[Paper, ...]


class BallotClosing(Act, frozen=True, kw_only=True):
    """Sums alone."""

    sums: tuple[PaperSums, ...]


class Attendance(Act, frozen=True, kw_only=True):
    """The seats that voted, in the room and in writing."""

    present: tuple[Slug, ...]
    in_writing: tuple[Slug, ...]


class DossierCount(Message, frozen=True, kw_only=True):
    """A dossier's sums against the whole roster, and what quorum and share say of them."""

    award_id: Id
    vote: VoteCount
    approved: bool
    reasons: tuple[Judged, ...]


class CountingResult(Act, frozen=True, kw_only=True):
    minutes: Document
    ballots_issued: Count
    returned_in_room: Count
    returned_in_writing: Count
    counted: tuple[DossierCount, ...]


class QuotaResult(Act, frozen=True, kw_only=True):
    """The last check: `granted` is the list as it would be decided, `withheld` what was left out to keep the quotas."""

    granted: tuple[Id, ...]
    withheld: tuple[Id, ...]
    counts: tuple[QuotaCount, ...]
    fits: bool
    reasons: tuple[Judged, ...]


class ListDecision(Act, frozen=True, kw_only=True):
    decision: Document
    signing_body: str
    granted: tuple[Id, ...]
    not_granted: tuple[Id, ...]
    signature: Signature | None


class Cancellation(Act, frozen=True, kw_only=True):
    reason: str


class SessionWithList(Message, frozen=True, kw_only=True):
    """A session, the dossiers on its list, and what it rests on; `version` is the session's."""

    session: SessionRow
    dossiers: tuple[DossierRow, ...]
    rules: ByRules
    ballot: Ballot
    roster: tuple[Seat, ...]
    chair: Slug
    recusals: tuple[Recusal, ...]
    ballot_opened: BallotOpening | None
    ballot_closed: BallotClosing | None
    listed: tuple[OnList, ...]
    attendance: Attendance | None
    result: CountingResult | None
    quota: QuotaResult | None
    decided: ListDecision | None
    cancelled: Cancellation | None
    version: int


class SessionAndDossiers(Message, frozen=True, kw_only=True):
    """What the read model has."""

    session: SessionRow
    dossiers: tuple[DossierRow, ...]
    version: int


async def session_whole(exchange: Exchange, found: SessionAndDossiers, moment: Moment) -> SessionWithList:
    """The session with everything that its stream says up to the row's version."""
    store, tenant_id = exchange.parts.platform.store, exchange.caller.tenant_id
    told = await history(store, tenant_id, COUNCIL, found.session.session_id, until=found.version)
    state: Session = COUNCIL.fold(event for _, event in told)
    assert state.convened is not None, "a row without its convening"
    return SessionWithList(
        session=found.session,
        dossiers=found.dossiers,
        rules=cited(state.convened.rule_set),
        ballot=state.convened.ballot,
        recusals=tuple(act(Recusal, one, **_said(event)) for one, event in told if event in state.recusals),
        roster=state.convened.roster,
        chair=state.convened.chair,
        listed=tuple(_on_list(listed) for listed in state.listed),
        **_acts(told),
        version=found.version,
    )


def _on_list(listed: Listed) -> OnList:
    return OnList(award_id=listed.award_id, reasons=judged(listed.reasons))


_NAMES = ("attendance", "ballot_opened", "ballot_closed", "result", "quota", "decided", "cancelled")


def _said(event: Any) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__struct_fields__ if name != "read_at"}


def _acts(told: History) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(_NAMES)
    for recorded, event in told:
        said = _said(event)
        match event:
            case AttendanceRecorded():
                found["attendance"] = act(Attendance, recorded, **said)
            case BallotOpened():
                found["ballot_opened"] = act(BallotOpening, recorded, **said)
            case BallotClosed():
                found["ballot_closed"] = act(BallotClosing, recorded, **said)
            case ResultRecorded():
                found["result"] = act(CountingResult, recorded, **(said | {"counted": _counted(event)}))
            case QuotaChecked():
                found["quota"] = act(QuotaResult, recorded, **(said | {"reasons": judged(event.reasons)}))
            case DecisionIssued():
                found["decided"] = act(ListDecision, recorded, **said)
            case SessionCancelled():
                found["cancelled"] = act(Cancellation, recorded, **said)
            case _:
                pass
    return found


def _counted(event: ResultRecorded) -> tuple[DossierCount, ...]:
    return tuple(
        DossierCount(award_id=each.award_id, vote=each.vote, approved=each.approved, reasons=judged(each.reasons))
        for each in event.counted
    )
