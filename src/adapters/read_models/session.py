"""A tenant's transaction, to read its rows or to write them."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias

from adapters.postgres.pool import Pool
from domain.ids import TenantId

if TYPE_CHECKING:
    import asyncpg
    from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"


def looking(pool: Pool, tenant_id: TenantId) -> AbstractAsyncContextManager[Connection]:
    """A connection that reads one tenant's rows, all of one moment.

    Raises:
        Unavailable: the database is away.
    """
    return pool.tenant(tenant_id, snapshot=True)


@asynccontextmanager
async def writing(pool: Pool, tenant_id: TenantId) -> AsyncIterator[Connection]:
    """A connection that writes one tenant's read models. The commit does not wait for the disk: what a crash of the
    database takes back, rows and checkpoint together, is projected again.

    Raises:
        Unavailable: the database is away.
    """
    async with pool.tenant(tenant_id) as connection:
        await connection.execute("set local synchronous_commit = off")
        yield connection
