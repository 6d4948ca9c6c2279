"""What may become of an evaluation."""

from datetime import date, datetime, timedelta
from typing import assert_never

from domain.dates import local_day
from domain.evaluation.evolve import Evaluation, Status, adjusted, points_of
from domain.evaluation.messages import (
    AdjustBonus,
    AdjustScore,
    AppraiseEvaluation,
    BonusAdjusted,
    CampaignNotRunning,
    CampaignUnknown,
    ClassifyEvaluation,
    Command,
    Complain,
    ComplaintMade,
    ComplaintResolved,
    ComplaintTooLate,
    ComplaintWindowOpen,
    CrossScore,
    CrossScored,
    EvaluationAppraised,
    EvaluationClassified,
    EvaluationFinalised,
    EvaluationOpened,
    EvaluationUnknown,
    Event,
    Facts,
    FinaliseEvaluation,
    NotAPeer,
    OpenedOtherwise,
    OpenEvaluation,
    PeerOutsideCluster,
    PersonUnknown,
    ResolveComplaint,
    ResolvedOtherwise,
    RubricOfAnotherPeriod,
    RubricUnknown,
    ScoreAdjusted,
    ScoredOtherwise,
    SealedScore,
    SelfScore,
    SelfScored,
    Sheet,
    UnitUnknown,
    WrongState,
)
from domain.refusals import Invalid
from domain.rubric import Rubric, check_extra, check_sheet, classify, mistakes


def decide(command: Command, evaluation: Evaluation, facts: Facts, now: datetime) -> list[Event]:
    if isinstance(command, OpenEvaluation):
        return open_evaluation(command, evaluation, facts)
    if evaluation.opened is None:
        raise EvaluationUnknown()
    rubric = evaluation.opened.rubric
    match command:
        case SelfScore():
            return self_score(command, evaluation, rubric)
        case CrossScore():
            return cross_score(command, evaluation, evaluation.opened)
        case AppraiseEvaluation():
            return appraise(command, evaluation, rubric)
        case AdjustScore():
            return adjust(command, evaluation, rubric)
        case AdjustBonus():
            return adjust_bonus(command, evaluation, rubric)
        case ClassifyEvaluation():
            return classify_evaluation(evaluation, rubric, facts, local_day(now))
        case Complain():
            return complain(command, evaluation, rubric, local_day(now))
        case ResolveComplaint():
            return resolve(command, evaluation, rubric)
        case FinaliseEvaluation():
            return finalise(evaluation, rubric, local_day(now))
        case _:
            assert_never(command)


def _need(evaluation: Evaluation, *statuses: Status) -> None:
    if evaluation.status not in statuses:
        raise WrongState(status=evaluation.status.value, needs=[status.value for status in statuses])


def open_evaluation(command: OpenEvaluation, evaluation: Evaluation, facts: Facts) -> list[Event]:
    if evaluation.opened is not None:
        if _is_same(command, evaluation.opened):
            return []
        raise OpenedOtherwise(unit_id=evaluation.opened.unit_id, period=evaluation.opened.period)
    peers = _peers(command, facts)
    rubric = _usable_rubric(command, facts)
    return [
        EvaluationOpened(
            campaign_id=command.campaign_id,
            unit_id=command.unit_id,
            person_id=command.person_id,
            phase=command.phase,
            period=command.period,
            rubric=rubric,
            peers=peers,
            appraiser_id=facts.parent_id,
            read_at=facts.read,
        )
    ]


def _is_same(command: OpenEvaluation, opened: EvaluationOpened) -> bool:
    """Whether it is asked again; peers that are not named again are those of the cluster as it was then."""
    subject = (command.campaign_id, command.unit_id, command.person_id) == (
        opened.campaign_id,
        opened.unit_id,
        opened.person_id,
    )
    period = (command.phase, command.period, command.rubric) == (opened.phase, opened.period, opened.rubric.code)
    return subject and period and command.peers in (None, opened.peers)


def _peers(command: OpenEvaluation, facts: Facts) -> tuple[str, ...]:
    """Who is to cross-score: the named ones, who are of the unit's own cluster if it has one; else the cluster's."""
    if command.peers is None:
        return facts.peers if command.person_id is None else ()
    if command.unit_id in command.peers or len(set(command.peers)) < len(command.peers):
        raise Invalid(field="peers", reason="peers are other units, each once")
    return command.peers


def _check_fellows(command: OpenEvaluation, facts: Facts) -> None:
    for unit_id in command.peers or ():
        if facts.fellows is not None and unit_id not in facts.fellows:
            raise PeerOutsideCluster(unit_id=unit_id)


def _usable_rubric(command: OpenEvaluation, facts: Facts) -> Rubric:
    if not facts.campaign_known:
        raise CampaignUnknown(campaign_id=command.campaign_id)
    if not facts.running:
        raise CampaignNotRunning(campaign_id=command.campaign_id)
    for unit_id in (command.unit_id, *(command.peers or ())):
        if unit_id not in facts.units_known:
            raise UnitUnknown(unit_id=unit_id)
    _check_fellows(command, facts)
    if command.person_id is not None and not facts.person_known:
        raise PersonUnknown(person_id=command.person_id)
    if command.phase is not None and command.phase not in facts.phases:
        raise Invalid(field="phase", reason="the campaign has no such phase")
    rubric = _of_the_period(command.rubric, facts)
    for field, reason in mistakes(rubric):
        raise Invalid(field=field, reason=reason)
    return rubric


def _of_the_period(code: str, facts: Facts) -> Rubric:
    """The version of the table that holds for the whole period."""
    if not facts.rubrics:
        raise RubricUnknown(rubric=code)
    assert facts.span, "a campaign that is known has a horizon"
    assert facts.horizon, "a campaign that is known has a horizon"
    for rubric in facts.rubrics:
        if rubric.holds_for(facts.span, facts.horizon):
            return rubric
    raise RubricOfAnotherPeriod(
        rubric=code,
        opens_on=facts.span.opens_on,
        closes_on=facts.span.closes_on,
        holds=[
            f"{rubric.effective_from or facts.horizon.opens_on} – {rubric.effective_until or facts.horizon.closes_on}"
            for rubric in facts.rubrics
        ],
    )


def _checked(command: SelfScore | CrossScore | AppraiseEvaluation, rubric: Rubric) -> Sheet:
    sheet = Sheet(
        scores=tuple(
            SealedScore(criterion=score.criterion, points_x100=score.points_x100, comment=score.comment)
            for score in command.scores
        ),
        bonus_x100=command.bonus_x100,
        penalty_x100=command.penalty_x100,
        explanation=command.explanation,
    )
    check_sheet(rubric, points_of(sheet), bonus_x100=sheet.bonus_x100, penalty_x100=sheet.penalty_x100)
    return sheet


def self_score(command: SelfScore, evaluation: Evaluation, rubric: Rubric) -> list[Event]:
    sheet = _checked(command, rubric)
    if evaluation.self_sheet == sheet:
        return []
    if evaluation.self_sheet is not None:
        raise ScoredOtherwise(by="self")
    _need(evaluation, Status.OPENED)
    return [SelfScored(sheet=sheet)]


def cross_score(command: CrossScore, evaluation: Evaluation, opened: EvaluationOpened) -> list[Event]:
    if command.peer_unit_id not in opened.peers:
        raise NotAPeer(unit_id=command.peer_unit_id)
    scored = CrossScored(peer_unit_id=command.peer_unit_id, sheet=_checked(command, opened.rubric))
    for earlier in evaluation.cross_sheets:
        if earlier == scored:
            return []
        if earlier.peer_unit_id == scored.peer_unit_id:
            raise ScoredOtherwise(by=scored.peer_unit_id)
    _need(evaluation, Status.SELF_SCORED, Status.CROSS_SCORED)
    return [scored]


def appraise(command: AppraiseEvaluation, evaluation: Evaluation, rubric: Rubric) -> list[Event]:
    sheet = _checked(command, rubric)
    if evaluation.appraisal == sheet:
        return []
    if evaluation.appraisal is not None:
        raise ScoredOtherwise(by="appraiser")
    _need(evaluation, Status.SELF_SCORED, Status.CROSS_SCORED)
    return [EvaluationAppraised(sheet=sheet)]


def adjust(command: AdjustScore, evaluation: Evaluation, rubric: Rubric) -> list[Event]:
    _check_points(rubric, command.criterion, command.points_x100, at="")
    before = next((p.points_x100 for p in evaluation.points if p.criterion == command.criterion), None)
    event = ScoreAdjusted(
        criterion=command.criterion,
        from_points_x100=before or 0,
        points_x100=command.points_x100,
        reason=command.reason,
    )
    if before == command.points_x100:
        return []
    _need(evaluation, Status.APPRAISED)
    return [event]


def adjust_bonus(command: AdjustBonus, evaluation: Evaluation, rubric: Rubric) -> list[Event]:
    check_extra(rubric, bonus_x100=command.bonus_x100, penalty_x100=command.penalty_x100)
    if (command.bonus_x100, command.penalty_x100) == (evaluation.bonus_x100, evaluation.penalty_x100):
        return []
    _need(evaluation, Status.APPRAISED)
    return [
        BonusAdjusted(
            from_bonus_x100=evaluation.bonus_x100,
            from_penalty_x100=evaluation.penalty_x100,
            bonus_x100=command.bonus_x100,
            penalty_x100=command.penalty_x100,
            reason=command.reason,
        )
    ]


def _check_points(rubric: Rubric, criterion: str, points_x100: int, *, at: str) -> None:
    leaf = next((leaf for leaf in rubric.leaves() if leaf.code == criterion), None)
    if leaf is None:
        raise Invalid(field=f"{at}criterion", reason="not a criterion that is scored")
    if points_x100 > leaf.max_x100:
        raise Invalid(field=f"{at}points_x100", reason=f"at most {leaf.max_x100}")


def classify_evaluation(evaluation: Evaluation, rubric: Rubric, facts: Facts, today: date) -> list[Event]:
    if evaluation.result is not None:
        return []
    _need(evaluation, Status.APPRAISED)
    result = classify(
        rubric,
        evaluation.points,
        bonus_x100=evaluation.bonus_x100,
        penalty_x100=evaluation.penalty_x100,
        disciplines=facts.disciplines,
    )
    return [EvaluationClassified(result=result, disciplines=facts.disciplines, classified_on=today, read_at=facts.read)]


def complain(command: Complain, evaluation: Evaluation, rubric: Rubric, today: date) -> list[Event]:
    if evaluation.complaint == command.complaint:
        return []
    _need(evaluation, Status.CLASSIFIED)
    last = _last_day_to_complain(evaluation, rubric)
    if last is not None and today > last:
        raise ComplaintTooLate(last_day=last)
    return [ComplaintMade(complaint=command.complaint)]


def _last_day_to_complain(evaluation: Evaluation, rubric: Rubric) -> date | None:
    """None: the table states no window."""
    assert evaluation.classified_on is not None, "classified on no day"
    days = rubric.complaint_days
    return None if days is None else evaluation.classified_on + timedelta(days=days)


def resolve(command: ResolveComplaint, evaluation: Evaluation, rubric: Rubric) -> list[Event]:
    if evaluation.resolved is not None:
        answered = (evaluation.resolved.upheld, evaluation.resolved.answer, evaluation.resolved.adjustments)
        if (command.upheld, command.answer, command.adjustments) == answered:
            return []
        raise ResolvedOtherwise(upheld=evaluation.resolved.upheld)
    _need(evaluation, Status.COMPLAINED)
    _check_adjustments(command, rubric)
    result = classify(
        rubric,
        adjusted(evaluation.points, command.adjustments),
        bonus_x100=evaluation.bonus_x100,
        penalty_x100=evaluation.penalty_x100,
        disciplines=evaluation.disciplines,
    )
    return [
        ComplaintResolved(upheld=command.upheld, answer=command.answer, adjustments=command.adjustments, result=result)
    ]


def _check_adjustments(command: ResolveComplaint, rubric: Rubric) -> None:
    if command.adjustments and not command.upheld:
        raise Invalid(field="adjustments", reason="a complaint that is not upheld changes no score")
    seen: set[str] = set()
    for number, change in enumerate(command.adjustments):
        _check_points(rubric, change.criterion, change.points_x100, at=f"adjustments[{number}].")
        if change.criterion in seen:
            raise Invalid(field=f"adjustments[{number}].criterion", reason="adjusted twice")
        seen.add(change.criterion)


def finalise(evaluation: Evaluation, rubric: Rubric, today: date) -> list[Event]:
    if evaluation.status is Status.FINAL:
        return []
    _need(evaluation, Status.CLASSIFIED, Status.RESOLVED)
    last = _last_day_to_complain(evaluation, rubric)
    if evaluation.status is Status.CLASSIFIED and last is not None and today <= last:
        raise ComplaintWindowOpen(last_day=last)  # Else the unit above could end the subject's days on the first one.
    assert evaluation.result is not None, "classified without a result"
    return [EvaluationFinalised(result=evaluation.result)]
