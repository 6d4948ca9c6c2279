"""Ed25519 keys of signed notes, in the one-line encodings of C2SP: `PRIVATE+KEY+name+id+key` and `name+id+key`."""

import re
from base64 import b64encode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from application.notes import COSIGNATURE, ED25519, NoteRefused, Signature, cosigned_text, decoded, is_name, key_id

_PRIVATE = "PRIVATE+KEY+"
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_TIME_BYTES = 8
_TIME_MAX = 2**63 - 1


class KeyRefused(Exception):
    """The text is no key of this kind."""


class Ed25519Signer:
    """A log's key: signs the text itself."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self.name, self._private = name, private
        self.public = private.public_key().public_bytes_raw()
        self.key_id = key_id(name, ED25519, self.public)

    def sign(self, text: str) -> Signature:
        return Signature(name=self.name, key_id=self.key_id, signature=self._private.sign(text.encode()))

    def private_line(self) -> str:
        """The key itself, secret."""
        return _PRIVATE + _line(self.name, self.key_id, ED25519, self._private.private_bytes_raw())

    def public_line(self) -> str:
        """What verifiers are given."""
        return _line(self.name, self.key_id, ED25519, self.public)


class Cosigner:
    """A witness's key: signs the text together with the time."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self.name, self._private = name, private
        self.public = private.public_key().public_bytes_raw()
        self.key_id = key_id(name, COSIGNATURE, self.public)

    def sign(self, text: str, time_s: int) -> Signature:
        signature = time_s.to_bytes(_TIME_BYTES, "big") + self._private.sign(cosigned_text(text, time_s))
        return Signature(name=self.name, key_id=self.key_id, signature=signature)

    def private_line(self) -> str:
        """The key itself, secret."""
        return _PRIVATE + _line(self.name, self.key_id, COSIGNATURE, self._private.private_bytes_raw())

    def public_line(self) -> str:
        """What verifiers are given."""
        return _line(self.name, self.key_id, COSIGNATURE, self.public)


class Ed25519Verifier:
    """A public key, a log's or a witness's, that tells whether a signature line is its own."""

    def __init__(self, name: str, kind: int, public: bytes) -> None:
        self.name, self.kind, self.public = name, kind, public
        self.key_id = key_id(name, kind, public)
        self._key = Ed25519PublicKey.from_public_bytes(public)

    def verify(self, text: str, signature: bytes) -> bool:
        signed = text.encode()
        if self.kind == COSIGNATURE:
            time_s, signature = int.from_bytes(signature[:_TIME_BYTES], "big"), signature[_TIME_BYTES:]
            if time_s > _TIME_MAX:
                return False
            signed = cosigned_text(text, time_s)
        try:
            self._key.verify(signature, signed)
        except InvalidSignature:
            return False
        return True

    def line(self) -> str:
        return _line(self.name, self.key_id, self.kind, self.public)


def fresh_private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def read_signer(line: str) -> Ed25519Signer | Cosigner:
    """The private key of a line.

    Raises:
        KeyRefused: it holds none. What it holds is not said, for it may be secret.
    """
    if not line.startswith(_PRIVATE):
        raise KeyRefused("no private key of a signed note")
    name, given_id, kind, raw = _parts(line.removeprefix(_PRIVATE))
    private = Ed25519PrivateKey.from_private_bytes(raw)
    signer = Ed25519Signer(name, private) if kind == ED25519 else Cosigner(name, private)
    if signer.key_id != given_id:
        raise KeyRefused("the key's id is another key's")
    return signer


def read_verifier(line: str) -> Ed25519Verifier:
    """The public key of a line. Raises: KeyRefused."""
    name, given_id, kind, raw = _parts(line)
    verifier = Ed25519Verifier(name, kind, raw)
    if verifier.key_id != given_id:
        raise KeyRefused("the key's id is another key's")
    return verifier


def _line(name: str, identity: bytes, kind: int, key: bytes) -> str:
    return f"{name}+{identity.hex()}+{b64encode(bytes([kind]) + key).decode()}"


def _parts(line: str) -> tuple[str, bytes, int, bytes]:
    name, _, rest = line.strip().partition("+")
    identity, _, encoded = rest.partition("+")
    try:
        raw = decoded(encoded)
    except NoteRefused:
        raise KeyRefused("no name, id and key with a plus between them") from None
    if not is_name(name) or not _KEY_ID.fullmatch(identity):
        raise KeyRefused("no name and id of 8 hexadecimal digits")
    if len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
        raise KeyRefused("no Ed25519 key of a signed note")
    return name, bytes.fromhex(identity), raw[0], raw[1:]
