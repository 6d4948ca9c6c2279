"""The state of an award dossier."""

from enum import Enum
from typing import assert_never

import msgspec

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
    Event,
    HoldKind,
)
from domain.award.parts import ConcurrenceRecorded, PartAttached, PartRemoved
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


class Complaint(Message, frozen=True, kw_only=True):
    """`resolved` None: pending. `settled` None: what must follow from it, if anything, was not done yet."""

    received: ComplaintReceived
    resolved: ComplaintResolved | None = None
    settled: ComplaintSettled | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for its answer, or for what must follow from it."""
        if self.resolved is None:
            return True
        return self.settled is None and self.resolved.follows not in (None, "nothing")


class Award(Message, frozen=True, kw_only=True):
    """`completed` is the content as it was handed in last; `decision` as corrected. `holds` is what is pending: what
    was put on hold (`put_on_hold`), and a complaint while one is open. `parts` are the kinds that there are `files` of.
    """

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
    put_on_hold: tuple[HoldKind, ...] = ()
    files: tuple[PartAttached, ...] = ()
    removed: tuple[PartRemoved, ...] = ()
    parts: tuple[str, ...] = ()
    concurrences: tuple[Concurrence, ...] = ()
    concurred: tuple[ConcurrenceRecorded, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    recoveries: tuple[AwardRecovered, ...] = ()

    @property
    def owed_vnd(self) -> int:
        """The money that a revoked award still has to give back."""
        if self.revoked is None:
            return 0
        return (self.revoked.recover_vnd or 0) - sum(recovery.money_vnd for recovery in self.recoveries)

    @property
    def owes_object(self) -> bool:
        """Whether the object (certificate, flag, badge) was handed over and is still to come back."""
        handed_over = self.revoked is not None and self.presented is not None
        return handed_over and not any(recovery.object_returned for recovery in self.recoveries)


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
            return _with_holds(change(award, put_on_hold=(*award.put_on_hold, kind)))
        case AwardReleased(kind=kind):
            left = tuple(held for held in award.put_on_hold if held != kind)
            return _with_holds(change(award, put_on_hold=left, released=(*award.released, event)))
        case AwardRevoked():
            return change(award, status=Status.REVOKED, revoked=event)
        case AwardCorrected(decision=decision):
            return change(award, decision=decision, corrected=event)
        case _:
            return _evolve_beside(award, event)


def _evolve_beside(
    award: Award,
    event: AwardRecovered
    | PartAttached
    | PartRemoved
    | ConcurrenceRecorded
    | ComplaintReceived
    | ComplaintResolved
    | ComplaintSettled,
) -> Award:
    """What leaves the dossier's own state as it was."""
    change = msgspec.structs.replace
    match event:
        case AwardRecovered():
            return change(award, recoveries=(*award.recoveries, event))
        case PartAttached():
            return _with_files(award, (*award.files, event))
        case PartRemoved(part=part, address=address):
            removed = award.removed if event in award.removed else (*award.removed, event)
            left = tuple(file for file in award.files if (file.part, file.address) != (part, address))
            return _with_files(change(award, removed=removed), left)
        case ConcurrenceRecorded(body=body):
            others = tuple(said for said in award.concurred if said.body != body)
            concurred = (*others, event)
            said = tuple(Concurrence(body=each.body, agrees=each.agrees) for each in concurred)
            return change(award, concurred=concurred, concurrences=said)
        case ComplaintReceived():
            return _with_holds(change(award, complaints=(*award.complaints, Complaint(received=event))))
        case ComplaintResolved():
            return _with_complaint(award, event.number, resolved=event)
        case ComplaintSettled():
            return _with_complaint(award, event.number, settled=event)
        case _:
            assert_never(event)


def _with_files(award: Award, files: tuple[PartAttached, ...]) -> Award:
    kinds = tuple(sorted({file.part for file in files}))
    return msgspec.structs.replace(award, files=files, parts=kinds)


def _with_complaint(award: Award, number: int, **done: ComplaintResolved | ComplaintSettled) -> Award:
    complaints = tuple(
        msgspec.structs.replace(each, **done) if each.received.number == number else each for each in award.complaints
    )
    return _with_holds(msgspec.structs.replace(award, complaints=complaints))


def _with_holds(award: Award) -> Award:
    """Everything that is pending, each kind once: an open complaint holds whether or not somebody has said `hold`."""
    complaint: tuple[HoldKind, ...] = ("complaint",) if any(each.is_open for each in award.complaints) else ()
    holds = tuple(dict.fromkeys((*award.put_on_hold, *complaint)))
    return msgspec.structs.replace(award, holds=holds)


def _content(event: AwardNominated) -> DossierCompleted:
    return DossierCompleted(
        report=event.report, registration_id=event.registration_id, evaluation_id=event.evaluation_id
    )
