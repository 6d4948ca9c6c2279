"""Each kind of registration lives its own life, as the table in docs/http.md tells it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.http.examples import DIRECTIVE, DOCUMENT, TITLE
from tests.support.http import Served, served
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
OPEN = {"kind": "open-ended"}
SUBJECTS = {
    "title": ["individual", "collective"], "compact": ["pair"], "work": ["collective"], "product": ["collective"],
    "task": ["collective"], "own-target": ["collective"], "personal-task": ["individual"],
    "initiative": ["individual"], "launch-event": ["collective"],
}  # fmt: skip
ALL_KINDS: dict[str, Any] = {
    **DIRECTIVE,
    "targets": [
        {"code": kind, "name": kind, "section": "I", "modality": "strive", "comparator": ">=", "share_x100": 100,
         "measure": {"kind": "units-registered", "kinds": [kind]}}
        for kind in ("launch-event", "initiative", "work")
    ],
    "titles_open": True,
    "registrations": [
        {"code": kind, "name": kind, "section": "II", "kind": kind, "subjects": subjects, "rule": OPEN,
         "levels": ["upper", "grassroots"]}
        for kind, subjects in SUBJECTS.items()
    ],
    "duties": [
        {"code": "phat-dong", "name": "Phát động", "section": "III", "kind": "launch", "bearers": ["grassroots"],
         "rule": {"kind": "within-month", "month": "2024-03"}}
    ],
}  # fmt: skip
Life = list[tuple[str, dict[str, Any], str]]
DONE: tuple[str, dict[str, Any], str] = ("complete", {}, "completed")
CONFIRM: tuple[str, dict[str, Any], str] = ("confirm", {}, "confirmed")
WORK: Life = [
    ("return", {"reason": "Thiếu ngày."}, "returned"),
    ("resubmit", {"name": "Đã sửa"}, "submitted"),
    CONFIRM,
    ("progress", {"quantity": 60}, "confirmed"),
    DONE,
    ("recognise-work", {"document": DOCUMENT, "plaque": True}, "recognised"),
    ("attach-plaque", {"on": "2024-07-25", "place": "Cổng chính"}, "recognised"),
    ("withdraw-recognition", {"document": DOCUMENT, "reason": "Chưa nghiệm thu."}, "revoked"),
]
LIVES: dict[str, Life] = {
    "title": [CONFIRM, DONE],
    "compact": [("accept-compact", {}, "submitted"), CONFIRM, DONE],
    "work": WORK,
    "product": WORK,
    "task": WORK,
    "own-target": [CONFIRM, ("progress", {"quantity": 20}, "confirmed"), DONE],
    "personal-task": [CONFIRM, ("progress", {"quantity": 50}, "confirmed"), DONE],
    "initiative": [
        CONFIRM,
        ("put-under-review", {"council": "Hội đồng sáng kiến"}, "under-review"),
        ("recognise-initiative", {"scope": "upper", "document": DOCUMENT, "value_vnd": 90_000_000}, "recognised"),
        ("withdraw-recognition", {"document": DOCUMENT, "reason": "Đã có ở nơi khác."}, "revoked"),
    ],
    "launch-event": [
        CONFIRM,
        ("move-launch", {"held_on": "2024-03-12"}, "confirmed"),
        ("launch-held", {"held_on": "2024-03-12", "attended": 180, "duty": "phat-dong"}, "held"),
    ],
}
BY_UNIT_ABOVE = {
    "return", "confirm", "recognise-work", "put-under-review", "recognise-initiative", "withdraw-recognition",
}  # fmt: skip
PAGE = (Path(__file__).parents[3] / "docs" / "http.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
async def campaign(postgres: PostgresServer) -> AsyncIterator[tuple[Served, str]]:
    async with served(postgres) as web:
        body = {"issuer_id": web.here.ids["federation"], "directive": ALL_KINDS}
        drafted = await web.here.officer.done("/v1/campaigns", body)
        await web.here.officer.done(f"/v1/campaigns/{drafted['id']}/launch", {"happened_on": "2024-01-15"})
        yield web, str(drafted["id"])


def particulars(web: Served, kind: str) -> dict[str, Any]:
    ids = web.here.ids
    match SUBJECTS[kind][0]:
        case "individual":
            subject: dict[str, Any] = {"kind": "individual", "person_id": ids["worker"]}
        case "pair":
            subject = {"kind": "pair", "parties": [{"unit_id": ids["base"]}, {"unit_id": ids["school"]}]}
        case _:
            subject = {"kind": "collective"}
    more: dict[str, dict[str, Any]] = {
        "title": {"title": TITLE["name"]},
        "own-target": {"quantity": 50, "quantity_unit": "đoàn viên mới"},
        "launch-event": {"held_on": "2024-03-10"},
    }
    return {"kind": kind, "subject": subject, "name": f"Đăng ký {kind}", **more.get(kind, {})}


async def walked(web: Served, campaign: str, kind: str) -> list[dict[str, Any]]:
    """The row after the registration and after each step."""
    base, east = web.here.callers["base-officer"], web.here.callers["unit-officer"]
    body = {"campaign_id": campaign, "unit_id": web.here.ids["base"], **particulars(web, kind)}
    done = await base.done("/v1/registrations", body)
    rows = [(await base.get(f"/v1/registrations/{done['id']}?min_position={done['position']}")).json()]
    for step, told_with, _ in LIVES[kind]:
        who, sent = east if step in BY_UNIT_ABOVE else base, told_with
        if step == "accept-compact":
            who, sent = web.here.officer, {"unit_id": web.here.ids["school"]}
        if step == "resubmit":
            sent = {**{name: body[name] for name in ("title", "quantity", "held_on") if name in body}, **sent}
        path = f"/v1/registrations/{done['id']}"
        told = await who.done(f"{path}/{step}", sent, key=f"{done['id']}-{step}")
        again = await who.post(f"{path}/{step}", sent)
        assert again.json()["changed"] is False, (kind, step)
        rows.append((await base.get(f"{path}?min_position={told['position']}")).json())
    return rows


@pytest.mark.parametrize("kind", LIVES)
async def test_each_kind_goes_through_its_states(campaign: tuple[Served, str], kind: str) -> None:
    web, campaign_id = campaign
    rows = await walked(web, campaign_id, kind)
    assert [row["state"] for row in rows] == ["submitted", *(state for _, _, state in LIVES[kind])]
    told = re.search(rf"^\| `{kind}`.*\|(.*)\|$", PAGE, re.MULTILINE)
    assert told, f"docs/http.md tells no states of {kind}"
    assert re.findall(r"`([a-z-]+)`", told[1]) == list(dict.fromkeys(row["state"] for row in rows))


async def test_an_own_target_has_come_so_far_of_what_was_pledged(campaign: tuple[Served, str]) -> None:
    rows = await walked(*campaign, "own-target")
    assert [row["share_x100"] for row in rows] == [0, 0, 4_000, 4_000]


async def test_an_initiative_shows_its_council_and_value(campaign: tuple[Served, str]) -> None:
    row = (await walked(*campaign, "initiative"))[-2]
    assert (row["council"], row["scope"], row["value_vnd"]) == ("Hội đồng sáng kiến", "upper", 90_000_000)


async def test_no_unit_recognises_beyond_its_level_and_the_federations_council_does(
    campaign: tuple[Served, str],
) -> None:
    web, campaign_id = campaign
    east, ids = web.here.callers["unit-officer"], web.here.ids
    body = {"campaign_id": campaign_id, "unit_id": ids["base"], **particulars(web, "initiative")}
    path = f"/v1/registrations/{(await web.here.officer.done('/v1/registrations', body))['id']}"
    await east.done(f"{path}/confirm", {})
    wide = {"scope": "province", "document": DOCUMENT}
    too_wide = await east.post(f"{path}/recognise-initiative", wide)
    assert (too_wide.status_code, too_wide.json()["code"]) == (409, "registration.scope-too-wide")
    for recogniser in ("federation", "west"):
        answer = await east.post(f"{path}/recognise-initiative", {**wide, "recogniser_id": ids[recogniser]})
        assert (answer.status_code, answer.json()["code"]) == (404, "thing.unknown"), recogniser
    beside = await web.here.officer.post(f"{path}/recognise-initiative", {**wide, "recogniser_id": ids["west"]})
    assert (beside.status_code, beside.json()["errors"][0]["field"]) == (422, "recogniser_id")
    by_itself = await web.here.callers["base-officer"].post(
        f"{path}/recognise-initiative", {"scope": "grassroots", "document": DOCUMENT, "recogniser_id": ids["base"]}
    )
    assert by_itself.status_code == 404
    recognised = await web.here.officer.done(
        f"{path}/recognise-initiative", {**wide, "recogniser_id": ids["federation"]}
    )
    assert recognised["changed"]


async def test_a_launch_that_was_held_does_the_launch_duty_of_its_unit(campaign: tuple[Served, str]) -> None:
    web, campaign_id = campaign
    row = (await walked(web, campaign_id, "launch-event"))[-1]
    assert (row["held_on"], row["attended"], row["fulfils"]) == ("2024-03-12", 180, "phat-dong")
    duties = await web.here.officer.get(f"/v1/duties?campaign_id={campaign_id}&unit_id={web.here.ids['base']}")
    (duty,) = duties.json()["items"]
    assert (duty["state"], duty["late"], duty["submitted_on"]) == ("fulfilled", False, "2024-03-12")


async def test_what_is_under_review_or_held_counts_and_what_was_revoked_does_not(postgres: PostgresServer) -> None:
    async with served(postgres) as web:
        body = {"issuer_id": web.here.ids["federation"], "directive": ALL_KINDS}
        campaign_id = (await web.here.officer.done("/v1/campaigns", body))["id"]
        await web.here.officer.done(f"/v1/campaigns/{campaign_id}/launch", {"happened_on": "2024-01-15"})
        await walked(web, campaign_id, "launch-event")
        await walked(web, campaign_id, "work")
        first = {"campaign_id": campaign_id, "unit_id": web.here.ids["base"], **particulars(web, "initiative")}
        path = f"/v1/registrations/{(await web.here.officer.done('/v1/registrations', first))['id']}"
        await web.here.officer.done(f"{path}/confirm", {})
        done = await web.here.officer.done(f"{path}/put-under-review", {"council": "Hội đồng sáng kiến"})
        answer = await web.here.officer.get(f"/v1/campaigns/{campaign_id}/summary?min_position={done['position']}")
        counted = {target["target"]: target["numerator"] for target in answer.json()["targets"]}
        assert counted == {"launch-event": 1, "initiative": 1, "work": 0}


async def test_persons_of_two_units_sign_a_compact_and_nobody_with_themselves(campaign: tuple[Served, str]) -> None:
    web, campaign_id = campaign
    ids = web.here.ids
    worker, teacher = (
        {"unit_id": ids["base"], "person_id": ids["worker"]},
        {"unit_id": ids["school"], "person_id": ids["teacher"]},
    )
    body = {"campaign_id": campaign_id, "unit_id": ids["base"], "kind": "compact", "name": "Giao ước hai người"}
    signed = await web.here.officer.done(
        "/v1/registrations", {**body, "subject": {"kind": "pair", "parties": [worker, teacher]}}
    )
    path = f"/v1/registrations/{signed['id']}"
    early = await web.here.officer.post(f"{path}/confirm", {})
    assert early.json()["code"] == "registration.compact-not-binding"
    await web.here.officer.done(f"{path}/accept-compact", {"unit_id": ids["school"]})
    await web.here.officer.done(f"{path}/confirm", {})
    alone = await web.here.officer.post(
        "/v1/registrations", {**body, "subject": {"kind": "pair", "parties": [worker, worker]}}
    )
    assert (alone.status_code, alone.json()["errors"][0]["field"]) == (422, "subject.parties[1]")


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("state=revoked&plaque=true&kind=work", "work"),
        ("employment=direct-worker&kind=personal-task", "personal-task"),
        ("state=held", "launch-event"),
    ],
)
async def test_the_register_is_narrowed(campaign: tuple[Served, str], query: str, kind: str) -> None:
    web, campaign_id = campaign
    await walked(web, campaign_id, kind)
    under = web.here.ids["base"]
    listed = await web.here.officer.get(f"/v1/registrations?campaign_id={campaign_id}&under={under}&{query}")
    assert {row["kind"] for row in listed.json()["items"]} == {kind}
