"""The register of exemplary models over HTTP, from the unit's entry to the phase summary."""

from typing import Any

import pytest

from adapters.http.examples import DIRECTIVE, DOCUMENT
from tests.support.http import Served

pytestmark = pytest.mark.anyio


async def test_a_model_is_registered_recognised_above_and_made_known(web: Served) -> None:
    campaign = await web.campaign(web.here)
    base, east = web.here.callers["base-officer"], web.here.callers["unit-officer"]
    drafted = await east.done("/v1/campaigns", {"issuer_id": web.here.ids["east"], "directive": DIRECTIVE})
    of_east = drafted["id"]
    await east.done(f"/v1/campaigns/{of_east}/launch", {"happened_on": "2024-01-15"})
    body: dict[str, Any] = {
        "campaign_id": campaign, "unit_id": web.here.ids["base"], "person_id": web.here.ids["worker"],
        "kind": "person", "name": "Thợ cắt giỏi", "story": "Mười năm không sai hỏng.",
    }  # fmt: skip
    model = (await base.done("/v1/exemplars", body))["id"]
    recognise = {"level": "upper", "document": DOCUMENT}
    refused = await base.post(f"/v1/exemplars/{model}/recognise", recognise)
    assert (refused.status_code, refused.json()["code"]) == (404, "thing.unknown")
    foreign = await web.there.officer.post(f"/v1/exemplars/{model}/recognise", recognise)
    assert foreign.status_code == 404
    await east.done(f"/v1/exemplars/{model}/recognise", recognise)
    told = {"channel": "facebook", "on": "2024-05-19", "place": "Trang Facebook công đoàn"}
    done = await base.done(f"/v1/exemplars/{model}/spread", told)
    row = (await base.get(f"/v1/exemplars/{model}?min_position={done['position']}")).json()
    assert (row["state"], row["recognised_level"], row["name"]) == ("recognised", "upper", "Thợ cắt giỏi")
    assert row["spreads"] == [told]
    listed = await web.here.officer.get(
        f"/v1/exemplars?employment=direct-worker&spread=true&campaign_id={campaign}&kind=person"
    )
    assert [each["exemplar_id"] for each in listed.json()["items"]] == [model]
    summary = (await web.here.officer.get(f"/v1/campaigns/{campaign}/summary")).json()
    assert summary["exemplary_models"] == [
        {"kind": "person", "registered": 1, "recognised": 1, "spread": 1, "direct_workers": 1, "withdrawn": 0}
    ]
    beside = {**body, "unit_id": web.here.ids["school"], "person_id": web.here.ids["teacher"], "campaign_id": of_east}
    outside = await web.here.officer.post("/v1/exemplars", beside)
    assert (outside.status_code, outside.json()["code"]) == (404, "exemplar.unit-unknown")
    events = await web.here.integrator.get("/v1/events?types=exemplar.registered")
    assert "Mười năm" not in events.text
