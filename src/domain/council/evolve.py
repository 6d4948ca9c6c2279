"""The state of a council session."""

from enum import Enum
from typing import Any, assert_never

import msgspec

from domain.council.messages import (
    AttendanceRecorded,
    BallotClosed,
    BallotOpened,
    CouncilConvened,
    Counted,
    DecisionIssued,
    DossiersListed,
    Event,
    Listed,
    QuotaChecked,
    RecusalRecorded,
    ResultRecorded,
    Seat,
    SeatReplaced,
    SessionCancelled,
    SessionMoved,
    VotingCodeDrawn,
)
from domain.decider import Message


class Status(Enum):
    ABSENT = "absent"
    CONVENED = "convened"
    COUNTED = "counted"
    DECIDED = "decided"
    CANCELLED = "cancelled"


class Session(Message, frozen=True, kw_only=True):
    """`convened` is kept as things stand: with the seats' present holders and the day that the session was moved to;
    `called` as it was first convened. `quota` is the last check, if any; `codes` has a seat once for each code drawn.
    """

    status: Status = Status.ABSENT
    called: CouncilConvened | None = None
    convened: CouncilConvened | None = None
    recusals: tuple[RecusalRecorded, ...] = ()
    ballot: BallotOpened | None = None
    codes: tuple[str, ...] = ()
    box: BallotClosed | None = None
    listed: tuple[Listed, ...] = ()
    attendance: AttendanceRecorded | None = None
    result: ResultRecorded | None = None
    quota: QuotaChecked | None = None
    decided: DecisionIssued | None = None
    cancelled: SessionCancelled | None = None

    def count_of(self, award_id: str) -> Counted | None:
        """What was counted for a dossier; None where it was not voted on here."""
        counted = self.result.counted if self.result else ()
        return next((count for count in counted if count.award_id == award_id), None)

    def recused_from(self, award_id: str) -> frozenset[str]:
        """The seats that do not vote on a dossier."""
        return frozenset(
            recusal.seat for recusal in self.recusals if recusal.award_ids is None or award_id in recusal.award_ids
        )

    def approved(self) -> tuple[str, ...]:
        """The dossiers that quorum and share approve, in the order of the list."""
        return tuple(count.award_id for count in self.result.counted if count.approved) if self.result else ()


def evolve(session: Session, event: Event) -> Session:
    change = msgspec.structs.replace
    match event:
        case CouncilConvened():
            return Session(status=Status.CONVENED, called=event, convened=event)
        case SeatReplaced():
            return _replaced(session, event)
        case SessionMoved(meets_on=meets_on, listed=listed):
            return change(session, convened=_altered(session, meets_on=meets_on), listed=listed)
        case DossiersListed(listed=listed):
            return change(session, listed=(*session.listed, *listed))
        case RecusalRecorded():
            return change(session, recusals=(*session.recusals, event))
        case BallotOpened():
            return change(session, ballot=event)
        case VotingCodeDrawn(seat=seat):
            return change(session, codes=(*session.codes, seat))
        case BallotClosed():
            return change(session, box=event)
        case AttendanceRecorded():
            return change(session, attendance=event)
        case ResultRecorded():
            return change(session, status=Status.COUNTED, result=event)
        case QuotaChecked():
            return change(session, quota=event)
        case DecisionIssued():
            return change(session, status=Status.DECIDED, decided=event)
        case SessionCancelled():
            return change(session, status=Status.CANCELLED, cancelled=event)
        case _:
            assert_never(event)


def _replaced(session: Session, event: SeatReplaced) -> Session:
    assert session.convened is not None, "a seat of no council"
    new = Seat(seat=event.seat, office=event.office, person_id=event.person_id)
    roster = tuple(new if seat.seat == event.seat else seat for seat in session.convened.roster)
    return msgspec.structs.replace(
        session,
        convened=_altered(session, roster=roster),
        recusals=tuple(recusal for recusal in session.recusals if recusal.seat != event.seat),
    )


def _altered(session: Session, **parts: Any) -> CouncilConvened:
    assert session.convened is not None, "no council to alter"
    return msgspec.structs.replace(session.convened, **parts)
