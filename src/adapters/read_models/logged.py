"""The log as read models ask for it: only the events that a model rests on, only the columns that its fold reads."""

from collections.abc import Mapping
from typing import Any

from adapters.read_models.model import ReadModel
from adapters.read_models.session import Connection
from application.ports import Recorded
from domain.ids import TenantId

COLUMNS = (
    "e.position, e.stream_id, e.version, e.type, e.type_version, e.recorded_at, e.data, e.epoch, e.happened_on,"
    " e.actor, e.correlation_id, e.causation_id, e.command_id"
)
PAGE = f"select {COLUMNS} from read_models.page_events($1, $2, $3, $4, $5, $6, $7) as e"
EARLIER = f"select {COLUMNS} from read_models.earlier_events($1, $2, $3) as e"


async def page_events(
    connection: Connection, tenant_id: TenantId, model: ReadModel, *, after: int, until: int, limit: int
) -> list[Recorded]:
    """Up to `limit` events that the model rests on, in order; what its fold does not read of them is empty."""
    families, but = sorted(model.families), sorted(model.passes_over)
    rows = await connection.fetch(PAGE, tenant_id, after, until, families, but, model.whole_envelope, limit)
    return [_recorded(tenant_id, row) for row in rows]


async def earlier_events(connection: Connection, tenant_id: TenantId, streams: Mapping[str, int]) -> list[Recorded]:
    """The events of each stream before the version given, stream by stream in order."""
    rows = await connection.fetch(EARLIER, tenant_id, list(streams), list(streams.values()))
    return [_recorded(tenant_id, row) for row in rows]


def _recorded(tenant_id: TenantId, row: Any) -> Recorded:
    position, stream_id, version, type_, type_version, recorded_at, data, epoch, happened_on, actor, *ids = row
    correlation_id, causation_id, command_id = ids
    return Recorded(
        tenant_id=tenant_id,
        epoch=epoch or 0,
        position=position,
        stream_id=stream_id,
        version=version,
        type=type_,
        type_version=type_version,
        event_id="",
        recorded_at=recorded_at,
        happened_on=happened_on,
        actor=actor or "",
        correlation_id=correlation_id or "",
        causation_id=causation_id,
        command_id=str(command_id or ""),
        data=data,
    )
