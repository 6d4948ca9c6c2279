"""How far the targets of a campaign have come, counted by SQL and judged by the domain."""

from datetime import date
from typing import assert_never

import msgspec

from adapters.read_models.duty_list import OWED
from adapters.read_models.paging import Query
from adapters.read_models.session import Connection
from domain.dates import Span
from domain.directive import (
    AllotmentsReached,
    Directive,
    DutiesDone,
    MembersRegistered,
    Population,
    Target,
    UnitsClassified,
    UnitsRegistered,
    UnitsUnionised,
)
from domain.ids import TenantId
from domain.targets import Counted, Progress, progress


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What the targets of one campaign are counted in. `phases` with their days; `subtree` narrows the population."""

    tenant_id: TenantId
    campaign_id: str
    issuer_id: str
    directive: Directive
    phases: tuple[Span, ...]
    day: date
    subtree: str | None = None


async def fetch_progress(connection: Connection, scene: Scene) -> tuple[Progress, ...]:
    """Each target of the directive, in its order."""
    return tuple([await _progress(connection, scene, target) for target in scene.directive.targets])


async def _progress(connection: Connection, scene: Scene, target: Target) -> Progress:
    query = Query(scene.tenant_id)
    sql = f"with population as ({_population(query, scene, target.population)}) {_count(query, scene, target)}"
    record = await connection.fetchrow(sql, *query.values)
    assert record is not None
    over = scene.day > (_last_day(scene, target) or scene.directive.horizon.closes_on)
    counted = Counted(numerator=record["numerator"], denominator=record["denominator"], over=over)
    return progress(target, counted)


def _last_day(scene: Scene, target: Target) -> date | None:
    """The day by which a target of one phase is due; None: by the campaign's end."""
    return next((phase.closes_on for phase in scene.phases if phase.code == target.phase), None)


# The latest count up to the day asked for, else the first after it: a unit that counted late has workers all the same.
POPULATION = """
select u.unit_id, u.has_union, coalesce(h.members, 0) as members
from read_models.subtree($1, {issuer}) as part
join read_models.units as u on u.tenant_id = $1 and u.unit_id = part.unit_id
left join lateral (
    select h.members, h.workers from read_models.unit_headcounts as h
    where h.tenant_id = $1 and h.unit_id = u.unit_id
    order by h.counted_on > {day}, abs(h.counted_on - {day}) limit 1
) as h on true
where (u.dissolved_on is null or u.dissolved_on > {day})"""


def _population(query: Query, scene: Scene, wanted: Population) -> str:
    sql = POPULATION.format(issuer=query.value(scene.issuer_id), day=f"{query.value(scene.day)}::date")
    query.where("u.level = any({}::text[])", list(wanted.levels))
    query.where("u.sector = any({}::text[])", list(wanted.sectors) or None)
    query.where("u.has_union = {}", {"with": True, "without": False, "any": None}[wanted.union])
    query.where("coalesce(h.workers, 0) >= {}", wanted.workers_min or None)
    query.within(scene.subtree, "u.unit_id")
    sql, query.conditions = sql + query.narrowed, []
    return sql


def _count(query: Query, scene: Scene, target: Target) -> str:
    measure = target.measure
    match measure:
        case UnitsRegistered(kinds=kinds, each=each):
            having = f"having count(*) >= {query.value(each)}"
            registered = _registrations(query, scene, target, [kind.value for kind in kinds])
            return UNITS_REGISTERED.format(registered=registered, having=having)
        case MembersRegistered(kinds=kinds):
            registered = _registrations(query, scene, target, [kind.value for kind in kinds])
            return MEMBERS_REGISTERED.format(registered=registered)
        case DutiesDone(duties=duties):
            return _duties_done(query, scene, duties)
        case UnitsUnionised():
            return (
                "select count(*) filter (where p.has_union) as numerator, count(*) as denominator from population as p"
            )
        case UnitsClassified(classes=classes):
            return UNITS_CLASSIFIED.format(
                campaign=query.value(scene.campaign_id), classes=f"{query.value(list(classes))}::text[]"
            )
        case AllotmentsReached(kinds=kinds, exceeded=exceeded, numbers_of=numbers_of):
            registered = _registrations(query, scene, target, [kind.value for kind in kinds])
            return _allotments(query, scene, numbers_of or target.code, registered, exceeded=exceeded)
        case _:
            assert_never(measure)


# One row for each unit that a confirmed registration counts for: of a compact, both.
REGISTERED = """
select party.unit_id, r.registration_id, r.submitted_on, party.person_id
from read_models.registrations as r
cross join lateral (values (r.unit_id, r.person_id), (r.other_unit_id, r.other_person_id)) as party (unit_id, person_id)
where r.tenant_id = $1 and r.campaign_id = {campaign} and r.kind = any({kinds}::text[])
  and r.state in ('confirmed', 'under-review', 'held', 'completed', 'recognised') and party.unit_id is not null
  and ({until}::date is null or r.submitted_on <= {until}::date)"""
UNITS_REGISTERED = """
select count(done.unit_id) as numerator, count(*) as denominator
from population as p
left join (select r.unit_id from ({registered}) as r group by r.unit_id {having}) as done on done.unit_id = p.unit_id"""
MEMBERS_REGISTERED = """
select (select count(distinct r.person_id) from ({registered}) as r
        where r.unit_id in (select p.unit_id from population as p)) as numerator,
       coalesce(sum(p.members), 0)::bigint as denominator
from population as p"""
UNITS_CLASSIFIED = """
select count(e.unit_id) as numerator, count(*) as denominator
from population as p
left join (
    select distinct e.unit_id from read_models.evaluations as e
    where e.tenant_id = $1 and e.campaign_id = {campaign} and e.person_id is null and e.band = any({classes})
) as e on e.unit_id = p.unit_id"""


def _registrations(query: Query, scene: Scene, target: Target, kinds: list[str]) -> str:
    return REGISTERED.format(
        campaign=query.value(scene.campaign_id), kinds=query.value(kinds), until=query.value(_last_day(scene, target))
    )


# Every time that has passed must be done, and at least one: what is not due yet does not count against a unit. A unit
# that owes none of the duties (its union was founded after their day, or they are other sectors') is not asked.
DUTIES_DONE = """
, kept as (
    select o.unit_id, o.duty,
           bool_and(o.state in ('accepted', 'fulfilled') or o.due_on >= {day}::date)
               and bool_or(o.state in ('accepted', 'fulfilled')) as done
    from ({owed}) as o
    group by o.unit_id, o.duty
)
select count(*) filter (where k.done) as numerator, count(*) as denominator
from population as p
join (select kept.unit_id, bool_and(kept.done) as done from kept group by kept.unit_id) as k on k.unit_id = p.unit_id"""


def _duties_done(query: Query, scene: Scene, duties: tuple[str, ...]) -> str:
    day = query.value(scene.day)
    owed = OWED.replace("{day}", f"{day}::date")
    owed += (
        f" and c.campaign_id = {query.value(scene.campaign_id)} and d.duty = any({query.value(list(duties))}::text[])"
    )
    return DUTIES_DONE.format(owed=owed, day=day)


# A unit counts once it has reached each of its numbers up to the day's year; one without a number is not asked.
ALLOTMENTS = """
, done as (
    select r.unit_id, to_char(r.submitted_on, 'YYYY') as year, count(*) as count from ({registered}) as r group by 1, 2
),
held as (
    select p.unit_id, coalesce(sum(d.count), 0) {reaches} a.number as reached
    from population as p
    join read_models.allotments as a
        on a.tenant_id = $1 and a.campaign_id = {campaign} and a.target = {target} and a.unit_id = p.unit_id
        and (a.period !~ '^[0-9]{{4}}$' or a.period <= {year})
    left join done as d on d.unit_id = p.unit_id and (a.period !~ '^[0-9]{{4}}$' or a.period = d.year)
    group by p.unit_id, a.allotment_id, a.number
)
select count(*) filter (where x.reached) as numerator, count(*) as denominator
from (select h.unit_id, bool_and(h.reached) as reached from held as h group by h.unit_id) as x"""


def _allotments(query: Query, scene: Scene, target: str, registered: str, *, exceeded: bool) -> str:
    return ALLOTMENTS.format(
        registered=registered,
        reaches=">" if exceeded else ">=",
        campaign=query.value(scene.campaign_id),
        target=query.value(target),
        year=query.value(f"{scene.day.year:04d}"),
    )
