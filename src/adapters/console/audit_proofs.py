"""What `thidua audit checkpoint`, `inclusion` and `consistency` print."""

from collections.abc import Awaitable
from typing import TypeVar

import click
import msgspec

from adapters.main import Wired
from adapters.said import Mendable
from application.proving import BeyondTree, consistency_proof, inclusion_proof
from domain.ids import TenantId

T = TypeVar("T")


class NotProven(Mendable):
    """The tree has not come so far, or nothing of it was signed yet."""


async def print_checkpoint(parts: Wired, tenant_id: TenantId, covering: int | None) -> None:
    """Raises: NotProven."""
    if covering is None:
        newest = await parts.trees.checkpoints(tenant_id)
        found = newest[0] if newest else None
    else:
        tree = await parts.trees.tree(tenant_id)
        found = await parts.trees.covering(tenant_id, tree.epoch, covering) if tree else None
    if found is None:
        raise NotProven("Chưa có điểm kiểm tra nào như vậy được ký.", "No such checkpoint has been signed yet.")
    click.echo(found.note, nl=False)


async def print_inclusion(parts: Wired, tenant_id: TenantId, position: int, size: int | None) -> None:
    """Raises: NotProven."""
    click.echo(msgspec.json.encode(await _told(inclusion_proof(parts.trees, tenant_id, position, size))))


async def print_consistency(parts: Wired, tenant_id: TenantId, old: int, new: int | None) -> None:
    """Raises: NotProven."""
    click.echo(msgspec.json.encode(await _told(consistency_proof(parts.trees, tenant_id, old, new))))


async def _told(proof: Awaitable[T]) -> T:
    try:
        return await proof
    except BeyondTree as beyond:
        raise NotProven(
            f"{beyond.field} vượt quá {beyond.end}, số sự kiện mà cây hiện có.",
            f"{beyond.field} lies behind {beyond.end}, where the tree ends.",
        ) from None
