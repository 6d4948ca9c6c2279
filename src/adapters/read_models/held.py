"""Which streams hold anything about a person, for whoever answers what is held about them."""

import msgspec

from adapters.read_models.session import Connection
from domain.ids import TenantId

# A council's roster is no matter of its persons, so its streams are found by what they say; there are few.
STREAMS = """
with records as (select array_agg(p.person_id) as ids from read_models.records_of($1, $2) as p)
select s.stream_id
from read_models.trail_streams as s, records
where s.tenant_id = $1 and s.person_id = any(records.ids)
union
select 'registration-' || r.registration_id
from read_models.registrations as r, records
where r.tenant_id = $1 and r.other_person_id = any(records.ids)
union
select t.stream_id
from read_models.trail as t
join thidua.events as e on e.tenant_id = $1 and e.stream_id = t.stream_id and e.version = t.version
cross join records
cross join unnest(records.ids) as p (person_id)
where t.tenant_id = $1 and t.type in ('council.convened', 'council.seat-replaced')
  and position(convert_to(p.person_id, 'UTF8') in e.data) > 0
"""
RECORDS = "select p.person_id from read_models.records_of($1, $2) as p"
KNOWN = "select exists (select from read_models.members as m where m.tenant_id = $1 and m.person_id = $2)"
VIEWS = ("members", "registrations", "trail")


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """The person's records, and the streams that say anything of them."""

    records: tuple[str, ...]
    streams: tuple[str, ...]


async def fetch_holding(connection: Connection, tenant_id: TenantId, person_id: str) -> Holding | None:
    """None: nobody was enrolled under this id."""
    if not await connection.fetchval(KNOWN, tenant_id, person_id):
        return None
    records = [record["person_id"] for record in await connection.fetch(RECORDS, tenant_id, person_id)]
    streams = [record["stream_id"] for record in await connection.fetch(STREAMS, tenant_id, person_id)]
    return Holding(records=tuple(records), streams=tuple(streams))
