"""The numbers that decisions gave to units; the latest decision counts."""

from typing import Any

import msgspec

from adapters.read_models.clauses import with_clauses
from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.paging import Page, Query, columns, entries
from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.allotment import TargetAllotted
from domain.directive import Directive, Source
from domain.ids import Slug, TenantId

ALLOTMENTS = Table(
    name="allotments",
    key=("allotment_id",),
    columns={
        "allotment_id": "text",
        "campaign_id": "text",
        "target": "text",
        "unit_id": "text",
        "period": "text",
        "number": "bigint",
        "document_number": "text",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)


class AllotmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """The number that holds now; `version` counts the decisions. `source`: whether the directive sets the target or it
    is assumed; None where the directive, as it stands now, has no such target."""

    allotment_id: str
    campaign_id: str
    target: str
    unit_id: str
    period: str
    number: int
    document_number: str | None
    first_position: int
    version: int
    position: int
    source: Source | None = None


class AllotmentFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: a unit, with everything below it."""

    allotment_id: str | None = None
    campaign_id: str | None = None
    target: Slug | None = None
    period: str | None = None
    under: str | None = None


async def fetch_allotments(
    connection: Connection,
    tenant_id: TenantId,
    wanted: AllotmentFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[AllotmentRow]:
    """Allotments in the order that they were first decided. Raises: BadCursor."""
    query = Query(tenant_id)
    query.equal("a", wanted, but=("under",))
    query.within(wanted.under, "a.unit_id")
    query.within(subtree, "a.unit_id")
    selected = columns(AllotmentRow, "a", but=("source",))
    page = await entries(
        connection,
        query,
        AllotmentRow,
        listing="allotments",
        table="allotments as a",
        after=after,
        limit=limit,
        selected=selected,
    )
    return await with_clauses(connection, tenant_id, page, _source)


def _source(directive: Directive, row: AllotmentRow) -> dict[str, Any]:
    return {"source": next((target.source for target in directive.targets if target.code == row.target), None)}


def project(batch: Batch) -> list[Change]:
    return [_change(recorded, event) for recorded, event in batch]


def _change(recorded: Recorded, event: TargetAllotted) -> Change:
    values = {"number": event.number, "document_number": event.document.number}
    if recorded.version > 1:
        return Alter(ALLOTMENTS, (identity(recorded),), {**values, **stamp(recorded)})
    place = {
        "campaign_id": event.campaign_id,
        "target": event.target,
        "unit_id": event.unit_id,
        "period": event.period,
    }
    return Put(ALLOTMENTS, (identity(recorded),), {**place, **values, **first(recorded)})


ALLOTMENT_MODEL = ReadModel(name="allotments", tables=(ALLOTMENTS,), families=frozenset({"target"}), project=project)
