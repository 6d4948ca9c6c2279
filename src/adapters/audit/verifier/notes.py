"""Checkpoints as signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature), and who has signed them."""

import re
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.audit.verifier.reading import Refused

LOG, WITNESS = 1, 4
"""Kinds of key: one that signs the checkpoint itself, and one that signs when it saw it."""
NOTE_BYTES_MAX = 131_072
SIGNATURES_MAX = 100
"""As those who write notes have it: whatever they keep can be checked."""
SECONDS_MAX = 253_402_300_799 - 86_400
"""Nobody saw anything after the year 9999."""
ORIGIN = re.compile(r"(\S{1,255}?)/([0-9a-f-]{36})/([1-9][0-9]{0,8})")
SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
KEY_NAME = re.compile(r"[^\s+]{1,255}")


class Key:
    """A public key under a name, from its line `name+id+key`. Raises: ValueError: it is none."""

    def __init__(self, line: str) -> None:
        self.line = line.strip()
        self.name, given, encoded = self.line.split("+", 2)
        self.raw = raw = _decoded(encoded)
        if not KEY_NAME.fullmatch(self.name) or len(raw) != 33 or raw[0] not in (LOG, WITNESS):
            raise ValueError("no Ed25519 key of a signed note")
        self.kind, self._key = raw[0], Ed25519PublicKey.from_public_bytes(raw[1:])
        self.key_id = sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if given != self.key_id.hex():
            raise ValueError("the key's id is another key's")

    def signed(self, text: str, signature: bytes) -> int | None:
        """When it signed the text (seconds since 1970; 0 for a log's key, which states none); None: it did not."""
        seconds, signed = 0, text.encode()
        if self.kind == WITNESS:
            seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            signed = f"cosignature/v1\ntime {seconds}\n{text}".encode()
        try:
            self._key.verify(signature, signed)
        except InvalidSignature:
            return None
        return seconds


class Checkpoint(NamedTuple):
    """A tree of `size` leaves and its root, as it was signed. `signers` are the names of the log's keys that signed it,
    `seen` witnesses by name, with when each saw it (seconds since 1970)."""

    origin: str
    epoch: int
    size: int
    root: bytes
    signers: list[str]
    seen: dict[str, int]


def checkpoint(whole: str, name: str, keys: list[Key]) -> Checkpoint:
    """The checkpoint of a file, which some log key must have signed.

    Raises:
        Refused: it is none, or nobody who is trusted has signed it, or a signature is forged.
    """
    text, gap, lines = whole.rpartition("\n\n")
    text += "\n"
    origin, size, root, *_ = [*text.split("\n"), "", "", ""]
    parts = ORIGIN.fullmatch(origin)
    if any(each < " " and each != "\n" for each in whole):
        raise Refused("checkpoint", file=name)
    if not gap or not lines.endswith("\n") or len(whole) > NOTE_BYTES_MAX or not parts or not SIZE.fullmatch(size):
        raise Refused("checkpoint", file=name)
    try:
        digest, signatures = _decoded(root), [_signature(line) for line in lines[:-1].split("\n")]
    except ValueError as error:
        raise Refused("checkpoint", file=name) from error
    if len(digest) != 32 or len(signatures) > SIGNATURES_MAX or name != f"checkpoints/{parts[3]}-{size}.txt":
        raise Refused("checkpoint", file=name)
    signers = [(key, _when(key, text, signatures, name)) for key in keys]
    logs = sorted({key.name for key, when in signers if key.kind == LOG and when is not None})
    if not logs:
        raise Refused("unsigned", file=name)
    seen = {key.name: when for key, when in signers if key.kind == WITNESS and when is not None}
    return Checkpoint(origin, int(parts[3]), int(size), digest, logs, seen)


def _when(key: Key, text: str, signatures: list[tuple[str, bytes]], name: str) -> int | None:
    """When the key signed, the earliest time of several. Raises: Refused: it is said to have, and has not."""
    mine = [raw[4:] for signer, raw in signatures if (signer, raw[:4]) == (key.name, key.key_id)]
    found = [key.signed(text, each) for each in mine]
    if any(each is None or each > SECONDS_MAX for each in found):
        raise Refused("forged", file=name, key=key.name)
    return min((each for each in found if each is not None), default=None)


def _signature(line: str) -> tuple[str, bytes]:
    signer, _, encoded = line.removeprefix("— ").partition(" ")
    raw = _decoded(encoded)
    if not line.startswith("— ") or not KEY_NAME.fullmatch(signer) or len(raw) < 5:
        raise ValueError("no signature")
    return signer, raw


def _decoded(encoded: str) -> bytes:
    raw = b64decode(encoded, validate=True)
    if b64encode(raw).decode() != encoded:
        raise ValueError("no base64 in its one spelling")
    return raw
