"""RSA blind signatures: RSABSSA-SHA384-PSS-Deterministic of RFC 9474, over 2048-bit keys with the exponent 65537.

The signer never sees the message that it signs, nor, afterwards, which of its signatures a message bears. What comes
out is an ordinary RSASSA-PSS signature. Messages here are tokens of 32 random bytes, so they need no other randomness.
"""

import hashlib
import secrets
from math import gcd

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA384

BITS = 2048
EXPONENT = 65537
SALT_BYTES = HASH_BYTES = 48


class Unsigned(Exception):
    """What should bear a signature of this key does not."""


class PrivateKey(msgspec.Struct, frozen=True, kw_only=True):
    """The two primes, in hexadecimal: all else follows."""

    p: str
    q: str

    @property
    def modulus(self) -> int:
        return int(self.p, 16) * int(self.q, 16)


class Blinded(msgspec.Struct, frozen=True, kw_only=True):
    """`blinded` is sent to the signer; `inverse` stays with whoever votes, and takes the blinding off again."""

    blinded: bytes
    inverse: int


def draw_key() -> PrivateKey:
    """A fresh key; takes some tenths of a second."""
    numbers = rsa.generate_private_key(public_exponent=EXPONENT, key_size=BITS).private_numbers()
    return PrivateKey(p=f"{numbers.p:x}", q=f"{numbers.q:x}")


def blind(modulus: int, message: bytes, *, salt: bytes | None = None, inverse: int | None = None) -> Blinded:
    """The message blinded for the signer. `salt` and `inverse` are given where a published example is recomputed."""
    encoded = int.from_bytes(_encoded(message, modulus.bit_length() - 1, salt or secrets.token_bytes(SALT_BYTES)))
    if gcd(encoded, modulus) != 1:
        raise Unsigned("the message shares a factor with the key")
    taken_off = _coprime(modulus) if inverse is None else inverse
    put_on = pow(taken_off, -1, modulus)
    return Blinded(blinded=_octets(encoded * pow(put_on, EXPONENT, modulus) % modulus, modulus), inverse=taken_off)


def sign_blinded(key: PrivateKey, blinded: bytes) -> bytes:
    """Raises: Unsigned, for what is no number of this key."""
    modulus, number = key.modulus, int.from_bytes(blinded)
    if len(blinded) != _length(modulus) or not 1 < number < modulus - 1:
        raise Unsigned("not a blinded message for this key")
    # Python's powers take a time that depends on the number: what the sender chose is blinded once more.
    shield = _coprime(modulus)
    shielded = number * pow(shield, EXPONENT, modulus) % modulus
    signed = _private_power(key, shielded) * pow(shield, -1, modulus) % modulus
    if pow(signed, EXPONENT, modulus) != number:
        raise Unsigned("the signature does not verify")  # A fault in the computation would give the key away.
    return _octets(signed, modulus)


def finalize(modulus: int, message: bytes, blind_signature: bytes, blinded: Blinded) -> bytes:
    """The signature of the message, checked. Raises: Unsigned."""
    if len(blind_signature) != _length(modulus):
        raise Unsigned("not a signature of this key")
    signature = _octets(int.from_bytes(blind_signature) * blinded.inverse % modulus, modulus)
    verify(modulus, message, signature)
    return signature


def verify(modulus: int, message: bytes, signature: bytes) -> None:
    """Raises: Unsigned."""
    public = rsa.RSAPublicNumbers(EXPONENT, modulus).public_key()
    scheme = padding.PSS(mgf=padding.MGF1(SHA384()), salt_length=SALT_BYTES)
    try:
        public.verify(signature, message, scheme, SHA384())
    except InvalidSignature as error:
        raise Unsigned("the signature does not verify") from error


def _encoded(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS of RFC 8017, section 9.1.1, with SHA-384."""
    length = (bits + 7) // 8
    digest = _hash(bytes(8) + _hash(message) + salt)
    block = bytes(length - SALT_BYTES - HASH_BYTES - 2) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(block, _mask(digest, len(block)), strict=True))
    masked[0] &= 0xFF >> (8 * length - bits)
    return bytes(masked) + digest + b"\xbc"


def _mask(seed: bytes, length: int) -> bytes:
    """MGF1 of RFC 8017, appendix B.2.1."""
    blocks = -(-length // HASH_BYTES)
    return b"".join(_hash(seed + number.to_bytes(4)) for number in range(blocks))[:length]


def _private_power(key: PrivateKey, number: int) -> int:
    p, q = int(key.p, 16), int(key.q, 16)
    by_p = pow(number, pow(EXPONENT, -1, p - 1), p)
    by_q = pow(number, pow(EXPONENT, -1, q - 1), q)
    return by_q + q * ((by_p - by_q) * pow(q, -1, p) % p)


def _coprime(modulus: int) -> int:
    while gcd(drawn := 2 + secrets.randbelow(modulus - 3), modulus) != 1:
        pass
    return drawn


def _hash(value: bytes) -> bytes:
    return hashlib.sha384(value).digest()


def _length(modulus: int) -> int:
    return (modulus.bit_length() + 7) // 8


def _octets(number: int, modulus: int) -> bytes:
    return number.to_bytes(_length(modulus))
