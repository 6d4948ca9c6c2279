"""How a row of the log becomes bytes, for ever: what is hashed and signed. docs/envelope.md is the specification."""

from datetime import UTC, date, datetime, timedelta
from struct import Struct

from application.ports import Recorded

NAME = b"envelope_v1"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NULL = b"\xff\xff\xff\xff"

_length = Struct(">I").pack
_integer = Struct(">q").pack


def envelope_v1(row: Recorded) -> bytes:
    """The row's one and only byte form, made from the row alone."""
    return b"".join(
        (
            _field(NAME),
            _uuid(row.tenant_id),
            _number(row.epoch),
            _number(row.position),
            _text(row.stream_id),
            _number(row.version),
            _text(row.type),
            _number(row.type_version),
            _uuid(row.event_id),
            _number((row.recorded_at - EPOCH) // MICROSECOND),
            _day(row.happened_on),
            _text(row.actor),
            _text(row.correlation_id),
            NULL if row.causation_id is None else _text(row.causation_id),
            _uuid(row.command_id),
            _field(row.data),
        )
    )


def _field(content: bytes) -> bytes:
    return _length(len(content)) + content


def _number(value: int) -> bytes:
    return _field(_integer(value))


def _text(value: str) -> bytes:
    return _field(value.encode())


def _uuid(value: str) -> bytes:
    content = bytes.fromhex(value.replace("-", ""))
    assert len(content) == 16, "ids of the log are UUIDs"
    return _field(content)


def _day(value: date | None) -> bytes:
    return NULL if value is None else _text(value.isoformat())
