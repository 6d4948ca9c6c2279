"""The Merkle trees behind the logs: tiles and checkpoints in rows of the tenant."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from adapters.postgres.pool import Pool
from application.merkle import HASH_BYTES, Edge, Place, Range, Tiles, edge_of, edge_places, hash_of, places_of
from domain.ids import TenantId

if TYPE_CHECKING:
    from adapters.postgres.pool import Connection

LEAVES_MAX = 2_000
"""How many leaves a tree grows by at once: the program joins hashes for some milliseconds, and others wait."""

_TREE = "SELECT t.size, t.epoch, t.root FROM thidua.trees AS t WHERE t.tenant_id = $1"
_ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('tree ' || $1, 0))"
_LEAVES = "SELECT l.leaves, l.last, l.epoch, l.urgent FROM thidua.leaf_hashes($1, $2, $3, $4) AS l"
_TILES = """
SELECT t.level, t.index, t.hashes FROM unnest($2::integer[], $3::bigint[]) AS w (level, index)
  JOIN thidua.tiles AS t ON t.tenant_id = $1 AND t.level = w.level AND t.index = w.index"""
_PUT_TILES = """
INSERT INTO thidua.tiles (tenant_id, level, index, hashes)
SELECT $1, n.level, n.index, n.hashes FROM unnest($2::integer[], $3::bigint[], $4::bytea[]) AS n (level, index, hashes)
    ON CONFLICT (tenant_id, level, index) DO UPDATE SET hashes = excluded.hashes"""
_PUT_TREE = """
INSERT INTO thidua.trees (tenant_id, epoch, size, root) VALUES ($1, $2, $3, $4)
    ON CONFLICT (tenant_id) DO UPDATE SET epoch = excluded.epoch, size = excluded.size, root = excluded.root"""
_PUT_CHECKPOINT = """
INSERT INTO thidua.checkpoints AS c (tenant_id, epoch, size, note) VALUES ($1, $2, $3, $4)
    ON CONFLICT (tenant_id, epoch, size) DO UPDATE SET note = excluded.note"""
_CHECKPOINTS = """
SELECT c.epoch, c.size, c.note, c.made_at FROM thidua.checkpoints AS c
 WHERE c.tenant_id = $1 AND (c.epoch, c.size) < ($2, $3)
 ORDER BY c.epoch DESC, c.size DESC LIMIT $4"""
_COVERING = """
SELECT c.epoch, c.size, c.note, c.made_at FROM thidua.checkpoints AS c
 WHERE c.tenant_id = $1 AND c.epoch >= $2 AND c.size >= $3
 ORDER BY c.epoch, c.size LIMIT 1"""
_BEYOND_ALL = (2**31 - 1, 2**63 - 1)


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """How far a tree has come: the number of leaves, the root over them, the epoch of the last."""

    size: int
    epoch: int
    root: bytes


class Grown(msgspec.Struct, frozen=True, kw_only=True):
    """A tree after a turn of growing. `urgent`: one of the new leaves is to be seen outside at once."""

    tree: Tree
    added: int
    urgent: bool


class KeptCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint that was signed: the note whole, with its signatures."""

    epoch: int
    size: int
    note: str
    made_at: datetime


class PostgresTrees:
    """The trees of all tenants, each made from the log's own rows."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._edges: dict[TenantId, Edge] = {}

    async def tree(self, tenant_id: TenantId) -> Tree | None:
        """How far the tenant's tree has come; None: there is none yet. Raises: Unavailable."""
        async with self._pool.tenant(tenant_id, snapshot=True) as connection:
            return await _tree(connection, tenant_id)

    async def grow(self, tenant_id: TenantId, *, urgent: Sequence[str] = ()) -> Grown | None:
        """Add up to LEAVES_MAX of the log's events to the tree; None: somebody else is at it, or nothing has come.

        `urgent` are the types that `Grown.urgent` tells of. Raises: Unavailable.
        """
        async with self._pool.tenant(tenant_id) as connection:
            # What a crash takes back grows again from the log, which waits for the disk.
            await connection.execute("SET LOCAL synchronous_commit = off")
            if not await connection.fetchval(_ALONE, tenant_id):
                return None
            edge = await self._edge(connection, tenant_id)
            row = await connection.fetchrow(_LEAVES, tenant_id, edge.size, LEAVES_MAX, list(urgent))
            assert row is not None, "the function gives one row"
            if row["leaves"] is None:
                return None
            tiles = edge.grow(row["leaves"])
            assert edge.size == row["last"], "a leaf for each position, without gaps"
            tree = Tree(size=edge.size, epoch=row["epoch"], root=edge.root())
            await connection.execute(_PUT_TILES, tenant_id, *_columns(tiles), list(tiles.values()))
            await connection.execute(_PUT_TREE, tenant_id, tree.epoch, tree.size, tree.root)
        self._edges[tenant_id] = edge
        return Grown(tree=tree, added=len(row["leaves"]) // HASH_BYTES, urgent=row["urgent"])

    async def _edge(self, connection: "Connection", tenant_id: TenantId) -> Edge:
        """The tree's edge as the tables have it. One that is kept is let go of, until all is well again."""
        tree, kept = await _tree(connection, tenant_id), self._edges.pop(tenant_id, None)
        if tree is None:
            return Edge()
        if kept is not None and (kept.size, kept.root()) == (tree.size, tree.root):
            return kept
        return edge_of(tree.size, await _tiles(connection, tenant_id, edge_places(tree.size)))

    async def hashes(self, tenant_id: TenantId, ranges: Sequence[Range]) -> list[bytes]:
        """The hash of each range of leaves, all within the tree. Raises: Unavailable."""
        async with self._pool.tenant(tenant_id, snapshot=True) as connection:
            tiles = await _tiles(connection, tenant_id, places_of(ranges))
        return [hash_of(wanted, tiles) for wanted in ranges]

    async def keep(self, tenant_id: TenantId, epoch: int, size: int, note: str) -> None:
        """Store a checkpoint; the same again with more signatures takes its place. Raises: Unavailable."""
        async with self._pool.tenant(tenant_id) as connection:
            await connection.execute(_PUT_CHECKPOINT, tenant_id, epoch, size, note)

    async def checkpoints(
        self, tenant_id: TenantId, *, before: tuple[int, int] = _BEYOND_ALL, limit: int = 1
    ) -> list[KeptCheckpoint]:
        """The newest first, up to `limit`, of those before (epoch, size). Raises: Unavailable."""
        async with self._pool.tenant(tenant_id, snapshot=True) as connection:
            rows = await connection.fetch(_CHECKPOINTS, tenant_id, *before, limit)
        return [KeptCheckpoint(**row) for row in rows]

    async def covering(self, tenant_id: TenantId, epoch: int, position: int) -> KeptCheckpoint | None:
        """The first checkpoint, of this epoch or later, of a tree that holds the event. Raises: Unavailable."""
        async with self._pool.tenant(tenant_id, snapshot=True) as connection:
            row = await connection.fetchrow(_COVERING, tenant_id, epoch, position)
        return KeptCheckpoint(**row) if row else None


async def _tree(connection: "Connection", tenant_id: TenantId) -> Tree | None:
    row = await connection.fetchrow(_TREE, tenant_id)
    return Tree(**row) if row else None


async def _tiles(connection: "Connection", tenant_id: TenantId, places: Collection[Place]) -> Tiles:
    rows = await connection.fetch(_TILES, tenant_id, *_columns(places))
    return {(row["level"], row["index"]): row["hashes"] for row in rows}


def _columns(places: Collection[Place]) -> tuple[list[int], list[int]]:
    return [level for level, _ in places], [index for _, index in places]
