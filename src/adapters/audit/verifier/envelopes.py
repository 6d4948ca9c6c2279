"""A row of the log out of its bytes (docs/envelope.md). What is not written in the one way is refused."""

import re
import struct
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

NULL = 0xFFFFFFFF
EPOCH_DAY = date(1970, 1, 1)
DAY_MICROSECONDS = 86_400_000_000
VIETNAM_MICROSECONDS = 7 * 3_600_000_000
"""Asia/Ho_Chi_Minh is seven hours ahead of UTC, and has been since 1975."""
BEGINNING = b"\x00\x00\x00\x0benvelope_v1\x00\x00\x00\x10"
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_placed = struct.Struct(">IqIqI").unpack_from
_numbered = struct.Struct(">IqI").unpack_from
_made = struct.Struct(">IqI16sIqI").unpack_from
_length = struct.Struct(">I").unpack_from
_ordered = struct.Struct(">I16sI").unpack_from


class Malformed(ValueError):
    """These bytes are not the envelope of any row."""


class Event(NamedTuple):
    """A row of the log. `recorded_at` is in microseconds since 1970, UTC."""

    epoch: int
    position: int
    stream: str
    version: int
    type: str
    type_version: int
    event_id: bytes
    recorded_at: int
    happened_on: str | None
    actor: str
    correlation_id: str
    causation_id: str | None
    command_id: bytes
    data: bytes

    def recorded_day(self) -> date:
        """The calendar day in Việt Nam. Raises: OverflowError: it lies outside all calendars."""
        return vietnam_day(self.recorded_at)


def vietnam_day(microseconds: int) -> date:
    """The calendar day in Việt Nam of an instant, in microseconds since 1970. Raises: OverflowError."""
    return EPOCH_DAY + timedelta(days=(microseconds + VIETNAM_MICROSECONDS) // DAY_MICROSECONDS)


def beginning_of(tenant_id: str) -> bytes:
    """The bytes that every envelope of the tenant begins with. Raises: ValueError: no UUID."""
    return BEGINNING + UUID(tenant_id).bytes


def parse(row: bytes, beginning: bytes) -> Event:
    """Raises: Malformed: it is no envelope of this tenant, or not written in the one way."""
    at = len(beginning)
    if not row.startswith(beginning):
        raise Malformed("another tenant, or no envelope")
    causation_id: str | None = None
    # Written out, for it is done a hundred thousand times a second. A text that is cut short leaves the next field no
    # bytes.
    try:
        eight, epoch, eight_2, position, length = _placed(row, at)
        stream = row[at + 28 : (at := at + 28 + length)].decode()
        eight_3, version, length = _numbered(row, at)
        kind = row[at + 16 : (at := at + 16 + length)].decode()
        eight_4, type_version, sixteen, event_id, eight_5, recorded_at, length = _made(row, at)
        happened_on, at = (None, at + 48) if length == NULL else _day(row, at + 48, length)
        [length] = _length(row, at)
        actor = row[at + 4 : (at := at + 4 + length)].decode()
        [length] = _length(row, at)
        correlation_id = row[at + 4 : (at := at + 4 + length)].decode()
        [length] = _length(row, at)
        at += 4
        if length != NULL:
            causation_id = row[at : (at := at + length)].decode()
        sixteen_2, command_id, length = _ordered(row, at)
    except (struct.error, UnicodeDecodeError) as error:
        raise Malformed("no envelope") from error
    if not eight == eight_2 == eight_3 == eight_4 == eight_5 == 8 or not sixteen == sixteen_2 == 16:
        raise Malformed("a length that no envelope has")
    if len(row) != at + 24 + length or epoch < 1 or position < 1 or version < 1 or type_version < 1:
        raise Malformed("no envelope")
    return Event(
        epoch, position, stream, version, kind, type_version, event_id, recorded_at, happened_on, actor,
        correlation_id, causation_id, command_id, row[at + 24 :],
    )  # fmt: skip


def _day(row: bytes, at: int, length: int) -> tuple[str, int]:
    text = row[at : at + length].decode()
    if not is_day(text):
        raise Malformed("no day")
    return text, at + length


def is_day(text: str) -> bool:
    """Whether it is a day of the calendar, as YYYY-MM-DD."""
    try:
        return DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False
