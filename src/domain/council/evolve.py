"""The state of a council session."""

from enum import Enum
from typing import assert_never

import msgspec

from domain.council.messages import (
    AttendanceRecorded,
    CouncilConvened,
    Counted,
    DecisionIssued,
    DossiersListed,
    Event,
    Listed,
    QuotaChecked,
    ResultRecorded,
    SessionCancelled,
)
from domain.decider import Message


class Status(Enum):
    ABSENT = "absent"
    CONVENED = "convened"
    COUNTED = "counted"
    DECIDED = "decided"
    CANCELLED = "cancelled"


class Session(Message, frozen=True, kw_only=True):
    """`quota` is the last check, if any."""

    status: Status = Status.ABSENT
    convened: CouncilConvened | None = None
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

    def approved(self) -> tuple[str, ...]:
        """The dossiers that quorum and share approve, in the order of the list."""
        return tuple(count.award_id for count in self.result.counted if count.approved) if self.result else ()


def evolve(session: Session, event: Event) -> Session:
    change = msgspec.structs.replace
    match event:
        case CouncilConvened():
            return Session(status=Status.CONVENED, convened=event)
        case DossiersListed(listed=listed):
            return change(session, listed=(*session.listed, *listed))
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
