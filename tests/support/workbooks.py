"""Workbooks as officers send them: rows under the headings of a template."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from adapters.workbooks.reading import SHEET
from application.importing.columns import Sheet


def workbook(
    sheet: Sheet, rows: Iterable[Mapping[str, Any]], *, headings: Sequence[str] | None = None, name: str = SHEET
) -> bytes:
    """A workbook with `rows`, their cells by column code; a date is a date cell, a text that begins with = a text."""
    out = BytesIO()
    made = Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    data = made.add_worksheet(name)
    day = made.add_format({"num_format": "dd/mm/yyyy"})
    data.write_row(0, 0, headings or [column.heading for column in sheet.columns])
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(sheet.columns):
            value = row.get(column.code)
            if isinstance(value, date):
                data.write_datetime(number, place, value, day)
            elif value is not None:
                data.write(number, place, value)
    made.close()
    return out.getvalue()


def member(number: int, **more: Any) -> dict[str, Any]:
    """A row of the members' sheet."""
    row = {
        "person_code": f"CN-{number:05}",
        "full_name": f"Người Thứ {number}",
        "unit_code": "base",
        "employment": "Lao động trực tiếp",
        "joined_on": date(2021, 5, 1),
    }
    return row | more


def unit(code: str, **more: Any) -> dict[str, Any]:
    """A row of the units' sheet."""
    row = {
        "unit_code": code,
        "name": f"CĐCS {code}",
        "level": "Cơ sở",
        "parent_code": "east",
        "sector": "Trường học",
        "on": date(2020, 1, 1),
    }
    return row | more
