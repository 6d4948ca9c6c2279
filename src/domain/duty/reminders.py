"""Reminders that went out: each once, whatever channel it took."""

from datetime import date, timedelta

from domain.duty.evolve import Duty, Status
from domain.duty.messages import Facts, Owed, RecordReminder, RemindedOtherwise, ReminderSent, WrongState
from domain.refusals import Invalid, NotYetHappened


def first_day(kind: str, due_on: date) -> date:
    """The day from which a reminder of this kind is to be sent."""
    when, _, days = kind.partition("-")
    if when == "on":
        return due_on
    return due_on + timedelta(days=-int(days) if when == "before" else int(days))


def record(command: RecordReminder, duty: Duty, owed: Owed, facts: Facts, today: date) -> list[ReminderSent]:
    on = command.on or today
    for sent in duty.reminders:
        if sent.kind == command.kind and sent.due_on == owed.due_on:
            if sent.channel == command.channel and command.on in (None, sent.on):
                return []
            raise RemindedOtherwise(kind=sent.kind, channel=sent.channel, on=sent.on)
    if on > today:
        raise NotYetHappened(field="on", reason=f"lies after today, {today.isoformat()}")
    if duty.status in (Status.SUBMITTED, Status.ACCEPTED):
        raise WrongState(status=duty.status.value, needs=Status.RETURNED.value)
    if on < first_day(command.kind, owed.due_on):
        raise Invalid(field="kind", reason=f"is sent from {first_day(command.kind, owed.due_on)} on")
    return [
        ReminderSent(
            campaign_id=command.campaign_id,
            duty=command.duty,
            occurrence=command.occurrence,
            unit_id=command.unit_id,
            kind=command.kind,
            channel=command.channel,
            on=on,
            due_on=owed.due_on,
            read_at=facts.read,
        )
    ]
