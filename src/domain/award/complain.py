"""How complaints are received and answered, and when what must follow from them is done."""

from datetime import date, timedelta
from typing import Literal

from domain.award.complaints import (
    ComplaintReceived,
    ComplaintResolved,
    ComplaintSettled,
    ReceiveComplaint,
    Remedy,
    ResolveAwardComplaint,
)
from domain.award.evolve import Award, Complaint, Status
from domain.award.messages import Event
from domain.award.refusals import ComplaintTooLate, ComplaintUnknown, ResolvedOtherwise, WrongState
from domain.paper import check_issued, is_dated_after
from domain.refusals import Invalid, NotYetHappened

DAYS_MAX = 36_525
"""A century: what a rule set names beyond it would leave the calendar."""
HEARD_IN = (Status.PUBLISHED, Status.VOTED, Status.DECIDED, Status.PRESENTED)
REMEDIES: dict[Status, tuple[Remedy, ...]] = {
    Status.PUBLISHED: ("declining", "nothing"),
    Status.VOTED: ("declining", "nothing"),
    Status.DECIDED: ("revocation", "correction", "nothing"),
    Status.PRESENTED: ("revocation", "correction", "nothing"),
}
"""What may follow from a complaint that is upheld; where the award is declined or revoked already, nothing more."""


def receive(command: ReceiveComplaint, award: Award, today: date) -> list[Event]:
    event = ComplaintReceived(
        number=len(award.complaints) + 1,
        received_on=command.received_on,
        complaint=command.complaint,
        complainant=command.complainant,
        channel=command.channel,
    )
    if any(_same(event, known.received) for known in award.complaints):
        return []
    if award.status not in HEARD_IN:
        raise WrongState(status=award.status.value, needs=[status.value for status in HEARD_IN])
    if command.received_on > today:
        raise NotYetHappened(field="received_on", reason=f"lies after today, {today.isoformat()}")
    _check_window(award, command.received_on)
    return [event]


def _same(one: ComplaintReceived, other: ComplaintReceived) -> bool:
    names = [name for name in ComplaintReceived.__struct_fields__ if name != "number"]
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _check_window(award: Award, received_on: date) -> None:
    """Nobody complains before there is anything to see, nor after the days that the title's rules give."""
    if award.published is not None and received_on < award.published.published_from:
        began_on = award.published.published_from
        raise Invalid(field="received_on", reason=f"lies before {began_on}, the day that it was published on")
    if award.published is None and award.decision is not None and is_dated_after(award.decision, received_on):
        raise Invalid(field="received_on", reason=f"lies before the decision, {award.decision.issued}")
    last_day = complaints_until(award)
    if last_day is not None and received_on > last_day:
        raise ComplaintTooLate(last_day=last_day)


def complaints_until(award: Award) -> date | None:
    """The last day to complain, counted from the day that the decision was entered on; None: no end is known."""
    if award.decided is None or award.decided.rule_set.complaint_days is None:
        return None
    return award.decided.case.day + timedelta(days=min(award.decided.rule_set.complaint_days, DAYS_MAX))


def resolve(command: ResolveAwardComplaint, award: Award, today: date) -> list[Event]:
    complaint = next((each for each in award.complaints if each.received.number == command.number), None)
    if complaint is None:
        raise ComplaintUnknown(number=command.number)
    event = ComplaintResolved(
        number=command.number,
        upheld=command.upheld,
        answer=command.answer,
        document=command.document,
        follows=command.follows,
    )
    if complaint.resolved == event:
        return []
    if complaint.resolved is not None:
        raise ResolvedOtherwise(document=complaint.resolved.document.number)
    _check_answer(command, award, complaint, today)
    return [event]


def _check_answer(command: ResolveAwardComplaint, award: Award, complaint: Complaint, today: date) -> None:
    check_issued(command.document, today)
    if command.document.issued < complaint.received.received_on.isoformat()[: len(command.document.issued)]:
        raise Invalid(field="document.issued", reason=f"lies before the complaint, {complaint.received.received_on}")
    if not command.upheld and command.follows is not None:
        raise Invalid(field="follows", reason="nothing follows from a complaint that is not upheld")
    fitting = REMEDIES.get(award.status, ("nothing",))
    if command.upheld and command.follows not in fitting:
        raise Invalid(field="follows", reason=f"must say what follows: {', '.join(fitting)}")


def settled_by(award: Award, by: Literal["declining", "revocation", "correction"]) -> list[Event]:
    """The complaints that this closes. A revocation goes further than the correction that was to follow."""
    done = ("revocation", "correction") if by == "revocation" else (by,)
    return [
        ComplaintSettled(number=each.received.number, by=by)
        for each in award.complaints
        if each.is_open and each.resolved is not None and each.resolved.follows in done
    ]
