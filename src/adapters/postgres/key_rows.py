"""Wrapped keys in the tables of 0002_tenancy.sql, fenced by tenant; each call is one round trip."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from adapters.keys.vault import WrappedTenantKey
from adapters.postgres.pool import Pool
from application.ports import UnknownTenant
from domain.ids import TenantId


class PostgresKeyRows:
    """The vault's rows. Every call may be repeated without harm, so a lost connection loses nothing."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def tenant_key(self, tenant_id: TenantId, fresh: WrappedTenantKey) -> WrappedTenantKey:
        sql = "SELECT k.wrapped, k.master_id FROM thidua.keep_tenant_key($1, $2, $3) AS k"
        try:
            [row] = await self._fetch(sql, UUID(tenant_id), fresh.wrapped, fresh.master_id)
        except asyncpg.ForeignKeyViolationError as error:
            raise UnknownTenant(tenant_id) from error
        return WrappedTenantKey(wrapped=row["wrapped"], master_id=row["master_id"])

    async def subject_keys(self, tenant_id: TenantId, subjects: Sequence[str]) -> Mapping[str, bytes | None]:
        # A key that nobody could have been given is not asked for: PostgreSQL's text has no NUL.
        asked = [subject for subject in subjects if "\0" not in subject]
        sql = "SELECT k.subject, k.wrapped FROM thidua.subject_keys_of($1, $2) AS k"
        return {row["subject"]: row["wrapped"] for row in await self._fetch(sql, UUID(tenant_id), asked)}

    async def keep_subject_key(self, tenant_id: TenantId, subject: str, fresh: bytes) -> bytes | None:
        sql = "SELECT thidua.keep_subject_key($1, $2, $3) AS wrapped"
        [row] = await self._fetch(sql, UUID(tenant_id), subject, fresh)
        wrapped: bytes | None = row["wrapped"]
        return wrapped

    async def keep_subject_keys(self, tenant_id: TenantId, fresh: Mapping[str, bytes]) -> Mapping[str, bytes | None]:
        sql = "SELECT k.subject, k.wrapped FROM thidua.keep_subject_keys($1, $2, $3) AS k"
        rows = await self._fetch(sql, UUID(tenant_id), list(fresh), list(fresh.values()))
        return {row["subject"]: row["wrapped"] for row in rows}

    async def destroy_subject_key(self, tenant_id: TenantId, subject: str) -> None:
        await self._fetch("SELECT thidua.destroy_subject_key($1, $2)", UUID(tenant_id), subject)

    async def master_ids(self) -> set[bytes]:
        return {row["master_id"] for row in await self._fetch("SELECT k.master_id FROM thidua.master_key_ids() AS k")}

    async def _fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        async with self._pool.connection() as connection:
            return await connection.fetch(sql, *arguments)
