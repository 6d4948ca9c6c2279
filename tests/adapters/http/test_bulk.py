"""Many registrations confirmed or returned at once: all or nothing, or each for itself."""

from typing import Any

import pytest

from tests.support.http import Served

pytestmark = pytest.mark.anyio
BULK = "/v1/registrations/bulk"


async def registered(web: Served, number: int, **more: Any) -> list[str]:
    campaign = await web.campaign(web.here)
    return [
        str((await web.registration(web.here, campaign, name=f"Phần việc {n}", **more))["id"]) for n in range(number)
    ]


async def states(web: Served, ids: list[str], position: int) -> list[str]:
    rows = [await web.here.officer.get(f"/v1/registrations/{each}?min_position={position}") for each in ids]
    return [row.json()["state"] for row in rows]


async def test_many_are_confirmed_by_one_append(web: Served) -> None:
    ids = await registered(web, 3)
    east = web.here.callers["unit-officer"]
    done = await east.done(BULK, {"action": "confirm", "registration_ids": ids}, key="nhieu")
    again = await east.post(BULK, {"action": "confirm", "registration_ids": ids}, key="nhieu")
    assert again.json() == done
    assert again.headers["idempotency-replayed"] == "true"
    assert await states(web, ids, done["position"]) == ["confirmed"] * 3
    events = await web.here.integrator.get(f"/v1/events?after={done['position'] - 3}&limit=3")
    assert [event["type"].rpartition("registration.")[2] for event in events.json()["events"]] == ["confirmed"] * 3


async def test_one_that_is_not_ours_refuses_all_and_is_named(web: Served) -> None:
    ids = await registered(web, 2)
    there = await web.campaign(web.there)
    foreign = str((await web.registration(web.there, there))["id"])
    position = await web.position(web.here)
    answer = await web.here.officer.post(BULK, {"action": "confirm", "registration_ids": [*ids, foreign]})
    assert (answer.status_code, answer.json()["facts"]) == (404, {"id": foreign})
    assert await web.position(web.here) == position
    west = {"unit_id": web.here.ids["school"], "subject": {"kind": "collective"}}
    (beside,) = await registered(web, 1, **west)
    refused = await web.here.callers["unit-officer"].post(
        BULK, {"action": "confirm", "registration_ids": [*ids, beside]}
    )
    assert (refused.status_code, refused.json()["facts"]) == (404, {"id": beside})


async def test_one_in_another_state_refuses_all_and_is_named(web: Served) -> None:
    ids = await registered(web, 2)
    await web.here.officer.done(f"/v1/registrations/{ids[1]}/withdraw", {})
    answer = await web.here.officer.post(BULK, {"action": "confirm", "registration_ids": ids})
    assert (answer.status_code, answer.json()["code"]) == (409, "registration.wrong-state")
    assert answer.json()["facts"]["id"] == ids[1]
    assert await states(web, ids, await web.position(web.here)) == ["submitted", "withdrawn"]


async def test_each_for_itself_tells_what_became_of_it_and_a_retry_tells_the_same(web: Served) -> None:
    new, done, withdrawn = await registered(web, 3)
    there = await web.campaign(web.there)
    foreign = str((await web.registration(web.there, there))["id"])
    await web.here.officer.done(f"/v1/registrations/{done}/confirm", {})
    await web.here.officer.done(f"/v1/registrations/{withdrawn}/withdraw", {})
    body = {"action": "confirm", "mode": "each", "registration_ids": [new, done, withdrawn, foreign]}
    told = await web.here.officer.done(BULK, body, key="tung-cai")
    assert [(item["id"], item["became"], item["code"]) for item in told["items"]] == [
        (new, "done", None),
        (done, "already", None),
        (withdrawn, "refused", "registration.wrong-state"),
        (foreign, "refused", "thing.unknown"),
    ]
    assert told["items"][2]["vi"] == "Đăng ký không ở trạng thái phù hợp cho bước này"
    assert told["items"][2]["en"] == "The registration is not in the state that this step needs"
    again = await web.here.officer.post(BULK, body, key="tung-cai")
    assert again.json() == told
    assert again.headers["idempotency-replayed"] == "true"
    other = await web.here.officer.post(BULK, {**body, "registration_ids": [new]}, key="tung-cai")
    assert (other.status_code, other.json()["code"]) == (409, "command.id-reused")


async def test_many_are_returned_with_a_reason_that_is_sealed(web: Served) -> None:
    ids = await registered(web, 2)
    body = {"action": "return", "registration_ids": ids, "reason": "Thiếu chữ ký của Nguyễn Văn Bịa"}
    done = await web.here.officer.done(BULK, body)
    assert await states(web, ids, done["position"]) == ["returned"] * 2
    events = await web.here.integrator.get("/v1/events?types=registration.returned&limit=500")
    assert "Nguyễn Văn Bịa" not in events.text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"registration_ids": []}, "registration_ids"),
        ({"registration_ids": ["00000000-0000-4000-8000-000000000001"] * 2}, "registration_ids[1]"),
        ({"registration_ids": [f"00000000-0000-4000-8000-{n:012x}" for n in range(501)]}, "registration_ids"),
        ({"action": "return"}, "reason"),
        ({"reason": "không cần"}, "reason"),
        ({"mode": "some"}, "mode"),
    ],
    ids=["none", "one twice", "too many", "returned without a reason", "confirmed with one", "another mode"],
)
async def test_a_wrong_request_names_the_field(web: Served, change: dict[str, Any], field: str) -> None:
    body = {"action": "confirm", "registration_ids": ["00000000-0000-4000-8000-000000000001"], **change}
    answer = await web.here.officer.post(BULK, body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
