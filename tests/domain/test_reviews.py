from datetime import date

from domain.reviews import reviews_due
from domain.schedule import reckon
from tests.support.directive_table import directive_of

DECADE = directive_of("thanh-hoa")
_, DATES = reckon(DECADE, date(2021, 3, 1))
ALL = [(each.duty, each.occurrence) for each in DATES]


def test_a_decade_is_reviewed_each_year_after_five_and_at_its_end() -> None:
    asked = [(due.scope, due.period) for due in reviews_due(DECADE, ALL, [], date(2021, 1, 1))]
    years = [("year", str(year)) for year in range(2021, 2031)]
    assert sorted(asked) == sorted([*years, ("five-year", "2025"), ("final", "2030")])


def test_what_was_not_held_is_due_and_then_overdue() -> None:
    def states(day: date, *held: tuple[str, str]) -> dict[tuple[str, str], str]:
        return {(due.scope, due.period): due.state for due in reviews_due(DECADE, ALL, held, day)}

    last_day = states(date(2025, 12, 31), ("year", "2024"))
    assert (last_day["year", "2024"], last_day["year", "2023"]) == ("held", "overdue")
    assert (last_day["year", "2025"], last_day["five-year", "2025"]) == ("due", "due")
    assert last_day["year", "2026"] == last_day["final", "2030"] == "not-due"
    day_after = states(date(2026, 1, 1), ("five-year", "2021-2025"))
    assert (day_after["year", "2025"], day_after["five-year", "2025"]) == ("overdue", "held")


def test_two_duties_for_one_phase_ask_for_one_review() -> None:
    kon_tum = directive_of("kon-tum")
    _, dates = reckon(kon_tum, date(2024, 2, 21))
    due = reviews_due(kon_tum, [(each.duty, each.occurrence) for each in dates] * 2, [], date(2024, 8, 1))
    assert [(one.scope, one.period, one.state) for one in due] == [
        ("phase", "dot-1", "due"),
        ("phase", "dot-2", "not-due"),
    ]
