"""The vault: subject keys wrapped by the tenant's key, tenants' keys by the master key; wrapped keys lie in rows."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from adapters.keys.cache import Fresh
from adapters.keys.ciphers import MasterKey, SubjectKey, TenantKey, WrongKey, fresh_root, fresh_subject_key
from adapters.keys.master import MasterKeyRefused
from application.ports import Erased
from application.sealing import parts, token
from domain.ids import TenantId

SUBJECT_KEYS_MAX = 20_000
SUBJECT_KEY_SECONDS = 5.0
"""How long a process may still use a key that another process has destroyed."""
TENANT_KEYS_MAX = 1_000
TENANT_KEY_SECONDS = 300.0


class WrappedTenantKey(msgspec.Struct, frozen=True, kw_only=True):
    wrapped: bytes
    master_id: bytes


class KeyRows(Protocol):
    """Where wrapped keys lie. What a call has stored is committed when it returns.

    Raises:
        UnknownTenant: from any call, for a tenant that the catalogue does not have.
        Unavailable: from any call, when the database is away.
    """

    async def tenant_key(self, tenant_id: TenantId, fresh: WrappedTenantKey) -> WrappedTenantKey:
        """The tenant's key; `fresh` becomes it if it has none."""
        ...

    async def subject_keys(self, tenant_id: TenantId, subjects: Sequence[str]) -> Mapping[str, bytes | None]:
        """The subjects' keys: None where destroyed; subjects that never had one are left out."""
        ...

    async def keep_subject_key(self, tenant_id: TenantId, subject: str, fresh: bytes) -> bytes | None:
        """The subject's key, `fresh` if it has none yet; None where destroyed. All who ask at once get the same one."""
        ...

    async def keep_subject_keys(self, tenant_id: TenantId, fresh: Mapping[str, bytes]) -> Mapping[str, bytes | None]:
        """The same for several subjects, in one round trip."""
        ...

    async def destroy_subject_key(self, tenant_id: TenantId, subject: str) -> None:
        """Leave a tombstone in the key's place, also where there was no key."""
        ...

    async def master_ids(self) -> set[bytes]:
        """The ids of the master keys that tenants' keys are wrapped with."""
        ...


class Vault:
    """A `KeyVault` over rows of wrapped keys, with destruction and search hashes."""

    def __init__(self, master: MasterKey, rows: KeyRows) -> None:
        self._master, self._rows = master, rows
        self._tenants: Fresh[TenantId, TenantKey] = Fresh(TENANT_KEYS_MAX, TENANT_KEY_SECONDS)
        self._subjects: Fresh[tuple[TenantId, str], SubjectKey] = Fresh(SUBJECT_KEYS_MAX, SUBJECT_KEY_SECONDS)
        self._destructions = 0

    async def check_master_key(self) -> None:
        """Raises: MasterKeyRefused: the database's keys are wrapped by another master key than this one."""
        if await self._rows.master_ids() - {self._master.id}:
            raise MasterKeyRefused(
                "Khóa chủ không phải là khóa đã dùng khi thiết lập cơ sở dữ liệu này.",
                "The master key is not the one that this database was set up with.",
            )

    async def seal(self, tenant_id: TenantId, subject: str, texts: Sequence[str]) -> list[str]:
        """Tokens, one a text; the subject's key is made, and committed, at first use.

        Raises:
            Erased: the subject's key was destroyed.
        """
        key = await self._key_to_seal(tenant_id, subject)
        return [token(key.way, subject, key.seal(text)) for text in texts]

    async def seal_many(
        self, tenant_id: TenantId, wanted: Sequence[tuple[str, Sequence[str]]]
    ) -> list[list[str] | None]:
        """As `seal`, for several subjects with their texts, in one round trip; None where a key was destroyed.

        These keys are not kept for the next time: an import of a province would push all others out.
        """
        tenant = await self._tenant(tenant_id)
        fresh = {subject: tenant.wrap(subject, fresh_subject_key()) for subject, _ in wanted}
        kept = await self._rows.keep_subject_keys(tenant_id, fresh) if fresh else {}
        return [_sealed(tenant, subject, kept[subject], texts) for subject, texts in wanted]

    async def open(self, tenant_id: TenantId, tokens: Sequence[str]) -> list[str | None]:
        """The clear texts; None where the key is destroyed or the token is not this tenant's. One query at most."""
        known = [parts(text) for text in tokens]
        keys = await self._keys_to_open(tenant_id, {part.subject for part in known if part})
        return [
            keys[part.subject].open(part.ciphertext, part.way) if part and part.subject in keys else None
            for part in known
        ]

    async def seal_bytes(self, tenant_id: TenantId, subject: str, content: bytes) -> bytes:
        """Ciphertext of a file; equal files of one subject give equal ciphertext. Other requests go on meanwhile.

        Raises:
            Erased: the subject's key was destroyed.
        """
        key = await self._key_to_seal(tenant_id, subject)
        return await asyncio.to_thread(key.seal_file, content)

    async def open_bytes(self, tenant_id: TenantId, subject: str, sealed: bytes) -> bytes | None:
        """The file; None where the key is destroyed, or did not seal this."""
        keys = await self._keys_to_open(tenant_id, {subject})
        return await asyncio.to_thread(keys[subject].open_file, sealed) if subject in keys else None

    async def commitments(self, tenant_id: TenantId, subjects: Sequence[str]) -> list[str | None]:
        """What each subject's key is told by, in hexadecimal; None where there is no key, or none any more."""
        keys = await self._keys_to_open(tenant_id, set(subjects))
        return [keys[subject].commitment.hex() if subject in keys else None for subject in subjects]

    async def destroy(self, tenant_id: TenantId, subject: str) -> None:
        """Erase the subject: nothing sealed for it opens again, and nothing more can be sealed. Repeating is harmless.

        Other processes follow within SUBJECT_KEY_SECONDS.
        """
        await self._rows.destroy_subject_key(tenant_id, subject)
        self._destructions += 1
        self._subjects.drop((tenant_id, subject))

    async def fingerprint(self, tenant_id: TenantId, body: bytes) -> bytes:
        """An HMAC of a request's body under the tenant's key (32 bytes)."""
        return (await self._tenant(tenant_id)).fingerprint(body)

    async def match(self, tenant_id: TenantId, value: str) -> bytes:
        """A keyed hash of the value without regard to case, composition and spaces (32 bytes), for search.

        It outlives the subject's key: the log holds none, and a row that does is deleted when the person is erased.
        """
        return (await self._tenant(tenant_id)).match(value)

    async def _key_to_seal(self, tenant_id: TenantId, subject: str) -> SubjectKey:
        cached = self._subjects.get((tenant_id, subject))
        if cached is not None:
            return cached
        tenant, destructions = await self._tenant(tenant_id), self._destructions
        wrapped = await self._rows.keep_subject_key(tenant_id, subject, tenant.wrap(subject, fresh_subject_key()))
        if wrapped is None:
            raise Erased(subject)
        key = tenant.unwrap(subject, wrapped)
        self._remember(tenant_id, {subject: key}, destructions)
        return key

    async def _keys_to_open(self, tenant_id: TenantId, subjects: set[str]) -> dict[str, SubjectKey]:
        cached = {subject: self._subjects.get((tenant_id, subject)) for subject in subjects}
        keys = {subject: key for subject, key in cached.items() if key is not None}
        missing = sorted(subjects - keys.keys())
        if not missing:
            return keys
        tenant, destructions = await self._tenant(tenant_id), self._destructions
        rows = await self._rows.subject_keys(tenant_id, missing)
        found = {subject: tenant.unwrap(subject, wrapped) for subject, wrapped in rows.items() if wrapped is not None}
        self._remember(tenant_id, found, destructions)
        return keys | found

    def _remember(self, tenant_id: TenantId, keys: Mapping[str, SubjectKey], destructions: int) -> None:
        if destructions != self._destructions:
            return  # A key was destroyed while these were read: it may be among them.
        for subject, key in keys.items():
            self._subjects.put((tenant_id, subject), key)

    async def _tenant(self, tenant_id: TenantId) -> TenantKey:
        cached = self._tenants.get(tenant_id)
        if cached is not None:
            return cached
        fresh = WrappedTenantKey(wrapped=self._master.wrap(tenant_id, fresh_root()), master_id=self._master.id)
        kept = await self._rows.tenant_key(tenant_id, fresh)
        try:
            key = self._master.unwrap(tenant_id, kept.wrapped)
        except WrongKey as error:
            raise MasterKeyRefused(
                "Khóa chủ không phải là khóa đã bọc khóa của liên đoàn này.",
                "The master key is not the one that this tenant's key was wrapped with.",
            ) from error
        self._tenants.put(tenant_id, key)
        return key


def _sealed(tenant: TenantKey, subject: str, wrapped: bytes | None, texts: Sequence[str]) -> list[str] | None:
    if wrapped is None:
        return None
    key = tenant.unwrap(subject, wrapped)
    return [token(key.way, subject, key.seal(text)) for text in texts]
