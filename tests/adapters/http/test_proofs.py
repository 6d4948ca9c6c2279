"""Proofs over HTTP: an outsider with the stored rows and the answers alone comes to the signed root."""

from base64 import b64decode
from collections.abc import AsyncIterator

import pytest

from adapters.audit.growing import Growing
from adapters.audit.publishing import Publishing
from adapters.keys.signing import Ed25519Signer, fresh_private_key, read_verifier
from application.envelope import envelope_v1
from application.merkle import leaf_hash, verify_consistency, verify_inclusion
from application.notes import parse_checkpoint, parse_note, signed_by
from tests.support.http import Served, served
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
SIGNER = Ed25519Signer("log.example", fresh_private_key())


@pytest.fixture(scope="module")
async def server(postgres: PostgresServer) -> AsyncIterator[Served]:
    async with served(postgres) as server:
        yield server


async def grow(server: Served) -> None:
    parts = server.parts
    publishing = Publishing(parts.trees, log_name="log.example", signers=[SIGNER])
    await Growing(parts.trees, publishing).turn()


async def test_an_event_is_proven_to_be_under_the_signed_root(server: Served) -> None:
    await grow(server)
    auditor, tenant = server.here.auditor, server.here.tenant_id
    note = parse_note((await auditor.get("/v1/audit/checkpoint")).text)
    assert signed_by(note, [read_verifier(SIGNER.public_line())])
    signed = parse_checkpoint(note.text)
    assert (signed.origin, signed.size) == (f"log.example/{tenant}/1", await server.position(server.here))
    rows = [row async for page in server.parts.store.read(tenant) for row in page]
    for row in rows:
        proof = (await auditor.get(f"/v1/audit/inclusion?position={row.position}&size={signed.size}")).json()
        leaf, path = leaf_hash(envelope_v1(row)), [b64decode(each) for each in proof["hashes"]]
        assert b64decode(proof["leaf_hash"]) == leaf
        verify_inclusion(row.position - 1, signed.size, leaf, path, signed.root)


async def test_a_later_tree_is_proven_to_continue_an_earlier_one(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.audit.growing.CHECKPOINT_SECONDS", 0.0)
    await grow(server)
    auditor = server.here.auditor
    before = parse_checkpoint(parse_note((await auditor.get("/v1/audit/checkpoint")).text).text)
    await server.campaign(server.here)
    await grow(server)
    listed = (await auditor.get("/v1/audit/checkpoints?limit=2")).json()["items"]
    after, again = (parse_checkpoint(parse_note(each["note"]).text) for each in listed)
    assert again == before
    proof = (await auditor.get(f"/v1/audit/consistency?from_size={before.size}&to_size={after.size}")).json()
    path = [b64decode(each) for each in proof["hashes"]]
    verify_consistency(before.size, after.size, before.root, after.root, path)
    rest = f"before_epoch={listed[0]['epoch']}&before_size={listed[0]['size']}&limit=1"
    assert (await auditor.get(f"/v1/audit/checkpoints?{rest}")).json()["items"] == listed[1:]
    covering = await auditor.get(f"/v1/audit/checkpoint?covering={before.size + 1}")
    assert covering.text == listed[0]["note"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("inclusion", "position"),
        ("inclusion?position=0", "position"),
        ("inclusion?position=999999", "position"),
        ("inclusion?position=99999999999999999999999", "position"),
        ("inclusion?position=1&size=999999", "size"),
        ("inclusion?position=2&size=1", "position"),
        ("inclusion?position=x", "position"),
        ("consistency?from_size=2&to_size=1", "from_size"),
        ("consistency?from_size=1&to_size=999999", "to_size"),
        ("consistency?from_size=-1", "from_size"),
        ("checkpoints?limit=0", "limit"),
        ("checkpoint?covering=0", "covering"),
    ],
)
async def test_what_no_tree_holds_is_refused_by_the_name_of_the_field(server: Served, query: str, field: str) -> None:
    await grow(server)
    answer = await server.here.auditor.get(f"/v1/audit/{query}")
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_what_is_not_signed_yet_is_not_there(server: Served) -> None:
    answer = await server.here.auditor.get("/v1/audit/checkpoint?covering=1000000")
    assert (answer.status_code, answer.json()["code"]) == (404, "checkpoint.none")


async def test_a_damaged_tree_is_said_to_be_damaged(server: Served) -> None:
    await grow(server)
    async with server.database.superuser() as connection:
        await connection.execute("DELETE FROM thidua.tiles AS t WHERE t.tenant_id = $1", server.there.tenant_id)
    answer = await server.there.auditor.get("/v1/audit/inclusion?position=1")
    assert (answer.status_code, answer.json()["code"]) == (503, "tree.damaged")
