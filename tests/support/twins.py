"""A database whose log ends earlier than another's, and is the same up to there: what an answer as of then must be."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from adapters.postgres.pool import Pool
from adapters.read_models.models import MODELS
from domain.ids import TenantId
from tests.support.log import LogDatabase, connected, serving_url
from tests.support.postgres import PostgresServer

TABLES = [f"read_models.{table.name}" for model in MODELS for table in model.tables]
"""Of which nothing is left when the log is cut: they are made anew."""


@asynccontextmanager
async def twin_of(server: PostgresServer, database: LogDatabase) -> AsyncIterator[LogDatabase]:
    """A copy of the database, to which nobody may be connected."""
    owner_url = await server.fresh_database(template=urlsplit(database.owner_url).path.lstrip("/"))
    pool = await Pool.open(serving_url(server, owner_url))
    try:
        yield LogDatabase(server, owner_url, pool)
    finally:
        await pool.close()
        await server.drop_database(owner_url)


async def cut(twin: LogDatabase, tenant_id: TenantId, position: int) -> None:
    """The twin's log ends at `position` from now on, and no read model has begun."""
    async with twin.superuser() as connection:
        await connection.execute(
            "delete from thidua.events as e where e.tenant_id = $1 and e.position > $2", tenant_id, position
        )
        await connection.execute(
            "update thidua.heads as h set position = $2 where h.tenant_id = $1", tenant_id, position
        )
        await connection.execute(f"truncate read_models.checkpoints, read_models.pasts, {', '.join(TABLES)}")


async def spread(url: str, tenant_id: TenantId) -> None:
    """As if the tenant's events had been recorded over the year, one each day and a half; `url` is a superuser's."""
    async with connected(url) as connection:
        await connection.execute(
            "update thidua.events as e set recorded_at = '2024-01-10T01:00Z'::timestamptz"
            " + e.position * interval '36 hours' where e.tenant_id = $1",
            tenant_id,
        )
