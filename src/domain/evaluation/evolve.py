"""The state of an evaluation."""

from datetime import date
from enum import Enum
from typing import assert_never

import msgspec

from domain.decider import Message
from domain.evaluation.messages import (
    BonusAdjusted,
    ComplaintMade,
    ComplaintResolved,
    CrossScored,
    EvaluationAppraised,
    EvaluationClassified,
    EvaluationFinalised,
    EvaluationOpened,
    Event,
    ScoreAdjusted,
    SelfScored,
    Sheet,
)
from domain.rubric import Points, Result
from domain.rules import DisciplineKind


class Status(Enum):
    ABSENT = "absent"
    OPENED = "opened"
    SELF_SCORED = "self-scored"
    CROSS_SCORED = "cross-scored"
    APPRAISED = "appraised"
    CLASSIFIED = "classified"
    COMPLAINED = "complained"
    RESOLVED = "resolved"
    FINAL = "final"


class Evaluation(Message, frozen=True, kw_only=True):
    """`points`, `bonus_x100` and `penalty_x100` are the appraised ones with every adjustment; `result` is the class
    that holds."""

    status: Status = Status.ABSENT
    opened: EvaluationOpened | None = None
    self_sheet: Sheet | None = None
    cross_sheets: tuple[CrossScored, ...] = ()
    appraisal: Sheet | None = None
    points: tuple[Points, ...] = ()
    adjusted: ScoreAdjusted | None = None
    bonus_x100: int = 0
    penalty_x100: int = 0
    result: Result | None = None
    disciplines: tuple[DisciplineKind, ...] = ()
    classified_on: date | None = None
    complaint: str | None = None
    resolved: ComplaintResolved | None = None


def evolve(evaluation: Evaluation, event: Event) -> Evaluation:
    change = msgspec.structs.replace
    match event:
        case EvaluationOpened():
            return Evaluation(status=Status.OPENED, opened=event)
        case SelfScored(sheet=sheet):
            return change(evaluation, status=Status.SELF_SCORED, self_sheet=sheet)
        case CrossScored():
            sheets = (*evaluation.cross_sheets, event)
            return change(evaluation, status=Status.CROSS_SCORED, cross_sheets=sheets)
        case EvaluationAppraised(sheet=sheet):
            return change(
                evaluation,
                status=Status.APPRAISED,
                appraisal=sheet,
                points=points_of(sheet),
                bonus_x100=sheet.bonus_x100,
                penalty_x100=sheet.penalty_x100,
            )
        case ScoreAdjusted(criterion=criterion, points_x100=points_x100):
            changed = adjusted(evaluation.points, (Points(criterion=criterion, points_x100=points_x100),))
            return change(evaluation, points=changed, adjusted=event)
        case BonusAdjusted(bonus_x100=bonus, penalty_x100=penalty):
            return change(evaluation, bonus_x100=bonus, penalty_x100=penalty)
        case EvaluationClassified(result=result, disciplines=disciplines, classified_on=on):
            return change(
                evaluation, status=Status.CLASSIFIED, result=result, disciplines=disciplines, classified_on=on
            )
        case ComplaintMade(complaint=complaint):
            return change(evaluation, status=Status.COMPLAINED, complaint=complaint)
        case ComplaintResolved(adjustments=adjustments, result=result):
            changed = adjusted(evaluation.points, adjustments)
            return change(evaluation, status=Status.RESOLVED, points=changed, result=result, resolved=event)
        case EvaluationFinalised():
            return change(evaluation, status=Status.FINAL)
        case _:
            assert_never(event)


def points_of(sheet: Sheet) -> tuple[Points, ...]:
    """The points of a sheet, without what is said about them."""
    return tuple(Points(criterion=score.criterion, points_x100=score.points_x100) for score in sheet.scores)


def adjusted(points: tuple[Points, ...], adjustments: tuple[Points, ...]) -> tuple[Points, ...]:
    """The points with the adjusted criteria replaced."""
    changed = {adjustment.criterion: adjustment for adjustment in adjustments}
    return tuple(changed.get(score.criterion, score) for score in points)
