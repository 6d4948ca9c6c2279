"""Proofs out of a tenant's tree, as they are handed out: hashes in base64, with the roots that they lead to."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Protocol

from application.merkle import Range, consistency_ranges, inclusion_ranges
from domain.decider import Message
from domain.ids import TenantId


class Tree(Protocol):
    """How far a tree has come: it has a leaf for each position up to `size`."""

    @property
    def size(self) -> int: ...
    @property
    def epoch(self) -> int: ...


class Trees(Protocol):
    """The trees behind the logs."""

    async def tree(self, tenant_id: TenantId) -> Tree | None:
        """None: there is none yet."""
        ...

    async def hashes(self, tenant_id: TenantId, ranges: Sequence[Range]) -> list[bytes]:
        """The hash of each range of leaves, all within the tree."""
        ...


class BeyondTree(Exception):
    """What was asked for lies behind the tree's last leaf, or a smaller size behind a larger one: `field` says which,
    `end` where it must stop."""

    def __init__(self, field: str, end: int) -> None:
        super().__init__(f"{field} lies behind {end}")
        self.field, self.end = field, end


class InclusionProof(Message, frozen=True, kw_only=True):
    """The leaf at `position` - 1 and the hashes beside its way up to `root` (RFC 6962, 2.1.1), all in base64."""

    position: int
    size: int
    leaf_hash: str
    hashes: list[str]
    root: str


class ConsistencyProof(Message, frozen=True, kw_only=True):
    """The hashes that lead to both roots (RFC 6962, 2.1.2), all in base64."""

    from_size: int
    to_size: int
    hashes: list[str]
    from_root: str
    to_root: str


async def inclusion_proof(trees: Trees, tenant_id: TenantId, position: int, size: int | None) -> InclusionProof:
    """That the tree of `size` leaves (None: the present one) holds the event.

    Raises:
        BeyondTree: it does not, or there is no such tree yet.
        Unavailable: the store is away.
    """
    size = await _size(trees, tenant_id, "size", size)
    if position > size:
        raise BeyondTree("position", size)
    leaf = position - 1
    ranges = [(leaf, leaf + 1), (0, size), *inclusion_ranges(leaf, size)]
    found, root, *path = await _hashes(trees, tenant_id, ranges)
    return InclusionProof(position=position, size=size, leaf_hash=found, hashes=path, root=root)


async def consistency_proof(trees: Trees, tenant_id: TenantId, old: int, new: int | None) -> ConsistencyProof:
    """That the tree of `new` leaves (None: the present one) begins with that of `old`. Raises: as `inclusion_proof`."""
    new = await _size(trees, tenant_id, "to_size", new)
    if old > new:
        raise BeyondTree("from_size", new)
    ranges = [(0, old), (0, new), *consistency_ranges(old, new)]
    before, after, *path = await _hashes(trees, tenant_id, ranges)
    return ConsistencyProof(from_size=old, to_size=new, hashes=path, from_root=before, to_root=after)


async def _size(trees: Trees, tenant_id: TenantId, field: str, asked: int | None) -> int:
    tree = await trees.tree(tenant_id)
    reached = tree.size if tree else 0
    if asked is not None and asked > reached:
        raise BeyondTree(field, reached)
    return asked or reached


async def _hashes(trees: Trees, tenant_id: TenantId, ranges: list[Range]) -> list[str]:
    return [b64encode(each).decode() for each in await trees.hashes(tenant_id, ranges)]
