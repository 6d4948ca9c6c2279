"""A person is erased over HTTP, and asks for it, or for what is held, on a clock."""

from base64 import b64decode
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from adapters.audit.growing import Growing
from adapters.audit.publishing import Publishing
from adapters.http.examples import DOCUMENT
from adapters.keys.signing import Ed25519Signer, fresh_private_key
from adapters.main import Erasures
from adapters.postgres.marked import PostgresMarked
from application.envelope import envelope_v1
from application.execute import Request, Step, execute
from application.merkle import leaf_hash, verify_consistency, verify_inclusion
from application.notes import parse_checkpoint, parse_note
from application.sealing import ERASED
from domain.ids import derived
from domain.member import MEMBER
from domain.member.messages import EraseMember
from tenants.scope import Role, TenantScope
from tests.support.directives import SMALL
from tests.support.http import Served

SIGNER = Ed25519Signer("log.example", fresh_private_key())
pytestmark = pytest.mark.anyio
ORDER = {"ground": "purpose-ended", "document": DOCUMENT}


async def enrolled(web: Served, **more: Any) -> str:
    """The id of somebody new, whose name nobody else has."""
    code = f"DV-{uuid4().hex[:8]}"
    body = {"unit_id": web.here.ids["base"], "code": code, "full_name": f"Họ tên {code}", "identity": f"CCCD {code}"}
    told = await web.here.officer.done(
        "/v1/members", {**body, "employment": "direct-worker", "joined_on": "2020-02-01", **more}
    )
    assert told["id"] == derived(web.here.tenant_id, "member", code)
    return str(told["id"])


async def small_campaign(web: Served) -> str:
    drafted = {"issuer_id": web.here.ids["federation"], "directive": msgspec.to_builtins(SMALL)}
    campaign = (await web.here.officer.done("/v1/campaigns", drafted))["id"]
    await web.here.officer.done(f"/v1/campaigns/{campaign}/launch", {"happened_on": "2024-01-15"})
    return str(campaign)


async def read(web: Served, path: str) -> dict[str, Any]:
    separator = "&" if "?" in path else "?"
    answer = await web.here.officer.get(f"{path}{separator}min_position={await web.position(web.here)}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_what_was_said_of_a_person_is_shown_as_erased_and_the_log_stays_as_it_is(web: Served) -> None:
    officer, person = web.here.officer, await enrolled(web)
    ground = {"kind": "reprimand", "on": "2024-02-01", "ground": "Vi phạm nội quy."}
    await officer.done(f"/v1/members/{person}/record-discipline", ground)
    before = await web.parts.store.page(web.here.tenant_id, after=0, limit=5_000)
    told = await officer.done(f"/v1/members/{person}/erase", ORDER)
    assert told["changed"]
    row = await read(web, f"/v1/members/{person}")
    assert (row["full_name"], row["erased_on"] is not None, row["state"]) == (ERASED, True, "active")
    held = await read(web, f"/v1/members/{person}/held-data")
    assert [event["type"] for event in held["events"]] == [
        "member.enrolled", "member.discipline-recorded", "member.erased",
    ]  # fmt: skip
    assert [held["events"][0]["data"][name] for name in ("full_name", "identity")] == [ERASED, ERASED]
    assert held["events"][1]["data"]["ground"] == ERASED
    assert (await web.parts.store.page(web.here.tenant_id, after=0, limit=5_000))[: len(before)] == before


async def test_the_event_names_each_key_and_the_commitment_that_its_tokens_begin_with(web: Served) -> None:
    person = await enrolled(web)
    [commitment] = await web.parts.vault.commitments(web.here.tenant_id, [person])
    await web.here.officer.done(f"/v1/members/{person}/erase", ORDER)
    rows = (await web.parts.store.load(web.here.tenant_id, [f"member-{person}"]))[f"member-{person}"]
    assert msgspec.json.decode(rows[-1].data)["keys"] == [
        {"subject": person, "commitment": commitment},
        {"subject": f"discipline:{person}", "commitment": None},
    ]


async def test_a_proof_of_before_holds_after_and_the_log_is_proven_to_have_gone_on(
    web: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.audit.growing.CHECKPOINT_SECONDS", 0.0)
    publishing = Publishing(web.parts.trees, log_name="log.example", signers=[SIGNER])
    growing, auditor, tenant_id = Growing(web.parts.trees, publishing), web.here.auditor, web.here.tenant_id
    person = await enrolled(web)
    await growing.turn()
    before = parse_checkpoint(parse_note((await auditor.get("/v1/audit/checkpoint")).text).text)
    told = (await auditor.get(f"/v1/audit/inclusion?position={before.size}&size={before.size}")).json()
    await web.here.officer.done(f"/v1/members/{person}/erase", ORDER)
    await growing.turn()
    [row] = await web.parts.store.page(tenant_id, after=before.size - 1, limit=1)
    path = [b64decode(each) for each in told["hashes"]]
    verify_inclusion(row.position - 1, before.size, leaf_hash(envelope_v1(row)), path, before.root)
    after = parse_checkpoint(parse_note((await auditor.get("/v1/audit/checkpoint")).text).text)
    assert after.size == before.size + 1
    proof = (await auditor.get(f"/v1/audit/consistency?from_size={before.size}&to_size={after.size}")).json()
    hashes = [b64decode(each) for each in proof["hashes"]]
    verify_consistency(before.size, after.size, before.root, after.root, hashes)


async def test_it_is_done_once_and_again_is_already_so(web: Served) -> None:
    person = await enrolled(web)
    await web.here.officer.done(f"/v1/members/{person}/erase", ORDER)
    again = await web.here.officer.done(f"/v1/members/{person}/erase", {**ORDER, "ground": "law"})
    assert (again["changed"], again["version"]) == (False, 2)


async def test_nothing_more_is_recorded_of_somebody_erased(web: Served) -> None:
    officer, person = web.here.officer, await enrolled(web)
    campaign = await web.campaign(web.here)
    await officer.done(f"/v1/members/{person}/erase", ORDER)
    discipline = {"kind": "reprimand", "on": "2024-02-01", "ground": "Vi phạm."}
    task = {
        "campaign_id": campaign, "unit_id": web.here.ids["base"], "kind": "task", "name": "Việc",
        "subject": {"kind": "individual", "person_id": person}, "happened_on": "2024-03-10",
    }  # fmt: skip
    for path, body, code in (
        (f"/v1/members/{person}/record-discipline", discipline, "person.erased"),
        (f"/v1/members/{person}/move", {"unit_id": web.here.ids["school"], "on": "2024-04-01"}, "member.is-erased"),
        ("/v1/registrations", task, "registration.person-unknown"),
        ("/v1/registrations", {**task, "content": "về người ấy"}, "person.erased"),
    ):
        answer = await officer.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (409 if "erased" in code else 404, code), answer.text


async def test_erasing_the_record_that_goes_on_erases_what_was_merged_into_it(web: Served) -> None:
    officer = web.here.officer
    first, second, third = [await enrolled(web) for _ in range(3)]
    await officer.done(f"/v1/members/{first}/merge", {"into": second})
    await officer.done(f"/v1/members/{second}/merge", {"into": third})
    gone = await officer.post(f"/v1/members/{first}/erase", ORDER)
    assert (gone.status_code, gone.json()["code"]) == (409, "member.gone")
    await officer.done(f"/v1/members/{third}/erase", ORDER)
    for person in (first, second, third):
        assert (await read(web, f"/v1/members/{person}"))["full_name"] == ERASED
    assert (await officer.post(f"/v1/members/{await enrolled(web)}/merge", {"into": third})).status_code == 404


async def test_whoever_keeps_an_answer_of_before_is_not_told_that_it_still_holds(web: Served) -> None:
    """A compact's version does not move when one of its parties is erased."""
    officer, one, other = web.here.officer, await enrolled(web), await enrolled(web)
    campaign = await small_campaign(web)
    parties = [{"unit_id": web.here.ids["base"], "person_id": person} for person in (one, other)]
    compact = await web.registration(
        web.here,
        campaign,
        kind="compact",
        subject={"kind": "pair", "parties": parties},
        content="lời hứa của hai người",
    )
    path = f"/v1/registrations/{compact['id']}"
    kept = await officer.get(f"{path}?min_position={compact['position']}")
    assert kept.json()["content"] == "lời hứa của hai người"
    assert (await officer.get(path, **{"if-none-match": kept.headers["etag"]})).status_code == 304
    await officer.done(f"/v1/members/{other}/erase", ORDER)
    now = await officer.get(path, **{"if-none-match": kept.headers["etag"]})
    assert (now.status_code, now.json()["content"]) == (200, ERASED)


async def test_an_erasure_that_was_cut_short_is_carried_out_by_any_server(web: Served) -> None:
    person = await enrolled(web)
    scope = TenantScope(
        tenant_id=web.here.tenant_id, credential_id=str(uuid4()), actor="Cán bộ", role=Role.FEDERATION_OFFICER
    )
    command = msgspec.convert(ORDER, EraseMember)
    request = Request(command_id=str(uuid4()), body=b"", correlation_id="killed")
    await execute(web.parts.platform, scope, [Step(MEMBER, person, command)], request)  # Killed before the keys went.
    assert (await read(web, f"/v1/members/{person}"))["full_name"] != ERASED
    await web.parts.projector.wait_for(
        web.here.tenant_id, await web.position(web.here), ["requests"], timeout_seconds=5
    )
    await Erasures(web.parts).turn()
    assert (await read(web, f"/v1/members/{person}"))["full_name"] == ERASED


async def test_a_key_that_somebody_puts_back_is_destroyed_again_though_the_log_stands_still(
    web: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await enrolled(web)
    async with web.database.superuser() as connection:
        kept = await connection.fetchval("SELECT k.wrapped FROM thidua.subject_keys AS k WHERE k.subject = $1", person)
        await web.here.officer.done(f"/v1/members/{person}/erase", ORDER)
        position = await web.position(web.here)
        await web.parts.projector.wait_for(web.here.tenant_id, position, ["requests"], timeout_seconds=5)
        monkeypatch.setattr("adapters.main.ERASURES_AGAIN_SECONDS", 0.0)
        erasures = Erasures(web.parts)
        await erasures.turn()
        sql = "UPDATE thidua.subject_keys SET wrapped = $2, destroyed_at = NULL WHERE subject = $1"
        await connection.execute(sql, person, kept)
        await erasures.turn()
        sql = "SELECT k.wrapped FROM thidua.subject_keys AS k WHERE k.subject = $1"
        assert await connection.fetchval(sql, person) is None


async def test_workbooks_that_wait_to_be_fetched_go_with_whom_they_may_speak_of(web: Served) -> None:
    marked, import_id, person = PostgresMarked(web.parts.pool), str(uuid4()), await enrolled(web)
    await marked.keep(web.here.tenant_id, import_id, None, "sealed")
    await web.here.officer.done(f"/v1/members/{person}/erase", ORDER)
    assert await marked.take(web.here.tenant_id, import_id, None) is None


async def test_what_was_carried_out_is_not_carried_out_again_at_the_next_start(web: Served) -> None:
    person = await enrolled(web)
    await web.here.officer.done(f"/v1/members/{person}/erase", ORDER)
    position = await web.position(web.here)
    await web.parts.projector.wait_for(web.here.tenant_id, position, ["requests"], timeout_seconds=5)
    marked, import_id = PostgresMarked(web.parts.pool), str(uuid4())
    await marked.keep(web.here.tenant_id, import_id, None, "sealed")
    await Erasures(web.parts).turn()
    assert await marked.take(web.here.tenant_id, import_id, None) == "sealed"


async def asked(web: Served, kind: str, person: str, **more: Any) -> dict[str, Any]:
    body = {"kind": kind, "person_id": person, "received_on": "2024-04-01", "channel": "post", **more}
    return await web.here.officer.done("/v1/requests", body)


async def test_a_request_runs_on_a_clock_and_is_answered_by_the_erasure(web: Served) -> None:
    officer, person = web.here.officer, await enrolled(web)
    request = (await asked(web, "erasure", person))["id"]
    row = await read(web, f"/v1/requests/{request}")
    assert (row["state"], row["due_on"], row["overdue"], row["term_source"]) == ("open", "2024-04-22", True, "assumed")
    rows = (await read(web, f"/v1/requests?person_id={person}&day=2024-04-22&overdue=false"))["items"]
    assert [each["request_id"] for each in rows] == [request]
    assert (await read(web, f"/v1/requests?person_id={person}&day=2024-04-22&overdue=true"))["items"] == []
    direct = await officer.post(f"/v1/requests/{request}/grant", {"handed_over": ["Bản in"]})
    assert direct.json()["code"] == "request.granted-by-erasing"
    other = await officer.post(f"/v1/members/{await enrolled(web)}/erase", {**ORDER, "request_id": request})
    assert other.json()["code"] == "request.of-another"
    order = {**ORDER, "ground": "request", "request_id": request}
    await officer.done(f"/v1/members/{person}/erase", order)
    row = await read(web, f"/v1/requests/{request}")
    assert (row["state"], row["overdue"], row["late"]) == ("granted", False, True)
    again = await officer.done(f"/v1/members/{person}/erase", order)
    assert not again["changed"]


async def test_a_request_for_access_is_answered_with_what_is_held_or_denied_with_a_reason(web: Served) -> None:
    officer, person = web.here.officer, await enrolled(web)
    request, second = [(await asked(web, "access", person, channel=each))["id"] for each in ("post", "email")]
    held = await read(web, f"/v1/members/{person}/held-data")
    assert held["events"][0]["data"]["full_name"].startswith("Họ tên DV-")
    assert [event["type"] for event in held["events"]] == ["member.enrolled", "request.received", "request.received"]
    then = await web.here.officer.get(f"/v1/members/{person}/held-data?as_of={held['events'][1]['position']}")
    assert then.json()["events"] == held["events"][:2]
    before = held["events"][0]["position"] - 1
    assert (await web.here.officer.get(f"/v1/members/{person}/held-data?as_of={before}")).status_code == 404
    await officer.done(f"/v1/requests/{request}/grant", {"handed_over": ["Bản in, 3 trang"]})
    deny = {"reason": "Đã cung cấp ngày 02/4.", "document": DOCUMENT}
    await officer.done(f"/v1/requests/{second}/deny", deny)
    assert (await read(web, f"/v1/requests/{request}"))["handed_over"] == ["Bản in, 3 trang"]
    assert (await read(web, f"/v1/requests/{second}"))["reason"] == deny["reason"]
    totals = {each["kind"]: each for each in (await read(web, "/v1/request-totals"))["kinds"]}
    assert totals["access"]["granted"] >= 1
    assert totals["access"]["denied"] >= 1


async def test_requests_are_the_federations_matter(web: Served) -> None:
    person = await enrolled(web)
    body = {"kind": "access", "person_id": person, "received_on": "2024-04-01", "channel": "post"}
    unit = web.here.callers["base-officer"]
    assert (await unit.post("/v1/requests", body)).json()["code"] == "access.role-denied"
    assert (await unit.get(f"/v1/members/{person}/held-data")).status_code == 403
    elsewhere = await web.there.officer.get(f"/v1/members/{person}/held-data")
    assert elsewhere.status_code == 404
    unknown = await web.here.officer.post("/v1/requests", {**body, "person_id": str(uuid4())})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "request.person-unknown")
