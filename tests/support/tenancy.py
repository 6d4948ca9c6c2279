"""A migrated database with tenants in it, as the server and as the owner see it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg

from adapters.postgres.catalogue import PostgresRegistry
from adapters.postgres.migrate import migrate
from adapters.postgres.pool import Pool
from domain.ids import TenantId
from tests.support.postgres import PostgresServer

SERVING = "thidua_tenancy_tests"
SERVING_PASSWORD = "serving-of-tests"


class Database:
    """`url` is the owner's, `pool` the server's."""

    def __init__(self, server: PostgresServer, url: str, pool: Pool) -> None:
        self.server, self.url, self.pool = server, url, pool

    @asynccontextmanager
    async def owner(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        connection = await asyncpg.connect(self.url)
        try:
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def registry(self) -> AsyncIterator[PostgresRegistry]:
        async with self.owner() as connection:
            yield PostgresRegistry(connection)

    async def tenant(self, handle: str) -> TenantId:
        """The id of a new, active tenant."""
        tenant_id = TenantId(str(uuid4()))
        async with self.registry() as registry:
            await registry.create_tenant(tenant_id, handle, handle.title())
            await registry.set_applied(tenant_id, name=handle.title(), digest=bytes(32))
        return tenant_id

    async def dump(self) -> str:
        """Every row of every table, as the superuser sees it."""
        connection = await asyncpg.connect(self.server.superuser_url_of(self.url))
        try:
            tables = await connection.fetch(
                "SELECT c.oid::regclass::text FROM pg_class AS c WHERE c.relkind = 'r'"
                " AND c.relnamespace = 'thidua'::regnamespace"
            )
            rows = [await connection.fetch(f"SELECT t::text FROM {table} AS t") for [table] in tables]
            return "\n".join(row[0] for found in rows for row in found)
        finally:
            await connection.close()


def serving_url(server: PostgresServer, url: str) -> str:
    return server.url(url.rpartition("/")[2], role=SERVING, password=SERVING_PASSWORD)


@asynccontextmanager
async def migrated_database(server: PostgresServer) -> AsyncIterator[Database]:
    """A database of the caller's own; dropped at the end."""

    async def prepare(url: str) -> None:
        await migrate(url, serving_url(server, url))

    url = await server.prepared_database("tenancy", prepare)
    pool = await Pool.open(serving_url(server, url))
    try:
        yield Database(server, url, pool)
    finally:
        await pool.close()
        await server.drop_database(url)
