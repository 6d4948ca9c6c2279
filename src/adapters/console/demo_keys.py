"""The keys that `thidua run` hands out for trying things: one a role, made once, kept by the database."""

import os
import secrets
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec

from domain.decider import Message
from domain.ids import TenantId
from tenants.catalogue import Registry
from tenants.scope import Role, TenantScope

FILE = "demo-keys.json"


class Holder(Message, frozen=True, kw_only=True):
    """Who is to have a key: a role and, for a unit officer, the unit with its name."""

    role: Role
    unit_id: str | None = None
    unit_name: str | None = None

    @property
    def actor(self) -> str:
        """What the log shows."""
        return f"demo:{self.role.value}" + (f":{self.unit_name}" if self.unit_name else "")


class DemoKey(Message, frozen=True, kw_only=True):
    holder: Holder
    key: str


Kept = dict[str, tuple[DemoKey, ...]]
"""Keys by the tenant's handle."""


async def ensured_keys(
    folder: Path,
    handle: str,
    tenant_id: TenantId,
    holders: Sequence[Holder],
    registry: Registry,
    find_credential: Callable[[str], Awaitable[TenantScope | None]],
) -> tuple[DemoKey, ...]:
    """A working key for each holder, in their order: the kept one, or a new one where there is none that works."""
    kept = read_keys(folder)
    working: list[DemoKey] = []
    for holder in holders:
        known = next((each for each in kept.get(handle, ()) if each.holder == holder), None)
        scope = await find_credential(known.key) if known else None
        if known is None or scope is None or scope.tenant_id != tenant_id:
            issued = await registry.issue_credential(
                tenant_id, role=holder.role, actor=holder.actor, unit_id=holder.unit_id
            )
            known = DemoKey(holder=holder, key=issued.key)
        working.append(known)
    if tuple(working) != kept.get(handle):
        _write(folder / FILE, {**kept, handle: tuple(working)})
    return tuple(working)


def read_keys(folder: Path) -> Kept:
    """What was kept; nothing where there is no such file, or one that is not ours to read any more."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Kept)
    except (FileNotFoundError, msgspec.MsgspecError):
        return {}


def _write(path: Path, kept: Kept) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(kept), indent=1))
    draft.replace(path)
