"""What a log sends to a witness: `add-checkpoint` of C2SP `tlog-witness`, written and read."""

import re
from base64 import b64encode
from collections.abc import Sequence

import msgspec

from application.merkle import HASH_BYTES
from application.notes import NOTE_BYTES_MAX, Checkpoint, Note, NoteRefused, decoded, parse_checkpoint, parse_note

PATH = "/add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
PROOF_LINES_MAX = 63
BODY_BYTES_MAX = NOTE_BYTES_MAX + 4_096
_OLD = re.compile(r"old (0|[1-9][0-9]{0,17})")
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,17})\n")


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint, and the proof that its tree begins with the whole tree of `old` leaves."""

    old: int
    proof: Sequence[bytes]
    note: Note
    checkpoint: Checkpoint

    def body(self) -> bytes:
        lines = [f"old {self.old}", *(b64encode(each).decode() for each in self.proof), "", self.note.whole()]
        return "\n".join(lines).encode()


def parse_submission(body: bytes) -> Submission:
    """Raises: NoteRefused: it is none."""
    try:
        head, gap, whole = body.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise NoteRefused("no UTF-8") from error
    first, *lines = head.split("\n")
    old = _OLD.fullmatch(first)
    if not old or not gap:
        raise NoteRefused("no line of the old size, or no empty line behind the proof")
    proof = [decoded(line) for line in lines]
    if len(proof) > PROOF_LINES_MAX or any(len(each) != HASH_BYTES for each in proof):
        raise NoteRefused(f"a proof of more than {PROOF_LINES_MAX} lines, or not of hashes")
    note = parse_note(whole)
    return Submission(old=int(old[1]), proof=proof, note=note, checkpoint=parse_checkpoint(note.text))


def size_said(body: bytes) -> int | None:
    """The size that a witness says it holds; None where it says none."""
    found = _SIZE.fullmatch(body)
    return int(found[1]) if found else None
