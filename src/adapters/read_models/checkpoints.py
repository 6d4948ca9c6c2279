"""How far each read model of a tenant has come, kept beside its rows and moved in the same transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from adapters.postgres.pool import Pool
from adapters.read_models.applying import Reached
from adapters.read_models.model import ReadModel
from adapters.read_models.session import Connection
from adapters.read_models.writing import LONG_SECONDS
from domain.ids import TenantId

if TYPE_CHECKING:
    import asyncpg

ENTER = """
insert into read_models.checkpoints (tenant_id, projection, version)
select $1, new.projection, new.version from unnest($2::text[], $3::integer[]) as new (projection, version)
on conflict (tenant_id, projection) do nothing
"""
ALL = """
select c.projection, c.version, c.position, c.stopped_at, c.error
from read_models.checkpoints as c
where c.tenant_id = $1 and c.projection = any($2::text[])
"""
# A subquery, because a join reads the whole log of a tenant to find one event for each projection.
WITH_LAG = """
select c.projection, c.version, c.position, c.stopped_at, c.error,
       (select e.recorded_at from thidua.events as e
        where e.tenant_id = c.tenant_id and e.position = c.position + 1) as waiting_since
from read_models.checkpoints as c
where c.tenant_id = $1 and c.projection = any($2::text[])
"""
LOCKED = """
select c.projection, c.version, c.position, c.stopped_at, c.error
from read_models.checkpoints as c
where c.tenant_id = $1 and c.projection = any($2::text[])
order by c.projection
for update
"""
MOVE = """
update read_models.checkpoints as c
set position = new.position, stopped_at = new.stopped_at, error = new.error, moved_at = clock_timestamp()
from unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[]) as new (projection, position, stopped_at, error)
where c.tenant_id = $1 and c.projection = new.projection
"""
REPLACE = """
update read_models.checkpoints as c
set version = $3, position = $4, stopped_at = $5, error = $6, moved_at = clock_timestamp()
where c.tenant_id = $1 and c.projection = $2
"""
POSITIONS = "select c.projection, c.version, c.position, c.stopped_at, c.error from read_models.positions($1, $2) as c"
FOLLOWED_EVENTS_MAX = 10_000
"""The length of a log from which a new projection is built rather than brought up from the first event by the
projector, whose other projections would wait for it."""


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """`position`: the last event that the tables reflect. `version`: of the model that made the rows; 0: there are none
    yet. `stopped_at`: the event that cannot be projected, with why.
    `waiting_since`: when the first event that they do not reflect was recorded, if that was asked."""

    projection: str
    version: int
    position: int
    stopped_at: int | None
    error: str | None
    waiting_since: datetime | None = None


async def enter(connection: Connection, tenant_id: TenantId, models: Iterable[ReadModel], head: int) -> None:
    """Begin at 0 where a projection of the tenant has no checkpoint yet: followed from there, or to be built."""
    ordered = sorted(models, key=lambda model: model.name)
    names = [model.name for model in ordered]
    versions = [model.version if head <= FOLLOWED_EVENTS_MAX else 0 for model in ordered]
    await connection.execute(ENTER, tenant_id, names, versions)


async def checkpoints(
    connection: Connection, tenant_id: TenantId, projections: Sequence[str], *, with_lag: bool = False
) -> dict[str, Checkpoint]:
    """The checkpoints by projection, those that have begun."""
    return _by_name(await connection.fetch(WITH_LAG if with_lag else ALL, tenant_id, list(projections)))


async def locked(
    connection: Connection, tenant_id: TenantId, projections: Sequence[str], *, wait: bool
) -> dict[str, Checkpoint]:
    """The checkpoints, held until the transaction ends; without waiting, only those that nobody else holds."""
    sql, patience = (LOCKED, LONG_SECONDS) if wait else (LOCKED + "skip locked", None)
    records = await connection.fetch(sql, tenant_id, list(projections), timeout=patience)
    return _by_name(records)


async def positions(pool: Pool, tenant_id: TenantId, projections: Sequence[str]) -> dict[str, Checkpoint]:
    """The checkpoints as they are now, in one exchange. Raises: Unavailable."""
    async with pool.connection() as connection:
        return _by_name(await connection.fetch(POSITIONS, tenant_id, list(projections)))


async def move(connection: Connection, tenant_id: TenantId, reached: Mapping[str, Reached]) -> None:
    """Set the checkpoints that the caller holds."""
    stops = [to.stop for to in reached.values()]
    await connection.execute(
        MOVE,
        tenant_id,
        list(reached),
        [to.position for to in reached.values()],
        [stop.position if stop else None for stop in stops],
        [stop.error if stop else None for stop in stops],
    )


async def replace(connection: Connection, tenant_id: TenantId, model: ReadModel, to: Reached) -> None:
    """Set the checkpoint that the caller holds to that of other rows, which this version of the model made."""
    stopped_at, error = (to.stop.position, to.stop.error) if to.stop else (None, None)
    await connection.execute(REPLACE, tenant_id, model.name, model.version, to.position, stopped_at, error)


def _by_name(records: Iterable["asyncpg.Record"]) -> dict[str, Checkpoint]:
    return {record["projection"]: msgspec.convert(dict(record), Checkpoint) for record in records}
