from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from domain.consistency import advice, check, faults
from domain.dates import (
    AfterEachPhase,
    Before,
    DateRule,
    NoLaterThan,
    OpenEnded,
    Span,
    WithinMonth,
    WithinWorkingDays,
    Yearly,
)
from domain.directive import (
    AllotmentsReached,
    Directive,
    DutiesDone,
    Kind,
    Measure,
    Population,
    UnitsClassified,
    UnitsRegistered,
    UnitsUnionised,
)
from domain.refusals import Invalid
from domain.rules import (
    AnyOf,
    ClassAtLeast,
    HoldersMin,
    HoldsTitle,
    PrizeCoefficient,
    Quorum,
    QuotaShareMax,
    Registered,
    Rule,
    TasksShareMin,
)
from tests.support.directives import (
    BLOCKS,
    DRIVE,
    DUTIES,
    ITEM,
    PHASES,
    PRINCIPLE,
    READING,
    REGISTRATIONS,
    RUBRIC,
    RULES,
    SMALL,
    TARGETS,
    TITLE,
)

LAW: dict[str, Any] = {"source": "law", "cites": "Luật Thi đua, khen thưởng"}

change = msgspec.structs.replace


def small(**parts: Any) -> Directive:
    return change(SMALL, **parts)


def paths(directive: Directive) -> list[str]:
    return [path for path, _ in faults(directive)]


def with_rule(rule: DateRule) -> Directive:
    return small(duties=(change(DUTIES[0], rule=rule), *DUTIES[1:]))


def with_measure(measure: Measure, **parts: Any) -> Directive:
    return small(targets=(change(TARGETS[0], measure=measure, **parts), *TARGETS[1:]))


def test_a_directive_whose_parts_fit_has_no_fault() -> None:
    assert faults(SMALL) == []
    check(SMALL)


def test_the_first_fault_is_refused_by_its_path() -> None:
    with pytest.raises(Invalid) as caught:
        check(small(horizon=change(SMALL.horizon, closes_on=date(2023, 1, 1))))
    assert caught.value.facts == {"field": "directive.horizon.closes_on", "reason": "closes before it opens"}


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "path"),
    [
        (date(2024, 12, 31), date(2024, 1, 1), "horizon.closes_on"),
        (date(2024, 1, 1), date(2045, 1, 1), "horizon.closes_on"),
        (date(9990, 1, 1), date(9999, 12, 31), "horizon.opens_on"),
        (date(1, 1, 1), date(2, 1, 1), "horizon.opens_on"),
    ],
)
def test_a_horizon_is_a_period_of_our_time(opens_on: date, closes_on: date, path: str) -> None:
    assert path in paths(small(horizon=Span(code="x", opens_on=opens_on, closes_on=closes_on)))


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ({"closes_on": date(2024, 7, 1), "opens_on": date(2024, 8, 1)}, "phases[1].closes_on"),
        ({"closes_on": date(2025, 1, 1)}, "phases[1].closes_on"),
        ({"opens_on": date(2023, 12, 31)}, "phases[1].opens_on"),
        ({"opens_on": None, "closes_on": date(2023, 12, 31)}, "phases[1].closes_on"),
        ({"code": "dot-1"}, "phases[1].code"),
        ({"opens_as_stated": "2024-09"}, "phases[1].opens_as_stated"),
        ({"opens_on": None, "opens_as_stated": "2024-08"}, "phases[1].opens_as_stated"),
    ],
)
def test_a_phase_lies_in_the_horizon_and_closes_after_it_opens(parts: dict[str, Any], path: str) -> None:
    assert path in paths(small(phases=(PHASES[0], change(PHASES[1], **parts))))


def test_phases_may_overlap() -> None:
    second = change(PHASES[1], opens_on=date(2024, 6, 1), opens_as_stated="2024-06")
    assert faults(small(phases=(PHASES[0], second))) == []


def test_a_drive_closes_after_it_opens_and_lies_in_a_known_phase() -> None:
    assert paths(small(drives=(change(DRIVE, closes_on=date(2024, 6, 1)),))) == ["drives[0].closes_on"]
    assert paths(small(drives=(change(DRIVE, phases=("dot-9",)),))) == ["drives[0].phases"]


@pytest.mark.parametrize(
    ("directive", "path"),
    [
        (small(items=(change(ITEM, block="khac"),)), "items[0].block"),
        (small(items=(change(ITEM, scored_by=("nang-suat",)),)), "items[0].scored_by"),
        (small(items=(ITEM, ITEM)), "items[1].code"),
        (small(blocks=(*BLOCKS, *BLOCKS)), f"blocks[{len(BLOCKS)}].code"),
        (small(distribution=(change(SMALL.distribution[0], duty="khac"),)), "distribution[0].duty"),
        (small(titles=(change(TITLE, rules="khac"),)), "titles[0].rules"),
        (small(principles=(change(PRINCIPLE, shown_by=("cong-khai",)),)), "principles[0].shown_by"),
        (small(registrations=(*REGISTRATIONS[:1], change(REGISTRATIONS[1], drive="khac"))), "registrations[1].drive"),
        (small(rubrics=(RUBRIC, RUBRIC)), "rubrics[1].code"),
        (small(rule_sets=(RULES, RULES)), "rule_sets[1].code"),
    ],
)
def test_a_code_that_is_named_exists_and_stands_once(directive: Directive, path: str) -> None:
    assert path in paths(directive)


def test_versions_of_one_table_hold_for_periods_that_do_not_overlap() -> None:
    first = change(RUBRIC, effective_until=date(2024, 7, 31))
    second = change(RUBRIC, version=2, effective_from=date(2024, 8, 1))
    assert paths(small(rubrics=(first, second))) == []
    early = change(second, effective_from=date(2024, 7, 31))
    assert paths(small(rubrics=(first, early))) == ["rubrics[1].effective_from"]
    backwards = change(first, effective_from=date(2024, 8, 1))
    assert paths(small(rubrics=(backwards,))) == ["rubrics[0].effective_until"]


def test_a_heading_of_the_rubric_is_scored_by_nobody_so_it_scores_no_item() -> None:
    assert paths(small(items=(change(ITEM, scored_by=("nang-suat-diem",)),))) == []
    assert paths(small(items=(change(ITEM, scored_by=("nang-suat",)),))) == ["items[0].scored_by"]


@pytest.mark.parametrize(
    ("directive", "path"),
    [
        (with_measure(DutiesDone(duties=("khac",))), "targets[0].measure.duties"),
        (with_measure(UnitsClassified(classes=("gioi",))), "targets[0].measure.classes"),
        (with_measure(UnitsRegistered(kinds=(Kind.OWN_TARGET,))), "targets[0].measure.kinds"),
        (with_measure(AllotmentsReached(kinds=(Kind.WORK,))), "targets[0].allotted"),
        (
            with_measure(AllotmentsReached(kinds=(Kind.WORK,), numbers_of="dang-ky")),
            "targets[0].measure.numbers_of",
        ),
        (with_measure(UnitsUnionised()), "targets[0].population.union"),
        (with_measure(TARGETS[0].measure, phase="dot-9"), "targets[0].phase"),
    ],
)
def test_a_target_measures_something_that_the_directive_has(directive: Directive, path: str) -> None:
    assert paths(directive) == [path]


def test_a_target_may_be_measured_against_the_numbers_of_another() -> None:
    assert faults(with_measure(AllotmentsReached(kinds=(Kind.WORK,), numbers_of="sang-kien"))) == []


def test_who_has_a_union_is_asked_of_those_without_one_too() -> None:
    assert faults(with_measure(UnitsUnionised(), population=Population(union="any"))) == []


def test_a_rule_asks_only_for_classes_that_the_rubric_gives() -> None:
    rule = ClassAtLeast(source="assumed", cites="giả định", classes=("gioi",))
    assert paths(small(rule_sets=(change(RULES, rules=(*RULES.rules, rule)),))) == ["rule_sets[0].rules[4].classes"]


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        (Before(day=date(2025, 1, 1)), "duties[0].rule.day"),
        (NoLaterThan(day=date(2025, 1, 1)), "duties[0].rule.day"),
        (Before(day=date(1, 1, 1)), "duties[0].rule.day"),
        (WithinMonth(month="2025-01"), "duties[0].rule.month"),
        (WithinMonth(month="0000-01"), "duties[0].rule.month"),
        (Yearly(years=(2025,)), "duties[0].rule.years"),
        (Yearly(years=(2024, 2024)), "duties[0].rule.years"),
    ],
)
def test_a_date_rule_stays_in_the_campaign_s_time(rule: DateRule, path: str) -> None:
    assert paths(with_rule(rule)) == [path]


def test_what_falls_due_the_year_before_is_allowed() -> None:
    assert faults(with_rule(NoLaterThan(day=date(2023, 12, 15)))) == []


def test_after_each_phase_needs_phases() -> None:
    without = small(phases=(), drives=(), targets=(), duties=(change(DUTIES[0], rule=AfterEachPhase(days=30)),))
    assert "duties[0].rule.kind" in paths(without)


def test_somebody_owes_each_duty() -> None:
    assert paths(small(duties=(change(DUTIES[0], bearers=()), *DUTIES[1:]))) == ["duties[0].bearers"]


def test_a_duty_is_fulfilled_by_registrations_that_the_directive_asks_for() -> None:
    changed = change(DUTIES[0], fulfilled_by=(Kind.OWN_TARGET,))
    assert paths(small(duties=(changed, *DUTIES[1:]))) == ["duties[0].fulfilled_by"]


def test_a_slogan_has_a_place_for_the_unit_s_name() -> None:
    assert paths(small(duties=(change(DUTIES[0], slogan="Thi đua"), *DUTIES[1:]))) == ["duties[0].slogan"]


def test_one_kind_has_one_rule_for_each_level() -> None:
    compact = change(REGISTRATIONS[0], code="khac", rule=OpenEnded())
    assert paths(small(registrations=(*REGISTRATIONS, compact))) == [f"registrations[{len(REGISTRATIONS)}].kind"]
    upper = change(compact, levels=("upper",))
    assert faults(small(registrations=(*REGISTRATIONS, upper))) == []
    assert small(registrations=(*REGISTRATIONS, upper)).registration(upper.kind, "upper") == upper


def test_mistakes_in_the_tables_are_named_under_the_directive() -> None:
    short = change(RUBRIC, standards=RUBRIC.standards[:1])
    assert "rubrics[0].standards" in paths(small(rubrics=(short,)))
    turned = change(RULES, effective_from=date(2024, 1, 1), effective_until=date(2023, 1, 1))
    assert paths(small(rule_sets=(turned,))) == ["rule_sets[0].effective_until"]


# --- Advice ---------------------------------------------------------------------


def advised(directive: Directive, parent: Span | None = None) -> set[tuple[str, str]]:
    return {(one.path, one.code) for one in advice(directive, parent=parent)}


def test_advice_names_what_is_allowed_and_worth_a_second_look() -> None:
    assert advised(SMALL) == {
        ("targets[0].comparator", "target-without-comparator"),
        ("duties[1].rule", "report-before-phase-ends"),
        ("duties[6].rule", "duty-without-date"),
        *((f"registrations[{index}].rule", "registration-without-deadline") for index in (0, 3, 5)),
    }


def test_phases_that_overlap_are_allowed_and_told() -> None:
    longer = replace(SMALL.phases[0], closes_on=date(2024, 8, 1))
    overlapping = replace(SMALL, phases=(longer, SMALL.phases[1]))
    assert faults(overlapping) == []
    assert ("phases[1]", "phases-overlap") in advised(overlapping)
    assert ("phases[1]", "phases-overlap") not in advised(SMALL)


def test_a_report_that_is_due_inside_a_phase_is_told() -> None:
    rule = Before(day=date(2024, 6, 25))
    duties = tuple(replace(duty, rule=rule) if duty.kind == "report" else duty for duty in SMALL.duties)
    assert ("duties[1].rule", "report-before-phase-ends") in advised(replace(SMALL, duties=duties))
    after = tuple(
        replace(duty, rule=Before(day=date(2024, 12, 31))) if duty.kind == "report" else duty for duty in SMALL.duties
    )
    assert ("duties[1].rule", "report-before-phase-ends") not in advised(replace(SMALL, duties=after))


def test_a_horizon_outside_the_parents_is_told() -> None:
    year = Span(code="2024", opens_on=date(2024, 1, 1), closes_on=date(2024, 12, 31))
    assert ("horizon", "horizon-outside-parent") not in advised(SMALL, year)
    half = replace(year, closes_on=date(2024, 6, 30))
    assert ("horizon", "horizon-outside-parent") in advised(SMALL, half)


def test_a_wording_that_contradicts_itself_is_told_until_it_is_interpreted() -> None:
    target = replace(SMALL.targets[0], comparator=">=", wording="có trên 90% trở lên CĐCS")
    unclear = replace(SMALL, targets=(target,), duties=())
    assert ("targets[0].wording", "wording-contradictory") in advised(unclear)
    read = replace(unclear, targets=(replace(target, interpretation=READING),))
    assert ("targets[0].wording", "wording-contradictory") not in advised(read)
    plain = replace(unclear, targets=(replace(target, wording="90% trở lên"),))
    assert ("targets[0].wording", "wording-contradictory") not in advised(plain)


def test_a_block_does_not_end_before_it_begins_and_holds_its_days() -> None:
    block = replace(SMALL.blocks[0], holds_from=date(2024, 7, 1), holds_until=date(2024, 7, 31))
    held = replace(SMALL, blocks=(block,))
    days = (date(2024, 6, 30), date(2024, 7, 1), date(2024, 7, 31), date(2024, 8, 1))
    assert [held.block_of("state-enterprise", day) is not None for day in days] == [False, True, True, False]
    backwards = replace(SMALL, blocks=(replace(block, holds_until=date(2024, 6, 1)),))
    assert ("blocks[0].holds_until", "ends before it begins") in faults(backwards)


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        (TasksShareMin(**LAW, classes=("gioi",), share_x100=1), "rule_sets[0].rules[4].classes"),
        (HoldsTitle(**LAW, title="khac"), "rule_sets[0].rules[4].title"),
        (HoldersMin(**LAW, title="khac", count=1), "rule_sets[0].rules[4].title"),
        (QuotaShareMax(**LAW, of="khac", share_x100=1), "rule_sets[0].rules[4].of"),
        (
            AnyOf(**LAW, rules=(HoldsTitle(**LAW, title="khac"), HoldsTitle(**LAW, title="lao-dong-tien-tien"))),
            "rule_sets[0].rules[4].rules[0].title",
        ),
        (Quorum(**LAW, numerator=1, denominator=2), "rule_sets[0].rules[4].kind"),
        (Registered(**LAW), "rule_sets[0].rules[4].kind"),
        (PrizeCoefficient(**LAW, coefficient_x100=30), "titles[0].prize_vnd"),
    ],
)
def test_a_rule_set_fits_the_directive_s_titles_and_tables(rule: Rule, path: str) -> None:
    assert paths(small(rule_sets=(change(RULES, rules=(*RULES.rules, rule)),))) == [path]


def test_each_rule_set_is_some_title_s_and_each_title_has_one() -> None:
    other = change(RULES, code="khac")
    assert paths(small(rule_sets=(RULES, other))) == ["rule_sets[1].code"]
    assert paths(small(rule_sets=(other,))) == ["rule_sets[0].code", "titles[0].rules"]


def test_working_days_are_counted_for_duties_and_not_from_a_demand() -> None:
    from_launch, from_demand = (WithinWorkingDays(days=5, of=of) for of in ("launch", "demand"))
    assert paths(small(duties=(change(DUTIES[0], rule=from_launch), *DUTIES[1:]))) == []
    assert paths(small(duties=(change(DUTIES[0], rule=from_demand), *DUTIES[1:]))) == ["duties[0].rule.of"]
    registrations = (change(REGISTRATIONS[0], rule=from_launch), *REGISTRATIONS[1:])
    assert paths(small(registrations=registrations)) == ["registrations[0].rule.kind"]
    after_phases = change(DUTIES[0], rule=WithinWorkingDays(days=5, of="phase-end"))
    assert "duties[0].rule.of" in paths(small(duties=(after_phases, *DUTIES[1:]), phases=()))
