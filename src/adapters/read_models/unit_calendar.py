"""Everything with a date that concerns one unit, out of the directives, the duties and the dossiers."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

import msgspec

from adapters.read_models.duty_list import DutyFilter, DutyRow, fetch_duties, worked_on
from adapters.read_models.paging import PAGE_SIZE_MAX, Query
from adapters.read_models.session import Connection
from domain.calendar import WorkingCalendar
from domain.dates import occurrences
from domain.directive import Directive, Source
from domain.ids import TenantId

What = Literal[
    "duty", "registration", "phase-opens", "phase-closes", "drive-opens", "drive-closes", "target", "campaign-closes",
    "publication", "council",
]  # fmt: skip
NEEDS = ("duties", "demands", "campaigns", "registrations", "awards", "councils")

UNIT = """
select u.unit_id, u.code, u.name, u.level, u.sector from read_models.units as u
where u.tenant_id = $1 and u.unit_id = {unit}{narrowed}"""
CAMPAIGNS = """
select c.campaign_id, c.name, c.directive, c.launched_on,
       array(select distinct r.kind from read_models.registrations as r
             where r.tenant_id = $1 and r.campaign_id = c.campaign_id
               and (r.unit_id = $2 or r.other_unit_id = $2) and r.state not in ('withdrawn', 'refused')) as registered
from read_models.campaigns as c
where c.tenant_id = $1 and c.state in ('launched', 'concluded')
  and exists (select 1 from read_models.subtree($1, c.issuer_id) as part where part.unit_id = $2)
order by c.first_position"""
PUBLISHED = """
select a.award_id as code, a.campaign_id, a.title_name as name, a.title_source as source,
       a.published_from as opens_on, a.published_until as day
from read_models.awards as a
where a.tenant_id = $1 and a.unit_id = $2 and a.published_until is not null
order by a.first_position"""
# A session concerns the unit that holds it, and each unit with a dossier on its list.
COUNCILS = """
select s.session_id as code, s.campaign_id, s.title as name, 'directive' as source, null::date as opens_on,
       s.meets_on as day
from read_models.council_sessions as s
where s.tenant_id = $1 and s.state <> 'cancelled' and s.meets_on is not null
  and (s.unit_id = $2 or exists (
      select 1 from read_models.council_dossiers as d
      join read_models.awards as a on a.tenant_id = d.tenant_id and a.award_id = d.award_id
      where d.tenant_id = $1 and d.session_id = s.session_id and a.unit_id = $2))
order by s.first_position"""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One day. `code` is the duty, rule, phase, drive, target, award or session; `state` of a duty as `GET /v1/duties`
    has it, of anything else `done`, `passed`, `today` or `coming`. `opens_on` is the first day of what lasts.
    `worked_on` is the next working day, where the day is one off."""

    what: What
    day: date
    campaign_id: str
    code: str
    occurrence: str = ""
    name: str
    kind: str | None = None
    state: str
    overdue: bool = False
    source: str
    opens_on: date | None = None
    worked_on: date | None = None


class UnitCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """`day` is what the states are of. The overdue come first, whenever they were due; then the days in order."""

    unit_id: str
    unit_code: str
    unit_name: str
    day: date
    from_: date = msgspec.field(name="from")
    until: date
    entries: tuple[Entry, ...]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    unit_id: str
    from_: date
    until: date
    day: date
    subtree: str | None


class _Unit(msgspec.Struct, frozen=True, kw_only=True):
    unit_id: str
    code: str
    name: str
    level: str
    sector: str


async def fetch_calendar(
    connection: Connection, tenant_id: TenantId, asked: Asked, calendar: WorkingCalendar
) -> UnitCalendar | None:
    """The unit's calendar; None where there is no such unit, or it lies outside the subtree."""
    query = Query(tenant_id)
    placed = query.value(asked.unit_id)
    query.within(asked.subtree, "u.unit_id")
    record = await connection.fetchrow(UNIT.format(unit=placed, narrowed=query.narrowed), *query.values)
    if record is None:
        return None
    unit = msgspec.convert(dict(record), _Unit)
    found = [_duty(row) for row in await _duties(connection, tenant_id, asked)]
    for campaign in await connection.fetch(CAMPAIGNS, tenant_id, asked.unit_id):
        found += _of_directive(dict(campaign), unit, asked.day)
    for what, sql in (("publication", PUBLISHED), ("council", COUNCILS)):
        records = await connection.fetch(sql, tenant_id, asked.unit_id)
        found += [_entry(asked.day, what=what, **dict(record)) for record in records]
    shown = (entry for entry in found if entry.overdue or asked.from_ <= entry.day <= asked.until)
    ordered = sorted(shown, key=lambda entry: (not entry.overdue, entry.day, entry.campaign_id, entry.what, entry.code))
    return UnitCalendar(
        unit_id=unit.unit_id,
        unit_code=unit.code,
        unit_name=unit.name,
        day=asked.day,
        from_=asked.from_,
        until=asked.until,
        entries=tuple(msgspec.structs.replace(entry, worked_on=worked_on(entry.day, calendar)) for entry in ordered),
    )


async def _duties(connection: Connection, tenant_id: TenantId, asked: Asked) -> list[DutyRow]:
    """Every duty of the unit: page by page, since a campaign of ten years has many."""
    rows: list[DutyRow] = []
    after: str | None = None
    wanted = DutyFilter(unit_id=asked.unit_id)
    while True:
        page = await fetch_duties(
            connection, tenant_id, wanted, day=asked.day, subtree=asked.subtree, after=after, limit=PAGE_SIZE_MAX
        )
        rows += page.rows
        if (after := page.next) is None:
            return rows


def _duty(row: DutyRow) -> Entry:
    return Entry(
        what="duty",
        day=row.due_on,
        campaign_id=row.campaign_id,
        code=row.duty,
        occurrence=row.occurrence,
        name=row.name,
        kind=row.kind,
        state=row.state,
        overdue=row.overdue,
        source=row.source,
        opens_on=row.opens_on,
    )


def _entry(today: date, *, what: Any, day: date, state: str | None = None, **more: Any) -> Entry:
    when = "passed" if day < today else "today" if day == today else "coming"
    return Entry(what=what, day=day, state=state or when, **more)


def _of_directive(campaign: dict[str, Any], unit: _Unit, today: date) -> Iterator[Entry]:
    directive = msgspec.json.decode(campaign["directive"], type=Directive)
    place = {"campaign_id": campaign["campaign_id"]}
    yield from (_entry(today, **place, **day) for day in _days(directive, campaign["launched_on"], unit))
    for rule in directive.registrations:
        if unit.level not in rule.levels:
            continue
        done = "done" if rule.kind.value in campaign["registered"] else None
        spans = directive.spans(campaign["launched_on"])
        for time in occurrences(
            rule.rule, launched_on=campaign["launched_on"], horizon=directive.horizon, phases=spans
        ):
            said = {"code": rule.code, "name": rule.name, "kind": rule.kind.value, "source": rule.source}
            yield _entry(today, what="registration", day=time.due_on, occurrence=time.code, state=done, **place, **said)
    closes: dict[str, Any] = {"code": directive.horizon.code, "name": campaign["name"], "source": "directive"}
    yield _entry(today, what="campaign-closes", day=directive.horizon.closes_on, **place, **closes)


def _days(directive: Directive, launched_on: date, unit: _Unit) -> Iterator[dict[str, Any]]:
    """The days of phases, drives and targets, as far as the directive says them."""
    spans = {span.code: span for span in directive.spans(launched_on)}
    for phase in directive.phases:
        said = _said(phase)
        yield {"what": "phase-opens", "day": spans[phase.code].opens_on, **said}
        yield {"what": "phase-closes", "day": phase.closes_on, "opens_on": spans[phase.code].opens_on, **said}
    for drive in directive.drives:
        if drive.opens_on is not None:
            yield {"what": "drive-opens", "day": drive.opens_on, **_said(drive)}
        if drive.closes_on is not None:
            yield {"what": "drive-closes", "day": drive.closes_on, "opens_on": drive.opens_on, **_said(drive)}
    for target in directive.targets:
        asked = target.population
        if unit.level in asked.levels and (not asked.sectors or unit.sector in asked.sectors):
            until = spans.get(target.phase or "", directive.horizon)
            yield {"what": "target", "day": until.closes_on, **_said(target)}


def _said(clause: Any) -> dict[str, Any]:
    source: Source = clause.source
    return {"code": clause.code, "name": clause.name, "source": source}
