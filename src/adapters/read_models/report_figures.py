"""A report's figures out of the read models, all of one position of the log."""

import asyncio
from typing import Any

import msgspec

from adapters.postgres.pool import Pool
from adapters.read_models.campaign_list import fetch_campaign
from adapters.read_models.checkpoints import checkpoints
from adapters.read_models.duty_list import OWED
from adapters.read_models.paging import Query
from adapters.read_models.progress import Scene, fetch_progress
from adapters.read_models.projector import Projector, StillBehind
from adapters.read_models.session import Connection, looking
from adapters.read_models.summary import NEEDS
from application.ports import Counted, Counting, Unavailable
from domain.dates import Span
from domain.figures import AwardTally, ClassTally, DutyTally, RegistrationTally, ReportFigures, TargetTally
from domain.ids import TenantId
from domain.targets import Progress

WAIT_SECONDS_MAX = 3.0
LOOKS_MAX = 20
LOOK_SECONDS = 0.05

# Each part names its row `x`, so that all are narrowed alike: campaign, period, and the units of the subtree.
REGISTRATIONS = """
select x.kind, x.state, count(*) as count, count(*) filter (where x.late) as late
from read_models.registrations as x
where x.tenant_id = $1 and x.campaign_id = {campaign} and x.submitted_on between {opens} and {closes}{narrowed}
group by x.kind, x.state
order by x.kind, x.state"""
RECOGNISED = """
select count(*) filter (where x.kind in ('work', 'product', 'task')) as works_recognised,
       count(*) filter (where x.kind in ('work', 'product', 'task') and x.plaque) as plaques,
       count(*) filter (where x.kind = 'initiative') as initiatives_recognised
from read_models.registrations as x
where x.tenant_id = $1 and x.campaign_id = {campaign} and x.state = 'recognised'
  and x.submitted_on between {opens} and {closes}{narrowed}"""
PERSONS = """
select count(*) as registered_persons, count(*) filter (where x.employment = 'direct-worker') as direct_workers
from read_models.registrations as x
where x.tenant_id = $1 and x.campaign_id = {campaign} and x.subject = 'individual'
  and x.state not in ('withdrawn', 'refused') and x.submitted_on between {opens} and {closes}{narrowed}"""
CLASSES = """
select x.rubric, case when x.person_id is null then 'unit' else 'person' end as subject, x.band, count(*) as count
from read_models.evaluations as x
where x.tenant_id = $1 and x.campaign_id = {campaign} and x.band is not null
  and x.classified_on between {opens} and {closes}{narrowed}
group by 1, 2, 3
order by 1, 2, 3"""
AWARDS = """
select x.title, x.title_name as name, count(*) as count
from read_models.awards as x
where x.tenant_id = $1 and x.campaign_id = {campaign} and x.state in ('decided', 'presented')
  and (x.decided_at at time zone 'Asia/Ho_Chi_Minh')::date between {opens} and {closes}{narrowed}
group by x.title, x.title_name
order by x.title, x.title_name"""
DUTIES = """
select count(*) as owed, count(*) filter (where x.state in ('accepted', 'fulfilled')) as done,
       count(*) filter (where x.state = 'submitted') as submitted,
       count(*) filter (where x.state = 'returned') as returned,
       count(*) filter (where x.overdue) as overdue, count(*) filter (where x.late) as late
from ({owed}) as x
where x.due_on between {opens} and {closes}"""


class PostgresFigures:
    """`Figures` over the read models, which are waited for until they all stand at one position."""

    def __init__(self, pool: Pool, projector: Projector) -> None:
        self._pool, self._projector = pool, projector

    async def counted(self, tenant_id: TenantId, wanted: Counting, *, since: int) -> Counted:
        try:
            await self._projector.wait_for(tenant_id, since, NEEDS, timeout_seconds=WAIT_SECONDS_MAX)
        except StillBehind as behind:
            raise Unavailable(f"the figures stand at {behind.position}, {since} is needed") from None
        for _ in range(LOOKS_MAX):
            async with looking(self._pool, tenant_id) as connection:
                if (position := await _position(connection, tenant_id)) is not None:
                    figures = await fetch_figures(connection, tenant_id, wanted)
                    return Counted(figures=figures, position=position)
            await asyncio.sleep(LOOK_SECONDS)
        raise Unavailable("the read models did not stand at one position")


async def _position(connection: Connection, tenant_id: TenantId) -> int | None:
    """Where all that is counted stands, in this snapshot; None while one part is ahead of another."""
    found = await checkpoints(connection, tenant_id, NEEDS)
    positions = {each.position for each in found.values()}
    return positions.pop() if len(found) == len(NEEDS) and len(positions) == 1 else None


async def fetch_figures(connection: Connection, tenant_id: TenantId, wanted: Counting) -> ReportFigures:
    """The figures as the rows stand now."""
    registrations = await _rows(connection, tenant_id, wanted, REGISTRATIONS)
    (recognised,) = await _rows(connection, tenant_id, wanted, RECOGNISED)
    (persons,) = await _rows(connection, tenant_id, wanted, PERSONS)
    return ReportFigures(
        registrations=tuple(msgspec.convert(row, RegistrationTally) for row in registrations),
        **recognised,
        **persons,
        targets=await _targets(connection, tenant_id, wanted),
        duties=await _duties(connection, tenant_id, wanted),
        classes=tuple(msgspec.convert(row, ClassTally) for row in await _rows(connection, tenant_id, wanted, CLASSES)),
        awards=tuple(msgspec.convert(row, AwardTally) for row in await _rows(connection, tenant_id, wanted, AWARDS)),
    )


async def _rows(connection: Connection, tenant_id: TenantId, wanted: Counting, sql: str) -> list[dict[str, Any]]:
    query = Query(tenant_id)
    places = _places(query, wanted)
    query.within(wanted.unit_id, "x.unit_id")
    records = await connection.fetch(sql.format(**places, narrowed=query.narrowed), *query.values)
    return [dict(record) for record in records]


def _places(query: Query, wanted: Counting) -> dict[str, str]:
    return {
        "campaign": query.value(wanted.campaign_id),
        "opens": f"{query.value(wanted.period.opens_on)}::date",
        "closes": f"{query.value(wanted.period.closes_on)}::date",
    }


async def _duties(connection: Connection, tenant_id: TenantId, wanted: Counting) -> DutyTally:
    query = Query(tenant_id)
    owed = OWED.replace("{day}", f"{query.value(wanted.day)}::date")
    places = _places(query, wanted)
    query.within(wanted.unit_id, "u.unit_id")
    owed += f" and c.campaign_id = {places.pop('campaign')}{query.narrowed}"
    record = await connection.fetchrow(DUTIES.format(owed=owed, **places), *query.values)
    assert record is not None
    return msgspec.convert(dict(record), DutyTally)


async def _targets(connection: Connection, tenant_id: TenantId, wanted: Counting) -> tuple[TargetTally, ...]:
    detail = await fetch_campaign(connection, tenant_id, wanted.campaign_id, subtree=None)
    assert detail is not None, "figures are counted in a campaign that was launched"
    scene = Scene(
        tenant_id=tenant_id,
        campaign_id=wanted.campaign_id,
        issuer_id=detail.campaign.issuer_id,
        directive=detail.directive,
        phases=tuple(
            Span(code=phase.phase, opens_on=phase.opens_on or phase.closes_on, closes_on=phase.closes_on)
            for phase in detail.phases
        ),
        day=wanted.day,
        subtree=wanted.unit_id,
    )
    return tuple(_tally(progress) for progress in await fetch_progress(connection, scene))


def _tally(progress: Progress) -> TargetTally:
    return TargetTally(
        target=progress.target,
        numerator=progress.numerator,
        denominator=progress.denominator,
        share_x100=progress.share_x100,
        standing=progress.standing,
    )
