"""Reading duties: every time that a duty falls due for a unit, and how it stands on a day."""

from datetime import date
from typing import Any, Literal

import msgspec

from adapters.read_models.clauses import with_clauses
from adapters.read_models.demands import Terms, terms_of
from adapters.read_models.paging import Page, Query, columns, page
from adapters.read_models.session import Connection
from domain.calendar import WorkingCalendar, YearUnknown
from domain.dates import DateRule
from domain.directive import Directive, DutyKind, Interpretation, Modality, Source
from domain.duty.messages import OccurrenceCode
from domain.ids import Slug, TenantId

State = Literal["not-due", "due", "overdue", "not-done", "submitted", "returned", "accepted", "fulfilled"]


class DutyRow(msgspec.Struct, frozen=True, kw_only=True):
    """`state` on the day asked for: not-due, due, overdue, not-done, submitted, returned, accepted, or fulfilled (by a
    registration of the unit, `registration_id`). `overdue`: the last day has passed and nothing is handed in, or only
    what was returned. `not-done`: so too, where the paper names no day and does not order it. `late`: it came after
    `due_on`, which is the campaign's last day where the `rule` is open-ended. `wording` and `interpretation` are the
    clause's, `source` says whether the directive has it or it is assumed. `report` and `reason` are ciphertext.
    `duty_id` and `version` are of what is on record of it, if anything. `slogan` is what this unit hangs up, with its
    name. `channel` and `addressees` are how and to whom it went, before that as the clause says; `proof_wanted` is the
    clause's. `prepared_on` and `signed_on` are of the report's figures (`GET /v1/duties/{id}/report`).
    `worked_on` is the next working day, where the last day in time is a day off: shown, and nothing is shifted to it.
    A duty that a unit above demanded has `source` demanded, the demand's id as its `duty`, and `demanded_by`.
    """

    campaign_id: str
    duty: str
    occurrence: str
    unit_id: str
    unit_code: str
    unit_name: str
    name: str
    kind: DutyKind
    modality: Modality
    source: Source | Literal["demanded"]
    department: str | None
    opens_on: date
    due_on: date
    state: State
    overdue: bool
    late: bool | None
    submitted_on: date | None
    proof: str | None
    report: str | None
    reason: str | None
    registration_id: str | None
    duty_id: str | None
    version: int | None
    rule: DateRule | None = None
    wording: str = ""
    interpretation: Interpretation | None = None
    slogan: str | None = None
    channel: str | None = None
    addressees: tuple[str, ...] = ()
    proof_wanted: str | None = None
    prepared_on: date | None = None
    signed_on: date | None = None
    worked_on: date | None = None
    demanded_by: str | None = None


class DutyFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: a unit, with everything below it."""

    campaign_id: str | None = None
    duty: Slug | None = None
    occurrence: OccurrenceCode | None = None
    unit_id: str | None = None
    duty_id: str | None = None
    kind: DutyKind | None = None
    modality: Modality | None = None
    source: Source | Literal["demanded"] | None = None
    state: State | None = None
    overdue: bool | None = None
    late: bool | None = None
    under: str | None = None


# Who owes what: the bearing units of the campaign's own part of the tree (domain.directive.DutySpec.borne_by); a unit
# without a union owes nothing. What was handed in counts; else a registration of the kinds that fulfil the duty, of
# this occurrence where there are several. A compact fulfils it once it binds, and then for both parties.
OWED = """
select c.campaign_id, d.duty, d.occurrence, u.unit_id, u.code as unit_code, u.name as unit_name, d.name, d.kind,
       d.modality, d.source, d.department, d.opens_on, d.due_on, s.duty_id, s.version, s.proof, s.report, s.reason,
       s.channel, s.addressees, s.prepared_on, s.signed_on,
       case when s.state is null then r.registration_id end as registration_id,
       coalesce(s.submitted_on, r.submitted_on) as submitted_on,
       case when s.state is not null then s.late else r.submitted_on > d.due_on end as late,
       case when s.state is not null then s.state
            when r.registration_id is not null then 'fulfilled'
            when {day} > d.due_on then case when d.lapses then 'overdue' else 'not-done' end
            when {day} >= d.opens_on then 'due'
            else 'not-due' end as state,
       d.lapses and {day} > d.due_on and r.registration_id is null
           and (s.state is null or s.state = 'returned') as overdue
from read_models.campaigns as c
cross join lateral (
    select own.duty, at.occurrence, own.name, own.kind, own.modality, own.source, own.department, own.lapses,
           own.bearers, own.units, own.sectors, own.fulfilled_by, '{}'::text[] as unit_ids, false as withdrawn,
           at.opens_on, at.due_on
    from read_models.campaign_duties as own
    join read_models.campaign_duty_dates as at
        on at.tenant_id = own.tenant_id and at.campaign_id = own.campaign_id and at.duty = own.duty
    where own.tenant_id = c.tenant_id and own.campaign_id = c.campaign_id
    union all
    select m.demand_id, at.occurrence, m.name, m.kind, 'ordered', 'demanded', m.department, true,
           '{}', '{}', '{}', '{}', m.unit_ids, m.state = 'withdrawn', at.opens_on, at.due_on
    from read_models.demands as m
    join read_models.demand_dates as at on at.tenant_id = m.tenant_id and at.demand_id = m.demand_id
    where m.tenant_id = c.tenant_id and m.campaign_id = c.campaign_id
) as d
cross join lateral read_models.subtree(c.tenant_id, c.issuer_id) as part
join read_models.units as u
    on u.tenant_id = c.tenant_id and u.unit_id = part.unit_id
    and (u.dissolved_on is null or u.dissolved_on > d.opens_on)
    and u.union_since <= d.due_on
    and (u.code = any(d.units) or u.unit_id = any(d.unit_ids)
         or (u.level = any(d.bearers) and (cardinality(d.sectors) = 0 or u.sector = any(d.sectors))))
left join read_models.duty_submissions as s
    on s.tenant_id = c.tenant_id and s.campaign_id = c.campaign_id and s.duty = d.duty
    and s.occurrence = d.occurrence and s.unit_id = u.unit_id
left join lateral (
    select reg.registration_id,
           case when reg.fulfils = d.duty then reg.held_on else reg.submitted_on end as submitted_on
    from read_models.registrations as reg
    where (cardinality(d.fulfilled_by) > 0 or d.kind = 'launch') and reg.tenant_id = c.tenant_id
      and (reg.unit_id = u.unit_id or reg.other_unit_id = u.unit_id)
      and (reg.kind <> 'compact' or reg.state in ('confirmed', 'completed', 'recognised'))
      and reg.campaign_id = c.campaign_id and (reg.kind = any(d.fulfilled_by) or reg.fulfils = d.duty)
      and reg.state not in ('returned', 'withdrawn', 'refused', 'revoked')
      and (d.occurrence = '' or reg.submitted_on >= d.opens_on)
    order by reg.submitted_on, reg.registration_id limit 1
) as r on true
where c.tenant_id = $1 and c.state in ('launched', 'concluded') and (not d.withdrawn or s.state is not null)"""
CLAUSE = ("rule", "wording", "interpretation")
KEYS = (("o.due_on", date), ("o.campaign_id", str), ("o.duty", str), ("o.occurrence", str), ("o.unit_id", str))


async def fetch_duties(
    connection: Connection,
    tenant_id: TenantId,
    wanted: DutyFilter,
    *,
    day: date,
    subtree: str | None,
    after: str | None,
    limit: int,
    calendar: WorkingCalendar | None = None,
) -> Page[DutyRow]:
    """Duties as they stand on `day`, the first due first. Raises: BadCursor."""
    query = Query(tenant_id)
    owed = OWED.replace("{day}", f"{query.value(day)}::date")
    # Inside, so that the other campaigns' and units' duties are not worked out first.
    if wanted.campaign_id is not None:
        owed += f" and c.campaign_id = {query.value(wanted.campaign_id)}"
    query.within(wanted.under, "u.unit_id")
    query.within(subtree, "u.unit_id")
    owed, query.conditions = owed + query.narrowed, []
    query.equal("o", wanted, but=("under", "campaign_id"))
    query.after("duties", after, KEYS)
    keys = [column for column, _ in KEYS]
    selected = columns(DutyRow, "o", but=(*CLAUSE, "slogan", "proof_wanted", "addressees", "worked_on", "demanded_by"))
    selected += ", coalesce(o.addressees, '{}') as addressees"
    sql = f"select {selected} from ({owed}) as o where true{query.narrowed} order by {', '.join(keys)}"
    fields = [key.partition(".")[2] for key in keys]
    found = await page(connection, sql, query, DutyRow, listing="duties", keys=fields, limit=limit)
    told = await with_demands(connection, tenant_id, await with_clauses(connection, tenant_id, found, _clause))
    return Page(rows=tuple(_with_working_day(row, calendar) for row in told.rows), next=told.next)


async def with_demands(connection: Connection, tenant_id: TenantId, page: Page[DutyRow]) -> Page[DutyRow]:
    """The page with what was said when a duty was demanded, where it is no duty of the directive."""
    terms = await terms_of(connection, tenant_id, [row.duty for row in page.rows if row.source == "demanded"])
    return Page(rows=tuple(_demanded(row, terms.get(row.duty)) for row in page.rows), next=page.next)


def _demanded(row: DutyRow, terms: Terms | None) -> DutyRow:
    if terms is None:
        return row
    return msgspec.structs.replace(
        row,
        rule=terms.due,
        wording=terms.wording,
        proof_wanted=terms.proof,
        channel=row.channel or terms.channel,
        addressees=row.addressees or terms.addressees,
        demanded_by=terms.by_unit_id,
    )


def _with_working_day(row: DutyRow, calendar: WorkingCalendar | None) -> DutyRow:
    return msgspec.structs.replace(row, worked_on=worked_on(row.due_on, calendar))


def worked_on(day: date, calendar: WorkingCalendar | None) -> date | None:
    """The first working day from a day off on; None for a working day, and where the calendar does not reach."""
    if calendar is None:
        return None
    try:
        worked = calendar.first_working_day(day)
    except YearUnknown:
        return None
    return worked if worked != day else None


def _clause(directive: Directive, row: DutyRow) -> dict[str, Any]:
    spec = next((spec for spec in directive.duties if spec.code == row.duty), None)
    if spec is None:
        return {}
    return {
        **{name: getattr(spec, name) for name in CLAUSE},
        "slogan": spec.slogan_of(row.unit_name),
        "proof_wanted": spec.proof,
        "channel": row.channel or spec.channel,
        "addressees": row.addressees or spec.addressees,
    }
