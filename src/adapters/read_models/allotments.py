"""The numbers that decisions gave to units; the latest decision counts."""

import msgspec

from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.paging import Page, Query, entries
from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.allotment import TargetAllotted
from domain.ids import TenantId

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
    """The number that holds now; `version` counts the decisions."""

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


class AllotmentFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: a unit, with everything below it."""

    allotment_id: str | None = None
    campaign_id: str | None = None
    target: str | None = None
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
    return await entries(
        connection, query, AllotmentRow, listing="allotments", table="allotments as a", after=after, limit=limit
    )


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
