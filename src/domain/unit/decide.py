"""What may become of a unit."""

from datetime import date, datetime
from typing import Any, assert_never

import msgspec

from domain.dates import local_day
from domain.paper import check_issued
from domain.refusals import Invalid, NotYetHappened
from domain.titles import RecordTitle, StrikeTitle, to_record, to_strike
from domain.unit.evolve import Status, Unit
from domain.unit.messages import (
    RANK,
    AccidentReported,
    ChangeSector,
    Command,
    Cycle,
    Dissolved,
    DissolveUnit,
    EstablishedOtherwise,
    EstablishUnit,
    Event,
    Facts,
    FoundUnion,
    HasChildren,
    HasUnion,
    HeadcountReported,
    MergeUnit,
    MoveUnit,
    OutOfOrder,
    ParentUnknown,
    RenameUnit,
    ReportAccident,
    ReportHeadcount,
    SectorChanged,
    SplitOtherwise,
    SplitUnit,
    Successor,
    SuccessorUnknown,
    UnionFounded,
    UnitDissolved,
    UnitEstablished,
    UnitLevel,
    UnitMerged,
    UnitMoved,
    UnitRenamed,
    UnitSplit,
    UnitTitleRecorded,
    UnitTitleStruck,
    UnitUnknown,
    WrongLevel,
)

Closing = DissolveUnit | MergeUnit | SplitUnit
Changing = MoveUnit | FoundUnion | ReportHeadcount | ReportAccident | RenameUnit | ChangeSector


def decide(command: Command, unit: Unit, facts: Facts, now: datetime) -> list[Event]:
    today = local_day(now)
    if isinstance(command, EstablishUnit):
        return establish(command, unit, facts, today)
    if unit.established is None:
        raise UnitUnknown()
    if isinstance(command, RecordTitle | StrikeTitle):
        return keep_titles(command, unit, today)
    if command.on > today:  # A change holds from the moment that it is entered: one of tomorrow would hold today.
        raise NotYetHappened(field="on", reason=f"lies after today, {today.isoformat()}")
    if command.on < unit.established.on:
        raise OutOfOrder(on=command.on, established_on=unit.established.on)
    if isinstance(command, Closing):
        return close(command, unit, unit.established, facts, today)
    if unit.status is Status.DISSOLVED:
        raise Dissolved(on=unit.dissolved_on)
    return change(command, unit, unit.established, facts, today)


def change(command: Changing, unit: Unit, established: UnitEstablished, facts: Facts, today: date) -> list[Event]:
    match command:
        case MoveUnit():
            return move(command, unit, established.level, facts)
        case FoundUnion():
            return found_union(command, unit, established.level, today)
        case ReportHeadcount():
            return report_headcount(command, unit)
        case ReportAccident():
            return report_accident(command, unit, today)
        case RenameUnit():
            return rename(command, unit)
        case ChangeSector():
            return change_sector(command, unit)
        case _:
            assert_never(command)


def close(command: Closing, unit: Unit, established: UnitEstablished, facts: Facts, today: date) -> list[Event]:
    match command:
        case DissolveUnit():
            return dissolve(command, unit, facts, today)
        case MergeUnit():
            return merge(command, unit, established, facts, today)
        case SplitUnit():
            return split(command, unit, established, facts, today)
        case _:
            assert_never(command)


def establish(command: EstablishUnit, unit: Unit, facts: Facts, today: date) -> list[Event]:
    if unit.established is not None:
        if command == _asked(unit.established, command):
            return []
        raise EstablishedOtherwise(code=unit.established.code, name=unit.established.name)
    if command.on > today:
        raise NotYetHappened(field="on", reason=f"lies after today, {today.isoformat()}")
    _check_parent(command.level, command.parent_id, facts)
    if not command.has_union and command.level not in ("grassroots", "team"):
        raise Invalid(field="has_union", reason="only a grassroots unit can be without a union")
    if command.has_union and command.level == "team":
        raise Invalid(field="has_union", reason="a team has no union of its own")
    assert command.unit_id is not None, "the stream's id is filled in before a command is decided"
    particulars: dict[str, Any] = {name: getattr(command, name) for name in _PARTICULARS}
    return [UnitEstablished(**particulars, read_at=facts.read)]


_PARTICULARS = tuple(name for name in UnitEstablished.__struct_fields__ if name != "read_at")


def _asked(event: UnitEstablished, command: EstablishUnit) -> EstablishUnit:
    """The command that led to the event, so that a repeat is known by equality."""
    particulars: dict[str, Any] = {name: getattr(event, name) for name in _PARTICULARS}
    return EstablishUnit(**particulars, happened_on=command.happened_on)


def _check_parent(level: UnitLevel, parent_id: str | None, facts: Facts) -> None:
    if level == "federation" and parent_id is None:
        return
    if level == "federation" or parent_id is None:
        raise WrongLevel(level=level, parent_level=facts.parent_level)
    if facts.parent_level is None:
        raise ParentUnknown(parent_id=parent_id)
    if RANK[facts.parent_level] <= RANK[level]:
        raise WrongLevel(level=level, parent_level=facts.parent_level)


def move(command: MoveUnit, unit: Unit, level: UnitLevel, facts: Facts) -> list[Event]:
    if unit.parents and (command.on, command.parent_id) == unit.parents[-1]:
        return []
    if facts.within_itself:
        raise Cycle(parent_id=command.parent_id)
    _check_parent(level, command.parent_id, facts)
    if command.parent_id == unit.parent_id:
        return []  # It lies there already, since an earlier day.
    if unit.parents and command.on <= unit.parents[-1][0]:
        raise OutOfOrder(on=command.on, last_moved_on=unit.parents[-1][0])
    return [UnitMoved(parent_id=command.parent_id, on=command.on, read_at=facts.read)]


def found_union(command: FoundUnion, unit: Unit, level: UnitLevel, today: date) -> list[Event]:
    if level == "team":
        raise WrongLevel(level=level)
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


def change_sector(command: ChangeSector, unit: Unit) -> list[Event]:
    if command.sector == unit.sector:
        return []
    if command.on < unit.sectors[-1][0]:
        raise OutOfOrder(on=command.on, last_changed_on=unit.sectors[-1][0])
    return [SectorChanged(sector=command.sector, on=command.on)]


# --- The unit ends, or others come out of it ----------------------------------------


def dissolve(command: DissolveUnit, unit: Unit, facts: Facts, today: date) -> list[Event]:
    if unit.dissolved_on == command.on and unit.merged is None and not _ended_by_split(unit):
        return []
    _check_ending(unit, facts)
    check_issued(command.document, today)
    return [UnitDissolved(on=command.on, document=command.document)]


def merge(command: MergeUnit, unit: Unit, established: UnitEstablished, facts: Facts, today: date) -> list[Event]:
    merged = UnitMerged(into=command.into, on=command.on, document=command.document, read_at=facts.read)
    if unit.merged is not None and msgspec.structs.replace(merged, read_at=unit.merged.read_at) == unit.merged:
        return []
    _check_active(unit)
    _check_successors((command.into,), unit, established, facts, on=command.on, field="into")
    if command.on < unit.parents[-1][0]:
        raise OutOfOrder(on=command.on, last_moved_on=unit.parents[-1][0])
    check_issued(command.document, today)
    return [merged]


def split(command: SplitUnit, unit: Unit, established: UnitEstablished, facts: Facts, today: date) -> list[Event]:
    event = UnitSplit(
        into=command.into, on=command.on, document=command.document, ends=command.ends, read_at=facts.read
    )
    for known in (known for known in unit.splits if known.on == command.on):
        if msgspec.structs.replace(event, read_at=known.read_at) == known:
            return []
        raise SplitOtherwise(on=known.on, ends=known.ends)
    if len(set(command.into)) < len(command.into):
        raise Invalid(field="into", reason="names a unit twice")
    _check_active(unit)
    _check_successors(command.into, unit, established, facts, on=command.on, field="into")
    if command.ends:
        _check_ending(unit, facts)
    check_issued(command.document, today)
    return [event]


def _ended_by_split(unit: Unit) -> bool:
    return any(split.ends for split in unit.splits)


def _check_active(unit: Unit) -> None:
    if unit.status is Status.DISSOLVED:
        raise Dissolved(on=unit.dissolved_on, merged_into=unit.merged_into)


def _check_ending(unit: Unit, facts: Facts) -> None:
    """What is to end leaves nobody behind."""
    _check_active(unit)
    if facts.children:
        raise HasChildren(children=len(facts.children), first=facts.children[0])


def _check_successors(
    named: tuple[str, ...], unit: Unit, established: UnitEstablished, facts: Facts, *, on: date, field: str
) -> None:
    if established.level == "federation":
        raise WrongLevel(level=established.level)
    if established.unit_id in named:
        raise Invalid(field=field, reason="a unit cannot be its own successor")
    known = {successor.unit_id: successor for successor in facts.successors}
    for unit_id in named:
        if unit_id not in known:
            raise SuccessorUnknown(unit_id=unit_id)
        _check_successor(known[unit_id], established.level, on)


def _check_successor(successor: Successor, level: UnitLevel, on: date) -> None:
    if successor.below:
        raise Cycle(into=successor.unit_id)
    if successor.level != level:
        raise WrongLevel(level=level, successor_level=successor.level)
    if on < successor.established_on:
        raise OutOfOrder(on=on, successor_established_on=successor.established_on)


# --- Titles ---------------------------------------------------------------------


def keep_titles(command: RecordTitle | StrikeTitle, unit: Unit, today: date) -> list[Event]:
    if isinstance(command, RecordTitle):
        recorded: Any = to_record(command, unit.titles, today)
        return [] if recorded is None else [UnitTitleRecorded(**recorded)]
    struck: Any = to_strike(command, unit.titles, today)
    return [] if struck is None else [UnitTitleStruck(**struck)]
