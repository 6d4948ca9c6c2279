"""The state of an award dossier."""

from enum import Enum
from typing import assert_never

import msgspec

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
    Event,
    HoldKind,
)
from domain.decider import Message
from domain.paper import Document
from domain.rules import Concurrence


class Status(Enum):
    ABSENT = "absent"
    NOMINATED = "nominated"
    RETURNED = "returned"
    COMPLETED = "completed"
    APPRAISED = "appraised"
    CHECKED = "checked"
    PUBLISHED = "published"
    VOTED = "voted"
    DECIDED = "decided"
    PRESENTED = "presented"
    DECLINED = "declined"
    REVOKED = "revoked"


class Award(Message, frozen=True, kw_only=True):
    """`completed` is the content as it was handed in last; `holds` what is pending; `decision` as corrected."""

    status: Status = Status.ABSENT
    nominated: AwardNominated | None = None
    completed: DossierCompleted | None = None
    returned: DossierReturned | None = None
    appraised: DossierAppraised | None = None
    checked: EligibilityChecked | None = None
    published: AwardPublished | None = None
    voted: AwardVoted | None = None
    decided: AwardDecided | None = None
    decision: Document | None = None
    presented: AwardPresented | None = None
    declined: AwardDeclined | None = None
    revoked: AwardRevoked | None = None
    corrected: AwardCorrected | None = None
    holds: tuple[HoldKind, ...] = ()
    released: tuple[AwardReleased, ...] = ()
    concurrences: tuple[Concurrence, ...] = ()
    parts: tuple[str, ...] = ()


def evolve(award: Award, event: Event) -> Award:
    change = msgspec.structs.replace
    match event:
        case AwardNominated():
            return Award(status=Status.NOMINATED, nominated=event, completed=_content(event))
        case DossierReturned():
            return change(award, status=Status.RETURNED, returned=event, appraised=None, checked=None)
        case DossierCompleted():
            return change(award, status=Status.COMPLETED, completed=event)
        case DossierAppraised():
            return change(award, status=Status.APPRAISED, appraised=event)
        case EligibilityChecked():
            return change(award, status=Status.CHECKED, checked=event)
        case AwardPublished():
            return change(award, status=Status.PUBLISHED, published=event)
        case AwardVoted():
            return change(award, status=Status.VOTED, voted=event)
        case AwardDecided(decision=decision):
            return change(award, status=Status.DECIDED, decided=event, decision=decision)
        case AwardPresented():
            return change(award, status=Status.PRESENTED, presented=event)
        case AwardDeclined():
            return change(award, status=Status.DECLINED, declined=event)
        case AwardHeld(kind=kind):
            return change(award, holds=(*award.holds, kind))
        case AwardReleased(kind=kind):
            holds = tuple(held for held in award.holds if held != kind)
            return change(award, holds=holds, released=(*award.released, event))
        case AwardRevoked():
            return change(award, status=Status.REVOKED, revoked=event)
        case AwardCorrected(decision=decision):
            return change(award, decision=decision, corrected=event)
        case _:
            assert_never(event)


def _content(event: AwardNominated) -> DossierCompleted:
    return DossierCompleted(
        report=event.report, registration_id=event.registration_id, evaluation_id=event.evaluation_id
    )
