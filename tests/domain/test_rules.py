from datetime import date
from typing import Any

import msgspec
import pytest

from domain.rules import (
    AbsenceDaysMax,
    AnyOf,
    Case,
    ClassAtLeast,
    ClassGiven,
    ComprehensiveExcludesThematic,
    DirectWorkerPriority,
    Discipline,
    ElectedByCluster,
    HoldsTitle,
    NoDiscipline,
    NoHold,
    NotAwardedTwice,
    PublicationWorkingDaysMin,
    Quorum,
    QuotaCount,
    QuotaShareMax,
    RecognisedInitiative,
    Registered,
    Rule,
    RuleSet,
    ServiceMonthsMin,
    TitleHeld,
    VoteCount,
    VoteShareMin,
    judge,
    kind_of,
    mistakes,
    obstacles,
    working_days,
)

AWARD = "00000000-0000-4000-8000-000000000009"
LAW: dict[str, Any] = {"source": "law", "cites": "Luật Thi đua, khen thưởng"}
BARE = Case(subject="individual", year=2024, day=date(2024, 12, 1), period_from=date(2024, 1, 1))


def rules(*members: Rule) -> RuleSet:
    return RuleSet(code="thu", name="Thử", issuer="Liên đoàn A", source="assumed", cites="bài thử", rules=members)


def outcome(rule: Rule, **case: Any) -> str:
    """What the rule says of a bare case with these fields known; "silent" where it says nothing."""
    reasons = judge(rules(rule), msgspec.structs.replace(BARE, **case))
    return reasons[0].outcome if reasons else "silent"


def votes(*, roster: int, present: int, votes_for: int) -> VoteCount:
    return VoteCount(
        roster=roster, present=present, in_writing=0, votes_for=votes_for, votes_against=0, votes_invalid=0
    )


def held(*years: int, title: str = "cstd-co-so") -> tuple[TitleHeld, ...]:
    return tuple(TitleHeld(title=title, year=year, scheme="movement", level="grassroots") for year in years)


def test_who_is_not_registered_is_not_considered() -> None:
    assert outcome(Registered(**LAW), registered=True) == "for"
    assert outcome(Registered(**LAW), registered=False) == "against"
    assert outcome(Registered(**LAW)) == "unknown"


def test_whom_the_cluster_elected_may_be_nominated_and_of_a_person_it_is_not_asked() -> None:
    rule, alternative = ElectedByCluster(**LAW), AnyOf(**LAW, rules=(ElectedByCluster(**LAW), Registered(**LAW)))
    assert outcome(rule, subject="collective", elected=True) == "for"
    assert outcome(rule, subject="collective", elected=False) == "against"
    assert outcome(rule, subject="collective") == "unknown"
    assert outcome(rule, subject="individual", elected=None) == "silent"
    assert outcome(alternative, subject="collective", elected=True) == "for"
    assert outcome(alternative, subject="individual", registered=False) == "against"


def test_a_class_may_be_asked_for_several_years_running() -> None:
    strong = (ClassGiven(year=2024, code="manh"), ClassGiven(year=2023, code="manh"))
    once = ClassAtLeast(**LAW, classes=("manh", "xuat-sac"))
    three = ClassAtLeast(**LAW, classes=("manh", "xuat-sac"), years_running=3)
    assert outcome(once, classes=strong) == "for"
    assert outcome(three, classes=strong) == "against"
    assert outcome(three, classes=(*strong, ClassGiven(year=2022, code="xuat-sac"))) == "for"
    assert outcome(once, classes=(ClassGiven(year=2024, code="kha"),)) == "against"
    assert outcome(once, classes=()) == "unknown"


def test_ten_months_of_service_are_enough_and_nine_are_not() -> None:
    assert outcome(ServiceMonthsMin(**LAW, months=10), service_months=10) == "for"
    assert outcome(ServiceMonthsMin(**LAW, months=10), service_months=9) == "against"
    assert outcome(ServiceMonthsMin(**LAW, months=10)) == "unknown"


def test_forty_days_of_absence_exclude_unless_it_was_maternity_leave() -> None:
    rule = AbsenceDaysMax(**LAW, days=39)
    assert outcome(rule, absent_days=39) == "for"
    assert outcome(rule, absent_days=40) == "against"
    assert outcome(rule, absent_days=120, maternity=True) == "for"
    assert outcome(rule) == "unknown"


@pytest.mark.parametrize(
    ("discipline", "expected"),
    [
        (Discipline(kind="warning", on=date(2024, 3, 1)), "against"),
        (Discipline(kind="reprimand", on=date(2024, 3, 1)), "for"),
        (Discipline(kind="warning", on=date(2023, 3, 1), until=date(2024, 2, 29)), "against"),
        (Discipline(kind="warning", on=date(2023, 3, 1)), "against"),
        (Discipline(kind="warning", on=date(2023, 3, 1), until=date(2023, 12, 31)), "for"),
        (
            Discipline(kind="warning", on=date(2023, 3, 1), until=date(2024, 2, 29), lifted_on=date(2023, 9, 1)),
            "for",
        ),
    ],
)
def test_a_discipline_counts_if_imposed_or_running_in_the_period(discipline: Discipline, expected: str) -> None:
    assert outcome(NoDiscipline(**LAW, from_kind="warning"), disciplines=(discipline,)) == expected


def test_a_collective_is_not_asked_about_one_persons_service_or_discipline() -> None:
    members = (ServiceMonthsMin(**LAW, months=10), NoDiscipline(**LAW), DirectWorkerPriority(**LAW))
    assert judge(rules(*members), msgspec.structs.replace(BARE, subject="collective")) == ()


def test_while_something_is_pending_nothing_goes_on() -> None:
    assert outcome(NoHold(**LAW), held=True) == "against"
    assert outcome(NoHold(**LAW), held=False) == "for"


def test_one_achievement_is_not_awarded_twice() -> None:
    assert outcome(NotAwardedTwice(**LAW), same_achievement=(AWARD,)) == "against"
    assert outcome(NotAwardedTwice(**LAW), same_achievement=()) == "for"
    assert outcome(NotAwardedTwice(**LAW)) == "unknown"


def test_a_title_held_for_three_years_must_have_been_held_without_a_gap() -> None:
    rule = HoldsTitle(**LAW, title="cstd-co-so", years=3)
    assert outcome(rule, titles=held(2022, 2023, 2024)) == "for"
    assert outcome(rule, titles=held(2021, 2022, 2024)) == "against"
    assert outcome(rule, titles=held(2021, 2022, 2023)) == "against"
    assert outcome(rule, titles=held(2022, 2023, 2024, title="khac")) == "against"
    assert outcome(HoldsTitle(**LAW, title="cstd-co-so", years=3, ending="either"), titles=held(2021, 2022, 2023)) == (
        "for"
    )
    assert outcome(HoldsTitle(**LAW, title="cstd-co-so", ending="last-year"), titles=held(2024)) == "against"


def test_an_initiative_must_reach_as_far_as_the_title_asks() -> None:
    rule = RecognisedInitiative(**LAW, scope="province")
    assert outcome(rule, initiatives=("grassroots", "nationwide")) == "for"
    assert outcome(rule, initiatives=("grassroots",)) == "against"
    assert outcome(rule) == "unknown"


def test_direct_work_is_a_reason_for_and_its_lack_no_obstacle() -> None:
    assert outcome(DirectWorkerPriority(**LAW), employment="direct-worker") == "for"
    assert outcome(DirectWorkerPriority(**LAW), employment="leader") == "silent"


def test_excellent_completion_or_an_initiative_is_enough() -> None:
    rule = AnyOf(**LAW, rules=(ClassAtLeast(**LAW, classes=("xuat-sac",)), RecognisedInitiative(**LAW)))
    good = (ClassGiven(year=2024, code="kha"),)
    assert outcome(rule, classes=good, initiatives=("grassroots",)) == "for"
    assert outcome(rule, classes=good, initiatives=()) == "against"
    assert outcome(rule, classes=good) == "unknown"


def test_the_merit_award_of_a_level_excludes_its_thematic_one_in_that_year() -> None:
    merit = (TitleHeld(title="bang-khen", year=2024, scheme="merit", level="federation"),)
    rule = ComprehensiveExcludesThematic(**LAW)
    assert outcome(rule, scheme="thematic", titles=merit) == "against"
    assert outcome(rule, scheme="thematic", titles=merit, level="upper") == "for"
    assert outcome(rule, scheme="thematic", titles=merit, year=2023) == "for"
    assert outcome(rule, scheme="merit", titles=merit) == "for"


def test_ten_working_days_of_publication_leave_out_weekends_and_holidays() -> None:
    published: dict[str, Any] = {"published_from": date(2024, 8, 19), "published_until": date(2024, 12, 31)}
    national_day = (date(2024, 9, 2), date(2024, 9, 3))
    rule = PublicationWorkingDaysMin(**LAW, days=10, holidays=national_day)
    assert outcome(rule, **published, meets_on=date(2024, 9, 4)) == "against"
    assert outcome(rule, **published, meets_on=date(2024, 9, 5)) == "for"
    assert outcome(PublicationWorkingDaysMin(**LAW, days=10), **published, meets_on=date(2024, 9, 3)) == "for"
    assert outcome(rule, **published | {"published_until": date(2024, 8, 30)}, meets_on=date(2024, 9, 30)) == (
        "against"
    )
    assert outcome(rule) == "unknown"


def test_the_first_day_of_publication_is_not_counted() -> None:
    assert working_days(after=date(2024, 6, 3), until=date(2024, 6, 3), holidays=()) == 0
    assert working_days(after=date(2024, 6, 3), until=date(2024, 6, 10), holidays=()) == 5


def test_a_quorum_is_two_thirds_of_the_full_roster_exactly() -> None:
    rule = Quorum(**LAW, numerator=2, denominator=3)
    assert outcome(rule, vote=votes(roster=9, present=6, votes_for=6)) == "for"
    assert outcome(rule, vote=votes(roster=10, present=6, votes_for=6)) == "against"


def test_votes_count_against_the_full_roster_and_not_against_those_present() -> None:
    rule = VoteShareMin(**LAW, share_x100=9_000)
    assert outcome(rule, vote=votes(roster=10, present=9, votes_for=9)) == "for"
    assert outcome(rule, vote=votes(roster=11, present=9, votes_for=9)) == "against"


def test_a_quota_of_fifteen_percent_lets_three_of_twenty_through() -> None:
    rule = QuotaShareMax(**LAW, of="lao-dong-tien-tien", share_x100=1_500)

    def quota(granted: int) -> tuple[QuotaCount, ...]:
        return (QuotaCount(of="lao-dong-tien-tien", granted=granted, whole=20, frozen_on=date(2024, 12, 1)),)

    assert outcome(rule, quotas=quota(3)) == "for"
    assert outcome(rule, quotas=quota(4)) == "against"
    assert outcome(rule, quotas=()) == "unknown"


def test_what_is_not_known_stands_in_the_way() -> None:
    reasons = judge(rules(Registered(**LAW), NoHold(**LAW)), msgspec.structs.replace(BARE, held=False))
    assert [reason.rule for reason in obstacles(reasons)] == ["registered"]


def test_each_reason_says_which_paper_it_rests_on_and_what_it_compared() -> None:
    (reason,) = judge(rules(ServiceMonthsMin(**LAW, months=10)), msgspec.structs.replace(BARE, service_months=9))
    assert (reason.source, reason.cites) == ("law", "Luật Thi đua, khen thưởng")
    assert reason.facts == {"months_min": 10, "months": 9}


def test_on_the_fast_path_neither_publication_nor_vote_is_asked() -> None:
    members = (Registered(**LAW), PublicationWorkingDaysMin(**LAW, days=10), VoteShareMin(**LAW, share_x100=9_000))
    reasons = judge(rules(*members), msgspec.structs.replace(BARE, fast_path=True))
    assert [reason.rule for reason in reasons] == ["registered"]


def test_a_stage_asks_its_own_rules_only() -> None:
    members = (Registered(**LAW), Quorum(**LAW, numerator=2, denominator=3))
    assert [reason.rule for reason in judge(rules(*members), BARE, "vote")] == ["quorum"]


def test_a_mistake_is_named_with_its_path() -> None:
    nested = AnyOf(**LAW, rules=(Registered(**LAW), VoteShareMin(**LAW, share_x100=1)))
    faulty = rules(Quorum(**LAW, numerator=4, denominator=3), nested, VoteShareMin(**LAW, share_x100=1))
    assert [path for path, _ in mistakes(faulty, "rules")] == [
        "rules.rules[0].numerator",
        "rules.rules[1].rules[1].kind",
    ]
    backwards = msgspec.structs.replace(rules(), effective_from=date(2024, 1, 1), effective_until=date(2023, 1, 1))
    assert [path for path, _ in mistakes(backwards)] == ["rule_set.effective_until"]


def test_a_rule_set_survives_its_way_through_json() -> None:
    whole = rules(
        AnyOf(**LAW, rules=(Registered(**LAW), RecognisedInitiative(**LAW, scope="province"))),
        NoDiscipline(**LAW, from_kind="warning", since=date(2024, 1, 1)),
    )
    assert msgspec.json.decode(msgspec.json.encode(whole), type=RuleSet) == whole
    assert kind_of(whole.rules[0]) == "any-of"
