"""The ballot boxes in the table of 0008_ballots.sql, fenced by tenant; each call is one transaction."""

from typing import Any
from uuid import UUID

import msgspec

from adapters.postgres.pool import Pool
from application.ballot_box import Row
from domain.council.messages import Paper
from domain.ids import TenantId


class PostgresBoxes:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def tenant_of(self, session_id: str) -> TenantId | None:
        async with self._pool.connection() as connection:
            found = await connection.fetchval("SELECT ballots.tenant_of($1)", UUID(session_id))
        return None if found is None else TenantId(str(found))

    async def find(self, tenant_id: TenantId, session_id: str) -> Row | None:
        sql = """
            SELECT b.state, b.papers, b.keys, b.seats, b.content, b.closes_at
              FROM ballots.boxes AS b WHERE b.tenant_id = $1 AND b.session_id = $2"""
        async with self._pool.tenant(tenant_id) as connection:
            row = await connection.fetchrow(sql, UUID(tenant_id), UUID(session_id))
        if row is None:
            return None
        papers = msgspec.json.decode(row["papers"], type=tuple[Paper, ...])
        return Row(**{**dict(row), "papers": papers})

    async def make(self, tenant_id: TenantId, session_id: str, row: Row) -> None:
        sql = """
            INSERT INTO ballots.boxes (tenant_id, session_id, state, papers, keys, seats, content, closes_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"""
        async with self._pool.tenant(tenant_id) as connection:
            await connection.execute(sql, UUID(tenant_id), UUID(session_id), *_columns(row))

    async def swap(self, tenant_id: TenantId, session_id: str, old: Row, new: Row) -> bool:
        # All columns each time: which of them changed would tell a ballot from a paper that was taken.
        sql = """
            UPDATE ballots.boxes AS b
               SET state = $3, papers = $4, keys = $5, seats = $6, content = $7, closes_at = $8
             WHERE b.tenant_id = $1 AND b.session_id = $2
               AND b.state = $9 AND b.keys = $10 AND b.seats = $11 AND b.content = $12"""
        before = (old.state, old.keys, old.seats, old.content)
        async with self._pool.tenant(tenant_id) as connection:
            done = await connection.execute(sql, UUID(tenant_id), UUID(session_id), *_columns(new), *before)
        return done == "UPDATE 1"

    async def destroy(self, tenant_id: TenantId, session_id: str) -> None:
        sql = "DELETE FROM ballots.boxes AS b WHERE b.tenant_id = $1 AND b.session_id = $2"
        async with self._pool.tenant(tenant_id) as connection:
            await connection.execute(sql, UUID(tenant_id), UUID(session_id))


def _columns(row: Row) -> tuple[Any, ...]:
    return (row.state, msgspec.json.encode(row.papers), row.keys, row.seats, row.content, row.closes_at)
