"""Another tenant's things, and those of units that are not the caller's, are to the caller as if they were not."""

from typing import Any
from uuid import uuid4

import pytest

from adapters.http.route import Route
from adapters.http.routes import every_route
from tests.support.http import Answer, Served

pytestmark = pytest.mark.anyio

THINGS = [pytest.param(route, id=f"{route.method} {route.path}") for route in every_route() if "{id}" in route.path]


def said(answer: Answer) -> tuple[int, dict[str, Any]]:
    """The status and the problem but for the request's own id, which is the only difference that there may be."""
    problem = answer.json()
    assert problem.pop("instance").startswith("urn:uuid:")
    return answer.status_code, problem


@pytest.fixture(scope="module")
async def things(web: Served) -> dict[str, str]:
    """An id of everything, in the other tenant."""
    campaign = await web.campaign(web.there)
    registration = await web.registration(web.there, campaign)
    await web.there.auditor.get(f"/v1/units?min_position={registration['position']}")
    return {
        "units": web.there.ids["base"],
        "members": web.there.ids["worker"],
        "campaigns": campaign,
        "registrations": registration["id"],
    }


@pytest.mark.parametrize("route", THINGS)
async def test_another_tenants_id_answers_like_one_that_does_not_exist(
    web: Served, things: dict[str, str], route: Route
) -> None:
    kind = route.path.split("/")[2]
    other, none = things.get(kind, str(uuid4())), str(uuid4())
    for caller in (web.here.officer, web.here.callers["council-secretary"]):
        answers = []
        for identity in (other, none):
            path = route.path.replace("{id}", identity)
            send = caller.post(path, route.example, if_match="*") if route.takes is not None else caller.get(path)
            answers.append(said(await send))
        assert answers[0] == answers[1]
        assert answers[0][0] in (403, 404)


async def test_a_unit_officer_sees_their_own_subtree_alone(web: Served) -> None:
    east = web.here.callers["unit-officer"]
    rows = (await east.get(f"/v1/units?min_position={await web.position(web.here)}")).json()["items"]
    assert {row["parent_id"] for row in rows if row["unit_id"] != web.here.ids["east"]} == {web.here.ids["east"]}
    assert {row["unit_id"] for row in rows} >= {web.here.ids["east"], web.here.ids["base"]}
    people = (await east.get(f"/v1/members?min_position={await web.position(web.here)}")).json()["items"]
    # By their unit: another test may have enrolled somebody there.
    assert {row["unit_id"] for row in people} == {web.here.ids["base"]}
    assert web.here.ids["worker"] in {row["person_id"] for row in people}


@pytest.mark.parametrize("kind", ["units", "members"])
async def test_what_lies_outside_ones_units_answers_like_what_does_not_exist(web: Served, kind: str) -> None:
    east = web.here.callers["unit-officer"]
    outside = web.here.ids["school" if kind == "units" else "teacher"]
    assert said(await east.get(f"/v1/{kind}/{outside}")) == said(await east.get(f"/v1/{kind}/{uuid4()}"))


async def test_a_command_on_a_thing_outside_ones_units_answers_like_one_on_nothing(web: Served) -> None:
    base = web.here.callers["base-officer"]
    body = {"name": "Tên khác", "on": "2024-01-01"}
    outside = said(await base.post(f"/v1/units/{web.here.ids['school']}/rename", body))
    assert outside == said(await base.post(f"/v1/units/{uuid4()}/rename", body))
    assert outside[0] == 404


@pytest.mark.parametrize("tag", ['"1"', '"99"'])
async def test_if_match_does_not_tell_what_lies_outside_ones_units(web: Served, tag: str) -> None:
    base = web.here.callers["base-officer"]
    body = {"name": "Tên khác", "on": "2024-01-01"}
    outside = said(await base.post(f"/v1/units/{web.here.ids['school']}/rename", body, if_match=tag))
    assert outside == said(await base.post(f"/v1/units/{uuid4()}/rename", body, if_match=tag))


async def test_personal_data_opens_for_those_who_may_read_it(web: Served) -> None:
    await web.here.auditor.get(f"/v1/members?min_position={await web.position(web.here)}")
    path = f"/v1/members/{web.here.ids['worker']}"
    for role in ("federation-officer", "unit-officer", "council-secretary", "auditor"):
        assert (await web.here.callers[role].get(path)).json()["full_name"] == "Người worker"
    stored = (await web.here.integrator.get("/v1/events?types=member.enrolled")).json()["events"]
    assert all(event["data"]["full_name"].startswith("sealed:2:") for event in stored)
