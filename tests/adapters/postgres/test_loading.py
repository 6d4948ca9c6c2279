"""Loads that wait go together, and none suffers for another."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.loading import LANES, OF_A_TENANT_MAX, STREAMS_MAX
from adapters.postgres.pool import Lane, Pool
from application.ports import Unavailable
from domain.ids import TenantId
from tests.support.log import LogDatabase, blocked, command, connected, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
NO_NAME = "a\0b"
"""What no text of PostgreSQL can hold."""


class CountingPool(Pool):
    """Counts the exchanges that load."""

    loads = 0

    async def aside(self, name: str) -> Lane:
        self.loads += 1
        return await super().aside(name)


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


@pytest.fixture
async def pool(database: LogDatabase) -> AsyncIterator[CountingPool]:
    pool = await CountingPool.open(database.serving_url)
    assert isinstance(pool, CountingPool)
    yield pool
    await pool.close()


@pytest.fixture
async def store(pool: CountingPool) -> AsyncIterator[PostgresEventStore]:
    async with PostgresEventStore(pool) as store:
        yield store


@pytest.fixture
async def tenant(database: LogDatabase, store: PostgresEventStore) -> TenantId:
    tenant = await database.tenant()
    await store.append(command(tenant, *(written(f"s-{n}") for n in range(3))))
    return tenant


async def test_those_of_a_tenant_that_wait_go_together(
    pool: CountingPool, store: PostgresEventStore, tenant: TenantId
) -> None:
    found = await asyncio.gather(*(store.histories(tenant, [f"s-{n % 4}"]) for n in range(20)))
    assert [each.version for histories in found for each in histories.values()] == [1, 1, 1, 0] * 5
    assert pool.loads <= OF_A_TENANT_MAX


async def test_not_more_streams_than_a_bound_go_together(
    pool: CountingPool, store: PostgresEventStore, tenant: TenantId
) -> None:
    names = [f"s-{n}" for n in range(STREAMS_MAX)]
    await asyncio.gather(*(store.histories(tenant, names) for _ in range(6)))
    assert pool.loads == 6


async def test_two_tenants_share_no_exchange(
    database: LogDatabase, pool: CountingPool, store: PostgresEventStore, tenant: TenantId
) -> None:
    other = await database.tenant()
    both = (tenant, other) * 5
    found = await asyncio.gather(*(store.histories(each, ["s-0"]) for each in both))
    assert [each["s-0"].version for each in found] == [1, 0] * 5
    assert pool.loads == 2


async def test_the_long_loads_of_one_tenant_leave_room_for_others(
    database: LogDatabase, pool: CountingPool, store: PostgresEventStore, tenant: TenantId
) -> None:
    other = await database.tenant()
    async with connected(database.owner_url) as owner, owner.transaction():
        await owner.execute("LOCK thidua.events")
        long = []
        for n in range(OF_A_TENANT_MAX + 1):
            long.append(asyncio.create_task(store.histories(tenant, ["s-0"])))
            await blocked(owner, waiting=min(n + 1, OF_A_TENANT_MAX))
        others = asyncio.create_task(store.histories(other, ["s-0"]))
        await blocked(owner, waiting=OF_A_TENANT_MAX + 1)
        assert pool.loads == OF_A_TENANT_MAX + 1
    assert (await others)["s-0"].version == 0
    assert [(await each)["s-0"].version for each in long] == [1] * len(long)


async def test_what_cannot_be_looked_for_is_told_to_whoever_asked(store: PostgresEventStore, tenant: TenantId) -> None:
    names = ["s-0", NO_NAME, "s-1", NO_NAME, "s-2"]
    found = await asyncio.gather(*(store.histories(tenant, [name]) for name in names), return_exceptions=True)
    assert [isinstance(each, asyncpg.DataError) for each in found] == [False, True, False, True, False]


async def test_whoever_stops_waiting_takes_nobody_with_it(store: PostgresEventStore, tenant: TenantId) -> None:
    tasks = [asyncio.create_task(store.histories(tenant, ["s-0"])) for _ in range(6)]
    await asyncio.sleep(0)
    for each in tasks[::2]:
        each.cancel()
    assert [(await each)["s-0"].version for each in tasks[1::2]] == [1, 1, 1]
    assert (await store.histories(tenant, ["s-0"]))["s-0"].version == 1


async def test_for_whoever_has_gone_before_its_turn_nothing_is_loaded(
    database: LogDatabase, pool: CountingPool, store: PostgresEventStore, tenant: TenantId
) -> None:
    names = [f"s-{n}" for n in range(STREAMS_MAX)]
    async with connected(database.owner_url) as owner, owner.transaction():
        await owner.execute("LOCK thidua.events")
        first = [asyncio.create_task(store.histories(tenant, names)) for _ in range(OF_A_TENANT_MAX)]
        await blocked(owner, waiting=OF_A_TENANT_MAX)
        gone = [asyncio.create_task(store.histories(tenant, names)) for _ in range(9)]
        await asyncio.sleep(0)
        for each in gone:
            each.cancel()
    assert [(await each)["s-0"].version for each in first] == [1] * OF_A_TENANT_MAX
    assert (await store.histories(tenant, ["s-0"]))["s-0"].version == 1
    assert pool.loads == OF_A_TENANT_MAX + 1


async def test_where_the_database_is_away_all_who_wait_are_told_at_once(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0

    async def away(_: str) -> None:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0.01)
        raise ConnectionRefusedError

    monkeypatch.setattr(store._pool, "aside", away)
    names = [f"s-{n}" for n in range(STREAMS_MAX)]
    found = await asyncio.gather(*(store.histories(tenant, names) for _ in range(50)), return_exceptions=True)
    assert [type(each) for each in found] == [Unavailable] * 50
    assert calls <= OF_A_TENANT_MAX + 1


async def test_not_more_loads_wait_than_a_bound(
    store: PostgresEventStore, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.postgres.loading.WAITING_MAX", 3)
    found = await asyncio.gather(*(store.histories(tenant, ["s-0"]) for _ in range(5)), return_exceptions=True)
    assert [isinstance(each, Unavailable) for each in found] == [False] * 3 + [True] * 2
    assert (await store.histories(tenant, ["s-0"]))["s-0"].version == 1


async def test_a_connection_that_is_lost_is_opened_anew(
    database: LogDatabase, pool: CountingPool, store: PostgresEventStore, tenant: TenantId
) -> None:
    await store.histories(tenant, ["s-0"])
    lost = [lane.connection for lane in pool._aside.values()]
    async with connected(database.serving_url) as connection:
        for each in lost:
            await connection.execute("SELECT pg_terminate_backend($1)", each.get_server_pid())
    # Whether that is seen before the next use of it is a matter of chance; after it, it is.
    await asyncio.gather(*(store.histories(tenant, ["s-0"]) for _ in LANES), return_exceptions=True)
    assert (await store.histories(tenant, ["s-0"]))["s-0"].version == 1
    assert lost
    assert all(each.is_closed() for each in lost)


async def test_a_closed_pool_loads_nothing(pool: CountingPool, store: PostgresEventStore, tenant: TenantId) -> None:
    await store.histories(tenant, ["s-0"])
    await pool.close()
    with pytest.raises(Unavailable):
        await store.histories(tenant, ["s-0"])
