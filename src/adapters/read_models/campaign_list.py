"""Reading campaigns: the list, and one with its directive, phases, reviews and duty dates."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from adapters.read_models.clauses import fetch_addenda
from adapters.read_models.paging import Page, Query, columns, entries
from adapters.read_models.session import Connection
from domain.campaign.addenda import in_force
from domain.campaign.messages import ClauseInterpreted, TitleAdmitted
from domain.clauses import clause_at
from domain.directive import Directive, Interpretation, Source
from domain.ids import TenantId
from domain.paper import Document

CHILDREN_MAX = 500
"""As many as a page holds: who has more asks for the list, by `parent_campaign_id`."""
State = Literal["drafted", "launched", "concluded", "cancelled"]


class CampaignRow(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: drafted, launched, concluded or cancelled. `opens_on` and `closes_on` are the horizon.
    `parent_campaign_id`: the campaign that it carries out, None for none."""

    campaign_id: str
    issuer_id: str
    issuer_level: str
    parent_campaign_id: str | None
    name: str
    document_number: str | None
    state: State
    launched_on: date | None
    opens_on: date
    closes_on: date
    drafted_at: datetime
    first_position: int
    version: int
    position: int


class PhaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """`opens_on` None: from a launch day that has not come. `opened_at`, `closed_at`: when that was recorded.
    `source`: whether the directive has the phase or it is assumed."""

    phase: str
    name: str
    theme: str | None
    peak: bool
    source: Source
    opens_on: date | None
    closes_on: date
    opened_at: datetime | None
    closed_at: datetime | None


class DutyDateRow(msgspec.Struct, frozen=True, kw_only=True):
    """One time that a duty of the directive falls due, or of one that is assumed (`source`)."""

    duty: str
    source: Source
    occurrence: str
    opens_on: date
    due_on: date


class ReviewRow(msgspec.Struct, frozen=True, kw_only=True):
    scope: str
    period: str
    called: str
    document: Document
    findings: str
    reviewed_at: datetime


class AdmittedRow(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    document: Document


class ReadingRow(msgspec.Struct, frozen=True, kw_only=True):
    """How a clause was said to be read, and when that was recorded. `in_force`: it is read so now; it is not, where a
    later reading was recorded or an amendment worded the clause anew."""

    clause: str
    wording: str
    interpretation: Interpretation
    in_force: bool


class CampaignDetail(msgspec.Struct, frozen=True, kw_only=True):
    """The directive is the one in force, with every amendment, recorded reading and admitted title. `parent` is the
    campaign that it carries out, as it stands now (it may be cancelled: this one goes on); `children` carry out this
    one. `readings` are all that were recorded, the first first; `titles_admitted` is what was added by law.
    """

    campaign: CampaignRow
    directive: Directive
    phases: tuple[PhaseRow, ...]
    duty_dates: tuple[DutyDateRow, ...]
    reviews: tuple[ReviewRow, ...]
    parent: CampaignRow | None
    children: tuple[CampaignRow, ...]
    readings: tuple[ReadingRow, ...]
    titles_admitted: tuple[AdmittedRow, ...]

    @property
    def version(self) -> int:
        """The version of the campaign's stream that all of it reflects."""
        return self.campaign.version


class CampaignFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing."""

    campaign_id: str | None = None
    issuer_id: str | None = None
    parent_campaign_id: str | None = None
    state: State | None = None


async def fetch_campaigns(
    connection: Connection,
    tenant_id: TenantId,
    wanted: CampaignFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[CampaignRow]:
    """Campaigns in the order that they were drafted; of a subtree, those issued in it and those that it takes part in.
    Raises: BadCursor."""
    query = Query(tenant_id)
    query.equal("c", wanted)
    _concerning(query, subtree)
    return await entries(
        connection, query, CampaignRow, listing="campaigns", table="campaigns as c", after=after, limit=limit
    )


def _concerning(query: Query, subtree: str | None) -> None:
    if subtree is None:
        return
    root = query.value(subtree)
    query.conditions.append(
        f"(exists (select from read_models.subtree($1, {root}) as below where below.unit_id = c.issuer_id)"
        f" or exists (select from read_models.subtree($1, c.issuer_id) as under where under.unit_id = {root}))"
    )


async def fetch_campaign(
    connection: Connection, tenant_id: TenantId, campaign_id: str, *, subtree: str | None
) -> CampaignDetail | None:
    """One campaign whole; None where there is none, or it is no matter of the subtree."""
    query = Query(tenant_id)
    query.where("c.campaign_id = {}", campaign_id)
    _concerning(query, subtree)
    sql = f"select {columns(CampaignRow, 'c')}, c.directive from read_models.campaigns as c where c.tenant_id = $1"
    record = await connection.fetchrow(sql + query.narrowed, *query.values)
    if record is None:
        return None
    values = dict(record)
    addenda = (await fetch_addenda(connection, tenant_id, [campaign_id])).get(campaign_id, [])
    directive = in_force(msgspec.json.decode(values.pop("directive"), type=Directive), addenda)
    campaign = msgspec.convert(values, CampaignRow)
    parent = CampaignFilter(campaign_id=campaign.parent_campaign_id)
    return CampaignDetail(
        campaign=campaign,
        directive=directive,
        phases=await fetch_phases(connection, tenant_id, campaign_id),
        duty_dates=await _rows(connection, DUTY_DATES_OF, tenant_id, campaign_id, DutyDateRow),
        reviews=await _reviews(connection, tenant_id, campaign_id),
        parent=next(iter(await _related(connection, tenant_id, parent, subtree)), None)
        if campaign.parent_campaign_id
        else None,
        children=await _related(connection, tenant_id, CampaignFilter(parent_campaign_id=campaign_id), subtree),
        readings=tuple(
            ReadingRow(
                clause=each.clause,
                wording=each.wording,
                interpretation=each.interpretation,
                in_force=_is_in_force(directive, each),
            )
            for each in addenda
            if isinstance(each, ClauseInterpreted)
        ),
        titles_admitted=tuple(
            AdmittedRow(title=each.title.code, document=each.document)
            for each in addenda
            if isinstance(each, TitleAdmitted)
        ),
    )


def _is_in_force(directive: Directive, reading: ClauseInterpreted) -> bool:
    clause = clause_at(directive, reading.clause)
    return clause is not None and (clause.wording, clause.interpretation) == (reading.wording, reading.interpretation)


async def _related(
    connection: Connection, tenant_id: TenantId, wanted: CampaignFilter, subtree: str | None
) -> tuple[CampaignRow, ...]:
    page = await fetch_campaigns(connection, tenant_id, wanted, subtree=subtree, after=None, limit=CHILDREN_MAX)
    return page.rows


PHASES_OF = """
select p.phase, p.name, p.theme, p.peak, p.source, p.opens_on, p.closes_on, m.opened_at, m.closed_at
from read_models.campaign_phases as p
left join read_models.campaign_phase_marks as m
    on m.tenant_id = p.tenant_id and m.campaign_id = p.campaign_id and m.phase = p.phase
where p.tenant_id = $1 and p.campaign_id = $2
order by p.place
"""
DUTY_DATES_OF = """
select d.duty, s.source, d.occurrence, d.opens_on, d.due_on from read_models.campaign_duty_dates as d
join read_models.campaign_duties as s
    on s.tenant_id = d.tenant_id and s.campaign_id = d.campaign_id and s.duty = d.duty
where d.tenant_id = $1 and d.campaign_id = $2
order by d.due_on, d.duty, d.occurrence
"""
REVIEWS_OF = """
select r.scope, r.period, r.called, r.document, r.findings, r.reviewed_at from read_models.campaign_reviews as r
where r.tenant_id = $1 and r.campaign_id = $2
order by r.reviewed_at, r.scope, r.period
"""


async def fetch_phases(connection: Connection, tenant_id: TenantId, campaign_id: str) -> tuple[PhaseRow, ...]:
    """The campaign's phases in the order of its directive."""
    return await _rows(connection, PHASES_OF, tenant_id, campaign_id, PhaseRow)


async def _rows(connection: Connection, sql: str, tenant_id: TenantId, campaign_id: str, row: Any) -> tuple[Any, ...]:
    return tuple(msgspec.convert(dict(record), row) for record in await connection.fetch(sql, tenant_id, campaign_id))


async def _reviews(connection: Connection, tenant_id: TenantId, campaign_id: str) -> tuple[ReviewRow, ...]:
    records = await connection.fetch(REVIEWS_OF, tenant_id, campaign_id)
    return tuple(
        msgspec.convert({**dict(record), "document": msgspec.json.decode(record["document"])}, ReviewRow)
        for record in records
    )
