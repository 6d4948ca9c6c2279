"""The second fence: what the serving role can do when the code forgets the tenant, or is made to ask for more."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import ServingRoleRefused, check_serving_role
from domain.ids import TenantId
from tests.support.log import LogDatabase, command, connected, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
UNFENCED = {"database_marks", "migrations"}  # Hold nothing of a tenant.


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


@pytest.fixture
async def tenants(database: LogDatabase) -> list[TenantId]:
    """Two, with one event each."""
    both = [await database.tenant(), await database.tenant()]
    async with PostgresEventStore(database.pool) as store:
        for tenant in both:
            await store.append(command(tenant, written("s")))
    return both


@pytest.mark.parametrize("table", ["events", "commands"])
async def test_a_query_that_forgets_the_tenant_sees_the_scopes_rows_only(
    database: LogDatabase, tenants: list[TenantId], table: str
) -> None:
    async with database.pool.tenant(tenants[0]) as connection:
        assert {str(each) for [each] in await connection.fetch(f"SELECT t.tenant_id FROM thidua.{table} AS t")} == {
            tenants[0]
        }
        other = await connection.fetch(f"SELECT FROM thidua.{table} AS t WHERE t.tenant_id = $1", tenants[1])
        assert other == []


@pytest.mark.parametrize("table", ["events", "commands"])
async def test_without_a_scope_there_is_nothing_to_see(
    database: LogDatabase, tenants: list[TenantId], table: str
) -> None:
    async with connected(database.serving_url) as connection:
        assert await connection.fetch(f"SELECT FROM thidua.{table} AS t") == []
        await connection.execute("SELECT set_config('app.tenant', '', false)")
        assert await connection.fetch(f"SELECT FROM thidua.{table} AS t") == []


async def test_a_scope_ends_with_its_transaction(database: LogDatabase, tenants: list[TenantId]) -> None:
    """Mend: set_config(…, true) inside the transaction. Control: a setting of the session is still there for whoever
    gets the connection next."""
    async with connected(database.serving_url) as connection:
        async with connection.transaction():
            await connection.execute("SELECT set_config('app.tenant', $1, true)", tenants[0])
            assert len(await connection.fetch("SELECT FROM thidua.events AS e")) == 1
        assert await connection.fetch("SELECT FROM thidua.events AS e") == []
        for query in (
            "SELECT FROM thidua.load_streams($1, '{s}')",
            "SELECT FROM thidua.stream_lines($1, '{s}')",
            "SELECT FROM thidua.page_lines($1, 0, 9, 9) AS p WHERE p.last = 1",
            "SELECT FROM thidua.page_events($1, 0, 9, '{}', 9)",
        ):
            assert len(await connection.fetch(query, tenants[0])) == 1
            assert await connection.fetch("SELECT FROM thidua.events AS e") == []
        await connection.execute(f"SET app.tenant = '{tenants[1]}'")
        assert len(await connection.fetch("SELECT FROM thidua.events AS e")) == 1, "the control must leak"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO thidua.events SELECT e.* FROM thidua.events AS e",
        "UPDATE thidua.events SET data = ''",
        "DELETE FROM thidua.events",
        "TRUNCATE thidua.events",
        "INSERT INTO thidua.commands SELECT c.* FROM thidua.commands AS c",
        "UPDATE thidua.commands SET answer = ''",
        "DELETE FROM thidua.commands",
        "SELECT FROM thidua.heads",
        "UPDATE thidua.heads SET position = 0",
        "SELECT FROM thidua.heads FOR UPDATE",
        "INSERT INTO thidua.database_marks (mark) VALUES ('demo')",
        "DELETE FROM thidua.migrations",
        "SELECT thidua.register_tenant(gen_random_uuid())",
        "SELECT thidua.freeze_tenant(gen_random_uuid(), true)",
        "SELECT thidua.append_time(NULL)",
        "CREATE TABLE thidua.mine (n int)",
        "ALTER TABLE thidua.events DISABLE ROW LEVEL SECURITY",
        "CREATE OR REPLACE FUNCTION thidua.heads() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET ROLE thidua_writer",
        "SET ROLE thidua_owner",
    ],
)
async def test_the_serving_role_may_not(database: LogDatabase, tenants: list[TenantId], statement: str) -> None:
    async with database.pool.tenant(tenants[0]) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


async def test_not_even_the_owner_reads_or_changes_the_log_by_accident(
    database: LogDatabase, tenants: list[TenantId]
) -> None:
    """FORCE: without a tenant the owner sees nothing; there is no policy that lets it write."""
    async with database.owner() as owner:
        assert await owner.fetch("SELECT FROM thidua.events AS e") == []
        assert await owner.execute("UPDATE thidua.events SET data = ''") == "UPDATE 0"
        assert await owner.execute("DELETE FROM thidua.heads") == "DELETE 0"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute("INSERT INTO thidua.heads (tenant_id) VALUES (gen_random_uuid())")


async def test_every_table_of_the_schema_is_fenced_also_against_its_owner(database: LogDatabase) -> None:
    async with database.owner() as owner:
        tables = await owner.fetch(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS fenced FROM pg_class AS c"
            " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'thidua'::regnamespace"
        )
    assert {each["relname"] for each in tables if not each["fenced"]} == UNFENCED
    assert len(tables) > len(UNFENCED)


async def test_every_key_of_a_tenants_table_starts_with_the_tenant(database: LogDatabase) -> None:
    async with database.owner() as owner:
        odd = await owner.fetch(
            "SELECT i.indexrelid::regclass::text FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid"
            "  JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
            " WHERE c.relnamespace = 'thidua'::regnamespace AND c.relname IN ('events', 'commands', 'heads')"
            "   AND a.attname <> 'tenant_id'"
        )
    assert odd == []


async def test_no_function_is_open_to_everybody_and_each_that_acts_for_another_pins_its_path(
    database: LogDatabase,
) -> None:
    async with database.owner() as owner:
        functions = await owner.fetch(
            "SELECT p.proname, p.prosecdef, p.proconfig, has_function_privilege('public', p.oid, 'EXECUTE') AS open"
            "  FROM pg_proc AS p WHERE p.pronamespace = 'thidua'::regnamespace"
        )
    assert [each["proname"] for each in functions if each["open"]] == []
    unpinned = [
        each["proname"]
        for each in functions
        if each["prosecdef"] and not any(one.startswith("search_path=pg_catalog") for one in each["proconfig"] or ())
    ]
    assert unpinned == []
    assert len(functions) >= 9


async def test_the_serving_role_is_accepted_and_every_stronger_one_refused(
    database: LogDatabase, postgres: PostgresServer
) -> None:
    name = database.owner_url.rpartition("/")[2]
    roles = {
        f"bypass_{name}": "bypasses row-level security",
        f"heir_{name}": "owns the schema",
        f"writer_{name}": "may write to the log directly",
    }
    async with connected(database.serving_url) as connection:
        await check_serving_role(connection)
    await postgres.execute(
        f"CREATE ROLE bypass_{name} LOGIN BYPASSRLS PASSWORD 'x'",
        f"CREATE ROLE heir_{name} LOGIN PASSWORD 'x' IN ROLE thidua_owner",
        f"CREATE ROLE writer_{name} LOGIN PASSWORD 'x' IN ROLE thidua_writer",
    )
    strong = {database.owner_url: "owns the schema", postgres.superuser_url_of(database.owner_url): "is a superuser"}
    strong |= {postgres.url(name, role=role, password="x"): words for role, words in roles.items()}
    try:
        for url, words in strong.items():
            async with connected(url) as connection:
                with pytest.raises(ServingRoleRefused, match=words):
                    await check_serving_role(connection)
    finally:
        await postgres.execute(*(f"DROP ROLE {role}" for role in roles))


async def test_no_table_in_any_schema_of_ours_lets_one_tenant_at_anothers_rows(
    database: LogDatabase, tenants: list[TenantId]
) -> None:
    """All tables that the catalogue knows: read, changed, deleted, written, emptied under the other's scope."""
    async with connected(database.serving_url) as connection:
        tables = [
            each["name"]
            for each in await connection.fetch(
                "SELECT n.nspname || '.' || c.relname AS name FROM pg_class AS c"
                "  JOIN pg_namespace AS n ON n.oid = c.relnamespace"
                "  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id'"
                " WHERE n.nspname IN ('thidua', 'read_models') AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
            )
        ]
        assert len(tables) > 25
        for table in tables:
            for statement in (
                f"SELECT 1 FROM {table} WHERE tenant_id = '{tenants[1]}'",
                f"UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id = '{tenants[1]}'",
                f"DELETE FROM {table} WHERE tenant_id = '{tenants[1]}'",
                f"INSERT INTO {table} (tenant_id) VALUES ('{tenants[1]}')",
                f"TRUNCATE {table}",
            ):
                assert await _done_as(connection, tenants[0], statement) in (None, "SELECT 0", "UPDATE 0", "DELETE 0")


async def _done_as(connection: "asyncpg.Connection[asyncpg.Record]", tenant: TenantId, statement: str) -> str | None:
    """What the statement did under the tenant's scope; None where it is forbidden. It is taken back in any case."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("SELECT set_config('app.tenant', $1, true)", tenant)
        return await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return None
    finally:
        await transaction.rollback()
