"""Tenants and credentials in the tables of 0002_tenancy.sql: the server reads, the owner writes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg

from adapters.keys.cache import Fresh
from adapters.keys.ciphers import key_hash
from adapters.keys.credentials import REVOCATION_SECONDS, SCOPES_MAX, fresh_key
from adapters.postgres.pool import Pool
from application.ports import UnknownTenant
from domain.ids import TenantId
from tenants.catalogue import Credential, HandleTaken, Issued, Tenant, TenantStatus
from tenants.scope import Role, TenantScope

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class PostgresCatalogue:
    """The server's view; `pool` is of the serving role."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._scopes: Fresh[bytes, TenantScope] = Fresh(SCOPES_MAX, REVOCATION_SECONDS)

    async def find_credential(self, key: str) -> TenantScope | None:
        # Whatever the text is, it is hashed and looked up: how long it takes tells nothing about a key.
        hashed = key_hash(key)
        if (cached := self._scopes.get(hashed)) is not None:
            return cached
        sql = "SELECT c.tenant_id, c.credential_id, c.role, c.unit_id, c.actor FROM thidua.credential_of($1) AS c"
        async with self._pool.connection() as connection:
            row = await connection.fetchrow(sql, hashed)
        if row is None:
            return None
        scope = TenantScope(
            tenant_id=TenantId(str(row["tenant_id"])),
            credential_id=str(row["credential_id"]),
            actor=row["actor"],
            role=Role(row["role"]),
            unit_id=_text(row["unit_id"]),
        )
        self._scopes.put(hashed, scope)
        return scope

    async def tenants(self) -> list[Tenant]:
        async with self._pool.connection() as connection:
            return [_tenant(row) for row in await connection.fetch("SELECT t.* FROM thidua.all_tenants() AS t")]

    async def credentials(self, tenant_id: TenantId) -> list[Credential]:
        async with self._pool.connection() as connection:
            rows = await connection.fetch("SELECT c.* FROM thidua.credentials_of($1) AS c", UUID(tenant_id))
        return [_credential(tenant_id, row) for row in rows]


class PostgresRegistry:
    """The owner's side, on a connection of the owner's; it names each tenant that it writes, as the fence asks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def connection(self) -> Connection:
        """The owner's."""
        return self._connection

    async def create_tenant(self, tenant_id: TenantId, handle: str, name: str) -> Tenant:
        async with self._of(tenant_id):
            await self._connection.execute(
                "INSERT INTO thidua.tenants (tenant_id, handle, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                UUID(tenant_id),
                handle,
                name,
            )
            sql = "SELECT t.* FROM thidua.tenants AS t WHERE t.tenant_id = $1 AND t.handle = $2"
            row = await self._connection.fetchrow(sql, UUID(tenant_id), handle)
            if row is None:
                raise HandleTaken(handle)
            await self._connection.execute("SELECT thidua.register_tenant($1)", UUID(tenant_id))
        return _tenant(row)

    async def set_applied(self, tenant_id: TenantId, *, name: str, digest: bytes) -> None:
        await self._change(
            tenant_id,
            """UPDATE thidua.tenants AS t
                  SET name = $2, applied_digest = $3,
                      status = CASE t.status WHEN 'provisioning' THEN 'active' ELSE t.status END
                WHERE t.tenant_id = $1""",
            name,
            digest,
        )

    async def close_tenant(self, tenant_id: TenantId) -> None:
        await self._change(tenant_id, "UPDATE thidua.tenants AS t SET status = 'closed' WHERE t.tenant_id = $1")

    async def issue_credential(
        self, tenant_id: TenantId, *, role: Role, actor: str, unit_id: str | None = None
    ) -> Issued:
        assert role is not Role.SYSTEM, "the platform itself holds no key"
        issued = Issued(credential_id=str(uuid4()), key=fresh_key())
        sql = """INSERT INTO thidua.credentials (tenant_id, credential_id, key_hash, role, unit_id, actor)
                 VALUES ($1, $2, $3, $4, $5, $6)"""
        values = UUID(issued.credential_id), key_hash(issued.key), role.value, _uuid(unit_id), actor
        try:
            async with self._of(tenant_id):
                await self._connection.execute(sql, UUID(tenant_id), *values)
        except asyncpg.ForeignKeyViolationError as error:
            raise UnknownTenant(tenant_id) from error
        return issued

    async def revoke(self, tenant_id: TenantId, credential_id: str) -> bool:
        sql = """UPDATE thidua.credentials AS c SET revoked_at = clock_timestamp()
                  WHERE c.tenant_id = $1 AND c.credential_id = $2 AND c.revoked_at IS NULL"""
        async with self._of(tenant_id):
            return await self._connection.execute(sql, UUID(tenant_id), UUID(credential_id)) == "UPDATE 1"

    async def _change(self, tenant_id: TenantId, sql: str, *values: Any) -> None:
        async with self._of(tenant_id):
            if await self._connection.execute(sql, UUID(tenant_id), *values) != "UPDATE 1":
                raise UnknownTenant(tenant_id)

    @asynccontextmanager
    async def _of(self, tenant_id: TenantId) -> AsyncIterator[None]:
        async with self._connection.transaction():
            await self._connection.execute("SELECT set_config('app.tenant', $1, true)", tenant_id)
            yield


def _tenant(row: asyncpg.Record) -> Tenant:
    return Tenant(
        tenant_id=TenantId(str(row["tenant_id"])),
        handle=row["handle"],
        name=row["name"],
        status=TenantStatus(row["status"]),
        applied_digest=row["applied_digest"],
        created_at=row["created_at"],
    )


def _credential(tenant_id: TenantId, row: asyncpg.Record) -> Credential:
    return Credential(
        tenant_id=tenant_id,
        credential_id=str(row["credential_id"]),
        role=Role(row["role"]),
        unit_id=_text(row["unit_id"]),
        actor=row["actor"],
        created_at=row["created_at"],
        revoked_at=row["revoked_at"],
    )


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
