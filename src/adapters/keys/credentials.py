"""Keys of credentials, and the catalogue in memory."""

import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from msgspec.structs import replace

from adapters.keys.ciphers import key_hash
from application.ports import UnknownTenant
from domain.ids import TenantId
from tenants.catalogue import Credential, HandleTaken, Issued, Tenant, TenantStatus
from tenants.scope import Role, TenantScope

KEY_PREFIX = "td_"
"""So that a key that was pasted where it does not belong is recognised by who scans for such."""
KEY_BYTES = 32
REVOCATION_SECONDS = 3.0
SCOPES_MAX = 10_000


def fresh_key() -> str:
    return KEY_PREFIX + secrets.token_urlsafe(KEY_BYTES)


class MemoryCatalogue:
    """`Catalogue` and `Registry` at once; a revoked key is useless immediately."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._tenants: dict[TenantId, Tenant] = {}
        self._credentials: dict[str, Credential] = {}
        self._by_hash: dict[bytes, str] = {}

    async def find_credential(self, key: str) -> TenantScope | None:
        credential = self._credentials.get(self._by_hash.get(key_hash(key), ""))
        if credential is None or credential.revoked_at is not None:
            return None
        if self._tenants[credential.tenant_id].status is not TenantStatus.ACTIVE:
            return None
        return TenantScope(
            tenant_id=credential.tenant_id,
            credential_id=credential.credential_id,
            actor=credential.actor,
            role=credential.role,
            unit_id=credential.unit_id,
        )

    async def tenants(self) -> list[Tenant]:
        return sorted(self._tenants.values(), key=lambda tenant: tenant.handle)

    async def credentials(self, tenant_id: TenantId) -> list[Credential]:
        return [credential for credential in self._credentials.values() if credential.tenant_id == tenant_id]

    async def create_tenant(self, tenant_id: TenantId, handle: str, name: str) -> Tenant:
        there = self._tenants.get(tenant_id)
        if there is not None and there.handle == handle:
            return there
        if there is not None or any(tenant.handle == handle for tenant in self._tenants.values()):
            raise HandleTaken(handle)
        status, now = TenantStatus.PROVISIONING, self._now()
        self._tenants[tenant_id] = Tenant(tenant_id=tenant_id, handle=handle, name=name, status=status, created_at=now)
        return self._tenants[tenant_id]

    async def set_applied(self, tenant_id: TenantId, *, name: str, digest: bytes) -> None:
        tenant = self._known(tenant_id)
        status = TenantStatus.ACTIVE if tenant.status is TenantStatus.PROVISIONING else tenant.status
        self._tenants[tenant_id] = replace(tenant, name=name, applied_digest=digest, status=status)

    async def close_tenant(self, tenant_id: TenantId) -> None:
        self._tenants[tenant_id] = replace(self._known(tenant_id), status=TenantStatus.CLOSED)

    async def issue_credential(
        self, tenant_id: TenantId, *, role: Role, actor: str, unit_id: str | None = None
    ) -> Issued:
        assert role is not Role.SYSTEM, "the platform itself holds no key"
        self._known(tenant_id)
        issued = Issued(credential_id=str(uuid4()), key=fresh_key())
        self._by_hash[key_hash(issued.key)] = issued.credential_id
        self._credentials[issued.credential_id] = Credential(
            credential_id=issued.credential_id,
            tenant_id=tenant_id,
            role=role,
            unit_id=unit_id,
            actor=actor,
            created_at=self._now(),
        )
        return issued

    async def revoke(self, tenant_id: TenantId, credential_id: str) -> bool:
        credential = self._credentials.get(credential_id)
        if credential is None or credential.tenant_id != tenant_id or credential.revoked_at is not None:
            return False
        self._credentials[credential_id] = replace(credential, revoked_at=self._now())
        return True

    def _known(self, tenant_id: TenantId) -> Tenant:
        if tenant_id not in self._tenants:
            raise UnknownTenant(tenant_id)
        return self._tenants[tenant_id]
