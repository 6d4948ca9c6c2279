"""The state of a unit."""

from datetime import date
from enum import Enum
from typing import assert_never

from msgspec.structs import replace

from domain.decider import Message
from domain.directive import Sector
from domain.titles import Shelf
from domain.unit.messages import (
    AccidentReported,
    Event,
    HeadcountReported,
    SectorChanged,
    UnionFounded,
    UnitDissolved,
    UnitEstablished,
    UnitMerged,
    UnitMoved,
    UnitRenamed,
    UnitSplit,
    UnitTitleRecorded,
    UnitTitleStruck,
)


class Status(Enum):
    ABSENT = "absent"
    ACTIVE = "active"
    DISSOLVED = "dissolved"


class Unit(Message, frozen=True, kw_only=True):
    """`parents`, `names`, `sectors` and `headcounts` hold what was so from which day, in the order that it was entered.

    A merged unit is a closed one that lies under its survivor, `merged_into`: so whoever reaches the survivor reaches
    what belonged to it.
    """

    status: Status = Status.ABSENT
    established: UnitEstablished | None = None
    parents: tuple[tuple[date, str], ...] = ()
    names: tuple[tuple[date, str], ...] = ()
    sectors: tuple[tuple[date, Sector], ...] = ()
    headcounts: tuple[HeadcountReported, ...] = ()
    accidents: tuple[AccidentReported, ...] = ()
    union_since: date | None = None
    dissolved_on: date | None = None
    merged: UnitMerged | None = None
    splits: tuple[UnitSplit, ...] = ()
    titles: Shelf = Shelf()

    @property
    def parent_id(self) -> str | None:
        return self.parents[-1][1] if self.parents else None

    @property
    def sector(self) -> Sector | None:
        return self.sectors[-1][1] if self.sectors else None

    @property
    def merged_into(self) -> str | None:
        return self.merged.into if self.merged else None

    def headcount(self, day: date) -> HeadcountReported | None:
        """The latest count of `day` or before it; of two for one day, the one that was entered last."""
        counts = [count for count in self.headcounts if count.on <= day]
        latest = max((count.on for count in counts), default=None)
        return next((count for count in reversed(counts) if count.on == latest), None)


def evolve(unit: Unit, event: Event) -> Unit:
    match event:
        case HeadcountReported():  # First, since most are: each class that is asked about before takes its time.
            return replace(unit, headcounts=unit.headcounts + (event,))  # noqa: RUF005  # Copied once, not twice.
        case UnitEstablished():
            return _established(event)
        case UnitMoved(parent_id=parent_id, on=on):
            return replace(unit, parents=(*unit.parents, (on, parent_id)))
        case UnionFounded(on=on):
            return replace(unit, union_since=on)
        case AccidentReported(on=on):
            others = tuple(one for one in unit.accidents if one.on != on)
            return replace(unit, accidents=(*others, event))
        case UnitRenamed(name=name, on=on):
            return replace(unit, names=(*unit.names, (on, name)))
        case SectorChanged(sector=sector, on=on):
            return replace(unit, sectors=(*unit.sectors, (on, sector)))
        case UnitDissolved(on=on):
            return replace(unit, status=Status.DISSOLVED, dissolved_on=on)
        case UnitMerged(into=into, on=on):
            closed = replace(unit, status=Status.DISSOLVED, dissolved_on=on)
            return replace(closed, merged=event, parents=(*unit.parents, (on, into)))
        case UnitSplit():
            return _split(unit, event)
        case UnitTitleRecorded():
            return replace(unit, titles=unit.titles.added(event))
        case UnitTitleStruck():
            return replace(unit, titles=unit.titles.removed(event))
        case _:
            assert_never(event)


def _established(event: UnitEstablished) -> Unit:
    return Unit(
        status=Status.ACTIVE,
        established=event,
        parents=((event.on, event.parent_id),) if event.parent_id else (),
        names=((event.on, event.name),),
        sectors=((event.on, event.sector),),
        union_since=event.on if event.has_union else None,
    )


def _split(unit: Unit, event: UnitSplit) -> Unit:
    split = replace(unit, splits=(*unit.splits, event))
    if not event.ends:
        return split
    return replace(split, status=Status.DISSOLVED, dissolved_on=event.on)
