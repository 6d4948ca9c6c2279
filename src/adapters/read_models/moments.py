"""Where a tenant's log stood at an instant, and when it came to a position."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from adapters.postgres.pool import Pool
from application.moments import Moment, moment_of
from domain.ids import TenantId
from domain.refusals import Invalid

FLOOR = datetime(1900, 1, 1, tzinfo=UTC)
"""Before any log; what lies before it is no instant that the database can be asked about."""
MOMENT = "select m.head, m.began_at, m.position, m.recorded_at from thidua.moment($1, $2, $3) as m"


class Stood(msgspec.Struct, frozen=True, kw_only=True):
    """A log as it was: its last `position` then, and the instant that was named, or that its event was recorded at."""

    position: int
    at: datetime


async def stood(pool: Pool, tenant_id: TenantId, text: str, *, now: datetime, field: str) -> Stood:
    """How the log stood at what `text` names: a position of it, or an instant with its zone. `field` is what a refusal
    calls the text.

    Raises:
        Invalid: it is neither, or the log has no such moment.
        Unavailable: the database is away.
    """
    asked = moment_of(text, field=field)
    instant = max(FLOOR, asked) if isinstance(asked, datetime) else None
    if instant is not None and instant > now:
        raise Invalid(field=field, reason="lies in the future")
    position = asked if isinstance(asked, int) else None
    async with pool.connection() as connection:
        row = await connection.fetchrow(MOMENT, tenant_id, position, instant)
    assert row is not None, "a function with one row"
    if row["position"] is None:
        raise Invalid(field=field, reason=_lacking(row, asked))
    return Stood(position=row["position"], at=instant or row["recorded_at"])


def _lacking(row: Any, asked: Moment) -> str:
    if row["began_at"] is None:
        return "names a moment of a log that holds nothing yet"
    if isinstance(asked, int) and asked > row["head"]:
        return f"lies behind the log's last position, {row['head']}"
    return f"lies before the log's beginning, {row['began_at'].isoformat()}"
