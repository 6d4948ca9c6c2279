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
    InitiativeUnderReview,
    LaunchHeld,
    LaunchMoved,
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


class Status(Enum):
    ABSENT = "absent"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    UNDER_REVIEW = "under-review"
    HELD = "held"
    COMPLETED = "completed"
    RECOGNISED = "recognised"
    REFUSED = "refused"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


REGISTERED = (Status.CONFIRMED, Status.UNDER_REVIEW, Status.HELD, Status.COMPLETED, Status.RECOGNISED)
"""What counts as registered: confirmed by the level above, and not come to nothing since."""


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
    reviewed_by: InitiativeUnderReview | None = None
    plaque: PlaqueAttached | None = None
    revoked_by: RecognitionWithdrawn | None = None
    held: LaunchHeld | None = None
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
            return _afterwards(registration, event)


Afterwards = PlaqueAttached | InitiativeUnderReview | RecognitionWithdrawn | LaunchMoved | LaunchHeld


def _afterwards(registration: Registration, event: Afterwards) -> Registration:
    """What belongs to one kind only: a work's plaque, an initiative's review, a launch event's day."""
    change = msgspec.structs.replace
    match event:
        case PlaqueAttached():
            return change(registration, plaque=event)
        case InitiativeUnderReview():
            return change(registration, status=Status.UNDER_REVIEW, reviewed_by=event)
        case RecognitionWithdrawn():
            return change(registration, status=Status.REVOKED, scope=None, revoked_by=event)
        case LaunchMoved(held_on=held_on):
            assert registration.last is not None, "what is registered has a text"
            return change(registration, last=change(registration.last, held_on=held_on))
        case LaunchHeld():
            return change(registration, status=Status.HELD, held=event)
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
