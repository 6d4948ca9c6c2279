"""A report before it is handed in: its period, its figures, its signature."""

import re
from datetime import date

from domain.dates import Span
from domain.duty.evolve import Duty, Status
from domain.duty.messages import (
    DutyUnknown,
    Facts,
    NotAReport,
    NothingPrepared,
    Owed,
    PrepareReport,
    ReportPrepared,
    ReportSigned,
    SignedOtherwise,
    SignReport,
    WrongState,
)
from domain.figures import Period
from domain.paper import check_issued, check_signature
from domain.refusals import Invalid, NotYetHappened

REPORTS = ("report", "review")
HANDED_IN = (Status.SUBMITTED, Status.ACCEPTED)


def period_of(
    command: PrepareReport, owed: Owed, *, launched_on: date, phases: tuple[Span, ...], today: date
) -> Period:
    """The period that the figures are counted for, no further than today."""
    if command.period is not None:
        return command.period
    named = next((phase for phase in phases if phase.code == command.occurrence), None)
    opens_on, closes_on = min(launched_on, owed.due_on), owed.due_on
    if named is not None:
        opens_on, closes_on = named.opens_on, named.closes_on
    elif re.fullmatch(r"\d{4}", command.occurrence):
        opens_on, closes_on = date(int(command.occurrence), 1, 1), date(int(command.occurrence), 12, 31)
    return Period(opens_on=opens_on, closes_on=max(opens_on, min(closes_on, today)))


def prepare(command: PrepareReport, duty: Duty, owed: Owed, facts: Facts, today: date) -> list[ReportPrepared]:
    if owed.kind not in REPORTS:
        raise NotAReport(duty=command.duty, kind=owed.kind)
    _check_period(command.period, today)
    assert facts.taken, "figures are counted for whoever owes the report"
    taken = facts.taken
    if duty.draft and (duty.draft.period, duty.draft.figures) == (taken.period, taken.figures):
        return []  # The log has moved, the figures have not.
    if duty.status in HANDED_IN:
        raise WrongState(status=duty.status.value, needs=Status.RETURNED.value)
    if duty.signed is not None and duty.fresh:
        raise SignedOtherwise(signed_on=duty.signed.signed_on)
    return [
        ReportPrepared(
            campaign_id=command.campaign_id,
            duty=command.duty,
            occurrence=command.occurrence,
            unit_id=command.unit_id,
            kind=owed.kind,
            name=owed.name,
            period=taken.period,
            figures=taken.figures,
            position=taken.position,
            prepared_on=today,
            read_at=facts.read,
        )
    ]


def _check_period(period: Period | None, today: date) -> None:
    if period is None:
        return
    if period.closes_on < period.opens_on:
        raise Invalid(field="period.closes_on", reason="lies before the period's first day")
    if period.closes_on > today:
        raise NotYetHappened(field="period.closes_on", reason=f"lies after today, {today.isoformat()}")


def sign(command: SignReport, duty: Duty, today: date) -> list[ReportSigned]:
    if duty.unit_id is None:
        raise DutyUnknown()
    if duty.draft is None:
        raise NothingPrepared()
    if duty.signed is not None:
        if (command.signature, command.document) == (duty.signed.signature, duty.signed.document):
            return []
        raise SignedOtherwise(signed_on=duty.signed.signed_on)
    if duty.status in HANDED_IN:
        raise WrongState(status=duty.status.value, needs=Status.RETURNED.value)
    check_signature(command.signature)
    check_issued(command.document, today)
    signed_on = command.happened_on or today
    if signed_on < duty.draft.prepared_on:
        raise Invalid(field="happened_on", reason=f"lies before {duty.draft.prepared_on}, when it was prepared")
    return [ReportSigned(signature=command.signature, document=command.document, signed_on=signed_on)]
