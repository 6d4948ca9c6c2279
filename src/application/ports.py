"""What the application needs from outside: the log, the keys, the clock. Bytes and rows, no technology."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Literal, Protocol

import msgspec

from application.lines import History, Lines
from domain.figures import Period, ReportFigures
from domain.ids import TenantId


class NewEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event that is to be stored: `data` is its exact msgspec JSON. `happened_on` is its own day where an append
    carries several acts; None: that of the append."""

    event_id: str
    type: str
    type_version: int
    data: bytes
    happened_on: date | None = None


class StreamAppend(msgspec.Struct, frozen=True, kw_only=True):
    """Events for one stream, which must be at `expected_version` (0: must not exist). No events makes it a guard:
    a stream that was only read and must not have moved."""

    stream_id: str
    expected_version: int
    events: tuple[NewEvent, ...] = ()


class Append(msgspec.Struct, frozen=True, kw_only=True):
    """One command's outcome, stored whole or not at all.

    `command_id` is scoped to the credential by its maker (a UUID). `fingerprint` is a keyed hash of the request's body.
    `answer` is what the command's sender is told, and is told again on a retry (bytes, no personal data in clear).
    `session`: the store's, if what was decided on was remembered under it; under another one the append is refused as
    if a stream had moved, for the versions may now be of another history.
    """

    tenant_id: TenantId
    command_id: str
    fingerprint: bytes
    answer: bytes
    actor: str
    correlation_id: str
    causation_id: str | None = None
    happened_on: date | None = None
    session: int | None = None
    streams: tuple[StreamAppend, ...]


class Recorded(msgspec.Struct, frozen=True):
    """A row of the log: the envelope and the exact bytes. `position` counts from 1 without gaps in its tenant.

    Its fields may be given in their order: rows come by the million, and names would take half of the time.
    """

    tenant_id: TenantId
    epoch: int
    position: int
    stream_id: str
    version: int
    type: str
    type_version: int
    event_id: str
    recorded_at: datetime
    happened_on: date | None
    actor: str
    correlation_id: str
    causation_id: str | None
    command_id: str
    data: bytes


class Outcome(Enum):
    APPENDED = "appended"
    REPLAYED = "replayed"


class Appended(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an append. On REPLAYED everything is of the first time, `fingerprint` and `answer` too.

    `position` is the tenant's position of the last event of the command, or, for a command that changed nothing, the
    tenant's position at that moment.
    """

    outcome: Outcome
    position: int
    recorded_at: datetime
    fingerprint: bytes
    answer: bytes


class EventsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a tenant's log as CloudEvents. `epoch`: the log's present one; `head`: its last position; `found` events,
    up to position `last` (None: there are none); `events`: their JSON, one after the other with commas between."""

    epoch: int
    head: int
    last: int | None
    found: int
    events: bytes


class VersionConflict(Exception):
    """A stream has moved since it was read: this one, maybe others too. Decide again. Nothing was stored."""

    def __init__(self, stream_id: str) -> None:
        super().__init__(stream_id)
        self.stream_id = stream_id


class UnknownTenant(Exception):
    """The log has no such tenant. Nothing was stored."""


class Unavailable(Exception):
    """The store cannot be reached now. Nothing acknowledged is lost; the same command may be sent again."""


class Halt(msgspec.Struct, frozen=True, kw_only=True):
    """Why a log of `head` events was stopped: it is shorter than the checkpoint of `origin` that `holder` keeps outside
    (`size`, `root` in hex; None: a witness told no more), has another root, or lacks the row behind `size`."""

    reason: Literal["shorter", "different", "lacking"]
    holder: str
    origin: str
    size: int
    root: str | None
    head: int


class Frozen(Unavailable):
    """The tenant's log takes no appends until the operator opens a new epoch (`halt` says why), or, where `halt` is
    None, lets it go on."""

    def __init__(self, tenant_id: TenantId, halt: Halt | None = None) -> None:
        super().__init__(f"the log of tenant {tenant_id} takes no appends now")
        self.tenant_id, self.halt = tenant_id, halt


class CursorCut(Exception):
    """The cursor is of an epoch that has ended; nothing of its history after position `cut` is in the log. `epoch` is
    the present one."""

    def __init__(self, *, cut: int, epoch: int) -> None:
        super().__init__(cut, epoch)
        self.cut, self.epoch = cut, epoch


class UnknownEpoch(Exception):
    """The log has not come to the epoch that was asked for; `epoch` is its present one."""

    def __init__(self, epoch: int) -> None:
        super().__init__(epoch)
        self.epoch = epoch


class Log(Protocol):
    """What decisions read: every call names its tenant; nothing reads across tenants except `heads`."""

    @property
    def session(self) -> int | None:
        """Stays the same as long as nobody can have put another history in the log's place, by a restore say.
        None: that cannot be told, and nothing that was read may be remembered."""
        ...

    async def load(self, tenant_id: TenantId, stream_ids: Sequence[str]) -> dict[str, list[Recorded]]:
        """The events of each stream in order, from one snapshot; an empty list for a stream that does not exist."""
        ...

    async def histories(self, tenant_id: TenantId, stream_ids: Sequence[str]) -> dict[str, History]:
        """As `load`, as much as a decision needs; a history of version 0 for a stream that does not exist."""
        ...

    def read(self, tenant_id: TenantId, *, after: int = 0) -> AsyncIterator[Sequence[Recorded]]:
        """The log from `after` to its present end, in pages of 5,000, the next fetched while one is used."""
        ...

    def lines(self, tenant_id: TenantId, *, after: int = 0, until: int | None = None) -> AsyncIterator[Lines]:
        """As `read`, up to position `until`, and of each event no more than `Lines` hold: several times as fast."""
        ...

    async def heads(self) -> dict[TenantId, int]:
        """The last position of every tenant."""
        ...


class EventStore(Log, Protocol):
    """The log, and the only door to it."""

    async def append(self, request: Append) -> Appended:
        """Store all events of the command or none, atomically over its streams.

        The command id is looked at first: a known one answers REPLAYED, whatever the versions say.
        A commit whose outcome is unknown is resolved here by the command id, never by blind retry.

        Raises:
            VersionConflict: a stream is not at its expected version.
            UnknownTenant: no such tenant.
            Unavailable: the database is away, or too many appends wait; Frozen: this tenant's log is stopped.
        """
        ...

    async def remembered(self, tenant_id: TenantId, command_id: str) -> Appended | None:
        """What was answered to this command id before (outcome REPLAYED), or None."""
        ...

    async def page(
        self, tenant_id: TenantId, *, after: int, limit: int, types: Sequence[str] = (), until: int | None = None
    ) -> list[Recorded]:
        """Up to `limit` events with position > `after` (and <= `until`), in order, of the given types (empty: all)."""
        ...

    async def cloud_events(
        self, tenant_id: TenantId, *, after: int, limit: int, types: Sequence[str] = (), epoch: int = 1
    ) -> EventsPage:
        """As `page`, up to the present end of the log, in the form that integrators read (`cloud_events.py`). `after`
        is a position of this epoch.

        Raises:
            CursorCut, UnknownEpoch: the log holds no such position.
        """
        ...

    async def epochs(self) -> dict[TenantId, int]:
        """The present epoch of every tenant."""
        ...

    async def freeze(self, tenant_id: TenantId, epoch: int, halt: Halt) -> None:
        """Stop the log, if this is its epoch and it is not stopped already with a reason. There is no way back here."""
        ...

    async def frozen(self) -> dict[TenantId, Halt | None]:
        """The logs that are stopped, and why; None: the operator did it by hand."""
        ...


class Subjects(Protocol):
    """Which streams speak of a subject: an index behind the log, asked only up to a position that it has reached."""

    async def about(self, tenant_id: TenantId, subject: str, *, until: int) -> list[str]:
        """The registration, evaluation and award streams of a person, or of a unit itself (not of persons in it), that
        began at position `until` or before.

        Raises:
            Unavailable: the index has not come so far, and did not within a few seconds.
        """
        ...

    async def nominated(self, tenant_id: TenantId, campaign_id: str, title: str, *, until: int) -> list[str]:
        """The award streams of the campaign that were nominated for this title; otherwise as `about`."""
        ...

    async def of_persons_in(self, tenant_id: TenantId, unit_id: str, *, until: int, limit: int) -> list[str]:
        """The member streams of the persons who belong to this very unit, and the evaluation and award streams of
        persons that it opened or nominated, at most `limit` of them; otherwise as `about`."""
        ...

    async def clusters(self, tenant_id: TenantId, unit_id: str | None, *, until: int) -> list[str]:
        """The cluster streams that a unit was ever a member of, or all of the tenant (None); otherwise as `about`."""
        ...

    async def merged_into(self, tenant_id: TenantId, person_id: str, *, until: int) -> list[str]:
        """The member streams that were merged into this person's, by position `until`; otherwise as `about`."""
        ...

    async def below(self, tenant_id: TenantId, unit_id: str, *, until: int) -> list[str]:
        """The streams of the units right below this one that have not ended; otherwise as `about`."""
        ...


class Counting(msgspec.Struct, frozen=True, kw_only=True):
    """Whose figures: of a unit and those under it, in a campaign, for a period, as things stand on a day."""

    campaign_id: str
    unit_id: str
    period: Period
    day: date


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """The figures, and the position of the tenant's log that they are of."""

    figures: ReportFigures
    position: int


class Figures(Protocol):
    """What reports are filled with: counted behind the log, but all at one position of it."""

    async def counted(self, tenant_id: TenantId, wanted: Counting, *, since: int) -> Counted:
        """The figures at a position that is `since` or after it. Whoever brings the read models to that position gets
        the same ones.

        Raises:
            Unavailable: what is counted has not come so far, or did not stand still at one position for a moment.
        """
        ...


class KeyVault(Protocol):
    """Keys by subject, wrapped by the tenant's key, that by a master key outside the database."""

    async def seal(self, tenant_id: TenantId, subject: str, texts: Sequence[str]) -> list[str]:
        """Ciphertext tokens, self-describing (`sealed:…`), one a text; equal texts of one subject give equal tokens.
        The subject's key is made, and committed, at first use.

        Raises:
            Erased: the subject's key was destroyed.
        """
        ...

    async def seal_many(
        self, tenant_id: TenantId, wanted: Sequence[tuple[str, Sequence[str]]]
    ) -> list[list[str] | None]:
        """As `seal`, for several subjects with their texts, in one round trip; None where a key was destroyed."""
        ...

    async def open(self, tenant_id: TenantId, tokens: Sequence[str]) -> list[str | None]:
        """The clear texts; None where the key is destroyed or the token is not this tenant's."""
        ...

    async def seal_bytes(self, tenant_id: TenantId, subject: str, content: bytes) -> bytes:
        """Ciphertext of a file under the subject's key; equal files of one subject give equal ciphertext.

        Raises:
            Erased: the subject's key was destroyed.
        """
        ...

    async def open_bytes(self, tenant_id: TenantId, subject: str, sealed: bytes) -> bytes | None:
        """The file; None where the key is destroyed, or did not seal this."""
        ...

    async def commitments(self, tenant_id: TenantId, subjects: Sequence[str]) -> list[str | None]:
        """What each subject's key is told by, in hexadecimal (64 digits): what a committing key seals begins with it.
        None where there is no key, or none any more."""
        ...

    async def destroy(self, tenant_id: TenantId, subject: str) -> None:
        """Nothing sealed for the subject opens again, and nothing more can be sealed. Repeating is harmless."""
        ...

    async def fingerprint(self, tenant_id: TenantId, body: bytes) -> bytes:
        """An HMAC of a request's body under the tenant's key (32 bytes)."""
        ...


class Erased(Exception):
    """The person's key was destroyed: nothing more can be recorded about them."""


class Attachments(Protocol):
    """Sealed files by the SHA-256 of what is stored, each tenant's apart. Nothing is ever taken out."""

    async def put(self, tenant_id: TenantId, sealed: bytes) -> str:
        """The address that these bytes are kept under, for good when this returns; the same bytes again change nothing.

        Raises:
            AttachmentsAway: the storage cannot be reached or cannot take them.
        """
        ...

    async def get(self, tenant_id: TenantId, address: str) -> bytes:
        """The bytes that were put, exactly.

        Raises:
            AttachmentMissing: nothing lies under this address.
            AttachmentAltered: what lies there is not what was put.
            AttachmentsAway: the storage cannot be reached.
        """
        ...


class AttachmentsAway(Exception):
    """The storage of attachments cannot be reached or written now; the same request may be sent again."""


class AttachmentMissing(Exception):
    """The storage holds nothing under the address: it was lost, or is another storage than the one written to."""


class AttachmentAltered(Exception):
    """What the storage holds under the address does not have it as its hash: it was changed or is damaged."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...
