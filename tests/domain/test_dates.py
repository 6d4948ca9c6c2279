from datetime import UTC, date, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import YearUnknown
from domain.dates import (
    AfterEachPhase,
    AtLaunch,
    Before,
    DateRule,
    NoLaterThan,
    OpenEnded,
    Span,
    WithinMonth,
    WithinWorkingDays,
    Yearly,
    local_day,
    month_end,
    occurrences,
)
from tests.support.calendars import CALENDAR

HORIZON = Span(code="2024", opens_on=date(2024, 1, 1), closes_on=date(2024, 12, 31))
PHASES = (
    Span(code="dot-1", opens_on=date(2024, 1, 1), closes_on=date(2024, 7, 31)),
    Span(code="dot-2", opens_on=date(2024, 8, 1), closes_on=date(2024, 12, 31)),
)
LAUNCHED = date(2024, 2, 21)


def due(rule: DateRule, *, launched_on: date = LAUNCHED, horizon: Span = HORIZON) -> list[tuple[str, date]]:
    found = occurrences(rule, launched_on=launched_on, horizon=horizon, phases=PHASES)
    return [(occurrence.code, occurrence.due_on) for occurrence in found]


def test_the_day_is_the_one_in_viet_nam() -> None:
    assert local_day(datetime(2024, 6, 24, 16, 59, 59, tzinfo=UTC)) == date(2024, 6, 24)
    assert local_day(datetime(2024, 6, 24, 17, tzinfo=UTC)) == date(2024, 6, 25)
    assert local_day(datetime(2024, 6, 25, 1, tzinfo=timezone(timedelta(hours=9)))) == date(2024, 6, 24)


def test_before_a_day_excludes_it() -> None:
    assert due(Before(day=date(2024, 6, 25))) == [("", date(2024, 6, 24))]
    assert due(Before(day=date(2024, 3, 1))) == [("", date(2024, 2, 29))]


def test_working_days_are_counted_from_the_day_after_over_weekends_and_holidays() -> None:
    def counted(days: int, of: str, launched_on: date = date(2024, 2, 6)) -> list[tuple[str, date]]:
        rule = WithinWorkingDays(days=days, of=of)  # type: ignore[arg-type]
        found = occurrences(rule, launched_on=launched_on, horizon=HORIZON, phases=PHASES, calendar=CALENDAR)
        return [(occurrence.code, occurrence.due_on) for occurrence in found]

    assert counted(3, "launch") == [("", date(2024, 2, 16))]
    assert counted(5, "demand", date(2024, 4, 25)) == [("", date(2024, 5, 6))]
    assert counted(5, "phase-end", date(2024, 1, 1))[0] == ("dot-1", date(2024, 8, 7))
    with pytest.raises(YearUnknown):
        counted(5, "launch", date(2026, 12, 30))


def test_no_later_than_a_day_includes_it() -> None:
    assert due(NoLaterThan(day=date(2024, 3, 15))) == [("", date(2024, 3, 15))]


@pytest.mark.parametrize(
    ("month", "last"),
    [("2024-02", date(2024, 2, 29)), ("2023-02", date(2023, 2, 28)), ("2021-04", date(2021, 4, 30))],
)
def test_within_a_month_lasts_to_its_last_day(month: str, last: date) -> None:
    assert due(WithinMonth(month=month)) == [("", last)]
    assert month_end(month) == last


def test_after_each_phase_counts_from_the_day_it_closes() -> None:
    assert due(AfterEachPhase(days=30)) == [("dot-1", date(2024, 8, 30)), ("dot-2", date(2025, 1, 30))]


def test_it_can_be_handed_in_from_the_day_the_phase_closes() -> None:
    first, _ = occurrences(AfterEachPhase(days=30), launched_on=LAUNCHED, horizon=HORIZON, phases=PHASES)
    assert first.opens_on == date(2024, 7, 31)


def test_without_phases_nothing_falls_due_after_each() -> None:
    assert occurrences(AfterEachPhase(days=30), launched_on=LAUNCHED, horizon=HORIZON, phases=()) == []


def test_yearly_falls_due_in_every_year_of_the_horizon() -> None:
    decade = Span(code="2021-2030", opens_on=date(2021, 1, 1), closes_on=date(2030, 12, 31))
    assert due(Yearly(), horizon=decade) == [(str(year), date(year, 12, 31)) for year in range(2021, 2031)]
    assert due(Yearly(years=(2025, 2030), month_day="06-30"), horizon=decade) == [
        ("2025", date(2025, 6, 30)),
        ("2030", date(2030, 6, 30)),
    ]


def test_the_29th_of_february_is_the_28th_in_other_years() -> None:
    leap = Span(code="2023-2024", opens_on=date(2023, 1, 1), closes_on=date(2024, 12, 31))
    assert due(Yearly(month_day="02-29"), horizon=leap) == [("2023", date(2023, 2, 28)), ("2024", date(2024, 2, 29))]


def test_at_launch_counts_from_the_launch_day() -> None:
    assert due(AtLaunch(days=30), launched_on=date(2023, 2, 1)) == [("", date(2023, 3, 3))]
    assert due(AtLaunch(days=0)) == [("", LAUNCHED)]


def test_open_ended_can_be_asked_for_until_the_campaign_s_last_day() -> None:
    assert due(OpenEnded()) == [("", date(2024, 12, 31))]


def test_a_day_before_the_launch_is_due_all_the_same() -> None:
    (only,) = occurrences(NoLaterThan(day=date(2024, 1, 15)), launched_on=LAUNCHED, horizon=HORIZON, phases=PHASES)
    assert (only.opens_on, only.due_on) == (date(2024, 1, 15), date(2024, 1, 15))


DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2024, 12, 31))
RULES = st.one_of(
    st.builds(Before, day=DAYS),
    st.builds(NoLaterThan, day=DAYS),
    st.builds(AfterEachPhase, days=st.integers(0, 366)),
    st.builds(AtLaunch, days=st.integers(0, 366)),
    st.builds(OpenEnded),
    st.builds(WithinMonth, month=st.integers(1, 12).map(lambda month: f"2024-{month:02}")),
    st.builds(Yearly, month_day=DAYS.map(lambda day: f"{day:%m-%d}")),
)


@given(RULES, DAYS)
def test_every_rule_opens_before_it_falls_due_and_has_occurrences_of_its_own(rule: DateRule, launched_on: date) -> None:
    found = occurrences(rule, launched_on=launched_on, horizon=HORIZON, phases=PHASES)
    assert found
    assert all(occurrence.opens_on <= occurrence.due_on for occurrence in found)
    assert len({occurrence.code for occurrence in found}) == len(found)


@given(RULES)
def test_a_rule_keeps_its_kind_in_storage(rule: DateRule) -> None:
    assert msgspec.json.decode(msgspec.json.encode(rule), type=DateRule) == rule
