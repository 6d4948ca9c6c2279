"""Which streams speak of a person or a unit: asked for a decision, so never answered from behind the log."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from adapters.postgres.pool import Pool
from adapters.read_models.pasts import PastStates
from adapters.read_models.projector import Projector, StillBehind
from adapters.read_models.session import Connection, looking
from application.ports import Unavailable
from domain.ids import TenantId

WAIT_SECONDS_MAX = 3.0
Sight = tuple[Connection, TenantId]
"""A connection that sees rows, and whose they are there."""

# A row of a person carries the person's unit too, so a unit's own rows are those without a person.
ABOUT = """
select 'registration-' || r.registration_id as stream, r.first_position
from read_models.registrations as r
where r.tenant_id = $1 and r.first_position <= $2
  and (r.person_id = $3 or r.other_person_id = $3
       or (r.unit_id = $3 and r.person_id is null) or (r.other_unit_id = $3 and r.other_person_id is null))
union all
select 'evaluation-' || e.evaluation_id, e.first_position
from read_models.evaluations as e
where e.tenant_id = $1 and e.first_position <= $2
  and (e.person_id = $3 or (e.unit_id = $3 and e.person_id is null))
union all
select 'award-' || a.award_id, a.first_position
from read_models.awards as a
where a.tenant_id = $1 and a.first_position <= $2
  and (a.person_id = $3 or (a.unit_id = $3 and a.person_id is null))
order by first_position
"""
NOMINATED = """
select 'award-' || a.award_id as stream
from read_models.awards as a
where a.tenant_id = $1 and a.campaign_id = $3 and a.title = $4 and a.first_position <= $2
order by a.first_position
"""
# Read by `cluster_members`, which never forgets who left.
CLUSTERS = """
select 'cluster-' || c.cluster_id as stream
from read_models.clusters as c
where c.tenant_id = $1 and c.first_position <= $2
  and ($3::text is null or exists (
      select from read_models.cluster_members as m
      where m.tenant_id = $1 and m.cluster_id = c.cluster_id and m.unit_id = $3 and m.first_position <= $2))
order by c.first_position
"""
# Nothing happens to a record after it was merged, so its last position is the merger's.
MERGED = """
select 'member-' || m.person_id as stream
from read_models.members as m
where m.tenant_id = $1 and m.merged_into = $3 and m.position <= $2
order by m.first_position
"""
# Units that ended need nobody above them.
BELOW = """
select 'unit-' || u.unit_id as stream
from read_models.units as u
where u.tenant_id = $1 and u.parent_id = $3 and u.dissolved_on is null and u.first_position <= $2
order by u.first_position
"""

OF_PERSONS = """
select 'member-' || m.person_id as stream, m.first_position
from read_models.members as m
where m.tenant_id = $1 and m.unit_id = $3 and m.first_position <= $2
union all
select 'evaluation-' || e.evaluation_id, e.first_position
from read_models.evaluations as e
where e.tenant_id = $1 and e.unit_id = $3 and e.person_id is not null and e.first_position <= $2
union all
select 'award-' || a.award_id, a.first_position
from read_models.awards as a
where a.tenant_id = $1 and a.unit_id = $3 and a.person_id is not null and a.first_position <= $2
order by first_position
limit $4
"""


class PostgresSubjects:
    """`Subjects` over the read models, which are waited for where they have not come as far as the decision."""

    def __init__(self, pool: Pool, projector: Projector) -> None:
        self._pool, self._projector = pool, projector

    async def about(self, tenant_id: TenantId, subject: str, *, until: int) -> list[str]:
        return await self._streams(ABOUT, ("registrations", "evaluations", "awards"), tenant_id, until, subject)

    async def nominated(self, tenant_id: TenantId, campaign_id: str, title: str, *, until: int) -> list[str]:
        return await self._streams(NOMINATED, ("awards",), tenant_id, until, campaign_id, title)

    async def of_persons_in(self, tenant_id: TenantId, unit_id: str, *, until: int, limit: int) -> list[str]:
        return await self._streams(OF_PERSONS, ("members", "evaluations", "awards"), tenant_id, until, unit_id, limit)

    async def clusters(self, tenant_id: TenantId, unit_id: str | None, *, until: int) -> list[str]:
        return await self._streams(CLUSTERS, ("clusters",), tenant_id, until, unit_id)

    async def merged_into(self, tenant_id: TenantId, person_id: str, *, until: int) -> list[str]:
        return await self._streams(MERGED, ("members",), tenant_id, until, person_id)

    async def below(self, tenant_id: TenantId, unit_id: str, *, until: int) -> list[str]:
        return await self._streams(BELOW, ("units",), tenant_id, until, unit_id)

    async def _streams(
        self, query: str, projections: Sequence[str], tenant_id: TenantId, until: int, *more: object
    ) -> list[str]:
        async with self._seeing(tenant_id, until, projections) as (connection, whose):
            return [record["stream"] for record in await connection.fetch(query, whose, until, *more)]

    def _seeing(
        self, tenant_id: TenantId, until: int, projections: Sequence[str]
    ) -> AbstractAsyncContextManager[Sight]:
        return self._live(tenant_id, until, projections)

    @asynccontextmanager
    async def _live(self, tenant_id: TenantId, until: int, projections: Sequence[str]) -> AsyncIterator[Sight]:
        try:
            await self._projector.wait_for(tenant_id, until, projections, timeout_seconds=WAIT_SECONDS_MAX)
        except StillBehind as behind:
            raise Unavailable(f"the read models have come to {behind.position} of {behind.wanted}") from behind
        async with looking(self._pool, tenant_id) as connection:
            yield connection, tenant_id


class PastSubjects(PostgresSubjects):
    """`Subjects` over the read models as they were at `until`, which are made first. Raises also what `Pasts` does."""

    def __init__(self, pasts: PastStates, *, timeout_seconds: float) -> None:
        self._pasts, self._timeout_seconds = pasts, timeout_seconds

    def _seeing(
        self, tenant_id: TenantId, until: int, projections: Sequence[str]
    ) -> AbstractAsyncContextManager[Sight]:
        return self._pasts.looking(tenant_id, until, projections, timeout_seconds=self._timeout_seconds)
