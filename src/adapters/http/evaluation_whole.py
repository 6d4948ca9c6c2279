"""One evaluation whole: the table, every sheet with its points and comments, and why the class is what it is."""

from typing import Any

import msgspec

from adapters.http.history import Act, History, act, history
from adapters.http.moments import Moment
from adapters.http.route import Exchange
from adapters.read_models.evaluations import EvaluationRow
from application.lineage import lineage
from domain.decider import Sealed
from domain.evaluation import EVALUATION
from domain.evaluation.compare import StandardCompared, compare
from domain.evaluation.evolve import Evaluation
from domain.evaluation.messages import (
    BonusAdjusted,
    ComplaintMade,
    ComplaintResolved,
    CrossScored,
    EvaluationAppraised,
    ScoreAdjusted,
    SelfScored,
    Sheet,
)
from domain.ids import Id, Slug
from domain.rubric import Points, Result, Rubric
from domain.rules import Count


class SheetFiled(Act, frozen=True, kw_only=True):
    """A table filled in whole; points in hundredths of a point."""

    sheet: Sheet


class CrossSheetFiled(SheetFiled, frozen=True, kw_only=True):
    peer_unit_id: Id


class Adjustment(Act, frozen=True, kw_only=True):
    criterion: Slug
    from_points_x100: Count
    points_x100: Count
    reason: Sealed


class BonusAdjustment(Act, frozen=True, kw_only=True):
    from_bonus_x100: Count
    from_penalty_x100: Count
    bonus_x100: Count
    penalty_x100: Count
    reason: Sealed


class Complaint(Act, frozen=True, kw_only=True):
    complaint: Sealed


class ComplaintAnswer(Act, frozen=True, kw_only=True):
    """`adjustments` replace the appraised points of their criteria."""

    upheld: bool
    answer: Sealed
    adjustments: tuple[Points, ...]


class EvaluationWhole(EvaluationRow, frozen=True, kw_only=True):
    """The row, and what it rests on. `table` is the scoring table as it was pinned, with its `source`; `points` are
    those that count now. `result` holds the class, its figures, and for each higher class what it was missed by.
    `appraiser_id` None: the federation's own. `comparison` is to look at: the cross-scores' average decides nothing.

    Who sees it as a peer (`as_peer`) is shown the table, the self-score and their own sheet: what scoring needs. The
    rest is left out for them, as if there were none."""

    table: Rubric
    peers: tuple[Id, ...]
    appraiser_id: Id | None
    self_scored: SheetFiled | None
    cross_scored: tuple[CrossSheetFiled, ...]
    appraised: SheetFiled | None
    comparison: tuple[StandardCompared, ...]
    adjustments: tuple[Adjustment, ...]
    bonus_adjustments: tuple[BonusAdjustment, ...]
    points: tuple[Points, ...]
    result: Result | None
    complaint: Complaint | None
    answer: ComplaintAnswer | None


async def evaluation_whole(exchange: Exchange, row: EvaluationRow, moment: Moment) -> EvaluationWhole:
    """The row with everything that its stream says up to the row's version."""
    store, tenant_id = exchange.parts.platform.store, exchange.caller.tenant_id
    told = await history(store, tenant_id, EVALUATION, row.evaluation_id, until=row.version)
    state: Evaluation = EVALUATION.fold(event for _, event in told)
    assert state.opened is not None, "a row without its opening"
    whole = EvaluationWhole(
        **msgspec.structs.asdict(row),
        table=state.opened.rubric,
        peers=state.opened.peers,
        appraiser_id=state.opened.appraiser_id,
        comparison=compare(state),
        points=state.points,
        result=state.result,
        **_acts(told),
    )
    return await _for_peer(exchange, whole, moment) if row.as_peer else whole


async def _for_peer(exchange: Exchange, whole: EvaluationWhole, moment: Moment) -> EvaluationWhole:
    """What a peer needs to score: not how others scored, and nothing of a complaint."""
    own = [scored for scored in whole.cross_scored if await _is_own(exchange, scored.peer_unit_id, moment)]
    return msgspec.structs.replace(
        whole,
        cross_scored=tuple(own),
        appraised=None,
        comparison=(),
        adjustments=(),
        bonus_adjustments=(),
        points=(),
        result=None,
        complaint=None,
        answer=None,
    )


async def _is_own(exchange: Exchange, unit_id: str, moment: Moment) -> bool:
    """Whether the unit lies in the caller's subtree."""
    caller = exchange.caller
    line = await lineage(exchange.parts.platform.reader(caller.tenant_id, until=moment.position), unit_id)
    return caller.unit_id in [identity for identity, _ in line]


def _acts(told: History) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(("self_scored", "appraised", "complaint", "answer"))
    found |= {"cross_scored": (), "adjustments": (), "bonus_adjustments": ()}
    for recorded, event in told:
        said = {name: getattr(event, name) for name in event.__struct_fields__}
        match event:
            case SelfScored():
                found["self_scored"] = act(SheetFiled, recorded, **said)
            case CrossScored():
                found["cross_scored"] += (act(CrossSheetFiled, recorded, **said),)
            case EvaluationAppraised():
                found["appraised"] = act(SheetFiled, recorded, **said)
            case ScoreAdjusted():
                found["adjustments"] += (act(Adjustment, recorded, **said),)
            case BonusAdjusted():
                found["bonus_adjustments"] += (act(BonusAdjustment, recorded, **said),)
            case ComplaintMade():
                found["complaint"] = act(Complaint, recorded, **said)
            case ComplaintResolved(upheld=upheld, answer=answer, adjustments=adjustments):
                answered = act(ComplaintAnswer, recorded, upheld=upheld, answer=answer, adjustments=adjustments)
                found["answer"] = answered
            case _:
                pass
    return found
