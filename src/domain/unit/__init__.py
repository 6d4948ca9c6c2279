"""A unit: the federation, an upper-level union, a grassroots one (also an enterprise that has no union yet), or a team.

Changes hold from a day that the paper names; the day of entry is the log's.
"""

from domain.decider import Decider
from domain.unit.decide import decide
from domain.unit.evolve import Status, Unit, evolve
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
    Headcount,
    HeadcountReported,
    MergeUnit,
    MoveUnit,
    OutOfOrder,
    ParentUnknown,
    RecordUnitTitle,
    RenameUnit,
    ReportAccident,
    ReportHeadcount,
    SectorChanged,
    SplitOtherwise,
    SplitUnit,
    StrikeUnitTitle,
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


def unit_of(command: Command, unit: Unit) -> str | None:
    """Where a unit lies, and whether it is, is a matter of the unit above; its name, counts and titles are its own."""
    if isinstance(command, EstablishUnit) and unit.established is None:
        return command.parent_id
    # An id that is taken is a matter of the unit above the one that has it, whatever the command says.
    if not isinstance(command, ReportHeadcount | ReportAccident | RenameUnit | RecordUnitTitle | StrikeUnitTitle):
        return unit.parent_id
    return unit.established.unit_id if unit.established else None


UNIT: Decider[Unit, Command, Facts, Event] = Decider(
    name="unit", initial=Unit(), decide=decide, evolve=evolve, unit=unit_of
)

__all__ = [
    "RANK",
    "UNIT",
    "AccidentReported",
    "ChangeSector",
    "Command",
    "Cycle",
    "DissolveUnit",
    "Dissolved",
    "EstablishUnit",
    "EstablishedOtherwise",
    "Event",
    "Facts",
    "FoundUnion",
    "HasChildren",
    "HasUnion",
    "Headcount",
    "HeadcountReported",
    "MergeUnit",
    "MoveUnit",
    "OutOfOrder",
    "ParentUnknown",
    "RecordUnitTitle",
    "RenameUnit",
    "ReportAccident",
    "ReportHeadcount",
    "SectorChanged",
    "SplitOtherwise",
    "SplitUnit",
    "Status",
    "StrikeUnitTitle",
    "Successor",
    "SuccessorUnknown",
    "UnionFounded",
    "Unit",
    "UnitDissolved",
    "UnitEstablished",
    "UnitLevel",
    "UnitMerged",
    "UnitMoved",
    "UnitRenamed",
    "UnitSplit",
    "UnitTitleRecorded",
    "UnitTitleStruck",
    "UnitUnknown",
    "WrongLevel",
]
