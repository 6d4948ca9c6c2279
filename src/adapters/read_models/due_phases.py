"""Phases whose day has come and that are not on record as opened or closed."""

from datetime import date

from adapters.postgres.pool import Pool
from adapters.read_models.session import looking
from application.reactions import DuePhase
from domain.ids import TenantId

DUE = """
select p.campaign_id, p.phase, step.name as step
from read_models.campaign_phases as p
join read_models.campaigns as c on c.tenant_id = p.tenant_id and c.campaign_id = p.campaign_id
left join read_models.campaign_phase_marks as m
  on m.tenant_id = p.tenant_id and m.campaign_id = p.campaign_id and m.phase = p.phase
cross join (values (1, 'open'), (2, 'close')) as step (place, name)
where p.tenant_id = $1 and c.state = 'launched'
  and case step.name when 'open' then p.opens_on <= $2 and m.opened_at is null
                     else p.closes_on < $2 and m.closed_at is null end
order by c.first_position, p.place, step.place
"""
REACHED = "select c.position from read_models.checkpoints as c where c.tenant_id = $1 and c.projection = 'campaigns'"


async def due_phases(pool: Pool, tenant_id: TenantId, today: date) -> tuple[int, list[DuePhase]]:
    """The position that the campaigns' rows have come to, and what is due by them, in the order to record it.

    Raises:
        Unavailable: the database is away.
    """
    async with looking(pool, tenant_id) as connection:
        reached = await connection.fetchval(REACHED, tenant_id)
        records = await connection.fetch(DUE, tenant_id, today)
    due = [
        DuePhase(tenant_id=tenant_id, campaign_id=each["campaign_id"], phase=each["phase"], step=each["step"])
        for each in records
    ]
    return reached or 0, due
