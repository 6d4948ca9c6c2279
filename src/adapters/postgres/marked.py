"""Marked workbooks in the table of 0011_imports.sql: sealed text, kept until it is fetched, a day at most."""

from datetime import datetime

from adapters.postgres.pool import Pool
from domain.ids import TenantId

KEPT_HOURS = 24

_KEEP = """
INSERT INTO thidua.marked_workbooks (tenant_id, import_id, unit_id, sealed) VALUES ($1, $2, $3, $4)
    ON CONFLICT (tenant_id, import_id) DO UPDATE SET sealed = excluded.sealed, made_at = clock_timestamp()"""
_TAKE = """
DELETE FROM thidua.marked_workbooks AS m
 WHERE m.tenant_id = $1 AND m.import_id = $2 AND m.unit_id IS NOT DISTINCT FROM $3
   AND ($5::timestamptz IS NULL OR m.made_at <= $5)
RETURNING m.sealed, m.made_at < clock_timestamp() - make_interval(hours => $4) AS stale"""
_FORGET = """
DELETE FROM thidua.marked_workbooks AS m
 WHERE m.tenant_id = $1 AND m.made_at < clock_timestamp() - make_interval(hours => $2)"""

_CLEAR = "DELETE FROM thidua.marked_workbooks AS m WHERE m.tenant_id = $1"


class PostgresMarked:
    """Each is for the unit whose officer sent the workbook (None: the federation)."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep(self, tenant_id: TenantId, import_id: str, unit_id: str | None, sealed: str) -> None:
        """Keep it, in place of an earlier one of this import; the tenant's old ones go."""
        async with self._pool.tenant(tenant_id) as connection:
            await connection.execute(_FORGET, tenant_id, KEPT_HOURS)
            await connection.execute(_KEEP, tenant_id, import_id, unit_id, sealed)

    async def take(
        self, tenant_id: TenantId, import_id: str, unit_id: str | None, *, made_by: datetime | None = None
    ) -> str | None:
        """The sealed text, which is gone from here; None: there is none for this unit, or it was not
        `made_by` then."""
        async with self._pool.tenant(tenant_id) as connection:
            row = await connection.fetchrow(_TAKE, tenant_id, import_id, unit_id, KEPT_HOURS, made_by)
        return None if row is None or row["stale"] else row["sealed"]

    async def forget(self, tenant_id: TenantId) -> None:
        """All that the tenant's officers have not fetched is gone: it speaks of persons under keys of its own."""
        async with self._pool.tenant(tenant_id) as connection:
            await connection.execute(_CLEAR, tenant_id)
