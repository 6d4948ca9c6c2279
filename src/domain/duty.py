"""A duty that falls due once: who owes it, handed in with its proof, accepted or returned.

One stream for each campaign, duty, occurrence and bearing unit (`duty_key`). Overdue is no event: it shows by itself
from the campaign's dates. Late is accepted, and shown.
"""

from datetime import date, datetime
from enum import Enum
from typing import Annotated, assert_never

import msgspec

from domain.dates import local_day
from domain.decider import Command as Asked
from domain.decider import Decider, Message, Name, Personal, Read, Sealed
from domain.ids import Id, Slug
from domain.paper import Document, check_issued
from domain.refusals import Absent, Conflict, Forbidden

OccurrenceCode = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=64, description="Which time; empty for an only one."
    ),
]


def duty_key(*, campaign_id: str, duty: str, occurrence: str, unit_id: str) -> str:
    """What the id of a duty's stream is derived from."""
    return f"{campaign_id}/{duty}/{occurrence}/{unit_id}"


# --- Commands -------------------------------------------------------------------


class SubmitDuty(Asked, frozen=True, kw_only=True):
    """Hand in the proof that a duty was done, or hand it in again after it was returned."""

    campaign_id: Id
    duty: Slug
    occurrence: OccurrenceCode = ""
    unit_id: Id
    proof: Name
    document: Document | None = None
    report: Personal | None = None


class ReturnDuty(Asked, frozen=True, kw_only=True):
    reason: Personal


class AcceptDuty(Asked, frozen=True, kw_only=True):
    """The unit above accepts what was handed in."""


Command = SubmitDuty | ReturnDuty | AcceptDuty

# --- Events ---------------------------------------------------------------------


class DutySubmitted(Message, frozen=True, kw_only=True):
    """`due_on` is the last day in time; `late` whether the day of entry lay after it."""

    campaign_id: Id
    duty: Slug
    occurrence: OccurrenceCode
    unit_id: Id
    receiver_id: Id | None
    kind: Slug
    name: Name
    proof: Name
    document: Document | None
    report: Sealed | None
    submitted_on: date
    due_on: date
    late: bool
    read_at: tuple[Read, ...]


class DutyReturned(Message, frozen=True, kw_only=True):
    reason: Sealed


class DutyResubmitted(Message, frozen=True, kw_only=True):
    """`late` is judged anew: what was handed in before stands in its own event."""

    proof: Name
    document: Document | None
    report: Sealed | None
    submitted_on: date
    due_on: date
    late: bool
    read_at: tuple[Read, ...]


class DutyAccepted(Message, frozen=True, kw_only=True):
    pass


Event = DutySubmitted | DutyReturned | DutyResubmitted | DutyAccepted

# --- Refusals -------------------------------------------------------------------


class DutyUnknown(Absent):
    """Nothing was handed in yet under this id."""

    code = "duty.unknown"


class DutyNotInCampaign(Absent):
    """The campaign has no such duty, or no such time of it: one that falls due several times needs its occurrence."""

    code = "duty.not-in-campaign"


class CampaignNotRunning(Conflict):
    """The campaign is not launched, or was cancelled."""

    code = "duty.campaign-not-running"


class NotTheBearer(Forbidden):
    """The unit does not owe this duty."""

    code = "duty.not-the-bearer"


class DutyNotOpen(Conflict):
    """The duty cannot be done before its first day."""

    code = "duty.not-open"


class SubmittedOtherwise(Conflict):
    """Something else was handed in already, and was not returned."""

    code = "duty.submitted-otherwise"


class WrongState(Conflict):
    """The duty is not in the state that this step needs."""

    code = "duty.wrong-state"


# --- State and facts ---------------------------------------------------------------


class Status(Enum):
    ABSENT = "absent"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class Duty(Message, frozen=True, kw_only=True):
    """`last` is what was handed in last; `reason` why it was returned, sealed."""

    status: Status = Status.ABSENT
    campaign_id: str = ""
    duty: str = ""
    occurrence: str = ""
    unit_id: str | None = None
    receiver_id: str | None = None
    last: DutyResubmitted | None = None
    reason: str | None = None


class Owed(Message, frozen=True, kw_only=True):
    """One time that a duty falls due, as the campaign's directive says."""

    kind: Slug
    name: Name
    opens_on: date
    due_on: date


class Facts(Message, frozen=True, kw_only=True):
    """`owed` None: no such duty or time; `bears`: the unit owes it; `receiver_id`: the unit above, which accepts."""

    running: bool = False
    owed: Owed | None = None
    bears: bool = False
    receiver_id: str | None = None
    read: tuple[Read, ...] = ()


# --- Decide ---------------------------------------------------------------------


def decide(command: Command, duty: Duty, facts: Facts, now: datetime) -> list[Event]:
    match command:
        case SubmitDuty():
            return submit(command, duty, facts, local_day(now))
        case ReturnDuty():
            return return_(command, duty)
        case AcceptDuty():
            return accept(duty)
        case _:
            assert_never(command)


def submit(command: SubmitDuty, duty: Duty, facts: Facts, today: date) -> list[Event]:
    if duty.last and (command.proof, command.document, command.report) == _content(duty.last):
        if duty.status is not Status.RETURNED:
            return []
        raise WrongState(status=duty.status.value, needs="a correction")
    if duty.status in (Status.SUBMITTED, Status.ACCEPTED):
        raise SubmittedOtherwise(status=duty.status.value)
    owed = _owed(command, facts, today)
    check_issued(command.document, today)
    handed_in = DutyResubmitted(
        proof=command.proof,
        document=command.document,
        report=command.report,
        submitted_on=today,
        due_on=owed.due_on,
        late=today > owed.due_on,
        read_at=facts.read,
    )
    if duty.status is Status.RETURNED:
        return [handed_in]
    return [_submitted(command, handed_in, owed, facts)]


def _owed(command: SubmitDuty, facts: Facts, today: date) -> Owed:
    if facts.owed is None:
        raise DutyNotInCampaign(duty=command.duty, occurrence=command.occurrence)
    if not facts.running:
        raise CampaignNotRunning(campaign_id=command.campaign_id)
    if not facts.bears:
        raise NotTheBearer(duty=command.duty, unit_id=command.unit_id)
    if today < facts.owed.opens_on:
        raise DutyNotOpen(opens_on=facts.owed.opens_on)
    return facts.owed


def _submitted(command: SubmitDuty, handed_in: DutyResubmitted, owed: Owed, facts: Facts) -> DutySubmitted:
    return DutySubmitted(
        campaign_id=command.campaign_id,
        duty=command.duty,
        occurrence=command.occurrence,
        unit_id=command.unit_id,
        receiver_id=facts.receiver_id,
        kind=owed.kind,
        name=owed.name,
        **msgspec.structs.asdict(handed_in),
    )


def _content(handed_in: DutyResubmitted) -> tuple[str, Document | None, str | None]:
    return handed_in.proof, handed_in.document, handed_in.report


def return_(command: ReturnDuty, duty: Duty) -> list[Event]:
    if duty.status is Status.ABSENT:
        raise DutyUnknown()
    if duty.status is Status.RETURNED and duty.reason == command.reason:
        return []
    if duty.status is not Status.SUBMITTED:
        raise WrongState(status=duty.status.value, needs=Status.SUBMITTED.value)
    return [DutyReturned(reason=command.reason)]


def accept(duty: Duty) -> list[Event]:
    if duty.status is Status.ABSENT:
        raise DutyUnknown()
    if duty.status is Status.ACCEPTED:
        return []
    if duty.status is not Status.SUBMITTED:
        raise WrongState(status=duty.status.value, needs=Status.SUBMITTED.value)
    return [DutyAccepted()]


# --- Evolve ---------------------------------------------------------------------


def evolve(duty: Duty, event: Event) -> Duty:
    change = msgspec.structs.replace
    match event:
        case DutySubmitted():
            return Duty(
                status=Status.SUBMITTED,
                campaign_id=event.campaign_id,
                duty=event.duty,
                occurrence=event.occurrence,
                unit_id=event.unit_id,
                receiver_id=event.receiver_id,
                last=_handed_in(event),
            )
        case DutyReturned(reason=reason):
            return change(duty, status=Status.RETURNED, reason=reason)
        case DutyResubmitted():
            return change(duty, status=Status.SUBMITTED, last=event)
        case DutyAccepted():
            return change(duty, status=Status.ACCEPTED)
        case _:
            assert_never(event)


def _handed_in(event: DutySubmitted) -> DutyResubmitted:
    fields = {name: getattr(event, name) for name in DutyResubmitted.__struct_fields__}
    return DutyResubmitted(**fields)


def unit_of(command: Command, duty: Duty) -> str | None:
    """The bearer hands in; the unit above it returns and accepts."""
    return command.unit_id if isinstance(command, SubmitDuty) else duty.receiver_id


DUTY: Decider[Duty, Command, Facts, Event] = Decider(
    name="duty", initial=Duty(), decide=decide, evolve=evolve, unit=unit_of
)
