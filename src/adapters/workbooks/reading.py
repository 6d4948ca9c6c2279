"""A workbook's rows out of the bytes that were sent, or every reason why not."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from unicodedata import normalize

import msgspec
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum, XmlError

from adapters.workbooks.package import NotAWorkbook, WorkbookTooLarge, check_package
from application.importing.columns import Column, Sheet, heading_key
from application.importing.rows import Fault, Row, row_of
from application.importing.sheets import TEMPLATE_VERSION
from domain.refusals import Invalid

SHEET = "Dữ liệu"
GUIDE = "Hướng dẫn"
LISTS = "Danh mục"
"""Hidden: the choices of the drop-down lists, and what template it is."""
ERRORS = "Lỗi"
MARK = "thidua"
PREAMBLE_ROWS_MAX = 10
GUIDE_ROWS_MAX = 2_000


class WrongSheets(Invalid):
    """The workbook's sheets are not those of the template."""

    code = "workbook.sheets"


class WrongHeadings(Invalid):
    """A column is missing, stands twice, or is not the template's."""

    code = "workbook.headings"


class WrongTemplate(Invalid):
    """It is the template of another kind, or of a later version."""

    code = "workbook.template"


class NoRows(Invalid):
    """The sheet holds headings alone."""

    code = "workbook.empty"


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """The rows whose cells are all well, what is wrong with the others, and how many there are in all."""

    file_sha256: str
    rows: list[Row]
    faults: list[Fault]
    count: int


def read_workbook(body: bytes, sheet: Sheet, *, rows_max: int) -> Read:
    """The rows of the data sheet.

    Raises:
        NotAWorkbook, WorkbookTooLarge, FormulaFound, MergedCells, WrongSheets, WrongHeadings, WrongTemplate, NoRows.
    """
    check_package(body, rows_max=max(rows_max, GUIDE_ROWS_MAX) + PREAMBLE_ROWS_MAX)
    with opened(body) as workbook:
        found = _data_sheet(workbook, sheet)
        rows: list[Row] = []
        faults: list[Fault] = []
        count = 0
        for number, raw in cells(found, sheet):
            count += 1
            row = row_of(sheet, number, raw)
            if isinstance(row, Row):
                rows.append(row)
            else:
                faults += row
        if not count:
            raise NoRows(field=SHEET, reason="holds no rows below the headings")
        if count > rows_max:
            raise WorkbookTooLarge(field="file", reason=f"has more than {rows_max} rows")
    return Read(file_sha256=hashlib.sha256(body).hexdigest(), rows=rows, faults=faults, count=count)


def opened(body: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(BytesIO(body))
    except PasswordError as error:
        raise NotAWorkbook(field="file", reason="is protected by a password") from error
    except (CalamineError, XmlError, OSError, ValueError) as error:
        raise NotAWorkbook(field="file", reason="is damaged or cut off") from error


def sheet_named(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    """Raises: NotAWorkbook."""
    with _understood():
        return workbook.get_sheet_by_name(name)


def _rows_of(found: CalamineSheet) -> Iterator[list[Any]]:
    """Raises: NotAWorkbook, at the first value that no type holds."""
    with _understood():
        yield from found.iter_rows()


@contextmanager
def _understood() -> Iterator[None]:
    """Raises: NotAWorkbook, where the library cannot read what stands there; its own faults come under no Exception."""
    try:
        yield
    except (CalamineError, XmlError, OSError, ValueError, OverflowError) as error:
        raise NotAWorkbook(field="file", reason="is damaged or cut off") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise NotAWorkbook(field="file", reason="is damaged or cut off") from error


def cells(found: CalamineSheet, sheet: Sheet) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row that is not empty: its number in the sheet, and what its cells hold, by column."""
    first = (found.start or (0, 0))[0] + 1
    columns: list[Column | None] = []
    for number, values in enumerate(_rows_of(found), start=first):
        if not columns:
            columns = _headings(values, sheet)
        elif any(value not in ("", None) and not _is_blank(value) for value in values) and not _is_codes(values, sheet):
            yield number, {c.code: value for c, value in zip(columns, values, strict=False) if c is not None}


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def _is_codes(values: Sequence[Any], sheet: Sheet) -> bool:
    """The hidden row of the template that holds the columns' codes."""
    codes = {column.code for column in sheet.columns}
    said = [value for value in values if value not in ("", None)]
    return bool(said) and all(isinstance(value, str) and value in codes for value in said)


def _headings(values: Sequence[Any], sheet: Sheet) -> list[Column | None]:
    """The column that stands at each place; None: one of our own marks, or nothing. Raises: WrongHeadings."""
    known = {heading_key(column.heading): column for column in sheet.columns}
    found: list[Column | None] = []
    for value in values:
        said = heading_key(str(value))
        if said and said != heading_key(ERRORS) and said not in known:
            raise WrongHeadings(field=str(value)[:100], reason="is no column of this template")
        column = known.get(said)
        if column is not None and column in found:
            raise WrongHeadings(field=column.heading, reason="stands twice")
        found.append(column)
    for column in sheet.columns:
        if column not in found:
            raise WrongHeadings(field=column.heading, reason="is missing")
    return found


def _data_sheet(workbook: CalamineWorkbook, sheet: Sheet) -> CalamineSheet:
    ours = {heading_key(name) for name in (SHEET, GUIDE, LISTS)}
    names = {heading_key(normalize("NFC", name)): name for name in workbook.sheet_names}
    for meta in workbook.sheets_metadata:
        if heading_key(meta.name) not in ours:
            hidden = meta.visible is not SheetVisibleEnum.Visible
            reason = "is hidden, and not the template's" if hidden else "is no sheet of the template"
            raise WrongSheets(field=meta.name[:100], reason=reason)
    if heading_key(SHEET) not in names:
        raise WrongSheets(field=SHEET, reason="is missing")
    if heading_key(LISTS) in names:
        _check_template(sheet_named(workbook, names[heading_key(LISTS)]), sheet)
    data = sheet_named(workbook, names[heading_key(SHEET)])
    if data.start is None or not data.height:
        raise NoRows(field=SHEET, reason="holds no rows below the headings")
    return data


def _check_template(lists: CalamineSheet, sheet: Sheet) -> None:
    """The mark says what the workbook was made as; a workbook without one is taken by its headings."""
    mark = next(_rows_of(lists), [])[:3] if lists.start is not None else []
    if len(mark) < 3 or mark[0] != MARK:
        return
    if mark[1] != sheet.kind:
        raise WrongTemplate(field="file", reason=f"is the template of {str(mark[1])[:20]}")
    if mark[2] != TEMPLATE_VERSION:
        raise WrongTemplate(field="file", reason=f"is of version {_version(mark[2])}, not {TEMPLATE_VERSION}")


def _version(said: Any) -> str:
    return f"{said:.15g}" if isinstance(said, float) else str(said)[:20]
