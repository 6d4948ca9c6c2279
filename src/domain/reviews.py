"""Which reviews a directive asks for, when each falls due, and whether it was held."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from domain.dates import AfterEachPhase, Occurrence, Yearly
from domain.decider import Message
from domain.directive import Directive, DutySpec
from domain.ids import Slug

Scope = Literal["phase", "year", "five-year", "final"]


class ReviewDue(Message, frozen=True, kw_only=True):
    """A review that a duty of the directive asks for. `period` is the phase's code, or the year."""

    duty: Slug
    scope: Scope
    period: str
    opens_on: date
    due_on: date
    state: Literal["not-due", "due", "overdue", "held"]


def reviews_due(
    directive: Directive, dates: Iterable[tuple[str, Occurrence]], held: Iterable[tuple[str, str]], day: date
) -> list[ReviewDue]:
    """Each period to be reviewed once, by the first duty that falls due for it, in order of the days.

    `dates` are the duties' codes with each time that they fall due, `held` the scope and period of each review. One of
    five years or of the whole is held whatever its period is called.
    """
    known = set(held)
    scopes_held = {scope for scope, _ in known}
    found: dict[tuple[Scope, str], ReviewDue] = {}
    for scope, duty, times in sorted(_asked(directive, dates), key=lambda asked: (asked[2].due_on, asked[1])):
        is_held = (scope, times.code) in known or (scope in ("five-year", "final") and scope in scopes_held)
        found.setdefault(
            (scope, times.code),
            ReviewDue(
                duty=duty,
                scope=scope,
                period=times.code,
                opens_on=times.opens_on,
                due_on=times.due_on,
                state="held" if is_held else _state(times, day),
            ),
        )
    return list(found.values())


def _asked(directive: Directive, dates: Iterable[tuple[str, Occurrence]]) -> Iterator[tuple[Scope, str, Occurrence]]:
    reviews = {duty.code: duty for duty in directive.duties if duty.kind == "review"}
    for code, times in dates:
        if code in reviews and (scope := _scope(reviews[code], times, directive.horizon.closes_on.year)):
            yield scope, code, times


def _scope(duty: DutySpec, times: Occurrence, last_year: int) -> Scope | None:
    """A yearly rule that names its years is of more than a year: of the whole in the last one."""
    if isinstance(duty.rule, AfterEachPhase):
        return "phase"
    if not isinstance(duty.rule, Yearly):
        return None
    if not duty.rule.years:
        return "year"
    return "final" if times.code == str(last_year) else "five-year"


def _state(times: Occurrence, day: date) -> Literal["not-due", "due", "overdue"]:
    if day > times.due_on:
        return "overdue"
    return "due" if day >= times.opens_on else "not-due"
