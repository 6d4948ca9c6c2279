"""How far behind the log each read model is, in events and in seconds, and which are stopped."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from adapters.postgres.pool import Pool
from adapters.read_models.builds import Build, State, builds
from adapters.read_models.checkpoints import Checkpoint, checkpoints
from adapters.read_models.session import looking
from application.ports import EventStore
from domain.ids import TenantId


class BuildUnderWay(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: building; stopped at an event that cannot be projected, where the rows that are read go further; or
    cancelled, and not begun again by a server. `position` is that of the last event that its rows reflect."""

    version: int
    position: int
    state: State
    started_at: datetime
    stopped_at: int | None
    error: str | None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """`lag_seconds` counts from when the first event that is not reflected yet was recorded. `stopped_at` and `error`:
    the event that cannot be projected, and why; mend the program, then rebuild. `version`: of the read model that made
    the rows, 0 while there are none. `build`: other rows that are made beside them to take their place."""

    tenant_id: TenantId
    projection: str
    version: int
    position: int
    head: int
    lag_events: int
    lag_seconds: float
    stopped_at: int | None
    error: str | None
    build: BuildUnderWay | None


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
                being_built = await builds(connection, tenant)
            found += [
                _standing(tenant, known.get(name) or _new(name), being_built.get(name), head, now)
                for name in projections
            ]
    return found


def _new(projection: str) -> Checkpoint:
    return Checkpoint(projection=projection, version=0, position=0, stopped_at=None, error=None)


def _standing(tenant_id: TenantId, at: Checkpoint, build: Build | None, head: int, now: datetime) -> Standing:
    waited = (now - at.waiting_since).total_seconds() if at.waiting_since else 0.0
    return Standing(
        tenant_id=tenant_id,
        projection=at.projection,
        version=at.version,
        position=at.position,
        head=max(head, at.position),
        lag_events=max(0, head - at.position),
        lag_seconds=max(0.0, waited),
        stopped_at=at.stopped_at,
        error=at.error,
        build=_under_way(build, at) if build else None,
    )


def _under_way(build: Build, at: Checkpoint) -> BuildUnderWay | None:
    """A cancelled build of what is read already is nothing that anybody waits for."""
    if build.state == "cancelled" and build.version == at.version:
        return None
    return BuildUnderWay(
        version=build.version,
        position=build.position,
        state=build.state,
        started_at=build.started_at,
        stopped_at=build.stopped_at,
        error=build.error,
    )
