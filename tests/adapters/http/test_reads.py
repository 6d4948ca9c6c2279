"""Lists in pages, single things with their versions, and how fresh they are."""

import asyncio
from uuid import uuid4

import msgspec
import pytest

from tests.support.directives import SMALL
from tests.support.http import Caller, Served

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def campaign(web: Served) -> str:
    """A campaign with seven registrations, all of them in the views."""
    identity = await web.campaign(web.here)
    for number in range(7):
        told = await web.registration(web.here, identity, name=f"Phần việc {number}")
    await web.here.auditor.get(f"/v1/registrations?min_position={told['position']}")
    return identity


async def walked(caller: Caller, path: str) -> list[str]:
    """The names on all pages of a list, each page's cursor followed."""
    names: list[str] = []
    cursor = ""
    while True:
        page = (await caller.get(f"{path}{cursor}")).json()
        names += [row["name"] for row in page["items"]]
        if page["next"] is None:
            return names
        cursor = f"&cursor={page['next']}"


@pytest.mark.parametrize("limit", [1, 3, 7, 500])
async def test_pages_hold_everything_once_in_order(web: Served, campaign: str, limit: int) -> None:
    names = await walked(web.here.auditor, f"/v1/registrations?campaign_id={campaign}&limit={limit}")
    assert names == [f"Phần việc {number}" for number in range(7)]


async def test_a_cursor_is_of_its_list_and_its_tenant(web: Served, campaign: str) -> None:
    path = f"/v1/registrations?campaign_id={campaign}&limit=2"
    cursor = (await web.here.auditor.get(path)).json()["next"]
    assert (await web.here.auditor.get(f"{path}&cursor={cursor}")).status_code == 200
    changed = cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]
    answers = [
        await web.there.auditor.get(f"/v1/registrations?cursor={cursor}"),
        await web.here.auditor.get(f"/v1/members?cursor={cursor}"),
        await web.here.auditor.get(f"/v1/registrations?cursor={changed}"),
        await web.here.auditor.get(f"/v1/registrations?cursor={cursor}x"),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(400, "cursor.invalid")] * 4


async def test_a_list_is_narrowed_by_its_filters(web: Served, campaign: str) -> None:
    path = f"/v1/registrations?campaign_id={campaign}"
    for query, found in (("kind=task", 7), ("kind=work", 0), ("state=submitted", 7), ("late=false", 0), ("late=1", 7)):
        assert len((await web.here.auditor.get(f"{path}&{query}")).json()["items"]) == found, query


async def test_a_thing_that_has_not_changed_is_not_sent_again(web: Served, campaign: str) -> None:
    first = await web.here.auditor.get(f"/v1/campaigns/{campaign}")
    assert first.headers["etag"] == '"2"'
    again = await web.here.auditor.get(f"/v1/campaigns/{campaign}", **{"if-none-match": '"2"'})
    assert (again.status_code, again.content) == (304, b"")
    done = await web.here.officer.done(f"/v1/campaigns/{campaign}/open-phase", {"phase": "1"})
    path = f"/v1/campaigns/{campaign}?min_position={done['position']}"
    changed = await web.here.auditor.get(path, **{"if-none-match": '"2"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"3"')


async def test_a_read_waits_for_the_position_that_a_command_answered(web: Served, campaign: str) -> None:
    for number in range(5):
        told = await web.registration(web.here, campaign, name=f"Chờ {number}", kind="task")
        row = await web.here.auditor.get(f"/v1/registrations/{told['id']}?min_position={told['position']}")
        assert row.json()["name"] == f"Chờ {number}"
        assert (await web.here.officer.done(f"/v1/registrations/{told['id']}/withdraw", {}))["changed"]


async def test_a_position_that_does_not_exist_is_not_waited_for(web: Served) -> None:
    head = await web.position(web.here)
    answer = await web.here.auditor.get(f"/v1/campaigns?min_position={head + 1}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "min_position")


async def test_the_summary_counts_what_was_registered(web: Served, campaign: str) -> None:
    summary = (await web.here.auditor.get(f"/v1/campaigns/{campaign}/summary?phase=2")).json()
    assert summary["campaign"]["campaign_id"] == campaign
    assert {"registrations", "targets", "classes", "awards", "duties", "registered_workers"} <= set(summary)
    assert (await web.here.auditor.get(f"/v1/campaigns/{uuid4()}/summary")).status_code == 404


async def test_the_audit_trail_says_who_did_what_by_which_command(web: Served) -> None:
    body = {"name": "Công đoàn phía Đông", "on": "2024-02-02"}
    told = await web.here.callers["unit-officer"].done(f"/v1/units/{web.here.ids['east']}/rename", body)
    trail = await web.here.auditor.get(f"/v1/audit-trail?limit=1&min_position={told['position']}&type=unit.renamed")
    (row,) = trail.json()["items"]
    assert (row["actor"], row["type"], row["position"]) == ("unit-officer", "unit.renamed", told["position"])
    assert row["unit_id"] == web.here.ids["east"]
    oldest = (await web.here.auditor.get("/v1/audit-trail?limit=1&order=oldest")).json()["items"]
    assert oldest[0]["position"] == 1


async def test_who_am_i(web: Served) -> None:
    told = (await web.here.callers["unit-officer"].get("/v1/me")).json()
    assert (told["tenant_id"], told["role"], told["unit_id"]) == (
        web.here.tenant_id,
        "unit-officer",
        web.here.ids["east"],
    )


async def test_the_server_says_that_it_lives_and_is_ready(web: Served) -> None:
    assert (await web.client.get("/health/live")).json() == {"live": True}
    async with asyncio.timeout(20):  # On a machine that is busy elsewhere the database may answer late.
        while (ready := await web.client.get("/health/ready")).status_code == 503:
            await asyncio.sleep(0.2)
    assert (ready.status_code, ready.json()["faults"]) == (200, [])
    head = await web.client.head("/health/live")
    assert (head.status_code, head.content) == (200, b"")


async def test_how_far_the_read_models_have_come_is_told(web: Served) -> None:
    told = (await web.here.callers["operator"].get("/v1/projections")).json()["projections"]
    assert {row["tenant_id"] for row in told} == {web.here.tenant_id}
    assert all(row["stopped_at"] is None for row in told)


async def test_a_compact_shows_who_has_signed_its_present_text(web: Served) -> None:
    officer, ids = web.here.officer, web.here.ids
    drafted = {"issuer_id": ids["federation"], "directive": msgspec.to_builtins(SMALL)}
    campaign = (await officer.done("/v1/campaigns", drafted))["id"]
    await officer.done(f"/v1/campaigns/{campaign}/launch", {"happened_on": "2024-02-21"})
    parties = [{"unit_id": ids["base"]}, {"unit_id": ids["school"]}]
    body = {
        "campaign_id": campaign,
        "unit_id": ids["base"],
        "kind": "compact",
        "subject": {"kind": "pair", "parties": parties},
        "name": "Giao ước hai bên",
    }
    one = f"/v1/registrations/{(await officer.done('/v1/registrations', body))['id']}"

    async def signed_by(position: int) -> list[str]:
        seen: list[str] = (await officer.get(f"{one}?min_position={position}")).json()["signed_by"]
        return seen

    told = await officer.done(f"{one}/accept-compact", {"unit_id": ids["school"]})
    assert await signed_by(told["position"]) == [ids["base"], ids["school"]]
    await officer.done(f"{one}/return", {"reason": "Thiếu chỉ tiêu"})
    told = await officer.done(f"{one}/resubmit", {"name": "Giao ước hai bên, đủ chỉ tiêu"})
    assert await signed_by(told["position"]) == [ids["base"]]
