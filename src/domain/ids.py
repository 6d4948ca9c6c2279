"""Opaque identities, and how a stream is named."""

from typing import Annotated, NewType
from uuid import UUID, uuid5

import msgspec

TenantId = NewType("TenantId", str)

Id = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        max_length=36,  # Python's `$` lets a line's end follow.
        description="An opaque id: a UUID in lower case.",
    ),
]
Slug = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64, description="A code: lower case, digits, hyphens."
    ),
]


def derived(tenant: TenantId, kind: str, code: str) -> str:
    """The id of the thing that a file calls `code`: the same file gives the same ids, so applying it twice is safe."""
    return str(uuid5(UUID(tenant), f"{kind}:{code}"))


def uuid_text(octets: bytes, version: int) -> str:
    """The UUID of these 16 bytes in this version (RFC 9562, §4), as text. `uuid.UUID` makes an integer of them first,
    which takes four times as long."""
    digits, variant = octets.hex(), "89ab"[octets[8] >> 4 & 3]
    return f"{digits[:8]}-{digits[8:12]}-{version}{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def stream(aggregate: str, identity: str) -> str:
    """The name of a stream in the log, such as `campaign-0b6f…`."""
    return f"{aggregate}-{identity}"
