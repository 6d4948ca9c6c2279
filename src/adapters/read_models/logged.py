"""The log as read models ask for it: only the events that a model rests on, only the columns that its fold reads."""

from collections.abc import Mapping
from typing import Any

from adapters.read_models.counting import Told, ToldPage
from adapters.read_models.model import Counting, ReadModel
from adapters.read_models.session import Connection
from application.ports import Recorded
from domain.ids import TenantId

SLIM = "e.position, e.stream_id, e.version, e.type, e.type_version, e.recorded_at, e.data"
WHOLE = f"{SLIM}, e.epoch, e.happened_on, e.actor, e.correlation_id, e.causation_id, e.command_id"
PAGE = """
select {columns} from thidua.events as e
where e.tenant_id = $1 and e.position > $2 and e.position <= $3
  and (cardinality($4::text[]) = 0 or e.type ^@ any($4::text[]))
  and (cardinality($5::text[]) = 0 or e.type <> all($5::text[]))
order by e.position limit $6"""
# A text a column: rows would cost the reader more than the fold does.
TOLD = f"""
select string_agg(t.stream_id, E'\\n'), string_agg(t.version::text, E'\\n'), string_agg(t.type, E'\\n'),
       string_agg(t.type_version::text, E'\\n'),
       string_agg(t.data, '\\x0a'::bytea) filter (where t.type = any($7::text[])), count(*), max(t.position)
from ({PAGE.format(columns=SLIM)}) as t"""
EARLIER = """
select e.stream_id, e.version, e.type, e.type_version, case when e.type = any($4::text[]) then e.data end
from read_models.earlier_events($1, $2, $3) as e where e.type <> all($5::text[])"""


async def page_events(
    connection: Connection, tenant_id: TenantId, model: ReadModel, *, after: int, until: int, limit: int
) -> tuple[list[Recorded], int]:
    """Up to `limit` events that the model rests on, in order, and the position that they reach: `until`, or that of the
    last of them where more may follow. What the fold does not read of them is empty. Inside a transaction of the
    tenant's, after `go_one_way`."""
    columns, recorded = (WHOLE, _whole) if model.whole_envelope else (SLIM, _slim)
    sql = PAGE.format(columns=columns)
    rows = await connection.fetch(sql, tenant_id, after, until, *_narrowed(model), limit)
    return [recorded(tenant_id, row) for row in rows], rows[-1][0] if len(rows) == limit else until


async def page_told(
    connection: Connection, tenant_id: TenantId, model: ReadModel, *, after: int, until: int, limit: int
) -> tuple[ToldPage, int]:
    """The same for a model that counts."""
    row = await connection.fetchrow(TOLD, tenant_id, after, until, *_narrowed(model), limit, _told_types(model))
    assert row is not None
    *columns, data, found, last = row
    streams, versions, names, type_versions = (text.split("\n") if text else [] for text in columns)
    page = ToldPage(streams, versions, names, type_versions, data or b"")
    return page, last if found == limit else until


async def earlier(
    connection: Connection, tenant_id: TenantId, model: ReadModel, streams: Mapping[str, int]
) -> list[Told]:
    """The events of each stream before the version given, stream by stream in order."""
    versions, but = list(streams.values()), sorted(model.passes_over)
    rows = await connection.fetch(EARLIER, tenant_id, list(streams), versions, _told_types(model), but)
    return [row[:] for row in rows]


def _narrowed(model: ReadModel) -> tuple[list[str], list[str]]:
    return [f"{family}." for family in sorted(model.families)], sorted(model.passes_over)


def _told_types(model: ReadModel) -> list[str]:
    assert isinstance(model.project, Counting)
    return sorted({name for name, _ in model.project.essences})


def _slim(tenant_id: TenantId, row: Any) -> Recorded:
    position, stream_id, version, type_, type_version, recorded_at, data = row
    return Recorded(
        tenant_id, 0, position, stream_id, version, type_, type_version, "", recorded_at, None, "", "", None, "", data
    )


def _whole(tenant_id: TenantId, row: Any) -> Recorded:
    position, stream_id, version, type_, type_version, recorded_at, data, *rest = row
    epoch, happened_on, actor, correlation_id, causation_id, command_id = rest
    return Recorded(
        tenant_id, epoch, position, stream_id, version, type_, type_version, "", recorded_at, happened_on, actor,
        correlation_id, causation_id, str(command_id), data,
    )  # fmt: skip
