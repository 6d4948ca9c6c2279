"""Opening a new epoch of a log, on a connection of the owner's."""

from datetime import datetime
from uuid import uuid4

import asyncpg

from application.epochs import Opening
from application.ports import UnknownTenant

_OPEN = """SELECT o.refused, o.began
  FROM thidua.open_epoch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) AS o"""


async def open_epoch(
    connection: "asyncpg.Connection[asyncpg.Record]", opening: Opening, *, clock: datetime | None = None
) -> int | None:
    """The position of the new epoch's first event; None where the log has moved since it was looked at. `clock` is the
    time to record, in a demo only.

    Raises:
        UnknownTenant: there is no such log.
    """
    event = opening.event
    row = await connection.fetchrow(
        _OPEN,
        clock,
        opening.tenant_id,
        opening.epoch,
        opening.cut,
        opening.kept,
        event.event_id,
        opening.stream_id,
        event.type,
        event.type_version,
        opening.actor,
        event.event_id,
        str(uuid4()),
        event.data,
    )
    assert row is not None
    if row["refused"] == "unknown":
        raise UnknownTenant(opening.tenant_id)
    began: int | None = row["began"]
    return began if row["refused"] is None else None
