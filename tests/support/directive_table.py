"""A directive's sections beside the clauses that hold them: what the golden test of each directive is made of."""

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from domain.consistency import faults
from domain.dates import Occurrence
from domain.directive import Clause, Directive
from domain.schedule import reckon

DEPLOY = Path(__file__).parents[2] / "deploy"
LISTS = ("phases", "drives", "blocks", "items", "targets", "duties", "registrations", "titles", "principles")


class Row(NamedTuple):
    """A numbered section, or a sentence that orders: its first words, and where the file holds it, or why it orders
    nothing. A path is `duties.<code>` for a clause, and `parents[0]` or `theme` for a field."""

    section: str
    words: str
    holds: tuple[str, ...] = ()
    orders_nothing: str = ""


@cache
def directive_of(handle: str, campaign: int = 0) -> Directive:
    """The directive in a federation's file, its rule sets put in, as the system runs it."""
    raw = tomllib.loads((DEPLOY / "federations" / f"{handle}.toml").read_text("utf-8"))["campaigns"][campaign]
    rule_sets = [
        tomllib.loads((DEPLOY / "rules" / f"{code}.toml").read_text("utf-8")) for code in raw.get("rule_sets", ())
    ]
    return msgspec.convert(raw["directive"] | {"rule_sets": rule_sets}, Directive)


def clauses(directive: Directive) -> dict[str, Clause]:
    """Every clause by its path."""
    return {f"{name}.{clause.code}": clause for name in LISTS for clause in getattr(directive, name)}


def check_fits(directive: Directive) -> None:
    """The parts fit together, and whatever the system had to assume or read says how."""
    assert faults(directive) == []
    assert b"@" not in msgspec.json.encode(directive), "a file names offices and channels, never a mailbox"
    for path, clause in clauses(directive).items():
        assert clause.section, path
        assert clause.wording or clause.source == "assumed", f"{path} quotes nothing"
        if clause.source == "assumed":
            assert not clause.wording, f"{path} is assumed, but quotes the document"


def check_table(directive: Directive, rows: Sequence[Row]) -> None:
    """Each section is held or said to order nothing; each path is there; each clause is reached, or assumed."""
    held: dict[str, list[str]] = {}
    for row in rows:
        assert row.words, row.section
        assert bool(row.holds) != bool(row.orders_nothing), f"{row.section}: a field, or why it orders nothing"
        for path in row.holds:
            assert _found(directive, path), f"{row.section}: nothing at {path}"
            held.setdefault(path, []).append(row.section)
    for path, clause in clauses(directive).items():
        if clause.source == "directive":
            sections = held.get(path, [])
            assert any(_within(clause.section, section) for section in sections), f"{path}: {sections} hold it"


def _within(section: str, row: str) -> bool:
    return section == row or section.startswith(f"{row} ")


def _found(directive: Directive, path: str) -> bool:
    known = clauses(directive)
    value: Any = directive
    steps = path.split(".")
    if ".".join(steps[:2]) in known:
        value, steps = known[".".join(steps[:2])], steps[2:]
    for step in steps:
        field, _, index = step.removesuffix("]").partition("[")
        value = getattr(value, field, None)
        if index:
            value = value[int(index)] if value and int(index) < len(value) else None
    return value is not None and value not in ((), "", False)


def check_everything_is_acted_on(directive: Directive) -> None:
    """No inert string: an item is scored, a principle shown, a title judged, a duty borne, by its own rule's dates."""
    for item in directive.items:
        assert item.scored_by, f"items.{item.code} is scored by no criterion"
    for title in directive.titles:
        rules = directive.rule_set(title.rules)
        assert rules is not None, f"titles.{title.code} has no rules"
        assert rules.rules, f"titles.{title.code} has no rules"
    for duty in directive.duties:
        assert duty.bearers or duty.units, f"nobody bears duties.{duty.code}"


def due_dates(directive: Directive, launched_on: date) -> dict[str, list[Occurrence]]:
    """Every duty's occurrences, counted from the launch day."""
    _, dates = reckon(directive, launched_on)
    found: dict[str, list[Occurrence]] = {}
    for each in dates:
        found.setdefault(each.duty, []).append(each.occurrence)
    return found


def overdue(dates: Iterable[Occurrence], day: date) -> list[str]:
    """Which occurrences are overdue on `day` if nothing was handed in."""
    return [occurrence.code for occurrence in dates if occurrence.due_on < day]


def check_each_date_rule_turns_overdue(directive: Directive, launched_on: date) -> None:
    """Nobody is late on the last day in time, everybody is on the next."""
    found = due_dates(directive, launched_on)
    for duty in directive.duties:
        assert found.get(duty.code), f"duties.{duty.code} never falls due"
        for occurrence in found[duty.code]:
            assert occurrence.opens_on <= occurrence.due_on
            assert occurrence.code not in overdue([occurrence], occurrence.due_on)
            assert occurrence.code in overdue([occurrence], occurrence.due_on + timedelta(days=1))
