"""Commands, events, refusals and facts of an evaluation."""

from datetime import date

from domain.dates import Span
from domain.decider import Command as Asked
from domain.decider import Message, Name, Personal, Read, Sealed
from domain.ids import Id, Slug
from domain.refusals import Absent, Conflict, Forbidden
from domain.rubric import Points, Result, Rubric
from domain.rules import Count, DisciplineKind

# --- Commands -------------------------------------------------------------------


class Score(Message, frozen=True, kw_only=True):
    """A line of the table filled in; `points_x100` is in hundredths of a point."""

    criterion: Slug
    points_x100: Count
    comment: Personal | None = None


class OpenEvaluation(Asked, frozen=True, kw_only=True):
    """Evaluate a unit, or a person in it, for a period, by the table of the campaign that holds for that period.

    `peers` are to cross-score it. Left out, a unit's are the other members of its cluster on that day; where the unit
    is in a cluster, no others may be named.
    """

    campaign_id: Id
    unit_id: Id
    person_id: Id | None = None
    phase: Slug | None = None
    period: Name
    rubric: Slug
    peers: tuple[Id, ...] | None = None


class SelfScore(Asked, frozen=True, kw_only=True):
    """tự chấm: every criterion of the table, once."""

    scores: tuple[Score, ...]
    bonus_x100: Count = 0
    penalty_x100: Count = 0
    explanation: Personal | None = None


class CrossScore(Asked, frozen=True, kw_only=True):
    """chấm chéo, by one of the peers."""

    peer_unit_id: Id
    scores: tuple[Score, ...]
    bonus_x100: Count = 0
    penalty_x100: Count = 0
    explanation: Personal | None = None


class AppraiseEvaluation(Asked, frozen=True, kw_only=True):
    """thẩm định, by the unit above: these scores count."""

    scores: tuple[Score, ...]
    bonus_x100: Count = 0
    penalty_x100: Count = 0
    explanation: Personal | None = None


class AdjustScore(Asked, frozen=True, kw_only=True):
    """Change one appraised score before the classification, with a reason."""

    criterion: Slug
    points_x100: Count
    reason: Personal


class AdjustBonus(Asked, frozen=True, kw_only=True):
    """Change the appraised bonus and penalty points before the classification, with a reason."""

    bonus_x100: Count
    penalty_x100: Count
    reason: Personal


class ClassifyEvaluation(Asked, frozen=True, kw_only=True):
    """xếp loại: the class follows from the appraised scores, the bands and their gates."""


class Complain(Asked, frozen=True, kw_only=True):
    complaint: Personal


class ResolveComplaint(Asked, frozen=True, kw_only=True):
    """Answer it. If it is upheld, `adjustments` correct the appraised scores and the class is computed anew."""

    upheld: bool
    answer: Personal
    adjustments: tuple[Points, ...] = ()


class FinaliseEvaluation(Asked, frozen=True, kw_only=True):
    """Nothing changes any more: the days for a complaint are over, or a complaint was answered."""


Command = (
    OpenEvaluation | SelfScore | CrossScore | AppraiseEvaluation | AdjustScore | AdjustBonus
    | ClassifyEvaluation | Complain | ResolveComplaint | FinaliseEvaluation
)  # fmt: skip

# --- Events ---------------------------------------------------------------------


class SealedScore(Message, frozen=True, kw_only=True):
    criterion: Slug
    points_x100: Count
    comment: Sealed | None


class Sheet(Message, frozen=True, kw_only=True):
    """A table filled in whole."""

    scores: tuple[SealedScore, ...]
    bonus_x100: Count
    penalty_x100: Count
    explanation: Sealed | None


class EvaluationOpened(Message, frozen=True, kw_only=True):
    """The rubric is pinned whole. `appraiser_id` is the unit above; None for the federation itself."""

    campaign_id: Id
    unit_id: Id
    person_id: Id | None
    phase: Slug | None
    period: Name
    rubric: Rubric
    peers: tuple[Id, ...]
    appraiser_id: Id | None
    read_at: tuple[Read, ...]


class SelfScored(Message, frozen=True, kw_only=True):
    sheet: Sheet


class CrossScored(Message, frozen=True, kw_only=True):
    peer_unit_id: Id
    sheet: Sheet


class EvaluationAppraised(Message, frozen=True, kw_only=True):
    sheet: Sheet


class ScoreAdjusted(Message, frozen=True, kw_only=True):
    criterion: Slug
    from_points_x100: Count
    points_x100: Count
    reason: Sealed


class BonusAdjusted(Message, frozen=True, kw_only=True):
    from_bonus_x100: Count
    from_penalty_x100: Count
    bonus_x100: Count
    penalty_x100: Count
    reason: Sealed


class EvaluationClassified(Message, frozen=True, kw_only=True):
    """The class with its figures, and the disciplines that the gates were asked with."""

    result: Result
    disciplines: tuple[DisciplineKind, ...]
    classified_on: date
    read_at: tuple[Read, ...]


class ComplaintMade(Message, frozen=True, kw_only=True):
    complaint: Sealed


class ComplaintResolved(Message, frozen=True, kw_only=True):
    """`result` is the class from now on: the old one again unless the complaint was upheld with adjustments."""

    upheld: bool
    answer: Sealed
    adjustments: tuple[Points, ...]
    result: Result


class EvaluationFinalised(Message, frozen=True, kw_only=True):
    result: Result


Event = (
    EvaluationOpened | SelfScored | CrossScored | EvaluationAppraised | ScoreAdjusted | BonusAdjusted
    | EvaluationClassified | ComplaintMade | ComplaintResolved | EvaluationFinalised
)  # fmt: skip

# --- Refusals -------------------------------------------------------------------


class EvaluationUnknown(Absent):
    """No evaluation was opened under this id."""

    code = "evaluation.unknown"


class CampaignUnknown(Absent):
    """The campaign does not exist."""

    code = "evaluation.campaign-unknown"


class UnitUnknown(Absent):
    """The unit, or a peer, does not exist, is dissolved, or lies outside the campaign."""

    code = "evaluation.unit-unknown"


class PersonUnknown(Absent):
    """The person is not a member of the unit."""

    code = "evaluation.person-unknown"


class RubricUnknown(Absent):
    """The campaign has no scoring table of this code."""

    code = "evaluation.rubric-unknown"


class CampaignNotRunning(Conflict):
    """The campaign was never launched, or was cancelled."""

    code = "evaluation.campaign-not-running"


class OpenedOtherwise(Conflict):
    """An evaluation was opened under this id already, with other particulars."""

    code = "evaluation.opened-otherwise"


class ScoredOtherwise(Conflict):
    """This party has scored already, with other points."""

    code = "evaluation.scored-otherwise"


class WrongState(Conflict):
    """The evaluation is not in the state that this step needs."""

    code = "evaluation.wrong-state"


class NotAPeer(Forbidden):
    """The unit is not among the peers that score this one."""

    code = "evaluation.not-a-peer"


class PeerOutsideCluster(Conflict):
    """The unit is in a cluster, and the peer is not in it on that day."""

    code = "evaluation.peer-outside-cluster"


class RubricOfAnotherPeriod(Conflict):
    """The table holds for other days than those of the period that is evaluated."""

    code = "evaluation.rubric-of-another-period"


class ComplaintTooLate(Conflict):
    """The days for a complaint are over."""

    code = "evaluation.complaint-too-late"


class ComplaintWindowOpen(Conflict):
    """The subject may still complain, until `last_day`."""

    code = "evaluation.complaint-window-open"


class ResolvedOtherwise(Conflict):
    """The complaint was answered already, in another way."""

    code = "evaluation.resolved-otherwise"


# --- Facts ----------------------------------------------------------------------


class Facts(Message, frozen=True, kw_only=True):
    """What opening and classifying must know. `rubrics`: the campaign's versions of the table; `span`: the days of the
    period that is evaluated. `fellows`: who may be a peer, None where the unit is in no cluster; `peers`: who is one
    where none is named.

    `running`: launched and not cancelled (a campaign that is concluded is still evaluated). `units_known`: those of the
    unit and the peers that exist and take part. `disciplines`: of the person, in the evaluation's period.
    """

    campaign_known: bool = False
    running: bool = False
    phases: tuple[str, ...] = ()
    rubrics: tuple[Rubric, ...] = ()
    span: Span | None = None
    horizon: Span | None = None
    fellows: tuple[Id, ...] | None = None
    peers: tuple[Id, ...] = ()
    units_known: tuple[str, ...] = ()
    parent_id: str | None = None
    person_known: bool = False
    disciplines: tuple[DisciplineKind, ...] = ()
    read: tuple[Read, ...] = ()
