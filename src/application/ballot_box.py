"""The ballot box as a port: what is kept of a session's ballots, where, and why a voter may be refused."""

from datetime import datetime
from typing import Literal, Protocol

import msgspec

from domain.council.messages import Paper
from domain.ids import TenantId
from domain.refusals import Absent, Conflict, Forbidden


class BallotUnknown(Absent):
    """No ballot is open under this session's id."""

    code = "ballot.unknown"


class CodeUnknown(Forbidden):
    """This is no voting code of this session, or another was drawn since."""

    code = "ballot.code-unknown"


class Withdrawn(Forbidden):
    """The seat has withdrawn from the dossiers of this paper."""

    code = "ballot.withdrawn"


class Taken(Conflict):
    """The seat has taken this paper already, with another blinded token."""

    code = "ballot.taken"


class CodeShown(Conflict):
    """This code was shown once: draw the next one."""

    code = "ballot.code-shown"


class TokenNotSigned(Forbidden):
    """The token does not bear the signature of this paper's key."""

    code = "ballot.token-not-signed"


class OtherVote(Conflict):
    """A ballot with this token lies in the box, with other votes."""

    code = "ballot.second-vote"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """The box as it is stored: sealed but for `papers`, which the log has too."""

    state: Literal["made", "open", "closed"]
    papers: tuple[Paper, ...]
    keys: str
    seats: str
    content: str
    closes_at: datetime


class Boxes(Protocol):
    """Where the rows lie. A call is one transaction, and leaves neither time nor order behind."""

    async def tenant_of(self, session_id: str) -> TenantId | None:
        """Whose session it is; None unless a box was opened for it."""
        ...

    async def find(self, tenant_id: TenantId, session_id: str) -> Row | None: ...

    async def make(self, tenant_id: TenantId, session_id: str, row: Row) -> None:
        """Store a session's first row; nothing where there is one."""
        ...

    async def swap(self, tenant_id: TenantId, session_id: str, old: Row, new: Row) -> bool:
        """Put `new` in the place of `old`; False where that is not what lies there."""
        ...

    async def destroy(self, tenant_id: TenantId, session_id: str) -> None: ...


class Signing(Protocol):
    """Blind signatures. A key is text that is kept sealed."""

    def draw(self) -> tuple[str, str]:
        """A fresh key and its modulus, in hexadecimal."""
        ...

    def sign(self, key: str, blinded: bytes) -> bytes | None:
        """None for what is no blinded message."""
        ...

    def bears(self, modulus: str, token: bytes, signature: bytes) -> bool: ...

    def code(self) -> str:
        """A fresh voting code."""
        ...


class Code(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    hash: str


class Seats(msgspec.Struct, frozen=True, kw_only=True):
    """`codes` by seat; `taken`: by paper and seat, the hash of what was signed."""

    codes: dict[str, Code] = {}
    taken: dict[str, dict[str, str]] = {}


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """`ballots`: by paper, the hash of a token and its votes, a letter a dossier."""

    ballots: dict[str, dict[str, str]] = {}
