"""The phase summary of a campaign: registrations, targets, classes, awards, duties and the direct workers' share."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import msgspec

from adapters.read_models.campaign_list import CampaignRow, PhaseRow, fetch_campaign
from adapters.read_models.duty_list import OWED
from adapters.read_models.paging import Query
from adapters.read_models.phase_counts import counted_registrations
from adapters.read_models.progress import Scene, fetch_progress
from adapters.read_models.session import Connection
from adapters.read_models.summary_below import ChildCount, ExemplarCount, fetch_children, fetch_exemplar_counts
from domain.dates import Span
from domain.directive import Directive, Kind, Modality, Source
from domain.ids import TenantId
from domain.targets import Progress

NEEDS = (
    "units", "members", "campaigns", "allotments", "registrations", "exemplars", "evaluations", "awards", "duties",
    "demands",
)  # fmt: skip
"""The projections that the summary rests on."""


class RegistrationCount(msgspec.Struct, frozen=True, kw_only=True):
    """`late` are of the `count`. `source`: whether the directive calls for this kind or it is assumed; None where the
    directive, as it stands now, does not have it."""

    phase: str | None
    block: str | None
    level: str
    kind: str
    state: str
    source: Source | None
    count: int
    late: int


class ClassCount(msgspec.Struct, frozen=True, kw_only=True):
    """Evaluations that have been given this class by this table. `subject`: unit or person. `source`: where the table
    comes from."""

    phase: str | None
    block: str | None
    level: str
    subject: str
    rubric: str
    source: str
    band: str
    count: int


class AwardCount(msgspec.Struct, frozen=True, kw_only=True):
    """`granted` were decided and stand, `revoked` were decided and do not, `open` is neither decided nor declined.
    `source`: whether the directive has the title or it is assumed."""

    phase: str | None
    block: str | None
    level: str
    title: str
    title_name: str
    source: str
    form: str
    granted: int
    revoked: int
    declined: int
    open: int


class DutyCount(msgspec.Struct, frozen=True, kw_only=True):
    """`owed` are the `done` (accepted, or fulfilled by a registration), `submitted`, `returned` and `missing` together.
    Of the missing and the returned, the last day of those `overdue` has passed; of the missing, those `not_done` have
    outlived a campaign that names no day and does not order them. `late` were handed in after their day."""

    duty: str
    name: str
    source: str
    modality: Modality
    owed: int
    done: int
    submitted: int
    returned: int
    missing: int
    overdue: int
    not_done: int
    late: int


class WorkersShare(msgspec.Struct, frozen=True, kw_only=True):
    """Of `persons`, how many work directly; `share_x100` in hundredths of a percent, rounded down, None of nobody."""

    persons: int
    direct_workers: int
    share_x100: int | None


class PhaseSummary(msgspec.Struct, frozen=True, kw_only=True):
    """As of `day`. The counts are by phase, block and level; targets are the whole campaign's (or the subtree's).
    `children` are the campaigns that carry this one out, with their own registrations: not counted in these."""

    campaign: CampaignRow
    day: date
    phases: tuple[PhaseRow, ...]
    registrations: tuple[RegistrationCount, ...]
    targets: tuple[Progress, ...]
    classes: tuple[ClassCount, ...]
    awards: tuple[AwardCount, ...]
    duties: tuple[DutyCount, ...]
    exemplary_models: tuple[ExemplarCount, ...]
    children: tuple[ChildCount, ...]
    registered_workers: WorkersShare
    awarded_workers: WorkersShare


class SummaryFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing."""

    phase: str | None = None
    block: str | None = None
    level: str | None = None


async def fetch_summary(
    connection: Connection,
    tenant_id: TenantId,
    campaign_id: str,
    wanted: SummaryFilter,
    *,
    day: date,
    subtree: str | None,
) -> PhaseSummary | None:
    """The summary on `day`; None where there is no such campaign, or it is no matter of the subtree."""
    detail = await fetch_campaign(connection, tenant_id, campaign_id, subtree=subtree)
    if detail is None:
        return None
    campaign = detail.campaign
    spans = tuple(
        Span(code=phase.phase, opens_on=phase.opens_on or phase.closes_on, closes_on=phase.closes_on)
        for phase in detail.phases
    )
    scene = Scene(
        tenant_id=tenant_id,
        campaign_id=campaign_id,
        issuer_id=campaign.issuer_id,
        directive=detail.directive,
        phases=spans,
        day=day,
        subtree=subtree,
    )
    source = await counted_registrations(connection, tenant_id)
    return PhaseSummary(
        campaign=campaign,
        day=day,
        phases=detail.phases,
        registrations=await _registrations(connection, scene, wanted, source),
        targets=await fetch_progress(connection, scene),
        classes=await _classes(connection, scene, wanted),
        awards=await _awards(connection, scene, wanted),
        duties=await _duties(connection, scene),
        exemplary_models=await fetch_exemplar_counts(
            connection,
            tenant_id,
            campaign_id,
            phase=wanted.phase,
            block=wanted.block,
            level=wanted.level,
            subtree=subtree,
        ),
        children=await fetch_children(connection, tenant_id, detail.children, source, subtree=subtree),
        registered_workers=await _share(connection, scene, wanted, REGISTERED_PERSONS, source),
        awarded_workers=await _share(connection, scene, wanted, AWARDED_PERSONS),
    )


# Every part names its row `x` and the unit `u`, so that all are narrowed alike. A registration keeps the level and
# block that it was handed in under; the block of anything else is its unit's, by sector, as the directive says now.
REGISTRATIONS = """
select x.phase, x.block, x.level, x.kind, x.state, sum(x.count)::bigint as count, sum(x.late)::bigint as late
from {registrations} as x
join read_models.units as u on u.tenant_id = x.tenant_id and u.unit_id = x.unit_id
where x.tenant_id = $1 and x.campaign_id = {campaign}{narrowed}
group by x.phase, x.block, x.level, x.kind, x.state
order by x.phase, x.block, x.level, x.kind, x.state"""
CLASSES = """
select x.phase, u.sector, u.level, case when x.person_id is null then 'unit' else 'person' end as subject, x.rubric,
       x.rubric_source as source, x.band, count(*) as count
from read_models.evaluations as x
join read_models.units as u on u.tenant_id = x.tenant_id and u.unit_id = x.unit_id
where x.tenant_id = $1 and x.campaign_id = {campaign} and x.band is not null{narrowed}
group by 1, 2, 3, 4, 5, 6, 7
order by 1, 3, 4, 5, 6, 7, 2"""
AWARDS = """
select x.phase, u.sector, u.level, x.title, x.title_name, x.title_source as source, x.form,
       count(*) filter (where x.state in ('decided', 'presented')) as granted,
       count(*) filter (where x.state = 'revoked') as revoked,
       count(*) filter (where x.state = 'declined') as declined,
       count(*) filter (where x.state not in ('decided', 'presented', 'revoked', 'declined')) as open
from read_models.awards as x
join read_models.units as u on u.tenant_id = x.tenant_id and u.unit_id = x.unit_id
where x.tenant_id = $1 and x.campaign_id = {campaign}{narrowed}
group by 1, 2, 3, 4, 5, 6, 7
order by 1, 3, 4, 5, 6, 7, 2"""
REGISTERED_PERSONS = """
select coalesce(sum(x.persons), 0)::bigint as persons, coalesce(sum(x.direct_workers), 0)::bigint as direct_workers
from {registrations} as x
join read_models.units as u on u.tenant_id = x.tenant_id and u.unit_id = x.unit_id
where x.tenant_id = $1 and x.campaign_id = {campaign}
  and x.state not in ('withdrawn', 'refused', 'revoked'){narrowed}"""
AWARDED_PERSONS = """
select count(*) as persons, count(*) filter (where x.employment = 'direct-worker') as direct_workers
from read_models.awards as x
join read_models.units as u on u.tenant_id = x.tenant_id and u.unit_id = x.unit_id
where x.tenant_id = $1 and x.campaign_id = {campaign} and x.person_id is not null
  and x.state in ('decided', 'presented'){narrowed}"""
DUTIES = """
select o.duty, o.name, o.source, o.modality, count(*) as owed,
       count(*) filter (where o.state in ('accepted', 'fulfilled')) as done,
       count(*) filter (where o.state = 'submitted') as submitted,
       count(*) filter (where o.state = 'returned') as returned,
       count(*) filter (where o.state in ('not-due', 'due', 'overdue', 'not-done')) as missing,
       count(*) filter (where o.state = 'not-done') as not_done,
       count(*) filter (where o.overdue) as overdue, count(*) filter (where o.late) as late
from ({owed}) as o
group by o.duty, o.name, o.source, o.modality
order by o.duty"""


def _narrowed(sql: str, scene: Scene, wanted: SummaryFilter, *, registered: bool = False) -> tuple[str, Query]:
    query = Query(scene.tenant_id)
    campaign = query.value(scene.campaign_id)
    query.where("x.phase = {}", wanted.phase)
    query.where("x.level = {}" if registered else "u.level = {}", wanted.level)
    if registered:
        query.where("x.block = {}", wanted.block)
    elif wanted.block is not None:
        query.where("u.sector = any({}::text[])", _sectors(scene.directive, wanted.block))
    query.within(scene.subtree, "u.unit_id")
    return sql.format(campaign=campaign, narrowed=query.narrowed), query


def _sectors(directive: Directive, block: str) -> list[str]:
    return [sector for each in directive.blocks if each.code == block for sector in each.sectors]


async def _registrations(
    connection: Connection, scene: Scene, wanted: SummaryFilter, source: str
) -> tuple[RegistrationCount, ...]:
    sql, query = _narrowed(REGISTRATIONS.replace("{registrations}", source), scene, wanted, registered=True)
    records = await connection.fetch(sql, *query.values)
    return tuple(
        msgspec.convert({**dict(record), "source": _kind_source(scene, record)}, RegistrationCount)
        for record in records
    )


def _kind_source(scene: Scene, record: Any) -> Source | None:
    rule = scene.directive.registration(Kind(record["kind"]), record["level"])
    return rule.source if rule else None


async def _classes(connection: Connection, scene: Scene, wanted: SummaryFilter) -> tuple[ClassCount, ...]:
    sql, query = _narrowed(CLASSES, scene, wanted)
    return tuple(
        ClassCount(**place, count=figures["count"])
        for place, figures in _by_block(scene, await connection.fetch(sql, *query.values), ("count",))
    )


async def _awards(connection: Connection, scene: Scene, wanted: SummaryFilter) -> tuple[AwardCount, ...]:
    sql, query = _narrowed(AWARDS, scene, wanted)
    records = await connection.fetch(sql, *query.values)
    figures = ("granted", "revoked", "declined", "open")
    return tuple(AwardCount(**place, **counted) for place, counted in _by_block(scene, records, figures))


def _by_block(
    scene: Scene, records: Iterable[Any], figures: tuple[str, ...]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The records of units' sectors added up by block: what they have in common, and their figures."""
    sums: dict[tuple[tuple[str, Any], ...], Counter[str]] = {}
    for record in records:
        place = dict(record)
        counted = {figure: place.pop(figure) for figure in figures}
        place["block"] = scene.directive.block_of(place.pop("sector"), scene.day)
        sums.setdefault(tuple(place.items()), Counter()).update(counted)
    return ((dict(place), {figure: sum_[figure] for figure in figures}) for place, sum_ in sums.items())


async def _duties(connection: Connection, scene: Scene) -> tuple[DutyCount, ...]:
    query = Query(scene.tenant_id)
    owed = OWED.replace("{day}", f"{query.value(scene.day)}::date")
    query.where("c.campaign_id = {}", scene.campaign_id)
    query.within(scene.subtree, "u.unit_id")
    records = await connection.fetch(DUTIES.format(owed=owed + query.narrowed), *query.values)
    return tuple(msgspec.convert(dict(record), DutyCount) for record in records)


async def _share(
    connection: Connection, scene: Scene, wanted: SummaryFilter, sql: str, registrations: str = ""
) -> WorkersShare:
    sql = sql.replace("{registrations}", registrations)
    narrowed, query = _narrowed(sql, scene, wanted, registered=bool(registrations))
    record = await connection.fetchrow(narrowed, *query.values)
    assert record is not None
    persons, direct = record["persons"], record["direct_workers"]
    return WorkersShare(
        persons=persons, direct_workers=direct, share_x100=direct * 10_000 // persons if persons else None
    )
