"""A unit: the federation, an upper-level union, or a grassroots one (also an enterprise that has no union yet).

Changes hold from a day that the paper names; the day of entry is the log's.
"""

from datetime import date, datetime
from enum import Enum
from typing import Annotated, assert_never

import msgspec

from domain.dates import local_day
from domain.decider import Command as Asked
from domain.decider import Decider, Message, Name, Read
from domain.directive import Level, Sector
from domain.ids import Id, Slug
from domain.paper import Document, check_issued
from domain.refusals import Absent, Conflict, Invalid, NotYetHappened

Headcount = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]

# --- Commands -------------------------------------------------------------------


class EstablishUnit(Asked, frozen=True, kw_only=True):
    """Enter a unit. `unit_id` is the stream's id, filled in from the code by whoever takes the command, so that a code
    stands for one unit. Without a union, it is an enterprise that could have one.
    """

    unit_id: Id | None = None
    code: Slug
    name: Name
    level: Level
    parent_id: Id | None = None
    sector: Sector
    has_union: bool = True
    cluster: Slug | None = None
    on: date


class MoveUnit(Asked, frozen=True, kw_only=True):
    """Place the unit under another one, from a day on."""

    parent_id: Id
    on: date


class FoundUnion(Asked, frozen=True, kw_only=True):
    """A union is founded where there was none."""

    on: date
    document: Document | None = None


class ReportHeadcount(Asked, frozen=True, kw_only=True):
    """How many there are on a day: union members, all workers, those of them who work directly."""

    members: Headcount
    workers: Headcount
    direct_workers: Headcount
    on: date


class ReportAccident(Asked, frozen=True, kw_only=True):
    """An accident at work in the unit. Another report for the same day corrects the first."""

    on: date
    deaths: Headcount
    injured: Headcount
    document: Document | None = None


class RenameUnit(Asked, frozen=True, kw_only=True):
    name: Name
    on: date


class DissolveUnit(Asked, frozen=True, kw_only=True):
    on: date
    document: Document | None = None


Command = EstablishUnit | MoveUnit | FoundUnion | ReportHeadcount | ReportAccident | RenameUnit | DissolveUnit

# --- Events ---------------------------------------------------------------------


class UnitEstablished(Message, frozen=True, kw_only=True):
    unit_id: Id
    code: Slug
    name: Name
    level: Level
    parent_id: Id | None
    sector: Sector
    has_union: bool
    cluster: Slug | None
    on: date
    read_at: tuple[Read, ...]


class UnitMoved(Message, frozen=True, kw_only=True):
    parent_id: Id
    on: date
    read_at: tuple[Read, ...]


class UnionFounded(Message, frozen=True, kw_only=True):
    on: date
    document: Document | None


class HeadcountReported(Message, frozen=True, kw_only=True):
    members: Headcount
    workers: Headcount
    direct_workers: Headcount
    on: date


class AccidentReported(Message, frozen=True, kw_only=True):
    on: date
    deaths: Headcount
    injured: Headcount
    document: Document | None


class UnitRenamed(Message, frozen=True, kw_only=True):
    name: Name
    on: date


class UnitDissolved(Message, frozen=True, kw_only=True):
    on: date
    document: Document | None


Event = UnitEstablished | UnitMoved | UnionFounded | HeadcountReported | AccidentReported | UnitRenamed | UnitDissolved

# --- Refusals -------------------------------------------------------------------


class UnitUnknown(Absent):
    """No unit was established under this id."""

    code = "unit.unknown"


class ParentUnknown(Absent):
    """The unit above does not exist, or is dissolved."""

    code = "unit.parent-unknown"


class EstablishedOtherwise(Conflict):
    """A unit was established under this id already, with other particulars."""

    code = "unit.established-otherwise"


class WrongLevel(Conflict):
    """A unit lies under one of a higher level, and only the federation under none."""

    code = "unit.wrong-level"


class OutOfOrder(Conflict):
    """The day lies before the unit was established, or before a later change of the same kind."""

    code = "unit.out-of-order"


class HasUnion(Conflict):
    """The unit has had a union since another day."""

    code = "unit.has-union"


class Dissolved(Conflict):
    """The unit was dissolved."""

    code = "unit.dissolved"


# --- State and facts ---------------------------------------------------------------


class Status(Enum):
    ABSENT = "absent"
    ACTIVE = "active"
    DISSOLVED = "dissolved"


class Unit(Message, frozen=True, kw_only=True):
    """`parents`, `names` and `headcounts` hold what was so from which day, in the order that it was entered."""

    status: Status = Status.ABSENT
    established: UnitEstablished | None = None
    parents: tuple[tuple[date, str], ...] = ()
    names: tuple[tuple[date, str], ...] = ()
    headcounts: tuple[HeadcountReported, ...] = ()
    accidents: tuple[AccidentReported, ...] = ()
    union_since: date | None = None
    dissolved_on: date | None = None

    @property
    def parent_id(self) -> str | None:
        return self.parents[-1][1] if self.parents else None

    def headcount(self, day: date) -> HeadcountReported | None:
        """The latest count of `day` or before it; of two for one day, the one that was entered last."""
        counts = [count for count in self.headcounts if count.on <= day]
        latest = max((count.on for count in counts), default=None)
        return next((count for count in reversed(counts) if count.on == latest), None)


class Facts(Message, frozen=True, kw_only=True):
    """The level of the unit above that the command names; None: there is no such unit, or none any more."""

    parent_level: Level | None = None
    read: tuple[Read, ...] = ()


RANK: dict[Level, int] = {"grassroots": 1, "upper": 2, "federation": 3}

# --- Decide ---------------------------------------------------------------------


def decide(command: Command, unit: Unit, facts: Facts, now: datetime) -> list[Event]:
    if isinstance(command, EstablishUnit):
        return establish(command, unit, facts)
    if unit.established is None:
        raise UnitUnknown()
    today = local_day(now)
    if command.on > today:  # A change holds from the moment that it is entered: one of tomorrow would hold today.
        raise NotYetHappened(field="on", reason=f"lies after today, {today.isoformat()}")
    if command.on < unit.established.on:
        raise OutOfOrder(on=command.on, established_on=unit.established.on)
    if isinstance(command, DissolveUnit):
        return dissolve(command, unit, today)
    if unit.status is Status.DISSOLVED:
        raise Dissolved(on=unit.dissolved_on)
    match command:
        case MoveUnit():
            return move(command, unit, unit.established.level, facts)
        case FoundUnion():
            return found_union(command, unit, today)
        case ReportHeadcount():
            return report_headcount(command, unit)
        case ReportAccident():
            return report_accident(command, unit, today)
        case RenameUnit():
            return rename(command, unit)
        case _:
            assert_never(command)


def establish(command: EstablishUnit, unit: Unit, facts: Facts) -> list[Event]:
    if unit.established is not None:
        if command == _asked(unit.established, command):
            return []
        raise EstablishedOtherwise(code=unit.established.code, name=unit.established.name)
    _check_parent(command.level, command.parent_id, facts)
    if not command.has_union and command.level != "grassroots":
        raise Invalid(field="has_union", reason="only a grassroots unit can be without a union")
    assert command.unit_id is not None, "the stream's id is filled in before a command is decided"
    return [
        UnitEstablished(
            unit_id=command.unit_id,
            code=command.code,
            name=command.name,
            level=command.level,
            parent_id=command.parent_id,
            sector=command.sector,
            has_union=command.has_union,
            cluster=command.cluster,
            on=command.on,
            read_at=facts.read,
        )
    ]


def _asked(event: UnitEstablished, command: EstablishUnit) -> EstablishUnit:
    """The command that led to the event, so that a repeat is known by equality."""
    particulars = {key: value for key, value in msgspec.structs.asdict(event).items() if key != "read_at"}
    return EstablishUnit(**particulars, happened_on=command.happened_on)


def _check_parent(level: Level, parent_id: str | None, facts: Facts) -> None:
    if level == "federation" and parent_id is None:
        return
    if level == "federation" or parent_id is None:
        raise WrongLevel(level=level, parent_level=facts.parent_level)
    if facts.parent_level is None:
        raise ParentUnknown(parent_id=parent_id)
    if RANK[facts.parent_level] <= RANK[level]:
        raise WrongLevel(level=level, parent_level=facts.parent_level)


def move(command: MoveUnit, unit: Unit, level: Level, facts: Facts) -> list[Event]:
    if unit.parents and (command.on, command.parent_id) == unit.parents[-1]:
        return []
    _check_parent(level, command.parent_id, facts)
    if command.parent_id == unit.parent_id:
        return []  # It lies there already, since an earlier day.
    if unit.parents and command.on <= unit.parents[-1][0]:
        raise OutOfOrder(on=command.on, last_moved_on=unit.parents[-1][0])
    return [UnitMoved(parent_id=command.parent_id, on=command.on, read_at=facts.read)]


def found_union(command: FoundUnion, unit: Unit, today: date) -> list[Event]:
    if unit.union_since == command.on:
        return []
    if unit.union_since is not None:
        raise HasUnion(since=unit.union_since)
    check_issued(command.document, today)
    return [UnionFounded(on=command.on, document=command.document)]


def report_headcount(command: ReportHeadcount, unit: Unit) -> list[Event]:
    if command.direct_workers > command.workers:
        raise Invalid(field="direct_workers", reason="more than all workers")
    if command.members > command.workers:
        raise Invalid(field="members", reason="more than all workers")
    if command.members and (unit.union_since is None or command.on < unit.union_since):
        raise Invalid(field="members", reason="the unit had no union on that day")
    reported = HeadcountReported(
        members=command.members, workers=command.workers, direct_workers=command.direct_workers, on=command.on
    )
    same_day = [count for count in unit.headcounts if count.on == command.on]
    return [] if same_day and same_day[-1] == reported else [reported]  # Another count for the day corrects the first.


def report_accident(command: ReportAccident, unit: Unit, today: date) -> list[Event]:
    if not command.deaths and not command.injured:
        raise Invalid(field="injured", reason="an accident hurt somebody: deaths and injured are both 0")
    check_issued(command.document, today)
    event = AccidentReported(on=command.on, deaths=command.deaths, injured=command.injured, document=command.document)
    return [] if event in unit.accidents else [event]


def rename(command: RenameUnit, unit: Unit) -> list[Event]:
    if command.name == unit.names[-1][1]:
        return []
    if command.on < unit.names[-1][0]:
        raise OutOfOrder(on=command.on, last_renamed_on=unit.names[-1][0])
    return [UnitRenamed(name=command.name, on=command.on)]


def dissolve(command: DissolveUnit, unit: Unit, today: date) -> list[Event]:
    if unit.dissolved_on == command.on:
        return []
    if unit.dissolved_on is not None:
        raise Dissolved(on=unit.dissolved_on)
    check_issued(command.document, today)
    return [UnitDissolved(on=command.on, document=command.document)]


# --- Evolve ---------------------------------------------------------------------


def evolve(unit: Unit, event: Event) -> Unit:
    change = msgspec.structs.replace
    match event:
        case UnitEstablished():
            return Unit(
                status=Status.ACTIVE,
                established=event,
                parents=((event.on, event.parent_id),) if event.parent_id else (),
                names=((event.on, event.name),),
                union_since=event.on if event.has_union else None,
            )
        case UnitMoved(parent_id=parent_id, on=on):
            return change(unit, parents=(*unit.parents, (on, parent_id)))
        case UnionFounded(on=on):
            return change(unit, union_since=on)
        case HeadcountReported():
            return change(unit, headcounts=(*unit.headcounts, event))
        case AccidentReported(on=on):
            others = tuple(one for one in unit.accidents if one.on != on)
            return change(unit, accidents=(*others, event))
        case UnitRenamed(name=name, on=on):
            return change(unit, names=(*unit.names, (on, name)))
        case UnitDissolved(on=on):
            return change(unit, status=Status.DISSOLVED, dissolved_on=on)
        case _:
            assert_never(event)


def unit_of(command: Command, unit: Unit) -> str | None:
    """Where a unit lies, and whether it is, is a matter of the unit above; its name and counts are its own."""
    if isinstance(command, EstablishUnit) and unit.established is None:
        return command.parent_id
    # An id that is taken is a matter of the unit above the one that has it, whatever the command says.
    if isinstance(command, EstablishUnit | MoveUnit | DissolveUnit | FoundUnion):
        return unit.parent_id
    return unit.established.unit_id if unit.established else None


UNIT: Decider[Unit, Command, Facts, Event] = Decider(
    name="unit", initial=Unit(), decide=decide, evolve=evolve, unit=unit_of
)
