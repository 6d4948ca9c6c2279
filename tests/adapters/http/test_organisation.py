"""Units that merge, split and change over HTTP; the tree as it was; teams; titles from before."""

from typing import Any

import msgspec
import pytest

from adapters.http.examples import DIRECTIVE, DOCUMENT, HELD_TITLE, STRIKE
from domain.ids import derived
from tests.support.directives import SMALL
from tests.support.http import Caller, Federation, Served

pytestmark = pytest.mark.anyio
PAPER = {**DOCUMENT, "title": "Về việc sáp nhập"}


@pytest.fixture
async def place(web: Served, request: pytest.FixtureRequest) -> Federation:
    """A federation for this test alone."""
    return await web.federation(f"noi-{abs(hash(request.node.name)) % 10**8}")


async def unit(place: Federation, code: str, parent: str, level: str = "grassroots", **more: Any) -> str:
    body = {
        "code": code, "name": f"Đơn vị {code}", "level": level, "sector": "school",
        "parent_id": derived(place.tenant_id, "unit", parent), "on": "2020-01-01",
    }  # fmt: skip
    return str((await place.officer.done("/v1/units", {**body, **more}))["id"])


async def refused(caller: Caller, path: str, body: Any) -> tuple[int, str]:
    answer = await caller.post(path, body)
    return answer.status_code, answer.json()["code"]


async def codes(caller: Caller, query: str, position: int = 0) -> list[str]:
    answer = await caller.get(f"/v1/units?{query}&min_position={position}")
    assert answer.status_code == 200, answer.text
    return [row["code"] for row in answer.json()["items"]]


async def test_a_merged_union_s_matters_are_its_survivor_s(place: Federation) -> None:
    officer, ids = place.officer, place.ids
    merging = {"into": ids["east"], "on": "2024-03-01", "document": PAPER}
    done = await officer.done(f"/v1/units/{ids['west']}/merge", merging)
    assert (await officer.done(f"/v1/units/{ids['west']}/merge", merging))["changed"] is False
    west = (await officer.get(f"/v1/units/{ids['west']}?min_position={done['position']}")).json()
    assert (west["parent_id"], west["merged_into"], west["dissolved_on"]) == (ids["east"], ids["east"], "2024-03-01")
    east = place.callers["unit-officer"]
    assert await codes(east, "limit=10") == ["east", "west", "base", "school"]
    # What lay under the merged union reports to its survivor: the school's campaign, member and registration.
    renamed = await east.done(f"/v1/units/{ids['school']}/rename", {"name": "Trường", "on": "2024-04-01"})
    assert renamed["changed"]
    assert await refused(officer, f"/v1/units/{ids['west']}/rename", {"name": "X", "on": "2024-04-01"}) == (
        409, "unit.dissolved",
    )  # fmt: skip


async def test_a_registration_under_a_merged_union_is_confirmed_by_its_survivor(web: Served, place: Federation) -> None:
    officer, ids = place.officer, place.ids
    campaign = await web.campaign(place)
    await officer.done(f"/v1/units/{ids['west']}/merge", {"into": ids["east"], "on": "2024-03-01", "document": PAPER})
    subject = {"kind": "individual", "person_id": ids["teacher"]}
    registered = await web.registration(place, campaign, unit_id=ids["school"], subject=subject)
    confirmed = await place.callers["unit-officer"].done(f"/v1/registrations/{registered['id']}/confirm", {})
    assert confirmed["changed"]


async def test_what_is_nominated_after_a_merger_is_for_the_active_units_above(place: Federation) -> None:
    officer, ids = place.officer, place.ids
    campaign = await collective_campaign(place, decided_by="upper")
    await officer.done(f"/v1/units/{ids['west']}/merge", {"into": ids["east"], "on": "2024-03-01", "document": PAPER})
    done = await officer.done("/v1/awards", nomination(campaign, ids["school"]))
    row = (await officer.get(f"/v1/awards/{done['id']}?min_position={done['position']}")).json()
    assert (row["appraiser_id"], row["deciding_unit_id"]) == (ids["east"], ids["east"])


async def test_a_member_of_a_merged_union_is_one_of_its_survivor(web: Served, place: Federation) -> None:
    officer, ids = place.officer, place.ids
    campaign = await web.campaign(place)
    other = await unit(place, "base-2", "east")
    await officer.done(f"/v1/units/{ids['base']}/merge", {"into": other, "on": "2024-03-01", "document": PAPER})
    registered = await web.registration(place, campaign, unit_id=other)
    assert registered["changed"]
    closed = {"campaign_id": campaign, "unit_id": ids["base"], "kind": "task", "subject": {"kind": "collective"}}
    assert await refused(officer, "/v1/registrations", {**closed, "name": "Việc"}) == (
        404, "registration.unit-unknown",
    )  # fmt: skip


async def test_a_campaign_of_a_merged_union_goes_on_under_its_survivor(place: Federation) -> None:
    officer, ids = place.officer, place.ids
    drafted = await officer.done("/v1/campaigns", {"issuer_id": ids["west"], "directive": DIRECTIVE})
    await officer.done(f"/v1/campaigns/{drafted['id']}/launch", {"happened_on": "2024-01-15"})
    await officer.done(f"/v1/units/{ids['west']}/merge", {"into": ids["east"], "on": "2024-03-01", "document": PAPER})
    body = {"campaign_id": drafted["id"], "kind": "task", "subject": {"kind": "collective"}, "name": "Việc"}
    body["happened_on"] = "2024-03-10"
    assert (await officer.done("/v1/registrations", {**body, "unit_id": ids["school"]}))["changed"]
    outside = {**body, "unit_id": ids["base"]}
    assert await refused(officer, "/v1/registrations", outside) == (404, "registration.unit-unknown")
    # The survivor takes part as the issuer did: it is known, and refused only because tasks are for grassroots unions.
    of_survivor = await refused(officer, "/v1/registrations", {**body, "unit_id": ids["east"]})
    assert of_survivor == (422, "command.invalid")
    opened = await place.callers["unit-officer"].done(f"/v1/campaigns/{drafted['id']}/open-phase", {"phase": "1"})
    assert opened["changed"]


async def test_a_unit_cannot_move_under_itself_or_below_itself(place: Federation) -> None:
    officer, ids = place.officer, place.ids
    for parent in (ids["east"], ids["base"]):
        path = f"/v1/units/{ids['east']}/move"
        assert await refused(officer, path, {"parent_id": parent, "on": "2024-03-01"}) == (409, "unit.cycle")
    path = f"/v1/units/{ids['federation']}/move"
    assert await refused(officer, path, {"parent_id": ids["base"], "on": "2024-03-01"}) == (409, "unit.cycle")


async def test_a_unit_over_others_does_not_end_until_they_are_elsewhere(place: Federation) -> None:
    officer, ids = place.officer, place.ids
    path, ending = f"/v1/units/{ids['west']}/dissolve", {"on": "2024-03-01"}
    answer = await officer.post(path, ending)
    assert (answer.status_code, answer.json()["code"]) == (409, "unit.has-children")
    assert answer.json()["facts"] == {"children": 1, "first": ids["school"]}
    dividing = {"into": [ids["east"]], "on": "2024-03-01", "document": PAPER, "ends": True}
    assert await refused(officer, f"/v1/units/{ids['west']}/split", dividing) == (409, "unit.has-children")
    await officer.done(f"/v1/units/{ids['school']}/move", {"parent_id": ids["east"], "on": "2024-02-01"})
    assert (await officer.done(f"/v1/units/{ids['west']}/split", dividing))["changed"]
    assert await refused(officer, path, ending) == (409, "unit.dissolved")


async def test_the_tree_of_a_day_is_the_one_that_stood_then(place: Federation) -> None:
    officer, ids = place.officer, place.ids
    await officer.done(f"/v1/units/{ids['school']}/rename", {"name": "Trường Hoa Dại", "on": "2024-02-01"})
    await officer.done(f"/v1/units/{ids['school']}/move", {"parent_id": ids["east"], "on": "2024-03-01"})
    await officer.done(f"/v1/units/{ids['school']}/change-sector", {"sector": "public-service", "on": "2024-04-01"})
    await officer.done(f"/v1/units/{ids['west']}/merge", {"into": ids["east"], "on": "2024-05-01", "document": PAPER})
    position = (await officer.done(f"/v1/units/{ids['base']}/dissolve", {"on": "2024-06-01"}))["position"]
    everything = ["federation", "east", "west", "base", "school"]
    assert await codes(officer, "day=2019-12-31", position) == []
    assert await codes(officer, "day=2024-04-30", position) == everything
    assert await codes(officer, "day=2024-05-01", position) == ["federation", "east", "base", "school"]
    assert await codes(officer, "day=2024-06-01", position) == ["federation", "east", "school"]
    assert await codes(officer, f"under={ids['west']}&day=2024-02-29", position) == ["west", "school"]
    assert await codes(officer, f"under={ids['west']}&day=2024-03-01", position) == ["west"]
    assert await codes(officer, f"parent_id={ids['west']}&sector=school&day=2024-02-29", position) == ["school"]
    shown = {
        day: (await officer.get(f"/v1/units/{ids['school']}?day={day}")).json()
        for day in ("2024-01-31", "2024-02-01", "2024-03-01", "2024-04-01")
    }
    assert [row["name"] for row in shown.values()] == ["Công đoàn school", *["Trường Hoa Dại"] * 3]
    assert [row["parent_id"] for row in shown.values()] == [ids["west"], ids["west"], ids["east"], ids["east"]]
    assert [row["sector"] for row in shown.values()] == ["school", "school", "school", "public-service"]
    assert (await officer.get(f"/v1/units/{ids['base']}?day=2024-06-01")).status_code == 404


async def test_a_team_is_commended_as_a_collective_and_does_nothing_else(web: Served, place: Federation) -> None:
    officer, ids = place.officer, place.ids
    team = await unit(place, "to-1", "base", "team", has_union=False)
    campaign = await collective_campaign(place)
    done = await officer.done("/v1/awards", nomination(campaign, team))
    row = (await officer.get(f"/v1/awards/{done['id']}?min_position={done['position']}")).json()
    assert (row["unit_id"], row["deciding_unit_id"], row["appraiser_id"]) == (team, ids["base"], ids["base"])
    issuing = {"issuer_id": team, "directive": DIRECTIVE}
    assert await refused(officer, "/v1/campaigns", issuing) == (404, "campaign.issuer-unknown")
    joining = {
        "unit_id": team, "code": "DV-9", "full_name": "A", "employment": "other", "joined_on": "2024-01-01"
    }  # fmt: skip
    assert await refused(officer, "/v1/members", joining) == (404, "member.unit-unknown")


async def test_titles_from_before_are_recorded_by_the_federation_and_struck(place: Federation) -> None:
    officer, ids = place.officer, place.ids
    person = f"/v1/members/{ids['worker']}"
    await officer.done(f"{person}/record-title", HELD_TITLE)
    done = await officer.done(f"/v1/units/{ids['base']}/record-title", {**HELD_TITLE, "year": 2021})
    path = f"/v1/titles-held?min_position={done['position']}"
    rows = (await officer.get(path)).json()["items"]
    assert [(row["person_id"], row["unit_id"], row["year"], row["source"], row["state"]) for row in rows] == [
        (ids["worker"], None, 2022, "recorded", "held"),
        (None, ids["base"], 2021, "recorded", "held"),
    ]
    assert await refused(officer, f"{person}/record-title", {**HELD_TITLE, "issuer": "UBND"}) == (
        409, "title.recorded-otherwise",
    )  # fmt: skip
    denied = await refused(place.callers["unit-officer"], f"{person}/record-title", HELD_TITLE)
    assert denied == (403, "access.role-denied")
    assert await refused(officer, f"{person}/strike-title", {**STRIKE, "year": 2001}) == (404, "title.not-on-record")
    struck = await officer.done(f"{person}/strike-title", STRIKE)
    query = f"person_id={ids['worker']}&min_position={struck['position']}"
    (row,) = (await officer.get(f"/v1/titles-held?{query}")).json()["items"]
    assert (row["state"], row["ended_by"], row["reason"]) == ("struck", "12/QĐ-LĐLĐ", "Nhập nhầm người.")
    off = await officer.done(f"/v1/units/{ids['base']}/strike-title", {**STRIKE, "year": 2021})
    path = f"/v1/titles-held?unit_id={ids['base']}&state=struck&min_position={off['position']}"
    assert [row["reason"] for row in (await officer.get(path)).json()["items"]] == ["Nhập nhầm người."]
    east = (await place.callers["unit-officer"].get(f"/v1/titles-held?under={ids['base']}")).json()["items"]
    assert len(east) == 2
    assert (await place.callers["unit-officer"].get(f"/v1/titles-held?under={ids['west']}")).json()["items"] == []


async def test_a_survivor_shows_what_its_predecessors_held(place: Federation) -> None:
    officer, ids = place.officer, place.ids
    await officer.done(f"/v1/units/{ids['west']}/record-title", HELD_TITLE)
    await officer.done(f"/v1/units/{ids['east']}/record-title", {**HELD_TITLE, "year": 2021})
    merging = {"into": ids["east"], "on": "2024-03-01", "document": PAPER}
    done = await officer.done(f"/v1/units/{ids['west']}/merge", merging)
    rows = (await officer.get(f"/v1/titles-held?unit_id={ids['east']}&min_position={done['position']}")).json()["items"]
    assert [(row["unit_id"], row["of_predecessor"]) for row in rows] == [(ids["west"], True), (ids["east"], False)]


async def test_a_member_shows_where_they_were_before_and_comes_back(place: Federation) -> None:
    officer, ids = place.officer, place.ids
    person = f"/v1/members/{ids['worker']}"
    await officer.done(f"{person}/move", {"unit_id": ids["school"], "on": "2023-01-01"})
    await officer.done(f"{person}/leave", {"on": "2023-06-01"})
    back = {"unit_id": ids["base"], "employment": "leader", "on": "2024-01-01"}
    done = await officer.done(f"{person}/rejoin", back)
    row = (await officer.get(f"{person}?min_position={done['position']}")).json()
    assert (row["state"], row["unit_id"], row["employment"], row["left_on"]) == ("active", ids["base"], "leader", None)
    assert row["units"] == [
        {"unit_id": ids["base"], "since": "2020-02-01"},
        {"unit_id": ids["school"], "since": "2023-01-01"},
        {"unit_id": ids["base"], "since": "2024-01-01"},
    ]
    assert [each["employment"] for each in row["employments"]] == ["direct-worker", "leader"]
    assert row["left"] == ["2023-06-01"]


async def test_a_team_s_dossier_may_rest_on_its_union_s_registration(web: Served, place: Federation) -> None:
    officer, ids = place.officer, place.ids
    team = await unit(place, "to-1", "base", "team", has_union=False)
    campaign = await collective_campaign(place)
    registering = {
        "campaign_id": campaign, "unit_id": ids["base"], "kind": "task", "subject": {"kind": "collective"},
        "name": "Việc của tổ", "happened_on": "2024-03-10",
    }  # fmt: skip
    registered = await officer.done("/v1/registrations", registering)
    await officer.done(f"/v1/registrations/{registered['id']}/confirm", {})
    for registration, eligible in ((registered["id"], True), (None, False)):
        done = await officer.done("/v1/awards", nomination(campaign, team, registration_id=registration))
        await officer.done(f"/v1/awards/{done['id']}/appraise", {"supports": True, "opinion": "Đồng ý."})
        checked = await officer.done(f"/v1/awards/{done['id']}/check-eligibility", {})
        row = (await officer.get(f"/v1/awards/{done['id']}?min_position={checked['position']}")).json()
        assert row["eligible"] is eligible


async def test_a_team_is_evaluated_and_its_union_appraises_it(place: Federation) -> None:
    officer, ids = place.officer, place.ids
    team = await unit(place, "to-1", "base", "team", has_union=False)
    directive = {**msgspec.to_builtins(SMALL), "launched_on": "2024-01-15"}
    campaign = await officer.done("/v1/campaigns", {"issuer_id": ids["federation"], "directive": directive})
    await officer.done(f"/v1/campaigns/{campaign['id']}/launch", {"happened_on": "2024-01-15"})
    opening = {"campaign_id": campaign["id"], "unit_id": team, "period": "Năm 2024", "rubric": "bang-diem"}
    opened = await officer.done("/v1/evaluations", opening)
    row = (await officer.get(f"/v1/evaluations/{opened['id']}?min_position={opened['position']}")).json()
    assert (row["unit_id"], row["appraiser_id"]) == (team, ids["base"])
    peered = {**opening, "unit_id": ids["base"], "period": "Năm 2024 lần 2", "peers": [team]}
    assert await refused(officer, "/v1/evaluations", peered) == (404, "evaluation.unit-unknown")


async def test_a_dossier_of_a_merged_council_is_voted_on_by_its_survivor_s(place: Federation) -> None:
    officer, ids = place.officer, place.ids
    campaign = await collective_campaign(place, decided_by="upper", rules=[])
    done = await officer.done("/v1/awards", nomination(campaign, ids["school"]))
    path = f"/v1/awards/{done['id']}"
    merging = {"into": ids["east"], "on": "2024-03-01", "document": PAPER}
    await officer.done(f"/v1/units/{ids['west']}/merge", merging)
    survivor = place.callers["unit-officer"]
    await survivor.done(f"{path}/appraise", {"supports": True, "opinion": "Đồng ý."})
    await survivor.done(f"{path}/check-eligibility", {})
    published = {"published_from": "2024-04-01", "published_until": "2024-04-20", "channel": "Trang tin"}
    await survivor.done(f"{path}/publish", {**published, "happened_on": "2024-04-01"})
    convened = {
        "unit_id": ids["east"], "campaign_id": campaign, "title": "tap-the", "meets_on": "2024-05-20",
        "roster": [{"seat": "ghe-1", "office": "Chủ tịch"}], "chair": "ghe-1",
    }  # fmt: skip
    session = await survivor.done("/v1/councils", convened)
    assert (await survivor.done(f"/v1/councils/{session['id']}/list-dossiers", {"award_ids": [done["id"]]}))["changed"]


async def collective_campaign(place: Federation, *, decided_by: str = "grassroots", rules: Any = None) -> str:
    """A launched campaign with a title for collectives, for which they must have registered unless `rules` differ."""
    registered = [{"kind": "registered", "source": "assumed", "cites": "c"}]
    title = {
        "code": "tap-the", "name": "Tập thể nhỏ tiêu biểu", "section": "V", "form": "giay-khen",
        "subjects": ["collective"], "decided_by": decided_by, "rules": "r",
    }  # fmt: skip
    rule_set = {
        "code": "r", "name": "R", "version": 1, "issuer": "I", "effective_from": "2024-01-01", "source": "assumed",
        "cites": "c", "rules": registered if rules is None else rules,
    }  # fmt: skip
    directive = {**DIRECTIVE, "titles": [title], "rule_sets": [rule_set]}
    drafting = {"issuer_id": place.ids["federation"], "directive": directive}
    campaign = str((await place.officer.done("/v1/campaigns", drafting))["id"])
    await place.officer.done(f"/v1/campaigns/{campaign}/launch", {"happened_on": "2024-01-15"})
    return campaign


def nomination(campaign: str, unit_id: str, **more: Any) -> dict[str, Any]:
    return {
        "campaign_id": campaign, "year": 2024, "title": "tap-the", "scheme": "merit", "unit_id": unit_id,
        "achievement": "san-luong", "report": "Vượt kế hoạch.", **more,
    }  # fmt: skip
