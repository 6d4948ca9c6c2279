"""What a directive's rules come to in calendar days once the launch day is known."""

from datetime import date

from domain.calendar import WorkingCalendar
from domain.dates import Occurrence, Span, WithinWorkingDays, occurrences
from domain.decider import Message
from domain.directive import Directive
from domain.ids import Slug
from domain.refusals import Invalid


class DutyDate(Message, frozen=True, kw_only=True):
    """One occurrence of one duty of the directive."""

    duty: Slug
    occurrence: Occurrence


def reckon(
    directive: Directive, launched_on: date, calendar: WorkingCalendar | None = None
) -> tuple[tuple[Span, ...], tuple[DutyDate, ...]]:
    """The phases, and every duty's dates, counted from the launch day.

    Raises:
        Invalid: a phase that opens with the launch would close before it.
        YearUnknown: working days are counted in a year that the calendar does not have.
    """
    spans = directive.spans(launched_on)
    for index, span in enumerate(spans):
        if span.closes_on < span.opens_on:
            raise Invalid(field=f"directive.phases[{index}].closes_on", reason="the phase closes before the launch day")
    dates = tuple(
        DutyDate(duty=duty.code, occurrence=occurrence)
        for duty in directive.duties
        for occurrence in occurrences(
            duty.rule, launched_on=launched_on, horizon=directive.horizon, phases=spans, calendar=calendar
        )
    )
    return spans, dates


def counts_working_days(directive: Directive) -> bool:
    """Whether a duty of the directive can only be dated by a calendar of working days."""
    return any(isinstance(duty.rule, WithinWorkingDays) for duty in directive.duties)


def phase_on(day: date, spans: tuple[Span, ...]) -> str | None:
    """The phase that a day belongs to: the one it lies in, else the next, else the last; None where there are none."""
    for span in sorted(spans, key=lambda span: span.opens_on):
        if day <= span.closes_on:
            return span.code
    return spans[-1].code if spans else None


def due_on(dates: list[Occurrence], day: date) -> date | None:
    """The last day in time for something done on `day`: of the first occurrence not yet past, else of the last."""
    for occurrence in dates:
        if day <= occurrence.due_on:
            return occurrence.due_on
    return dates[-1].due_on if dates else None
