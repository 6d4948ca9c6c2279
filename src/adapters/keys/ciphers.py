"""AES-SIV and HMAC over the key hierarchy: master key, tenant key, subject key. Bytes in, bytes out.

SIV needs no nonce, so nothing is lost when two processes seal at once, and it gives equal ciphertext for equal text,
which the domain needs ("already so" is decided on sealed fields). Context goes in as associated data: a wrapped key or
a token that was moved to another tenant or subject does not open.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.ids import TenantId

ROOT_BYTES = 32
SEALED_FILE = {1: b"thidua/1/file\n", 2: b"thidua/2/file\n"}
"""What a sealed file begins with, by the way that it was sealed."""
COMMITMENT_BYTES = 32
_SPACES = re.compile(r"\s+")


class WrongKey(Exception):
    """What was to be unwrapped was wrapped by another key, for another owner, or has been altered."""


class MasterKey:
    """The key in the operator's file; wraps tenants' keys and does nothing else. `id` names it without telling it."""

    def __init__(self, root: bytes) -> None:
        self._wrapping = AESSIV(_derived(root, b"master/wrap", 64))
        self.id = _derived(root, b"master/id", 8)

    def wrap(self, tenant_id: TenantId, root: bytes) -> bytes:
        return self._wrapping.encrypt(root, [b"thidua/1/tenant-key", tenant_id.encode()])

    def unwrap(self, tenant_id: TenantId, wrapped: bytes) -> "TenantKey":
        """Raises: WrongKey."""
        return TenantKey(tenant_id, _opened(self._wrapping, wrapped, [b"thidua/1/tenant-key", tenant_id.encode()]))


class TenantKey:
    """A tenant's key, and what is derived from it: subject keys' wrapping, fingerprints, search hashes."""

    def __init__(self, tenant_id: TenantId, root: bytes) -> None:
        self._tenant = tenant_id.encode()
        self._wrapping = AESSIV(_derived(root, b"tenant/wrap", 64))
        # Begun once: to take up the key costs more than to go over a request's body.
        self._fingerprints = hmac.new(_derived(root, b"tenant/fingerprint", 32), digestmod="sha256")
        self._matching = _derived(root, b"tenant/match", 32)

    def wrap(self, subject: str, key: bytes) -> bytes:
        return self._wrapping.encrypt(key, self._context(b"thidua/1/subject-key", subject))

    def unwrap(self, subject: str, wrapped: bytes) -> "SubjectKey":
        """Raises: WrongKey."""
        key = _opened(self._wrapping, wrapped, self._context(b"thidua/1/subject-key", subject))
        return SubjectKey(key, [self._tenant, subject.encode()])

    def fingerprint(self, body: bytes) -> bytes:
        begun = self._fingerprints.copy()
        begun.update(body)
        return begun.digest()

    def match(self, value: str) -> bytes:
        return hmac.digest(self._matching, normalised(value).encode(), "sha256")

    def _context(self, purpose: bytes, subject: str) -> list[bytes]:
        return [purpose, self._tenant, subject.encode()]


class SubjectKey:
    """One subject's key: text and files to ciphertext and back. One cannot be passed off as the other.

    A committing key (way 2) puts its commitment before what it seals, and opens nothing that stands under another's: a
    ciphertext has one key, and who has no key can still tell of which key it is. A key that was drawn before there were
    such goes on sealing in way 1, so that equal text stays equal; what either way sealed is opened.
    """

    def __init__(self, key: bytes, owner: list[bytes]) -> None:
        self._cipher, self._owner = AESSIV(key), owner
        self.way = 2 if hmac.compare_digest(key[ROOT_BYTES:], _second_half(key[:ROOT_BYTES])) else 1
        committing = hmac.digest(key, b"thidua/2/commitment-key", "sha256")
        said = b"".join(len(part).to_bytes(4) + part for part in (b"thidua/2/commitment", *owner))
        self.commitment = hmac.digest(committing, said, "sha256")

    def seal(self, text: str) -> bytes:
        return self._sealed(text.encode(), b"sealed")

    def open(self, ciphertext: bytes, way: int) -> str | None:
        """None for what this key did not seal, in this way."""
        opened = self._opened(ciphertext, b"sealed", way)
        try:
            return None if opened is None else opened.decode()
        except ValueError:
            return None

    def seal_file(self, content: bytes) -> bytes:
        return SEALED_FILE[self.way] + self._sealed(content, b"sealed-file")

    def open_file(self, sealed: bytes) -> bytes | None:
        """None for what this key did not seal as a file."""
        for way, head in SEALED_FILE.items():
            if sealed.startswith(head):
                return self._opened(sealed[len(head) :], b"sealed-file", way)
        return None

    def _sealed(self, content: bytes, purpose: bytes) -> bytes:
        ciphertext = self._cipher.encrypt(content, self._context(purpose, self.way))
        return self.commitment + ciphertext if self.way == 2 else ciphertext

    def _opened(self, ciphertext: bytes, purpose: bytes, way: int) -> bytes | None:
        if way == 2:
            if not hmac.compare_digest(ciphertext[:COMMITMENT_BYTES], self.commitment):
                return None
            ciphertext = ciphertext[COMMITMENT_BYTES:]
        try:
            return self._cipher.decrypt(ciphertext, self._context(purpose, way))
        except (InvalidTag, ValueError):
            return None

    def _context(self, purpose: bytes, way: int) -> list[bytes]:
        return [b"thidua/%d/%s" % (way, purpose), *self._owner]


def fresh_root() -> bytes:
    return secrets.token_bytes(ROOT_BYTES)


def fresh_subject_key() -> bytes:
    """A committing key. Its second half follows from its first, which says so of itself: the release before, which
    knows 64 bytes of AES-SIV and no more, uses it as any other."""
    root = fresh_root()
    return root + _second_half(root)


def _second_half(root: bytes) -> bytes:
    return hmac.digest(root, b"thidua/2/subject-key", "sha256")


def normalised(value: str) -> str:
    """The value as two clerks would agree on it: composed, without case, single spaces."""
    folded = unicodedata.normalize("NFC", value).casefold()
    return _SPACES.sub(" ", unicodedata.normalize("NFC", folded)).strip()


def key_hash(key: str) -> bytes:
    """What is stored of a credential: its key is 256 random bits, so that a plain hash cannot be searched."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def _derived(root: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=b"thidua/1/" + purpose).derive(root)


def _opened(cipher: AESSIV, wrapped: bytes, context: list[bytes]) -> bytes:
    try:
        return cipher.decrypt(wrapped, context)
    except (InvalidTag, ValueError) as error:
        raise WrongKey from error
