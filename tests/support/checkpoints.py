"""Logs of a few leaves with signed checkpoints and proofs, honest and forked, for tests of sinks and witnesses."""

from adapters.keys.signing import Ed25519Signer, fresh_private_key, read_verifier
from application.merkle import Edge, consistency_ranges, hash_of, leaf_hash
from application.notes import Checkpoint, Note, Prove, signed

TENANT = "0f8fad5b-d9cb-469f-a165-70867728950e"
NAME = "log.example"
ORIGIN = f"{NAME}/{TENANT}/1"


class SmallLog:
    """Leaf `i` holds `i`, or, from the leaf `forked_at` on, something else."""

    def __init__(self, signer: Ed25519Signer | None = None, *, origin: str = ORIGIN, forked_at: int = 10**9) -> None:
        self.signer = signer or Ed25519Signer(NAME, fresh_private_key())
        self.verifier = read_verifier(self.signer.public_line())
        self.origin, self.forked_at = origin, forked_at

    def fork(self, at: int) -> "SmallLog":
        """The same key and origin over another history from the leaf `at` on."""
        return SmallLog(self.signer, origin=self.origin, forked_at=at)

    def root(self, size: int) -> bytes:
        edge = Edge()
        edge.grow(self._leaves(size))
        return edge.root()

    def note(self, size: int) -> Note:
        return signed(Checkpoint(origin=self.origin, size=size, root=self.root(size)).text(), [self.signer])

    def proof(self, old: int, new: int) -> list[bytes]:
        tiles = Edge().grow(self._leaves(new))
        return [hash_of(each, tiles) for each in consistency_ranges(old, new)]

    def prove(self, new: int) -> Prove:
        async def prove(old: int) -> list[bytes]:
            return self.proof(old, new)

        return prove

    def _leaves(self, size: int) -> bytes:
        other = ["", "another "]
        return b"".join(leaf_hash(f"{other[index >= self.forked_at]}{index}".encode()) for index in range(size))
