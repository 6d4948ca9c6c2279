"""What the ballots need of keys: blind signatures by text, and voting codes."""

import secrets

import msgspec

from adapters.keys.blind import PrivateKey, Unsigned, draw_key, sign_blinded, verify

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without what is read for something else: I, L, O, 0, 1."""
GROUPS, GROUP = 6, 4


class BlindSigning:
    """`Signing` of the ballots, by RFC 9474."""

    def draw(self) -> tuple[str, str]:
        key = draw_key()
        return msgspec.json.encode(key).decode(), f"{key.modulus:x}"

    def sign(self, key: str, blinded: bytes) -> bytes | None:
        try:
            return sign_blinded(msgspec.json.decode(key, type=PrivateKey), blinded)
        except Unsigned:
            return None

    def bears(self, modulus: str, token: bytes, signature: bytes) -> bool:
        try:
            verify(int(modulus, 16), token, signature)
        except Unsigned:
            return False
        return True

    def code(self) -> str:
        """118 bits: nobody finds one by trying."""
        return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
