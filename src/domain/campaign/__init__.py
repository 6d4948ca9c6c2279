"""A campaign: drafted from a directive, launched, its phases opened and closed on their dates, reviewed, concluded."""

from domain.campaign.decide import decide
from domain.campaign.evolve import Campaign, evolve
from domain.campaign.messages import Command, DraftCampaign, Event, Facts
from domain.decider import Decider


def issuer(command: Command, campaign: Campaign) -> str | None:
    return command.issuer_id if isinstance(command, DraftCampaign) else campaign.issuer_id or None


CAMPAIGN: Decider[Campaign, Command, Facts, Event] = Decider(
    name="campaign", initial=Campaign(), decide=decide, evolve=evolve, unit=issuer
)
