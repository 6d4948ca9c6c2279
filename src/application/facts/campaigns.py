"""Facts for campaigns, allotments and duties."""

from typing import Any

from application.facts.terms import campaign_of, running, unit_in, was_launched
from application.reading import Reader
from domain.allotment import Allotment, AllotTarget
from domain.allotment import Facts as AllotmentFacts
from domain.campaign.evolve import Campaign
from domain.campaign.messages import DraftCampaign
from domain.campaign.messages import Facts as CampaignFacts
from domain.decider import Command
from domain.directive import Directive, DutySpec
from domain.duty import Duty, Owed, SubmitDuty
from domain.duty import Facts as DutyFacts
from domain.unit import UNIT
from domain.unit import Status as UnitStatus


async def issuing(reader: Reader, command: DraftCampaign, state: Campaign, stream_id: str) -> CampaignFacts:
    unit = await reader.state(UNIT, command.issuer_id)
    active = unit.established is not None and unit.status is UnitStatus.ACTIVE
    level = unit.established.level if unit.established and active else None
    level = None if level == "team" else level  # A team issues nothing.
    return CampaignFacts(issuer_level=level, read=reader.reads(besides=stream_id))


async def allotting(reader: Reader, command: AllotTarget, state: Allotment, stream_id: str) -> AllotmentFacts:
    campaign, directive = await campaign_of(reader, command.campaign_id)
    targets = {target.code: target.allotted for target in directive.targets} if directive else {}
    unit = await unit_in(reader, campaign, command.unit_id)
    return AllotmentFacts(
        running=running(campaign),
        allotted=targets.get(command.target),
        unit_known=unit is not None,
        horizon=directive.horizon if directive else None,
        read=reader.reads(besides=stream_id),
    )


async def owing(reader: Reader, command: SubmitDuty, state: Duty, stream_id: str) -> DutyFacts:
    campaign, directive = await campaign_of(reader, command.campaign_id)
    unit = await unit_in(reader, campaign, command.unit_id)
    spec = _duty(directive, command.duty)
    return DutyFacts(
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
            return Owed(kind=spec.kind, name=spec.name, opens_on=times.opens_on, due_on=times.due_on)
    return None


LOADERS: dict[type[Command], Any] = {DraftCampaign: issuing, AllotTarget: allotting, SubmitDuty: owing}
