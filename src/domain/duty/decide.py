"""What may become of a duty."""

from datetime import date, datetime
from typing import assert_never

import msgspec

from domain.dates import local_day
from domain.duty.evolve import Duty, Status
from domain.duty.messages import (
    AcceptDuty,
    CampaignNotRunning,
    Command,
    DutyAccepted,
    DutyNotInCampaign,
    DutyNotOpen,
    DutyResubmitted,
    DutyReturned,
    DutySent,
    DutySubmitted,
    DutyUnknown,
    Event,
    Facts,
    NotTheBearer,
    Owed,
    PrepareReport,
    RecordReminder,
    ReportNotSigned,
    ReturnDuty,
    SignReport,
    SubmitDuty,
    SubmittedOtherwise,
    WrongState,
)
from domain.duty.reminders import record
from domain.duty.reports import prepare, sign
from domain.paper import check_issued


def decide(command: Command, duty: Duty, facts: Facts, now: datetime) -> list[Event]:
    today = local_day(now)
    match command:
        case SubmitDuty():
            return submit(command, duty, facts, today)
        case ReturnDuty():
            return return_(command, duty)
        case AcceptDuty():
            return accept(duty)
        case PrepareReport():
            return [*prepare(command, duty, owed(command, facts, today), facts, today)]
        case SignReport():
            return [*sign(command, duty, today)]
        case RecordReminder():
            return [*record(command, duty, owed(command, facts, today, opened=False), facts, today)]
        case _:
            assert_never(command)


def submit(command: SubmitDuty, duty: Duty, facts: Facts, today: date) -> list[Event]:
    if _is_repeated(command, duty):
        if duty.status is not Status.RETURNED:
            return []
        if not duty.fresh:
            raise WrongState(status=duty.status.value, needs="a correction")
    if duty.status in (Status.SUBMITTED, Status.ACCEPTED):
        raise SubmittedOtherwise(status=duty.status.value)
    asked = owed(command, facts, today)
    check_issued(command.document, today)
    if duty.draft is not None and duty.signed is None:
        raise ReportNotSigned(prepared_on=duty.draft.prepared_on)
    handed_in = DutyResubmitted(
        proof=command.proof,
        document=command.document,
        report=command.report,
        submitted_on=today,
        due_on=asked.due_on,
        late=today > asked.due_on,
        read_at=facts.read,
    )
    sent = _sent(command, duty, asked, today)
    if duty.status is Status.RETURNED:
        return [handed_in, *sent]
    return [_submitted(command, handed_in, asked, facts), *sent]


def _is_repeated(command: SubmitDuty, duty: Duty) -> bool:
    if duty.last is None:
        return False
    last, sent = duty.last, duty.sent
    if (command.proof, command.document, command.report) != (last.proof, last.document, last.report):
        return False
    channel, addressees = (sent.channel, sent.addressees) if sent else (None, ())
    return command.channel in (None, channel) and command.addressees in ((), addressees)


def _sent(command: SubmitDuty, duty: Duty, asked: Owed, today: date) -> list[Event]:
    """How it went, where somebody says so or figures go with it; else nothing more than before is on record."""
    draft = duty.draft
    if draft is None and command.channel is None and not command.addressees:
        return []
    return [
        DutySent(
            channel=command.channel or asked.channel,
            addressees=command.addressees or asked.addressees,
            sent_on=today,
            period=draft.period if draft else None,
            figures=draft.figures if draft else None,
            figures_position=draft.position if draft else None,
            signature=duty.signed.signature if duty.signed else None,
        )
    ]


def owed(
    command: SubmitDuty | PrepareReport | RecordReminder, facts: Facts, today: date, *, opened: bool = True
) -> Owed:
    """What the unit owes. `opened`: from its first day on only. Raises: Refused, where it does not."""
    if facts.owed is None:
        raise DutyNotInCampaign(duty=command.duty, occurrence=command.occurrence)
    if not facts.running:
        raise CampaignNotRunning(campaign_id=command.campaign_id)
    if not facts.bears:
        raise NotTheBearer(duty=command.duty, unit_id=command.unit_id)
    if opened and today < facts.owed.opens_on:
        raise DutyNotOpen(opens_on=facts.owed.opens_on)
    return facts.owed


def _submitted(command: SubmitDuty, handed_in: DutyResubmitted, asked: Owed, facts: Facts) -> DutySubmitted:
    return DutySubmitted(
        campaign_id=command.campaign_id,
        duty=command.duty,
        occurrence=command.occurrence,
        unit_id=command.unit_id,
        receiver_id=facts.receiver_id,
        kind=asked.kind,
        name=asked.name,
        **msgspec.structs.asdict(handed_in),
    )


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
