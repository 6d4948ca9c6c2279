"""Commands over HTTP: done once however often they are sent, and only to what the sender saw."""

import asyncio
from uuid import uuid4

import pytest

from adapters.http.examples import DIRECTIVE, DOCUMENT
from tests.support.http import Served

pytestmark = pytest.mark.anyio

AMENDED = {"directive": {**DIRECTIVE, "theme": "Sáng tạo"}, "document": DOCUMENT}


async def test_a_campaign_goes_from_its_draft_to_a_confirmed_registration(web: Served) -> None:
    campaign = await web.campaign(web.here)
    registration = await web.registration(web.here, campaign)
    done = await web.here.officer.done(f"/v1/registrations/{registration['id']}/confirm", {})
    assert done["changed"]
    answer = await web.here.auditor.get(f"/v1/registrations/{registration['id']}?min_position={done['position']}")
    row = answer.json()
    assert (row["state"], row["version"]) == ("confirmed", 2)


async def test_what_is_created_has_a_location_an_etag_and_a_position(web: Served) -> None:
    body = {"issuer_id": web.here.ids["federation"], "directive": DIRECTIVE}
    answer = await web.here.officer.post("/v1/campaigns", body)
    told = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/campaigns/{told['id']}"
    assert answer.headers["etag"] == '"1"'
    assert told["position"] == await web.position(web.here)


async def test_a_retry_gets_the_first_answer_and_stores_nothing(web: Served) -> None:
    body, key = {"issuer_id": web.here.ids["federation"], "directive": DIRECTIVE}, str(uuid4())
    first = await web.here.officer.post("/v1/campaigns", body, key=key)
    before = await web.position(web.here)
    again = await web.here.officer.post("/v1/campaigns", body, key=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
    assert await web.position(web.here) == before


async def test_a_key_that_was_used_for_another_request_is_a_conflict(web: Served) -> None:
    campaign, key = await web.campaign(web.here), str(uuid4())
    await web.here.officer.done(f"/v1/campaigns/{campaign}/open-phase", {"phase": "1"}, key=key)
    other_body = await web.here.officer.post(f"/v1/campaigns/{campaign}/open-phase", {"phase": "2"}, key=key)
    other_path = await web.here.officer.post(f"/v1/campaigns/{campaign}/close-phase", {"phase": "1"}, key=key)
    assert [answer.json()["code"] for answer in (other_body, other_path)] == ["command.id-reused"] * 2
    assert other_body.status_code == 409


async def test_a_key_belongs_to_its_credential(web: Served) -> None:
    campaign, key = await web.campaign(web.here), str(uuid4())
    first = await web.here.officer.post(f"/v1/campaigns/{campaign}/open-phase", {"phase": "1"}, key=key)
    other = await web.here.callers["unit-officer"].post(
        f"/v1/units/{web.here.ids['east']}/rename", {"name": f"Đông {key}", "on": "2024-01-01"}, key=key
    )
    assert (first.status_code, other.status_code) == (200, 200)
    assert "idempotency-replayed" not in other.headers


async def test_a_refused_command_is_not_remembered(web: Served) -> None:
    campaign, key = await web.campaign(web.here), str(uuid4())
    refused = await web.here.officer.post(f"/v1/campaigns/{campaign}/open-phase", {"phase": "9"}, key=key)
    accepted = await web.here.officer.post(f"/v1/campaigns/{campaign}/open-phase", {"phase": "1"}, key=key)
    assert (refused.status_code, refused.json()["code"]) == (404, "campaign.phase-unknown")
    assert accepted.status_code == 200


@pytest.mark.parametrize("key", ["", "có dấu", "a b", "x" * 256])
async def test_a_key_that_is_no_key_is_refused(web: Served, key: str) -> None:
    headers = [(b"idempotency-key", key.encode()), (b"content-type", b"application/json")]
    headers.append((b"authorization", f"Bearer {web.here.officer.key}".encode()))
    answer = await web.client.post("/v1/campaigns", content=b"{}", headers=headers)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "header Idempotency-Key"


async def test_amending_needs_the_version_that_was_seen(web: Served) -> None:
    path = f"/v1/campaigns/{await web.campaign(web.here)}/amend"
    unseen = await web.here.officer.post(path, AMENDED)
    stale = await web.here.officer.post(path, AMENDED, if_match='"1"')
    weak = await web.here.officer.post(path, AMENDED, if_match='W/"2"')
    seen = await web.here.officer.post(path, AMENDED, if_match='"2"')
    assert [each.status_code for each in (unseen, stale, weak, seen)] == [428, 412, 412, 200]
    assert stale.json()["facts"] == {"expected": 1, "actual": 2}
    assert seen.headers["etag"] == '"3"'


async def test_a_retry_with_an_old_etag_or_none_gets_the_first_answer(web: Served) -> None:
    path, key = f"/v1/campaigns/{await web.campaign(web.here)}/amend", str(uuid4())
    first = await web.here.officer.post(path, AMENDED, key=key, if_match='"2"')
    old = await web.here.officer.post(path, AMENDED, key=key, if_match='"2"')
    none = await web.here.officer.post(path, AMENDED, key=key)
    spoilt = await web.here.officer.post(path, AMENDED, key=key, if_match="seven")
    assert [each.content for each in (old, none, spoilt)] == [first.content] * 3


@pytest.mark.parametrize("tag", ["seven", '"x"', '"1", "2"', "7", '"-1"', '"99999999999999999999"'])
async def test_an_if_match_that_is_no_etag_of_ours_is_refused(web: Served, tag: str) -> None:
    answer = await web.here.officer.post(f"/v1/campaigns/{uuid4()}/amend", AMENDED, if_match=tag)
    assert (answer.status_code, answer.json()["code"]) == (400, "if-match.malformed")


async def test_if_match_is_heeded_where_it_is_optional(web: Served) -> None:
    path = f"/v1/campaigns/{await web.campaign(web.here)}/open-phase"
    assert (await web.here.officer.post(path, {"phase": "1"}, if_match='"1"')).status_code == 412
    assert (await web.here.officer.post(path, {"phase": "1"}, if_match="*")).status_code == 200


async def test_a_command_that_finds_it_already_so_changes_nothing(web: Served) -> None:
    path = f"/v1/campaigns/{await web.campaign(web.here)}/launch"
    told = await web.here.officer.done(path, {"happened_on": "2024-01-15"})
    assert (told["changed"], told["version"]) == (False, 2)


async def test_one_key_sent_many_times_at_once_is_carried_out_once(web: Served) -> None:
    body, key = {"issuer_id": web.here.ids["federation"], "directive": DIRECTIVE}, str(uuid4())
    before = await web.position(web.here)
    answers = await asyncio.gather(*(web.here.officer.post("/v1/campaigns", body, key=key) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert [answer.headers.get("idempotency-replayed") for answer in answers].count(None) == 1
    assert await web.position(web.here) == before + 1


async def test_many_commands_on_one_thing_are_served_in_turn(web: Served) -> None:
    campaign = await web.campaign(web.here)
    told = await web.registration(web.here, campaign)
    await web.here.officer.done(f"/v1/registrations/{told['id']}/confirm", {})
    path = f"/v1/registrations/{told['id']}/progress"
    answers = await asyncio.gather(*(web.here.officer.post(path, {"quantity": n}) for n in range(1, 13)))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["version"] for answer in answers) == list(range(3, 15))


async def test_a_code_stands_for_one_unit_and_one_person(web: Served) -> None:
    officer, ids = web.here.officer, web.here.ids
    unit = {"code": "base", "name": "Tên khác", "level": "grassroots", "sector": "school", "on": "2024-01-01"}
    again = await officer.post("/v1/units", {**unit, "parent_id": ids["west"]})
    assert (again.status_code, again.json()["code"]) == (409, "unit.established-otherwise")
    person = {"code": "DV-worker", "full_name": "Người khác", "employment": "other", "joined_on": "2024-01-01"}
    again = await officer.post("/v1/members", {**person, "unit_id": ids["school"]})
    assert (again.status_code, again.json()["code"]) == (409, "member.enrolled-otherwise")


async def test_who_enters_a_unit_does_not_choose_its_id(web: Served) -> None:
    unit = {"code": "moi", "name": "Mới", "level": "grassroots", "sector": "school", "on": "2024-01-01"}
    chosen = await web.here.officer.post(
        "/v1/units", {**unit, "unit_id": str(uuid4()), "parent_id": web.here.ids["west"]}
    )
    assert (chosen.status_code, chosen.json()["errors"][0]["field"]) == (400, "unit_id")
