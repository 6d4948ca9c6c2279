"""Registers as workbooks: what the list shows, to whom it shows it."""

from datetime import date
from io import BytesIO
from typing import Any, get_args

import msgspec
import pytest
from python_calamine import CalamineWorkbook

from adapters.http.export_headings import HEADINGS, LEFT_OUT
from adapters.http.exports import SUMMARY, TITLES, _value
from adapters.http.route import WORKBOOK_TYPE
from adapters.http.routes import every_route
from adapters.read_models.duty_list import State as DutyState
from adapters.read_models.summary import AwardCount, ClassCount, DutyCount, RegistrationCount
from adapters.workbooks.exporting import COVER, Export
from application.importing.sheets import MEMBERS
from application.sealing import WITHHELD
from domain.award.messages import Form, Ground
from domain.directive import DutyKind, Modality, Source
from domain.rules.case import Scheme
from domain.targets import Standing
from tests.support.directives import SMALL
from tests.support.http import Caller, Served
from tests.support.workbooks import member, workbook

pytestmark = pytest.mark.anyio
LISTS = [route for route in every_route() if route.register is not None and route.path in TITLES]


async def table(caller: Caller, path: str) -> tuple[list[Any], list[list[Any]], list[Any]]:
    """The headings, the rows and the cover of an exported register."""
    answer = await caller.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == WORKBOOK_TYPE
    found = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    headings, *rows = found.get_sheet_by_index(1).to_python()
    lines: list[Any] = list(found.get_sheet_by_name(COVER).to_python())
    return list(headings), [list(row) for row in rows], lines


async def test_a_register_is_exported_with_days_as_days_and_codes_for_ids(web: Served) -> None:
    headings, rows, cover = await table(web.here.officer, f"/v1/units.xlsx?min_position={await web.position(web.here)}")
    by_code = {row[headings.index("Mã")]: row for row in rows}
    base = by_code["base"]
    assert base[headings.index("Mã đơn vị cấp trên")] == "east"
    assert base[headings.index("Ngày thành lập")].isoformat() == "2020-01-01"
    assert base[headings.index("Cấp")] == "Cơ sở"
    assert dict(cover)["Vị trí cuối của nhật ký"] >= 7


def test_no_register_is_without_a_workbook() -> None:
    """Reminders are what is to be sent, not a register: who has sent them is in the duties' own stream."""
    lists = {route.path for route in every_route() if route.register is not None}
    assert lists - set(TITLES) == {"/v1/reminders"}


async def test_a_demand_and_its_duty_are_exported_with_codes_and_the_day_worked_on(
    web: Served,
) -> None:
    officer, ids = web.here.officer, web.here.ids
    directive = {**msgspec.to_builtins(SMALL), "name": "Phong trào có việc đột xuất"}
    campaign = await officer.done("/v1/campaigns", {"issuer_id": ids["federation"], "directive": directive})
    await officer.done(f"/v1/campaigns/{campaign['id']}/launch", {"happened_on": "2024-01-15"})
    asked = await officer.done("/v1/demands", {
        "campaign_id": campaign["id"], "by_unit_id": ids["federation"], "unit_ids": [ids["east"], ids["base"]],
        "kind": "report", "name": "Báo cáo bão", "due": {"kind": "no-later-than", "day": "2024-06-29"},
        "happened_on": "2024-03-01",
    })  # fmt: skip
    seen = f"campaign_id={campaign['id']}&min_position={asked['position']}"
    headings, rows, _ = await table(officer, f"/v1/demands.xlsx?{seen}")
    assert [row[headings.index("Mã đơn vị nhận việc")] for row in rows] == ["east, base"]
    assert [row[headings.index("Mã đơn vị giao việc")] for row in rows] == ["federation"]
    headings, rows, _ = await table(officer, f"/v1/duties.xlsx?{seen}&source=demanded&day=2024-06-01")
    assert {row[headings.index("Hạn")] for row in rows} == {date(2024, 6, 29)}
    assert {row[headings.index("Ngày làm việc tiếp theo")] for row in rows} == {date(2024, 7, 1)}


async def test_no_two_columns_of_a_register_are_called_the_same(web: Served) -> None:
    for path in TITLES:
        headings, _, _ = await table(web.here.officer, f"{path}.xlsx")
        assert len(headings) == len(set(headings)), path


async def test_a_day_is_a_day_in_every_column_that_is_one(web: Served) -> None:
    headings, rows, _ = await table(web.here.officer, "/v1/units.xlsx")
    assert {row[headings.index("Có công đoàn từ")] for row in rows} <= {date(2020, 1, 1), ""}
    assert _value("decision_issued", "2024-09-10", {}) == date(2024, 9, 10)
    assert _value("decision_issued", "2024-09", {}) == "2024-09"


WORDED_VALUES = {
    "kind": get_args(DutyKind), "modality": get_args(Modality), "source": get_args(Source),
    "state": get_args(DutyState), "standing": get_args(Standing), "scheme": get_args(Scheme),
    "form": get_args(Form), "revoked_for": get_args(Ground), "comparator": ("unspecified",),
}  # fmt: skip


@pytest.mark.parametrize(("field", "value"), [(field, one) for field, all_ in WORDED_VALUES.items() for one in all_])
def test_an_officer_reads_words_rather_than_codes(field: str, value: str) -> None:
    assert _value(field, value, {}) != value


async def test_the_export_is_narrowed_by_the_lists_filters_and_the_callers_units(web: Served) -> None:
    head = await web.position(web.here)
    headings, rows, _ = await table(web.here.officer, f"/v1/units.xlsx?min_position={head}&level=upper")
    assert {row[headings.index("Mã")] for row in rows} >= {"east", "west"}
    assert "base" not in {row[headings.index("Mã")] for row in rows}
    headings, rows, _ = await table(web.here.callers["unit-officer"], "/v1/members.xlsx")
    assert "school" not in {row[headings.index("Mã đơn vị")] for row in rows}


async def test_what_begins_like_a_formula_stays_text(web: Served) -> None:
    name = "=HYPERLINK(1)"
    body = workbook(MEMBERS, [member(90, full_name=name)])
    told = (await web.here.officer.post("/v1/imports/members", body, content_type=WORKBOOK_TYPE)).json()
    path = f"/v1/members.xlsx?code=CN-00090&min_position={told['position']}"
    answer = await web.here.officer.get(path)
    headings, rows, _ = await table(web.here.officer, path)
    assert rows[0][headings.index("Họ và tên")] == name
    assert b"<f>" not in answer.content


async def test_who_may_not_read_about_persons_gets_no_names(web: Served) -> None:
    assert (await web.here.integrator.get("/v1/members.xlsx")).status_code == 403
    headings, rows, _ = await table(web.here.callers["operator"], "/v1/units.xlsx")
    assert rows
    assert "Họ và tên" not in headings
    assert WITHHELD not in str(rows)


@pytest.mark.parametrize("path", TITLES)
async def test_every_register_has_a_workbook(web: Served, path: str) -> None:
    headings, _, _ = await table(web.here.officer, f"{path}.xlsx")
    assert len(headings) > 3


async def test_a_campaign_in_figures(web: Served) -> None:
    campaign = await web.campaign(web.here)
    done = await web.registration(web.here, campaign)
    answer = await web.here.officer.get(f"/v1/campaigns/{campaign}/summary.xlsx?min_position={done['position']}")
    found = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert found.sheet_names[:3] == [COVER, "Chỉ tiêu", "Đăng ký"]
    assert (await web.there.officer.get(f"/v1/campaigns/{campaign}/summary.xlsx")).status_code == 404


def test_every_field_of_a_register_is_called_something_or_left_out_on_purpose() -> None:
    rows = [route.register.rows for route in LISTS] + [RegistrationCount, ClassCount, AwardCount, DutyCount]
    assert len(SUMMARY) > len(rows) - len(LISTS)
    nameless = {name for row in rows for name in row.__struct_fields__} - set(HEADINGS) - LEFT_OUT
    assert nameless == set()


def test_a_full_sheet_goes_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.workbooks.exporting.ROWS_MAX", 2)
    out = BytesIO()
    export = Export(out)
    rows = export.table("Sổ", [("a", "Cột")])
    for number in range(5):
        rows.row({"a": number})
    rows.end()
    export.close()
    found = CalamineWorkbook.from_filelike(BytesIO(out.getvalue()))
    assert [found.get_sheet_by_name(name).to_python() for name in found.sheet_names] == [
        [["Cột"], [0], [1]], [["Cột"], [2], [3]], [["Cột"], [4]],
    ]  # fmt: skip
