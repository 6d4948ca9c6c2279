"""What officers send by mistake, or somebody on purpose: each a refusal that says what to mend."""

import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from adapters.workbooks.marking import Marked, marked_workbook
from adapters.workbooks.package import FormulaFound, MergedCells, NotAWorkbook, WorkbookTooLarge, check_package
from adapters.workbooks.reading import (
    LISTS,
    MARK,
    SHEET,
    NoRows,
    Read,
    WrongHeadings,
    WrongSheets,
    WrongTemplate,
    read_workbook,
)
from adapters.workbooks.templates import template
from application.importing.columns import Column, typed
from application.importing.sheets import MEMBERS, SHEETS, UNITS
from domain.refusals import Invalid
from tests.support.workbooks import member, workbook

HEADINGS = [column.heading for column in MEMBERS.columns]
GOOD = workbook(MEMBERS, [member(1)])


def read(body: bytes) -> Read:
    return read_workbook(body, MEMBERS, rows_max=1_000)


def refused(body: bytes, kind: type[Invalid], reason: str, field: str | None = None) -> None:
    with pytest.raises(kind) as caught:
        read(body)
    assert type(caught.value) is kind
    assert reason in str(caught.value.facts["reason"])
    assert field is None or caught.value.facts["field"] == field


def made(fill: Callable[[Any, Any], None]) -> bytes:
    out = BytesIO()
    book = Workbook(out, {"in_memory": True})
    data = book.add_worksheet(SHEET)
    data.write_row(0, 0, HEADINGS)
    data.write_row(1, 0, ["DV-1", "Người Thứ 1", "", "base", "Khác", "01/05/2021"])
    fill(book, data)
    book.close()
    return out.getvalue()


def repacked(
    body: bytes, change: Callable[[str, bytes], bytes | None], more: Sequence[tuple[str, bytes]] = ()
) -> bytes:
    """The package with each part as `change` makes it (None: left out), and more parts."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = change(entry.filename, old.read(entry))
            if content is not None:
                new.writestr(entry.filename, content)
        for name, content in more:
            new.writestr(name, content)
    return out.getvalue()


def test_a_workbook_is_read_with_its_rows_by_column() -> None:
    found = read(GOOD)
    assert (found.count, found.faults) == (1, [])
    assert found.rows[0].number == 2
    assert found.rows[0].values["joined_on"] == date(2021, 5, 1)
    assert found.rows[0].values["employment"] == "direct-worker"


def test_a_formula_is_refused_with_its_cell() -> None:
    refused(made(lambda book, data: data.write_formula("B3", "=A2")), FormulaFound, "formula", "B3")


def test_merged_cells_are_refused_with_their_range() -> None:
    refused(made(lambda book, data: data.merge_range("A4:B5", "x")), MergedCells, "merged", "A4:B5")


def test_a_cell_far_away_is_refused_before_any_table_is_made_of_it() -> None:
    began = time.monotonic()
    refused(made(lambda book, data: data.write(1_048_575, 0, "x")), WorkbookTooLarge, "rows")
    refused(made(lambda book, data: data.write(1, 16_383, "x")), WorkbookTooLarge, "columns", "XFD")
    assert time.monotonic() - began < 2


SHEET_PART = "xl/worksheets/sheet1.xml"


def with_row(xml: bytes, part: str = SHEET_PART, of: bytes = GOOD) -> bytes:
    """A good workbook with one row more, as nobody's program writes it; `part`: where its sheet lies."""
    targets = (b"worksheets/sheet1.xml", part.removeprefix("xl/").encode())

    def change(name: str, content: bytes) -> bytes | None:
        if name == SHEET_PART:
            return content.replace(b"</sheetData>", xml + b"</sheetData>") if part == SHEET_PART else None
        return content.replace(*targets) if name == "xl/_rels/workbook.xml.rels" else content

    with zipfile.ZipFile(BytesIO(of)) as package:
        sheet = package.read(SHEET_PART).replace(b"</sheetData>", xml + b"</sheetData>")
    return repacked(of, change, [] if part == SHEET_PART else [(part, sheet)])


FAR = b'<row r="900"><c r="XFD900"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("row", "part"),
    [
        (b'<row r="900"><c r = "XFD900"><v>1</v></c></row>', SHEET_PART),
        (b'<row r="900"><c r="xfd900"><v>1</v></c></row>', SHEET_PART),
        (b'<row r="900"><c x=">" r="XFD900"><v>1</v></c></row>', SHEET_PART),
        (b'<row r="900"><c x="' + b"y" * 300 + b'" r="XFD900"><v>1</v></c></row>', SHEET_PART),
        (b'<row r="900"><c r="ZZZZZZZZZZ99999999999999"><v>1</v></c></row>', SHEET_PART),
        (b'<row r="1048576"><c><v>1</v></c></row>', SHEET_PART),
        (b'<row r="900">' + b"<c><v>1</v></c>" * 151 + b"</row>", SHEET_PART),
        (FAR, "xl/other/sheet.xml"),
        (FAR, "xl/media/picture.png"),
        (FAR, "xl/worksheets/SHEET9.XML"),
    ],
)
def test_a_cell_far_away_is_refused_however_it_is_written(row: bytes, part: str) -> None:
    with pytest.raises((WorkbookTooLarge, NotAWorkbook)):
        check_package(with_row(row, part), rows_max=1_000)


def test_cells_within_the_limits_and_far_apart_are_refused() -> None:
    far = b'<row r="100000"><c r="ET100000"><v>1</v></c></row>'
    with pytest.raises(WorkbookTooLarge, match="unpacks"):
        check_package(with_row(far), rows_max=120_000)
    check_package(with_row(far.replace(b"ET", b"B")), rows_max=120_000)


@pytest.mark.parametrize(
    "cell",
    [
        b"<c><f>1+1</f><v>2</v></c>",
        b'<c r="A9"><v>2</v><f>1+1</f></c>',
        b'<c r="A9"><is/><f>1+1</f><v>2</v></c>',
        b'<c r="A9"><!-- --><f>1+1</f><v>2</v></c>',
    ],
)
def test_a_formula_is_refused_however_it_is_written(cell: bytes) -> None:
    with pytest.raises((FormulaFound, NotAWorkbook)):
        read(with_row(b'<row r="9">' + cell + b"</row>"))


def test_what_a_sheet_says_of_formulas_behind_its_cells_is_none() -> None:
    listed = b"</sheetData><extLst><ext><x14:list><xm:f>A!B</xm:f></x14:list></ext></extLst>"
    body = repacked(GOOD, lambda name, content: content.replace(b"</sheetData>", listed))
    assert read(body).count == 1


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="A9" t="s"><v>99999</v></c>',
        b'<c r="A9" t="zz"><v>1</v></c>',
        b'<c r="A9" t="e"><v>#XYZ</v></c>',
        b'<c r="A0"><v>1</v></c>',
        b'<c r="A9"><v>1</c>',
        b'<c r="A9" s="1"><v>1e12</v></c>',
        b'<c r="A9" s="1"><v>-1e300</v></c>',
    ],
)
def test_a_cell_that_the_library_cannot_read_is_refused(cell: bytes) -> None:
    lasting = made(lambda book, data: data.write(1, 7, None, book.add_format({"num_format": "[h]:mm:ss"})))
    body = with_row(b'<row r="9">' + cell + b"</row>", of=lasting)
    refused(body, NotAWorkbook, "damaged")


@pytest.mark.parametrize("number", [b"1e999", b"-inf", b"NaN"])
def test_what_is_no_number_is_marked_all_the_same(number: bytes) -> None:
    body = with_row(b'<row r="9"><c r="A9"><v>' + number + b"</v></c></row>")
    assert read(body).faults
    assert marked_workbook(body, MEMBERS, [Marked(9, "code", "không phải chữ")])


@pytest.mark.parametrize("version", ["một", 2.5, "9" * 500])
def test_a_template_of_no_known_version_is_refused(version: Any) -> None:
    def fill(book: Any, data: Any) -> None:
        book.add_worksheet(LISTS).write_row(0, 0, [MARK, MEMBERS.kind, version])

    refused(made(fill), WrongTemplate, "is of version")


def test_200_columns_are_refused() -> None:
    refused(made(lambda book, data: data.write_row(2, 0, ["x"] * 200)), WorkbookTooLarge, "columns")


def test_more_rows_than_are_taken_are_refused() -> None:
    body = workbook(MEMBERS, [member(n) for n in range(12)])
    with pytest.raises(WorkbookTooLarge):
        read_workbook(body, MEMBERS, rows_max=11)


def test_sheets_that_are_not_the_templates() -> None:
    refused(workbook(MEMBERS, [member(1)], name="Sheet1"), WrongSheets, "no sheet of the template", "Sheet1")
    refused(made(lambda book, data: book.add_worksheet("Phụ").hide()), WrongSheets, "hidden", "Phụ")


def test_a_sheets_name_in_decomposed_letters_is_the_same_name() -> None:
    assert read(workbook(MEMBERS, [member(1)], name="Dữ liệu")).count == 1


def test_headings_that_are_missing_doubled_or_unknown() -> None:
    rows = [member(1)]
    refused(workbook(MEMBERS, rows, headings=HEADINGS[1:]), WrongHeadings, "missing", "Mã đoàn viên")
    refused(workbook(MEMBERS, rows, headings=[*HEADINGS, "Họ và tên"]), WrongHeadings, "twice", "Họ và tên")
    refused(workbook(MEMBERS, rows, headings=[*HEADINGS, "Ghi chú"]), WrongHeadings, "no column", "Ghi chú")


def test_headings_are_known_without_case_stars_spaces_and_composition() -> None:
    odd = [f" {heading.upper()} * " for heading in HEADINGS]
    odd[1] = "Họ và tên"
    assert read(workbook(MEMBERS, [member(1)], headings=odd)).count == 1


def test_an_empty_sheet_is_refused() -> None:
    refused(workbook(MEMBERS, []), NoRows, "no rows")
    out = BytesIO()
    book = Workbook(out)
    book.add_worksheet(SHEET)
    book.close()
    refused(out.getvalue(), NoRows, "no rows")


def test_a_template_is_empty_until_it_is_filled_in_and_is_of_one_kind() -> None:
    refused(template(MEMBERS, [("base", "CĐCS")]), NoRows, "no rows")
    with pytest.raises(WrongTemplate):
        read_workbook(template(UNITS), MEMBERS, rows_max=10)


@pytest.mark.parametrize("kind", SHEETS)
def test_every_example_of_a_template_is_a_value_of_its_column(kind: str) -> None:
    for column in SHEETS[kind].columns:
        assert not column.example or typed(column, column.example) is not None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        ("mã;tên\n1;x".encode(), ".csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (GOOD[:-30], "damaged"),
    ],
)
def test_a_file_of_another_kind_under_the_name_of_a_workbook(body: bytes, reason: str) -> None:
    refused(body, NotAWorkbook, reason)


def test_macros_are_refused() -> None:
    refused(repacked(GOOD, lambda name, body: body, [("xl/vbaProject.bin", b"x")]), NotAWorkbook, "macros")


def test_a_package_of_another_kind_is_refused() -> None:
    refused(
        repacked(GOOD, lambda name, body: None if name == "xl/workbook.xml" else body), NotAWorkbook, "another kind"
    )


def test_entities_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    body = repacked(GOOD, lambda name, body: bomb if name == "xl/sharedStrings.xml" else body)
    refused(body, NotAWorkbook, "entities")


def test_xml_in_another_encoding_is_refused() -> None:
    body = repacked(
        GOOD, lambda name, body: body.decode().encode("utf-16") if name.startswith("xl/worksheets/") else body
    )
    refused(body, NotAWorkbook, "damaged")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    began = time.monotonic()
    bomb = repacked(GOOD, lambda name, body: body, [("xl/media/x.bin", bytes(100_000_000))])
    refused(bomb, WorkbookTooLarge, "unpacks")
    assert time.monotonic() - began < 5


def test_a_part_that_is_larger_than_its_header_says_is_refused() -> None:
    """Its header promises 20 bytes, with their checksum; a reader that trusts the stream would take it all."""
    name, content = "xl/media/x.bin", bytes(3_000_000)
    body = bytearray(repacked(GOOD, lambda name, body: body, [(name, content)]))
    for signature, at in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        start = body.rindex(name.encode()) if signature == b"PK\x01\x02" else body.index(name.encode())
        start = body.rindex(signature, 0, start)
        struct.pack_into("<I", body, start + at, zlib.crc32(content[:20]))
        struct.pack_into("<I", body, start + at + 8, 20)
    refused(bytes(body), NotAWorkbook, "damaged")


def test_too_many_parts_are_refused() -> None:
    more = [(f"xl/media/{n}.bin", b"x") for n in range(220)]
    refused(repacked(GOOD, lambda name, body: body, more), WorkbookTooLarge, "parts")


def column(**more: Any) -> Column:
    return Column(code="c", heading="C", about="", **more)


@pytest.mark.parametrize(
    ("holds", "raw", "value"),
    [
        ("date", "15/03/2024", date(2024, 3, 15)),
        ("date", " 5-3-2024 ", date(2024, 3, 5)),
        ("date", "2024-03-15", date(2024, 3, 15)),
        ("date", datetime(2024, 3, 15, 8), date(2024, 3, 15)),  # noqa: DTZ001 (as a cell holds it)
        ("count", 12.0, 12),
        ("count", "12", 12),
        ("points", "18,5", 1850),
        ("points", 18.25, 1825),
        ("yes-no", "CÓ", True),
        ("yes-no", "không", False),
        ("text", "  Nguyễn ", "Nguyễn"),
        ("text", 12.0, "12"),
        ("slug", "cdcs-1 ", "cdcs-1"),
        ("code", "  ", None),
    ],
)
def test_a_cell_is_read_as_officers_mean_it(holds: Any, raw: Any, value: Any) -> None:
    assert typed(column(holds=holds), raw) == value


@pytest.mark.parametrize(
    ("holds", "raw", "reason"),
    [
        ("date", "31/02/2024", "no day"),
        ("date", 45_000.0, "no day"),
        ("date", "15/03/0024", "years"),
        ("count", "mười hai", "no number"),
        ("count", 1.5, "whole"),
        ("count", -1, "whole"),
        ("count", float("nan"), "whole"),
        ("points", 1.234, "two decimals"),
        ("points", "1e9", "no number"),
        ("code", 42, "leading zeros"),
        ("slug", "Mã Số", "no code"),
        ("yes-no", "chắc", "neither"),
        ("text", "x" * 501, "500"),
    ],
)
def test_a_cell_that_holds_something_else_says_what_is_wrong(holds: Any, raw: Any, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        typed(column(holds=holds), raw)
    assert reason in str(caught.value.facts["reason"])


def test_a_marked_workbook_holds_the_rows_in_their_places_and_can_be_read_again() -> None:
    body = made(lambda book, data: data.write_row(5, 0, ["DV-2", "=Người", 7, "base", "Khác", "hôm qua"]))
    found = read(marked_workbook(body, MEMBERS, [Marked(6, "joined_on", "không phải ngày"), Marked(2, None, "sai")]))
    assert [row.number for row in found.rows] == [2]
    assert {(fault.row, fault.column) for fault in found.faults} == {(6, "identity"), (6, "joined_on")}
