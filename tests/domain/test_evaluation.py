from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from domain.dates import Span
from domain.evaluation import EVALUATION, evaluation_key
from domain.evaluation.compare import compare
from domain.evaluation.messages import (
    AdjustBonus,
    AdjustScore,
    AppraiseEvaluation,
    BonusAdjusted,
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
    PeerOutsideCluster,
    PersonUnknown,
    ResolveComplaint,
    ResolvedOtherwise,
    RubricOfAnotherPeriod,
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


def test_the_version_of_the_table_that_holds_for_the_whole_period_is_pinned() -> None:
    phase = Span(code="dot-1", opens_on=date(2024, 1, 1), closes_on=date(2024, 7, 31))
    old = msgspec.structs.replace(RUBRIC, version=1, effective_until=date(2024, 7, 31))
    new = msgspec.structs.replace(RUBRIC, version=2, effective_from=date(2024, 8, 1))
    both = msgspec.structs.replace(FACTS, rubrics=(old, new), span=phase)
    (event,) = next_events(EVALUATION, (), open_it, both)
    assert event.rubric == old
    later = msgspec.structs.replace(
        both, span=msgspec.structs.replace(phase, opens_on=date(2024, 8, 1), closes_on=date(2024, 12, 31))
    )
    (event,) = next_events(EVALUATION, (), open_it, later)
    assert event.rubric == new


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_a_table_of_another_period_is_refused_and_both_periods_are_named(year: int) -> None:
    half = msgspec.structs.replace(RUBRIC, effective_until=date(2024, 7, 31))
    span = Span(code=str(year), opens_on=date(year, 1, 1), closes_on=date(year, 12, 31))
    facts = msgspec.structs.replace(FACTS, rubrics=(half,), span=span)
    given(EVALUATION).when(open_it, facts).then_refused(
        RubricOfAnotherPeriod,
        opens_on=date(year, 1, 1),
        closes_on=date(year, 12, 31),
        holds=["2024-01-01 – 2024-07-31"],
    )


def test_a_table_without_days_is_of_the_campaigns_own_time() -> None:
    before = Span(code="2023", opens_on=date(2023, 1, 1), closes_on=date(2023, 12, 31))
    facts = msgspec.structs.replace(FACTS, span=before)
    given(EVALUATION).when(open_it, facts).then_refused(RubricOfAnotherPeriod)


def test_peers_are_those_of_the_cluster_unless_they_are_named_and_then_of_it_too() -> None:
    unnamed = msgspec.structs.replace(open_it, peers=None)
    grouped = msgspec.structs.replace(FACTS, peers=(PEER,), fellows=(PEER, ABOVE))
    given(EVALUATION).when(unnamed, grouped).then(*opened)
    given(EVALUATION, *opened).when(unnamed, FACTS).then()
    (alone,) = next_events(EVALUATION, (), msgspec.structs.replace(open_it, peers=()), grouped)
    assert alone.peers == ()
    (of_person,) = next_events(
        EVALUATION,
        (),
        msgspec.structs.replace(unnamed, person_id=PERSON),
        msgspec.structs.replace(grouped, person_known=True),
    )
    assert of_person.peers == ()
    elsewhere = msgspec.structs.replace(grouped, fellows=(ABOVE,))
    given(EVALUATION).when(open_it, elsewhere).then_refused(PeerOutsideCluster, unit_id=PEER)


def test_bonus_and_penalty_are_adjusted_with_a_reason_and_count_in_the_class() -> None:
    with_extra = msgspec.structs.replace(appraise, bonus_x100=100)
    history = carried_out(EVALUATION, (open_it, FACTS), self_score, with_extra)
    change = AdjustBonus(bonus_x100=400, penalty_x100=0, reason="thêm một giải")
    (event,) = next_events(EVALUATION, history, change)
    assert event == BonusAdjusted(
        from_bonus_x100=100, from_penalty_x100=0, bonus_x100=400, penalty_x100=0, reason="thêm một giải"
    )
    given(EVALUATION, *history, event).when(change).then()
    given(EVALUATION, *classified).when(change).then_refused(WrongState, status="classified")
    too_many = msgspec.structs.replace(change, bonus_x100=9_999)
    given(EVALUATION, *history).when(too_many).then_refused(Invalid, field="bonus_x100")
    (before,) = next_events(EVALUATION, history, ClassifyEvaluation(), Facts())
    (after,) = next_events(EVALUATION, (*history, event), ClassifyEvaluation(), Facts())
    assert after.result.total_x100 - before.result.total_x100 == 300
    assert EVALUATION.unit(change, EVALUATION.fold(history)) == ABOVE


def test_scores_are_compared_by_standard_with_the_average_of_the_peers() -> None:
    second = CrossScore(peer_unit_id=ABOVE, scores=scores(1_500, 2_101, 6_000))
    open_both = msgspec.structs.replace(open_it, peers=(PEER, ABOVE))
    facts = msgspec.structs.replace(FACTS, units_known=(UNIT, PEER, ABOVE))
    history = carried_out(EVALUATION, (open_both, facts), self_score, cross_score, second, appraise, adjust)
    rights, emulation = compare(EVALUATION.fold(history))
    assert (rights.self_x100, rights.cross_mean_x100, rights.appraised_x100) == (4_000, 3_551, 2_500)
    assert (rights.cross_less_self_x100, rights.appraised_less_cross_x100) == (-449, -1_051)
    assert (emulation.appraised_x100, emulation.max_x100) == (6_000, 6_000)
    assert {one.cross_mean_x100 for one in compare(EVALUATION.fold(opened))} == {None}


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
