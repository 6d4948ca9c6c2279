"""Commands, events and facts of an award dossier."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from domain.award.complaints import (
    ComplaintReceived,
    ComplaintResolved,
    ComplaintSettled,
    ReceiveComplaint,
    ResolveAwardComplaint,
)
from domain.award.parts import (
    AttachPart,
    ConcurrenceRecorded,
    PartAttached,
    PartRemoved,
    RecordConcurrence,
    RemovePart,
)
from domain.dates import Span
from domain.decider import Command as Asked
from domain.decider import Message, Name, Personal, Read, Sealed
from domain.directive import Source, TitleSpec
from domain.ids import Id, Slug
from domain.paper import Document, Signature
from domain.rules import AwardLevel, Case, QuotaCount, Reason, RuleSet, Scheme, VoteCount

Form = Literal["title", "giay-khen", "bang-khen", "flag", "ky-niem-chuong"]
Employment = Literal["direct-worker", "leader", "other", "collective"]
HoldKind = Literal["discipline", "inspection", "complaint", "allegation"]
Ground = Literal["false-declaration", "forged-dossier", "unlawful-appraisal", "later-violation"]
Year = Annotated[int, msgspec.Meta(ge=1990, le=2100)]
Dong = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000_000, description="đồng")]

Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", description="SHA-256, in hexadecimal digits.")]

# --- Commands -------------------------------------------------------------------


class NominateAward(Asked, frozen=True, kw_only=True):
    """Propose a unit, or a person in it, for a title of the campaign.

    `achievement` names what it is for, the same in every dossier that rests on it: it is not awarded twice.
    `fast_path`: an ad-hoc feat, decided without publication and council where the title allows it.
    """

    campaign_id: Id
    phase: Slug | None = None
    year: Year
    title: Name
    scheme: Scheme
    unit_id: Id
    person_id: Id | None = None
    registration_id: Id | None = None
    evaluation_id: Id | None = None
    achievement: Slug
    report: Personal
    fast_path: bool = False


class ReturnDossier(Asked, frozen=True, kw_only=True):
    reason: Personal


class CompleteDossier(Asked, frozen=True, kw_only=True):
    """Hand a returned dossier in again; what is left out stays as it was."""

    report: Personal
    registration_id: Id | None = None
    evaluation_id: Id | None = None


class AppraiseDossier(Asked, frozen=True, kw_only=True):
    """The unit above gives its opinion."""

    supports: bool
    opinion: Personal


class CheckEligibility(Asked, frozen=True, kw_only=True):
    """Judge the dossier by the title's rules. What stands in the way is recorded, with its reasons."""


class PublishForComment(Asked, frozen=True, kw_only=True):
    """Lấy ý kiến: publish the dossier from one day to another, both included.

    From today or a later day on; where it was published on paper first, from `happened_on` or a later day on.
    """

    published_from: date
    published_until: date
    channel: Name


class TakeVote(Asked, frozen=True, kw_only=True):
    """Take over the count of a council session that this dossier was on the list of."""

    session_id: Id


class DecideAward(Asked, frozen=True, kw_only=True):
    """Grant it. `decision` is the council's for its whole list, or, on the fast path, one of its own. `signature`: in
    whose place it is signed."""

    decision: Document
    signing_body: Name
    prize_vnd: Dong | None = None
    signature: Signature | None = None


class PresentAward(Asked, frozen=True, kw_only=True):
    presented_on: date
    occasion: Name | None = None


class DeclineAward(Asked, frozen=True, kw_only=True):
    reason: Personal


class HoldAward(Asked, frozen=True, kw_only=True):
    """Nothing goes on while this is pending (R5)."""

    kind: HoldKind
    reason: Personal


class ReleaseAward(Asked, frozen=True, kw_only=True):
    """What was pending is settled."""

    kind: HoldKind
    outcome: Personal


class RevokeAward(Asked, frozen=True, kw_only=True):
    """Withdraw what was granted (R15), by virtue of the document; object and money are recovered."""

    ground: Ground
    reason: Personal
    document: Document


class CorrectAward(Asked, frozen=True, kw_only=True):
    """Correct how the decision is cited, by virtue of the correcting `document`."""

    decision: Document
    document: Document
    reason: Personal


class RecordRecovery(Asked, frozen=True, kw_only=True):
    """What came back of a revoked award on a day, by its receipt: the object, or money, or both. Parts add up."""

    object_returned: bool = False
    money_vnd: Dong = 0
    on: date
    document: Document


Command = (
    NominateAward | ReturnDossier | CompleteDossier | AppraiseDossier | CheckEligibility | PublishForComment
    | TakeVote | DecideAward | PresentAward | DeclineAward | HoldAward | ReleaseAward | RevokeAward | CorrectAward
    | AttachPart | RemovePart | RecordConcurrence | ReceiveComplaint | ResolveAwardComplaint | RecordRecovery
)  # fmt: skip

# --- Events ---------------------------------------------------------------------


class AwardNominated(Message, frozen=True, kw_only=True):
    """What the title says is pinned: its `form`, who decides, the prize, and whether the directive has it or it is
    assumed. `employment` is the person's on that day, for the share of direct workers. `appraiser_id` is the unit
    above, None for the federation itself.
    """

    campaign_id: Id
    phase: Slug | None
    year: Year
    title: Name
    title_name: Name
    title_source: Source
    form: Form
    scheme: Scheme
    unit_id: Id
    person_id: Id | None
    employment: Employment
    registration_id: Id | None
    evaluation_id: Id | None
    achievement: Slug
    report: Sealed
    fast_path: bool
    level: AwardLevel
    appraiser_id: Id | None
    deciding_unit_id: Id | None
    prize_vnd: Dong | None
    read_at: tuple[Read, ...]


class DossierReturned(Message, frozen=True, kw_only=True):
    reason: Sealed


class DossierCompleted(Message, frozen=True, kw_only=True):
    report: Sealed
    registration_id: Id | None
    evaluation_id: Id | None


class DossierAppraised(Message, frozen=True, kw_only=True):
    supports: bool
    opinion: Sealed


class EligibilityChecked(Message, frozen=True, kw_only=True):
    """The rule set and the case are pinned whole, so that anybody can judge again (`rerun`).

    `rule_set_sha256` is of the bytes of `rule_set` exactly as they stand in the stored event; None: not kept then.
    """

    rule_set: RuleSet
    case: Case
    reasons: tuple[Reason, ...]
    eligible: bool
    read_at: tuple[Read, ...]
    rule_set_sha256: Sha256 | None = None


class AwardPublished(Message, frozen=True, kw_only=True):
    published_from: date
    published_until: date
    channel: Name


class AwardVoted(Message, frozen=True, kw_only=True):
    session_id: Id
    meets_on: date
    vote: VoteCount
    minutes: Document
    reasons: tuple[Reason, ...]
    approved: bool
    read_at: tuple[Read, ...]


class AwardDecided(Message, frozen=True, kw_only=True):
    """Granted. The rule set, the case with the vote and the quotas, and the reasons are pinned (`rerun`).

    `rule_set_sha256` is of the bytes of `rule_set` exactly as they stand in the stored event; None: not kept then.
    """

    decision: Document
    signing_body: Name
    prize_vnd: Dong | None
    session_id: Id | None
    rule_set: RuleSet
    case: Case
    reasons: tuple[Reason, ...]
    read_at: tuple[Read, ...]
    signature: Signature | None = None
    rule_set_sha256: Sha256 | None = None


class AwardPresented(Message, frozen=True, kw_only=True):
    presented_on: date
    occasion: Name | None


class AwardDeclined(Message, frozen=True, kw_only=True):
    """`obstacles` are the rules that stood in the way at the last check or vote, if any did."""

    obstacles: tuple[Slug, ...]
    reason: Sealed


class AwardHeld(Message, frozen=True, kw_only=True):
    kind: HoldKind
    reason: Sealed


class AwardReleased(Message, frozen=True, kw_only=True):
    kind: HoldKind
    outcome: Sealed


class AwardRevoked(Message, frozen=True, kw_only=True):
    ground: Ground
    reason: Sealed
    document: Document
    recover_vnd: Dong | None


class AwardCorrected(Message, frozen=True, kw_only=True):
    decision: Document
    document: Document
    reason: Sealed


class AwardRecovered(Message, frozen=True, kw_only=True):
    """`outstanding_vnd` is what is still owed after this one."""

    object_returned: bool
    money_vnd: Dong
    on: date
    document: Document
    outstanding_vnd: Dong


Event = (
    AwardNominated | DossierReturned | DossierCompleted | DossierAppraised | EligibilityChecked | AwardPublished
    | AwardVoted | AwardDecided | AwardPresented | AwardDeclined | AwardHeld | AwardReleased | AwardRevoked
    | AwardCorrected | AwardRecovered | PartAttached | PartRemoved | ConcurrenceRecorded | ComplaintReceived
    | ComplaintResolved | ComplaintSettled
)  # fmt: skip

# --- Facts ----------------------------------------------------------------------


class UnitOnLine(Message, frozen=True, kw_only=True):
    unit_id: Id
    level: AwardLevel | Literal["team"]


class CouncilOutcome(Message, frozen=True, kw_only=True):
    """What a council session says of this dossier. `granted` and `decision` once its decision is issued."""

    session_id: Id
    meets_on: date
    vote: VoteCount
    minutes: Document
    quotas: tuple[QuotaCount, ...] | None = None
    granted: bool | None = None
    decision: Document | None = None


class Facts(Message, frozen=True, kw_only=True):
    """What a dossier must know of others.

    Nominating: `campaign_open` (launched, not cancelled), its `horizon`, `title` (None: no such title), `line` (the
    unit itself, then each one above it; empty: unknown or not in the campaign), `employment` of the person (None: no
    member of the unit).
    Checking: `rule_set` of the title, `case` as far as other streams know it. Voting: `outcome`, None where the session
    did not count this dossier. Deciding: `case` anew, and `outcome` of the session that voted, unless on the fast path.
    """

    campaign_open: bool = False
    horizon: Span | None = None
    phases: tuple[str, ...] = ()
    title: TitleSpec | None = None
    line: tuple[UnitOnLine, ...] = ()
    employment: Literal["direct-worker", "leader", "other"] | None = None
    rule_set: RuleSet | None = None
    case: Case | None = None
    outcome: CouncilOutcome | None = None
    read: tuple[Read, ...] = ()
