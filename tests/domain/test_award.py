from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from domain.award import AWARD
from domain.award.messages import (
    AppraiseDossier,
    AwardCorrected,
    AwardDecided,
    AwardDeclined,
    AwardHeld,
    AwardPresented,
    AwardPublished,
    AwardReleased,
    AwardRevoked,
    CheckEligibility,
    CompleteDossier,
    CorrectAward,
    CouncilOutcome,
    DecideAward,
    DeclineAward,
    DossierAppraised,
    DossierCompleted,
    DossierReturned,
    Facts,
    HoldAward,
    NominateAward,
    PresentAward,
    PublishForComment,
    ReleaseAward,
    ReturnDossier,
    RevokeAward,
    TakeVote,
    UnitOnLine,
)
from domain.award.refusals import (
    AwardUnknown,
    CampaignNotOpen,
    DecidedOtherwise,
    NoFastPath,
    NominatedOtherwise,
    NotApproved,
    NotEligible,
    NotHeld,
    NotSupported,
    OnHold,
    PersonUnknown,
    RulesUnknown,
    SubjectNotForTitle,
    TitleUnknown,
    UnitUnknown,
    VoteUnknown,
    WrongState,
)
from domain.award.settle import rerun
from domain.dates import Span
from domain.directive import TitleSpec
from domain.paper import Document
from domain.refusals import Invalid, NotYetHappened
from domain.rules import (
    Case,
    DirectWorkerPriority,
    NotAwardedTwice,
    PublicationWorkingDaysMin,
    Quorum,
    QuotaCount,
    QuotaShareMax,
    Registered,
    RuleSet,
    VoteCount,
    VoteShareMin,
)
from tests.support.scenario import NOON, carried_out, given, next_events

CAMPAIGN, UNIT, ABOVE, ROOT, PERSON, SESSION, OTHER = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 8))
LAW: dict[str, Any] = {"source": "law", "cites": "Luật 06/2022/QH15"}
RULES = RuleSet(
    code="cong-nhan-gioi", name="Công nhân giỏi", issuer="Liên đoàn A", source="assumed", cites="giả định",
    rules=(
        Registered(**LAW),
        NotAwardedTwice(**LAW),
        DirectWorkerPriority(**LAW),
        PublicationWorkingDaysMin(**LAW, days=5),
        Quorum(**LAW, numerator=2, denominator=3),
        VoteShareMin(**LAW, share_x100=9_000),
        QuotaShareMax(**LAW, of="de-nghi", share_x100=5_000),
    ),
)  # fmt: skip
TITLE = TitleSpec(
    code="cong-nhan-gioi", name="Công nhân giỏi", section="III", form="title", subjects=("individual",),
    decided_by="federation", rules="cong-nhan-gioi", prize_vnd=540_000,
)  # fmt: skip
CASE = Case(
    subject="individual", year=2024, day=date(2024, 1, 1), period_from=date(2024, 1, 1), registered=True,
    same_achievement=(),
)  # fmt: skip
LINE = (
    UnitOnLine(unit_id=UNIT, level="grassroots"),
    UnitOnLine(unit_id=ABOVE, level="upper"),
    UnitOnLine(unit_id=ROOT, level="federation"),
)


def changed(message: Any, **parts: Any) -> Any:
    return msgspec.structs.replace(message, **parts)


def paper(number: str, issued: str = "2024-06-28") -> Document:
    return Document(kind="Quyết định", number=number, issued=issued, title="Khen thưởng", issuer="Liên đoàn A")


VOTE = VoteCount(roster=10, present=9, in_writing=1, votes_for=9, votes_against=1, votes_invalid=0)
OUTCOME = CouncilOutcome(session_id=SESSION, meets_on=date(2024, 6, 28), vote=VOTE, minutes=paper("01/BB"))
QUOTAS = (QuotaCount(of="de-nghi", granted=1, whole=4, frozen_on=date(2024, 6, 1)),)
ISSUED = changed(OUTCOME, granted=True, decision=paper("100/QĐ"), quotas=QUOTAS)
NOMINATING = Facts(campaign_open=True, phases=("dot-1",), title=TITLE, line=LINE, employment="direct-worker")
CHECKING = Facts(rule_set=RULES, case=CASE)
DECIDING = Facts(rule_set=RULES, case=CASE, outcome=ISSUED)

nominate = NominateAward(
    campaign_id=CAMPAIGN, phase="dot-1", year=2024, title="cong-nhan-gioi", scheme="movement", unit_id=UNIT,
    person_id=PERSON, achievement="cai-tien-2024", report="thành tích",
)  # fmt: skip
appraise = AppraiseDossier(supports=True, opinion="đồng ý")
publish = PublishForComment(
    published_from=date(2024, 6, 10), published_until=date(2024, 6, 21), channel="Cổng thông tin",
    happened_on=date(2024, 6, 10),
)  # fmt: skip
take_vote = TakeVote(session_id=SESSION)
decide = DecideAward(decision=paper("100/QĐ"), signing_body="Ban Thường vụ")
present = PresentAward(presented_on=date(2024, 6, 29))
revoke = RevokeAward(ground="false-declaration", reason="kê khai sai", document=paper("7/QĐ-HB", "2024-06-30"))
correct = CorrectAward(decision=paper("100a/QĐ"), document=paper("8/QĐ-ĐC", "2024-06-30"), reason="sai số")

STEPS: tuple[Any, ...] = (
    (nominate, NOMINATING), appraise, (CheckEligibility(), CHECKING), publish, (take_vote, Facts(outcome=OUTCOME)),
    (decide, DECIDING), present,
)  # fmt: skip
nominated, appraised, checked, published, voted, decided, presented = (
    carried_out(AWARD, *STEPS[:number]) for number in range(1, 8)
)
held = AwardHeld(kind="complaint", reason="đơn thư")
returned = DossierReturned(reason="thiếu minh chứng")


def test_a_nomination_pins_what_the_title_says_and_who_decides() -> None:
    (event,) = nominated
    assert (event.form, event.prize_vnd, event.employment) == ("title", 540_000, "direct-worker")
    assert (event.appraiser_id, event.deciding_unit_id) == (ABOVE, ROOT)
    given(AWARD, event).when(nominate, NOMINATING).then()
    other = changed(nominate, achievement="khac")
    given(AWARD, event).when(other, NOMINATING).then_refused(NominatedOtherwise, unit_id=UNIT)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"campaign_open": False}, CampaignNotOpen),
        ({"title": None}, TitleUnknown),
        ({"line": ()}, UnitUnknown),
        ({"employment": None}, PersonUnknown),
        ({"phases": ()}, Invalid),
        ({"title": changed(TITLE, subjects=("collective",))}, SubjectNotForTitle),
    ],
)
def test_nobody_is_nominated_for_what_does_not_exist(facts: dict[str, Any], refusal: Any) -> None:
    given(AWARD).when(nominate, changed(NOMINATING, **facts)).then_refused(refusal)


def test_nobody_is_nominated_for_a_year_outside_the_campaign() -> None:
    of_2024 = changed(NOMINATING, horizon=Span(code="2024", opens_on=date(2024, 1, 1), closes_on=date(2024, 12, 31)))
    given(AWARD).when(nominate, of_2024).then(*nominated)
    given(AWARD).when(changed(nominate, year=2023), of_2024).then_refused(Invalid, field="year")


def test_where_a_line_lacks_the_level_that_decides_the_next_above_does() -> None:
    short = changed(NOMINATING, line=(LINE[0], LINE[2]), title=changed(TITLE, decided_by="upper"))
    assert next_events(AWARD, (), nominate, short)[0].deciding_unit_id == ROOT
    own = changed(NOMINATING, title=changed(TITLE, decided_by="grassroots"))
    assert next_events(AWARD, (), nominate, own)[0].deciding_unit_id == UNIT


def test_a_dossier_is_returned_and_completed_and_appraised_again() -> None:
    back = ReturnDossier(reason="thiếu minh chứng")
    again = CompleteDossier(report="bổ sung", evaluation_id=OTHER)
    completed = DossierCompleted(report="bổ sung", registration_id=None, evaluation_id=OTHER)
    given(AWARD, *appraised).when(back).then(returned)
    given(AWARD, *appraised, returned).when(back).then()
    given(AWARD, *published).when(back).then_refused(WrongState, status="published")
    given(AWARD, *appraised, returned).when(again).then(completed)
    given(AWARD, *appraised, returned, completed).when(again).then()
    given(AWARD, *nominated).when(again).then_refused(WrongState)
    given(AWARD, *appraised, returned, completed).when(CheckEligibility(), CHECKING).then_refused(WrongState)


def test_the_unit_above_appraises_and_what_it_does_not_support_goes_no_further() -> None:
    given(AWARD, *nominated).when(appraise).then(DossierAppraised(supports=True, opinion="đồng ý"))
    given(AWARD, *appraised).when(appraise).then()
    given(AWARD).when(appraise).then_refused(AwardUnknown)
    against = DossierAppraised(supports=False, opinion="không")
    given(AWARD, *nominated, against).when(CheckEligibility(), CHECKING).then_refused(NotSupported)


def test_eligibility_is_recorded_with_its_rules_its_case_and_its_reasons() -> None:
    event = checked[-1]
    assert event.eligible
    assert [reason.rule for reason in event.reasons] == ["registered", "not-awarded-twice", "direct-worker-priority"]
    assert rerun(event) == event.reasons
    given(AWARD, *checked).when(CheckEligibility(), CHECKING).then()
    given(AWARD, *nominated).when(CheckEligibility(), CHECKING).then_refused(WrongState)
    given(AWARD, *appraised).when(CheckEligibility(), Facts()).then_refused(RulesUnknown)


def test_who_is_not_eligible_is_not_published_and_the_reasons_stay() -> None:
    unregistered = Facts(rule_set=RULES, case=changed(CASE, registered=False))
    (event,) = next_events(AWARD, appraised, CheckEligibility(), unregistered)
    assert not event.eligible
    given(AWARD, *appraised, event).when(publish).then_refused(NotEligible)
    (mended,) = next_events(AWARD, (*appraised, event), CheckEligibility(), CHECKING)
    assert mended.eligible


def test_a_dossier_is_published_for_comment() -> None:
    event = AwardPublished(
        published_from=date(2024, 6, 10), published_until=date(2024, 6, 21), channel="Cổng thông tin"
    )
    given(AWARD, *checked).when(publish).then(event)
    given(AWARD, *published).when(publish).then()
    backwards = changed(publish, published_until=date(2024, 6, 9))
    given(AWARD, *checked).when(backwards).then_refused(Invalid, field="published_until")
    given(AWARD, *appraised).when(publish).then_refused(WrongState)


def test_days_of_publication_are_not_claimed_after_the_fact_unless_the_day_of_the_paper_is_stated() -> None:
    today = changed(publish, published_from=date(2024, 6, 30), published_until=date(2024, 7, 20), happened_on=None)
    assert next_events(AWARD, checked, today)[0].published_from == date(2024, 6, 30)
    ahead = changed(today, published_from=date(2024, 7, 1))
    assert next_events(AWARD, checked, ahead)[0].published_from == date(2024, 7, 1)
    for claimed in (
        changed(today, published_from=date(2024, 6, 29)),
        changed(publish, happened_on=date(2024, 6, 11)),
        changed(publish, happened_on=None),
    ):
        given(AWARD, *checked).when(claimed).then_refused(Invalid, field="published_from")


def test_a_publication_that_still_runs_is_made_longer_and_one_that_is_over_is_not() -> None:
    longer = changed(publish, published_until=date(2024, 6, 28), happened_on=None)
    last, day_after = (NOON - timedelta(days=days) for days in (9, 8))
    event = changed(published[-1], published_until=date(2024, 6, 28))
    given(AWARD, *published).when(longer, None, last).then(event)
    given(AWARD, *published).when(longer, None, day_after).then_refused(Invalid, field="published_from")
    earlier = changed(longer, published_from=date(2024, 6, 9))
    given(AWARD, *published).when(earlier, None, last).then_refused(Invalid, field="published_from")


def test_a_window_that_was_too_short_is_published_again_until_the_vote() -> None:
    longer = changed(publish, published_until=date(2024, 6, 28))
    event = AwardPublished(
        published_from=date(2024, 6, 10), published_until=date(2024, 6, 28), channel="Cổng thông tin"
    )
    given(AWARD, *published).when(longer).then(event)
    given(AWARD, *published, event).when(longer).then()
    given(AWARD, *published, held).when(longer).then_refused(OnHold)
    given(AWARD, *voted).when(longer).then_refused(WrongState, status="voted")


def test_the_vote_is_taken_from_the_council_and_counted_against_its_roster() -> None:
    assert voted[-1].approved
    given(AWARD, *voted).when(take_vote, Facts(outcome=OUTCOME)).then()
    given(AWARD, *published).when(take_vote, Facts()).then_refused(VoteUnknown, session_id=SESSION)
    given(AWARD, *checked).when(take_vote, Facts(outcome=OUTCOME)).then_refused(WrongState)
    lost = changed(OUTCOME, vote=changed(VOTE, votes_for=8))
    (event,) = next_events(AWARD, published, take_vote, Facts(outcome=lost))
    assert not event.approved
    given(AWARD, *published, event).when(decide, DECIDING).then_refused(NotApproved)


def test_a_decision_pins_all_that_it_rests_on_so_that_anybody_can_judge_again() -> None:
    event = decided[-1]
    assert isinstance(event, AwardDecided)
    assert (event.case.vote, event.case.quotas, event.case.meets_on) == (VOTE, QUOTAS, date(2024, 6, 28))
    assert len(event.reasons) == len(RULES.rules)
    assert rerun(event) == event.reasons
    stricter = changed(RULES, rules=(VoteShareMin(**LAW, share_x100=9_500),))
    assert [reason.outcome for reason in rerun(event, stricter)] == ["against"]


def test_deciding_again_by_the_same_paper_changes_nothing_and_by_another_is_refused() -> None:
    given(AWARD, *decided).when(decide, DECIDING).then()
    other = changed(decide, decision=paper("101/QĐ"))
    given(AWARD, *decided).when(other, DECIDING).then_refused(DecidedOtherwise, decision="100/QĐ")
    given(AWARD, *published).when(decide, DECIDING).then_refused(WrongState)


def test_only_the_councils_own_decision_for_its_list_grants_the_award() -> None:
    refused = changed(DECIDING, outcome=changed(ISSUED, granted=False))
    given(AWARD, *voted).when(decide, refused).then_refused(NotApproved)
    given(AWARD, *voted).when(decide, changed(DECIDING, outcome=OUTCOME)).then_refused(NotApproved)
    other = changed(decide, decision=paper("101/QĐ"))
    given(AWARD, *voted).when(other, DECIDING).then_refused(Invalid, field="decision")


def test_what_was_granted_for_the_same_achievement_meanwhile_stands_in_the_way() -> None:
    meanwhile = changed(DECIDING, case=changed(CASE, same_achievement=(OTHER,)))
    given(AWARD, *voted).when(decide, meanwhile).then_refused(NotEligible)


def test_a_decision_is_not_dated_ahead() -> None:
    ahead = changed(decide, decision=paper("100/QĐ", "2024-07-01"))
    given(AWARD, *voted).when(ahead, DECIDING).then_refused(NotYetHappened, field="decision.issued")


def test_the_fast_path_needs_a_title_that_allows_it_and_skips_publication_and_council() -> None:
    fast = changed(nominate, fast_path=True, scheme="ad-hoc")
    given(AWARD).when(fast, NOMINATING).then_refused(NoFastPath)
    allowed = changed(NOMINATING, title=changed(TITLE, fast_path=True))
    given(AWARD).when(changed(fast, scheme="movement"), allowed).then_refused(NoFastPath)
    quick = carried_out(AWARD, (fast, allowed), appraise, (CheckEligibility(), CHECKING))
    given(AWARD, *quick).when(publish).then_refused(WrongState)
    (event,) = next_events(AWARD, quick, decide, CHECKING)
    assert (event.session_id, event.prize_vnd) == (None, 540_000)
    assert rerun(event) == event.reasons


def test_an_award_is_presented_after_its_decision() -> None:
    given(AWARD, *decided).when(present).then(AwardPresented(presented_on=date(2024, 6, 29), occasion=None))
    given(AWARD, *presented).when(present).then()
    given(AWARD, *voted).when(present).then_refused(WrongState)
    given(AWARD, *decided).when(PresentAward(presented_on=date(2024, 7, 1))).then_refused(NotYetHappened)
    before = PresentAward(presented_on=date(2024, 6, 27))
    given(AWARD, *decided).when(before).then_refused(Invalid, field="presented_on")


def test_a_dossier_is_declined_with_what_stood_in_its_way() -> None:
    unregistered = Facts(rule_set=RULES, case=changed(CASE, registered=False))
    (against,) = next_events(AWARD, appraised, CheckEligibility(), unregistered)
    decline, declined = (
        DeclineAward(reason="chưa đăng ký"),
        AwardDeclined(obstacles=("registered",), reason="chưa đăng ký"),
    )
    given(AWARD, *appraised, against).when(decline).then(declined)
    given(AWARD, *appraised, against, declined).when(decline).then()
    given(AWARD, *decided).when(decline).then_refused(WrongState, status="decided")


def test_while_a_complaint_is_pending_nothing_goes_on() -> None:
    hold = HoldAward(kind="complaint", reason="đơn thư")
    given(AWARD, *voted).when(hold).then(held)
    given(AWARD, *voted, held).when(hold).then()
    given(AWARD, *voted, held).when(decide, DECIDING).then_refused(OnHold, holds=["complaint"])
    given(AWARD, *checked, held).when(publish).then_refused(OnHold)
    given(AWARD, *published, held).when(take_vote, Facts(outcome=OUTCOME)).then_refused(OnHold)
    given(AWARD, *decided).when(hold).then_refused(WrongState)


def test_what_is_settled_is_released() -> None:
    release = ReleaseAward(kind="complaint", outcome="không có cơ sở")
    released = AwardReleased(kind="complaint", outcome="không có cơ sở")
    given(AWARD, *voted, held).when(release).then(released)
    given(AWARD, *voted, held, released).when(release).then()
    given(AWARD, *voted).when(release).then_refused(NotHeld, kind="complaint")


def test_an_award_is_revoked_with_its_ground_and_its_money_recovered() -> None:
    event = AwardRevoked(
        ground="false-declaration", reason="kê khai sai", document=paper("7/QĐ-HB", "2024-06-30"), recover_vnd=540_000
    )
    given(AWARD, *presented).when(revoke).then(event)
    given(AWARD, *presented, event).when(revoke).then()
    other = changed(revoke, ground="later-violation")
    given(AWARD, *presented, event).when(other).then_refused(DecidedOtherwise)
    given(AWARD, *voted).when(revoke).then_refused(WrongState)


def test_a_decisions_particulars_are_corrected_by_another_paper() -> None:
    event = AwardCorrected(decision=paper("100a/QĐ"), document=paper("8/QĐ-ĐC", "2024-06-30"), reason="sai số")
    given(AWARD, *decided).when(correct).then(event)
    given(AWARD, *decided, event).when(correct).then()
    given(AWARD, *voted).when(correct).then_refused(WrongState)
    assert AWARD.fold([*decided, event]).decision == paper("100a/QĐ")


def test_the_unit_hands_in_the_one_above_appraises_and_the_one_that_decides_decides() -> None:
    award = AWARD.fold(nominated)
    assert AWARD.unit(nominate, AWARD.initial) == UNIT
    assert AWARD.unit(CompleteDossier(report=""), award) == UNIT
    assert AWARD.unit(appraise, award) == ABOVE
    assert AWARD.unit(decide, award) == ROOT
    assert AWARD.person(decide, award) == PERSON
