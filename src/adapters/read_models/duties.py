"""What was handed in for duties. That something is due, or overdue, is no event: it shows when it is asked."""

from typing import Any, assert_never

from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.duty import DutyAccepted, DutyResubmitted, DutyReturned, DutySubmitted, Event

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
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)


def project(batch: Batch) -> list[Change]:
    return [_change(recorded, event) for recorded, event in batch]


def _change(recorded: Recorded, event: Event) -> Change:
    duty = (identity(recorded),)
    match event:
        case DutySubmitted():
            return Put(SUBMISSIONS, duty, {**_owed(event), **_handed_in(event), **first(recorded)})
        case DutyResubmitted():
            return Alter(SUBMISSIONS, duty, {**_handed_in(event), "reason": None, **stamp(recorded)})
        case DutyReturned(reason=reason):
            return Alter(SUBMISSIONS, duty, {"state": "returned", "reason": reason, **stamp(recorded)})
        case DutyAccepted():
            return Alter(SUBMISSIONS, duty, {"state": "accepted", "reason": None, **stamp(recorded)})
        case _:
            assert_never(event)


def _owed(event: DutySubmitted) -> dict[str, Any]:
    return {
        "campaign_id": event.campaign_id,
        "duty": event.duty,
        "occurrence": event.occurrence,
        "unit_id": event.unit_id,
        "receiver_id": event.receiver_id,
    }


def _handed_in(event: DutySubmitted | DutyResubmitted) -> dict[str, Any]:
    return {
        "state": "submitted",
        "proof": event.proof,
        "report": event.report,
        "submitted_on": event.submitted_on,
        "late": event.late,
    }


DUTY_MODEL = ReadModel(name="duties", tables=(SUBMISSIONS,), families=frozenset({"duty"}), project=project)
