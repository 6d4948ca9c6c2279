"""Commands, events, refusals and facts of a campaign."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from domain.calendar import WorkingCalendar
from domain.clauses import ClausePath
from domain.dates import Span
from domain.decider import Command as Asked
from domain.decider import Message, Name, Read, Text
from domain.directive import Comparator, Directive, Interpretation, TitleSpec
from domain.ids import Id, Slug
from domain.paper import Document
from domain.refusals import Absent, Conflict
from domain.rules import RuleSet
from domain.schedule import DutyDate

# --- Commands -------------------------------------------------------------------


class DraftCampaign(Asked, frozen=True, kw_only=True):
    """Put a directive on record. `issuer_id` is the unit that issues it: the federation, or a unit under it.

    `parent_campaign_id` is the campaign that it carries out, of the issuer or a unit above it; the directive must name
    that campaign's document among its `parents`.
    """

    issuer_id: Id
    directive: Directive
    parent_campaign_id: Id | None = None


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


class InterpretClause(Asked, frozen=True, kw_only=True):
    """Say how an ambiguous clause is read, by whose decision. Its wording stays, and an earlier reading in the history.

    `read_as` settles the comparator of a target.
    """

    clause: ClausePath
    reading: Name
    alternatives: Annotated[tuple[Name, ...], msgspec.Meta(max_length=20)] = ()
    decided_by: Name
    decided_on: date
    document: Document | None = None
    read_as: Comparator | None = None


class AdmitTitle(Asked, frozen=True, kw_only=True):
    """Add a title by law where the directive leaves its list open, with the rules that it is given by."""

    title: TitleSpec
    rule_set: RuleSet
    document: Document


class ConcludeCampaign(Asked, frozen=True, kw_only=True):
    document: Document | None = None


class CancelCampaign(Asked, frozen=True, kw_only=True):
    document: Document
    reason: Text


Command = (
    DraftCampaign | LaunchCampaign | OpenPhase | ClosePhase
    | AmendCampaign | ReviewCampaign | InterpretClause | AdmitTitle | ConcludeCampaign | CancelCampaign
)  # fmt: skip

# --- Events ---------------------------------------------------------------------


class CampaignDrafted(Message, frozen=True, kw_only=True):
    issuer_id: Id
    issuer_level: str
    directive: Directive
    read_at: tuple[Read, ...]
    parent_campaign_id: Id | None = None
    parent_document: Document | None = None


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


class ClauseInterpreted(Message, frozen=True, kw_only=True):
    """`wording` is the source's, as it was read."""

    clause: ClausePath
    wording: str
    interpretation: Interpretation


class TitleAdmitted(Message, frozen=True, kw_only=True):
    title: TitleSpec
    rule_set: RuleSet
    document: Document


class CampaignConcluded(Message, frozen=True, kw_only=True):
    document: Document | None


class CampaignCancelled(Message, frozen=True, kw_only=True):
    document: Document
    reason: str


Event = (
    CampaignDrafted | CampaignLaunched | PhaseOpened | PhaseClosed
    | CampaignAmended | CampaignReviewed | ClauseInterpreted | TitleAdmitted | CampaignConcluded | CampaignCancelled
)  # fmt: skip
Addendum = ClauseInterpreted | TitleAdmitted
"""What is added to a directive's text without an amendment."""

# --- Refusals -------------------------------------------------------------------


class CampaignUnknown(Absent):
    """No campaign was drafted under this id."""

    code = "campaign.unknown"


class IssuerUnknown(Absent):
    """The unit that is named as issuer does not exist."""

    code = "campaign.issuer-unknown"


class ParentUnknown(Absent):
    """The campaign that it would carry out does not exist, or was issued neither by the issuer nor above it."""

    code = "campaign.parent-unknown"


class ParentNotLaunched(Conflict):
    """The campaign that it would carry out was not launched, or was cancelled."""

    code = "campaign.parent-not-launched"


class ClauseUnknown(Absent):
    """The directive has no clause at this path."""

    code = "campaign.clause-unknown"


class TitlesClosed(Conflict):
    """The directive's list of titles is closed."""

    code = "campaign.titles-closed"


class TitleTaken(Conflict):
    """The campaign has a title of this code already, another one."""

    code = "campaign.title-taken"


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


class Parent(Message, frozen=True, kw_only=True):
    """The campaign that is carried out, if it was issued by the issuer or above it: `launched` and not cancelled."""

    launched: bool
    document: Document


class Facts(Message, frozen=True, kw_only=True):
    """The issuing unit's level, None where there is no such unit; the parent that a draft names, None for none; the
    working days that duties are dated by."""

    issuer_level: str | None = None
    parent: Parent | None = None
    calendar: WorkingCalendar | None = None
    read: tuple[Read, ...] = ()
