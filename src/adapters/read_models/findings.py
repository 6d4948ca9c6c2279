"""What came to light after an award was decided, about days that the award is for."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from adapters.read_models.model import Batch, ReadModel, identity
from adapters.read_models.paging import Page, Query, page
from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.award.messages import AwardDecided
from domain.ids import TenantId
from domain.member.messages import DisciplineLifted, DisciplineRecorded
from domain.rules import needs
from domain.unit import AccidentReported

Kind = Literal["discipline", "accident"]
READS = ("disciplines", "collective", "fatal_accidents")
"""The fields of a case that findings go into."""
FINDINGS = Table(
    name="findings",
    key=("subject_id", "kind", "degree", "happened_on"),
    columns={
        "subject_id": "text",
        "kind": "text",
        "degree": "text",
        "happened_on": "date",
        "until": "date",
        "lifted_on": "date",
        "deaths": "bigint",
        "injured": "bigint",
        "recorded_at": "timestamptz",
        "position": "bigint",
    },
)
GRANTED = Table(
    name="granted_awards",
    key=("award_id",),
    columns={
        "award_id": "text",
        "decided_at": "timestamptz",
        "position": "bigint",
        "period_from": "date",
        "judged_on": "date",
        "reads": "text[]",
    },
)


class AffectedRow(msgspec.Struct, frozen=True, kw_only=True):
    """An award, and one thing that was recorded about its days after it was decided. `found`: what that is, of
    `found_person_id`, else of the unit; `degree` of a discipline (its ground stays sealed, with the member), `deaths`
    and `injured` of an accident; its days run from `found_from` to `found_until`, or until it was lifted
    (None: no end is stated). `found_at` and `found_position` are of the record of it, `decided_at` and
    `decided_position` of the decision.

    `period_from` is the first day that the decision's rules looked at. `period_until` is the day of the decision; of an
    award for a whole year no day before the last of that year. `in_force`: decided or presented, and not revoked.
    `read_by_rules`: the rules that the award was decided by read such a thing.
    """

    award_id: str
    campaign_id: str
    year: int
    title: str
    title_name: str
    unit_id: str
    person_id: str | None
    state: str
    in_force: bool
    decision_number: str | None
    decision_issued: str | None
    decided_at: datetime
    decided_position: int
    period_from: date
    period_until: date
    found: Kind
    found_person_id: str | None
    degree: str | None
    deaths: int | None
    injured: int | None
    found_from: date
    found_until: date | None
    found_at: datetime
    found_position: int
    read_by_rules: bool
    revoked_for: str | None
    revoked_at: datetime | None
    first_position: int


class AffectedFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: awards of a unit, with everything below it. `person_id`: of the award."""

    award_id: str | None = None
    campaign_id: str | None = None
    title: str | None = None
    person_id: str | None = None
    found: Kind | None = None
    in_force: bool | None = None
    read_by_rules: bool | None = None
    under: str | None = None


# A person's discipline touches the person's own awards, whichever record either is of, and those of the collective; a
# unit's accident those of the unit itself.
TOUCHED = """
select f.position as found_position, a.award_id
from read_models.findings as f
cross join lateral (select array(select p.person_id from read_models.person_of($1, f.subject_id) as p) as ids) as same
join read_models.awards as a on a.tenant_id = $1 and a.person_id = any(same.ids)
where f.tenant_id = $1 and f.kind = 'discipline'
union
select f.position, a.award_id
from read_models.findings as f
join read_models.members as m on m.tenant_id = $1 and m.person_id = f.subject_id
join read_models.awards as a on a.tenant_id = $1 and a.unit_id = m.unit_id and a.person_id is null
join read_models.granted_awards as g on g.tenant_id = $1 and g.award_id = a.award_id and 'collective' = any(g.reads)
where f.tenant_id = $1 and f.kind = 'discipline'
union
select f.position, a.award_id
from read_models.findings as f
join read_models.awards as a on a.tenant_id = $1 and a.unit_id = f.subject_id and a.person_id is null
where f.tenant_id = $1 and f.kind = 'accident'
"""
UNTIL = "case when a.phase is null then greatest(g.judged_on, make_date(a.year, 12, 31)) else g.judged_on end"
IN_FORCE = "(a.state in ('decided', 'presented'))"
READ = """case when f.kind = 'accident' then f.deaths > 0 and 'fatal_accidents' = any(g.reads)
when a.person_id is null then 'collective' = any(g.reads) else 'disciplines' = any(g.reads) end"""
SAID = {
    "in_force": IN_FORCE,
    "decided_at": "g.decided_at",
    "decided_position": "g.position",
    "period_from": "g.period_from",
    "period_until": UNTIL,
    "found": "f.kind",
    "found_person_id": "case when f.kind = 'discipline' then f.subject_id end",
    "degree": "nullif(f.degree, '')",
    "deaths": "f.deaths",
    "injured": "f.injured",
    "found_from": "f.happened_on",
    "found_until": "least(f.until, f.lifted_on)",
    "found_at": "f.recorded_at",
    "found_position": "f.position",
    "read_by_rules": READ,
}
AFFECTED = f"""
from ({TOUCHED}) as t
join read_models.findings as f on f.tenant_id = $1 and f.position = t.found_position
join read_models.granted_awards as g on g.tenant_id = $1 and g.award_id = t.award_id and g.position < f.position
join read_models.awards as a on a.tenant_id = $1 and a.award_id = t.award_id
where f.tenant_id = $1 and f.happened_on <= {UNTIL}
  and coalesce(least(f.until, f.lifted_on), 'infinity') >= g.period_from"""
WHETHER = {"found": "f.kind", "in_force": IN_FORCE, "read_by_rules": READ}
KEYS = (("f.position", int), ("a.first_position", int))


async def fetch_affected(
    connection: Connection,
    tenant_id: TenantId,
    wanted: AffectedFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[AffectedRow]:
    """Awards with what was found, in the order that it was recorded. Raises: BadCursor."""
    query = Query(tenant_id)
    query.equal("a", wanted, but=("under", *WHETHER))
    for name, said in WHETHER.items():
        query.where(f"({said}) = {{}}", getattr(wanted, name))
    query.within(wanted.under, "a.unit_id")
    query.within(subtree, "a.unit_id")
    query.after("affected", after, KEYS)
    selected = ", ".join(f"{SAID.get(name, f'a.{name}')} as {name}" for name in AffectedRow.__struct_fields__)
    sql = f"select {selected} {AFFECTED}{query.narrowed} order by f.position, a.first_position"
    keys = ("found_position", "first_position")
    return await page(connection, sql, query, AffectedRow, listing="affected", keys=keys, limit=limit)


def project(batch: Batch) -> list[Change]:
    return [change for recorded, event in batch if (change := _change(recorded, event)) is not None]


def _change(recorded: Recorded, event: msgspec.Struct) -> Change | None:
    subject, known = identity(recorded), {"recorded_at": recorded.recorded_at, "position": recorded.position}
    match event:
        case DisciplineRecorded(kind=kind, on=on, until=until):
            return Put(FINDINGS, (subject, "discipline", kind, on), {"until": until, **known})
        case DisciplineLifted(kind=kind, on=on, lifted_on=lifted_on):
            return Alter(FINDINGS, (subject, "discipline", kind, on), {"lifted_on": lifted_on})
        case AccidentReported(on=on, deaths=deaths, injured=injured):
            # It corrects what was reported of the day before: what it says came to light with it.
            hurt = {"until": on, "deaths": deaths, "injured": injured}
            return Put(FINDINGS, (subject, "accident", "", on), {**hurt, **known})
        case AwardDecided():
            return Put(GRANTED, (subject,), _granted(recorded, event))
        case _:
            return None


def _granted(recorded: Recorded, event: AwardDecided) -> dict[str, Any]:
    return {
        "decided_at": recorded.recorded_at,
        "position": recorded.position,
        "period_from": event.case.period_from,
        "judged_on": event.case.day,
        "reads": [field for field in READS if needs(event.rule_set, field)],
    }


FINDING_MODEL = ReadModel(
    name="findings", tables=(FINDINGS, GRANTED), families=frozenset({"award", "member", "unit"}), project=project
)
