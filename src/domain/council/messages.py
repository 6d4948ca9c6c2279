"""Commands, events, refusals and facts of a council session."""

from datetime import date
from typing import Annotated

import msgspec

from domain.decider import Command as Asked
from domain.decider import Message, Name, Read
from domain.ids import Id, Slug
from domain.paper import Document
from domain.refusals import Absent, Conflict
from domain.rules import Count, QuotaCount, Reason, RuleSet, VoteCount


class Seat(Message, frozen=True, kw_only=True):
    """A seat of the council, held by an office; `person_id` where it is known who holds it."""

    seat: Slug
    office: Name
    person_id: Id | None = None


class Tally(Message, frozen=True, kw_only=True):
    """A dossier's ballots: sums only, so that nobody's vote can be told."""

    award_id: Id
    votes_for: Count
    votes_against: Count
    votes_invalid: Count = 0


# --- Commands -------------------------------------------------------------------


class ConveneCouncil(Asked, frozen=True, kw_only=True):
    """Call the council of a unit to vote on the dossiers for one title. `chair` is a seat of the roster."""

    unit_id: Id
    campaign_id: Id
    title: Name
    meets_on: date
    roster: Annotated[tuple[Seat, ...], msgspec.Meta(min_length=1, max_length=99)]
    chair: Slug


class ListDossiers(Asked, frozen=True, kw_only=True):
    """Put published dossiers on the session's list."""

    award_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=5_000)]


class RecordAttendance(Asked, frozen=True, kw_only=True):
    """Which seats voted: in the room, and absent but in writing. Kept apart from what was voted."""

    present: tuple[Slug, ...]
    in_writing: tuple[Slug, ...] = ()


class RecordResult(Asked, frozen=True, kw_only=True):
    """The counting minutes: ballots issued and returned, and the sums for each dossier on the list."""

    minutes: Document
    ballots_issued: Count
    returned_in_room: Count
    returned_in_writing: Count = 0
    tallies: tuple[Tally, ...]


class CheckQuota(Asked, frozen=True, kw_only=True):
    """Hold the whole list against the quotas; `withheld` are approved dossiers that are left out to keep them."""

    withheld: tuple[Id, ...] = ()


class IssueDecision(Asked, frozen=True, kw_only=True):
    """One decision for the list."""

    decision: Document
    signing_body: Name


class CancelSession(Asked, frozen=True, kw_only=True):
    reason: Name


Command = (
    ConveneCouncil | ListDossiers | RecordAttendance | RecordResult | CheckQuota | IssueDecision | CancelSession
)  # fmt: skip

# --- Events ---------------------------------------------------------------------


class CouncilConvened(Message, frozen=True, kw_only=True):
    """The rule set with its quorum, vote share and quotas is pinned whole."""

    unit_id: Id
    campaign_id: Id
    title: Name
    meets_on: date
    roster: tuple[Seat, ...]
    chair: Slug
    rule_set: RuleSet
    read_at: tuple[Read, ...]


class Listed(Message, frozen=True, kw_only=True):
    """A dossier on the list, and what the rules say of its publication."""

    award_id: Id
    published_from: date
    published_until: date
    reasons: tuple[Reason, ...]


class DossiersListed(Message, frozen=True, kw_only=True):
    listed: tuple[Listed, ...]
    read_at: tuple[Read, ...]


class AttendanceRecorded(Message, frozen=True, kw_only=True):
    present: tuple[Slug, ...]
    in_writing: tuple[Slug, ...]


class Counted(Message, frozen=True, kw_only=True):
    """A dossier's count against the full roster, and whether quorum and share approve it."""

    award_id: Id
    vote: VoteCount
    reasons: tuple[Reason, ...]
    approved: bool


class ResultRecorded(Message, frozen=True, kw_only=True):
    minutes: Document
    ballots_issued: Count
    returned_in_room: Count
    returned_in_writing: Count
    counted: tuple[Counted, ...]


class QuotaChecked(Message, frozen=True, kw_only=True):
    """`granted` is the list as it would be decided; `fits` whether no quota stands in its way."""

    granted: tuple[Id, ...]
    withheld: tuple[Id, ...]
    counts: tuple[QuotaCount, ...]
    reasons: tuple[Reason, ...]
    fits: bool
    read_at: tuple[Read, ...]


class DecisionIssued(Message, frozen=True, kw_only=True):
    decision: Document
    signing_body: Name
    granted: tuple[Id, ...]
    not_granted: tuple[Id, ...]


class SessionCancelled(Message, frozen=True, kw_only=True):
    reason: Name


Event = (
    CouncilConvened | DossiersListed | AttendanceRecorded | ResultRecorded | QuotaChecked | DecisionIssued
    | SessionCancelled
)  # fmt: skip

# --- Refusals -------------------------------------------------------------------


class SessionUnknown(Absent):
    """No council was convened under this id."""

    code = "council.unknown"


class UnitUnknown(Absent):
    """The unit that convenes does not exist, or is dissolved."""

    code = "council.unit-unknown"


class TitleUnknown(Absent):
    """The campaign has no such title, or the title no rules."""

    code = "council.title-unknown"


class DossierUnknown(Absent):
    """There is no such dossier for this campaign and title."""

    code = "council.dossier-unknown"


class CampaignNotOpen(Conflict):
    """The campaign was never launched, or was cancelled."""

    code = "council.campaign-not-open"


class ConvenedOtherwise(Conflict):
    """A council was convened under this id already, in another way."""

    code = "council.convened-otherwise"


class DossierNotReady(Conflict):
    """The dossier is not published, is held, or is decided already."""

    code = "council.dossier-not-ready"


class PublishedTooShort(Conflict):
    """The dossier was not published long enough before the council meets."""

    code = "council.published-too-short"


class NotYetMet(Conflict):
    """The day of the session has not come."""

    code = "council.not-yet-met"


class WrongState(Conflict):
    """The session is not in the state that this step needs."""

    code = "council.wrong-state"


class RecordedOtherwise(Conflict):
    """This was recorded already, in another way."""

    code = "council.recorded-otherwise"


class QuotaExceeded(Conflict):
    """A quota stands in the way of the list, or was not checked. Facts: `obstacles`."""

    code = "council.quota-exceeded"


# --- Facts ----------------------------------------------------------------------


class Dossier(Message, frozen=True, kw_only=True):
    """A dossier for this campaign and title; `ready`: published, not held, not decided."""

    award_id: Id
    ready: bool
    published_from: date | None = None
    published_until: date | None = None


class Denominator(Message, frozen=True, kw_only=True):
    """How many there are of what a quota is a share `of`, on the day it is frozen, and how many are granted already."""

    of: Slug
    whole: Count
    granted_already: Count = 0
    frozen_on: date


class Facts(Message, frozen=True, kw_only=True):
    """Convening: `campaign_open`, `unit_known`, `rule_set` of the title (None: no such title). Listing: the `dossiers`
    named that exist. Checking: the `denominators` of the pinned quotas that are known."""

    campaign_open: bool = False
    unit_known: bool = False
    rule_set: RuleSet | None = None
    dossiers: tuple[Dossier, ...] = ()
    denominators: tuple[Denominator, ...] = ()
    read: tuple[Read, ...] = ()
