"""The Merkle tree of RFC 6962 from its leaves and the hashes of what lies between them, in one pass from the left."""

from hashlib import sha256

from adapters.audit.verifier.reading import Refused, Stream

HASH_BYTES = 32


class Tree:
    """The first `size` leaves, as the hashes of the complete subtrees that they fall into."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[tuple[int, bytes]] = []

    def add(self, digest: bytes, height: int = 0) -> None:
        """The hash of the complete subtree of 2 ** height leaves that comes next; height 0: of a leaf."""
        whole = self._whole
        self.size += 1 << height
        while whole and whole[-1][0] == height:
            digest = sha256(b"\x01" + whole.pop()[1] + digest).digest()
            height += 1
        whole.append((height, digest))

    def root(self) -> bytes:
        """The hash of the tree so far."""
        if not self._whole:
            return sha256().digest()
        _, found = self._whole[-1]
        for _, left in self._whole[-2::-1]:
            found = sha256(b"\x01" + left + found).digest()
        return found

    def next_height(self, until: int) -> int:
        """Of the largest complete subtree that begins here and ends at `until` or before it."""
        room = (until - self.size).bit_length() - 1
        return min(room, (self.size & -self.size).bit_length() - 1) if self.size else room


class Growing:
    """A tree that is held, at each size of a checkpoint, against the root that was signed."""

    def __init__(self, roots: dict[int, bytes], proof: Stream) -> None:
        self.tree, self._proof = Tree(), proof
        self._roots, self._sizes = roots, sorted(roots, reverse=True)
        self._held = 0

    def leaf(self, index: int, digest: bytes) -> None:
        """The next leaf that is shown; what lies before it is filled in from the proof."""
        if self.tree.size != index or self._sizes[-1] == index:
            self._fill(index)
        self.tree.add(digest)

    def end(self) -> None:
        """Raises: Refused: the tree is not the one that was signed, or the proof is not its own."""
        self._fill(self._sizes[0])
        if not self._proof.ended():
            raise Refused("proof")

    def _fill(self, until: int) -> None:
        while self._sizes and self._sizes[-1] <= until:
            size = self._sizes[-1]
            self._fill_gap(size)
            if self.tree.root() != self._roots[size]:
                raise Refused("other-root", first=self._held + 1, last=size)
            self._held = size
            self._sizes.pop()
        self._fill_gap(until)

    def _fill_gap(self, until: int) -> None:
        while self.tree.size < until:
            digest = self._proof.take(HASH_BYTES)
            if len(digest) != HASH_BYTES:
                raise Refused("proof")
            self.tree.add(digest, self.tree.next_height(until))
