import asyncpg
import pytest

from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio


async def test_each_test_has_an_empty_database_of_its_own(owner_url: str, postgres: PostgresServer) -> None:
    connection = await asyncpg.connect(owner_url)
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    assert await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    await connection.close()


async def test_a_prepared_database_is_prepared_once_and_copied_after_that(postgres: PostgresServer) -> None:
    prepared: list[str] = []

    async def prepare(url: str) -> None:
        prepared.append(url)
        connection = await asyncpg.connect(url)
        await connection.execute("CREATE SCHEMA made; CREATE TABLE made.thing ()")
        await connection.close()

    first, second = [await postgres.prepared_database("with a thing", prepare) for _ in range(2)]
    assert len(prepared) == 1
    assert len({first, second, *prepared}) == 3
    connection = await asyncpg.connect(second)
    assert await connection.fetchval("SELECT count(*) FROM made.thing") == 0
    await connection.close()
