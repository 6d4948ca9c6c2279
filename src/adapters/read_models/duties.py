"""What was handed in for duties. That something is due, or overdue, is no event: it shows when it is asked."""

from typing import Any, assert_never

import msgspec

from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
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

SUBMISSIONS = Table(
    name="duty_submissions",
    key=("duty_id",),
    columns={
        "duty_id": "text",
        "campaign_id": "text",
        "duty": "text",
        "occurrence": "text",
        "unit_id": "text",
        "receiver_id": "text",
        "state": "text",
        "proof": "text",
        "report": "text",
        "reason": "text",
        "submitted_on": "date",
        "late": "boolean",
        "channel": "text",
        "addressees": "text[]",
        "period": "text",
        "figures": "text",
        "figures_position": "bigint",
        "prepared_on": "date",
        "signature": "text",
        "signed_on": "date",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)


REMINDERS = Table(
    name="duty_reminders",
    key=("duty_id", "kind", "due_on"),
    columns={"duty_id": "text", "kind": "text", "due_on": "date", "channel": "text", "sent_on": "date"},
)


def project(batch: Batch) -> list[Change]:
    return [change for recorded, event in batch for change in _changes(recorded, event)]


def _changes(recorded: Recorded, event: Event) -> list[Change]:
    if not isinstance(event, ReminderSent):
        return [_change(recorded, event)]
    duty = identity(recorded)
    sent = {"channel": event.channel, "sent_on": event.on}
    row = Put(SUBMISSIONS, (duty,), {**_owed(event), **_began(recorded)})
    return [row, Put(REMINDERS, (duty, event.kind, event.due_on), sent)]


def _change(recorded: Recorded, event: Event) -> Change:
    duty = (identity(recorded),)
    match event:
        case DutySubmitted():
            received = {"receiver_id": event.receiver_id}
            return Put(SUBMISSIONS, duty, {**_owed(event), **received, **_handed_in(event), **_began(recorded)})
        case DutyResubmitted():
            return Alter(SUBMISSIONS, duty, {**_handed_in(event), "reason": None, **stamp(recorded)})
        case DutyReturned(reason=reason):
            return Alter(SUBMISSIONS, duty, {"state": "returned", "reason": reason, **stamp(recorded)})
        case DutyAccepted():
            return Alter(SUBMISSIONS, duty, {"state": "accepted", "reason": None, **stamp(recorded)})
        case DutySent():
            how = {"channel": event.channel, "addressees": list(event.addressees)}
            return Alter(SUBMISSIONS, duty, {**how, **stamp(recorded)})
        case ReportPrepared():
            return Put(SUBMISSIONS, duty, {**_owed(event), **_prepared(event), **_began(recorded)})
        case ReportSigned():
            signed = {"signature": _json(event.signature), "signed_on": event.signed_on}
            return Alter(SUBMISSIONS, duty, {**signed, **stamp(recorded)})
        case ReminderSent():
            raise AssertionError("a reminder has a row of its own besides")
        case _:
            assert_never(event)


def _began(recorded: Recorded) -> dict[str, int]:
    """A duty's row begins with whatever its stream begins with: a report, a reminder, or what was handed in."""
    return first(recorded) if recorded.version == 1 else stamp(recorded)


def _json(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value).decode()


def _prepared(event: ReportPrepared) -> dict[str, Any]:
    return {
        "period": _json(event.period),
        "figures": _json(event.figures),
        "figures_position": event.position,
        "prepared_on": event.prepared_on,
        "signature": None,
        "signed_on": None,
    }


def _owed(event: DutySubmitted | ReportPrepared | ReminderSent) -> dict[str, Any]:
    return {
        "campaign_id": event.campaign_id,
        "duty": event.duty,
        "occurrence": event.occurrence,
        "unit_id": event.unit_id,
    }


def _handed_in(event: DutySubmitted | DutyResubmitted) -> dict[str, Any]:
    return {
        "state": "submitted",
        "proof": event.proof,
        "report": event.report,
        "submitted_on": event.submitted_on,
        "late": event.late,
        "channel": None,
        "addressees": None,
    }


DUTY_MODEL = ReadModel(name="duties", tables=(SUBMISSIONS, REMINDERS), families=frozenset({"duty"}), project=project)
