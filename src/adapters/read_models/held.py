"""Which streams hold anything about a person, for whoever answers what is held about them."""

import msgspec

from adapters.read_models.session import Connection
from domain.ids import TenantId

STREAMS = """
with records as (select array_agg(p.person_id) as ids from read_models.records_of($1, $2) as p)
select s.stream_id
from read_models.trail_streams as s, records
where s.tenant_id = $1 and s.person_id = any(records.ids)
union
select 'registration-' || r.registration_id
from read_models.registrations as r, records
where r.tenant_id = $1 and r.other_person_id = any(records.ids)
"""
# A council's roster is no matter of its persons, so its streams are found by what they say; there are few.
SEATINGS = """
select t.stream_id, t.version
from read_models.trail as t
where t.tenant_id = $1 and t.type in ('council.convened', 'council.seat-replaced')
"""
SEATED = """
select distinct e.stream_id
from unnest($2::text[], $3::bigint[]) as seating (stream_id, version)
join thidua.events as e
  on e.tenant_id = $1 and e.stream_id = seating.stream_id and e.version = seating.version
where exists (select from unnest($4::text[]) as p (person_id)
              where position(convert_to(p.person_id, 'UTF8') in e.data) > 0)
"""
RECORDS = "select p.person_id from read_models.records_of($1, $2) as p"
KNOWN = "select exists (select from read_models.members as m where m.tenant_id = $1 and m.person_id = $2)"
VIEWS = ("members", "registrations", "trail")


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """The person's records, the streams that are about them, and where councils were seated: stream and version."""

    records: tuple[str, ...]
    streams: tuple[str, ...]
    seatings: tuple[tuple[str, int], ...]


async def fetch_holding(connection: Connection, tenant_id: TenantId, person_id: str) -> Holding | None:
    """None: nobody was enrolled under this id."""
    if not await connection.fetchval(KNOWN, tenant_id, person_id):
        return None
    records = [record["person_id"] for record in await connection.fetch(RECORDS, tenant_id, person_id)]
    streams = [record["stream_id"] for record in await connection.fetch(STREAMS, tenant_id, person_id)]
    seatings = [(record["stream_id"], record["version"]) for record in await connection.fetch(SEATINGS, tenant_id)]
    return Holding(records=tuple(records), streams=tuple(streams), seatings=tuple(seatings))


async def fetch_seated(connection: Connection, tenant_id: TenantId, holding: Holding) -> list[str]:
    """The streams of the councils that one of the records has or had a seat in. The connection sees the log's own
    tenant, which the holding of a past does not."""
    names, versions = [name for name, _ in holding.seatings], [version for _, version in holding.seatings]
    rows = await connection.fetch(SEATED, tenant_id, names, versions, list(holding.records))
    return [row["stream_id"] for row in rows]
