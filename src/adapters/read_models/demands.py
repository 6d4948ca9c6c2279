"""What units above have demanded once, beside what the directive orders."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, assert_never

import msgspec

from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.paging import Page, Query, columns, entries
from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.dates import DateRule
from domain.demand import DemandWithdrawn, DutyDemanded, Event
from domain.directive import DutyKind
from domain.ids import TenantId
from domain.paper import Document

DEMANDS = Table(
    name="demands",
    key=("demand_id",),
    columns={
        "demand_id": "text",
        "campaign_id": "text",
        "by_unit_id": "text",
        "unit_ids": "text[]",
        "kind": "text",
        "name": "text",
        "department": "text",
        "terms": "text",
        "demanded_on": "date",
        "state": "text",
        "reason": "text",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)
DATES = Table(
    name="demand_dates",
    key=("demand_id", "occurrence"),
    columns={"demand_id": "text", "occurrence": "text", "opens_on": "date", "due_on": "date"},
)
COLUMNS = ("campaign_id", "by_unit_id", "kind", "name", "department", "demanded_on")


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a demand says of how it is done; `unit_ids` owe it."""

    by_unit_id: str
    wording: str
    due: DateRule
    addressees: tuple[str, ...]
    channel: str | None
    proof: str | None
    document: Document | None


def project(batch: Batch) -> list[Change]:
    return [change for recorded, event in batch for change in _changes(recorded, event)]


def _changes(recorded: Recorded, event: Event) -> list[Change]:
    demand = identity(recorded)
    match event:
        case DutyDemanded():
            return [Put(DEMANDS, (demand,), _row(event) | first(recorded)), *_dates(demand, event)]
        case DemandWithdrawn(reason=reason):
            return [Alter(DEMANDS, (demand,), {"state": "withdrawn", "reason": reason, **stamp(recorded)})]
        case _:
            assert_never(event)


def _row(event: DutyDemanded) -> dict[str, Any]:
    terms = Terms(**{name: getattr(event, name) for name in Terms.__struct_fields__})
    told = {name: getattr(event, name) for name in COLUMNS}
    more = {"unit_ids": list(event.unit_ids), "terms": msgspec.json.encode(terms).decode()}
    return {**told, **more, "state": "demanded", "reason": None}


def _dates(demand: str, event: DutyDemanded) -> list[Change]:
    return [Put(DATES, (demand, time.code), {"opens_on": time.opens_on, "due_on": time.due_on}) for time in event.dates]


DEMAND_MODEL = ReadModel(name="demands", tables=(DEMANDS, DATES), families=frozenset({"demand"}), project=project)


# --- Reading ----------------------------------------------------------------------


class DemandRow(msgspec.Struct, frozen=True, kw_only=True):
    """A duty that was demanded of `unit_ids`: each of them has it among its duties, under the demand's id."""

    demand_id: str
    campaign_id: str
    by_unit_id: str
    unit_ids: tuple[str, ...]
    kind: DutyKind
    name: str
    department: str | None
    terms: Terms
    demanded_on: date
    state: Literal["demanded", "withdrawn"]
    reason: str | None
    first_position: int
    version: int


class DemandFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `unit_id` owes it; `by_unit_id` asks for it."""

    demand_id: str | None = None
    campaign_id: str | None = None
    by_unit_id: str | None = None
    unit_id: str | None = None
    kind: DutyKind | None = None
    state: Literal["demanded", "withdrawn"] | None = None


async def fetch_demands(
    connection: Connection,
    tenant_id: TenantId,
    wanted: DemandFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[DemandRow]:
    """Demands in the order in which they were made; a subtree sees its own and those made to it. Raises: BadCursor."""
    query = Query(tenant_id)
    query.equal("m", wanted, but=("unit_id",))
    query.where("{} = any(m.unit_ids)", wanted.unit_id)
    if subtree is not None:
        units = f"array(select part.unit_id from read_models.subtree($1, {query.value(subtree)}) as part)"
        query.conditions.append(f"(m.by_unit_id = any({units}) or m.unit_ids && {units})")
    selected = columns(DemandRow, "m")
    return await entries(
        connection, query, DemandRow, listing="demands", table="demands as m", after=after, limit=limit,
        selected=selected, json=("terms",),
    )  # fmt: skip


TERMS = """
select m.demand_id, m.terms from read_models.demands as m where m.tenant_id = $1 and m.demand_id = any($2::text[])"""


async def terms_of(connection: Connection, tenant_id: TenantId, demands: Sequence[str]) -> dict[str, Terms]:
    """What each demand says, by its id."""
    if not demands:
        return {}
    records = await connection.fetch(TERMS, tenant_id, sorted(set(demands)))
    return {record["demand_id"]: msgspec.json.decode(record["terms"], type=Terms) for record in records}
