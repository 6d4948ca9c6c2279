"""Random trees beside those of `pymerkle`, which somebody else wrote: the same roots, paths and answers.

Its consistency proofs hold other hashes than those of RFC 6962, so there the two are compared by what they accept."""

from random import Random

import pymerkle  # type: ignore[import-untyped]
import pytest

from application.merkle import (
    Edge,
    ProofRefused,
    consistency_ranges,
    hash_of,
    inclusion_ranges,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

SIZE_MAX = 2_000


@pytest.mark.parametrize("seed", range(20))
def test_random_trees_have_the_roots_and_paths_of_the_other(seed: int) -> None:
    random = Random(seed)  # noqa: S311  # The same trees each time.
    contents = [random.randbytes(random.randrange(40)) for _ in range(random.randrange(1, SIZE_MAX))]
    other = pymerkle.InmemoryTree(algorithm="sha256")
    other.append_entries(contents)
    edge = Edge()
    tiles = edge.grow(b"".join(map(leaf_hash, contents)))
    assert edge.root() == other.get_root()

    for _ in range(20):
        size = random.randrange(1, len(contents) + 1)
        leaf = random.randrange(size)
        path = [hash_of(each, tiles) for each in inclusion_ranges(leaf, size)]
        theirs = other.prove_inclusion(leaf + 1, size)
        assert theirs.path == [leaf_hash(contents[leaf]), *path]
        verify_inclusion(leaf, size, leaf_hash(contents[leaf]), path, other.get_root(size))


@pytest.mark.parametrize("seed", range(20))
def test_what_continues_a_random_tree_and_what_does_not_is_the_same_for_the_other(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    contents = [random.randbytes(8) for _ in range(random.randrange(2, SIZE_MAX))]
    tree, forked = pymerkle.InmemoryTree(algorithm="sha256"), pymerkle.InmemoryTree(algorithm="sha256")
    fork = random.randrange(len(contents))
    tree.append_entries(contents)
    forked.append_entries([*contents[:fork], b"another", *contents[fork + 1 :]])
    tiles = Edge().grow(b"".join(map(leaf_hash, contents)))

    for _ in range(20):
        new = random.randrange(1, len(contents) + 1)
        old = random.randrange(1, new + 1)
        path = [hash_of(each, tiles) for each in consistency_ranges(old, new)]
        for first in (tree.get_root(old), forked.get_root(old)):
            assert _ours(old, new, first, tree.get_root(new), path) == _theirs(tree, old, new, first)


def _ours(old: int, new: int, first: bytes, second: bytes, path: list[bytes]) -> bool:
    try:
        verify_consistency(old, new, first, second, path)
    except ProofRefused:
        return False
    return True


def _theirs(tree: pymerkle.InmemoryTree, old: int, new: int, first: bytes) -> bool:
    try:
        pymerkle.verify_consistency(first, tree.get_root(new), tree.prove_consistency(old, new))
    except pymerkle.InvalidProof:
        return False
    return True
