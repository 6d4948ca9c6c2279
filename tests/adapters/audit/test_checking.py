"""Every leaf made anew finds the row, or the tile, that is no longer what it was."""

from collections.abc import AsyncIterator

import pytest

from adapters.audit.checking import Difference, first_difference
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.trees import PostgresTrees
from domain.ids import TenantId
from tests.support.log import LogDatabase, command, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
EVENTS = 4_100


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


@pytest.fixture
async def tenant(database: LogDatabase) -> TenantId:
    """Its tree has all of its events."""
    tenant, trees = await database.tenant(), PostgresTrees(database.pool)
    async with PostgresEventStore(database.pool) as store:
        await store.append(command(tenant, written("a", events=EVENTS)))
    while await trees.grow(tenant):
        pass
    return tenant


async def found(database: LogDatabase, tenant: TenantId) -> Difference | None:
    return await first_difference(PostgresTrees(database.pool), tenant, told=lambda done, total: None)


async def changed(database: LogDatabase, sql: str, *arguments: object) -> None:
    async with database.superuser() as connection:
        assert (await connection.execute(sql, *arguments)).split()[-1] != "0"


async def test_a_log_that_is_as_it_was_has_no_difference(database: LogDatabase, tenant: TenantId) -> None:
    told: list[tuple[int, int]] = []
    trees = PostgresTrees(database.pool)
    assert await first_difference(trees, tenant, told=lambda done, total: told.append((done, total))) is None
    assert told[-1] == (EVENTS, EVENTS)
    assert await found(database, await database.tenant()) is None, "an empty log"


@pytest.mark.parametrize("position", [1, 256, 257, 2_001, EVENTS])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE thidua.events SET data = '{\"forged\":1}' WHERE tenant_id = $1 AND position = $2",
        "UPDATE thidua.events SET actor = 'another' WHERE tenant_id = $1 AND position = $2",
        "DELETE FROM thidua.events WHERE tenant_id = $1 AND position = $2",
    ],
)
async def test_the_first_row_that_was_changed_is_named(
    database: LogDatabase, tenant: TenantId, position: int, change: str
) -> None:
    await changed(database, change, tenant, position)
    assert await found(database, tenant) == Difference(position=position)


async def test_a_tile_that_was_altered_by_itself_is_named(database: LogDatabase, tenant: TenantId) -> None:
    sql = "UPDATE thidua.tiles SET hashes = set_byte(hashes, $2, 255 - get_byte(hashes, $2))"
    await changed(database, f"{sql} WHERE tenant_id = $1 AND level = 1 AND index = 0", tenant, 3 * 32 + 5)
    assert await found(database, tenant) == Difference(position=3 * 256 + 1, tile=(1, 0))


async def test_a_root_that_was_altered_is_found(database: LogDatabase, tenant: TenantId) -> None:
    await changed(database, "UPDATE thidua.trees SET root = $2 WHERE tenant_id = $1", tenant, bytes(32))
    assert await found(database, tenant) is not None
