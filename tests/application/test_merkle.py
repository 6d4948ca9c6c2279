"""The tree of a log: roots, proofs and tiles, held to the definition of RFC 6962."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from application.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    Edge,
    Place,
    ProofRefused,
    Range,
    consistency_ranges,
    edge_of,
    edge_places,
    hash_of,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    places_of,
    split,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(str(number).encode()) for number in range(600)]

RFC_LEAVES = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")] + [
    bytes.fromhex("606162636465666768696a6b6c6d6e6f")
]
RFC_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""The roots over the first one to eight leaves of the reference vectors of certificate transparency."""


def defined(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word, over hashes of leaves."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = split(len(leaves))
    return node_hash(defined(leaves[:middle]), defined(leaves[middle:]))


@pytest.fixture(scope="module")
def tiles() -> dict[Place, bytes]:
    return Edge().grow(b"".join(LEAVES))


def test_the_reference_vectors_hold() -> None:
    edge = Edge()
    assert edge.root() == EMPTY_ROOT == sha256(b"").digest()
    for content, root in zip(RFC_LEAVES, RFC_ROOTS, strict=True):
        edge.grow(leaf_hash(content))
        assert edge.root().hex() == root


def test_a_tree_grown_leaf_by_leaf_has_the_root_that_is_defined_at_every_size() -> None:
    edge, kept = Edge(), dict[Place, bytes]()
    for size, leaf in enumerate(LEAVES, 1):
        kept.update(edge.grow(leaf))
        assert edge.root() == defined(LEAVES[:size])
        assert edge_of(size, {place: kept[place] for place in edge_places(size)}) == edge


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000])
def test_a_tree_goes_on_from_its_tiles(size: int) -> None:
    leaves = b"".join(LEAVES) * 120
    edge = Edge()
    kept = edge.grow(leaves[: size * HASH_BYTES])
    again = edge_of(size, {place: kept[place] for place in edge_places(size)})
    assert again.root() == edge.root() == hash_of((0, size), kept)
    rest = leaves[size * HASH_BYTES : (size + 300) * HASH_BYTES]
    assert (again.grow(rest), again.root()) == (edge.grow(rest), edge.root())


def proof(ranges: list[Range], tiles: dict[Place, bytes]) -> list[bytes]:
    """The hashes, each made from the tiles that it says it needs and no others."""
    return [hash_of(each, {place: tiles[place] for place in places_of([each])}) for each in ranges]


def refused(verify: Callable[[list[bytes]], None], path: list[bytes]) -> None:
    """Every way to spoil the proof is refused."""
    spoilt = [[*path, path[0] if path else EMPTY_ROOT], path[:-1], path[1:]] if path else [[EMPTY_ROOT]]
    spoilt += [[*path[:at], bytes([each[0] ^ 1]) + each[1:], *path[at + 1 :]] for at, each in enumerate(path)]
    spoilt += [path[::-1]] if path[::-1] != path else []
    for each in spoilt:
        with pytest.raises(ProofRefused):
            verify(each)


@pytest.mark.parametrize("size", range(1, 257))
def test_every_inclusion_in_small_trees(size: int, tiles: dict[Place, bytes]) -> None:
    root = defined(LEAVES[:size])
    for leaf in range(size):
        path = proof(inclusion_ranges(leaf, size), tiles)
        verify_inclusion(leaf, size, LEAVES[leaf], path, root)
        with pytest.raises(ProofRefused):
            verify_inclusion(leaf, size, LEAVES[leaf + 1], path, root)
    leaf = size * 7 % size
    refused(
        lambda path: verify_inclusion(leaf, size, LEAVES[leaf], path, root), proof(inclusion_ranges(leaf, size), tiles)
    )
    for outside in (-1, size):
        with pytest.raises(ProofRefused):
            verify_inclusion(outside, size, LEAVES[0], [], root)


@pytest.mark.parametrize("new", range(1, 257))
def test_every_consistency_of_small_trees(new: int, tiles: dict[Place, bytes]) -> None:
    root = defined(LEAVES[:new])
    for old in range(new + 1):
        before, path = defined(LEAVES[:old]), proof(consistency_ranges(old, new), tiles)
        verify_consistency(old, new, before, root, path)
        for first, second in ((LEAVES[599], root), (before, LEAVES[599])):
            if old or first != before:
                with pytest.raises(ProofRefused):
                    verify_consistency(old, new, first, second, path)
    old = new * 5 // 8
    before = defined(LEAVES[:old])
    refused(lambda path: verify_consistency(old, new, before, root, path), proof(consistency_ranges(old, new), tiles))


def test_an_empty_tree_has_one_root_only() -> None:
    verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    for old, new in ((LEAVES[0], EMPTY_ROOT), (EMPTY_ROOT, LEAVES[0])):
        with pytest.raises(ProofRefused):
            verify_consistency(0, 0, old, new, [])
