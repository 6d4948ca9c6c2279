"""How far behind the log each read model is, in events and in seconds, and which are stopped."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from adapters.postgres.pool import Pool
from adapters.read_models.checkpoints import Checkpoint, checkpoints
from adapters.read_models.session import looking
from application.ports import EventStore
from domain.ids import TenantId


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """`lag_seconds` counts from when the first event that is not reflected yet was recorded. `stopped_at` and `error`:
    the event that cannot be projected, and why; mend the program, then rebuild."""

    tenant_id: TenantId
    projection: str
    position: int
    head: int
    lag_events: int
    lag_seconds: float
    stopped_at: int | None
    error: str | None


async def standings(
    store: EventStore, pool: Pool, projections: Sequence[str], now: datetime, *, tenant_id: TenantId | None = None
) -> list[Standing]:
    """Of one tenant or of all.

    Raises:
        Unavailable: the database is away.
    """
    found: list[Standing] = []
    for tenant, head in sorted((await store.heads()).items()):
        if tenant_id in (None, tenant):
            async with looking(pool, tenant) as connection:
                known = await checkpoints(connection, tenant, projections, with_lag=True)
            found += [_standing(tenant, known.get(name) or _new(name), head, now) for name in projections]
    return found


def _new(projection: str) -> Checkpoint:
    return Checkpoint(projection=projection, position=0, stopped_at=None, error=None)


def _standing(tenant_id: TenantId, at: Checkpoint, head: int, now: datetime) -> Standing:
    waited = (now - at.waiting_since).total_seconds() if at.waiting_since else 0.0
    return Standing(
        tenant_id=tenant_id,
        projection=at.projection,
        position=at.position,
        head=max(head, at.position),
        lag_events=max(0, head - at.position),
        lag_seconds=max(0.0, waited),
        stopped_at=at.stopped_at,
        error=at.error,
    )
