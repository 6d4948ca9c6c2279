"""A log's epochs: 1 until a restore opens another. A new one begins with the event that says what was lost, and why."""

from typing import Annotated

import msgspec

from domain.decider import Message, Text
from domain.ids import TenantId, stream

Position = Annotated[int, msgspec.Meta(ge=0)]


class OutsideCheckpoint(Message, frozen=True, kw_only=True):
    """A signed checkpoint that lies outside the database: the log's `origin`, its `size` and its `root` in hex
    (None: a witness told the size alone)."""

    origin: str
    size: Position
    root: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", description="SHA-256 in hex.")] | None


class EpochOpened(Message, frozen=True, kw_only=True):
    """`cut`: the last position at which this log is known to be the old one; what the old one held after it is not in
    this log. `kept`: the last position before this event; what lies between `cut` and `kept` was recorded after the
    restore, before the log was stopped. `checkpoint`: the newest one of the old log (None: there was none outside)."""

    epoch: Annotated[int, msgspec.Meta(ge=2)]
    previous_epoch: Annotated[int, msgspec.Meta(ge=1)]
    cut: Position
    kept: Position
    checkpoint: OutsideCheckpoint | None
    cause: Text


def stream_of(tenant_id: TenantId) -> str:
    """The stream that tells of the log itself."""
    return stream("log", tenant_id)
