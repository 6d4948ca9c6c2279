"""The Merkle tree over a log (RFC 6962): roots, proofs, their verification, and the tiles that it is kept in.

Leaf `i` (from 0) is the event at position `i + 1`. A tree of 0 leaves has the hash of nothing as its root. A tile
(level, index) holds up to 256 hashes side by side: those of the complete subtrees of 256 ** level leaves, from number
256 * index on. Tiles only ever grow, so that a larger tree's tiles answer for every smaller one.

A *range* (start, end) is a run of leaves that the tree's own splitting gives, so that it has a hash of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

import msgspec

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
HASH_BYTES = 32
EMPTY_ROOT = sha256().digest()

Range = tuple[int, int]
Place = tuple[int, int]
"""A tile's level and index."""
Tiles = Mapping[Place, bytes]


class TreeDamaged(Exception):
    """What is stored of a tree is not whole, or the rows of its log are not: something was taken out."""


class ProofRefused(Exception):
    """The proof does not show what it was given for."""


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf: of an event's envelope."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below `size` (at least 2): where a tree of so many leaves is split."""
    return 1 << (size - 1).bit_length() - 1


# --- Growing ------------------------------------------------------------------------


class Edge(msgspec.Struct):
    """The right edge of a tree of `size` leaves: of each level the tile that is not full, from the lowest up."""

    size: int = 0
    open: list[bytearray] = msgspec.field(default_factory=list)

    def root(self) -> bytes:
        """The root of the tree."""
        return hash_of((0, self.size), {self._place(level): bytes(tile) for level, tile in enumerate(self.open)})

    def grow(self, leaves: bytes) -> dict[Place, bytes]:
        """Add leaf hashes, side by side. Returns the tiles that have changed."""
        changed: dict[Place, bytes] = {}
        for at in range(0, len(leaves), HASH_BYTES):
            self._add(0, leaves[at : at + HASH_BYTES], changed)
            self.size += 1
        changed.update({self._place(level): bytes(tile) for level, tile in enumerate(self.open) if tile})
        return changed

    def _add(self, level: int, entry: bytes, changed: dict[Place, bytes]) -> None:
        if level == len(self.open):
            self.open.append(bytearray())
        tile = self.open[level]
        tile += entry
        if len(tile) == TILE_WIDTH * HASH_BYTES:
            # `size` does not count the leaf that fills the tile yet, so this is still the tile's own index.
            changed[self._place(level)] = bytes(tile)
            tile_root = _joined(bytes(tile))
            tile.clear()
            self._add(level + 1, tile_root, changed)

    def _place(self, level: int) -> Place:
        return level, self.size >> TILE_HEIGHT * (level + 1)


def edge_places(size: int) -> list[Place]:
    """The tiles that an edge of so many leaves is read from; those that hold nothing are left out."""
    levels = range((max(size, 1).bit_length() + TILE_HEIGHT - 1) // TILE_HEIGHT)
    return [(level, size >> TILE_HEIGHT * (level + 1)) for level in levels if _width(level, size) % TILE_WIDTH]


def edge_of(size: int, tiles: Tiles) -> Edge:
    """The edge of a tree from its tiles, which may have grown beyond it since. Raises: TreeDamaged."""
    found = dict.fromkeys(range((size.bit_length() + TILE_HEIGHT - 1) // TILE_HEIGHT), b"")
    for level, index in edge_places(size):
        found[level] = _entries(tiles, (level, index), 0, _width(level, size) % TILE_WIDTH)
    return Edge(size, [bytearray(found[level]) for level in sorted(found)])


def _width(level: int, size: int) -> int:
    """The number of complete subtrees of the level in a tree of so many leaves."""
    return size >> TILE_HEIGHT * level


# --- Ranges and their hashes -------------------------------------------------------------


def inclusion_ranges(leaf: int, size: int) -> list[Range]:
    """Whose hashes, in this order, prove that a leaf is in the tree of `size` leaves."""
    ranges: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if leaf < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Whose hashes, in this order, prove that the tree of `new` leaves begins with the whole tree of `old`."""
    if old in (0, new):
        return []
    ranges: list[Range] = []
    start, end = 0, new
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start > 0:
        ranges.append((start, end))
    return ranges[::-1]


def places_of(ranges: Iterable[Range]) -> set[Place]:
    """The tiles that the hashes of these ranges are made from."""
    return {
        (height // TILE_HEIGHT, (index << height % TILE_HEIGHT) >> TILE_HEIGHT)
        for wanted in ranges
        for height, index in _complete(wanted)
    }


def hash_of(wanted: Range, tiles: Tiles) -> bytes:
    """The hash of a range, from the tiles that `places_of` names. Raises: TreeDamaged."""
    parts = [_complete_hash(height, index, tiles) for height, index in _complete(wanted)]
    if not parts:
        return EMPTY_ROOT
    found = parts.pop()
    while parts:
        found = node_hash(parts.pop(), found)
    return found


def _complete(wanted: Range) -> Iterator[tuple[int, int]]:
    """The complete subtrees (height, index) that a range falls into, the largest first."""
    start, end = wanted
    while start < end:
        height = (end - start).bit_length() - 1
        yield height, start >> height
        start += 1 << height


def _complete_hash(height: int, index: int, tiles: Tiles) -> bytes:
    level, rest = divmod(height, TILE_HEIGHT)
    first = index << rest
    return _joined(_entries(tiles, (level, first >> TILE_HEIGHT), first % TILE_WIDTH, 1 << rest))


def _entries(tiles: Tiles, place: Place, first: int, count: int) -> bytes:
    found = tiles.get(place, b"")[first * HASH_BYTES : (first + count) * HASH_BYTES]
    if len(found) != count * HASH_BYTES:
        raise TreeDamaged(f"tile {place[1]} of level {place[0]} is missing or cut")
    return found


def _joined(entries: bytes) -> bytes:
    """The root over a power of two of hashes side by side."""
    while len(entries) > HASH_BYTES:
        pairs = range(0, len(entries), 2 * HASH_BYTES)
        entries = b"".join([sha256(b"\x01" + entries[at : at + 2 * HASH_BYTES]).digest() for at in pairs])
    return entries


# --- Verifying --------------------------------------------------------------------------


def verify_inclusion(leaf: int, size: int, found: bytes, path: Sequence[bytes], root: bytes) -> None:
    """Raises: ProofRefused: `path` does not show the leaf of hash `found` in the tree of `size` leaves."""
    if not 0 <= leaf < size:
        raise ProofRefused("the leaf lies outside the tree")
    rest, ranges = list(path), inclusion_ranges(leaf, size)
    if len(rest) != len(ranges):
        raise ProofRefused("the proof has not as many hashes as its tree needs")
    for (start, _), beside in zip(ranges, rest, strict=True):
        found = node_hash(found, beside) if start > leaf else node_hash(beside, found)
    if found != root:
        raise ProofRefused("the hashes lead to another root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Raises: ProofRefused: `path` does not show that the tree of `new` leaves begins with that of `old`."""
    if not 0 <= old <= new:
        raise ProofRefused("the older tree is larger")
    ranges, rest = consistency_ranges(old, new), list(path)
    if len(rest) != len(ranges):
        raise ProofRefused("the proof has not as many hashes as its trees need")
    if old == 0:
        if old_root != EMPTY_ROOT or (new == 0 and new_root != EMPTY_ROOT):
            raise ProofRefused("the root of an empty tree is another")
        return
    before = after = old_root
    if ranges and ranges[0][1] == old:  # The older tree is not complete: its last part is given.
        before = after = rest[0]
        ranges, rest = ranges[1:], rest[1:]
    for (start, _), beside in zip(ranges, rest, strict=True):
        if start < old:
            before, after = node_hash(beside, before), node_hash(beside, after)
        else:
            after = node_hash(after, beside)
    if (before, after) != (old_root, new_root):
        raise ProofRefused("the hashes lead to other roots")
