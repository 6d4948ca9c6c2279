"""Whether a tree is that of the log's rows: every leaf made anew, and every tile held against what is stored."""

from collections.abc import Callable

import msgspec

from adapters.postgres.trees import LEAVES_MAX, PostgresTrees
from application.merkle import HASH_BYTES, TILE_WIDTH, Edge, Place, Tiles
from domain.ids import TenantId


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """`position`: the first event whose row is not the one that the tree was made from, or, where `tile` is named, the
    first below a tile of a higher level that was altered by itself."""

    position: int
    tile: Place | None = None


async def first_difference(
    trees: PostgresTrees, tenant_id: TenantId, *, told: Callable[[int, int], None]
) -> Difference | None:
    """None: every stored tile is that of the rows. `told(done, all)` is called as it goes on.

    Raises:
        Unavailable: the database is away.
    """
    tree = await trees.tree(tenant_id)
    edge, size = Edge(), tree.size if tree else 0
    while edge.size < size:
        wanted = min(LEAVES_MAX, size - edge.size)
        leaves = await trees.leaves(tenant_id, after=edge.size, limit=wanted)
        expected = edge.grow(leaves)
        found = await trees.tiles(tenant_id, list(expected))
        if (difference := _compared(expected, found)) is not None:
            return difference
        if len(leaves) < wanted * HASH_BYTES:  # Rows are missing at the end.
            return Difference(position=edge.size + 1)
        told(edge.size, size)
    if tree is not None and edge.root() != tree.root:
        return Difference(position=1, tile=(len(edge.open), 0))
    return None


def _compared(expected: Tiles, found: Tiles) -> Difference | None:
    for (level, index), hashes in sorted(expected.items()):
        there = found.get((level, index), b"")
        for at in range(0, len(hashes), HASH_BYTES):
            if there[at : at + HASH_BYTES] != hashes[at : at + HASH_BYTES]:
                entry = index * TILE_WIDTH + at // HASH_BYTES
                return Difference(position=entry * TILE_WIDTH**level + 1, tile=(level, index) if level else None)
    return None
