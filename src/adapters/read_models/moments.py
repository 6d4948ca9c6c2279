"""Where a tenant's log stood at an instant, and when it came to a position."""

from datetime import datetime

import msgspec

from adapters.postgres.pool import Pool
from domain.ids import TenantId

MOMENT = "select m.head, m.began_at, m.position, m.recorded_at from thidua.moment($1, $2, $3) as m"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """`head`: the log's last position, 0 where nothing is in it; `began_at`: when its first event was recorded.
    `position`: the one that was asked for, or the last at or before the instant, with when its event was recorded;
    both None where the log has no such."""

    head: int
    began_at: datetime | None
    position: int | None
    recorded_at: datetime | None


async def stood(pool: Pool, tenant_id: TenantId, asked: int | datetime) -> Standing:
    """How the log stood at a position, or at an instant with its time zone.

    Raises:
        Unavailable: the database is away.
    """
    by_position = isinstance(asked, int)
    async with pool.connection() as connection:
        row = await connection.fetchrow(
            MOMENT, tenant_id, asked if by_position else None, None if by_position else asked
        )
    assert row is not None, "a function with one row"
    return msgspec.convert(dict(row), Standing)
