"""The vault's and the catalogue's tables: who sees what, and what lies in them."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from adapters.keys.ciphers import MasterKey, fresh_root
from adapters.keys.vault import Vault
from adapters.postgres.catalogue import PostgresCatalogue
from adapters.postgres.key_rows import PostgresKeyRows
from adapters.postgres.pool import Pool
from application.ports import Unavailable, UnknownTenant
from domain.ids import TenantId
from tenants.scope import Role
from tests.support.postgres import PostgresServer
from tests.support.tenancy import Database, migrated_database, serving_url

pytestmark = pytest.mark.anyio
TABLES = ["tenants", "credentials", "tenant_keys", "subject_keys"]


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[Database]:
    async with migrated_database(postgres) as database:
        yield database


async def a_tenant(database: Database) -> TenantId:
    return await database.tenant(f"t-{uuid4()}")


async def visible(database: Database, table: str, tenant_id: TenantId | None) -> int:
    async with database.pool.connection() as connection, connection.transaction():
        if tenant_id is not None:
            await connection.execute("SELECT set_config('app.tenant', $1, true)", tenant_id)
        count: int = await connection.fetchval(f"SELECT count(k.tenant_id) FROM thidua.{table} AS k")
        return count


@pytest.mark.parametrize("table", ["credentials", "tenant_keys", "subject_keys"])
async def test_the_server_sees_one_tenants_rows_and_none_before_it_names_one(database: Database, table: str) -> None:
    one, other = await a_tenant(database), await a_tenant(database)
    vault = Vault(MasterKey(fresh_root()), PostgresKeyRows(database.pool))
    for tenant_id in (one, other):
        await vault.seal(tenant_id, "person-1", ["A"])
        async with database.registry() as registry:
            await registry.issue_credential(tenant_id, role=Role.AUDITOR, actor="a")
    assert [await visible(database, table, tenant_id) for tenant_id in (one, other, TenantId(str(uuid4())), None)] == [
        1,
        1,
        0,
        0,
    ]


@pytest.mark.parametrize("table", TABLES)
async def test_every_table_is_fenced_against_its_owner_too(database: Database, table: str) -> None:
    await Vault(MasterKey(fresh_root()), PostgresKeyRows(database.pool)).seal(await a_tenant(database), "p", ["A"])
    async with database.owner() as connection:
        assert await connection.fetchval(f"SELECT count(*) FROM thidua.{table}") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT c.key_hash FROM thidua.credentials AS c",
        "SELECT t.* FROM thidua.tenants AS t",
        "INSERT INTO thidua.tenants (tenant_id, handle, name) VALUES (gen_random_uuid(), 'a', 'a')",
        "INSERT INTO thidua.credentials (tenant_id, credential_id, key_hash, role, actor) VALUES"
        " (current_setting('app.tenant')::uuid, gen_random_uuid(), sha256('a'), 'operator', 'a')",
        "UPDATE thidua.credentials SET revoked_at = NULL",
        "UPDATE thidua.tenant_keys SET wrapped = ''",
        "DELETE FROM thidua.tenant_keys",
        "DELETE FROM thidua.subject_keys",
        "UPDATE thidua.subject_keys SET subject = 'other'",
        "UPDATE thidua.subject_keys SET wrapped = 'other'",
        "UPDATE thidua.subject_keys SET wrapped = NULL, destroyed_at = now(), tenant_id = gen_random_uuid()",
        "INSERT INTO thidua.subject_keys (tenant_id, subject, wrapped) VALUES (gen_random_uuid(), 'a', 'a')",
        "SELECT thidua.register_tenant(gen_random_uuid())",
    ],
)
async def test_the_server_may_neither_write_these_nor_read_a_hash(database: Database, statement: str) -> None:
    tenant_id = await a_tenant(database)
    await Vault(MasterKey(fresh_root()), PostgresKeyRows(database.pool)).seal(tenant_id, "person-1", ["A"])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.pool.tenant(tenant_id) as connection:
            await connection.execute(statement)


async def test_a_tombstone_is_for_ever(database: Database) -> None:
    tenant_id = await a_tenant(database)
    rows = PostgresKeyRows(database.pool)
    await Vault(MasterKey(fresh_root()), rows).seal(tenant_id, "person-1", ["A"])
    await rows.destroy_subject_key(tenant_id, "person-1")
    async with database.pool.tenant(tenant_id) as connection:
        changed = await connection.execute("UPDATE thidua.subject_keys SET wrapped = 'mine', destroyed_at = NULL")
        assert changed == "UPDATE 0"
    assert await rows.subject_keys(tenant_id, ["person-1"]) == {"person-1": None}


async def test_a_call_leaves_no_tenant_behind_on_its_connection(database: Database) -> None:
    pool = await Pool.open(serving_url(database.server, database.url), size=1)
    try:
        await PostgresKeyRows(pool).subject_keys(await a_tenant(database), ["person-1"])
        async with pool.connection() as connection:
            assert not await connection.fetchval("SELECT current_setting('app.tenant', true)")
    finally:
        await pool.close()


async def test_who_comes_second_waits_and_takes_the_key_of_who_came_first(database: Database) -> None:
    tenant_id = await a_tenant(database)
    rows = PostgresKeyRows(database.pool)
    async with database.pool.connection() as connection:
        transaction = connection.transaction()
        await transaction.start()
        first = await connection.fetchval("SELECT thidua.keep_subject_key($1, 'person-1', 'first')", UUID(tenant_id))
        second = asyncio.create_task(rows.keep_subject_key(tenant_id, "person-1", b"second"))
        done, _ = await asyncio.wait([second], timeout=0.2)
        assert not done
        await transaction.commit()
    assert await second == first == b"first"


async def test_a_destruction_that_meets_the_making_of_the_key_wins(database: Database) -> None:
    tenant_id = await a_tenant(database)
    rows = PostgresKeyRows(database.pool)
    async with database.pool.connection() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.fetchval("SELECT thidua.keep_subject_key($1, 'person-1', 'first')", UUID(tenant_id))
        destroying = asyncio.create_task(rows.destroy_subject_key(tenant_id, "person-1"))
        await asyncio.wait([destroying], timeout=0.2)
        await transaction.commit()
    await destroying
    assert await rows.subject_keys(tenant_id, ["person-1"]) == {"person-1": None}


async def test_a_tenant_that_the_catalogue_does_not_have_gets_no_key(database: Database) -> None:
    vault = Vault(MasterKey(fresh_root()), PostgresKeyRows(database.pool))
    with pytest.raises(UnknownTenant):
        await vault.seal(TenantId(str(uuid4())), "person-1", ["A"])


async def test_no_table_holds_a_key_or_a_clear_text(database: Database) -> None:
    tenant_id, root = await a_tenant(database), fresh_root()
    vault = Vault(MasterKey(root), PostgresKeyRows(database.pool))
    await vault.seal(tenant_id, "person-1", ["một bí mật"])
    await vault.fingerprint(tenant_id, b"{}")
    async with database.registry() as registry:
        issued = await registry.issue_credential(tenant_id, role=Role.AUDITOR, actor="a")
    tenant_key = vault._tenants.get(tenant_id)
    assert tenant_key is not None
    rows = await database.dump()
    assert "person-1" in rows  # It does look where the rows are.
    for secret in (
        issued.key,
        issued.key[3:],
        issued.key.encode().hex(),
        "bí mật",
        root.hex(),
        tenant_key._matching.hex(),
    ):
        assert secret not in rows


async def test_a_revoked_key_and_a_closed_tenant_are_noticed_by_other_processes_in_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.postgres.catalogue.REVOCATION_SECONDS", 0.05)
    catalogue, tenant_id = PostgresCatalogue(database.pool), await a_tenant(database)
    async with database.registry() as registry:
        one = await registry.issue_credential(tenant_id, role=Role.AUDITOR, actor="a")
        two = await registry.issue_credential(tenant_id, role=Role.AUDITOR, actor="b")
        assert await catalogue.find_credential(one.key)
        assert await catalogue.find_credential(two.key)
        await registry.revoke(tenant_id, one.credential_id)
        await asyncio.sleep(0.06)
        assert await catalogue.find_credential(one.key) is None
        assert await catalogue.find_credential(two.key)
        await registry.close_tenant(tenant_id)
        await asyncio.sleep(0.06)
        assert await catalogue.find_credential(two.key) is None


async def test_a_new_tenants_log_is_open(database: Database) -> None:
    tenant_id = await a_tenant(database)
    async with database.pool.connection() as connection:
        heads = await connection.fetch("SELECT h.tenant_id, h.position FROM thidua.heads() AS h")
    assert (UUID(tenant_id), 0) in [tuple(head) for head in heads]


async def test_a_tenant_whose_log_could_not_be_opened_is_not_created(database: Database) -> None:
    tenant_id = TenantId(str(uuid4()))
    superuser = await asyncpg.connect(database.server.superuser_url_of(database.url))
    try:
        await superuser.execute("REVOKE EXECUTE ON FUNCTION thidua.register_tenant FROM thidua_owner")
        async with database.registry() as registry:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await registry.create_tenant(tenant_id, "half", "Half")
        assert await superuser.fetchval("SELECT count(*) FROM thidua.tenants AS t WHERE t.handle = 'half'") == 0
    finally:
        await superuser.execute("GRANT EXECUTE ON FUNCTION thidua.register_tenant TO thidua_owner")
        await superuser.close()


async def test_a_database_that_is_away_is_said_to_be_away() -> None:
    pool = await Pool.open("postgresql://nobody:x@127.0.0.1:1/none")
    try:
        with pytest.raises(Unavailable):
            await PostgresKeyRows(pool).master_ids()
        with pytest.raises(Unavailable):
            await PostgresCatalogue(pool).find_credential("td_a")
    finally:
        await pool.close()
