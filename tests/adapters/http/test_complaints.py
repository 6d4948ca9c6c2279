"""Complaints, concurrences and recoveries as an officer sees them: in the dossier, in the register, in the replay."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from adapters.http.examples import DOCUMENT
from domain.dates import local_day
from domain.rules import NotAwardedTwice
from tests.support.directives import RULES, SMALL, TITLE
from tests.support.http import Caller, Served, served
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio

OPEN_TO_ALL = msgspec.structs.replace(
    RULES, rules=(NotAwardedTwice(source="law", cites="Luật 06/2022/QH15"),), complaint_days=30
)
DIRECTIVE = msgspec.structs.replace(
    SMALL, titles=(msgspec.structs.replace(TITLE, fast_path=True),), rule_sets=(OPEN_TO_ALL,), principles=()
)
COMPLAINT = {"complaint": "Số liệu không đúng", "complainant": "Bà Người Thử", "channel": "Đơn gửi trực tiếp"}


def today(web: Served) -> date:
    return local_day(web.parts.platform.clock.now())


@pytest.fixture(scope="module")
async def web(postgres: PostgresServer) -> AsyncIterator[Served]:
    """A server of these tests' own: they leave much behind."""
    async with served(postgres) as running:
        yield running


@pytest.fixture(scope="module")
async def campaign(web: Served) -> str:
    drafted = {"issuer_id": web.here.ids["federation"], "directive": msgspec.to_builtins(DIRECTIVE)}
    campaign = str((await web.here.officer.done("/v1/campaigns", drafted))["id"])
    await web.here.officer.done(f"/v1/campaigns/{campaign}/launch", {"happened_on": "2024-01-15"})
    return campaign


async def checked(web: Served, campaign: str, *, fast_path: bool) -> str:
    enrolled = {
        "unit_id": web.here.ids["base"], "code": f"DV-{uuid4()}", "full_name": "Người Thử",
        "employment": "direct-worker", "joined_on": "2020-02-01",
    }  # fmt: skip
    person = (await web.here.officer.done("/v1/members", enrolled))["id"]
    body = {
        "campaign_id": campaign, "unit_id": web.here.ids["base"], "person_id": person, "year": 2024,
        "title": TITLE.code, "scheme": "ad-hoc" if fast_path else "movement", "fast_path": fast_path,
        "achievement": f"a-{uuid4()}", "report": "Báo cáo",
    }  # fmt: skip
    award = str((await web.here.officer.done("/v1/awards", body))["id"])
    await step(web, award, "appraise", {"supports": True, "opinion": "Đồng ý"})
    await step(web, award, "check-eligibility", {})
    return award


async def decided(web: Served, campaign: str) -> str:
    award = await checked(web, campaign, fast_path=True)
    signature = {"capacity": "TM", "body": "Ban Thường vụ", "office": "Chủ tịch"}
    grant = {"decision": DOCUMENT, "signing_body": "Ban Thường vụ", "prize_vnd": 540_000, "signature": signature}
    await step(web, award, "decide", grant)
    await step(web, award, "present", {"presented_on": today(web).isoformat()})
    return award


async def step(web: Served, award: str, name: str, body: Any, caller: Caller | None = None) -> dict[str, Any]:
    return await (caller or web.here.officer).done(f"/v1/awards/{award}/{name}", body, if_match="*")


async def refused(web: Served, award: str, name: str, body: Any) -> tuple[int, str]:
    answer = await web.here.officer.post(f"/v1/awards/{award}/{name}", body, if_match="*")
    return answer.status_code, answer.json()["code"]


async def seen(web: Served, path: str, caller: Caller | None = None) -> dict[str, Any]:
    sign = "&" if "?" in path else "?"
    position = await web.position(web.here)
    answer = await (caller or web.here.officer).get(f"{path}{sign}min_position={position}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def listed(web: Served, narrowed: str) -> list[str]:
    return [row["award_id"] for row in (await seen(web, f"/v1/awards?limit=500&{narrowed}"))["items"]]


def paper(web: Served, number: str) -> dict[str, Any]:
    return {**DOCUMENT, "number": number, "issued": today(web).isoformat()}


async def test_a_complaint_goes_its_whole_way_and_the_register_shows_where_it_is(web: Served, campaign: str) -> None:
    award, other = await decided(web, campaign), await decided(web, campaign)
    complained = {**COMPLAINT, "received_on": today(web).isoformat()}
    assert (await step(web, award, "receive-complaint", complained))["changed"] is True
    assert (await step(web, award, "receive-complaint", complained))["changed"] is False
    assert award in await listed(web, "complaint_open=true")
    assert award not in await listed(web, "held=false")
    assert other in await listed(web, "complaint_open=false&held=false")
    assert (await seen(web, f"/v1/awards/{award}"))["holds"] == ["complaint"]
    answer = {"number": 1, "upheld": True, "answer": "Đúng", "document": paper(web, "9/TB"), "follows": "revocation"}
    await step(web, award, "resolve-complaint", answer)
    assert await refused(web, award, "resolve-complaint", {**answer, "upheld": False, "follows": None}) == (
        409,
        "award.complaint-resolved-otherwise",
    )
    assert award in await listed(web, "complaint_open=true")
    revoke = {"ground": "false-declaration", "reason": "Khai sai", "document": paper(web, "10/QĐ")}
    await step(web, award, "revoke", revoke)
    whole = await seen(web, f"/v1/awards/{award}")
    (told,) = whole["complaints"]
    assert (told["open"], told["settled_by"], told["answered"]["follows"]) == (False, "revocation", "revocation")
    assert (whole["holds"], whole["complaint_open"]) == ([], False)
    assert whole["complaints_until"] == (today(web) + timedelta(days=30)).isoformat()


async def test_what_a_revoked_award_owes_is_shown_until_it_came_back(web: Served, campaign: str) -> None:
    award = await decided(web, campaign)
    revoke = {"ground": "false-declaration", "reason": "Khai sai", "document": paper(web, "10/QĐ")}
    await step(web, award, "revoke", revoke)
    row = await seen(web, f"/v1/awards/{award}")
    assert row["decided"]["signature"]["capacity"] == "TM"
    assert (row["outstanding_vnd"], row["object_outstanding"], row["recovery_open"]) == (540_000, True, True)
    assert award in await listed(web, "recovery_open=true&state=revoked")
    day = today(web).isoformat()
    some = {"money_vnd": 200_000, "object_returned": True, "on": day, "document": paper(web, "1/PT")}
    await step(web, award, "record-recovery", some)
    too_much = {"money_vnd": 340_001, "on": day, "document": paper(web, "2/PT")}
    assert await refused(web, award, "record-recovery", too_much) == (409, "award.recovered-too-much")
    row = await seen(web, f"/v1/awards/{award}")
    assert (row["outstanding_vnd"], row["object_outstanding"], row["recovery_open"]) == (340_000, False, True)
    await step(web, award, "record-recovery", {**too_much, "money_vnd": 340_000})
    row = await seen(web, f"/v1/awards/{award}")
    assert (row["outstanding_vnd"], row["recovery_open"]) == (0, False)
    assert [each["money_vnd"] for each in row["recoveries"]] == [200_000, 340_000]
    assert award not in await listed(web, "recovery_open=true")


async def test_who_complained_is_told_to_those_who_answer_and_to_no_unit_below(web: Served, campaign: str) -> None:
    award = await checked(web, campaign, fast_path=False)
    day = today(web).isoformat()
    await step(web, award, "publish", {"published_from": day, "published_until": day, "channel": "Trang tin"})
    base = web.here.callers["base-officer"]
    await step(web, award, "receive-complaint", {**COMPLAINT, "received_on": day}, base)
    for caller, shown in (
        (web.here.officer, "Bà Người Thử"),
        (web.here.auditor, "Bà Người Thử"),
        (web.here.callers["unit-officer"], "[đã niêm phong]"),
        (base, "[đã niêm phong]"),
    ):
        (told,) = (await seen(web, f"/v1/awards/{award}", caller))["complaints"]
        assert (told["complaint"], told["complainant"]) == ("Số liệu không đúng", shown)
        replay = (await caller.get(f"/v1/awards/{award}/replay")).json()
        (received,) = [each["event"] for each in replay["steps"] if each["type"] == "award.complaint-received"]
        assert received["complainant"] == shown
        trail = await caller.get("/v1/audit-trail?type=award.complaint-received&limit=500")
        assert "Bà Người Thử" not in trail.text


async def test_the_replay_shows_what_is_open_after_each_step(web: Served, campaign: str) -> None:
    award = await decided(web, campaign)
    await step(web, award, "receive-complaint", {**COMPLAINT, "received_on": today(web).isoformat()})
    steps = (await web.here.auditor.get(f"/v1/awards/{award}/replay")).json()["steps"]
    assert [each["state"]["complaints_open"] for each in steps][-2:] == [[], [1]]
    assert steps[-1]["state"]["holds"] == ["complaint"]


async def test_what_a_dossier_has_and_lacks_and_who_concurred(web: Served, campaign: str) -> None:
    award = await checked(web, campaign, fast_path=True)
    file = {"content_type": "application/pdf"}
    await web.here.officer.post(f"/v1/awards/{award}/parts/submission?name=to-trinh.pdf", b"%PDF-1.4", **file)
    concur = {"body": "cong-an-tinh", "body_name": "Công an tỉnh", "agrees": True, "document": DOCUMENT}
    await step(web, award, "record-concurrence", concur)
    whole = await seen(web, f"/v1/awards/{award}")
    assert (whole["parts"], [each["body"] for each in whole["concurrences"]]) == (["submission"], ["cong-an-tinh"])
    assert award in await listed(web, "lacks_part=minutes")
    assert award not in await listed(web, "lacks_part=submission")


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("receive-complaint", {**COMPLAINT, "received_on": "2999-01-01"}, "received_on"),
        ("receive-complaint", {**COMPLAINT, "received_on": "2023-01-01"}, "received_on"),
        ("record-recovery", {"on": "2024-10-15"}, "document"),
        ("resolve-complaint", {"number": 0, "upheld": True, "answer": "", "document": DOCUMENT}, "number"),
        ("record-concurrence", {"body": "Công an", "body_name": "x", "agrees": True, "document": DOCUMENT}, "body"),
    ],
)
async def test_bad_input_is_refused_by_its_field(
    web: Served, campaign: str, name: str, body: dict[str, Any], field: str
) -> None:
    award = await decided(web, campaign)
    answer = await web.here.officer.post(f"/v1/awards/{award}/{name}", body, if_match="*")
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["errors"][0]["field"] == field
