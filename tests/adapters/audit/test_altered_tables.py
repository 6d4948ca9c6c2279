"""Whoever writes to the database brings about no signature of another history, and hides one log behind another's."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.audit.comparing import Comparing
from adapters.audit.folder import CheckpointFolder
from adapters.audit.growing import Growing
from adapters.audit.publishing import Publishing
from adapters.keys.signing import Ed25519Signer, fresh_private_key
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.trees import PostgresTrees, Tree
from application.ports import Frozen
from domain.ids import TenantId
from tests.support.log import LogDatabase, command, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
NAME = "log.example"
SIGNER = Ed25519Signer(NAME, fresh_private_key())
DECIDED = ["award.decided"]


class Here:
    """A server that signs, as far as logs and trees go."""

    def __init__(self, database: LogDatabase, store: PostgresEventStore, folder: Path) -> None:
        self.database, self.store, self.trees = database, store, PostgresTrees(database.pool)
        keepers = [CheckpointFolder(folder)]
        self.comparing = Comparing(store, self.trees, log_name=NAME, keepers=keepers)
        self.publishing = Publishing(
            self.trees, log_name=NAME, signers=[SIGNER], keepers=keepers, comparing=self.comparing
        )
        self.growing = Growing(self.trees, self.publishing, self.comparing)

    async def tenant(self, events: int = 300) -> TenantId:
        """With a log that has a checkpoint at its end."""
        tenant = await self.database.tenant()
        await self.store.append(command(tenant, written("a", events=events)))
        await self.growing.turn()
        assert await self.signed(tenant) == [events]
        return tenant

    async def signed(self, tenant: TenantId) -> list[int]:
        return [kept.size for kept in await self.trees.checkpoints(tenant, limit=9)]

    async def decide(self, tenant: TenantId) -> None:
        await self.store.append(command(tenant, written("award-1", types=DECIDED)))

    async def alter(self, sql: str, *arguments: object) -> None:
        async with self.database.superuser() as connection:
            assert (await connection.execute(sql, *arguments)).split()[-1] != "0"
        self.trees.forget()


@pytest.fixture
async def here(postgres: PostgresServer, tmp_path: Path) -> AsyncIterator[Here]:
    async with log_database(postgres) as database, PostgresEventStore(database.pool) as store:
        yield Here(database, store, tmp_path)


async def reason(here: Here, tenant: TenantId) -> str | None:
    halt = (await here.store.frozen()).get(tenant)
    return halt.reason if halt else None


@pytest.mark.parametrize("size", [301, 350])
async def test_a_root_that_is_put_into_the_table_is_not_signed(here: Here, size: int) -> None:
    tenant = await here.tenant()
    await here.decide(tenant)
    await here.trees.grow(tenant)
    sql = "UPDATE thidua.trees SET size = $2, urgent = 999, root = $3 WHERE tenant_id = $1"
    await here.alter(sql, tenant, size, bytes(32))
    await here.growing.turn()
    assert await here.signed(tenant) == [300]
    assert await reason(here, tenant) == "different"


@pytest.mark.parametrize(("size", "epoch"), [(299, 1), (1, 1), (301, 2)])
async def test_a_root_that_was_not_compared_is_not_signed(here: Here, size: int, epoch: int) -> None:
    """It is of fewer events than the checkpoint outside, or of an epoch that is not the log's."""
    tenant = await here.tenant()
    await here.decide(tenant)
    tree = await here.trees.grow(tenant, urgent=DECIDED)
    assert tree is not None
    root = tree.root if size == tree.size else bytes(32)
    assert not await here.publishing.publish(tenant, Tree(size=size, epoch=epoch, root=root))
    assert (await here.signed(tenant), await reason(here, tenant)) == ([300], None)
    await here.growing.turn()
    assert await here.signed(tenant) == [301, 300]


async def test_a_keeper_that_hangs_is_waited_for_once_and_then_left_alone(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0

    async def hangs(*_: object) -> None:
        nonlocal calls
        calls += 1
        await asyncio.sleep(60)

    tenants = [await here.tenant() for _ in range(3)]
    for tenant in tenants:
        await here.decide(tenant)
    monkeypatch.setattr("adapters.audit.publishing.PUT_SECONDS_MAX", 0.2)
    monkeypatch.setattr(CheckpointFolder, "put", hangs)
    await here.growing.turn()
    assert calls == 1
    assert [await here.signed(tenant) for tenant in tenants] == [[301, 300]] * 3


async def test_a_tile_that_is_taken_out_stops_its_log_and_the_others_go_on(here: Here) -> None:
    robbed, other = await here.tenant(), await here.tenant()
    await here.alter("DELETE FROM thidua.tiles WHERE tenant_id = $1", robbed)
    await here.comparing.look()
    assert (await reason(here, robbed), await reason(here, other)) == ("different", None)
    await here.decide(other)
    await here.growing.turn()
    assert await here.signed(other) == [301, 300]


async def test_rows_that_are_taken_out_with_their_tree_stop_the_log(here: Here) -> None:
    robbed, other = await here.tenant(), await here.tenant()
    await here.alter("DELETE FROM thidua.events WHERE tenant_id = $1 AND position > 200", robbed)
    await here.alter("DELETE FROM thidua.trees WHERE tenant_id = $1", robbed)
    await here.comparing.look()
    assert (await reason(here, robbed), await reason(here, other)) == ("different", None)


async def test_a_gap_in_one_log_does_not_keep_the_others_trees_back(here: Here) -> None:
    robbed, other = await here.tenant(), await here.tenant()
    for tenant in (robbed, other):
        await here.decide(tenant)
    await here.store.append(command(robbed, written("b")))
    await here.alter("DELETE FROM thidua.events WHERE tenant_id = $1 AND position = 301", robbed)
    await here.growing.turn()
    assert await here.signed(other) == [301, 300]
    assert await here.signed(robbed) == [300]


@pytest.mark.parametrize(("gone", "size"), [("position = 305", 304), ("position > 305", 305), ("position > 300", 300)])
async def test_rows_that_are_taken_out_behind_every_checkpoint_stop_the_log(here: Here, gone: str, size: int) -> None:
    robbed, other = await here.tenant(), await here.tenant()
    for tenant in (robbed, other):
        await here.store.append(command(tenant, written("b", events=9)))
    await here.alter(f"DELETE FROM thidua.events WHERE tenant_id = $1 AND {gone}", robbed)
    for _ in range(2):  # One to grow as far as there are rows, and one to see that no more come.
        await here.growing.turn()
    halt = (await here.store.frozen())[robbed]
    assert halt is not None
    assert (await here.comparing.compare(robbed)).halt == halt, "and so it is told to whoever asks"
    assert (halt.reason, halt.size, halt.head, await reason(here, other)) == ("lacking", size, 309, None)
    with pytest.raises(Frozen):
        await here.store.append(command(robbed, written("t")))


async def test_a_log_without_its_first_row_and_without_a_checkpoint_is_stopped(here: Here) -> None:
    tenant = await here.database.tenant()
    await here.store.append(command(tenant, written("a", events=9)))
    await here.alter("DELETE FROM thidua.events WHERE tenant_id = $1 AND position = 1", tenant)
    await here.growing.turn()
    assert await reason(here, tenant) == "lacking"


async def test_a_log_that_is_merely_ahead_of_its_tree_is_never_taken_for_one_that_lacks_rows(here: Here) -> None:
    tenant = await here.database.tenant()

    async def appended(writer: int) -> None:
        for version in range(40):
            await here.store.append(command(tenant, written(f"s-{writer}", version)))

    writing = asyncio.gather(*(appended(writer) for writer in range(4)))
    while not writing.done():
        assert await here.comparing.lacking(tenant) is None
        await here.growing.turn()
    await writing
    assert await here.store.frozen() == {}
