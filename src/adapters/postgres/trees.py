"""The Merkle trees behind the logs: tiles and checkpoints in rows of the tenant."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from adapters.postgres.pool import Pool
from adapters.said import Mendable
from application.merkle import Edge, Place, Range, Tiles, TreeDamaged, edge_of, edge_places, hash_of, places_of
from application.notes import Note, NoteRefused, joined, parse_note
from domain.ids import TenantId

if TYPE_CHECKING:
    from adapters.postgres.pool import Connection

LEAVES_MAX = 2_000
"""How many leaves a tree grows by at once: the program joins hashes for some milliseconds, and others wait."""

_TREE = "SELECT t.size, t.epoch, t.root FROM thidua.tree_of($1) AS t"
_TILES = "SELECT t.level, t.index, t.hashes FROM thidua.tiles_at($1, $2, $3) AS t"
_DUE = "SELECT d.tenant_id::text AS tenant_id, d.head, d.size, d.signs FROM thidua.trees_behind($1) AS d"
_LEAVES = "SELECT l.leaves, l.last, l.epoch, l.urgent FROM thidua.leaf_hashes($1, $2, $3, $4) AS l"
_MISSING = """
SELECT min(p.position)
  FROM generate_series($2::bigint + 1, $3::bigint) AS p (position)
 WHERE NOT EXISTS (SELECT FROM thidua.events AS e WHERE e.tenant_id = $1 AND e.position = p.position)"""
_GROW = "SELECT thidua.grow_tree($1, $2, $3, $4, $5, $6, $7, $8, $9)"
_PUT_CHECKPOINT = """
INSERT INTO thidua.checkpoints AS c (tenant_id, epoch, size, note) VALUES ($1, $2, $3, $4)
    ON CONFLICT (tenant_id, epoch, size) DO NOTHING"""
_THERE = """
SELECT c.note FROM thidua.checkpoints AS c
 WHERE c.tenant_id = $1 AND c.epoch = $2 AND c.size = $3 FOR UPDATE"""
_SIGNED_FURTHER = """
UPDATE thidua.checkpoints AS c SET note = $4
 WHERE c.tenant_id = $1 AND c.epoch = $2 AND c.size = $3"""
_HANDED_OUT = """
UPDATE thidua.checkpoints AS c SET handed_out = true
 WHERE c.tenant_id = $1 AND c.epoch = $2 AND c.size = $3"""
_CHECKPOINTS = """
SELECT c.epoch, c.size, c.note, c.made_at FROM thidua.checkpoints AS c
 WHERE c.tenant_id = $1 AND (c.epoch, c.size) < ($2, $3)
   AND c.made_at <= clock_timestamp() - make_interval(secs => $5)
 ORDER BY c.epoch DESC, c.size DESC LIMIT $4"""
_COVERING = """
SELECT c.epoch, c.size, c.note, c.made_at FROM thidua.checkpoints AS c
 WHERE c.tenant_id = $1 AND c.epoch >= $2 AND c.size >= $3
 ORDER BY c.epoch, c.size LIMIT 1"""
_BEYOND_ALL = (2**31 - 1, 2**63 - 1)


class RowsMissing(Mendable):
    """The log lacks rows that its positions promise: somebody took them out, and no tree goes on from there."""

    def __init__(self, tenant_id: TenantId, after: int) -> None:
        super().__init__(
            f"Nhật ký của {tenant_id} thiếu dòng ở phía sau vị trí {after}: hãy phục hồi cơ sở dữ liệu từ bản sao.",
            f"The log of {tenant_id} lacks rows behind position {after}: restore the database from a backup.",
        )


SPOILT = (RowsMissing, TreeDamaged)
"""What is met where somebody has taken out rows of a log, or of its tree."""


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """How far a tree has come: the number of leaves, the root over them, the epoch of the last."""

    size: int
    epoch: int
    root: bytes


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """How far the log and its tree have come. `signs`: the tree is larger than its last checkpoint, and something
    urgent came since, or that one is as old as was asked; or that one was not handed out."""

    tenant_id: TenantId
    head: int
    size: int
    signs: bool

    @property
    def grows(self) -> bool:
        return self.head > self.size


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

    def forget(self) -> None:
        """What is kept between two turns of growing is read again: the database may be another one."""
        self._edges.clear()

    async def tree(self, tenant_id: TenantId) -> Tree | None:
        """How far the tenant's tree has come; None: there is none yet. Raises: Unavailable."""
        async with self._pool.connection() as connection:
            return await _tree(connection, tenant_id)

    async def due(self, seconds: float) -> list[Due]:
        """The tenants whose trees want something done: see `Due`. Raises: Unavailable."""
        async with self._pool.connection() as connection:
            return [Due(**row) for row in await connection.fetch(_DUE, seconds)]

    async def grow(self, tenant_id: TenantId, *, urgent: Sequence[str] = ()) -> Tree | None:
        """Add up to LEAVES_MAX of the log's events to the tree; None: nothing has come, or another server was faster.

        An event of a type in `urgent` makes a checkpoint due at once.

        Raises:
            RowsMissing: there is no row for some position.
            Unavailable: the database is away.
        """
        async with self._pool.connection() as connection:
            # Kept again only once all is well: what another server has done meanwhile is read from the tables.
            edge = self._edges.pop(tenant_id, None) or await _edge(connection, tenant_id)
            before = edge.size
            row = await connection.fetchrow(_LEAVES, tenant_id, before, LEAVES_MAX, list(urgent))
            assert row is not None, "the function gives one row"
            if row["leaves"] is None:
                return None
            tiles = edge.grow(row["leaves"])
            if edge.size != row["last"]:
                raise RowsMissing(tenant_id, before)
            tree = Tree(size=edge.size, epoch=row["epoch"], root=edge.root())
            grown = (tree.epoch, tree.size, tree.root, row["urgent"], *_columns(tiles), list(tiles.values()))
            if not await connection.fetchval(_GROW, tenant_id, before, *grown):
                return None
        self._edges[tenant_id] = edge
        return tree

    async def hashes(self, tenant_id: TenantId, ranges: Sequence[Range]) -> list[bytes]:
        """The hash of each range of leaves, all within the tree. Raises: Unavailable, TreeDamaged."""
        async with self._pool.connection() as connection:
            tiles = await _tiles(connection, tenant_id, places_of(ranges))
        return [hash_of(wanted, tiles) for wanted in ranges]

    async def leaves(self, tenant_id: TenantId, *, after: int, limit: int) -> bytes:
        """The hashes of the log's rows behind a position, made anew, side by side. A row that is missing is left out.
        Raises: Unavailable."""
        async with self._pool.connection() as connection:
            found: bytes | None = await connection.fetchval(_LEAVES, tenant_id, after, limit, [])
        return found or b""

    async def first_missing(self, tenant_id: TenantId, *, after: int, until: int) -> int | None:
        """The first position behind `after` and up to `until` that has no row. The log must have come to `until`
        before this is asked. Raises: Unavailable."""
        async with self._pool.tenant(tenant_id, snapshot=True) as connection:
            missing: int | None = await connection.fetchval(_MISSING, tenant_id, after, until)
        return missing

    async def tiles(self, tenant_id: TenantId, places: Collection[Place]) -> Tiles:
        """Those of the tiles that there are. Raises: Unavailable."""
        async with self._pool.connection() as connection:
            return await _tiles(connection, tenant_id, places)

    async def keep(self, tenant_id: TenantId, epoch: int, size: int, note: Note) -> Note:
        """Store a checkpoint; to one that is there the signatures of further keys are added. What is stored now.
        Raises: Unavailable."""
        place = tenant_id, epoch, size
        async with self._pool.tenant(tenant_id) as connection:
            await connection.execute(_PUT_CHECKPOINT, *place, note.whole())
            there = await connection.fetchval(_THERE, *place)
            whole = _joined(there, note)
            if whole.whole() != there:
                await connection.execute(_SIGNED_FURTHER, *place, whole.whole())
        return whole

    async def mark_handed_out(self, tenant_id: TenantId, epoch: int, size: int) -> None:
        """All who keep checkpoints outside have this one. Raises: Unavailable."""
        async with self._pool.tenant(tenant_id) as connection:
            await connection.execute(_HANDED_OUT, tenant_id, epoch, size)

    async def checkpoints(
        self, tenant_id: TenantId, *, before: tuple[int, int] = _BEYOND_ALL, limit: int = 1, age_s: float = 0.0
    ) -> list[KeptCheckpoint]:
        """The newest first, up to `limit`, of those before (epoch, size) that are `age_s` old. Raises: Unavailable."""
        async with self._pool.tenant(tenant_id, snapshot=True) as connection:
            rows = await connection.fetch(_CHECKPOINTS, tenant_id, *before, limit, age_s)
        return [KeptCheckpoint(**row) for row in rows]

    async def covering(self, tenant_id: TenantId, epoch: int, position: int) -> KeptCheckpoint | None:
        """The first checkpoint, of this epoch or later, of a tree that holds the event. Raises: Unavailable."""
        async with self._pool.tenant(tenant_id, snapshot=True) as connection:
            row = await connection.fetchrow(_COVERING, tenant_id, epoch, position)
        return KeptCheckpoint(**row) if row else None


def _joined(there: str, note: Note) -> Note:
    """What is there is added to if it is this checkpoint; anything else gives way to it."""
    with suppress(NoteRefused):
        if (found := parse_note(there)).text == note.text:
            return joined(found, note)
    return note


async def _tree(connection: "Connection", tenant_id: TenantId) -> Tree | None:
    row = await connection.fetchrow(_TREE, tenant_id)
    return Tree(**row) if row else None


async def _edge(connection: "Connection", tenant_id: TenantId) -> Edge:
    """The tree's edge as the tables have it. Tiles only grow: they may well be read a moment later."""
    tree = await _tree(connection, tenant_id)
    return edge_of(tree.size, await _tiles(connection, tenant_id, edge_places(tree.size))) if tree else Edge()


async def _tiles(connection: "Connection", tenant_id: TenantId, places: Collection[Place]) -> Tiles:
    rows = await connection.fetch(_TILES, tenant_id, *_columns(places))
    return {(row["level"], row["index"]): row["hashes"] for row in rows}


def _columns(places: Collection[Place]) -> tuple[list[int], list[int]]:
    return [level for level, _ in places], [index for _, index in places]
