"""Reading the audit trail."""

from datetime import date, datetime
from typing import Any

import msgspec

from adapters.read_models.paging import Page, Query, page
from adapters.read_models.session import Connection
from domain.ids import TenantId


class TrailRow(msgspec.Struct, frozen=True, kw_only=True):
    """One event: `recorded_at` is the server's time, `happened_on` the day of a paper act that came first. `summary`
    holds the event's plain facts, nothing personal; `reason` may be ciphertext."""

    position: int
    epoch: int
    recorded_at: datetime
    happened_on: date | None
    actor: str
    type: str
    stream_id: str
    version: int
    command_id: str
    correlation_id: str
    causation_id: str | None
    campaign_id: str | None
    unit_id: str | None
    person_id: str | None
    summary: dict[str, Any]
    reason: str | None


class TrailFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `since` is included, `until` is not; `under`: a unit, with everything below it."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str | None = None
    type: str | None = None
    stream_id: str | None = None
    command_id: str | None = None
    correlation_id: str | None = None
    campaign_id: str | None = None
    person_id: str | None = None
    under: str | None = None


TRAIL = """
select t.position, t.epoch, t.recorded_at, t.happened_on, t.actor, t.type, t.stream_id, t.version, t.command_id,
       t.correlation_id, t.causation_id, s.campaign_id, s.unit_id, s.person_id, t.summary, t.reason
from read_models.trail as t
left join read_models.trail_streams as s on s.tenant_id = t.tenant_id and s.stream_id = t.stream_id
where t.tenant_id = $1"""


async def fetch_trail(
    connection: Connection,
    tenant_id: TenantId,
    wanted: TrailFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
    newest_first: bool = True,
) -> Page[TrailRow]:
    """Events in the order of the log, or the newest first. A cursor serves the direction that it was given in.
    Raises: BadCursor."""
    query = Query(tenant_id)
    query.where("t.recorded_at >= {}", wanted.since)
    query.where("t.recorded_at < {}", wanted.until)
    for name in ("actor", "type", "stream_id", "command_id", "correlation_id"):
        query.where(f"t.{name} = {{}}", getattr(wanted, name))
    query.where("s.campaign_id = {}", wanted.campaign_id)
    query.where("s.person_id = {}", wanted.person_id)
    query.within(wanted.under, "s.unit_id", "s.other_unit_id")
    query.within(subtree, "s.unit_id", "s.other_unit_id")
    listing = "trail-back" if newest_first else "trail"
    query.after(listing, after, [("t.position", int)], backwards=newest_first)
    sql = f"{TRAIL}{query.narrowed} order by t.position {'desc' if newest_first else 'asc'}"
    return await page(
        connection, sql, query, TrailRow, listing=listing, keys=("position",), limit=limit, json=("summary",)
    )
