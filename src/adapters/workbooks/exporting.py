"""Registers as workbooks, in constant memory: rows go to a temporary file one after the other, and from there out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import IO, Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from domain.dates import ZONE

ROWS_MAX = 1_000_000
"""Of one sheet; what comes after goes on in the next."""
TEXT_MAX = 32_000
LEADS_TO_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COVER = "Thông tin"

Heading = tuple[str, str]
"""A row's field, and what it is called."""


class Export:
    """A workbook in the making, in the temporary file `out`."""

    def __init__(self, out: IO[bytes]) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._workbook = Workbook(out, options)
        make = self._workbook.add_format
        self._bold = make({"bold": True, "bg_color": "#D9E1F2", "border": 1, "text_wrap": True, "valign": "top"})
        self._text = make({"num_format": "@"})
        self._quoted = make({"num_format": "@", "quote_prefix": True})
        self._day = make({"num_format": "dd/mm/yyyy"})
        self._instant = make({"num_format": "dd/mm/yyyy hh:mm:ss"})

    def cover(self, lines: Sequence[tuple[str, Any]]) -> None:
        """What this is, as of when."""
        sheet = self._workbook.add_worksheet(COVER)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 60)
        for number, (name, value) in enumerate(lines):
            sheet.write_string(number, 0, name)
            self.cell(sheet, number, 1, value)

    def table(self, name: str, headings: Sequence[Heading]) -> "Table":
        """A sheet to write rows into, one after the other; the one before is ended."""
        return Table(self, name, headings)

    def close(self) -> None:
        self._workbook.close()

    def sheet(self, name: str, headings: Sequence[Heading]) -> Any:
        sheet = self._workbook.add_worksheet(name)
        for place, (_, heading) in enumerate(headings):
            sheet.set_column(place, place, max(12, min(40, len(heading) + 4)))
            sheet.write_string(0, place, heading, self._bold)
        sheet.freeze_panes(1, 0)
        return sheet

    def cell(self, sheet: Any, row: int, place: int, value: Any) -> None:
        match value:
            case None | "":
                return
            case bool():
                sheet.write_string(row, place, "Có" if value else "Không")
            case int() | float():
                sheet.write_number(row, place, value)
            case datetime():
                sheet.write_datetime(row, place, value.astimezone(ZONE).replace(tzinfo=None), self._instant)
            case date():
                sheet.write_datetime(row, place, value, self._day)
            case _:
                text = str(value)
                shown = text if len(text) <= TEXT_MAX else f"{text[:TEXT_MAX]}…"
                sheet.write_string(
                    row, place, shown, self._quoted if shown.startswith(LEADS_TO_FORMULA) else self._text
                )


class Table:
    """Rows under their headings; where a sheet is full, it goes on in another."""

    def __init__(self, export: Export, name: str, headings: Sequence[Heading]) -> None:
        self._export, self._name, self._headings = export, name, headings
        self._parts, self._rows = 1, 0
        self._sheet = export.sheet(name, headings)

    def row(self, row: Mapping[str, Any]) -> None:
        if self._rows == ROWS_MAX:
            self.end()
            self._parts, self._rows = self._parts + 1, 0
            self._sheet = self._export.sheet(f"{self._name} ({self._parts})", self._headings)
        self._rows += 1
        for place, (field, _) in enumerate(self._headings):
            self._export.cell(self._sheet, self._rows, place, row.get(field))

    def end(self) -> None:
        self._sheet.autofilter(0, 0, max(1, self._rows), len(self._headings) - 1)
