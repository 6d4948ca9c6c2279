"""Working days: what is a day off is data, and what is not known is not guessed."""

from datetime import date

import msgspec
import pytest

from domain.calendar import CalendarYear, MarkedDay, YearUnknown, mistakes
from tests.support.calendars import CALENDAR


def test_a_weekend_and_a_holiday_are_days_off_and_a_swapped_saturday_is_worked() -> None:
    off = {date(2024, 2, 10), date(2024, 2, 12), date(2024, 4, 29), date(2024, 5, 5), date(2024, 9, 3)}
    worked = {date(2024, 2, 15), date(2024, 5, 4), date(2024, 4, 26)}
    assert {day for day in off | worked if CALENDAR.is_working(day)} == worked


def test_working_days_are_counted_over_tet() -> None:
    assert CALENDAR.between(after=date(2024, 2, 6), until=date(2024, 2, 16)) == 3
    assert CALENDAR.after(date(2024, 2, 6), 3) == date(2024, 2, 16)
    assert CALENDAR.first_working_day(date(2024, 2, 8)) == date(2024, 2, 15)
    assert CALENDAR.first_working_day(date(2024, 2, 15)) == date(2024, 2, 15)


@pytest.mark.parametrize("year", range(2021, 2027))
def test_each_year_has_the_days_that_the_law_names_and_five_of_tet(year: int) -> None:
    assert not any(CALENDAR.is_working(date(year, *day)) for day in ((1, 1), (4, 30), (5, 1), (9, 2)))
    found = next(each for each in CALENDAR.years if each.year == year)
    assert sum(each.name == "Tết Nguyên đán" for each in found.days_off) >= 5
    assert all(each.source == "assumed" for each in found.days_off if each.name == "Tết Nguyên đán")


def test_a_year_that_nobody_has_announced_is_refused() -> None:
    with pytest.raises(YearUnknown) as caught:
        CALENDAR.after(date(2026, 12, 30), 5)
    assert caught.value.facts == {"calendar": "viet-nam", "year": 2027}


def test_a_calendar_that_contradicts_itself_is_told_where() -> None:
    def day(year: int, month: int, number: int) -> MarkedDay:
        return MarkedDay(day=date(year, month, number), name="Lễ", source="assumed", cites="-")

    wrong = CalendarYear(year=2030, days_off=(day(2031, 1, 1), day(2030, 5, 1)), worked=(day(2030, 5, 1),))
    found = dict(mistakes(msgspec.structs.replace(CALENDAR, years=(wrong, wrong))))
    assert list(found) == [
        "years[0].days_off[0].day",
        "years[0].worked[0].day",
        "years[1].year",
        "years[1].days_off[0].day",
        "years[1].worked[0].day",
    ]
    assert list(mistakes(CALENDAR)) == []
