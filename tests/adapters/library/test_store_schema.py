"""The tables of a store: the log's own, under another name, for one role that owns them."""

import re
import threading
from collections.abc import Iterator
from uuid import uuid4

import asyncpg
import pytest
from eventsourcing.persistence import ProgrammingError, StoredEvent
from eventsourcing.utils import Environment

from adapters.library.store import StoreApplicationRecorder, StoreFactory
from adapters.library.store.lane import Lane
from adapters.library.store.schema import create, parts, statements
from adapters.postgres.migrate import migrate, migrations
from tests.support.log import connected
from tests.support.postgres import PostgresServer

DEFINING = re.compile(r"CREATE FUNCTION thidua\.append_(?:batch|requests|together)\(")
TABLES = {"applications", "commands", "database_marks", "events", "heads", "parts", "tracking"}


def test_every_migration_that_defines_how_the_log_is_appended_to_is_applied_to_stores() -> None:
    defining = [each.name for each in migrations() if DEFINING.search(each.sql)]
    assert defining[:1] == ["0001_log"]
    assert {"0012_append", "0020_appends"} <= set(defining)
    assert [part.name for part in parts()] == [*defining, "0001_store"]


def test_nothing_of_the_platforms_roles_or_name_is_left_in_a_stores_tables() -> None:
    for part in parts():
        sql = part.sql("elsewhere")
        assert "thidua" not in sql.replace("thidua:", "")
        assert "SECURITY DEFINER SET search_path" in sql


def test_statements_end_where_sql_says() -> None:
    sql = "-- a; b\nCREATE x ('it''s; -- no');\n\nDO $$ BEGIN; -- in; it\nEND $$; SELECT $q$;$q$, 1 - 1;\n-- end"
    assert list(statements(sql)) == [
        "CREATE x ('it''s; -- no')",
        "DO $$ BEGIN; -- in; it\nEND $$",
        "SELECT $q$;$q$, 1 - 1",
    ]


@pytest.fixture
def env(store_url: str) -> Environment:
    return Environment("Unions", {"STORE_URL": store_url})


@pytest.fixture
def factory(env: Environment) -> Iterator[StoreFactory]:
    factory = StoreFactory(env)
    yield factory
    factory.close()


def stored() -> StoredEvent:
    return StoredEvent(uuid4(), 1, "topic", b"{}")


def test_many_processes_may_make_the_tables_at_once(store_url: str) -> None:
    lanes, failures = [Lane(store_url, "library_store", 1) for _ in range(8)], list[Exception]()

    def make(lane: Lane, name: str) -> None:
        try:
            StoreApplicationRecorder(lane, name).create_table()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=make, args=(lane, f"app {n % 3}")) for n, lane in enumerate(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = StoreApplicationRecorder(lanes[0], "any").fetch("SELECT a.name FROM {schema}.applications AS a ORDER BY 1")
    for lane in lanes:
        lane.stop()
    assert failures == []
    assert [row["name"] for row in names] == ["app 0", "app 1", "app 2"]


def test_a_reserved_word_is_no_name_for_a_store(env: Environment) -> None:
    env["STORE_SCHEMA"] = "select"
    with pytest.raises(ProgrammingError, match="no reserved word"):
        StoreFactory(env).application_recorder()


def test_tables_that_nobody_made_are_missed_by_name(env: Environment, factory: StoreFactory) -> None:
    env["CREATE_TABLE"] = "no"
    with pytest.raises(ProgrammingError):
        factory.application_recorder().insert_events([stored()])


def test_an_application_that_the_tables_do_not_know_is_opened_with_its_first_event(
    env: Environment, factory: StoreFactory
) -> None:
    factory.application_recorder()
    env["CREATE_TABLE"], env.name = "no", "Clusters"
    recorder = factory.process_recorder()
    assert recorder.insert_events([stored()]) == [1]
    assert recorder.insert_events([stored(), stored()]) == [2, 3]


def test_tables_of_a_later_release_are_refused(factory: StoreFactory) -> None:
    recorder = factory.application_recorder()
    recorder.fetch("INSERT INTO {schema}.parts (name, checksum) VALUES ('0099_later', '')")
    with pytest.raises(ProgrammingError, match="0099_later"):
        factory.application_recorder()


@pytest.mark.anyio
async def test_a_store_beside_the_platform_leaves_its_schema_alone(postgres: PostgresServer, owner_url: str) -> None:
    await migrate(owner_url)
    content = (
        "SELECT c.relname, c.relkind, c.relowner, c.relacl::text FROM pg_class AS c"
        " WHERE c.relnamespace = 'thidua'::regnamespace ORDER BY 1"
    )
    functions = (
        "SELECT p.proname, p.prosrc, p.proowner, p.proacl::text FROM pg_proc AS p"
        " WHERE p.pronamespace = 'thidua'::regnamespace ORDER BY 1"
    )
    async with connected(owner_url) as owner:
        before = await owner.fetch(content), await owner.fetch(functions)
        await create(owner, "library_store")
        assert (await owner.fetch(content), await owner.fetch(functions)) == before
        made = await owner.fetch("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'library_store'")
        assert {row["tablename"] for row in made} == TABLES
        assert {row["tableowner"] for row in made} == {await owner.fetchval("SELECT current_user")}


@pytest.mark.anyio
async def test_a_role_without_rights_over_roles_or_databases_is_enough(
    postgres: PostgresServer, owner_url: str
) -> None:
    """An integrator's: it owns a schema that somebody made for it."""
    role = f"integrator_{uuid4().hex[:8]}"
    url = postgres.url(owner_url.rpartition("/")[2], role=role, password="of-tests")
    await postgres.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'of-tests'")
    async with connected(postgres.superuser_url_of(owner_url)) as superuser:
        await superuser.execute(f"CREATE SCHEMA of_integrator AUTHORIZATION {role}")
    async with connected(url) as integrator:
        await create(integrator, "of_integrator")
        await integrator.execute("SELECT of_integrator.open_application(gen_random_uuid(), 'Unions')")
    async with connected(owner_url) as other:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await other.execute("SELECT of_integrator.open_application(gen_random_uuid(), 'Unions')")
    await postgres.drop_database(owner_url)
    await postgres.execute(f"DROP ROLE {role}")
