"""Commands, events, refusals and facts of a unit."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from domain.decider import Command as Asked
from domain.decider import Message, Name, Read
from domain.directive import Level, Sector
from domain.ids import Id, Slug
from domain.paper import Document
from domain.refusals import Absent, Conflict
from domain.titles import RecordTitle, StrikeTitle, TitleRecord, TitleStrike

UnitLevel = Level | Literal["team"]
"""A team (tổ, phòng, ban, phân xưởng) is a collective that can be commended; it has no union and no members."""
RANK: dict[UnitLevel, int] = {"team": 0, "grassroots": 1, "upper": 2, "federation": 3}
Headcount = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]

# --- Commands -------------------------------------------------------------------


class EstablishUnit(Asked, frozen=True, kw_only=True):
    """Enter a unit. `unit_id` is the stream's id, filled in from the code by whoever takes the command, so that a code
    stands for one unit. Without a union, it is a team, or an enterprise that could have one.
    """

    unit_id: Id | None = None
    code: Slug
    name: Name
    level: UnitLevel
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


class ChangeSector(Asked, frozen=True, kw_only=True):
    """The unit belongs to another sector from a day on, and with it to another block."""

    sector: Sector
    on: date


class DissolveUnit(Asked, frozen=True, kw_only=True):
    """The unit ends, and nobody takes its place. What lies under it is moved or ended first."""

    on: date
    document: Document | None = None


class MergeUnit(Asked, frozen=True, kw_only=True):
    """The unit ends in favour of `into`, of the same level, to which all that was its own belongs from then on."""

    into: Id
    on: date
    document: Document


class SplitUnit(Asked, frozen=True, kw_only=True):
    """Other units came out of this one: `into`, established already. `ends`: it was divided up among them (chia), else
    it goes on beside them (tách)."""

    into: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=100)]
    on: date
    document: Document
    ends: bool


class RecordUnitTitle(RecordTitle, frozen=True, kw_only=True):
    """The unit holds a title from before the platform, or from outside."""


class StrikeUnitTitle(StrikeTitle, frozen=True, kw_only=True):
    """A title that was recorded of the unit does not hold."""


Command = (
    EstablishUnit | MoveUnit | FoundUnion | ReportHeadcount | ReportAccident | RenameUnit | ChangeSector | DissolveUnit
    | MergeUnit | SplitUnit | RecordUnitTitle | StrikeUnitTitle
)  # fmt: skip

# --- Events ---------------------------------------------------------------------


class UnitEstablished(Message, frozen=True, kw_only=True):
    unit_id: Id
    code: Slug
    name: Name
    level: UnitLevel
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


class SectorChanged(Message, frozen=True, kw_only=True):
    sector: Sector
    on: date


class UnitMerged(Message, frozen=True, kw_only=True):
    into: Id
    on: date
    document: Document
    read_at: tuple[Read, ...]


class UnitSplit(Message, frozen=True, kw_only=True):
    into: tuple[Id, ...]
    on: date
    document: Document
    ends: bool
    read_at: tuple[Read, ...]


class UnitTitleRecorded(TitleRecord, frozen=True, kw_only=True):
    """A title that the unit holds from before, or from outside."""


class UnitTitleStruck(TitleStrike, frozen=True, kw_only=True):
    """It does not hold it."""


Event = (
    UnitEstablished | UnitMoved | UnionFounded | HeadcountReported | AccidentReported | UnitRenamed | SectorChanged
    | UnitDissolved | UnitMerged | UnitSplit | UnitTitleRecorded | UnitTitleStruck
)  # fmt: skip

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


class Cycle(Conflict):
    """A unit cannot lie under itself, nor under one that lies under it."""

    code = "unit.cycle"


class SuccessorUnknown(Absent):
    """The unit that is to go on in this one's place does not exist, or is dissolved."""

    code = "unit.successor-unknown"


class HasChildren(Conflict):
    """Units lie under this one that would be left without one above them: move or end them first."""

    code = "unit.has-children"


class SplitOtherwise(Conflict):
    """The unit was split on that day already, in another way."""

    code = "unit.split-otherwise"


class OutOfOrder(Conflict):
    """The day lies before the unit was established, or before a later change of the same kind."""

    code = "unit.out-of-order"


class HasUnion(Conflict):
    """The unit has had a union since another day."""

    code = "unit.has-union"


class Dissolved(Conflict):
    """The unit was dissolved."""

    code = "unit.dissolved"


# --- Facts ----------------------------------------------------------------------


class Successor(Message, frozen=True, kw_only=True):
    """An active unit that the command names as one that goes on. `below`: it lies under the unit itself."""

    unit_id: Id
    level: UnitLevel
    established_on: date
    below: bool


class Facts(Message, frozen=True, kw_only=True):
    """`parent_level` of the unit above that the command names; None: there is no such unit, or none any more.
    `within_itself`: that one is the unit itself, or lies under it. `successors`: those named that are active.
    `children`: the active units right below."""

    parent_level: UnitLevel | None = None
    within_itself: bool = False
    successors: tuple[Successor, ...] = ()
    children: tuple[Id, ...] = ()
    read: tuple[Read, ...] = ()
