"""A moment of a tenant's log: a position, or an instant."""

import re
from datetime import datetime
from typing import Annotated

import msgspec

from domain.refusals import Invalid

Moment = int | datetime
"""A position of the log, from 1, or an instant with its zone."""

_POSITION = re.compile(r"[0-9]{1,18}")
_INSTANT = Annotated[datetime, msgspec.Meta(tz=True)]
_NEITHER = "must be a position of the log, or an instant such as 2024-08-05T09:30:00+07:00, with + as %2B"


class Stopped(msgspec.Struct, frozen=True):
    """A `Clock` that stands, for what is answered as of a moment."""

    at: datetime

    def now(self) -> datetime:
        return self.at


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
