"""The log for integrators: everything once, in order, and nothing that changes afterwards."""

import asyncio
from typing import Any

import pytest

from domain.events import CATALOGUE
from tests.support.http import Caller, Served

pytestmark = pytest.mark.anyio


async def page(caller: Caller, query: str) -> dict[str, Any]:
    answer = await caller.get(f"/v1/events?{query}")
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


async def walked(caller: Caller, path: str) -> list[dict[str, Any]]:
    """The events of all pages, each page's `next` followed until a page is empty."""
    found: list[dict[str, Any]] = []
    while True:
        content = (await caller.get(path)).json()
        if not content["events"]:
            return found
        found += content["events"]
        path = content["next"]


@pytest.mark.parametrize("limit", [1, 3, 1000])
async def test_pages_hold_every_event_once_in_order(web: Served, limit: int) -> None:
    positions = [event["position"] for event in await walked(web.here.integrator, f"/v1/events?limit={limit}")]
    assert positions == list(range(1, await web.position(web.here) + 1))


async def test_an_event_is_a_cloud_event_with_its_envelope(web: Served) -> None:
    (event,) = (await page(web.here.integrator, "limit=1"))["events"]
    assert event["id"] == f"{web.here.tenant_id}:1:1"
    assert (event["specversion"], event["type"], event["datacontenttype"]) == (
        "1.0", "unit.established", "application/json",
    )  # fmt: skip
    assert event["subject"] == f"unit-{web.here.ids['federation']}"
    assert (event["position"], event["streamversion"], event["typeversion"]) == (1, 1, 2)
    assert event["actor"] == "federation-officer"
    assert event["data"]["code"] == "federation"
    assert all(name.islower() and name.isalnum() and len(name) <= 20 for name in event)
    schema = await web.here.integrator.get(event["dataschema"])
    assert (schema.status_code, schema.headers["content-type"]) == (200, "application/schema+json")


async def test_a_full_page_never_changes_and_says_so(web: Served) -> None:
    first = await web.here.integrator.get("/v1/events?limit=2")
    assert "immutable" in first.headers["cache-control"]
    await web.campaign(web.here)
    again = await web.here.integrator.get("/v1/events?limit=2")
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    kept = await web.here.integrator.get("/v1/events?limit=2", **{"if-none-match": first.headers["etag"]})
    assert (kept.status_code, kept.content) == (304, b"")


async def test_a_page_that_is_not_full_is_not_kept(web: Served) -> None:
    answer = await web.here.integrator.get(f"/v1/events?after={await web.position(web.here) - 1}")
    assert (len(answer.json()["events"]), answer.headers["cache-control"]) == (1, "no-store")


async def test_a_filtered_page_says_how_far_it_has_looked(web: Served) -> None:
    head = await web.position(web.here)
    content = await page(web.here.integrator, "types=member.enrolled")
    assert {event["type"] for event in content["events"]} == {"member.enrolled"}
    assert (content["through"], content["max_position"]) == (head, head)
    assert content["next"] == f"/v1/events?epoch=1&after={head}&limit=100&types=member.enrolled"
    full = await page(web.here.integrator, "types=member.enrolled,unit.established&limit=1")
    assert full["through"] == full["events"][0]["position"] == 1


async def test_a_follower_of_some_types_misses_none_during_writes(web: Served) -> None:
    async def write() -> None:
        for number in range(6):
            await web.campaign(web.there)
            await web.there.officer.done(
                f"/v1/units/{web.there.ids['base']}/rename", {"name": f"Tên {number}", "on": "2024-03-01"}
            )

    writing = asyncio.create_task(write())
    seen: list[int] = []
    path = "/v1/events?types=campaign.launched,unit.renamed&limit=2"
    while not writing.done() or path:
        finished = writing.done()
        content = (await web.there.integrator.get(path)).json()
        seen += [event["position"] for event in content["events"]]
        path = "" if finished and not content["events"] else content["next"]
    await writing
    wanted = ("campaign.launched", "unit.renamed")
    log = await walked(web.there.integrator, "/v1/events")
    assert seen == [event["position"] for event in log if event["type"] in wanted]
    assert len(seen) >= 12


async def test_a_cursor_beyond_the_head_waits_there(web: Served) -> None:
    beyond = await web.position(web.here) + 1000
    content = await page(web.here.integrator, f"after={beyond}")
    assert (content["events"], content["through"]) == ([], beyond)
    assert content["next"] == f"/v1/events?epoch=1&after={beyond}&limit=100"


async def test_an_unknown_type_is_named(web: Served) -> None:
    answer = await web.here.integrator.get("/v1/events?types=unit.renamed,unit.vanished", **{"accept-language": "en"})
    problem = answer.json()
    assert problem["errors"] == [{"field": "types", "reason": "'unit.vanished' is no event type"}]


async def test_every_type_is_listed_with_its_versions_and_schema(web: Served) -> None:
    listed = (await web.here.integrator.get("/v1/event-types")).json()["types"]
    assert {(row["name"], version) for row in listed for version in row["versions"]} == set(CATALOGUE)
    for row in listed:
        schema = (await web.here.integrator.get(row["schema"])).json()
        assert schema["$ref"].removeprefix("#/$defs/") in schema["$defs"]


async def test_the_next_page_can_be_asked_for_with_every_type_named(web: Served) -> None:
    names = ",".join(sorted({name for name, _ in CATALOGUE}))
    first = await page(web.here.integrator, f"types={names}&limit=1")
    assert (await web.here.integrator.get(first["next"])).status_code == 200
