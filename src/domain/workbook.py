"""A workbook that was imported: what officers entered in one go, on record beside what it brought about."""

from datetime import datetime
from typing import Annotated, Literal, assert_never

import msgspec

from domain.decider import Command as Asked
from domain.decider import Decider, Message, Name
from domain.ids import Id
from domain.refusals import Conflict, Invalid

Kind = Literal["units", "members", "registrations", "scores", "initiatives"]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file, in hex.")]

# --- Commands -------------------------------------------------------------------


class RecordImport(Asked, frozen=True, kw_only=True):
    """Put on record that a workbook was imported. `rows` that it holds, `changed` of which changed something, `refused`
    of which were left out; `unit_id` is the unit that it was imported for (None: the federation)."""

    kind: Kind
    file_sha256: Sha256
    file_name: Name | None = None
    rows: Count
    changed: Count
    refused: Count = 0
    unit_id: Id | None = None


Command = RecordImport

# --- Events ---------------------------------------------------------------------


class WorkbookImported(Message, frozen=True, kw_only=True):
    kind: Kind
    file_sha256: Sha256
    file_name: Name | None
    rows: Count
    changed: Count
    refused: Count
    unit_id: Id | None


Event = WorkbookImported

# --- Refusals -------------------------------------------------------------------


class ImportedOtherwise(Conflict):
    """This workbook was imported already, with other figures."""

    code = "workbook.imported-otherwise"


# --- State ----------------------------------------------------------------------


class Workbook(Message, frozen=True, kw_only=True):
    imported: WorkbookImported | None = None


class Facts(Message, frozen=True, kw_only=True):
    """None: what was imported was decided row by row."""


# --- Decide ---------------------------------------------------------------------


def decide(command: Command, workbook: Workbook, facts: Facts, now: datetime) -> list[Event]:
    imported = WorkbookImported(
        kind=command.kind,
        file_sha256=command.file_sha256,
        file_name=command.file_name,
        rows=command.rows,
        changed=command.changed,
        refused=command.refused,
        unit_id=command.unit_id,
    )
    if workbook.imported == imported:
        return []
    if workbook.imported is not None:
        raise ImportedOtherwise(file_sha256=workbook.imported.file_sha256, rows=workbook.imported.rows)
    if command.changed + command.refused > command.rows:
        raise Invalid(field="changed", reason="more than all rows")
    return [imported]


# --- Evolve ---------------------------------------------------------------------


def evolve(workbook: Workbook, event: Event) -> Workbook:
    match event:
        case WorkbookImported():
            return Workbook(imported=event)
        case _:
            assert_never(event)


def _unit(command: Command, workbook: Workbook) -> str | None:
    return workbook.imported.unit_id if workbook.imported else command.unit_id


WORKBOOK: Decider[Workbook, Command, Facts, Event] = Decider(
    name="workbook", initial=Workbook(), decide=decide, evolve=evolve, unit=_unit
)
