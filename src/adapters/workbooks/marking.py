"""The workbook as it was sent, with what is wrong marked in it: bad cells in colour, and each row's reasons."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from math import isfinite
from typing import Any

import msgspec
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from adapters.workbooks.reading import ERRORS, LISTS, MARK, SHEET, cells, opened, sheet_named
from application.importing.columns import Sheet, heading_key
from application.importing.sheets import TEMPLATE_VERSION

COMMENTS_MAX = 2_000
"""Excel opens more than some thousands of comments slowly; the last column holds every reason."""


class Marked(msgspec.Struct, frozen=True):
    """What is wrong with a row, in words; `column` None: the row as a whole."""

    row: int
    column: str | None
    reason: str


def marked_workbook(body: bytes, sheet: Sheet, marks: Sequence[Marked]) -> bytes:
    """The rows of `body`, each in its place, with `marks`. It can be corrected and sent as it is."""
    out = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = Workbook(out, {**options, "default_date_format": "dd/mm/yyyy"})
    data, lists = workbook.add_worksheet(SHEET), workbook.add_worksheet(LISTS)
    lists.write_row(0, 0, [MARK, sheet.kind, TEMPLATE_VERSION])
    lists.hide()
    _headings(workbook, data, sheet)
    by_row: Mapping[int, list[Marked]] = _by_row(marks)
    writing = _Writing(workbook, data, sheet)
    with opened(body) as source:
        names = {heading_key(name): name for name in source.sheet_names}
        for number, raw in cells(sheet_named(source, names[heading_key(SHEET)]), sheet):
            writing.row(number - 1, raw, by_row.get(number, []))
    workbook.close()
    return out.getvalue()


def _by_row(marks: Sequence[Marked]) -> Mapping[int, list[Marked]]:
    found: dict[int, list[Marked]] = defaultdict(list)
    for mark in marks:
        found[mark.row].append(mark)
    return found


def _headings(workbook: Workbook, data: Any, sheet: Sheet) -> None:
    bold = workbook.add_format({"bold": True, "bg_color": "#D9E1F2", "border": 1})
    for number, column in enumerate(sheet.columns):
        data.set_column(number, number, max(14, min(40, len(column.heading) + 4)))
        data.write_string(0, number, column.heading, bold)
    last = len(sheet.columns)
    data.set_column(last, last, 80)
    data.write_string(0, last, ERRORS, workbook.add_format({"bold": True, "bg_color": "#FFC7CE", "border": 1}))
    data.freeze_panes(1, 1)


class _Writing:
    def __init__(self, workbook: Workbook, data: Any, sheet: Sheet) -> None:
        self.data, self.sheet = data, sheet
        formats: dict[str, dict[str, Any]] = {"text": {"num_format": "@"}, "date": {"num_format": "dd/mm/yyyy"}}
        self.plain = {name: workbook.add_format(each) for name, each in formats.items()}
        red = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
        self.bad = {name: workbook.add_format({**each, **red}) for name, each in formats.items()}
        self.comments = 0

    def row(self, row: int, raw: Mapping[str, Any], marks: Sequence[Marked]) -> None:
        reasons: dict[str, list[str]] = defaultdict(list)
        for mark in marks:
            if mark.column is not None:
                reasons[mark.column].append(mark.reason)
        for number, column in enumerate(self.sheet.columns):
            found = reasons.get(column.code)
            self._cell(row, number, raw.get(column.code), self.bad if found else self.plain)
            if found and self.comments < COMMENTS_MAX:
                self.data.write_comment(row, number, "\n".join(found), {"x_scale": 2})
                self.comments += 1
        if marks:
            self.data.write_string(row, len(self.sheet.columns), "; ".join(self._said(mark) for mark in marks))

    def _said(self, mark: Marked) -> str:
        column = self.sheet.column(mark.column) if mark.column else None
        return f"{column.heading}: {mark.reason}" if column else mark.reason

    def _cell(self, row: int, number: int, value: Any, formats: Mapping[str, Any]) -> None:
        match value:
            case None | "":
                self.data.write_blank(row, number, None, formats["text"])
            case bool():
                self.data.write_boolean(row, number, value, formats["text"])
            case int() | float() if isfinite(value):
                self.data.write_number(row, number, value, formats["text"])
            case datetime() | date():
                self.data.write_datetime(row, number, value, formats["date"])
            case _:
                self.data.write_string(row, number, str(value), formats["text"])
