"""Two lanes of appends: what holds one up does not hold up the other, and both are of one session."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.postgres import appending
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import Pool
from application.ports import Appended, Unavailable
from domain.ids import TenantId
from tests.support.log import LogDatabase, blocked, command, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
LOCKED = "SELECT FROM thidua.heads AS h WHERE h.tenant_id = $1 FOR UPDATE"


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


@pytest.fixture
async def pool(database: LogDatabase) -> AsyncIterator[Pool]:
    pool = await Pool.open(database.serving_url)
    yield pool
    await pool.close()


async def test_a_tenant_that_waits_for_its_counter_leaves_the_other_lane_to_the_others(
    database: LogDatabase, pool: Pool
) -> None:
    held, free = await database.tenant(), await database.tenant()
    async with PostgresEventStore(pool) as store, database.superuser() as elsewhere:
        async with elsewhere.transaction():
            await elsewhere.execute(LOCKED, held)
            waiting = [asyncio.create_task(store.append(command(held, written(f"s-{n}")))) for n in range(3)]
            await blocked(elsewhere)
            for n in range(3):
                assert (await store.append(command(free, written(f"s-{n}")))).position == n + 1
            assert not any(each.done() for each in waiting)
        assert sorted([(await each).position for each in waiting]) == [1, 2, 3]


async def test_many_tenants_at_once_lose_nothing_and_leave_no_gap(database: LogDatabase, pool: Pool) -> None:
    tenants = [await database.tenant() for _ in range(5)]
    told: dict[TenantId, list[int]] = {tenant: [] for tenant in tenants}

    async def writes(tenant: TenantId, writer: int) -> None:
        for n in range(20):
            done = await store.append(command(tenant, written(f"s-{writer}-{n}", events=1 + n % 3)))
            told[tenant].append(done.position)

    async with PostgresEventStore(pool) as store:
        await asyncio.gather(*(writes(tenant, writer) for tenant in tenants for writer in range(4)))
        for tenant in tenants:
            rows = await store.page(tenant, after=0, limit=1_000)
            assert [row.position for row in rows] == list(range(1, len(rows) + 1))
            assert len(told[tenant]) == len(set(told[tenant])) == 80
            assert max(told[tenant]) == len(rows)


@pytest.mark.parametrize("lost", [0, 1])
async def test_where_the_connection_of_one_lane_is_lost_the_session_is_over_for_both(
    database: LogDatabase, pool: Pool, lost: int
) -> None:
    tenants = [await database.tenant() for _ in range(4)]
    async with PostgresEventStore(pool) as store:
        await store.append(command(tenants[0], written("a")))
        session = store.session
        assert session is not None
        other = await pool.lane(1 - lost)
        (await pool.lane(lost)).connection.terminate()
        assert store.session is None
        found = await asyncio.gather(*(store.append(command(each, written("b"))) for each in tenants))
        assert all(isinstance(each, Appended) for each in found)
        assert other.connection.is_closed()
        assert store.session not in (None, session)


async def test_lanes_that_cannot_all_connect_leave_no_connection_behind(postgres: PostgresServer) -> None:
    count = "SELECT count(*) FROM pg_stat_activity AS a WHERE a.datname = current_database()"
    async with log_database(postgres) as fresh, fresh.superuser() as superuser:
        limit = "ALTER DATABASE {} CONNECTION LIMIT {}".format
        name = await superuser.fetchval("SELECT quote_ident(current_database())")
        pool = await Pool.open(fresh.serving_url, lanes=3)
        before = await superuser.fetchval(count)
        await superuser.execute(limit(name, before - 1 + 2))
        with pytest.raises(Exception, match="too many connections"):
            await pool.lane()
        assert pool.session is None
        await superuser.execute(limit(name, -1))
        assert (await pool.lane(2)).session == 2
        async with asyncio.timeout(10):  # Those that were ended may still be going.
            while await superuser.fetchval(count) != before + 3:
                await asyncio.sleep(0.02)
        await pool.close()


async def test_lanes_that_are_held_up_at_the_end_leave_nobody_without_an_answer(
    database: LogDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appending, "CLOSE_S", 0.3)
    held, pool = [await database.tenant() for _ in range(4)], await Pool.open(database.serving_url)
    async with database.superuser() as elsewhere, elsewhere.transaction():
        for tenant in held:
            await elsewhere.execute(LOCKED, tenant)
        async with PostgresEventStore(pool) as store:
            asked = [asyncio.create_task(store.append(command(each, written("s")))) for each in held for _ in range(3)]
            await blocked(elsewhere)
        told = await asyncio.gather(*asked, return_exceptions=True)
        await pool.close()
    assert all(type(each) is Unavailable for each in told)
