"""`as_of`: a position of the log, or an instant, that a query is answered as of."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from adapters.http.problems import malformed
from adapters.http.route import Exchange
from adapters.read_models.moments import stood
from domain.dates import local_day
from domain.refusals import Invalid

EXAMPLE = "2024-08-31T17:00:00+07:00"
HEADER = "x-as-of-position"
AsOf = Annotated[
    str,
    msgspec.Meta(
        max_length=40,
        description=f"Answer as of this position of the log, or as of this instant (RFC 3339, such as {EXAMPLE}).",
        examples=["1"],
    ),
]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What a query is answered as of: a `position`, and the instant that was named or that its event was recorded at;
    without a position as things stand, once the views have come to `reached`."""

    now: datetime
    position: int | None = None
    reached: int | None = None

    @property
    def today(self) -> date:
        """The calendar day in Việt Nam then: what a query takes where no day is named."""
        return local_day(self.now)

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.position is None else {HEADER: str(self.position)}

    def of_list(self, path: str) -> str:
        """The list that a cursor is of: that of one position is another than that of the next."""
        return path if self.position is None else f"{path}\n{self.position}"


async def moment_of(
    exchange: Exchange, *, as_of: str | None, min_position: int | None = None, field: str = "as_of"
) -> Moment:
    """What a query with these parameters is answered as of; `field` is what the caller wrote `as_of` under.

    Raises:
        Problem: 400 `query.invalid`, for what is neither a position of the log nor an instant of its time.
        Unavailable: the database is away.
    """
    now = exchange.parts.platform.clock.now()
    if as_of is None:
        return Moment(now=now, reached=min_position)
    if min_position is not None:
        raise malformed(field, "cannot be asked for together with min_position", code="query.invalid")
    try:
        found = await stood(exchange.parts.reads.pool, exchange.caller.tenant_id, as_of, now=now, field=field)
    except Invalid as refusal:
        raise malformed(field, str(refusal.facts["reason"]), code="query.invalid") from None
    return Moment(now=found.at, position=found.position)
