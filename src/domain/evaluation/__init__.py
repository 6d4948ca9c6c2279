"""An evaluation of a unit or a person for a period: scored by a pinned table, classified, final after complaints."""

from domain.decider import Decider
from domain.evaluation.decide import decide
from domain.evaluation.evolve import Evaluation, evolve
from domain.evaluation.messages import (
    AdjustBonus,
    AdjustScore,
    AppraiseEvaluation,
    ClassifyEvaluation,
    Command,
    CrossScore,
    Event,
    Facts,
    FinaliseEvaluation,
    OpenEvaluation,
    ResolveComplaint,
)
from domain.period import folded

BY_UNIT_ABOVE = (AppraiseEvaluation, AdjustScore, AdjustBonus, ClassifyEvaluation, ResolveComplaint, FinaliseEvaluation)


def evaluation_key(*, campaign_id: str, unit_id: str, person_id: str | None, period: str, rubric: str) -> str:
    """What an evaluation's id is derived from: one for each subject, period (however it is spelt) and table."""
    return f"{campaign_id}/{unit_id}/{person_id or ''}/{rubric}/{folded(period)}"


def _unit(command: Command, evaluation: Evaluation) -> str | None:
    """Whoever scores, scores as their own unit; what the unit above does is a matter of the unit above."""
    if isinstance(command, OpenEvaluation):
        return command.unit_id
    if evaluation.opened is None:
        return None
    if isinstance(command, CrossScore) and command.peer_unit_id in evaluation.opened.peers:
        return command.peer_unit_id  # Who is no peer has no business here, and is not told that there is one.
    return evaluation.opened.appraiser_id if isinstance(command, BY_UNIT_ABOVE) else evaluation.opened.unit_id


def _person(command: Command, evaluation: Evaluation) -> str | None:
    if isinstance(command, OpenEvaluation):
        return command.person_id
    return evaluation.opened.person_id if evaluation.opened else None


EVALUATION: Decider[Evaluation, Command, Facts, Event] = Decider(
    name="evaluation", initial=Evaluation(), decide=decide, evolve=evolve, unit=_unit, person=_person
)
