"""Templates: what officers fill in, with its instructions and its lists."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]

from adapters.workbooks.reading import GUIDE, LISTS, MARK, SHEET
from application.importing.columns import Column, Sheet
from application.importing.sheets import TEMPLATE_VERSION

LISTED_ROWS = 5_000
"""So many rows have drop-down lists and formats."""
FORMATS = {"date": "dd/mm/yyyy", "count": "0", "points": "0.##"}
SEVERAL = ("slug", "code", "text")


def template(sheet: Sheet, units: Sequence[tuple[str, str]] = ()) -> bytes:
    """The workbook to fill in. `units` are codes and names for the list of units, where they are few."""
    out = BytesIO()
    workbook = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    data, guide, lists = (workbook.add_worksheet(name) for name in (SHEET, GUIDE, LISTS))
    ranges = _lists(lists, sheet, units)
    _headings(workbook, data, sheet)
    for number, column in enumerate(sheet.columns):
        _format(workbook, data, number, column, ranges)
    _guide(workbook, guide, sheet, units)
    lists.hide()
    workbook.set_properties({"title": sheet.title, "comments": f"{MARK} {sheet.kind} {TEMPLATE_VERSION}"})
    workbook.close()
    return out.getvalue()


def filled_in(sheet: Sheet, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The template with `rows` typed into it, as text, by column."""
    out = BytesIO()
    workbook = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    data = workbook.add_worksheet(SHEET)
    _headings(workbook, data, sheet)
    for number, row in enumerate(rows, start=2):
        for place, column in enumerate(sheet.columns):
            data.write_string(number, place, str(row.get(column.code, "")))
    workbook.close()
    return out.getvalue()


def _lists(lists: Any, sheet: Sheet, units: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """Each list's cells; the first row says what template this is."""
    lists.write_row(0, 0, [MARK, sheet.kind, TEMPLATE_VERSION])
    wanted = {column.code: [word for word, _ in column.choices] for column in sheet.columns if column.choices}
    wanted |= {column.code: ["Có", "Không"] for column in sheet.columns if column.holds == "yes-no"}
    if units:
        codes = [code for code, _ in units]
        wanted |= {column.code: codes for column in sheet.columns if column.code in ("unit_code", "parent_code")}
    ranges = {}
    for number, (code, words) in enumerate(wanted.items()):
        lists.write_column(2, number, words)
        name = xl_col_to_name(number, col_abs=True)
        ranges[code] = f"='{LISTS}'!{name}$3:{name}${len(words) + 2}"
    return ranges


def _headings(workbook: Workbook, data: Any, sheet: Sheet) -> None:
    plain = workbook.add_format({"bold": True, "bg_color": "#D9E1F2", "border": 1, "text_wrap": True, "valign": "top"})
    must = workbook.add_format({"bold": True, "bg_color": "#F8CBAD", "border": 1, "text_wrap": True, "valign": "top"})
    for number, column in enumerate(sheet.columns):
        heading = f"{column.heading} *" if column.required else column.heading
        data.write_string(0, number, heading, must if column.required else plain)
        data.write_string(1, number, column.code)
    data.set_row(0, 45)
    data.set_row(1, None, None, {"hidden": True})
    data.freeze_panes(2, 1)


def _format(workbook: Workbook, data: Any, number: int, column: Column, ranges: Mapping[str, str]) -> None:
    number_format = workbook.add_format({"num_format": FORMATS.get(column.holds, "@")})
    data.set_column(number, number, max(14, min(40, len(column.heading) + 4)), number_format)
    if column.code in ranges:
        stop = column.code not in ("unit_code", "parent_code")  # A unit that is new is not in the list.
        data.data_validation(
            2, number, LISTED_ROWS, number, {
                "validate": "list", "source": ranges[column.code], "error_type": "stop" if stop else "warning",
                "error_title": column.heading[:32], "error_message": "Hãy chọn một giá trị trong danh sách.",
            },
        )  # fmt: skip


def _guide(workbook: Workbook, guide: Any, sheet: Sheet, units: Sequence[tuple[str, str]]) -> None:
    bold = workbook.add_format({"bold": True})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    guide.set_column(0, 0, 26)
    guide.set_column(1, 1, 70, wrapped)
    guide.set_column(2, 3, 22)
    guide.write_string(0, 0, f"{sheet.title}: cách điền (mẫu phiên bản {TEMPLATE_VERSION})", bold)
    for number, line in enumerate(_LINES, start=1):
        guide.write_string(number, 0, line)
    top = len(_LINES) + 2
    for number, heading in enumerate(("Cột", "Ý nghĩa", "Bắt buộc", "VÍ DỤ (không nhập)")):
        guide.write_string(top, number, heading, bold)
    for row, column in enumerate(sheet.columns, start=top + 1):
        words = f" Chọn: {'; '.join(word for word, _ in column.choices)}." if column.choices else ""
        guide.write_string(row, 0, column.heading, bold)
        guide.write_string(row, 1, column.about + words, wrapped)
        guide.write_string(row, 2, "bắt buộc" if column.required else "")
        guide.write_string(row, 3, column.example)
    below = top + len(sheet.columns) + 2
    for row, (code, name) in enumerate(units, start=below):
        guide.write_string(row, 0, code)
        guide.write_string(row, 1, name)


_LINES = (
    f"Điền vào trang “{SHEET}”, mỗi dòng một đối tượng, từ dòng ngay dưới tiêu đề. Cột có dấu * là bắt buộc.",
    "Không đổi tên trang và tiêu đề, không gộp ô, không dùng công thức (dán giá trị), không thêm trang khác.",
    "Ngày: ô kiểu ngày, hoặc gõ ngày/tháng/năm, ví dụ 15/03/2024. Mã là văn bản: số 0 ở đầu phải còn nguyên.",
    "Mặc định nhập tất cả hoặc không nhập gì. Tệp có lỗi được trả lại với từng ô sai tô màu và ghi lý do.",
    "Gửi lại cùng một tệp không nhập lần thứ hai; dòng đã đúng như hệ thống không thay đổi gì.",
)
