"""Rows of a workbook, what is wrong with them, and what they ask for."""

from typing import Any

import msgspec

from application.execute import Step
from application.importing.columns import BadCell, Column, Sheet, typed
from domain.refusals import Conflict

Cells = dict[str, Any]


class Row(msgspec.Struct, frozen=True):
    """A row by its number in the sheet, and its values by column; an empty cell is None."""

    number: int
    values: Cells


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a row: the refusal, and the column it is about (None: the row as a whole)."""

    row: int
    column: str | None
    refusal: Exception


class Planned(msgspec.Struct, frozen=True):
    """What a row asks for, in order. `kept`: fields of the first command that stay as they are on record, because the
    row is silent about them."""

    steps: tuple[Step, ...]
    kept: dict[str, Any] = {}


class DoubledRow(Conflict):
    """Two rows of the workbook speak of the same thing."""

    code = "import.doubled-row"


def row_of(sheet: Sheet, number: int, raw: dict[str, Any]) -> Row | list[Fault]:
    """The row with its values typed, or every cell that is wrong."""
    values: Cells = {}
    faults: list[Fault] = []
    for column in sheet.columns:
        try:
            values[column.code] = typed(column, raw.get(column.code))
        except BadCell as refusal:
            faults.append(Fault(row=number, column=column.code, refusal=refusal))
    return faults or Row(number, values)


def doubled(sheet: Sheet, rows: list[Row]) -> list[Fault]:
    """Rows that have their key in common with another, each naming all of them."""
    by_key: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        by_key.setdefault(tuple(row.values.get(code) for code in sheet.key), []).append(row.number)
    return [
        Fault(row=number, column=sheet.key[0], refusal=DoubledRow(rows=numbers))
        for numbers in by_key.values()
        if len(numbers) > 1
        for number in numbers
    ]


def missing(sheet: Sheet, code: str) -> BadCell:
    column = sheet.column(code)
    assert isinstance(column, Column)
    return BadCell(field=column.code, reason="is required")
