"""Connections go from one caller to the next, and only whole ones do."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.postgres import readers
from adapters.postgres.pool import Pool
from tests.support.log import LogDatabase, log_database
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


@pytest.fixture
async def pool(database: LogDatabase) -> AsyncIterator[Pool]:
    pool = await Pool.open(database.serving_url, size=1)
    yield pool
    await pool.close()


async def asked(pool: Pool, sql: str = "SELECT pg_backend_pid()") -> int:
    async with pool.connection() as connection:
        told: int = await connection.fetchval(sql)
        return told


async def test_the_next_caller_gets_the_same_connection(pool: Pool) -> None:
    assert len({await asked(pool) for _ in range(5)}) == 1


async def test_who_waits_for_the_only_connection_gets_it(pool: Pool) -> None:
    async with pool.connection():
        others = [asyncio.create_task(asked(pool)) for _ in range(5)]
        await asyncio.sleep(0.05)
    assert len(set(await asyncio.wait_for(asyncio.gather(*others), 2))) == 1


async def test_a_connection_that_was_lost_while_nobody_had_it_is_made_anew(database: LogDatabase, pool: Pool) -> None:
    lost = await asked(pool)
    async with database.superuser() as superuser:
        await superuser.execute("SELECT pg_terminate_backend($1)", lost)
    await asyncio.sleep(0.1)
    assert await asked(pool) != lost


async def test_what_was_cut_off_answers_nobody_else(pool: Pool) -> None:
    await asked(pool)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await asked(pool, "SELECT pg_sleep(20)::text::int")
    assert await asyncio.wait_for(asked(pool, "SELECT 7"), 5) == 7


async def test_connections_that_nobody_asks_for_go_back_to_asyncpg(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "HELD_S", 0.02)
    first = await asked(pool)
    await asyncio.sleep(0.2)
    assert pool._readers._pool.get_idle_size() == 1
    assert await asked(pool) == first


async def test_the_end_waits_for_who_has_a_connection_and_leaves_none_open(database: LogDatabase) -> None:
    count = "SELECT count(*) FROM pg_stat_activity AS a WHERE a.application_name = 'ending'"
    pool = await Pool.open(f"{database.serving_url}?application_name=ending", size=3)
    async with pool.connection(), pool.connection():  # Given back, they lie free.
        pass
    async with database.superuser() as superuser:
        assert await superuser.fetchval(count) == 2
        async with pool.connection() as held:
            ending = asyncio.create_task(pool.close())
            await asyncio.sleep(0.1)
            assert not ending.done()
            assert await held.fetchval("SELECT 7") == 7
        await asyncio.wait_for(ending, 5)
        async with asyncio.timeout(5):  # What was closed here may still be going there.
            while await superuser.fetchval(count):
                await asyncio.sleep(0.02)
