from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from domain.dates import Span
from domain.evaluation import EVALUATION, evaluation_key
from domain.evaluation.messages import (
    AdjustScore,
    AppraiseEvaluation,
    CampaignNotRunning,
    CampaignUnknown,
    ClassifyEvaluation,
    Complain,
    ComplaintMade,
    ComplaintResolved,
    ComplaintTooLate,
    ComplaintWindowOpen,
    CrossScore,
    EvaluationAppraised,
    EvaluationClassified,
    EvaluationFinalised,
    EvaluationUnknown,
    Facts,
    FinaliseEvaluation,
    NotAPeer,
    OpenedOtherwise,
    OpenEvaluation,
    PersonUnknown,
    ResolveComplaint,
    ResolvedOtherwise,
    RubricUnknown,
    Score,
    ScoreAdjusted,
    ScoredOtherwise,
    SelfScore,
    SelfScored,
    UnitUnknown,
    WrongState,
)
from domain.refusals import Invalid
from domain.rubric import Points
from tests.domain.test_rubric import TABLE
from tests.support.scenario import NOON, carried_out, given, next_events

CAMPAIGN, UNIT, PEER, ABOVE, PERSON = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 6))
YEAR = Span(code="2024", opens_on=date(2024, 1, 1), closes_on=date(2024, 12, 31))
RUBRIC = msgspec.structs.replace(TABLE, complaint_days=10)
FACTS = Facts(
    campaign_known=True,
    running=True,
    phases=("dot-1",),
    rubrics=(RUBRIC,),
    span=YEAR,
    horizon=YEAR,
    units_known=(UNIT, PEER),
    parent_id=ABOVE,
)


def scores(talks: int, agreement: int, emulation: int) -> tuple[Score, ...]:
    lines = {"doi-thoai": talks, "thoa-uoc": agreement, "thi-dua": emulation}
    return tuple(Score(criterion=code, points_x100=points, comment="vì sao") for code, points in lines.items())


open_it = OpenEvaluation(
    campaign_id=CAMPAIGN, unit_id=UNIT, phase="dot-1", period="Đợt 1", rubric="bang-diem", peers=(PEER,)
)
self_score = SelfScore(scores=scores(1_500, 2_500, 6_000), explanation="tự chấm")
cross_score = CrossScore(peer_unit_id=PEER, scores=scores(1_500, 2_000, 6_000))
appraise = AppraiseEvaluation(scores=scores(1_500, 1_000, 5_900))
adjust = AdjustScore(criterion="thi-dua", points_x100=6_000, reason="bổ sung minh chứng")
complain = Complain(complaint="chưa tính điểm")
resolve = ResolveComplaint(upheld=True, answer="đúng", adjustments=(Points(criterion="thoa-uoc", points_x100=1_500),))

opened = carried_out(EVALUATION, (open_it, FACTS))
self_scored = carried_out(EVALUATION, (open_it, FACTS), self_score)
appraised = carried_out(EVALUATION, (open_it, FACTS), self_score, cross_score, appraise)
classified = (*appraised, *next_events(EVALUATION, appraised, ClassifyEvaluation(), Facts()))
complained = (*classified, ComplaintMade(complaint="chưa tính điểm"))
resolved = (*complained, *next_events(EVALUATION, complained, resolve, Facts()))
final = (*resolved, *next_events(EVALUATION, resolved, FinaliseEvaluation(), Facts()))


def test_an_evaluation_is_opened_with_its_table_pinned_whole() -> None:
    assert opened[0].rubric == RUBRIC
    assert opened[0].appraiser_id == ABOVE
    given(EVALUATION, *opened).when(open_it, FACTS).then()
    other = msgspec.structs.replace(open_it, period="Đợt 2")
    given(EVALUATION, *opened).when(other, FACTS).then_refused(OpenedOtherwise, period="Đợt 1")


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"campaign_known": False}, CampaignUnknown),
        ({"running": False}, CampaignNotRunning),
        ({"units_known": (UNIT,)}, UnitUnknown),
        ({"rubrics": ()}, RubricUnknown),
        ({"phases": ()}, Invalid),
        ({"rubrics": (msgspec.structs.replace(RUBRIC, standards=RUBRIC.standards[:1]),)}, Invalid),
    ],
)
def test_an_evaluation_is_not_opened_without_what_it_rests_on(facts: dict[str, Any], refusal: Any) -> None:
    given(EVALUATION).when(open_it, msgspec.structs.replace(FACTS, **facts)).then_refused(refusal)


def test_a_person_is_evaluated_in_their_own_unit_only() -> None:
    of_person = msgspec.structs.replace(open_it, person_id=PERSON)
    given(EVALUATION).when(of_person, FACTS).then_refused(PersonUnknown)
    assert EVALUATION.person(of_person, EVALUATION.initial) == PERSON


def test_a_unit_is_not_its_own_peer() -> None:
    own = msgspec.structs.replace(open_it, peers=(UNIT,))
    given(EVALUATION).when(own, FACTS).then_refused(Invalid, field="peers")


def test_a_unit_scores_itself_once() -> None:
    assert isinstance(self_scored[1], SelfScored)
    given(EVALUATION, *self_scored).when(self_score).then()
    given(EVALUATION, *self_scored).when(SelfScore(scores=scores(0, 0, 0))).then_refused(ScoredOtherwise)
    given(EVALUATION).when(self_score).then_refused(EvaluationUnknown)


def test_a_score_over_the_maximum_names_its_field() -> None:
    too_many = SelfScore(scores=scores(1_500, 2_501, 0))
    given(EVALUATION, *opened).when(too_many).then_refused(Invalid, field="scores[1].points_x100")


def test_peers_cross_score_after_the_self_score_and_others_do_not() -> None:
    given(EVALUATION, *opened).when(cross_score).then_refused(WrongState, status="opened")
    stranger = msgspec.structs.replace(cross_score, peer_unit_id=ABOVE)
    given(EVALUATION, *self_scored).when(stranger).then_refused(NotAPeer, unit_id=ABOVE)
    (cross_scored,) = next_events(EVALUATION, self_scored, cross_score)
    given(EVALUATION, *self_scored, cross_scored).when(cross_score).then()
    given(EVALUATION, *self_scored, cross_scored).when(msgspec.structs.replace(cross_score, bonus_x100=1)).then_refused(
        ScoredOtherwise, by=PEER
    )


def test_the_unit_above_appraises_what_was_self_scored() -> None:
    assert isinstance(appraised[-1], EvaluationAppraised)
    given(EVALUATION, *opened).when(appraise).then_refused(WrongState)
    given(EVALUATION, *appraised).when(appraise).then()
    given(EVALUATION, *appraised).when(AppraiseEvaluation(scores=scores(0, 0, 0))).then_refused(ScoredOtherwise)


def test_a_score_is_adjusted_with_a_reason_before_the_classification() -> None:
    adjusted = ScoreAdjusted(
        criterion="thi-dua", from_points_x100=5_900, points_x100=6_000, reason="bổ sung minh chứng"
    )
    given(EVALUATION, *appraised).when(adjust).then(adjusted)
    given(EVALUATION, *appraised, adjusted).when(adjust).then()
    given(EVALUATION, *classified).when(adjust).then_refused(WrongState, status="classified")
    unknown = AdjustScore(criterion="cham-lo", points_x100=1, reason="")
    given(EVALUATION, *appraised).when(unknown).then_refused(Invalid, field="criterion")


def test_the_class_is_computed_from_the_appraised_scores_and_never_typed() -> None:
    event = classified[-1]
    assert isinstance(event, EvaluationClassified)
    assert (event.result.band, event.result.total_x100) == ("kha", 8_400)
    given(EVALUATION, *classified).when(ClassifyEvaluation(), Facts()).then()
    given(EVALUATION, *self_scored).when(ClassifyEvaluation(), Facts()).then_refused(WrongState)


def test_an_adjustment_counts_in_the_class_and_a_discipline_bars_it() -> None:
    adjusted = (*appraised, *next_events(EVALUATION, appraised, adjust))
    (clean,) = next_events(EVALUATION, adjusted, ClassifyEvaluation(), Facts())
    assert clean.result.band == "manh"
    (warned,) = next_events(EVALUATION, adjusted, ClassifyEvaluation(), Facts(disciplines=("warning",)))
    assert (warned.result.band, warned.disciplines) == ("kha", ("warning",))


def test_a_complaint_is_made_within_its_days_and_not_after() -> None:
    given(EVALUATION, *classified).when(complain, None, NOON + timedelta(days=10)).then(complained[-1])
    given(EVALUATION, *classified).when(complain, None, NOON + timedelta(days=11)).then_refused(ComplaintTooLate)
    given(EVALUATION, *complained).when(complain).then()
    given(EVALUATION, *appraised).when(complain).then_refused(WrongState)


def test_an_upheld_complaint_corrects_the_scores_and_the_class() -> None:
    event = resolved[-1]
    assert isinstance(event, ComplaintResolved)
    assert (event.result.band, event.result.total_x100) == ("manh", 8_900)
    given(EVALUATION, *resolved).when(resolve).then()
    rejected = ResolveComplaint(upheld=False, answer="không đúng")
    given(EVALUATION, *resolved).when(rejected).then_refused(ResolvedOtherwise, upheld=True)
    given(EVALUATION, *classified).when(resolve).then_refused(WrongState)


def test_a_rejected_complaint_changes_no_score() -> None:
    meddling = msgspec.structs.replace(resolve, upheld=False)
    given(EVALUATION, *complained).when(meddling).then_refused(Invalid, field="adjustments")
    (event,) = next_events(EVALUATION, complained, ResolveComplaint(upheld=False, answer=""))
    assert event.result == classified[-1].result


def test_an_evaluation_ends_with_the_class_that_holds() -> None:
    assert final[-1] == EvaluationFinalised(result=resolved[-1].result)
    given(EVALUATION, *final).when(FinaliseEvaluation()).then()
    given(EVALUATION, *complained).when(FinaliseEvaluation()).then_refused(WrongState, status="complained")


def test_an_evaluation_is_not_final_while_it_may_be_complained_of() -> None:
    last, day_after = NOON + timedelta(days=10), NOON + timedelta(days=11)
    given(EVALUATION, *classified).when(FinaliseEvaluation()).then_refused(
        ComplaintWindowOpen, last_day=date(2024, 7, 10)
    )
    given(EVALUATION, *classified).when(FinaliseEvaluation(), None, last).then_refused(ComplaintWindowOpen)
    given(EVALUATION, *classified).when(FinaliseEvaluation(), None, day_after).then(
        EvaluationFinalised(result=classified[-1].result)
    )


def test_a_complaint_that_was_answered_ends_the_window_and_so_does_a_table_that_states_none() -> None:
    given(EVALUATION, *resolved).when(FinaliseEvaluation()).then(final[-1])
    windowless = msgspec.structs.replace(opened[0], rubric=TABLE)
    given(EVALUATION, windowless, *classified[1:]).when(FinaliseEvaluation()).then(
        EvaluationFinalised(result=classified[-1].result)
    )


def test_peers_act_for_themselves_and_the_unit_above_appraises() -> None:
    state = EVALUATION.fold(self_scored)
    assert EVALUATION.unit(self_score, state) == UNIT
    assert EVALUATION.unit(cross_score, state) == PEER
    assert EVALUATION.unit(appraise, state) == ABOVE


def test_a_subject_has_one_key_for_each_period_and_table() -> None:
    same = {"campaign_id": CAMPAIGN, "unit_id": UNIT, "rubric": "bang-diem"}
    keys = {
        evaluation_key(**same, person_id=person, period=period)
        for person in (None, PERSON)
        for period in ("Đợt 1", "Đợt 2")
    }
    assert len(keys) == 4
