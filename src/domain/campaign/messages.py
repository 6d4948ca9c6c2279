"""Commands, events, refusals and facts of a campaign."""

from datetime import date
from typing import Literal

from domain.calendar import WorkingCalendar
from domain.dates import Span
from domain.decider import Command as Asked
from domain.decider import Message, Read, Text
from domain.directive import Directive
from domain.ids import Id, Slug
from domain.paper import Document
from domain.refusals import Absent, Conflict
from domain.schedule import DutyDate

# --- Commands -------------------------------------------------------------------


class DraftCampaign(Asked, frozen=True, kw_only=True):
    """Put a directive on record. `issuer_id` is the unit that issues it: the federation, or a unit under it."""

    issuer_id: Id
    directive: Directive


class LaunchCampaign(Asked, frozen=True, kw_only=True):
    """Launch it. `happened_on` is the launch day where it came before the entry."""


class OpenPhase(Asked, frozen=True, kw_only=True):
    phase: Slug


class ClosePhase(Asked, frozen=True, kw_only=True):
    phase: Slug


class AmendCampaign(Asked, frozen=True, kw_only=True):
    """Replace the directive by its amended text, by virtue of the amending `document`."""

    directive: Directive
    document: Document


class ReviewCampaign(Asked, frozen=True, kw_only=True):
    """sơ kết, tổng kết: `scope` says of what, `period` which (a phase's code, a year); `called` is the paper's word."""

    scope: Literal["phase", "year", "five-year", "final"]
    period: Slug
    called: Literal["sơ kết", "tổng kết"]
    document: Document
    findings: Text = ""


class ConcludeCampaign(Asked, frozen=True, kw_only=True):
    document: Document | None = None


class CancelCampaign(Asked, frozen=True, kw_only=True):
    document: Document
    reason: Text


Command = (
    DraftCampaign | LaunchCampaign | OpenPhase | ClosePhase
    | AmendCampaign | ReviewCampaign | ConcludeCampaign | CancelCampaign
)  # fmt: skip

# --- Events ---------------------------------------------------------------------


class CampaignDrafted(Message, frozen=True, kw_only=True):
    issuer_id: Id
    issuer_level: str
    directive: Directive
    read_at: tuple[Read, ...]


class CampaignLaunched(Message, frozen=True, kw_only=True):
    """`phases` and `duty_dates` are what the directive's rules come to, counted from this launch day."""

    launched_on: date
    phases: tuple[Span, ...]
    duty_dates: tuple[DutyDate, ...]


class PhaseOpened(Message, frozen=True, kw_only=True):
    phase: Slug
    opens_on: date


class PhaseClosed(Message, frozen=True, kw_only=True):
    phase: Slug
    closes_on: date


class CampaignAmended(Message, frozen=True, kw_only=True):
    """The whole directive as amended; `phases` and `duty_dates` are counted anew once it was launched."""

    directive: Directive
    document: Document
    phases: tuple[Span, ...]
    duty_dates: tuple[DutyDate, ...]


class CampaignReviewed(Message, frozen=True, kw_only=True):
    scope: str
    period: Slug
    called: str
    document: Document
    findings: str


class CampaignConcluded(Message, frozen=True, kw_only=True):
    document: Document | None


class CampaignCancelled(Message, frozen=True, kw_only=True):
    document: Document
    reason: str


Event = (
    CampaignDrafted | CampaignLaunched | PhaseOpened | PhaseClosed
    | CampaignAmended | CampaignReviewed | CampaignConcluded | CampaignCancelled
)  # fmt: skip

# --- Refusals -------------------------------------------------------------------


class CampaignUnknown(Absent):
    """No campaign was drafted under this id."""

    code = "campaign.unknown"


class IssuerUnknown(Absent):
    """The unit that is named as issuer does not exist."""

    code = "campaign.issuer-unknown"


class DraftedOtherwise(Conflict):
    """A campaign with this id was drafted already, from another directive."""

    code = "campaign.drafted-otherwise"


class CampaignNotRunning(Conflict):
    """The campaign is not launched, or is over."""

    code = "campaign.not-running"


class LaunchedAlready(Conflict):
    """The campaign was launched on another day."""

    code = "campaign.launched-already"


class PhaseUnknown(Absent):
    """The directive has no phase of this code."""

    code = "campaign.phase-unknown"


class PhaseNotDue(Conflict):
    """The phase's day has not come."""

    code = "campaign.phase-not-due"


class PhasesStillOpen(Conflict):
    """A phase has not closed yet, or a campaign without phases has not come to the end of its horizon."""

    code = "campaign.phases-still-open"


class ConcludedOtherwise(Conflict):
    """The campaign was concluded or cancelled already, by another document."""

    code = "campaign.concluded-otherwise"


class ReviewedOtherwise(Conflict):
    """This period was reviewed already, by another document."""

    code = "campaign.reviewed-otherwise"


# --- Facts ----------------------------------------------------------------------


class Facts(Message, frozen=True, kw_only=True):
    """The issuing unit's level, None where there is no such unit; the working days that duties are dated by."""

    issuer_level: str | None = None
    calendar: WorkingCalendar | None = None
    read: tuple[Read, ...] = ()
