"""Facts for campaigns and allotments."""

from typing import Any

from application.facts.terms import campaign_of, running, unit_in, was_launched
from application.lineage import lineage
from application.reading import Reader
from domain.allotment import Allotment, AllotTarget
from domain.allotment import Facts as AllotmentFacts
from domain.campaign.evolve import Campaign
from domain.campaign.messages import AmendCampaign, DraftCampaign, LaunchCampaign, Parent
from domain.campaign.messages import Facts as CampaignFacts
from domain.decider import Command
from domain.unit import UNIT
from domain.unit import Status as UnitStatus


async def issuing(reader: Reader, command: DraftCampaign, state: Campaign, stream_id: str) -> CampaignFacts:
    unit = await reader.state(UNIT, command.issuer_id)
    active = unit.established is not None and unit.status is UnitStatus.ACTIVE
    level = unit.established.level if unit.established and active else None
    level = None if level == "team" else level  # A team issues nothing.
    parent = await _parent(reader, command)
    return CampaignFacts(issuer_level=level, parent=parent, read=reader.reads(besides=stream_id))


async def _parent(reader: Reader, command: DraftCampaign) -> Parent | None:
    """The campaign that the draft carries out; None where there is none that the issuer is under."""
    if command.parent_campaign_id is None:
        return None
    campaign, directive = await campaign_of(reader, command.parent_campaign_id)
    line = [identity for identity, _ in await lineage(reader, command.issuer_id)]
    if directive is None or campaign.issuer_id not in line:
        return None
    return Parent(launched=was_launched(campaign), document=directive.document)


async def dating(
    reader: Reader, command: LaunchCampaign | AmendCampaign, state: Campaign, stream_id: str
) -> CampaignFacts:
    return CampaignFacts(calendar=reader.calendar)


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


LOADERS: dict[type[Command], Any] = {
    DraftCampaign: issuing,
    LaunchCampaign: dating,
    AmendCampaign: dating,
    AllotTarget: allotting,
}
