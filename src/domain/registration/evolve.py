"""The state of a registration."""

from enum import Enum
from typing import assert_never

import msgspec

from domain.decider import Message
from domain.directive import Kind
from domain.registration.messages import (
    Collective,
    CompactAccepted,
    Event,
    InitiativeRecognised,
    InitiativeRefused,
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


class Status(Enum):
    ABSENT = "absent"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    RECOGNISED = "recognised"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Registration(Message, frozen=True, kw_only=True):
    """`last` is the latest text handed in, whole; `accepted` the units whose party has signed the compact."""

    status: Status = Status.ABSENT
    campaign_id: str = ""
    unit_id: str = ""
    receiver_id: str | None = None
    kind: Kind | None = None
    subject: Subject = Collective()
    submitted: RegistrationSubmitted | None = None
    last: RegistrationResubmitted | None = None
    accepted: tuple[str, ...] = ()
    progressed: RegistrationProgressed | None = None
    recognised_by: Event | None = None
    scope: InitiativeScope | None = None


def evolve(registration: Registration, event: Event) -> Registration:
    change = msgspec.structs.replace
    match event:
        case RegistrationSubmitted():
            return Registration(
                status=Status.SUBMITTED,
                campaign_id=event.campaign_id,
                unit_id=event.unit_id,
                receiver_id=event.receiver_id,
                kind=event.kind,
                subject=event.subject,
                submitted=event,
                last=text_of(event),
                accepted=(event.unit_id,),
            )
        case RegistrationReturned():
            return change(registration, status=Status.RETURNED)
        case RegistrationResubmitted():
            # Who signed the earlier text has not signed this one.
            return change(registration, status=Status.SUBMITTED, last=event, accepted=(registration.unit_id,))
        case CompactAccepted(unit_id=unit_id):
            return change(registration, accepted=(*registration.accepted, unit_id))
        case RegistrationConfirmed():
            return change(registration, status=Status.CONFIRMED)
        case RegistrationWithdrawn():
            return change(registration, status=Status.WITHDRAWN)
        case RegistrationProgressed():
            return change(registration, progressed=event)
        case RegistrationCompleted():
            return change(registration, status=Status.COMPLETED)
        case WorkRecognised():
            return change(registration, status=Status.RECOGNISED, recognised_by=event)
        case InitiativeRecognised(scope=scope):
            return change(registration, status=Status.RECOGNISED, recognised_by=event, scope=scope)
        case InitiativeRefused():
            return change(registration, status=Status.REFUSED, recognised_by=event)
        case _:
            assert_never(event)


def text_of(event: RegistrationSubmitted) -> RegistrationResubmitted:
    """The part of a submission that a resubmission replaces."""
    return RegistrationResubmitted(
        name=event.name,
        content=event.content,
        title=event.title,
        quantity=event.quantity,
        quantity_unit=event.quantity_unit,
        held_on=event.held_on,
    )
