"""What the ledger and the file come to, reckoned apart from the server: target progress and how duties stand."""

from collections import Counter
from datetime import date
from typing import Any

from adapters.demo.acts.duties import Owed, fulfilling, owed
from adapters.demo.ledger import HOLDING
from adapters.demo.scene import Scene
from application.federation_file import UnitEntry
from domain.directive import (
    AllotmentsReached,
    DutiesDone,
    Kind,
    MembersRegistered,
    Target,
    UnitsClassified,
    UnitsRegistered,
    UnitsUnionised,
)

DONE = ("accepted", "fulfilled")


def share(scene: Scene, target: Target) -> tuple[int, int]:
    """How many count, of how many, on the scene's day."""
    units = population(scene, target)
    match target.measure:
        case UnitsRegistered(kinds=kinds, each=each):
            counted = registered(scene, kinds, until=_last_day(scene, target))
            return sum(counted[unit.code] >= each for unit in units), len(units)
        case MembersRegistered(kinds=kinds):
            return len(people(scene, kinds, units)), sum(headcount(scene, unit)[0] for unit in units)
        case DutiesDone(duties=duties):
            asked = [unit for unit in units if times_of(scene, unit, duties)]
            return sum(has_done(scene, unit, duties) for unit in asked), len(asked)
        case UnitsUnionised():
            return sum(scene.has_union(unit) for unit in units), len(units)
        case UnitsClassified(classes=classes):
            good = {
                each.unit for each in scene.ledger.evaluations.values() if each.person is None and each.band in classes
            }
            return sum(unit.code in good for unit in units), len(units)
        case AllotmentsReached():
            return _reached(scene, target, target.measure, units)


def population(scene: Scene, target: Target) -> list[UnitEntry]:
    wanted = target.population
    return [
        unit
        for unit in scene.inside()
        if unit.level in wanted.levels
        and (not wanted.sectors or unit.sector in wanted.sectors)
        and (wanted.union == "any" or scene.has_union(unit) is (wanted.union == "with"))
        and headcount(scene, unit)[1] >= wanted.workers_min
    ]


def headcount(scene: Scene, unit: UnitEntry) -> tuple[int, int]:
    """Members and workers."""
    return scene.ledger.headcounts.get(unit.code, (unit.headcount.members, unit.headcount.workers))


def registered(
    scene: Scene, kinds: tuple[Kind, ...], *, until: date | None = None, year: int | None = None
) -> Counter[str]:
    """Confirmed registrations of these kinds by unit; a compact counts for both."""
    return Counter(
        unit
        for each in scene.ledger.registrations.values()
        for unit in [unit for unit, _ in each.parties]
        if each.kind in kinds
        and each.state in HOLDING
        and (until is None or each.on <= until)
        and (year is None or each.on.year == year)
    )


def people(scene: Scene, kinds: tuple[Kind, ...], units: list[UnitEntry]) -> set[str]:
    codes = {unit.code for unit in units}
    return {
        person
        for each in scene.ledger.registrations.values()
        for unit, person in each.parties
        if each.kind in kinds and each.state in HOLDING and person is not None and unit in codes
    }


def times_of(scene: Scene, unit: UnitEntry, duties: tuple[str, ...]) -> list[Owed]:
    """Every time that one of these falls due for the unit."""
    return [one for one in owed(scene) if one.unit == unit.code and one.spec.code in duties]


def has_done(scene: Scene, unit: UnitEntry, duties: tuple[str, ...]) -> bool:
    """Every duty of these that it owes, each time that has passed, and at least once."""
    times = times_of(scene, unit, duties)
    for code in {one.spec.code for one in times}:
        states = {one.key: standing(scene, one) for one in times if one.spec.code == code}
        passed = [states[one.key] for one in times if one.key in states and one.occurrence.due_on < scene.today]
        if not any(state in DONE for state in states.values()) or any(state not in DONE for state in passed):
            return False
    return True


def _reached(scene: Scene, target: Target, measure: AllotmentsReached, units: list[UnitEntry]) -> tuple[int, int]:
    """Who was allotted a number for this year or an earlier one, and reached every one of these numbers."""
    asked = reached = 0
    for unit in units:
        numbers = [
            _is_reached(scene, target, measure, unit.code, period, number)
            for (code, bearer, period), number in scene.ledger.allotments.items()
            if (code, bearer) == (measure.numbers_of or target.code, unit.code)
            and (not _is_year(period) or int(period) <= scene.today.year)
        ]
        asked += bool(numbers)
        reached += bool(numbers) and all(numbers)
    return reached, asked


def _is_reached(scene: Scene, target: Target, measure: AllotmentsReached, unit: str, period: str, number: int) -> bool:
    year = int(period) if _is_year(period) else None
    done = registered(scene, measure.kinds, until=_last_day(scene, target), year=year)[unit]
    return done > number if measure.exceeded else done >= number


def _is_year(period: str) -> bool:
    return len(period) == 4 and period.isdigit()


def _last_day(scene: Scene, target: Target) -> date | None:
    return next((phase.closes_on for phase in scene.directive.phases if phase.code == target.phase), None)


def standing(scene: Scene, one: Owed) -> str:
    """The state of one time of a duty on the scene's day."""
    if one.key in scene.ledger.duties:
        return scene.ledger.duties[one.key].state
    if fulfilling(scene, one) is not None:
        return "fulfilled"
    if scene.today > one.occurrence.due_on:
        return "overdue" if one.spec.lapses else "not-done"
    return "due" if scene.today >= one.occurrence.opens_on else "not-due"


def duty_figures(scene: Scene) -> dict[str, Counter[str]]:
    """By duty: owed, done, submitted, returned, overdue and late."""
    figures: dict[str, Counter[str]] = {}
    for one in owed(scene):
        state, counts = standing(scene, one), figures.setdefault(one.spec.code, Counter())
        counts["owed"] += 1
        counts["done"] += state in DONE
        counts[state] += state in ("submitted", "returned", "overdue")
        counts["late"] += _is_late(scene, one)
    return figures


def report_figures(scene: Scene, unit: str, opens_on: date, closes_on: date) -> dict[str, Any]:
    """What a report of the unit and those under it counts in the period: registrations, persons, duties."""
    part = {unit, *(each.code for each in _below(scene, unit))}
    mine = [
        each
        for each in scene.ledger.registrations.values()
        if each.parties[0][0] in part and opens_on <= each.on <= closes_on
    ]
    people = [
        scene.members[person]
        for each in mine
        for _, person in each.parties
        if each.subject == "individual" and each.state not in ("withdrawn", "refused") and person is not None
    ]
    tallies = Counter((each.kind.value, each.state) for each in mine)
    late = Counter((each.kind.value, each.state) for each in mine if each.late)
    return {
        "registrations": [
            {"kind": kind, "state": state, "count": count, "late": late[kind, state]}
            for (kind, state), count in sorted(tallies.items())
        ],
        "registered_persons": len(people),
        "direct_workers": sum(person.employment == "direct-worker" for person in people),
        "duties": _duties_between(scene, part, opens_on, closes_on),
    }


def _below(scene: Scene, unit: str) -> list[UnitEntry]:
    found = [scene.units[unit]]
    for each in found:
        found += [below for below in scene.file.units if below.parent == each.code]
    return found[1:]


def _duties_between(scene: Scene, units: set[str], opens_on: date, closes_on: date) -> dict[str, int]:
    counts = dict.fromkeys(("owed", "done", "submitted", "returned", "overdue", "late"), 0)
    for one in owed(scene):
        if one.unit not in units or not opens_on <= one.occurrence.due_on <= closes_on:
            continue
        state = standing(scene, one)
        counts["owed"] += 1
        counts["done"] += state in DONE
        if state in ("submitted", "returned", "overdue"):
            counts[state] += 1
        counts["late"] += _is_late(scene, one)
    return counts


def _is_late(scene: Scene, one: Owed) -> bool:
    if one.key in scene.ledger.duties:
        return scene.ledger.duties[one.key].late
    by = fulfilling(scene, one)
    return by is not None and by.on > one.occurrence.due_on
