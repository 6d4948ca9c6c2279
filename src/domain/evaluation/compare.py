"""Self-score, cross-scores and appraisal side by side, by standard. To look at: the class never rests on it."""

from domain.decider import Message
from domain.evaluation.evolve import Evaluation, points_of
from domain.ids import Slug
from domain.rubric import Criterion, Points


class StandardCompared(Message, frozen=True, kw_only=True):
    """One standard in hundredths of a point; None: not scored yet. `cross_mean_x100` is the average of the peers that
    have scored, rounded half up; `appraised_x100` the points that count, adjustments included."""

    standard: Slug
    max_x100: int
    self_x100: int | None
    cross_mean_x100: int | None
    appraised_x100: int | None
    cross_less_self_x100: int | None
    appraised_less_cross_x100: int | None


def compare(evaluation: Evaluation) -> tuple[StandardCompared, ...]:
    """Every standard of the pinned table, in its order."""
    assert evaluation.opened is not None, "nothing to compare before it is opened"
    own = points_of(evaluation.self_sheet) if evaluation.self_sheet else None
    peers = tuple(points_of(scored.sheet) for scored in evaluation.cross_sheets)
    appraised = evaluation.points if evaluation.appraisal else None
    return tuple(_compared(standard, own, peers, appraised) for standard in evaluation.opened.rubric.standards)


def _compared(
    standard: Criterion,
    own: tuple[Points, ...] | None,
    peers: tuple[tuple[Points, ...], ...],
    appraised: tuple[Points, ...] | None,
) -> StandardCompared:
    self_x100 = None if own is None else _sum(standard, own)
    cross_x100 = _mean([_sum(standard, points) for points in peers])
    appraised_x100 = None if appraised is None else _sum(standard, appraised)
    return StandardCompared(
        standard=standard.code,
        max_x100=standard.max_x100,
        self_x100=self_x100,
        cross_mean_x100=cross_x100,
        appraised_x100=appraised_x100,
        cross_less_self_x100=_less(cross_x100, self_x100),
        appraised_less_cross_x100=_less(appraised_x100, cross_x100),
    )


def _sum(standard: Criterion, points: tuple[Points, ...]) -> int:
    leaves = {leaf.code for leaf in standard.leaves()}
    return sum(score.points_x100 for score in points if score.criterion in leaves)


def _mean(totals: list[int]) -> int | None:
    return (2 * sum(totals) + len(totals)) // (2 * len(totals)) if totals else None


def _less(figure: int | None, other: int | None) -> int | None:
    return None if figure is None or other is None else figure - other
