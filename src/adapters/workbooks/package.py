"""The package that an .xlsx file is: opened within bounds, before any library reads it.

Every entry is inflated here first, and counted, because what an entry's header says of its size binds nobody.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from domain.refusals import Invalid

ENTRIES_MAX = 200
UNPACKED_BYTES_MAX = 512 * 1024 * 1024
RATIO_MAX = 250
"""A sheet of nothing but one repeated row comes to about 100."""
COLUMNS_MAX = 150
PIECE_BYTES = 1024 * 1024
OVERLAP_BYTES = 4_096
GAPS_MAX, GAPS_A_CELL_MAX = 4_000_000, 20
"""Places that the library lays out without a cell in them: so many in all, and so many more for each cell."""
TEXT_BYTES_MAX = 16 * 1024 * 1024
"""The longest stretch without markup: far longer than a cell, as long as what other parts embed."""

_TAG = re.compile(
    rb"<(?:(/?)(?:[^\s<>/:\"'=]+:)?(c|f|row|mergeCell|sheetData)(?=[\s/>])([^<>]*)|(!))",
)
_ATTRIBUTES = re.compile(rb"(?:\s+[\w:.-]{1,40}=(?:\"[^\"&]{0,200}\"|'[^'&]{0,200}'))*\s*/?")
_AT = re.compile(rb"\sr=[\"']([^\"']*)[\"']")
_PLACE = re.compile(rb"([A-Z]{1,4})([1-9]\d{0,7})")
_MERGED = re.compile(rb"\bref=[\"']([A-Z0-9:$]{1,40})[\"']")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = ((b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"<?xml", "XML"), (b"<html", "HTML"))


class NotAWorkbook(Invalid):
    """The file is no .xlsx workbook, or one that is not taken."""

    code = "workbook.not-xlsx"


class WorkbookTooLarge(Invalid):
    """The workbook holds more than is taken in one go."""

    code = "workbook.too-large"


class FormulaFound(Invalid):
    """A cell holds a formula: what it comes to would depend on who opens it."""

    code = "workbook.formula"


class MergedCells(Invalid):
    """Cells are merged: it cannot be said which rows the value is for."""

    code = "workbook.merged-cells"


def check_package(body: bytes, *, rows_max: int) -> None:
    """Raises: NotAWorkbook, WorkbookTooLarge, FormulaFound, MergedCells: why it is not read."""
    _check_kind(body)
    try:
        with zipfile.ZipFile(BytesIO(body)) as package:
            entries = package.infolist()
            _check_entries(entries, len(body))
            left = UNPACKED_BYTES_MAX
            for entry in entries:
                left -= _check_entry(body, entry, left, rows_max)
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError, ValueError) as error:
        raise _not("is damaged or cut off") from error


def _not(reason: str) -> NotAWorkbook:
    return NotAWorkbook(field="file", reason=reason)


def _check_kind(body: bytes) -> None:
    if body.startswith(b"PK\x03\x04"):
        return
    if body.startswith(_OLE):
        # The same container holds the old .xls and a new file under a password.
        locked = "EncryptedPackage".encode("utf-16-le") in body
        raise _not("is protected by a password" if locked else "is an old .xls file: save it as .xlsx")
    for mark, name in _OTHERS:
        if body[:16].lstrip(b"\xef\xbb\xbf \r\n").lower().startswith(mark.lower()):
            raise _not(f"is a file of kind {name}, not .xlsx")
    raise _not("is no .xlsx file (a .csv, say, under another name)" if body else "is empty")


def _check_entries(entries: list[zipfile.ZipInfo], packed_bytes: int) -> None:
    if len(entries) > ENTRIES_MAX:
        raise WorkbookTooLarge(field="file", reason=f"holds more than {ENTRIES_MAX} parts")
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise _not("holds a part twice")
    if any(entry.flag_bits & 1 for entry in entries):
        raise _not("is protected by a password")
    if any(name.lower().endswith(("vbaproject.bin", "xlsb")) or "/macrosheets/" in name.lower() for name in names):
        raise _not("holds macros: save it as .xlsx")
    if "xl/workbook.xml" not in names:
        raise _not("is a package of another kind than .xlsx")
    if sum(entry.file_size for entry in entries) > max(RATIO_MAX * packed_bytes, PIECE_BYTES):
        raise WorkbookTooLarge(field="file", reason="unpacks to far more than it is")


def _check_entry(body: bytes, entry: zipfile.ZipInfo, left: int, rows_max: int) -> int:
    """The size of the entry, which is what its header says. Raises: as `check_package`."""
    name, size, tail = entry.filename, 0, b""
    is_text = name.endswith((".xml", ".rels"))
    sheet = Sheet(rows_max)
    for piece in _inflated(body, entry):
        if not size and is_text:
            _check_encoding(piece)
        size += len(piece)
        if size > left:
            raise WorkbookTooLarge(field="file", reason="unpacks to far more than it is")
        seen = tail + piece
        if is_text and _DECLARED.search(seen):
            raise _not("declares entities of its own")
        if is_text:
            sheet.look(piece)
        elif b"sheetData" in seen:
            raise _not("is damaged or cut off")  # A sheet under the name of a picture.
        tail = seen[-OVERLAP_BYTES:]
    sheet.end()
    if size != entry.file_size:
        raise _not("is damaged or cut off")
    if name == "[Content_Types].xml" and b"macroEnabled" in tail:
        raise _not("holds macros: save it as .xlsx")
    return size


def _check_encoding(start: bytes) -> None:
    """XML in another encoding than UTF-8 would be read past what is looked for here."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start[:200]:
        raise _not("is damaged or cut off")
    declared = re.match(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*encoding=[\"']([A-Za-z0-9_-]+)[\"']", start[:200])
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        raise _not("is damaged or cut off")


def _inflated(body: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's content in pieces, as far as it really goes."""
    start = entry.header_offset
    if body[start : start + 4] != b"PK\x03\x04":
        raise _not("is damaged or cut off")
    names, extra = struct.unpack("<HH", body[start + 26 : start + 30])
    begin = start + 30 + names + extra
    packed = memoryview(body)[begin : begin + entry.compress_size]
    if len(packed) < entry.compress_size:
        raise _not("is damaged or cut off")
    if entry.compress_type == zipfile.ZIP_STORED:
        for at in range(0, len(packed), PIECE_BYTES):
            yield bytes(packed[at : at + PIECE_BYTES])
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise _not("is packed in a way that Excel does not use")
    yield from _deflated(packed)


def _deflated(packed: Any) -> Iterator[bytes]:
    inflating = zlib.decompressobj(-15)
    piece = inflating.decompress(packed, PIECE_BYTES)
    while piece:
        yield piece
        piece = inflating.decompress(inflating.unconsumed_tail, PIECE_BYTES)
    if not inflating.eof:
        raise _not("is damaged or cut off")


class Sheet:
    """What is looked for in a part's XML, whose size alone says nothing of how far its cells lie apart.

    Any part may be named as a sheet, so every part is looked at. The library lays out all cells from the first to the
    last at once: what is not written as plainly as Excel does, and might be read otherwise there, is refused.
    """

    def __init__(self, rows_max: int) -> None:
        self.rows_max, self.rows, self.row, self.column = rows_max, 0, 0, 0
        self.cells, self.last_row, self.last_column = 0, 0, 0
        self.rest, self.place = b"", b""
        self.is_sheet = self.in_cells = False

    def look(self, piece: bytes) -> None:
        """`piece` goes on where the last one ended; a tag that it cuts is looked at with the next."""
        seen = self.rest + piece
        whole = seen.rfind(b"<")
        if len(seen) - whole > TEXT_BYTES_MAX:
            raise _not("is damaged or cut off")
        self._tags(seen[:whole] if whole > 0 else b"")
        self.rest = seen[max(whole, 0) :]

    def end(self) -> None:
        self._tags(self.rest)
        if self.last_row * self.last_column > GAPS_MAX + GAPS_A_CELL_MAX * self.cells:
            raise WorkbookTooLarge(field="file", reason="unpacks to far more than it is")

    def _tags(self, seen: bytes) -> None:
        for found in _TAG.finditer(seen):
            closes, name, attributes, declares = found.groups()
            if name == b"sheetData":
                self.is_sheet, self.in_cells = True, not closes
            elif declares and self.is_sheet:
                raise _not("is damaged or cut off")
            elif name == b"mergeCell" and not closes:
                merged = _MERGED.search(attributes)
                raise MergedCells(field=merged[1].decode() if merged else "file", reason="merged cells")
            elif self.is_sheet and not closes:
                self._look_at(name, attributes)

    def _look_at(self, name: bytes, attributes: bytes) -> None:
        if name == b"f":
            if self.in_cells:
                raise FormulaFound(field=self.place.decode() or "file", reason="holds a formula: paste its value")
            return
        if not _ATTRIBUTES.fullmatch(attributes):
            raise _not("is damaged or cut off")
        at = _AT.search(attributes)
        if name == b"row":
            self._row(at[1] if at else None)
        else:
            self._cell(at[1] if at else None)

    def _row(self, at: bytes | None) -> None:
        if at is not None and not at.isdigit():
            raise _not("is damaged or cut off")
        self.rows += 1
        self.row, self.column = int(at[:9]) if at else self.row + 1, 0
        self._check_rows()

    def _cell(self, at: bytes | None) -> None:
        place = _PLACE.fullmatch(at) if at is not None else None
        if at is not None and place is None:
            raise _not("is damaged or cut off")
        self.column = _number(place[1]) if place else self.column + 1
        self.place = at or b""
        if self.column > COLUMNS_MAX:
            field = place[1].decode() if place else "file"
            raise WorkbookTooLarge(field=field, reason=f"has more than {COLUMNS_MAX} columns")
        self.row = int(place[2]) if place else self.row
        self.cells += 1
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
        self._check_rows()

    def _check_rows(self) -> None:
        if max(self.row, self.rows) > self.rows_max:
            raise WorkbookTooLarge(field="file", reason=f"has more than {self.rows_max} rows")


def _number(letters: bytes) -> int:
    """A column's number: A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
