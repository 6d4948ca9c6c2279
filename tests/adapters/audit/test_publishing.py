"""Who is asked for what while a keeper or witness hangs, or one tenant's tree is damaged."""

import asyncio
from collections.abc import Sequence

import pytest

from adapters.audit import publishing as handing_out
from adapters.audit.publishing import Publishing
from adapters.keys.signing import Cosigner, fresh_private_key
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.trees import PostgresTrees
from application.notes import Note, Prove, Signature
from domain.ids import TenantId
from tests.adapters.audit.test_growing import SIGNER, Outside, database, of, publishing, store
from tests.support.log import LogDatabase, command, written

__all__ = ["database", "store"]
pytestmark = pytest.mark.anyio


class Several(Outside):
    """Of several logs: each checkpoint continues the one before of its own log."""

    async def put(self, note: Note, prove: Prove) -> Sequence[Signature]:
        origin, others = note.text.splitlines()[0], self.notes
        self.notes = [each for each in others if each.text.startswith(origin)]
        try:
            return await super().put(note, prove)
        finally:
            self.notes = [each for each in others if not each.text.startswith(origin)] + self.notes


class Hanging(Outside):
    """Never answers; `asked` counts."""

    def __init__(self) -> None:
        super().__init__()
        self.name, self.asked = "hanging", 0

    async def put(self, note: Note, prove: Prove) -> Sequence[Signature]:
        self.asked += 1
        await asyncio.sleep(3_600)
        return []


async def published(database: LogDatabase, store: PostgresEventStore, handing: Publishing, trees: PostgresTrees) -> str:
    """A new tenant, whose first checkpoint was handed out."""
    tenant = await database.tenant()
    await store.append(command(tenant, written("s")))
    tree = await trees.grow(tenant)
    assert tree is not None
    await handing.publish(tenant, tree)
    return tenant


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_out, "PUT_SECONDS_MAX", 0.2)


@pytest.mark.usefixtures("impatient")
async def test_a_keeper_that_hangs_is_left_alone_and_the_others_are_not_kept_waiting(
    database: LogDatabase, store: PostgresEventStore
) -> None:
    trees, hanging, keeper = PostgresTrees(database.pool), Hanging(), Several()
    handing = Publishing(trees, log_name="log.example", signers=[SIGNER], keepers=[hanging, keeper])
    tenants = [await published(database, store, handing, trees) for _ in range(3)]
    assert [of(TenantId(tenant), keeper) for tenant in tenants] == [[1], [1], [1]]
    assert hanging.asked == 1


@pytest.mark.usefixtures("impatient")
async def test_a_witness_that_hangs_is_left_alone_and_the_others_sign(
    database: LogDatabase, store: PostgresEventStore
) -> None:
    trees, keeper = PostgresTrees(database.pool), Several()
    hanging, quick = Hanging(), Several(Cosigner("quick", fresh_private_key()))
    handing = publishing(trees, keeper, hanging, quick)
    for number in range(1, 4):
        tenant = TenantId(await published(database, store, handing, trees))
        await handing.seek()
        assert of(tenant, quick) == [1]
        assert [each.name for each in keeper.notes[-1].signatures] == ["log.example", "quick"]
        assert hanging.asked == 1, f"it is not asked for the {number}th"


async def test_a_tree_that_is_damaged_keeps_no_witness_from_signing_anothers(
    database: LogDatabase, store: PostgresEventStore
) -> None:
    trees, keeper = PostgresTrees(database.pool), Several()
    witness = Several(Cosigner("quick", fresh_private_key()))
    handing = publishing(trees, keeper, witness)
    damaged, whole = [TenantId(await published(database, store, handing, trees)) for _ in range(2)]
    await handing.seek()
    for tenant in (damaged, whole):  # Now the witness wants a proof that the tree continues what it holds.
        await store.append(command(tenant, written("s", 1)))
        tree = await trees.grow(tenant)
        assert tree is not None
        await handing.publish(tenant, tree)
    async with database.superuser() as connection:
        await connection.execute("DELETE FROM thidua.tiles AS t WHERE t.tenant_id = $1", damaged)
    await handing.seek()
    assert (of(damaged, witness), of(whole, witness)) == ([1], [1, 2])
