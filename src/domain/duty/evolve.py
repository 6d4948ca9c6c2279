"""The state of a duty."""

from enum import Enum
from typing import assert_never

import msgspec

from domain.decider import Message
from domain.duty.messages import (
    DutyAccepted,
    DutyResubmitted,
    DutyReturned,
    DutySent,
    DutySubmitted,
    Event,
    ReminderSent,
    ReportPrepared,
    ReportSigned,
)


class Status(Enum):
    ABSENT = "absent"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class Duty(Message, frozen=True, kw_only=True):
    """`last` is what was handed in last, `sent` how; `reason` why it was returned, sealed. `draft` is the report's
    figures as prepared last, `signed` their signature, `fresh` whether either is newer than the last return."""

    status: Status = Status.ABSENT
    campaign_id: str = ""
    duty: str = ""
    occurrence: str = ""
    unit_id: str | None = None
    receiver_id: str | None = None
    last: DutyResubmitted | None = None
    sent: DutySent | None = None
    reason: str | None = None
    draft: ReportPrepared | None = None
    signed: ReportSigned | None = None
    fresh: bool = False
    reminders: tuple[ReminderSent, ...] = ()


def evolve(duty: Duty, event: Event) -> Duty:
    change = msgspec.structs.replace
    match event:
        case DutySubmitted():
            named = _named(duty, event)
            return change(named, status=Status.SUBMITTED, receiver_id=event.receiver_id, last=_handed_in(event))
        case DutyReturned(reason=reason):
            return change(duty, status=Status.RETURNED, reason=reason, fresh=False)
        case DutyResubmitted():
            return change(duty, status=Status.SUBMITTED, last=event, sent=None)
        case DutyAccepted():
            return change(duty, status=Status.ACCEPTED)
        case DutySent():
            return change(duty, sent=event)
        case ReportPrepared():
            return change(_named(duty, event), draft=event, signed=None, fresh=True)
        case ReportSigned():
            return change(duty, signed=event, fresh=True)
        case ReminderSent():
            return change(_named(duty, event), reminders=(*duty.reminders, event))
        case _:
            assert_never(event)


def _named(duty: Duty, event: DutySubmitted | ReportPrepared | ReminderSent) -> Duty:
    """Which duty the stream is about: whatever comes first in it says so."""
    return msgspec.structs.replace(
        duty, campaign_id=event.campaign_id, duty=event.duty, occurrence=event.occurrence, unit_id=event.unit_id
    )


def _handed_in(event: DutySubmitted) -> DutyResubmitted:
    fields = {name: getattr(event, name) for name in DutyResubmitted.__struct_fields__}
    return DutyResubmitted(**fields)
