"""Where a sealed file lies, and that it is what its address says."""

import hashlib

from application.ports import AttachmentAltered
from domain.ids import TenantId


def address_of(sealed: bytes) -> str:
    return hashlib.sha256(sealed).hexdigest()


def path_of(tenant_id: TenantId, address: str) -> str:
    """A folder for each tenant, and in it one for each first byte, so that none grows too long to list."""
    assert len(address) == 64, "an address is a SHA-256 in hexadecimal"
    assert all(digit in "0123456789abcdef" for digit in address), "an address is a SHA-256 in hexadecimal"
    return f"{tenant_id}/{address[:2]}/{address}"


def checked(sealed: bytes, address: str) -> bytes:
    """Raises: AttachmentAltered."""
    if address_of(sealed) != address:
        raise AttachmentAltered(address)
    return sealed
