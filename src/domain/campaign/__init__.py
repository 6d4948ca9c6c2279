"""A campaign: drafted from a directive, launched, its phases opened and closed on their dates, reviewed, concluded."""

from domain.campaign.decide import decide
from domain.campaign.evolve import Campaign, Status, evolve
from domain.campaign.messages import (
    AmendCampaign,
    CampaignAmended,
    CampaignCancelled,
    CampaignConcluded,
    CampaignDrafted,
    CampaignLaunched,
    CampaignNotRunning,
    CampaignReviewed,
    CampaignUnknown,
    CancelCampaign,
    ClosePhase,
    Command,
    ConcludeCampaign,
    ConcludedOtherwise,
    DraftCampaign,
    DraftedOtherwise,
    Event,
    Facts,
    IssuerUnknown,
    LaunchCampaign,
    LaunchedAlready,
    OpenPhase,
    PhaseClosed,
    PhaseNotDue,
    PhaseOpened,
    PhasesStillOpen,
    PhaseUnknown,
    ReviewCampaign,
    ReviewedOtherwise,
)
from domain.decider import Decider


def issuer(command: Command, campaign: Campaign) -> str | None:
    return command.issuer_id if isinstance(command, DraftCampaign) else campaign.issuer_id or None


CAMPAIGN: Decider[Campaign, Command, Facts, Event] = Decider(
    name="campaign", initial=Campaign(), decide=decide, evolve=evolve, unit=issuer
)

__all__ = [
    "CAMPAIGN",
    "AmendCampaign",
    "Campaign",
    "CampaignAmended",
    "CampaignCancelled",
    "CampaignConcluded",
    "CampaignDrafted",
    "CampaignLaunched",
    "CampaignNotRunning",
    "CampaignReviewed",
    "CampaignUnknown",
    "CancelCampaign",
    "ClosePhase",
    "Command",
    "ConcludeCampaign",
    "ConcludedOtherwise",
    "DraftCampaign",
    "DraftedOtherwise",
    "Event",
    "Facts",
    "IssuerUnknown",
    "LaunchCampaign",
    "LaunchedAlready",
    "OpenPhase",
    "PhaseClosed",
    "PhaseNotDue",
    "PhaseOpened",
    "PhaseUnknown",
    "PhasesStillOpen",
    "ReviewCampaign",
    "ReviewedOtherwise",
    "Status",
    "decide",
    "evolve",
]
