"""Commands, events, refusals and facts of a registration."""

from datetime import date
from typing import Annotated

import msgspec

from domain.dates import Span
from domain.decider import Command as Asked
from domain.decider import Message, Name, Personal, Read, Sealed
from domain.directive import Kind, RegistrationRule
from domain.ids import Id, Slug
from domain.paper import Document
from domain.rules import InitiativeScope

Quantity = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
Dong = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
Attendance = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Individual(Message, frozen=True, kw_only=True, tag_field="kind", tag="individual"):
    person_id: Id


class Collective(Message, frozen=True, kw_only=True, tag_field="kind", tag="collective"):
    """The registering unit itself."""


class Party(Message, frozen=True, kw_only=True):
    """A side of a compact: a unit, or one person in it."""

    unit_id: Id
    person_id: Id | None = None


class Pair(Message, frozen=True, kw_only=True, tag_field="kind", tag="pair"):
    """Two parties that sign a compact with each other; the first is the one that registers it."""

    parties: Annotated[tuple[Party, ...], msgspec.Meta(min_length=2, max_length=2)]


Subject = Individual | Collective | Pair

# --- Commands -------------------------------------------------------------------


class SubmitRegistration(Asked, frozen=True, kw_only=True):
    """Register. `phase` None: the phase of the day.

    `title` is a code of the campaign's titles or, where its list is open, the name of another title by law; `quantity`
    in `quantity_unit` is a unit's own target; `held_on` a launch event's day.
    """

    campaign_id: Id
    unit_id: Id
    kind: Kind
    subject: Subject
    name: Name
    content: Personal | None = None
    phase: Slug | None = None
    title: Name | None = None
    quantity: Quantity | None = None
    quantity_unit: Name | None = None
    held_on: date | None = None


class ReturnRegistration(Asked, frozen=True, kw_only=True):
    """Send it back for correction."""

    reason: Personal


class ResubmitRegistration(Asked, frozen=True, kw_only=True):
    """Hand it in again, corrected."""

    name: Name
    content: Personal | None = None
    title: Name | None = None
    quantity: Quantity | None = None
    quantity_unit: Name | None = None
    held_on: date | None = None


class AcceptCompact(Asked, frozen=True, kw_only=True):
    """The other party signs; `unit_id` says which."""

    unit_id: Id


class ConfirmRegistration(Asked, frozen=True, kw_only=True):
    """The level above confirms it."""


class WithdrawRegistration(Asked, frozen=True, kw_only=True):
    reason: Personal | None = None


class ReportProgress(Asked, frozen=True, kw_only=True):
    """How far it has come: `quantity` done so far (in the registration's unit, or percent)."""

    quantity: Quantity
    report: Personal | None = None


class CompleteRegistration(Asked, frozen=True, kw_only=True):
    """What was registered is done."""

    report: Personal | None = None


class RecogniseWork(Asked, frozen=True, kw_only=True):
    """The level above recognises a completed work, product or task; `plaque` says whether it is attached (gắn biển)."""

    document: Document
    plaque: bool = False


class AttachPlaque(Asked, frozen=True, kw_only=True):
    """gắn biển: the plaque that the recognition granted is put up, `on` that day, at that place."""

    on: date
    place: Name


class PutUnderReview(Asked, frozen=True, kw_only=True):
    """The initiative is laid before a council, by virtue of `document` if there is one."""

    council: Name
    document: Document | None = None


class RecogniseInitiative(Asked, frozen=True, kw_only=True):
    """An initiative council recognises the initiative, with its scope of effect.

    `recogniser_id` is the unit whose council it is: the one that received the registration (None), or one above that.
    Nobody recognises a wider scope than their own level. `value_vnd`: what it is worth, None where that is not stated.
    """

    scope: InitiativeScope
    document: Document
    recogniser_id: Id | None = None
    council: Name | None = None
    value_vnd: Dong | None = None
    certificate: Document | None = None


class RefuseInitiative(Asked, frozen=True, kw_only=True):
    document: Document
    reason: Personal


class WithdrawRecognition(Asked, frozen=True, kw_only=True):
    """thu hồi: a recognition was found to be wrong, whatever it was for; it supports nothing any more."""

    document: Document
    reason: Personal


class MoveLaunch(Asked, frozen=True, kw_only=True):
    """The launch event will be held on another day than was registered."""

    held_on: date


class RecordLaunchHeld(Asked, frozen=True, kw_only=True):
    """The launch event was held, with so many people. `duty` is the campaign's launch duty that is done by it."""

    held_on: date
    attended: Attendance
    duty: Slug | None = None
    document: Document | None = None


Late = (
    ReportProgress | CompleteRegistration | RecogniseWork | AttachPlaque | PutUnderReview | RecogniseInitiative
    | RefuseInitiative | WithdrawRecognition | MoveLaunch | RecordLaunchHeld
)  # fmt: skip
"""A command on what is to be confirmed first, or is."""
Step = ReturnRegistration | ResubmitRegistration | AcceptCompact | ConfirmRegistration | WithdrawRegistration | Late
"""A command on what is registered already."""

Command = SubmitRegistration | Step

# --- Events ---------------------------------------------------------------------


class RegistrationSubmitted(Message, frozen=True, kw_only=True):
    """`receiver_id` is the unit above, which confirms (None: the federation registers itself).

    `due_on` is the last day in time (None: no day is named), `late` whether it had passed. `employment` is the person's
    kind of work on that day, for the share of direct workers.
    """

    campaign_id: Id
    unit_id: Id
    receiver_id: Id | None
    level: str
    block: Slug | None
    phase: Slug | None
    kind: Kind
    subject: Subject
    employment: str | None
    name: Name
    content: Sealed | None
    title: Name | None
    quantity: Quantity | None
    quantity_unit: Name | None
    held_on: date | None
    submitted_on: date
    due_on: date | None
    late: bool
    read_at: tuple[Read, ...]


class RegistrationReturned(Message, frozen=True, kw_only=True):
    reason: Sealed


class RegistrationResubmitted(Message, frozen=True, kw_only=True):
    name: Name
    content: Sealed | None
    title: Name | None
    quantity: Quantity | None
    quantity_unit: Name | None
    held_on: date | None


class CompactAccepted(Message, frozen=True, kw_only=True):
    """Every party has signed now: the compact binds."""

    unit_id: Id


class RegistrationConfirmed(Message, frozen=True, kw_only=True):
    pass


class RegistrationWithdrawn(Message, frozen=True, kw_only=True):
    reason: Sealed | None


class RegistrationProgressed(Message, frozen=True, kw_only=True):
    quantity: Quantity
    report: Sealed | None


class RegistrationCompleted(Message, frozen=True, kw_only=True):
    completed_on: date
    report: Sealed | None


class WorkRecognised(Message, frozen=True, kw_only=True):
    document: Document
    plaque: bool


class PlaqueAttached(Message, frozen=True, kw_only=True):
    on: date
    place: Name


class InitiativeUnderReview(Message, frozen=True, kw_only=True):
    council: Name
    document: Document | None


class InitiativeRecognised(Message, frozen=True, kw_only=True):
    """`recogniser_id` None: the unit that received the registration."""

    scope: InitiativeScope
    document: Document
    recogniser_id: Id | None = None
    council: Name | None = None
    value_vnd: Dong | None = None
    certificate: Document | None = None


class InitiativeRefused(Message, frozen=True, kw_only=True):
    document: Document
    reason: Sealed


class RecognitionWithdrawn(Message, frozen=True, kw_only=True):
    document: Document
    reason: Sealed


class LaunchMoved(Message, frozen=True, kw_only=True):
    held_on: date


class LaunchHeld(Message, frozen=True, kw_only=True):
    held_on: date
    attended: Attendance
    duty: Slug | None
    document: Document | None


Event = (
    RegistrationSubmitted | RegistrationReturned | RegistrationResubmitted | CompactAccepted | RegistrationConfirmed
    | RegistrationWithdrawn | RegistrationProgressed | RegistrationCompleted | WorkRecognised | PlaqueAttached
    | InitiativeUnderReview | InitiativeRecognised | InitiativeRefused | RecognitionWithdrawn | LaunchMoved | LaunchHeld
)  # fmt: skip

# --- Facts ----------------------------------------------------------------------


class Facts(Message, frozen=True, kw_only=True):
    """What a submission must know: the campaign's terms and who registers; a step on what is registered, the terms.

    `running`: the campaign takes registrations; for a step: it was not cancelled. `rule` is the campaign's rule for the
    kind (None: it asks for no such registration); `due_on` its last day in time.
    """

    campaign_known: bool = False
    running: bool = False
    rule: RegistrationRule | None = None
    due_on: date | None = None
    launched_on: date | None = None
    phases: tuple[Span, ...] = ()
    titles: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The campaign's titles: code and the subjects that may hold it."""
    titles_open: bool = False
    unit_level: str | None = None
    """None: the unit is unknown, dissolved, without a union, or outside the campaign."""
    receiver_id: str | None = None
    block: str | None = None
    employments: tuple[tuple[str, str], ...] = ()
    """person_id and employment of each person named who is a member of the unit named with them."""
    units_known: tuple[str, ...] = ()
    recogniser_level: str | None = None
    """Of the unit whose council recognises an initiative; None: it is not above the unit that registered."""
    launch_duties: tuple[str, ...] = ()
    """Codes of the directive's duties to launch."""
    read: tuple[Read, ...] = ()
