"""A moment of a tenant's log: a position, or an instant."""

import re
from datetime import datetime
from typing import Annotated

import msgspec

from application.ports import Recorded
from domain.refusals import Invalid

Moment = int | datetime
"""A position of the log, from 1, or an instant with its zone."""

_POSITION = re.compile(r"[0-9]{1,18}")
_INSTANT = Annotated[datetime, msgspec.Meta(tz=True)]
_NEITHER = "must be a position of the log, or an instant such as 2024-08-05T09:30:00+07:00, with + as %2B"


def moment_of(text: str, *, field: str) -> Moment:
    """What `text` names: digits are a position, anything else a time (RFC 3339).

    Raises:
        Invalid: it is neither.
    """
    if _POSITION.fullmatch(text):
        return int(text)
    try:
        return msgspec.convert(text, _INSTANT)
    except msgspec.ValidationError:
        raise Invalid(field=field, reason=_NEITHER) from None


def check_moment(moment: Moment, *, head: int, now: datetime, field: str) -> None:
    """Raises: Invalid, where the log has no such moment (yet); `head` is its last position."""
    if isinstance(moment, datetime):
        if moment > now:
            raise Invalid(field=field, reason="lies in the future")
    elif moment > head:
        raise Invalid(field=field, reason=f"lies behind the log's last position, {head}")
    elif moment < 1:
        raise Invalid(field=field, reason="must be a position from 1")


def is_by(record: Recorded, moment: Moment) -> bool:
    """Whether the event was recorded by then."""
    return (record.recorded_at if isinstance(moment, datetime) else record.position) <= moment  # type: ignore[operator]
