"""Which tenants there are, and who holds a key to one."""

from datetime import datetime
from enum import Enum
from typing import Protocol

from domain.decider import Message
from domain.ids import TenantId
from tenants.scope import Role, TenantScope


class TenantStatus(Enum):
    """Keys of a tenant open it only while it is active."""

    PROVISIONING = "provisioning"
    ACTIVE = "active"
    CLOSED = "closed"


class Tenant(Message, frozen=True, kw_only=True):
    """A federation on the platform. `handle` is its code in files and commands; `applied_digest` the SHA-256 of the
    file that was applied last, None before the first."""

    tenant_id: TenantId
    handle: str
    name: str
    status: TenantStatus
    applied_digest: bytes | None = None
    created_at: datetime


class Credential(Message, frozen=True, kw_only=True):
    """A key that was given out, without the key. `actor` is what the log shows as who did it."""

    credential_id: str
    tenant_id: TenantId
    role: Role
    unit_id: str | None
    actor: str
    created_at: datetime
    revoked_at: datetime | None = None


class Issued(Message, frozen=True, kw_only=True):
    """A new credential, and its key in clear, shown this one time and stored nowhere."""

    credential_id: str
    key: str

    def __repr__(self) -> str:
        return f"Issued(credential_id={self.credential_id!r}, key=…)"  # Not into a log or a traceback.


class HandleTaken(Exception):
    """Another tenant has this handle."""


class Catalogue(Protocol):
    """What a server reads.

    Raises:
        Unavailable: from any call, when the database is away.
    """

    async def find_credential(self, key: str) -> TenantScope | None:
        """Whose key this is; None for any text that is not the key of an active tenant, and for a revoked key.

        A revoked key may still be found for REVOCATION_SECONDS in processes other than the one that revoked it.
        """
        ...

    async def tenants(self) -> list[Tenant]:
        """All tenants, by handle."""
        ...

    async def credentials(self, tenant_id: TenantId) -> list[Credential]:
        """All credentials of a tenant, revoked ones too, oldest first."""
        ...


class Registry(Protocol):
    """What the owner writes, when a tenant is set up and keys are given out.

    Raises:
        UnknownTenant: from any call but `create_tenant`, for a tenant that does not exist.
    """

    async def create_tenant(self, tenant_id: TenantId, handle: str, name: str) -> Tenant:
        """The tenant, with its log opened; already there under this id and handle, it is returned as it is.

        Raises:
            HandleTaken: the handle or the id belongs to another tenant.
        """
        ...

    async def set_applied(self, tenant_id: TenantId, *, name: str, digest: bytes) -> None:
        """Note that the file with this SHA-256 has been applied whole, and make the tenant active."""
        ...

    async def close_tenant(self, tenant_id: TenantId) -> None:
        """Its keys open nothing from now on."""
        ...

    async def issue_credential(
        self, tenant_id: TenantId, *, role: Role, actor: str, unit_id: str | None = None
    ) -> Issued:
        """A new key. Role.SYSTEM is refused (assertion): the platform holds no key."""
        ...

    async def revoke(self, tenant_id: TenantId, credential_id: str) -> bool:
        """Make the key useless; False if there is no such credential, or it was revoked before."""
        ...
