"""The codes that officers know units and persons by, for ids that nobody can read."""

from collections.abc import Iterable

from adapters.read_models.session import Connection
from domain.ids import TenantId

CODES = """
select u.unit_id as id, u.code from read_models.units as u where u.tenant_id = $1 and u.unit_id = any($2::text[])
union all
select m.person_id, m.code from read_models.members as m where m.tenant_id = $1 and m.person_id = any($2::text[])"""


async def fetch_codes(connection: Connection, tenant_id: TenantId, ids: Iterable[str]) -> dict[str, str]:
    """The code of each unit and person among `ids`."""
    records = await connection.fetch(CODES, tenant_id, sorted(set(ids)))
    return {record["id"]: record["code"] for record in records}
