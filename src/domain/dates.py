"""Calendar days in Asia/Ho_Chi_Minh, and the kinds of date rule that directives use.

A rule keeps its kind, never only a date: "trước 25/6" excludes the day, "chậm nhất 15/3" includes it.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, assert_never
from zoneinfo import ZoneInfo

import msgspec

from domain.calendar import WorkingCalendar
from domain.decider import Message

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PartialDate = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$",
        description="A date as far as the paper states it: Y, Y-M or Y-M-D.",
    ),
]
Month = Annotated[str, msgspec.Meta(pattern=r"^(19|20|21)\d{2}-(0[1-9]|1[0-2])$", description="A month: YYYY-MM.")]


def local_day(now: datetime) -> date:
    """The calendar day in Việt Nam at the instant `now`."""
    return now.astimezone(ZONE).date()


def month_end(month: str) -> date:
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


class Before(Message, frozen=True, kw_only=True, tag_field="kind", tag="before"):
    """ "trước ngày d": the day itself is too late."""

    day: date


class NoLaterThan(Message, frozen=True, kw_only=True, tag_field="kind", tag="no-later-than"):
    """ "chậm nhất ngày d": the day itself is in time."""

    day: date


class WithinMonth(Message, frozen=True, kw_only=True, tag_field="kind", tag="within-month"):
    """ "hoàn thành trong tháng m"."""

    month: Month


class AfterEachPhase(Message, frozen=True, kw_only=True, tag_field="kind", tag="after-each-phase"):
    """ "sau mỗi đợt": falls due `days` after each phase closes; directives give no number, so it is assumed."""

    days: Annotated[int, msgspec.Meta(ge=0, le=366)]


class Yearly(Message, frozen=True, kw_only=True, tag_field="kind", tag="yearly"):
    """ "hằng năm": in each year of the horizon, or in the `years` named, by the end of `month_day` (MM-DD)."""

    month_day: Annotated[str, msgspec.Meta(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")] = "12-31"
    years: Annotated[tuple[int, ...], msgspec.Meta(max_length=30)] = ()


class AtLaunch(Message, frozen=True, kw_only=True, tag_field="kind", tag="at-launch"):
    """ "ngay từ đầu": within `days` of the launch day (assumed where the directive gives no number)."""

    days: Annotated[int, msgspec.Meta(ge=0, le=366)]


class OpenEnded(Message, frozen=True, kw_only=True, tag_field="kind", tag="open-ended"):
    """ "thường xuyên": no day is named; it can be asked for until the campaign's last day.

    Whether it is overdue after that follows from the clause's modality (`DutySpec.lapses`).
    """


class WithinWorkingDays(Message, frozen=True, kw_only=True, tag_field="kind", tag="within-working-days"):
    """ "trong vòng n ngày làm việc": counted from the day after the launch, after a phase's end, or after the demand.

    It ends on a working day by itself, which is also what the Civil Code of 2015, Article 148, has for a term's end.
    """

    days: Annotated[int, msgspec.Meta(ge=1, le=260)]
    of: Literal["launch", "phase-end", "demand"]


DateRule = (
    Before | NoLaterThan | WithinMonth | AfterEachPhase | Yearly | AtLaunch | OpenEnded | WithinWorkingDays
)  # fmt: skip


class Span(Message, frozen=True, kw_only=True):
    """A period of calendar days, both included."""

    code: str
    opens_on: date
    closes_on: date


class Occurrence(Message, frozen=True, kw_only=True):
    """One time that a rule falls due: `code` tells which (empty where there is only one); `due_on` is in time."""

    code: str
    opens_on: date
    due_on: date


def occurrences(
    rule: DateRule,
    *,
    launched_on: date,
    horizon: Span,
    phases: tuple[Span, ...],
    calendar: WorkingCalendar | None = None,
) -> list[Occurrence]:
    """Every occurrence of `rule` in a campaign, in order. `due_on` is the last day in time.

    Raises:
        YearUnknown: working days are counted in a year that the calendar does not have.
    """

    def once(due_on: date) -> list[Occurrence]:
        return [Occurrence(code="", opens_on=min(launched_on, due_on), due_on=due_on)]

    match rule:
        case Before(day=day):
            return once(day - timedelta(days=1))
        case NoLaterThan(day=day):
            return once(day)
        case WithinMonth(month=month):
            return once(month_end(month))
        case AtLaunch(days=days):
            return once(launched_on + timedelta(days=days))
        case OpenEnded():
            return once(horizon.closes_on)
        case AfterEachPhase(days=days):
            return [
                Occurrence(code=phase.code, opens_on=phase.closes_on, due_on=phase.closes_on + timedelta(days=days))
                for phase in phases
            ]
        case WithinWorkingDays():
            assert calendar is not None, "working days are counted by a calendar"
            return _within(rule, launched_on, phases, calendar)
        case Yearly(month_day=month_day, years=years):
            return [
                _in_year(year, month_day) for year in years or range(horizon.opens_on.year, horizon.closes_on.year + 1)
            ]
        case _:
            assert_never(rule)


def _within(
    rule: WithinWorkingDays, launched_on: date, phases: tuple[Span, ...], calendar: WorkingCalendar
) -> list[Occurrence]:
    starts = [("", launched_on)]
    if rule.of == "phase-end":
        starts = [(phase.code, phase.closes_on) for phase in phases]
    return [Occurrence(code=code, opens_on=day, due_on=calendar.after(day, rule.days)) for code, day in starts]


def _in_year(year: int, month_day: str) -> Occurrence:
    month, day = int(month_day[:2]), int(month_day[3:])
    due_on = date(year, month, min(day, monthrange(year, month)[1]))
    return Occurrence(code=str(year), opens_on=date(year, 1, 1), due_on=due_on)
