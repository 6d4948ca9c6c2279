"""The register of exemplary models: whose they are, who recognised them, and where they were made known."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, assert_never

import msgspec

from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.paging import Page, Query, columns, entries
from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.directive import Level
from domain.exemplar import (
    Channel,
    Event,
    ExemplarRecognised,
    ExemplarRegistered,
    ExemplarSpread,
    ExemplarWithdrawn,
    Kind,
)
from domain.ids import Slug, TenantId
from domain.member.messages import Employment

State = Literal["registered", "recognised", "withdrawn"]
EXEMPLARS = Table(
    name="exemplars",
    key=("exemplar_id",),
    columns={
        "exemplar_id": "text",
        "campaign_id": "text",
        "phase": "text",
        "unit_id": "text",
        "level": "text",
        "block": "text",
        "person_id": "text",
        "employment": "text",
        "kind": "text",
        "state": "text",
        "name": "text",
        "story": "text",
        "registered_on": "date",
        "recognised_level": "text",
        "decision_number": "text",
        "reason": "text",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)
SPREADS = Table(
    name="exemplar_spreads",
    key=("exemplar_id", "position"),
    columns={"exemplar_id": "text", "position": "bigint", "channel": "text", "spread_on": "date", "place": "text"},
)


class SpreadRow(msgspec.Struct, frozen=True, kw_only=True):
    channel: Channel
    on: date
    place: str


class ExemplarRow(msgspec.Struct, frozen=True, kw_only=True):
    """`name`, `story` and `reason` are ciphertext. `employment` is the person's when it was registered: direct workers
    are `direct-worker`. `recognised_level` and `decision_number` are of the last recognition, `spreads` where it was
    made known, the first first."""

    exemplar_id: str
    campaign_id: str | None
    phase: str | None
    unit_id: str
    level: str
    block: str | None
    person_id: str | None
    employment: Employment | None
    kind: Kind
    state: State
    name: str
    story: str
    registered_on: date
    recognised_level: str | None
    decision_number: str | None
    reason: str | None
    first_position: int
    version: int
    position: int
    spreads: tuple[SpreadRow, ...] = ()


class ExemplarFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: a unit, with everything below it. `spread`: made known at least once, or never."""

    exemplar_id: str | None = None
    campaign_id: str | None = None
    phase: Slug | None = None
    kind: Kind | None = None
    state: State | None = None
    level: Level | None = None
    recognised_level: Level | None = None
    unit_id: str | None = None
    person_id: str | None = None
    employment: Employment | None = None
    spread: bool | None = None
    under: str | None = None


SPREAD = """
(exists (
    select from read_models.exemplar_spreads as s where s.tenant_id = $1 and s.exemplar_id = e.exemplar_id
)) = {}"""
SPREADS_OF = """
select s.exemplar_id, s.channel, s.spread_on as "on", s.place from read_models.exemplar_spreads as s
where s.tenant_id = $1 and s.exemplar_id = any($2::text[])
order by s.exemplar_id, s.position"""


async def fetch_exemplars(
    connection: Connection,
    tenant_id: TenantId,
    wanted: ExemplarFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[ExemplarRow]:
    """Exemplary models in the order that they were registered. Raises: BadCursor."""
    query = Query(tenant_id)
    query.equal("e", wanted, but=("under", "spread"))
    query.where(SPREAD, wanted.spread)
    query.within(wanted.under, "e.unit_id")
    query.within(subtree, "e.unit_id")
    page = await entries(
        connection,
        query,
        ExemplarRow,
        listing="exemplars",
        table="exemplars as e",
        after=after,
        limit=limit,
        selected=columns(ExemplarRow, "e", but=("spreads",)),
    )
    spreads = await _spreads(connection, tenant_id, [row.exemplar_id for row in page.rows])
    rows = tuple(msgspec.structs.replace(row, spreads=tuple(spreads.get(row.exemplar_id, ()))) for row in page.rows)
    return Page(rows=rows, next=page.next)


async def _spreads(
    connection: Connection, tenant_id: TenantId, exemplar_ids: Sequence[str]
) -> dict[str, list[SpreadRow]]:
    found: dict[str, list[SpreadRow]] = {}
    for record in await connection.fetch(SPREADS_OF, tenant_id, list(exemplar_ids)):
        values = dict(record)
        found.setdefault(values.pop("exemplar_id"), []).append(msgspec.convert(values, SpreadRow))
    return found


def project(batch: Batch) -> list[Change]:
    return [change for recorded, event in batch for change in _changes(recorded, event)]


def _changes(recorded: Recorded, event: Event) -> list[Change]:
    exemplar = identity(recorded)

    def alter(**values: Any) -> Alter:
        return Alter(EXEMPLARS, (exemplar,), {**values, **stamp(recorded)})

    match event:
        case ExemplarRegistered():
            return [Put(EXEMPLARS, (exemplar,), {**_registered(event), **first(recorded)})]
        case ExemplarRecognised():
            paper = event.document.number or event.document.title
            return [alter(state="recognised", recognised_level=event.level, decision_number=paper)]
        case ExemplarSpread():
            values = {"channel": event.channel, "spread_on": event.on, "place": event.place}
            return [alter(), Put(SPREADS, (exemplar, recorded.position), values)]
        case ExemplarWithdrawn(reason=reason):
            return [alter(state="withdrawn", reason=reason)]
        case _:
            assert_never(event)


def _registered(event: ExemplarRegistered) -> dict[str, Any]:
    said = (
        "campaign_id", "phase", "unit_id", "level", "block", "person_id", "employment", "kind", "name", "story",
        "registered_on",
    )  # fmt: skip
    return {"state": "registered", **{name: getattr(event, name) for name in said}}


EXEMPLAR_MODEL = ReadModel(
    name="exemplars", tables=(EXEMPLARS, SPREADS), families=frozenset({"exemplar"}), project=project
)
