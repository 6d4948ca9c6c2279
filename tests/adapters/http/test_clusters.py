"""Clusters over HTTP: from the forming to the elected leader, and who may see what of it."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from adapters.http.examples import DOCUMENT
from tests.support.directives import SMALL
from tests.support.http import Served, served
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio

PERIOD = "Năm 2024"
MINUTES = {**DOCUMENT, "kind": "Biên bản", "number": "01/BB", "issued": "2024-12-20"}


@pytest.fixture
async def web(postgres: PostgresServer) -> AsyncIterator[Served]:
    async with served(postgres) as running:
        yield running


async def formed(web: Served, **more: Any) -> dict[str, Any]:
    """What the officer is told who groups the two upper-level unions."""
    ids = web.here.ids
    body = {"code": "cum-tren", "name": "Cụm cấp trên", "unit_id": ids["federation"], "on": "2024-01-15"}
    return await web.here.officer.done("/v1/clusters", {**body, "unit_ids": [ids["east"], ids["west"]], **more})


async def one(web: Served, name: str, cluster: str, position: int, **more: str) -> dict[str, Any]:
    query = "&".join(f"{key}={value}" for key, value in {"min_position": position, **more}.items())
    answer = await web.here.callers[name].get(f"/v1/clusters/{cluster}?{query}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_cluster_shows_its_members_of_a_day(web: Served) -> None:
    ids, officer = web.here.ids, web.here.officer
    done = await formed(web, lead_unit_id=ids["west"])
    left = await officer.done(f"/v1/clusters/{done['id']}/release", {"unit_id": ids["west"], "on": "2024-03-01"})
    now = await one(web, "federation-officer", done["id"], left["position"])
    assert [member["unit_id"] for member in now["members"]] == [ids["east"]]
    assert (now["lead_unit_id"], now["majority_x100"], now["majority_source"]) == (None, 5_000, "assumed")
    then = await one(web, "federation-officer", done["id"], left["position"], day="2024-02-29")
    assert [member["unit_id"] for member in then["members"]] == [ids["east"], ids["west"]]


async def test_a_unit_of_another_cluster_is_refused_until_it_has_left(web: Served) -> None:
    ids, officer = web.here.ids, web.here.officer
    first = await formed(web)
    body = {"code": "cum-hai", "name": "Cụm hai", "unit_id": ids["federation"], "on": "2024-03-01"}
    taken = await officer.post("/v1/clusters", {**body, "unit_ids": [ids["west"]]})
    assert (taken.status_code, taken.json()["code"]) == (409, "cluster.unit-taken")
    block = await officer.post("/v1/clusters", {**body, "code": "khoi", "kind": "block", "unit_ids": [ids["west"]]})
    assert block.status_code == 201
    await officer.done(f"/v1/clusters/{first['id']}/release", {"unit_id": ids["west"], "on": "2024-02-01"})
    assert (await officer.post("/v1/clusters", {**body, "unit_ids": [ids["west"]]})).status_code == 201


async def test_a_cluster_is_formed_by_the_federation_of_units_below_it(web: Served) -> None:
    ids = web.here.ids
    body = {"code": "cum-x", "name": "Cụm", "unit_id": ids["east"], "on": "2024-03-01"}
    outside = await web.here.officer.post("/v1/clusters", {**body, "unit_ids": [ids["school"]]})
    assert (outside.status_code, outside.json()["code"]) == (404, "cluster.unit-unknown")
    denied = await web.here.callers["unit-officer"].post("/v1/clusters", {**body, "unit_ids": [ids["base"]]})
    assert (denied.status_code, denied.json()["code"]) == (403, "access.role-denied")
    assert (await web.here.officer.post("/v1/clusters", {**body, "unit_ids": [ids["base"]]})).status_code == 201


async def test_a_unit_reads_the_cluster_that_it_is_in_and_no_other(web: Served) -> None:
    ids, east = web.here.ids, web.here.callers["unit-officer"]
    own, other = await formed(web), {"code": "khoi-tay", "name": "Khối", "kind": "block", "on": "2024-03-01"}
    foreign = await web.here.officer.done(
        "/v1/clusters", {**other, "unit_id": ids["west"], "unit_ids": [ids["school"]]}
    )
    listed = (await east.get(f"/v1/clusters?min_position={foreign['position']}")).json()["items"]
    assert [(row["cluster_id"], row["as_member"]) for row in listed] == [(own["id"], True)]
    assert (await east.get(f"/v1/clusters/{foreign['id']}")).status_code == 404
    base = await web.here.callers["base-officer"].get("/v1/clusters")
    assert base.json()["items"] == []
    there = await web.there.officer.get(f"/v1/clusters/{own['id']}")
    assert there.status_code == 404
    of_west = await web.here.officer.get(f"/v1/clusters?member_id={ids['west']}")
    assert [row["code"] for row in of_west.json()["items"]] == ["cum-tren"]


async def evaluated(web: Served, campaign: str, unit: str, points: tuple[int, int]) -> str:
    """The id of a final evaluation of the unit."""
    officer = web.here.officer
    opened = {"campaign_id": campaign, "unit_id": unit, "period": PERIOD, "rubric": "bang-diem"}
    evaluation = (await officer.done("/v1/evaluations", opened))["id"]
    codes = ("nang-suat-diem", "phong-trao")
    sheet = {"scores": [{"criterion": code, "points_x100": p} for code, p in zip(codes, points, strict=True)]}
    for step, body in (
        ("self-score", sheet),
        ("appraise", sheet),
        ("classify", {}),
        ("complain", {"complaint": "Xin xem lại"}),
        ("resolve", {"upheld": False, "answer": "Đã xem lại"}),
        ("finalise", {}),
    ):
        await officer.done(f"/v1/evaluations/{evaluation}/{step}", body)
    return str(evaluation)


async def launched(web: Served) -> str:
    drafted = {"issuer_id": web.here.ids["federation"], "directive": msgspec.to_builtins(SMALL)}
    campaign = str((await web.here.officer.done("/v1/campaigns", drafted))["id"])
    await web.here.officer.done(f"/v1/campaigns/{campaign}/launch", {"happened_on": "2024-01-15"})
    return campaign


async def test_a_cluster_is_ranked_then_elects_its_leader_and_may_have_to_do_it_again(web: Served) -> None:
    ids, officer = web.here.ids, web.here.officer
    cluster, campaign = (await formed(web))["id"], await launched(web)
    about = {"campaign_id": campaign, "period": PERIOD}
    await evaluated(web, campaign, ids["east"], (5_500, 3_800))
    early = await officer.post(f"/v1/clusters/{cluster}/rank", about)
    assert (early.status_code, early.json()["code"]) == (409, "cluster.not-all-final")
    await evaluated(web, campaign, ids["west"], (5_600, 3_800))
    ranked = {**about, "happened_on": "2024-12-19"}
    await officer.done(f"/v1/clusters/{cluster}/rank", ranked)
    vote = {
        **about, "held_on": "2024-12-20", "minutes": MINUTES, "electors": 2, "elected": ids["west"],
        "tallies": [{"unit_id": ids["west"], "votes": 2}],
    }  # fmt: skip
    await officer.done(f"/v1/clusters/{cluster}/elect-leader", vote)
    annulled = {**about, "document": DOCUMENT, "ground": "Đếm thiếu phiếu"}
    await officer.done(f"/v1/clusters/{cluster}/annul-election", annulled)
    again = {**vote, "minutes": {**MINUTES, "number": "02/BB"}}
    done = await officer.done(f"/v1/clusters/{cluster}/elect-leader", again)
    told = await one(web, "federation-officer", cluster, done["position"])
    assert [place["unit_id"] for place in told["rankings"][0]["places"]] == [ids["west"], ids["east"]]
    assert [(each["minutes"]["number"], each["holds"]) for each in told["elections"]] == [
        ("01/BB", False),
        ("02/BB", True),
    ]
    assert told["annulments"][0]["ground"] == "Đếm thiếu phiếu"
    seen = await one(web, "unit-officer", cluster, done["position"])
    assert (seen["annulments"][0]["ground"], seen["elections"][1]["elected"]) == (None, ids["west"])
