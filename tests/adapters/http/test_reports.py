"""Reports over HTTP: figures counted, signed, handed in."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.http.examples import DIRECTIVE
from domain.dates import local_day
from tests.support.http import Federation, Served

pytestmark = pytest.mark.anyio
TODAY = local_day(datetime.now(UTC)).isoformat()
SIGNATURE = {"capacity": "TM", "body": "Ban Thường vụ", "office": "Chủ tịch"}


def duty(code: str, kind: str, day: str, **more: Any) -> dict[str, Any]:
    rule = {"kind": "before", "day": day}
    return {"code": code, "name": code, "section": "IV", "kind": kind, "rule": rule, "bearers": ["upper"], **more}


DUTIES = [
    duty("half-year-report", "report", "2024-06-25", channel="đường bưu điện", addressees=["Ban CSPL"]),
    duty("plan", "action-plan", "2024-03-06"),
]


async def campaign(web: Served, federation: Federation, **changed: Any) -> str:
    """A launched campaign in which the upper-level unions owe a report and a plan."""
    body = {"issuer_id": federation.ids["federation"], "directive": {**DIRECTIVE, "duties": DUTIES, **changed}}
    identity = str((await federation.officer.done("/v1/campaigns", body))["id"])
    await federation.officer.done(f"/v1/campaigns/{identity}/launch", {"happened_on": "2024-01-15"})
    return identity


async def test_a_report_is_counted_signed_and_handed_in(web: Served) -> None:
    here = web.here
    identity = await campaign(web, here)
    task = await web.registration(here, identity)
    await here.officer.done(f"/v1/registrations/{task['id']}/confirm", {})
    body = {"campaign_id": identity, "duty": "half-year-report", "unit_id": here.ids["east"]}
    period = {"opens_on": "2024-01-15", "closes_on": "2026-01-01"}
    draft = await here.officer.post("/v1/duties/prepare-report", {**body, "period": period})
    assert draft.status_code == 201, draft.text
    told = draft.json()
    assert draft.headers["location"] == f"/v1/duties/{told['id']}"
    report = (await here.auditor.get(f"/v1/duties/{told['id']}/report?min_position={told['position']}")).json()
    assert report["figures"]["registered_persons"] == 0  # It was handed in today, which the period does not reach.
    today = await here.officer.done("/v1/duties/prepare-report", {**body, "period": {**period, "closes_on": TODAY}})
    report = (await here.auditor.get(f"/v1/duties/{told['id']}/report?min_position={today['position']}")).json()
    assert report["figures"]["registrations"] == [{"kind": "task", "state": "confirmed", "count": 1, "late": 1}]
    assert (report["figures"]["duties"]["owed"], report["figures"]["duties"]["overdue"]) == (2, 2)
    assert report["figures"]["targets"][0]["numerator"] == 1
    unsigned = await here.officer.post("/v1/duties", {**body, "proof": "Báo cáo số 1"})
    assert unsigned.json()["code"] == "duty.report-not-signed"
    signing = f"/v1/duties/{told['id']}/sign-report"
    await here.officer.done(signing, {"signature": SIGNATURE})
    done = await here.officer.done("/v1/duties", {**body, "proof": "Báo cáo số 1"})
    row = (await here.auditor.get(f"/v1/duties/{told['id']}?min_position={done['position']}")).json()
    assert (row["state"], row["channel"], row["addressees"]) == ("submitted", "đường bưu điện", ["Ban CSPL"])
    assert row["version"] == done["version"]
    await here.officer.done(f"/v1/duties/{told['id']}/accept", {})


async def test_another_units_report_is_not_there(web: Served) -> None:
    here = web.here
    identity = await campaign(web, here, name="Của nơi khác")
    body = {"campaign_id": identity, "duty": "half-year-report", "unit_id": here.ids["west"]}
    refused = await here.callers["unit-officer"].post("/v1/duties/prepare-report", body)
    assert refused.status_code == 404
    done = await here.officer.done("/v1/duties/prepare-report", body)
    path = f"/v1/duties/{done['id']}/report?min_position={done['position']}"
    assert (await here.callers["unit-officer"].get(path)).status_code == 404
    assert (await web.there.auditor.get(f"/v1/duties/{done['id']}/report")).status_code == 404


async def test_what_is_no_report_has_no_figures(web: Served) -> None:
    here = web.here
    identity = await campaign(web, here, name="Kế hoạch")
    body = {"campaign_id": identity, "duty": "plan", "unit_id": here.ids["east"]}
    refused = await here.officer.post("/v1/duties/prepare-report", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "duty.not-a-report")
