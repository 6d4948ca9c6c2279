"""Cursors that cannot be forged or carried over: to another list, another tenant, or from a server with other keys."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from adapters.http.problems import Problem, malformed
from application.ports import KeyVault
from domain.ids import TenantId

_MAC_BYTES = 12
CURSOR_LENGTH_MAX = 2_000


async def signed(vault: KeyVault, tenant_id: TenantId, listing: str, inner: str) -> str:
    """The cursor that is given out for a read model's `inner` one."""
    mac = await _mac(vault, tenant_id, listing, inner)
    return urlsafe_b64encode(mac + inner.encode()).decode().rstrip("=")


async def checked(vault: KeyVault, tenant_id: TenantId, listing: str, cursor: str) -> str:
    """The read model's cursor inside one that was given out for this list and tenant.

    Raises:
        Problem: 400 `cursor.invalid`, for any other text.
    """
    try:
        raw = urlsafe_b64decode(cursor[:CURSOR_LENGTH_MAX] + "=" * (-len(cursor) % 4))
        mac, inner = raw[:_MAC_BYTES], raw[_MAC_BYTES:].decode()
    except ValueError:
        raise foreign() from None
    if mac != await _mac(vault, tenant_id, listing, inner):
        raise foreign()
    return inner


def foreign() -> Problem:
    return malformed("cursor", "was not given out by this list", code="cursor.invalid")


async def _mac(vault: KeyVault, tenant_id: TenantId, listing: str, inner: str) -> bytes:
    return (await vault.fingerprint(tenant_id, f"cursor\n{listing}\n{inner}".encode()))[:_MAC_BYTES]
