"""A campaign that carries out another, shown from both; and a directive with what was added to it."""

from typing import Any

import pytest

from adapters.http.examples import DIRECTIVE, DOCUMENT, RULE_SET, TITLE
from tests.support.http import Served

pytestmark = pytest.mark.anyio
CHILD: dict[str, Any] = {**DIRECTIVE, "name": "Thi đua của cụm Đông", "parents": [DIRECTIVE["document"]]}


async def drafted_child(web: Served, parent: str) -> dict[str, Any]:
    body = {"issuer_id": web.here.ids["east"], "directive": CHILD, "parent_campaign_id": parent}
    return await web.here.callers["unit-officer"].done("/v1/campaigns", body)


async def shown(web: Served, campaign: str, position: int) -> dict[str, Any]:
    answer = await web.here.officer.get(f"/v1/campaigns/{campaign}?min_position={position}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_child_is_shown_under_its_parent_and_goes_on_when_that_is_cancelled(web: Served) -> None:
    parent = await web.campaign(web.here)
    child = await drafted_child(web, parent)
    below = await web.here.officer.get(f"/v1/campaigns?parent_campaign_id={parent}&min_position={child['position']}")
    assert [row["campaign_id"] for row in below.json()["items"]] == [child["id"]]
    above = await shown(web, parent, child["position"])
    assert [row["campaign_id"] for row in above["children"]] == [child["id"]]
    cancelled = await web.here.officer.done(
        f"/v1/campaigns/{parent}/cancel", {"document": DOCUMENT, "reason": "Lập lại kế hoạch."}
    )
    told = await shown(web, child["id"], cancelled["position"])
    assert (told["campaign"]["state"], told["parent"]["state"]) == ("drafted", "cancelled")
    launched = await web.here.callers["unit-officer"].done(
        f"/v1/campaigns/{child['id']}/launch", {"happened_on": "2024-01-20"}
    )
    assert launched["changed"]


async def test_a_parent_of_another_branch_is_as_unknown_as_none(web: Served) -> None:
    body = {"issuer_id": web.here.ids["west"], "directive": CHILD}
    of_west = await web.here.officer.done("/v1/campaigns", body)
    await web.here.officer.done(f"/v1/campaigns/{of_west['id']}/launch", {"happened_on": "2024-01-15"})
    of_others = await web.campaign(web.there)
    for parent in (of_west["id"], of_others):
        answer = await web.here.callers["unit-officer"].post(
            "/v1/campaigns",
            {"issuer_id": web.here.ids["east"], "directive": CHILD, "parent_campaign_id": parent},
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "campaign.parent-unknown")


async def test_a_recorded_reading_is_shown_everywhere_and_the_earlier_ones_with_it(web: Served) -> None:
    campaign = await web.campaign(web.here)
    reading = {"clause": "targets.one-work", "decided_by": "Ban Thường vụ", "decided_on": "2024-02-01"}
    path = f"/v1/campaigns/{campaign}/interpret"
    await web.here.officer.done(path, {**reading, "reading": "Đúng một", "read_as": "="})
    done = await web.here.officer.done(path, {**reading, "reading": "Nhiều hơn một", "read_as": ">"})
    told = await shown(web, campaign, done["position"])
    assert [(each["interpretation"]["read_as"], each["in_force"]) for each in told["readings"]] == [
        ("=", False),
        (">", True),
    ]
    assert told["directive"]["targets"][0]["interpretation"]["reading"] == "Nhiều hơn một"
    summary = await web.here.officer.get(f"/v1/campaigns/{campaign}/summary?min_position={done['position']}")
    target = summary.json()["targets"][0]
    assert (target["comparator"], target["compared_by"]) == (">=", ">")
    nowhere = await web.here.officer.post(path, {**reading, "clause": "targets.two-works", "reading": "x"})
    assert (nowhere.status_code, nowhere.json()["facts"]) == (404, {"clause": "targets.two-works"})


async def test_an_admitted_title_can_be_registered_for(web: Served) -> None:
    by_title = {
        "code": "titles", "name": "Đăng ký danh hiệu", "section": "IV", "kind": "title", "subjects": ["individual"],
        "rule": {"kind": "open-ended"},
    }  # fmt: skip
    directive = {**DIRECTIVE, "titles_open": True, "registrations": [*DIRECTIVE["registrations"], by_title]}
    officer = web.here.officer
    body = {"issuer_id": web.here.ids["federation"], "directive": directive}
    campaign = (await officer.done("/v1/campaigns", body))["id"]
    await officer.done(f"/v1/campaigns/{campaign}/launch", {"happened_on": "2024-01-15"})
    admitted = await officer.done(
        f"/v1/campaigns/{campaign}/admit-title", {"title": TITLE, "rule_set": RULE_SET, "document": DOCUMENT}
    )
    told = await shown(web, campaign, admitted["position"])
    assert [title["code"] for title in told["directive"]["titles"]] == ["lao-dong-tien-tien"]
    assert told["titles_admitted"][0]["document"]["number"] == DOCUMENT["number"]
    registered = await web.registration(web.here, campaign, kind="title", title="lao-dong-tien-tien")
    row = (await officer.get(f"/v1/registrations/{registered['id']}?min_position={registered['position']}")).json()
    assert row["title_source"] == "directive"


async def test_advice_is_shown_in_both_languages_and_refuses_nothing(web: Served) -> None:
    overlapping = [{**DIRECTIVE["phases"][0], "closes_on": "2024-08-15"}, DIRECTIVE["phases"][1]]
    body = {"issuer_id": web.here.ids["federation"], "directive": {**DIRECTIVE, "phases": overlapping}}
    drafted = await web.here.officer.done("/v1/campaigns", body)
    advice = (await shown(web, drafted["id"], drafted["position"]))["advice"]
    assert [(one["path"], one["code"]) for one in advice] == [("phases[1]", "phases-overlap")]
    assert advice[0]["vi"] == "Đợt 2 chồng lên đợt 1: một ngày thuộc cả hai đợt"
    assert advice[0]["en"] == "Phase 2 overlaps phase 1: a day lies in both"
