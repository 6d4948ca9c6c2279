"""The builds of a tenant: how far each has come, kept beside its rows and moved in the same transaction."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from adapters.read_models.applying import Reached
from adapters.read_models.session import Connection
from adapters.read_models.writing import LONG_SECONDS
from domain.ids import TenantId

if TYPE_CHECKING:
    import asyncpg

State = Literal["building", "stopped", "cancelled"]

COLUMNS = (
    "b.projection, b.version, b.position, b.state, b.stopped_at, b.error, b.started_at, "
    "extract(epoch from clock_timestamp() - b.moved_at)::float8 as idle_seconds"
)
ALL = f"select {COLUMNS} from read_models_next.builds as b where b.tenant_id = $1"
LOCKED = f"{ALL} and b.projection = $2 for update "
BEGIN = """
insert into read_models_next.builds as b (tenant_id, projection, version) values ($1, $2, $3)
on conflict (tenant_id, projection) do nothing
"""
ANEW = """
update read_models_next.builds as b
set version = $3, position = 0, state = 'building', stopped_at = null, error = null, started_at = clock_timestamp(),
    moved_at = clock_timestamp()
where b.tenant_id = $1 and b.projection = $2
"""
MOVE = """
update read_models_next.builds as b
set position = $3, state = case when $4::bigint is null then 'building' else 'stopped' end, stopped_at = $4, error = $5,
    moved_at = clock_timestamp()
where b.tenant_id = $1 and b.projection = $2
"""
CANCEL = "update read_models_next.builds as b set state = 'cancelled' where b.tenant_id = $1 and b.projection = $2"
END = "delete from read_models_next.builds as b where b.tenant_id = $1 and b.projection = $2"


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """A read model being made anew: of which `version`, and the last event that its rows reflect. `stopped_at`: the
    event that cannot be projected, with why. `idle_seconds`: since it moved last. A cancelled build has no rows, and
    servers do not begin it again."""

    projection: str
    version: int
    position: int
    state: State
    stopped_at: int | None
    error: str | None
    started_at: datetime
    idle_seconds: float


async def builds(connection: Connection, tenant_id: TenantId) -> dict[str, Build]:
    """The tenant's builds by projection."""
    return {record["projection"]: _build(record) for record in await connection.fetch(ALL, tenant_id)}


async def begin(connection: Connection, tenant_id: TenantId, projection: str, version: int) -> None:
    """There is a build of the projection from now on, whatever it is."""
    await connection.execute(BEGIN, tenant_id, projection, version, timeout=LONG_SECONDS)


async def hold(connection: Connection, tenant_id: TenantId, projection: str) -> Build | None:
    """The build, held until the transaction ends, however long somebody else holds it; None: there is none."""
    record = await connection.fetchrow(LOCKED, tenant_id, projection, timeout=LONG_SECONDS)
    return _build(record) if record else None


async def begin_anew(connection: Connection, tenant_id: TenantId, projection: str, version: int) -> None:
    await connection.execute(ANEW, tenant_id, projection, version)


async def move_build(connection: Connection, tenant_id: TenantId, projection: str, to: Reached) -> None:
    """Set the position of the build that the caller holds."""
    stopped_at, error = (to.stop.position, to.stop.error) if to.stop else (None, None)
    await connection.execute(MOVE, tenant_id, projection, to.position, stopped_at, error)


async def mark_cancelled(connection: Connection, tenant_id: TenantId, projection: str) -> None:
    await connection.execute(CANCEL, tenant_id, projection)


async def end(connection: Connection, tenant_id: TenantId, projection: str) -> None:
    """The build that the caller holds is no more."""
    await connection.execute(END, tenant_id, projection)


def _build(record: "asyncpg.Record") -> Build:
    return msgspec.convert(dict(record), Build)
