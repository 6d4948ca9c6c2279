"""The schema is brought up once, whoever asks and however many at a time; what does not fit is one sentence."""

import asyncio
import re
import shutil
from pathlib import Path

import asyncpg
import pytest

from adapters.postgres import migrate as module
from adapters.postgres.migrate import MIGRATIONS, MigrationProblem, check_schema, migrate, migrations
from tests.support.log import blocked, connected, serving_url
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
NAMES = [each.name for each in migrations()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the program's migrations."""
    return Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))


async def problem(url: str, folder: Path = MIGRATIONS) -> str:
    """What the server's start says: one sentence."""
    async with connected(url) as connection:
        with pytest.raises(MigrationProblem) as caught:
            await check_schema(connection, folder=folder)
    assert re.fullmatch(r"[^\n]+\. / [^\n]+\.", str(caught.value))
    return str(caught.value)


async def test_an_empty_database_is_brought_up_and_a_second_time_changes_nothing(
    postgres: PostgresServer, owner_url: str
) -> None:
    serving = serving_url(postgres, owner_url)
    assert await migrate(owner_url, serving) == NAMES
    assert await migrate(owner_url, serving) == []
    async with connected(serving) as connection:
        await check_schema(connection)


async def test_many_migrators_at_once_agree(postgres: PostgresServer, owner_url: str) -> None:
    """Mend: one lock, and DDL in migrations only. The control below creates functions at a start."""
    answers = await asyncio.gather(*(migrate(owner_url, serving_url(postgres, owner_url)) for _ in range(5)))
    assert sorted(name for names in answers for name in names) == NAMES


async def test_a_role_that_another_databases_migrator_is_just_making_is_waited_for(
    postgres: PostgresServer, owner_url: str
) -> None:
    """Roles are the server's, and the lock is the database's. Mend: begin again, and find the role made."""
    database = owner_url.rpartition("/")[2]
    role = f"shared_{database}"
    async with connected(postgres.superuser_url) as other:
        making = other.transaction()
        await making.start()
        await other.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'shared'")
        task = asyncio.create_task(migrate(owner_url, postgres.url(database, role=role, password="shared")))
        await blocked(other)
        await making.commit()
        await task
    try:
        async with connected(postgres.url(database, role=role, password="shared")) as connection:
            await check_schema(connection)
    finally:
        await postgres.drop_database(owner_url)
        await postgres.execute(f"DROP ROLE {role}")


async def test_control_functions_created_at_start_by_two_processes_fail(owner_url: str) -> None:
    await migrate(owner_url)
    create = "CREATE OR REPLACE FUNCTION thidua.at_start() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    async with connected(owner_url) as one, connected(owner_url) as two:
        await one.execute(create)
        first = one.transaction()
        await first.start()
        await one.execute(create)
        second = asyncio.create_task(two.execute(create))
        await blocked(one)
        await first.commit()
        with pytest.raises(asyncpg.InternalServerError, match="concurrently updated"):
            await second


async def test_a_database_that_was_never_migrated_says_so(postgres: PostgresServer, owner_url: str) -> None:
    assert "not migrated" in await problem(owner_url)


async def test_a_half_migrated_database_says_how_far_it_is_and_can_be_finished(owner_url: str, folder: Path) -> None:
    for each in migrations(folder)[1:]:
        (folder / f"{each.name}.sql").unlink()
    await migrate(owner_url, folder=folder)
    assert f"1 of {len(NAMES)} migrations" in await problem(owner_url)
    assert await migrate(owner_url) == NAMES[1:]


async def test_a_database_that_is_newer_than_the_program_says_so(owner_url: str, folder: Path) -> None:
    (folder / f"{len(NAMES) + 1:04}_later.sql").write_text("CREATE TABLE thidua.later (n int)")
    await migrate(owner_url, folder=folder)
    assert "newer than this program" in await problem(owner_url)
    with pytest.raises(MigrationProblem, match="newer than this program"):
        await migrate(owner_url)


async def test_a_migration_that_was_edited_is_named(owner_url: str, folder: Path) -> None:
    await migrate(owner_url)
    edited = folder / f"{NAMES[0]}.sql"
    edited.write_text(edited.read_text() + "\n-- another thought\n")
    assert f"{NAMES[0]} was edited" in await problem(owner_url, folder)
    with pytest.raises(MigrationProblem, match="was edited"):
        await migrate(owner_url, folder=folder)


async def test_a_ledger_with_a_hole_says_what_is_missing(owner_url: str) -> None:
    await migrate(owner_url)
    async with connected(owner_url) as owner:
        await owner.execute("DELETE FROM thidua.migrations AS m WHERE m.number = 1")
    assert f"{NAMES[0]} is missing" in await problem(owner_url)


async def test_a_migration_that_fails_leaves_nothing_of_itself(owner_url: str, folder: Path) -> None:
    (folder / f"{len(NAMES) + 1:04}_bad.sql").write_text("CREATE TABLE thidua.half (n int); SELECT 1/0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(owner_url, folder=folder)
    async with connected(owner_url) as owner:
        assert await owner.fetchval("SELECT to_regclass('thidua.half')") is None
        await check_schema(owner)


async def test_a_foreign_schema_of_our_name_is_left_alone(owner_url: str) -> None:
    async with connected(owner_url) as owner:
        await owner.execute("CREATE SCHEMA thidua")
    with pytest.raises(MigrationProblem, match="not made by this program"):
        await migrate(owner_url)


async def test_an_old_server_is_named_with_what_is_needed(owner_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SERVER_VERSION_MIN", 99)
    with pytest.raises(MigrationProblem, match="too old: 99 or newer"):
        await migrate(owner_url)


async def test_an_owner_that_may_not_make_roles_or_schemas_is_told_what_it_needs(
    postgres: PostgresServer, owner_url: str
) -> None:
    role = f"weak_{owner_url.rpartition('/')[2]}"
    await postgres.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'weak'")
    try:
        with pytest.raises(MigrationProblem, match="CREATE on the database and CREATEROLE"):
            await migrate(postgres.url(owner_url.rpartition("/")[2], role=role, password="weak"))
    finally:
        await postgres.execute(f"DROP ROLE {role}")


@pytest.mark.parametrize(
    "url", ["postgresql://nobody:wrong@127.0.0.1:1/none", "postgresql://u:p@no-such-host.invalid/x"]
)
async def test_an_unreachable_database_is_one_sentence(url: str) -> None:
    with pytest.raises(MigrationProblem, match="cannot be reached"):
        await migrate(url)


async def test_a_wrong_password_is_one_sentence(postgres: PostgresServer, owner_url: str) -> None:
    with pytest.raises(MigrationProblem, match="cannot be reached"):
        await migrate(owner_url.replace("owner-of-tests", "wrong"))


async def test_the_serving_role_is_made_with_its_password_or_taken_as_it_is(
    postgres: PostgresServer, owner_url: str
) -> None:
    database = owner_url.rpartition("/")[2]
    made, found = f"made_{database}", f"found-{database}"
    await postgres.execute(f"CREATE ROLE \"{found}\" LOGIN PASSWORD 'its own'")
    try:
        for role, password in ((made, "mật khẩu 'lạ' %"), (found, "its own")):
            url = postgres.url(database, role=role.replace("%", "%25"), password=password.replace("%", "%25"))
            await migrate(owner_url, url)
            async with connected(url) as connection:
                await check_schema(connection)
                assert await connection.fetch("SELECT h.tenant_id FROM thidua.heads() AS h") == []
    finally:
        await postgres.drop_database(owner_url)
        await postgres.execute(f'DROP ROLE "{made}"', f'DROP ROLE "{found}"')


@pytest.mark.parametrize("role", ["", 'x"; DROP SCHEMA thidua; --'])
async def test_a_serving_url_without_a_usable_role_is_refused(owner_url: str, role: str) -> None:
    with pytest.raises(MigrationProblem, match="must name a role"):
        await migrate(owner_url, f"postgresql://{role}:x@127.0.0.1/x".replace('"', "%22").replace(" ", "%20"))


async def test_the_owner_cannot_act_for_the_writer_once_a_migration_is_done(owner_url: str) -> None:
    await migrate(owner_url)
    async with connected(owner_url) as owner:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute("SET ROLE thidua_writer")
        assert not await owner.fetchval("SELECT has_schema_privilege('thidua_writer', 'thidua', 'CREATE')")


def taken_out(folder: Path, *, since: str) -> list[tuple[Path, str]]:
    """The migrations from `since` on, which are no longer in the folder."""
    later = [path for path in sorted(folder.iterdir()) if path.name >= since]
    kept = [(path, path.read_text()) for path in later]
    for path in later:
        path.unlink()
    return kept


async def test_what_was_revoked_before_dossiers_had_recoveries_is_owed_whole(
    postgres: PostgresServer, owner_url: str, folder: Path
) -> None:
    kept = taken_out(folder, since="0007")
    serving = serving_url(postgres, owner_url)
    await migrate(owner_url, serving, folder=folder)
    tenant = "00000000-0000-4000-8000-000000000001"
    row = "INSERT INTO read_models.awards (tenant_id, award_id, state, prize_vnd) VALUES ($1, $2, $3, 540000)"
    async with connected(serving) as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.tenant', $1, true)", tenant)
        for award, state in (("a", "revoked"), ("b", "presented")):
            await connection.execute(row, tenant, award, state)
    for path, text in kept:
        path.write_text(text)
    await migrate(owner_url, serving, folder=folder)
    async with connected(serving) as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.tenant', $1, true)", tenant)
        found = await connection.fetch("SELECT a.award_id, a.outstanding_vnd FROM read_models.awards AS a ORDER BY 1")
    async with connected(serving) as connection:
        assert await connection.fetch("SELECT 1 FROM read_models.awards") == []  # Fenced again.
    async with connected(owner_url) as connection:
        assert await connection.fetch("SELECT 1 FROM read_models.awards") == []
    assert [tuple(each) for each in found] == [("a", 540_000), ("b", None)]
