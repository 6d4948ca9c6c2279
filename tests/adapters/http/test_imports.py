"""Workbooks over HTTP: a row is decided as its single command would be, and all are stored together or none."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from python_calamine import CalamineWorkbook

from adapters.http.moments import HEADER
from adapters.http.route import WORKBOOK_TYPE
from adapters.workbooks.reading import ERRORS, LISTS, SHEET
from application.importing.columns import Sheet
from application.importing.sheets import INITIATIVES, MEMBERS, REGISTRATIONS, SHEETS, UNITS, scores_sheet
from domain.ids import derived
from tests.support.http import Answer, Caller, Served
from tests.support.workbooks import member, unit, workbook

pytestmark = pytest.mark.anyio


async def send(caller: Caller, kind: str, body: bytes, query: str = "", **headers: str) -> Answer:
    return await caller.post(f"/v1/imports/{kind}{query}", body, content_type=WORKBOOK_TYPE, **headers)


async def imported(caller: Caller, kind: str, sheet: Sheet, rows: list[dict[str, Any]], query: str = "") -> Any:
    answer = await send(caller, kind, workbook(sheet, rows), query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_members_are_enrolled_from_a_workbook_and_stand_in_the_register(web: Served) -> None:
    told = await imported(web.here.officer, "members", MEMBERS, [member(n) for n in range(3)])
    assert (told["rows"], told["changed"], told["refused"]) == (3, 3, 0)
    page = await web.here.officer.get(f"/v1/members?code=CN-00002&min_position={told['position']}")
    (row,) = page.json()["items"]
    assert (row["full_name"], row["unit_id"]) == ("Người Thứ 2", web.here.ids["base"])
    assert row["person_id"] == derived(web.here.tenant_id, "member", "CN-00002")


async def test_the_same_file_twice_imports_once(web: Served) -> None:
    body = workbook(MEMBERS, [member(n) for n in range(10, 13)])
    first = await send(web.here.officer, "members", body)
    before = await web.position(web.here)
    again = await send(web.here.officer, "members", body)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert await web.position(web.here) == before


async def test_the_same_rows_in_another_file_change_nothing(web: Served) -> None:
    rows = [member(n) for n in range(20, 23)]
    await imported(web.here.officer, "members", MEMBERS, rows)
    told = await imported(web.here.officer, "members", MEMBERS, [*rows, member(23)])
    assert (told["rows"], told["changed"]) == (4, 1)


async def test_units_below_each_other_come_in_one_workbook_and_change_by_a_later_one(web: Served) -> None:
    rows = [
        unit("khu-moi", level="Cấp trên trực tiếp cơ sở", parent_code="federation"),
        unit("truong-moi", parent_code="khu-moi", members=9, workers=10, direct_workers=8, counted_on="31/01/2024"),
    ]
    assert (await imported(web.here.officer, "units", UNITS, rows))["changed"] == 2
    rows[1] |= {"name": "CĐCS Trường Mới", "parent_code": "west", "changed_on": "01/03/2024"}
    told = await imported(web.here.officer, "units", UNITS, rows)
    assert told["changed"] == 1
    identity = derived(web.here.tenant_id, "unit", "truong-moi")
    row = (await web.here.officer.get(f"/v1/units/{identity}?min_position={told['position']}")).json()
    assert (row["name"], row["parent_id"], row["members"]) == ("CĐCS Trường Mới", web.here.ids["west"], 9)


async def test_one_bad_row_and_nothing_is_imported_and_the_workbook_comes_back_marked(web: Served) -> None:
    rows = [member(30), member(31, unit_code="khong-co"), member(32, joined_on="31/02/2024"), member(30, full_name="X")]
    before = await web.position(web.here)
    answer = await send(web.here.officer, "members", workbook(MEMBERS, rows))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "import.rows-refused")
    assert [error["field"] for error in problem["errors"]] == [
        "rows[2].person_code", "rows[3].unit_code", "rows[4].joined_on", "rows[5].person_code",
    ]  # fmt: skip
    assert "dòng" in problem["errors"][0]["reason"]
    assert await web.position(web.here) == before
    fetched = await web.here.officer.get(problem["facts"]["marked"])
    assert fetched.headers["content-type"] == WORKBOOK_TYPE
    table = CalamineWorkbook.from_filelike(BytesIO(fetched.content)).get_sheet_by_name(SHEET).to_python()
    assert table[0][-1] == ERRORS
    assert "không phải ngày" in str(table[3][-1])
    assert table[2][3] == "khong-co"
    assert (await web.here.officer.get(problem["facts"]["marked"])).status_code == 404


async def test_a_marked_workbook_is_there_as_of_its_import_and_not_before(web: Served) -> None:
    rows = [member(36), member(37, joined_on="hôm qua")]
    told = await imported(web.here.officer, "members", MEMBERS, rows, "?mode=valid-rows")
    before = await web.here.officer.get(f"{told['marked']}?as_of=1")
    assert (before.status_code, before.json()["code"]) == (404, "thing.unknown")
    fetched = await web.here.officer.get(f"{told['marked']}?as_of={told['position']}")
    assert (fetched.status_code, fetched.headers[HEADER]) == (200, str(told["position"]))


async def test_a_marked_workbook_of_which_no_row_was_imported_goes_by_when_it_was_made(web: Served) -> None:
    last = await web.position(web.here)
    answer = await send(web.here.officer, "members", workbook(MEMBERS, [member(38, joined_on="mai")]))
    path = answer.json()["facts"]["marked"]
    assert (await web.here.officer.get(f"{path}?as_of={last}")).status_code == 404
    now = quote(datetime.now(UTC).isoformat())
    assert (await web.here.officer.get(f"{path}?as_of={now}")).status_code == 200


async def test_the_marked_workbook_can_be_corrected_and_sent_again(web: Served) -> None:
    answer = await send(web.here.officer, "members", workbook(MEMBERS, [member(35, joined_on="hôm qua")]))
    fetched = await web.here.officer.get(answer.json()["facts"]["marked"])
    again = await send(web.here.officer, "members", fetched.content)
    assert [error["field"] for error in again.json()["errors"]] == ["rows[2].joined_on"]


async def test_valid_rows_are_imported_and_the_others_are_named(web: Served) -> None:
    rows = [member(40), member(41, employment="Thợ lặn")]
    told = await imported(web.here.officer, "members", MEMBERS, rows, "?mode=valid-rows&file_name=thang-3.xlsx")
    assert (told["changed"], told["refused"]) == (1, 1)
    assert [error["field"] for error in told["errors"]] == ["rows[3].employment"]
    page = await web.here.auditor.get(f"/v1/imports?min_position={told['position']}")
    row = next(each for each in page.json()["items"] if each["import_id"] == told["id"])
    assert (row["kind"], row["rows"], row["refused"], row["file_name"]) == ("members", 2, 1, "thang-3.xlsx")
    assert row["actor"] == "federation-officer"


async def test_an_officer_imports_for_their_own_units_alone(web: Served) -> None:
    officer = web.here.callers["unit-officer"]
    answer = await send(officer, "members", workbook(MEMBERS, [member(50), member(51, unit_code="school")]))
    assert [error["field"] for error in answer.json()["errors"]] == ["rows[3].unit_code"]
    told = await imported(officer, "members", MEMBERS, [member(50)])
    assert told["changed"] == 1
    there = await send(web.there.officer, "members", workbook(MEMBERS, [member(52, unit_code="khu-moi")]))
    assert there.status_code == 422


async def test_a_code_that_lost_its_zeros_and_decomposed_letters(web: Served) -> None:
    rows = [member(60, person_code=42), member(61, employment="Lao động trực tiếp", full_name="Nguyễn Thế")]
    answer = await send(web.here.officer, "members", workbook(MEMBERS, rows))
    (error,) = answer.json()["errors"]
    assert error["field"] == "rows[2].person_code"
    assert "số 0" in error["reason"]
    told = await imported(web.here.officer, "members", MEMBERS, rows[1:])
    page = await web.here.officer.get(f"/v1/members?code=CN-00061&min_position={told['position']}")
    assert page.json()["items"][0]["full_name"] == "Nguyễn Thế"


async def test_registrations_and_initiatives_with_their_recognition(web: Served) -> None:
    campaign = await web.campaign(web.here)
    await imported(web.here.officer, "members", MEMBERS, [member(70)])
    row = {
        "unit_code": "base", "person_code": "CN-00070", "kind": "Phần việc", "name": "Giảm hao hụt",
        "happened_on": "10/03/2024",
    }  # fmt: skip
    query = f"?campaign_id={campaign}"
    told = await imported(web.here.officer, "registrations", REGISTRATIONS, [row], query)
    again = await imported(web.here.officer, "registrations", REGISTRATIONS, [row, {**row, "name": "Khác"}], query)
    assert (told["changed"], again["changed"]) == (1, 1)
    page = await web.here.officer.get(f"/v1/registrations?campaign_id={campaign}&min_position={again['position']}")
    assert {each["name"] for each in page.json()["items"]} == {"Giảm hao hụt", "Khác"}
    initiative = {"unit_code": "base", "person_code": "CN-00070", "name": "Bàn cắt", "decision_number": "1/QĐ"}
    refused = await send(web.here.officer, "initiatives", workbook(INITIATIVES, [initiative]), query)
    assert [error["field"] for error in refused.json()["errors"]] == ["rows[2].decided_on"]


@pytest.mark.parametrize("kind", SHEETS)
async def test_a_template_is_taken_back_as_it_is(web: Served, kind: str) -> None:
    made = await web.here.officer.get(f"/v1/templates/{kind}.xlsx")
    assert made.headers["content-type"] == WORKBOOK_TYPE
    query = "" if kind in ("units", "members") else f"?campaign_id={await web.campaign(web.here)}"
    answer = await send(web.here.officer, kind, made.content, query)
    assert answer.json()["code"] == "workbook.empty", answer.text


async def test_a_template_lists_the_units_of_the_moment(web: Served) -> None:
    made = await web.here.officer.get("/v1/templates/members.xlsx?as_of=2")
    lists = CalamineWorkbook.from_filelike(BytesIO(made.content)).get_sheet_by_name(LISTS).to_python()
    listed = {str(cell) for row in lists for cell in row}
    assert made.headers[HEADER] == "2"
    assert ("east" in listed, "west" in listed) == (True, False)


async def test_a_workbook_of_another_kind_is_refused(web: Served) -> None:
    made = await web.here.officer.get("/v1/templates/units.xlsx")
    answer = await send(web.here.officer, "members", made.content)
    assert answer.json()["code"] == "workbook.template"


def test_a_rubric_becomes_a_column_for_each_criterion() -> None:
    sheet = scores_sheet((("a", "Sản xuất", 5000), ("b", "Công trình", 4000)))
    assert [column.code for column in sheet.columns if column.code.startswith("score:")] == ["score:a", "score:b"]
