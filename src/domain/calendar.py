"""Working days: Monday to Friday, less the public holidays, plus the days that were swapped for one. All of it is data:
a year that nobody has announced is unknown, and is never guessed."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal

import msgspec

from domain.decider import Message, Name
from domain.ids import Slug
from domain.refusals import Conflict

SATURDAY = 5
Days = Annotated[int, msgspec.Meta(ge=0, le=366)]


class YearUnknown(Conflict):
    """The calendar of working days does not have this year."""

    code = "calendar.year-unknown"


class MarkedDay(Message, frozen=True, kw_only=True):
    """A day that is not what its weekday says, and the law or notice that says so. `assumed`: not confirmed."""

    day: date
    name: Name
    source: Literal["law", "assumed"]
    cites: Name


class CalendarYear(Message, frozen=True, kw_only=True):
    """`days_off` are no working days; `worked` are days of a weekend that were worked in exchange for one of them."""

    year: Annotated[int, msgspec.Meta(ge=1900, le=2199)]
    days_off: tuple[MarkedDay, ...]
    worked: tuple[MarkedDay, ...] = ()


class Reminding(Message, frozen=True, kw_only=True):
    """When reminders go out: so many days before the last day in time (0: on it), and each `every_days` once it is
    past. `assumed` where no paper says so."""

    before_days: Annotated[tuple[Days, ...], msgspec.Meta(min_length=1, max_length=20)]
    every_days: Annotated[int, msgspec.Meta(ge=1, le=366)]
    source: Literal["law", "assumed"]
    cites: Name


class Term(Message, frozen=True, kw_only=True):
    """How long there is: so many days after the first, which does not count; `working` ones, or all. `assumed` where it
    was not held against the law."""

    days: Annotated[int, msgspec.Meta(ge=1, le=366)]
    counted: Literal["calendar", "working"]
    source: Literal["law", "assumed"]
    cites: Name


class Answering(Message, frozen=True, kw_only=True):
    """How long there is to answer a person who asks what is held about them, or that it be erased."""

    access: Term
    erasure: Term


class WorkingCalendar(Message, frozen=True, kw_only=True):
    """The calendar of one country. `terms` says what becomes of a term whose last day is a day off."""

    code: Slug
    name: Name
    terms: Name
    reminders: Reminding
    requests: Answering
    years: tuple[CalendarYear, ...]

    def is_working(self, day: date) -> bool:
        """Raises: YearUnknown."""
        year = self._year(day.year)
        if day in (each.day for each in year.days_off):
            return False
        return day.weekday() < SATURDAY or day in (each.day for each in year.worked)

    def first_working_day(self, day: date) -> date:
        """The day itself, or the next one that is worked. Raises: YearUnknown."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def after(self, day: date, days: int) -> date:
        """The day that is `days` working days after `day`, which does not count. Raises: YearUnknown."""
        for _ in range(days):
            day = self.first_working_day(day + timedelta(days=1))
        return day

    def ends(self, term: Term, *, after: date) -> date:
        """The last day of a term that begins after `after`; a day off goes on to the next working day.

        Raises: YearUnknown.
        """
        if term.counted == "working":
            return self.after(after, term.days)
        return self.first_working_day(after + timedelta(days=term.days))

    def between(self, *, after: date, until: date) -> int:
        """Working days from the day after `after` up to `until`, which counts. Raises: YearUnknown."""
        days = (after + timedelta(days=number) for number in range(1, (until - after).days + 1))
        return sum(self.is_working(day) for day in days)

    def knows(self, day: date) -> bool:
        return any(each.year == day.year for each in self.years)

    def holidays(self) -> tuple[date, ...]:
        """Every day off on a weekday, as rules count them."""
        days = (each.day for year in self.years for each in year.days_off)
        return tuple(sorted(day for day in days if day.weekday() < SATURDAY))

    def _year(self, number: int) -> CalendarYear:
        for year in self.years:
            if year.year == number:
                return year
        raise YearUnknown(calendar=self.code, year=number)


def mistakes(calendar: WorkingCalendar) -> Iterator[tuple[str, str]]:
    """What contradicts itself: (the field's path, why). Nothing: it can be used."""
    for number, year in enumerate(calendar.years):
        at = f"years[{number}]"
        if year.year in (each.year for each in calendar.years[:number]):
            yield f"{at}.year", "stands twice"
        marked: set[date] = set()
        for name in ("days_off", "worked"):
            for place, each in enumerate(getattr(year, name)):
                if each.day.year != year.year:
                    yield f"{at}.{name}[{place}].day", "lies in another year"
                if each.day in marked:
                    yield f"{at}.{name}[{place}].day", "stands twice"
                marked.add(each.day)
        for place, each in enumerate(year.worked):
            if each.day.weekday() < SATURDAY:
                yield f"{at}.worked[{place}].day", "is a weekday, which is worked anyway"
