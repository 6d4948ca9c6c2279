"""Facts for duties: who owes what by when, and the figures of a report."""

import re
from typing import Any

import msgspec

from application.facts.terms import campaign_of, unit_in, was_launched
from application.ports import Counting
from application.reading import Reader
from domain.campaign.evolve import Campaign
from domain.decider import Command
from domain.demand import DEMAND, DutyDemanded, Status
from domain.directive import Directive, DutySpec
from domain.duty.evolve import Duty
from domain.duty.messages import Facts, Owed, PrepareReport, RecordReminder, SubmitDuty, Taken
from domain.duty.reports import REPORTS, period_of

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A duty that was demanded is called by the demand's id."""


async def owing(
    reader: Reader, command: SubmitDuty | PrepareReport | RecordReminder, state: Duty, stream_id: str
) -> Facts:
    campaign, directive = await campaign_of(reader, command.campaign_id)
    unit = await unit_in(reader, campaign, command.unit_id)
    spec = _duty(directive, command.duty)
    if spec is None and (demand := await _demand(reader, command)) is not None:
        return Facts(
            running=was_launched(campaign),
            owed=_demanded(demand, command.occurrence),
            bears=unit is not None and command.unit_id in demand.unit_ids,
            receiver_id=demand.by_unit_id,
            read=reader.reads(besides=stream_id),
        )
    return Facts(
        running=was_launched(campaign),
        owed=_owed(campaign, spec, command.occurrence),
        bears=unit is not None and spec is not None and spec.borne_by(unit.level, unit.sector, unit.code),
        receiver_id=unit.receiver_id if unit else None,
        read=reader.reads(besides=stream_id),
    )


def _duty(directive: Directive | None, code: str) -> DutySpec | None:
    return next((duty for duty in directive.duties if duty.code == code), None) if directive else None


def _owed(campaign: Campaign, spec: DutySpec | None, occurrence: str) -> Owed | None:
    for date in campaign.duty_dates:
        if spec is not None and date.duty == spec.code and date.occurrence.code == occurrence:
            times = date.occurrence
            return Owed(
                kind=spec.kind,
                name=spec.name,
                opens_on=times.opens_on,
                due_on=times.due_on,
                channel=spec.channel,
                addressees=spec.addressees,
            )
    return None


async def _demand(reader: Reader, command: SubmitDuty | PrepareReport | RecordReminder) -> DutyDemanded | None:
    """The demand that the duty is called by, if it is one of the campaign's and was not withdrawn."""
    if not _ID.fullmatch(command.duty):
        return None
    demand = await reader.state(DEMAND, command.duty)
    if demand.status is not Status.DEMANDED or demand.demanded is None:
        return None
    return demand.demanded if demand.demanded.campaign_id == command.campaign_id else None


def _demanded(demand: DutyDemanded, occurrence: str) -> Owed | None:
    for time in demand.dates:
        if time.code == occurrence:
            return Owed(
                kind=demand.kind,
                name=demand.name,
                opens_on=time.opens_on,
                due_on=time.due_on,
                channel=demand.channel,
                addressees=demand.addressees,
            )
    return None


async def preparing(reader: Reader, command: PrepareReport, state: Duty, stream_id: str) -> Facts:
    """Who owes the report, and its figures, which are counted only once it is sure that it is owed."""
    facts = await owing(reader, command, state, stream_id)
    campaign, _ = await campaign_of(reader, command.campaign_id)
    if facts.owed is None or facts.owed.kind not in REPORTS or not facts.bears or campaign.launched_on is None:
        return facts
    period = period_of(
        command, facts.owed, launched_on=campaign.launched_on, phases=campaign.phases, today=reader.today
    )
    counted = await reader.counted(
        Counting(campaign_id=command.campaign_id, unit_id=command.unit_id, period=period, day=reader.today)
    )
    taken = Taken(period=period, figures=counted.figures, position=counted.position)
    return msgspec.structs.replace(facts, taken=taken)


LOADERS: dict[type[Command], Any] = {SubmitDuty: owing, PrepareReport: preparing, RecordReminder: owing}
