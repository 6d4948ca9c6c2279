"""Trees follow their logs, and a checkpoint is signed and handed out as soon as it matters."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from adapters.audit.growing import URGENT, Growing
from adapters.audit.publishing import Publishing
from adapters.audit.sinks import SinkAhead, SinkAway
from adapters.keys.signing import Cosigner, Ed25519Signer, fresh_private_key, read_verifier
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.trees import PostgresTrees
from application.merkle import verify_consistency
from application.notes import Note, Prove, Signature, parse_checkpoint, parse_note, signed_by
from application.ports import Unavailable
from domain.ids import TenantId
from tests.support.log import LogDatabase, command, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
SIGNER = Ed25519Signer("log.example", fresh_private_key())
VERIFIER = read_verifier(SIGNER.public_line())


class Outside:
    """Keeps what it is given in memory, after it has checked that each checkpoint continues the one before."""

    def __init__(self, cosigner: Cosigner | None = None) -> None:
        self.name, self.notes, self.is_away = cosigner.name if cosigner else "outside", list[Note](), False
        self._cosigner = cosigner

    async def put(self, note: Note, prove: Prove) -> Sequence[Signature]:
        if self.is_away:
            raise SinkAway("away")
        assert signed_by(note, [VERIFIER]) == [VERIFIER]
        new = parse_checkpoint(note.text)
        if self.notes:
            old = parse_checkpoint(self.notes[-1].text)
            verify_consistency(old.size, new.size, old.root, new.root, await prove(old.size))
        self.notes.append(note)
        return [self._cosigner.sign(note.text, 1_720_000_000)] if self._cosigner else []


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


@pytest.fixture
async def store(database: LogDatabase) -> AsyncIterator[PostgresEventStore]:
    async with PostgresEventStore(database.pool) as store:
        yield store


@pytest.fixture
async def tenant(database: LogDatabase) -> TenantId:
    return await database.tenant()


def publishing(trees: PostgresTrees, keeper: Outside, *witnesses: Outside) -> Publishing:
    return Publishing(trees, log_name="log.example", signers=[SIGNER], keepers=[keeper], witnesses=list(witnesses))


def growing(trees: PostgresTrees, keeper: Outside) -> Growing:
    return Growing(trees, publishing(trees, keeper))


def of(tenant: TenantId, keeper: Outside) -> list[int]:
    """The sizes that were handed out of the tenant's tree."""
    found = [parse_checkpoint(note.text) for note in keeper.notes]
    return [each.size for each in found if each.origin == f"log.example/{tenant}/1"]


async def test_a_decision_is_handed_out_in_the_same_turn_and_others_wait(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId
) -> None:
    trees, keeper = PostgresTrees(database.pool), Outside()
    follower = growing(trees, keeper)
    await store.append(command(tenant, written("award-1", types=["award.nominated"])))
    await follower.turn()
    assert of(tenant, keeper) == [1], "whatever a server finds behind the last checkpoint is handed out at its start"
    await store.append(command(tenant, written("award-1", 1, types=["award.published"])))
    await follower.turn()
    assert of(tenant, keeper) == [1]
    await store.append(command(tenant, written("award-1", 2, types=["award.decided"])))
    await follower.turn()
    assert of(tenant, keeper) == [1, 3]
    [kept] = await trees.checkpoints(tenant)
    assert parse_note(kept.note) == keeper.notes[-1]


async def test_what_witnesses_sign_is_kept_and_handed_to_the_keepers(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for them, and one that is away is asked again, beside those that have signed."""
    monkeypatch.setattr("adapters.audit.publishing.RETRY_SECONDS", 0.0)
    trees, keeper = PostgresTrees(database.pool), Outside()
    first, second = (Cosigner(name, fresh_private_key()) for name in ("first.example", "second.example"))
    witnesses = [Outside(first), Outside(second)]
    handing = publishing(trees, keeper, *witnesses)
    witnesses[1].is_away = True
    await store.append(command(tenant, written("s")))
    await Growing(trees, handing).turn()
    assert of(tenant, keeper) == [1], "it is out before a witness is asked"
    await handing.seek()
    witnesses[1].is_away = False
    await handing.seek()
    await handing.seek()
    assert [len(each.notes) for each in witnesses] == [1, 1]
    [kept] = await trees.checkpoints(tenant)
    verifiers = [VERIFIER, *(read_verifier(each.public_line()) for each in (first, second))]
    for note in (parse_note(kept.note), keeper.notes[-1]):
        assert signed_by(note, verifiers) == verifiers


async def test_what_a_witness_signed_stays_once_when_another_server_hands_the_same_out(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId
) -> None:
    trees, keeper, witness = PostgresTrees(database.pool), Outside(), Outside(Cosigner("first", fresh_private_key()))
    await store.append(command(tenant, written("s")))
    one, other = (publishing(trees, keeper, witness) for _ in range(2))
    await Growing(trees, one).turn()
    await one.seek()
    tree = await trees.tree(tenant)
    assert tree is not None
    assert await other.publish(tenant, tree)
    [kept] = await trees.checkpoints(tenant)
    assert [each.name for each in parse_note(kept.note).signatures] == ["log.example", "first"]
    await other.seek()
    assert len(witness.notes) == 2
    [kept] = await trees.checkpoints(tenant)
    assert [each.name for each in parse_note(kept.note).signatures] == ["log.example", "first"]


async def test_what_a_witness_signed_while_the_database_was_away_is_asked_for_again(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.audit.publishing.RETRY_SECONDS", 0.0)
    trees, witness = PostgresTrees(database.pool), Outside(Cosigner("witness", fresh_private_key()))
    await store.append(command(tenant, written("s")))
    handing = publishing(trees, Outside(), witness)
    await Growing(trees, handing).turn()

    async def away(*_: object) -> None:
        raise Unavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(trees, "keep", away)
        with pytest.raises(Unavailable):
            await handing.seek()
    await asyncio.gather(handing.seek(), handing.seek())
    [kept] = await trees.checkpoints(tenant)
    assert [each.name for each in parse_note(kept.note).signatures] == ["log.example", "witness"]


class SlowFor(Outside):
    """A witness that does not answer for one tenant."""

    def __init__(self, tenant: TenantId) -> None:
        super().__init__(Cosigner("witness", fresh_private_key()))
        self._tenant = tenant

    async def put(self, note: Note, prove: Prove) -> Sequence[Signature]:
        if self._tenant in note.text:
            await asyncio.sleep(3_600)
        return await super().put(note, prove)


async def test_a_witness_that_is_slow_for_one_tenant_signs_for_another_meanwhile(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId
) -> None:
    trees, witness, others = PostgresTrees(database.pool), SlowFor(tenant), await database.tenant()
    handing = Publishing(trees, log_name="log.example", signers=[SIGNER], witnesses=[witness])
    asking = asyncio.create_task(handing.run())
    try:
        for each in (tenant, others):
            await store.append(command(each, written("s")))
            tree = await trees.grow(each)
            assert tree is not None
            assert await handing.publish(each, tree)
            await asyncio.sleep(0.5)
        async with asyncio.timeout(2):
            while not of(others, witness):
                await asyncio.sleep(0.01)
    finally:
        asking.cancel()
        await asyncio.wait([asking])


async def test_a_quick_witness_is_not_kept_waiting_by_a_slow_one(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId
) -> None:
    trees, keeper = PostgresTrees(database.pool), Outside()
    slow, quick = SlowFor(tenant), Outside(Cosigner("quick", fresh_private_key()))
    handing = publishing(trees, keeper, slow, quick)
    await store.append(command(tenant, written("s")))
    await Growing(trees, handing).turn()
    asking = asyncio.create_task(handing.run())
    try:
        async with asyncio.timeout(2):
            while [each.name for each in keeper.notes[-1].signatures] != ["log.example", "quick"]:
                await asyncio.sleep(0.01)
    finally:
        asking.cancel()
        await asyncio.wait([asking])


async def test_what_a_witness_had_not_signed_when_the_server_stopped_is_asked_for_at_the_next_start(
    postgres: PostgresServer,
) -> None:
    async with log_database(postgres) as database, PostgresEventStore(database.pool) as store:
        await asked_for_again(database, store, await database.tenant())


async def asked_for_again(database: LogDatabase, store: PostgresEventStore, tenant: TenantId) -> None:
    trees, keeper = PostgresTrees(database.pool), Outside()
    first, second = (Outside(Cosigner(name, fresh_private_key())) for name in ("first", "second"))
    second.is_away = True
    await store.append(command(tenant, written("s")))
    stopped = publishing(trees, keeper, first, second)
    await Growing(trees, stopped).turn()
    await stopped.seek()
    second.is_away = False
    again = Publishing(
        trees, log_name="log.example", signers=[SIGNER], keepers=[keeper], witnesses=[first, second], store=store
    )
    await again.resume()
    await again.seek()
    assert (of(tenant, first), of(tenant, second)) == ([1], [1])
    assert [each.name for each in keeper.notes[-1].signatures] == ["log.example", "first", "second"]
    await again.resume()
    assert again._unseen == {}


async def test_a_checkpoint_that_a_newer_one_has_overtaken_is_not_asked_for_again(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId
) -> None:
    trees, witness = PostgresTrees(database.pool), Outside(Cosigner("witness", fresh_private_key()))
    handing, answer = publishing(trees, Outside(), witness), asyncio.Event()

    async def slow(note: Note, prove: Prove) -> Sequence[Signature]:
        await answer.wait()
        raise SinkAway("at last")

    async def published(version: int) -> None:
        await store.append(command(tenant, written("s", version)))
        tree = await trees.grow(tenant)
        assert tree is not None
        assert await handing.publish(tenant, tree)

    quick, witness.put = witness.put, slow  # type: ignore[method-assign]
    await published(0)
    first = asyncio.create_task(handing.seek())
    await asyncio.sleep(0.1)
    witness.put = quick  # type: ignore[method-assign]
    await published(1)
    await handing.seek()
    answer.set()
    await first
    assert handing._unseen == {}
    assert of(tenant, witness) == [2]


class Ahead(Outside):
    """A witness that says what it has seen of a log, where that is more than it is handed."""

    async def put(self, note: Note, prove: Prove) -> Sequence[Signature]:
        if self.notes and parse_checkpoint(note.text).size < (size := parse_checkpoint(self.notes[-1].text).size):
            raise SinkAhead(size)
        return await super().put(note, prove)


async def test_what_another_server_has_overtaken_is_not_asked_for_again_and_again(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.audit.publishing.RETRY_SECONDS", 0.0)
    trees, witness = PostgresTrees(database.pool), Ahead(Cosigner("witness", fresh_private_key()))
    slow, quick = (publishing(trees, Outside(), witness) for _ in range(2))
    for version, server in enumerate((slow, quick)):
        await store.append(command(tenant, written("s", version)))
        tree = await trees.grow(tenant)
        assert tree is not None
        assert await server.publish(tenant, tree)
    await quick.seek()
    await slow.seek()
    assert slow._unseen == {}
    assert of(tenant, witness) == [2]


async def test_a_sink_that_was_away_gets_the_newest_when_it_is_back(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.audit.growing.RETRY_SECONDS", 0.0)
    trees, keeper = PostgresTrees(database.pool), Outside()
    follower = growing(trees, keeper)
    keeper.is_away = True
    await store.append(command(tenant, written("s")))
    await follower.turn()
    assert len(await trees.checkpoints(tenant)) == 1, "it is signed and stored all the same"
    await store.append(command(tenant, written("s", 1)))
    keeper.is_away = False
    await follower.turn()
    await follower.turn()
    assert of(tenant, keeper) == [2]


async def test_a_log_that_lacks_rows_keeps_no_other_tree_from_growing(
    database: LogDatabase, store: PostgresEventStore
) -> None:
    trees = PostgresTrees(database.pool)
    tenants = sorted([await database.tenant() for _ in range(4)])
    for tenant in tenants:
        await store.append(command(tenant, written("s", events=9)))
    async with database.superuser() as connection:
        await connection.execute(
            "DELETE FROM thidua.events WHERE tenant_id = ANY ($1) AND position = 5", [tenants[0], tenants[3]]
        )
    await Growing(trees, Publishing(trees, log_name="log.example", signers=[SIGNER])).turn()
    assert [await trees.tree(tenant) is not None for tenant in tenants] == [False, True, True, False]
    assert [len(await trees.checkpoints(tenant)) for tenant in tenants] == [0, 1, 1, 0]


async def test_what_was_stored_and_not_handed_out_by_a_server_that_was_killed_is_handed_out_by_another(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    trees, keeper = PostgresTrees(database.pool), Outside()
    await store.append(command(tenant, written("award-1", types=["award.decided"])))

    async def killed(*_: object) -> None:
        raise Unavailable("killed")

    with monkeypatch.context() as patch:
        patch.setattr(keeper, "put", killed)
        with pytest.raises(Unavailable):
            await growing(trees, keeper).turn()
    assert len(await trees.checkpoints(tenant)) == 1
    await growing(PostgresTrees(database.pool), keeper).turn()
    assert of(tenant, keeper) == [1]


async def test_another_server_goes_on_where_one_stopped(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId
) -> None:
    keeper = Outside()
    await store.append(command(tenant, written("s")))
    await growing(PostgresTrees(database.pool), keeper).turn()
    await store.append(command(tenant, written("s", 1, types=["award.decided"])))
    await PostgresTrees(database.pool).grow(
        tenant, urgent=URGENT
    )  # One grew the tree, and was killed before it signed.
    await growing(PostgresTrees(database.pool), keeper).turn()
    assert of(tenant, keeper) == [1, 2]
