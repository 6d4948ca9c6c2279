"""Demands beside the directive's duties, and the distribution list, over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.dates import local_day
from tests.adapters.http.test_reports import SIGNATURE, campaign
from tests.support.http import Served

pytestmark = pytest.mark.anyio
TODAY = local_day(datetime.now(UTC))
SOON = (TODAY + timedelta(days=10)).isoformat()
LIST = [
    {"name": "Thường trực Tỉnh ủy", "purpose": "report"},
    {"name": "Các CĐ cấp trên trực tiếp cơ sở", "purpose": "carry-out"},
]


@pytest.fixture(scope="module")
async def running(web: Served) -> str:
    return await campaign(web, web.here, name="Phong trào có giao việc đột xuất", distribution=LIST)


def demand(web: Served, campaign_id: str, **changed: Any) -> dict[str, Any]:
    ids = web.here.ids
    body = {"campaign_id": campaign_id, "by_unit_id": ids["east"], "unit_ids": [ids["base"]], "kind": "report"}
    due = {"kind": "no-later-than", "day": SOON}
    return {**body, "name": "Báo cáo đột xuất", "due": due, "channel": "công văn", "proof": "báo cáo", **changed}


async def test_a_demand_is_a_duty_of_the_units_that_owe_it(web: Served, running: str) -> None:
    here, east = web.here, web.here.callers["unit-officer"]
    made = await east.done("/v1/demands", demand(web, running))
    path = f"/v1/duties?campaign_id={running}&unit_id={here.ids['base']}"
    (row,) = (await here.callers["base-officer"].get(f"{path}&min_position={made['position']}")).json()["items"]
    assert (row["duty"], row["source"], row["demanded_by"]) == (made["id"], "demanded", here.ids["east"])
    assert (row["due_on"], row["state"], row["channel"], row["proof_wanted"]) == (SOON, "due", "công văn", "báo cáo")
    body = {"campaign_id": running, "duty": made["id"], "unit_id": here.ids["base"]}
    base = here.callers["base-officer"]
    draft = await base.done("/v1/duties/prepare-report", body)
    await base.done(f"/v1/duties/{draft['id']}/sign-report", {"signature": SIGNATURE})
    await base.done("/v1/duties", {**body, "proof": "Báo cáo số 3"})
    done = await east.done(f"/v1/duties/{draft['id']}/accept", {})
    told = (await here.auditor.get(f"/v1/duties/{draft['id']}?min_position={done['position']}")).json()
    assert (told["state"], told["late"]) == ("accepted", False)
    elsewhere = await here.officer.post("/v1/duties", {**body, "unit_id": here.ids["school"], "proof": "x"})
    assert elsewhere.json()["code"] == "duty.not-the-bearer"


async def test_what_is_withdrawn_is_not_owed_any_more(web: Served, running: str) -> None:
    here = web.here
    made = await here.officer.done("/v1/demands", demand(web, running, name="Tọa đàm", kind="seminar"))
    done = await here.officer.done(f"/v1/demands/{made['id']}/withdraw", {"reason": "Đã tổ chức chung."})
    told = await here.auditor.get(f"/v1/duties?duty={made['id']}&min_position={done['position']}")
    assert told.json()["items"] == []
    row = (await here.auditor.get(f"/v1/demands/{made['id']}")).json()
    assert (row["state"], row["reason"], row["version"]) == ("withdrawn", "Đã tổ chức chung.", 2)
    late = {"campaign_id": running, "duty": made["id"], "unit_id": here.ids["base"], "proof": "x"}
    assert (await here.officer.post("/v1/duties", late)).json()["code"] == "duty.not-in-campaign"


async def test_one_demands_of_those_below_and_nobody_else_sees_it(web: Served, running: str) -> None:
    here, east = web.here, web.here.callers["unit-officer"]
    sideways = await east.post("/v1/demands", demand(web, running, unit_ids=[here.ids["school"]]))
    assert (sideways.status_code, sideways.json()["code"]) == (403, "demand.not-above")
    as_another = await east.post("/v1/demands", demand(web, running, by_unit_id=here.ids["federation"]))
    assert as_another.status_code == 404
    made = await here.officer.done(
        "/v1/demands", demand(web, running, by_unit_id=here.ids["west"], unit_ids=[here.ids["school"]])
    )
    await here.auditor.get(f"/v1/demands?min_position={made['position']}")
    assert (await east.get(f"/v1/demands/{made['id']}")).status_code == 404
    assert (await east.post(f"/v1/demands/{made['id']}/withdraw", {"reason": "x"})).status_code == 404
    assert (await web.there.auditor.get(f"/v1/demands/{made['id']}")).status_code == 404


async def test_the_list_shows_who_has_the_directive_and_who_has_not(web: Served, running: str) -> None:
    here = web.here
    body = {"campaign_id": running, "issuer_id": here.ids["federation"], "recipient": LIST[0]["name"]}
    told = await here.officer.done("/v1/deliveries", {**body, "on": "2024-02-22", "channel": "công văn"})
    own = {"campaign_id": running, "unit_id": here.ids["east"]}
    done = await here.callers["unit-officer"].done("/v1/deliveries/acknowledge", own)
    again = await here.callers["unit-officer"].done("/v1/deliveries/acknowledge", own)
    assert (done["changed"], again["changed"]) == (True, False)
    path = f"/v1/campaigns/{running}/distribution?min_position={done['position']}"
    board = (await here.auditor.get(path)).json()
    assert [(line["recipient"]["name"], line["on"]) for line in board["recipients"]] == [
        (LIST[0]["name"], "2024-02-22"),
        (LIST[1]["name"], None),
    ]
    assert (board["units"], board["acknowledged"]) == (4, 1)
    path = f"/v1/acknowledgements?campaign_id={running}"
    without = (await here.auditor.get(f"{path}&acknowledged=false")).json()["items"]
    assert [row["unit_code"] for row in without] == ["base", "school", "west"]
    seen = (await here.callers["unit-officer"].get(path)).json()["items"]
    assert [(row["unit_code"], row["acknowledged_on"]) for row in seen] == [
        ("base", None),
        ("east", TODAY.isoformat()),
    ]
    assert (await here.auditor.get(f"/v1/deliveries/{told['id']}")).json()["recipient"] == LIST[0]["name"]
    assert (await here.callers["unit-officer"].get(f"/v1/deliveries/{told['id']}")).status_code == 404


async def test_a_unit_acknowledges_for_itself_and_the_issuer_records_for_the_list(web: Served, running: str) -> None:
    here, east = web.here, web.here.callers["unit-officer"]
    other = await east.post("/v1/deliveries/acknowledge", {"campaign_id": running, "unit_id": here.ids["west"]})
    assert other.status_code == 404
    body = {"campaign_id": running, "recipient": LIST[0]["name"], "on": "2024-02-22", "channel": "công văn"}
    not_issuer = await east.post("/v1/deliveries", {**body, "issuer_id": here.ids["east"]})
    assert (not_issuer.status_code, not_issuer.json()["code"]) == (403, "delivery.not-the-issuer")
    unknown = {**body, "issuer_id": here.ids["federation"], "recipient": "Báo Lao Động"}
    assert (await here.officer.post("/v1/deliveries", unknown)).json()["code"] == "delivery.recipient-unknown"
