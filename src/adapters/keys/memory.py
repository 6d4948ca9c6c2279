"""Rows of wrapped keys in memory: the vault of tests and of the in-memory store."""

from collections.abc import Mapping, Sequence

from adapters.keys.ciphers import MasterKey, fresh_root
from adapters.keys.vault import Vault, WrappedTenantKey
from domain.ids import TenantId


class MemoryKeyRows:
    """Knows every tenant that it is asked about."""

    def __init__(self) -> None:
        self._tenants: dict[TenantId, WrappedTenantKey] = {}
        self._subjects: dict[tuple[TenantId, str], bytes | None] = {}

    async def tenant_key(self, tenant_id: TenantId, fresh: WrappedTenantKey) -> WrappedTenantKey:
        return self._tenants.setdefault(tenant_id, fresh)

    async def subject_keys(self, tenant_id: TenantId, subjects: Sequence[str]) -> Mapping[str, bytes | None]:
        keys = ((subject, (tenant_id, subject)) for subject in subjects)
        return {subject: self._subjects[key] for subject, key in keys if key in self._subjects}

    async def keep_subject_key(self, tenant_id: TenantId, subject: str, fresh: bytes) -> bytes | None:
        return self._subjects.setdefault((tenant_id, subject), fresh)

    async def keep_subject_keys(self, tenant_id: TenantId, fresh: Mapping[str, bytes]) -> Mapping[str, bytes | None]:
        return {subject: self._subjects.setdefault((tenant_id, subject), key) for subject, key in fresh.items()}

    async def destroy_subject_key(self, tenant_id: TenantId, subject: str) -> None:
        self._subjects[(tenant_id, subject)] = None

    async def master_ids(self) -> set[bytes]:
        return {kept.master_id for kept in self._tenants.values()}


def memory_vault() -> Vault:
    """A vault of its own master key that forgets everything with the process."""
    return Vault(MasterKey(fresh_root()), MemoryKeyRows())
