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


async def test_a_unit_shows_the_cluster_that_holds_and_never_says_that_nothing_has_changed(web: Served) -> None:
    ids, officer = web.here.ids, web.here.officer
    done, path = await formed(web), f"/v1/units/{ids['west']}"
    first = await officer.get(f"{path}?min_position={done['position']}")
    assert first.json()["cluster"] == "cum-tren"
    left = await officer.done(f"/v1/clusters/{done['id']}/release", {"unit_id": ids["west"], "on": "2024-02-01"})
    tag = first.headers["etag"]
    again = await officer.get(f"{path}?min_position={left['position']}", **{"if-none-match": tag})
    assert (again.status_code, again.json()["cluster"]) == (200, None)


def sheet(first: int, second: int, comment: str | None = None) -> dict[str, Any]:
    codes = zip(("nang-suat-diem", "phong-trao"), (first, second), strict=True)
    scores = [{"criterion": code, "points_x100": points, "comment": comment} for code, points in codes]
    return {"scores": scores, "explanation": comment}


async def test_a_peer_reads_what_it_scores_and_nothing_else_of_it(web: Served) -> None:
    """West scores east as the other unit of the cluster; a unit of neither sees nothing."""
    ids, officer, west = web.here.ids, web.here.officer, await web.unit_officer(web.here, "west")
    await formed(web)
    opened = {"campaign_id": await launched(web), "unit_id": ids["east"], "period": PERIOD, "rubric": "bang-diem"}
    done = await officer.done("/v1/evaluations", opened)
    path = f"/v1/evaluations/{done['id']}"
    await officer.done(f"{path}/self-score", sheet(5_800, 3_800, "Lời của đơn vị"))
    await west.done(f"{path}/cross-score", {"peer_unit_id": ids["west"], **sheet(5_000, 3_000, "Lời chấm chéo")})
    for step, body in (
        ("appraise", sheet(5_500, 3_500, "Lời thẩm định")),
        ("adjust", {"criterion": "phong-trao", "points_x100": 3_600, "reason": "Lý do điều chỉnh"}),
        ("adjust-bonus", {"bonus_x100": 100, "penalty_x100": 0, "reason": "Lý do điểm thưởng"}),
        ("classify", {}),
        ("complain", {"complaint": "Lời khiếu nại"}),
    ):
        done = await officer.done(f"{path}/{step}", body)
    position = f"min_position={done['position']}"
    seen = (await west.get(f"{path}?{position}")).json()
    assert (seen["as_peer"], seen["unit_id"], seen["peers"]) == (True, ids["east"], [ids["west"]])
    assert seen["self_scored"]["sheet"]["explanation"] == "Lời của đơn vị"
    assert seen["cross_scored"][0]["sheet"]["explanation"] == "Lời chấm chéo"
    shut = ("appraised", "complaint", "answer", "result", "adjustments", "bonus_adjustments", "points", "comparison")
    assert [seen[name] for name in shut] == [None, None, None, None, [], [], [], []]
    listed = (await west.get(f"/v1/evaluations?{position}")).json()["items"]
    assert [(row["evaluation_id"], row["as_peer"]) for row in listed] == [(seen["evaluation_id"], True)]
    whole = (await web.here.callers["unit-officer"].get(path)).json()
    assert (whole["as_peer"], whole["complaint"]["complaint"]) == (False, "Lời khiếu nại")
    assert whole["bonus_adjustments"][0]["reason"] == "Lý do điểm thưởng"
    assert whole["comparison"][1]["cross_less_self_x100"] == -800
    assert (await web.here.callers["base-officer"].get(path)).status_code == 404
    assert (await west.post(f"{path}/appraise", sheet(0, 0))).status_code == 404
    trail = await west.get(f"/v1/audit-trail?stream_id=evaluation-{seen['evaluation_id']}")
    assert trail.json()["items"] == []


async def test_a_peer_sees_no_other_peers_sheet(web: Served) -> None:
    ids, officer, west = web.here.ids, web.here.officer, await web.unit_officer(web.here, "west")
    body = {"code": "khac", "name": "Khác", "level": "upper", "sector": "union-body", "on": "2020-01-01"}
    third = (await officer.done("/v1/units", {**body, "parent_id": ids["federation"]}))["id"]
    await formed(web, unit_ids=[ids["east"], ids["west"], third])
    opened = {"campaign_id": await launched(web), "unit_id": ids["east"], "period": PERIOD, "rubric": "bang-diem"}
    path = f"/v1/evaluations/{(await officer.done('/v1/evaluations', opened))['id']}"
    await officer.done(f"{path}/self-score", sheet(5_800, 3_800))
    done = await officer.done(f"{path}/cross-score", {"peer_unit_id": third, **sheet(1_000, 1_000, "Của đơn vị khác")})
    seen = await west.get(f"{path}?min_position={done['position']}")
    assert (seen.json()["state"], seen.json()["cross_scored"]) == ("cross-scored", [])
    assert "Của đơn vị khác" not in seen.text


async def test_a_peer_from_outside_the_cluster_and_a_table_of_another_period_are_refused(web: Served) -> None:
    ids, officer = web.here.ids, web.here.officer
    await formed(web)
    opened = {"campaign_id": await launched(web), "unit_id": ids["east"], "rubric": "bang-diem"}
    outside = await officer.post("/v1/evaluations", {**opened, "period": PERIOD, "peers": [ids["school"]]})
    assert (outside.status_code, outside.json()["code"]) == (409, "evaluation.peer-outside-cluster")
    other = await officer.post("/v1/evaluations", {**opened, "period": "Năm 2022"})
    assert (other.status_code, other.json()["code"]) == (409, "evaluation.rubric-of-another-period")
    assert other.json()["facts"] == {
        "rubric": "bang-diem",
        "opens_on": "2022-01-01",
        "closes_on": "2022-12-31",
        "holds": ["2024-01-01 – 2024-12-31"],
    }


async def test_a_changed_table_never_moves_what_was_given_under_the_old_one(web: Served) -> None:
    ids, officer, campaign = web.here.ids, web.here.officer, await launched(web)
    old = await evaluated(web, campaign, ids["east"], (5_500, 3_800))
    (rubric,) = SMALL.rubrics
    easier = msgspec.structs.replace(rubric.bands[0], at_least_x100=9_900)
    newer = msgspec.structs.replace(rubric, version=2, bands=(easier, *rubric.bands[1:]))
    amended = msgspec.to_builtins(msgspec.structs.replace(SMALL, rubrics=(newer,)))
    await officer.done(f"/v1/campaigns/{campaign}/amend", {"directive": amended, "document": DOCUMENT}, if_match="*")
    new = await evaluated(web, campaign, ids["west"], (5_500, 3_800))
    position = await web.position(web.here)
    told = [(await officer.get(f"/v1/evaluations/{each}?min_position={position}")).json() for each in (old, new)]
    assert [(each["table"]["version"], each["band"], each["total_x100"]) for each in told] == [
        (1, "xuat-sac", 9_300),
        (2, "chua-dat", 9_300),
    ]


async def evaluated(web: Served, campaign: str, unit: str, points: tuple[int, int]) -> str:
    """The id of a final evaluation of the unit."""
    officer = web.here.officer
    opened = {"campaign_id": campaign, "unit_id": unit, "period": PERIOD, "rubric": "bang-diem"}
    evaluation = (await officer.done("/v1/evaluations", opened))["id"]
    for step, body in (
        ("self-score", sheet(*points)),
        ("appraise", sheet(*points)),
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
