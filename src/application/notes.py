"""Signed notes and checkpoints as the C2SP specifications `signed-note`, `tlog-checkpoint` and `tlog-cosignature` have
them: text in, text out. Who signs and who checks the signatures stands behind the ports."""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from typing import Protocol

import msgspec

NOTE_BYTES_MAX = 131_072
"""Room for the 16 signatures that every verifier must take, were they of the longest kinds (5 kB each)."""
SIGNATURES_MAX = 100
ED25519 = 1
COSIGNATURE = 4
_SIGNATURE = "— "
_NAME = re.compile(r"[^\s+]{1,255}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


Prove = Callable[[int], Awaitable[list[bytes]]]
"""The hashes that prove a checkpoint's tree to continue its own of a smaller size."""


class NoteRefused(Exception):
    """The text is no signed note, or no checkpoint; or nobody who is trusted has signed it."""


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A line below a note: who is said to have signed, the key's id (4 bytes) and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        return f"{_SIGNATURE}{self.name} {b64encode(self.key_id + self.signature).decode()}\n"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is what is signed, its last line feed too."""

    text: str
    signatures: tuple[Signature, ...]

    def whole(self) -> str:
        return f"{self.text}\n{''.join(each.line() for each in self.signatures)}"


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A tree's size and root at one moment. `origin` names the log: the platform, the tenant and the epoch."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def origin_of(log_name: str, tenant_id: str, epoch: int) -> str:
    """What a tenant's log is called in its checkpoints. A new epoch is a new log, so that none ever seems to shrink."""
    return f"{log_name}/{tenant_id}/{epoch}"


class Signer(Protocol):
    """A key that signs notes under a name."""

    def sign(self, text: str) -> Signature: ...


class Verifier(Protocol):
    """A public key under a name. `verify` says whether this signature of this text is the key's."""

    @property
    def name(self) -> str: ...
    @property
    def key_id(self) -> bytes: ...
    def verify(self, text: str, signature: bytes) -> bool: ...


def key_id(name: str, kind: int, public_key: bytes) -> bytes:
    """What a signature line names its key by: 4 bytes."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public_key).digest()[:4]


def is_name(name: str) -> bool:
    """Whether a key may be called so: no space and no plus."""
    return _NAME.fullmatch(name) is not None


def signed(text: str, signers: Sequence[Signer]) -> Note:
    """The text with a line of each signer."""
    return Note(text=text, signatures=tuple(signer.sign(text) for signer in signers))


def parse_note(whole: str) -> Note:
    """Raises: NoteRefused."""
    text, gap, lines = whole.rpartition("\n\n")
    if len(whole.encode()) > NOTE_BYTES_MAX or not gap or not lines.endswith("\n"):
        raise NoteRefused("no text with signature lines below an empty line")
    if any(character < " " and character != "\n" for character in whole):
        raise NoteRefused("control characters")
    found = [_signature(line) for line in lines[:-1].split("\n")]
    if len(found) > SIGNATURES_MAX:
        raise NoteRefused(f"more than {SIGNATURES_MAX} signatures")
    return Note(text=text + "\n", signatures=tuple(found))


def joined(there: Note, note: Note) -> Note:
    """`there` with what others signed of the same text: one line of each key. A witness signs anew each time that it is
    asked, and a note holds SIGNATURES_MAX."""
    lines: dict[tuple[str, bytes], Signature] = {}
    for each in (*there.signatures, *note.signatures):
        lines.setdefault((each.name, each.key_id), each)
    return Note(text=there.text, signatures=tuple(lines.values()))


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_SIGNATURE).partition(" ")
    raw = decoded(encoded)
    if not line.startswith(_SIGNATURE) or not is_name(name) or len(raw) < 5:
        raise NoteRefused("a line that is no signature")
    return Signature(name=name, key_id=raw[:4], signature=raw[4:])


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that a note's text is; what the lines say that extend it is not looked at.

    Raises:
        NoteRefused: it is none.
    """
    origin, size, root, *_ = [*text.split("\n"), "", "", ""]
    if not origin or not _SIZE.fullmatch(size) or not text.endswith("\n"):
        raise NoteRefused("no origin and size")
    if "\n\n" in text:
        raise NoteRefused("an empty line")
    if len(hash_bytes := decoded(root)) != 32:
        raise NoteRefused("no root of 32 bytes")
    return Checkpoint(origin=origin, size=int(size), root=hash_bytes)


def decoded(encoded: str) -> bytes:
    """Base64 as the notes have it: with padding, in its one spelling. Raises: NoteRefused."""
    try:
        raw = b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteRefused("no base64") from error
    if b64encode(raw).decode() != encoded:
        raise NoteRefused("no base64 in its one spelling")
    return raw


def signed_by(note: Note, verifiers: Sequence[Verifier]) -> list[Verifier]:
    """Those of the verifiers whose valid signature the note carries.

    Raises:
        NoteRefused: a line says that one of them signed, and that is not so.
    """
    found: list[Verifier] = []
    for verifier in verifiers:
        lines = [each for each in note.signatures if (each.name, each.key_id) == (verifier.name, verifier.key_id)]
        if any(not verifier.verify(note.text, each.signature) for each in lines):
            raise NoteRefused(f"a signature of {verifier.name} that is not the key's")
        if lines:
            found.append(verifier)
    return found


def cosigned_text(text: str, time_s: int) -> bytes:
    """What a witness signs: the checkpoint, and when it saw it (seconds since 1970)."""
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()
