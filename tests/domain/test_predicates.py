"""The rules of collectives, dossiers, runs of years, prizes and quotas: each said yes, no and unknown."""

from datetime import date
from typing import Any

import msgspec
import pytest

from domain.rules import (
    KINDS,
    AnyOf,
    BaseSalary,
    Case,
    ClassAtLeast,
    ClassGiven,
    CollectiveCount,
    Concurrence,
    ConcurrenceOf,
    Counted,
    Discipline,
    DossierParts,
    HoldersMin,
    HoldersShareMin,
    HoldsTitle,
    NoFatalAccident,
    NoMemberDiscipline,
    PointsAtLeast,
    PrizeCoefficient,
    ProposalsMax,
    QuotaCount,
    QuotaCountMax,
    Reason,
    Rule,
    RuleSet,
    SeniorityYearsMin,
    ServiceMonthsMin,
    TasksShareMin,
    TitleHeld,
    VoteCount,
    VoteShareMin,
    judge,
    mistakes,
    needs,
    prize_of,
    said,
)

LAW: dict[str, Any] = {"source": "law", "cites": "Luật Thi đua, khen thưởng"}
PERSON = Case(subject="individual", year=2024, day=date(2024, 12, 1), period_from=date(2024, 1, 1))
GROUP = msgspec.structs.replace(PERSON, subject="collective")
SALARIES = (
    BaseSalary(**LAW, effective_from=date(2023, 7, 1), monthly_vnd=1_800_000),
    BaseSalary(**LAW, effective_from=date(2024, 7, 1), monthly_vnd=2_340_000),
)


def rules(*members: Rule) -> RuleSet:
    return RuleSet(code="thu", name="Thử", issuer="Liên đoàn A", source="assumed", cites="bài thử", rules=members)


def asked(rule: Rule, case: Case = PERSON, **known: Any) -> Reason | None:
    reasons = judge(rules(rule), msgspec.structs.replace(case, **known))
    return reasons[0] if reasons else None


def outcome(rule: Rule, case: Case = PERSON, **known: Any) -> str:
    reason = asked(rule, case, **known)
    return reason.outcome if reason else "silent"


def held(*years: int, scheme: Any = "movement") -> tuple[TitleHeld, ...]:
    return tuple(TitleHeld(title="cstd-co-so", year=year, scheme=scheme, level="grassroots") for year in years)


def collective(**known: Any) -> CollectiveCount:
    return msgspec.structs.replace(CollectiveCount(members=100, counted_on=date(2024, 11, 1)), **known)


# --- R5: merit, and the clock after a discipline -------------------------------------


def test_ad_hoc_and_thematic_results_do_not_support_a_merit_proposal() -> None:
    rule = HoldsTitle(**LAW, title="cstd-co-so")
    for scheme in ("ad-hoc", "thematic"):
        assert outcome(rule, scheme="merit", titles=held(2024, scheme=scheme)) == "against"
        assert outcome(rule, scheme="movement", titles=held(2024, scheme=scheme)) == "for"
    reason = asked(rule, scheme="merit", titles=held(2024))
    assert reason is not None
    assert (reason.outcome, reason.facts["left_out"]) == ("for", "ad-hoc, thematic")
    assert outcome(msgspec.structs.replace(rule, not_towards_merit=()), scheme="merit", titles=held(2024)) == "for"


@pytest.mark.parametrize(
    ("discipline", "expected"),
    [
        (Discipline(kind="warning", on=date(2021, 3, 1), until=date(2021, 9, 1)), "for"),
        (Discipline(kind="warning", on=date(2021, 3, 1), until=date(2022, 1, 1)), "against"),
        (Discipline(kind="warning", on=date(2021, 3, 1), until=date(2023, 1, 1), lifted_on=date(2021, 12, 31)), "for"),
        (Discipline(kind="reprimand", on=date(2021, 3, 1)), "against"),
    ],
)
def test_after_a_discipline_the_clock_restarts(discipline: Discipline, expected: str) -> None:
    titles = HoldsTitle(**LAW, title="cstd-co-so", years=3)
    classes = ClassAtLeast(**LAW, classes=("manh",), years_running=3)
    given = tuple(ClassGiven(year=year, code="manh") for year in (2022, 2023, 2024))
    for case in (PERSON, GROUP):
        assert outcome(titles, case, titles=held(2022, 2023, 2024), disciplines=(discipline,)) == expected
        assert outcome(classes, case, classes=given, disciplines=(discipline,)) == expected
    old = msgspec.structs.replace(titles, restarts_after_discipline=False)
    assert outcome(old, titles=held(2022, 2023, 2024), disciplines=(discipline,)) == "for"


def test_a_title_of_any_earlier_year_may_be_enough() -> None:
    rule = HoldsTitle(**LAW, title="cstd-co-so", ending="earlier")
    assert outcome(rule, titles=held(2019)) == "for"
    assert outcome(rule, titles=held(2024)) == "against"


def test_years_as_a_member_are_full_years_on_the_day() -> None:
    rule = SeniorityYearsMin(**LAW, years=15)
    assert outcome(rule, joined_on=date(2009, 12, 1)) == "for"
    assert outcome(rule, joined_on=date(2009, 12, 2)) == "against"
    assert outcome(rule) == "unknown"
    assert outcome(rule, GROUP, joined_on=date(2009, 12, 1)) == "silent"


# --- R19 ---------------------------------------------------------------------------


def test_points_are_asked_for_each_year_of_the_run() -> None:
    rule = PointsAtLeast(**LAW, points_x100=9_600, years_running=2)
    good = (
        ClassGiven(year=2024, code="manh", points_x100=9_600),
        ClassGiven(year=2023, code="manh", points_x100=9_700),
    )
    assert outcome(rule, classes=good) == "for"
    assert outcome(rule, classes=(good[0], ClassGiven(year=2023, code="manh", points_x100=9_599))) == "against"
    assert outcome(rule, classes=good[:1]) == "against"
    assert outcome(rule, classes=(good[0], ClassGiven(year=2023, code="manh"))) == "unknown"
    assert outcome(rule) == "unknown"


def test_a_fatal_accident_of_the_period_stands_in_the_way_of_the_collective_alone() -> None:
    rule = NoFatalAccident(**LAW)
    assert outcome(rule, GROUP, fatal_accidents=(date(2023, 12, 31),)) == "for"
    assert outcome(rule, GROUP, fatal_accidents=(date(2024, 1, 1),)) == "against"
    assert outcome(rule, GROUP) == "unknown"
    assert outcome(rule) == "silent"


# --- R12 ---------------------------------------------------------------------------


def test_sixty_six_of_a_hundred_hold_the_title_and_seventy_are_needed() -> None:
    rule = HoldersShareMin(**LAW, title="ldtt", share_x100=7_000)
    reason = asked(rule, GROUP, collective=collective(titles=(Counted(code="ldtt", persons=66),)))
    assert reason is not None
    assert (reason.outcome, reason.facts["found"], reason.facts["members"], reason.facts["needed"]) == (
        "against",
        66,
        100,
        70,
    )
    assert said(reason, "vi") == "66 trong 100 người giữ danh hiệu ldtt, cần 70."
    assert said(reason, "en") == "66 of 100 persons hold the title ldtt, 70 needed."
    enough = collective(titles=(Counted(code="ldtt", persons=70),))
    assert outcome(rule, GROUP, collective=enough) == "for"
    assert outcome(rule, GROUP) == "unknown"
    assert outcome(rule, GROUP, collective=collective(members=None)) == "unknown"
    assert outcome(rule, collective=enough) == "silent"
    assert outcome(rule, GROUP, collective=collective(members=0)) == "against"


def test_all_complete_their_tasks_one_holds_the_higher_title_nobody_is_disciplined() -> None:
    tasks = TasksShareMin(**LAW, classes=("tot", "xuat-sac"), share_x100=10_000)
    done = (Counted(code="tot", persons=60), Counted(code="xuat-sac", persons=40), Counted(code="kem", persons=0))
    assert outcome(tasks, GROUP, collective=collective(classes=done)) == "for"
    assert outcome(tasks, GROUP, collective=collective(classes=done[:1])) == "against"
    holders = HoldersMin(**LAW, title="cstd", count=1)
    assert outcome(holders, GROUP, collective=collective(titles=(Counted(code="cstd", persons=1),))) == "for"
    assert outcome(holders, GROUP, collective=collective()) == "against"
    assert outcome(holders, GROUP) == "unknown"
    clean = NoMemberDiscipline(**LAW, from_kind="warning")
    assert outcome(clean, GROUP, collective=collective(disciplines=("reprimand",))) == "for"
    assert outcome(clean, GROUP, collective=collective(disciplines=("reprimand", "warning"))) == "against"
    assert outcome(clean, GROUP) == "unknown"


# --- R6, R8, R9, R11, R13, R17 --------------------------------------------------------


def test_the_prize_is_the_coefficient_times_the_base_salary_of_the_day() -> None:
    rule = PrizeCoefficient(**LAW, coefficient_x100=30, base_salaries=SALARIES)
    assert prize_of(rules(rule), date(2024, 6, 30)) == 540_000
    assert prize_of(rules(rule), date(2024, 7, 1)) == 702_000
    assert prize_of(rules(rule), date(2023, 6, 30)) is None
    assert prize_of(rules(), date(2024, 7, 1)) is None
    reason = asked(rule, prize_vnd=700_000)
    assert reason is not None
    assert (reason.outcome, reason.facts["stated_vnd"], reason.facts["due_vnd"]) == ("against", 700_000, 702_000)
    assert outcome(rule, prize_vnd=702_000) == outcome(rule) == "for"
    assert outcome(rule, day=date(2023, 6, 30)) == "unknown"


def test_the_named_body_must_have_agreed() -> None:
    rule = ConcurrenceOf(**LAW, body="ubnd-tinh")
    other, yes, no = (
        Concurrence(body=body, agrees=a) for body, a in (("x", True), ("ubnd-tinh", True), ("ubnd-tinh", False))
    )
    assert outcome(rule, concurrences=(other, yes)) == "for"
    assert outcome(rule, concurrences=(no,)) == "against"
    assert outcome(rule, concurrences=(no, yes)) == "for"
    assert outcome(rule, concurrences=(other,)) == outcome(rule) == "unknown"


def test_who_stepped_aside_stays_in_the_roster_unless_the_rule_reads_it_otherwise() -> None:
    vote = VoteCount(roster=10, present=9, in_writing=0, votes_for=8, votes_against=1, votes_invalid=0, recused=2)
    full = VoteShareMin(**LAW, share_x100=9_000)
    assert outcome(full, vote=vote) == "against"
    assert outcome(msgspec.structs.replace(full, recused_count=False), vote=vote) == "for"
    nobody = msgspec.structs.replace(vote, recused=10)
    assert outcome(msgspec.structs.replace(full, recused_count=False), vote=nobody) == "against"


def test_a_quota_may_be_a_number() -> None:
    rule = QuotaCountMax(**LAW, count=4)

    def quotas(granted: int) -> tuple[QuotaCount, ...]:
        return (QuotaCount(of="fixed-number", granted=granted, whole=4, frozen_on=date(2024, 12, 1)),)

    assert outcome(rule, quotas=quotas(4)) == "for"
    assert outcome(rule, quotas=quotas(5)) == "against"
    assert outcome(rule, quotas=()) == outcome(rule) == "unknown"


def test_a_dossier_has_its_parts() -> None:
    rule = DossierParts(**LAW, parts=("submission", "minutes"))
    assert outcome(rule, parts=("minutes", "submission", "electronic-file")) == "for"
    reason = asked(rule, parts=("submission",))
    assert reason is not None
    assert (reason.outcome, reason.facts["missing"]) == ("against", "minutes")
    assert outcome(rule) == "unknown"


def test_the_fifth_proposal_of_a_theme_is_one_too_many() -> None:
    rule = ProposalsMax(**LAW, count=4)
    assert outcome(rule, proposals=4) == "for"
    assert outcome(rule, proposals=5) == "against"
    assert outcome(rule) == "unknown"


# --- The set as a whole ----------------------------------------------------------------


def test_one_of_several_that_are_all_about_persons_says_nothing_of_a_collective() -> None:
    rule = AnyOf(**LAW, rules=(ServiceMonthsMin(**LAW, months=10), ServiceMonthsMin(**LAW, months=11)))
    assert outcome(rule, GROUP) == "silent"
    assert outcome(rule, service_months=10) == "for"


def test_each_predicate_needs_fields_that_a_case_has() -> None:
    fields = set(Case.__struct_fields__)
    assert {kind: set(cls.needs) - fields for kind, cls in KINDS.items() if set(cls.needs) - fields} == {}
    nested = AnyOf(**LAW, rules=(ServiceMonthsMin(**LAW, months=10), HoldersMin(**LAW, title="x", count=1)))
    assert needs(rules(nested), "collective")
    assert not needs(rules(nested), "parts")


def test_no_predicate_can_read_what_may_be_erased() -> None:
    """By type: nothing in a case is personal, at any depth."""
    assert "x-personal" not in msgspec.json.encode(msgspec.json.schema(Case)).decode()


def test_rules_that_contradict_each_other_are_named() -> None:
    def faults(*members: Rule) -> list[str]:
        return [path for path, _ in mistakes(rules(*members), "r")]

    share = VoteShareMin(**LAW, share_x100=9_000)
    assert faults(share) == ["r.rules[0].kind"]
    assert faults(ProposalsMax(**LAW, count=4), ProposalsMax(**LAW, count=5)) == ["r.rules[1].kind"]
    title = HoldsTitle(**LAW, title="a", years=2)
    assert faults(title, msgspec.structs.replace(title, years=3)) == ["r.rules[1].kind"]
    assert faults(title, msgspec.structs.replace(title, title="b")) == []
    prize = PrizeCoefficient(**LAW, coefficient_x100=30, base_salaries=tuple(reversed(SALARIES)))
    assert faults(prize) == ["r.rules[0].base_salaries[1].effective_from"]
    assert faults(AnyOf(**LAW, rules=(title, prize))) == [
        "r.rules[0].rules[1].kind",
        "r.rules[0].rules[1].base_salaries[1].effective_from",
    ]
