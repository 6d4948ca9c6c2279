"""An auditor who trusts nobody: an award's whole history, recomputed from what is told and from the rows."""

import re
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from adapters.http.examples import DOCUMENT
from application.envelope import envelope_v1
from tests.support.directives import SMALL
from tests.support.http import Served, served
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio

SHEET: dict[str, Any] = {
    "scores": [
        {"criterion": "nang-suat-diem", "points_x100": 5_500},
        {"criterion": "phong-trao", "points_x100": 3_800},
    ]
}
SEATS = [f"ghe-{number}" for number in range(1, 4)]
LIFE = [
    "nominated", "returned", "completed", "appraised", "eligibility-checked", "held", "released", "published", "voted",
    "decided", "presented", "revoked",
]  # fmt: skip
Case = dict[str, str]
History = dict[str, Any]


@pytest.fixture(scope="module")
async def web(postgres: PostgresServer) -> AsyncIterator[Served]:
    """A server of these tests' own: they leave much behind."""
    async with served(postgres) as running:
        yield running


@pytest.fixture(scope="module")
async def case(web: Served) -> Case:
    """The ids of what leads to one award of the worker's, which is revoked in the end."""
    officer, ids = web.here.officer, web.here.ids
    directive = {"issuer_id": ids["federation"], "directive": msgspec.to_builtins(SMALL)}
    campaign = (await officer.done("/v1/campaigns", directive))["id"]
    about = {"campaign_id": campaign, "unit_id": ids["base"]}
    person = {"person_id": ids["worker"]}
    await officer.done(f"/v1/campaigns/{campaign}/launch", {"happened_on": "2024-01-15"})
    title = {
        "kind": "title",
        "title": "cong-nhan-gioi",
        "subject": {"kind": "individual", **person},
        "name": "Phấn đấu",
    }
    registration = (await officer.done("/v1/registrations", {**about, **title}))["id"]
    await officer.done(f"/v1/registrations/{registration}/confirm", {})
    opened = {**about, **person, "period": "2024", "rubric": "bang-diem"}
    evaluation = (await officer.done("/v1/evaluations", opened))["id"]
    scored: list[tuple[str, Any]] = [
        ("self-score", SHEET),
        ("appraise", SHEET),
        ("classify", {}),
        ("complain", {"complaint": "Chưa tính điểm thưởng"}),
        ("resolve", {"upheld": False, "answer": "Bảng điểm không có điểm thưởng"}),
        ("finalise", {}),
    ]
    for step, body in scored:
        await officer.done(f"/v1/evaluations/{evaluation}/{step}", body)
    dossier = {"year": 2024, "title": "cong-nhan-gioi", "scheme": "movement", "achievement": "phan-viec"}
    rests_on = {"registration_id": registration, "evaluation_id": evaluation}
    award = (await officer.done("/v1/awards", {**about, **person, **dossier, **rests_on, "report": "Báo cáo"}))["id"]
    ids_of = {"campaign": campaign, "registration": registration, "evaluation": evaluation, "award": award}
    return {**ids_of, "council": await _settled(web, campaign, award)}


async def _settled(web: Served, campaign: str, award: str) -> str:
    """From the dossier's return to the revocation; the council's id."""
    base, officer, path = web.here.callers["base-officer"], web.here.officer, f"/v1/awards/{award}"
    await officer.done(f"{path}/return", {"reason": "Thiếu xác nhận"})
    await base.done(f"{path}/complete", {"report": "Báo cáo có xác nhận"})
    window = {"published_from": "2024-08-01", "published_until": "2024-08-20", "channel": "Trang tin"}
    handled: list[tuple[str, Any]] = [
        ("appraise", {"supports": True, "opinion": "Đồng ý"}),
        ("check-eligibility", {}),
        ("hold", {"kind": "complaint", "reason": "Có đơn"}),
        ("release", {"kind": "complaint", "outcome": "Đơn không có cơ sở"}),
        ("publish", {**window, "happened_on": "2024-08-01"}),
    ]
    for step, body in handled:
        await officer.done(f"{path}/{step}", body)
    convened = {
        "unit_id": web.here.ids["federation"], "campaign_id": campaign, "title": "cong-nhan-gioi",
        "meets_on": "2024-09-10", "roster": [{"seat": seat, "office": "Ủy viên"} for seat in SEATS], "chair": SEATS[0],
    }  # fmt: skip
    council = (await officer.done("/v1/councils", convened))["id"]
    tally = {"award_id": award, "votes_for": 2, "votes_against": 1}
    counted = {"minutes": DOCUMENT, "ballots_issued": 3, "returned_in_room": 2, "returned_in_writing": 1}
    decision = {**DOCUMENT, "issued": "2024-09-12", "number": "15/QĐ-LĐLĐ"}
    signed = {"decision": decision, "signing_body": "Ban Thường vụ"}
    revoked = {"ground": "false-declaration", "reason": "Khai man", "document": {**decision, "number": "20/QĐ"}}
    sent: list[tuple[str, Any]] = [
        ("list-dossiers", {"award_ids": [award]}),
        ("record-attendance", {"present": SEATS[:2], "in_writing": SEATS[2:]}),
        ("record-result", {**counted, "tallies": [tally]}),
        ("check-quota", {}),
        ("issue-decision", signed),
    ]
    for step, body in sent:
        await officer.done(f"/v1/councils/{council}/{step}", body, if_match="*")
    sent = [
        ("take-vote", {"session_id": council}),
        ("decide", signed),
        ("present", {"presented_on": "2024-09-20"}),
        ("revoke", revoked),
    ]
    for step, body in sent:
        await officer.done(f"{path}/{step}", body, if_match="*")
    return str(council)


@pytest.fixture(scope="module")
async def history(web: Served, case: Case) -> History:
    told: History = (await web.here.auditor.get(f"/v1/awards/{case['award']}/replay")).json()
    return told


def step(history: History, name: str) -> dict[str, Any]:
    return next(dict(each) for each in history["steps"] if each["type"] == f"award.{name}")


async def test_the_history_is_whole_with_what_was_held_returned_and_revoked(history: History) -> None:
    assert [each["type"].removeprefix("award.") for each in history["steps"]] == LIFE
    assert history["same"] is True
    assert [each["version"] for each in history["steps"]] == list(range(1, len(LIFE) + 1))
    assert step(history, "returned")["event"]["reason"] == "Thiếu xác nhận"  # An auditor reads why.
    assert step(history, "held")["state"]["holds"] == ["complaint"]
    assert step(history, "revoked")["event"]["recover_vnd"] == step(history, "decided")["event"]["prize_vnd"]
    assert step(history, "published")["happened_on"] == "2024-08-01" < step(history, "published")["recorded_at"]


async def test_the_reasons_follow_from_the_facts_by_the_auditors_own_reading(
    web: Served, case: Case, history: History
) -> None:
    """The four rules of the title, read from the paper and asked of the log, without the code that judged."""
    found: dict[str, list[dict[str, Any]]] = {}
    for kind in ("registration", "evaluation", "campaign"):
        rows = await web.parts.store.load(web.here.tenant_id, [f"{kind}-{case[kind]}"])
        found[kind] = [{"type": row.type, **msgspec.json.decode(row.data)} for row in rows[f"{kind}-{case[kind]}"]]
    registered = [event["type"] for event in found["registration"]] == [
        "registration.submitted",
        "registration.confirmed",
    ]
    total = sum(score["points_x100"] for score in SHEET["scores"])
    classified = next(event for event in found["evaluation"] if event["type"] == "evaluation.classified")
    excellent = total >= 8_500 and 5_500 * 2 >= 6_000 and 3_800 * 2 >= 4_000
    assert classified["result"]["band"] == ("xuat-sac" if excellent else "chua-dat")
    expected = {
        "registered": registered, "class-at-least": excellent, "not-awarded-twice": True,
        "direct-worker-priority": True,
    }  # fmt: skip
    for name in ("eligibility-checked", "decided"):
        reasons = step(history, name)["event"]["reasons"]
        assert {reason["rule"]: reason["outcome"] == "for" for reason in reasons} == expected
        assert all(reason["cites"] and reason["source"] for reason in reasons)


async def test_every_stream_that_a_judgement_read_is_there_at_that_version_and_was_by_then(
    web: Served, history: History
) -> None:
    for name in ("nominated", "eligibility-checked", "voted", "decided"):
        judged = step(history, name)
        read = {each["stream"]: each["version"] for each in judged["event"]["read_at"]}
        stored = await web.parts.store.load(web.here.tenant_id, list(read))
        for stream, version in read.items():
            before = [row for row in stored[stream] if row.position < judged["position"]]
            assert len(before) == version, (name, stream)  # No more and no less was there when it was decided.
        assert any(stream.startswith("campaign-") for stream in read) or name == "voted"


async def test_the_trail_tells_who_did_what_when_why_and_from_which_command(
    web: Served, case: Case, history: History
) -> None:
    position = await web.position(web.here)
    path = f"/v1/audit-trail?stream_id=award-{case['award']}&order=oldest&min_position={position}"
    rows = (await web.here.auditor.get(path)).json()["items"]
    kept = ("position", "type", "actor", "recorded_at", "happened_on", "command_id", "correlation_id", "version")
    assert [{name: row[name] for name in kept} for row in rows] == [
        {name: each[name] for name in kept} for each in history["steps"]
    ]
    assert len({row["command_id"] for row in rows}) == len(LIFE)
    why = {row["type"].removeprefix("award."): row["reason"] for row in rows}
    assert (why["returned"], why["held"], why["revoked"]) == ("Thiếu xác nhận", "Có đơn", "Khai man")
    assert {row["actor"] for row in rows} == {"federation-officer", "base-officer"}


async def test_no_ballot_can_be_told_to_anybody(web: Served, case: Case) -> None:
    """Who voted and what was voted stand in events of their own, and the second names no seat."""
    name = f"council-{case['council']}"
    rows = (await web.parts.store.load(web.here.tenant_id, [name]))[name]
    counted = next(row.data.decode() for row in rows if row.type == "council.result-recorded")
    assert not any(seat in counted for seat in SEATS)
    voted = next(row.data.decode() for row in rows if row.type == "council.attendance-recorded")
    assert all(seat in voted for seat in SEATS)
    assert case["award"] not in voted


async def test_a_row_gives_its_envelope_by_the_page_alone(web: Served, case: Case) -> None:
    """docs/envelope.md, done by hand on the columns as PostgreSQL holds them, against the bytes that are signed."""
    async with web.parts.pool.tenant(web.here.tenant_id) as connection:
        rows = await connection.fetch(
            "SELECT e.* FROM thidua.events AS e WHERE e.tenant_id = $1 ORDER BY e.position", web.here.tenant_id
        )
    kept = await web.parts.store.page(web.here.tenant_id, after=0, limit=len(rows))
    assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
    assert [by_hand(dict(row)) for row in rows] == [envelope_v1(recorded) for recorded in kept]


FIELDS = (
    "tenant_id", "epoch", "position", "stream_id", "version", "type", "type_version", "event_id", "recorded_at",
    "happened_on", "actor", "correlation_id", "causation_id", "command_id", "data",
)  # fmt: skip


def by_hand(row: dict[str, Any]) -> bytes:
    return b"".join(map(field, ["envelope_v1", *(row[name] for name in FIELDS)]))


def field(value: Any) -> bytes:
    if value is None:
        return b"\xff\xff\xff\xff"
    match value:
        case uuid.UUID():
            content = bytes.fromhex(str(value).replace("-", ""))
        case int():
            content = value.to_bytes(8, "big", signed=True)
        case datetime():
            since = value.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
            content = ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds).to_bytes(8, "big")
        case bytes():
            content = value
        case _:
            content = str(value).encode()
    return len(content).to_bytes(4, "big") + content


_BYTES = re.compile(r"\\x((?:[0-9a-f]{2})+)")
SECRETS = ("Người worker", "Báo cáo có xác nhận", "Có đơn", "Thiếu xác nhận", "Khai man", "Đơn không có cơ sở")


async def test_nobody_but_the_tenants_own_readers_sees_a_persons_text_anywhere(web: Served, case: Case) -> None:
    """Neither an integrator nor the operator over HTTP, nor whoever reads the tables."""
    for name in ("integrator", "operator"):
        for path in ("/v1/events?limit=1000", "/v1/units", "/v1/campaigns", "/v1/projections", "/v1/me"):
            text = (await web.here.callers[name].get(path)).text
            assert not any(secret in text for secret in SECRETS), (name, path)
    seen = 0
    async with web.parts.pool.tenant(web.here.tenant_id) as connection:
        tables = await connection.fetch(
            "SELECT t.schemaname || '.' || t.tablename FROM pg_tables AS t"
            " WHERE t.schemaname IN ('thidua', 'read_models')"
            " AND has_table_privilege(t.schemaname || '.' || t.tablename, 'SELECT')"
        )
        for [table] in tables:
            rows = await connection.fetch(f"SELECT t::text AS row FROM {table} AS t")
            held = "".join(row for [row] in rows)
            held += "".join(bytes.fromhex(found).decode(errors="replace") for found in _BYTES.findall(held))
            assert not any(secret in held for secret in SECRETS), table
            seen += len(held)
        assert len(tables) > 20
        assert seen > 10_000
