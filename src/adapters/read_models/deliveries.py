"""Who has a directive: units that acknowledged it, and recipients whose delivery is on record."""

from datetime import date
from typing import Any, assert_never

import msgspec

from adapters.read_models.campaign_list import fetch_campaign
from adapters.read_models.model import Batch, ReadModel, first, identity
from adapters.read_models.paging import Page, Query, columns, entries, page
from adapters.read_models.session import Connection
from adapters.read_models.table import Change, Put, Table
from application.ports import Recorded
from domain.delivery import DeliveryRecorded, DirectiveAcknowledged, Event
from domain.directive import Level, Recipient
from domain.ids import TenantId
from domain.paper import Document

DELIVERIES = Table(
    name="deliveries",
    key=("delivery_id",),
    columns={
        "delivery_id": "text",
        "campaign_id": "text",
        "unit_id": "text",
        "issuer_id": "text",
        "recipient": "text",
        "done_on": "date",
        "channel": "text",
        "document": "text",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)


def project(batch: Batch) -> list[Change]:
    return [Put(DELIVERIES, (identity(recorded),), _row(recorded, event)) for recorded, event in batch]


def _row(recorded: Recorded, event: Event) -> dict[str, Any]:
    match event:
        case DirectiveAcknowledged():
            told: dict[str, Any] = {"unit_id": event.unit_id, "done_on": event.acknowledged_on}
        case DeliveryRecorded():
            document = msgspec.json.encode(event.document).decode() if event.document else None
            told = {"issuer_id": event.issuer_id, "recipient": event.recipient, "done_on": event.on}
            told |= {"channel": event.channel, "document": document}
        case _:
            assert_never(event)
    return {"campaign_id": event.campaign_id, **told, **first(recorded)}


DELIVERY_MODEL = ReadModel(name="deliveries", tables=(DELIVERIES,), families=frozenset({"delivery"}), project=project)


# --- Reading ----------------------------------------------------------------------


class DeliveryRow(msgspec.Struct, frozen=True, kw_only=True):
    """Of a unit that acknowledged (`unit_id`), or of a line of "Nơi nhận" (`recipient`, recorded by `issuer_id`)."""

    delivery_id: str
    campaign_id: str
    unit_id: str | None
    issuer_id: str | None
    recipient: str | None
    done_on: date
    channel: str | None
    first_position: int
    version: int


class DeliveryFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing."""

    delivery_id: str | None = None
    campaign_id: str | None = None
    unit_id: str | None = None


async def fetch_deliveries(
    connection: Connection,
    tenant_id: TenantId,
    wanted: DeliveryFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[DeliveryRow]:
    """What is on record, in its order. Raises: BadCursor."""
    query = Query(tenant_id)
    query.equal("x", wanted)
    query.within(subtree, "x.unit_id", "x.issuer_id")
    return await entries(
        connection, query, DeliveryRow, listing="deliveries", table="deliveries as x", after=after, limit=limit
    )


class AcknowledgementRow(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that is to carry the directive out, and since when it has it; None: it has not said so."""

    campaign_id: str
    unit_id: str
    unit_code: str
    unit_name: str
    level: Level
    acknowledged_on: date | None


class AcknowledgementFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: a unit, with everything below it."""

    campaign_id: str | None = None
    unit_id: str | None = None
    level: Level | None = None
    acknowledged: bool | None = None
    under: str | None = None


# Whoever takes part: the units of the campaign's own part of the tree that have a union, but for the issuer itself.
UNITS = """
select c.campaign_id, u.unit_id, u.code as unit_code, u.name as unit_name, u.level, x.done_on as acknowledged_on
from read_models.campaigns as c
cross join lateral read_models.subtree(c.tenant_id, c.issuer_id) as part
join read_models.units as u
    on u.tenant_id = c.tenant_id and u.unit_id = part.unit_id and u.unit_id <> c.issuer_id
    and u.has_union and u.dissolved_on is null
left join read_models.deliveries as x
    on x.tenant_id = c.tenant_id and x.campaign_id = c.campaign_id and x.unit_id = u.unit_id
where c.tenant_id = $1 and c.state in ('launched', 'concluded')"""
KEYS = (("o.campaign_id", str), ("o.unit_code", str), ("o.unit_id", str))


async def fetch_acknowledgements(
    connection: Connection,
    tenant_id: TenantId,
    wanted: AcknowledgementFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[AcknowledgementRow]:
    """The units by code, with what they have acknowledged. Raises: BadCursor."""
    query = Query(tenant_id)
    query.equal("o", wanted, but=("acknowledged", "under"))
    query.where("(o.acknowledged_on is not null) = {}", wanted.acknowledged)
    query.within(wanted.under, "o.unit_id")
    query.within(subtree, "o.unit_id")
    query.after("acknowledgements", after, KEYS)
    keys = [column for column, _ in KEYS]
    sql = f"select {columns(AcknowledgementRow, 'o')} from ({UNITS}) as o where true{query.narrowed}"
    sql += f" order by {', '.join(keys)}"
    fields = [key.partition(".")[2] for key in keys]
    return await page(connection, sql, query, AcknowledgementRow, listing="acknowledgements", keys=fields, limit=limit)


class RecipientRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list; `on`, `channel` and `document` of its delivery, None while none is on record."""

    recipient: Recipient
    on: date | None = None
    channel: str | None = None
    document: Document | None = None


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """The list of a directive, line by line, and how many of the `units` that carry it out have `acknowledged` it."""

    campaign_id: str
    recipients: tuple[RecipientRow, ...]
    units: int
    acknowledged: int


RECORDED = """
select x.recipient, x.done_on, x.channel, x.document from read_models.deliveries as x
where x.tenant_id = $1 and x.campaign_id = $2 and x.recipient is not null"""


async def fetch_distribution(
    connection: Connection, tenant_id: TenantId, campaign_id: str, *, subtree: str | None
) -> Distribution | None:
    """None where there is no such campaign, or it is no matter of the subtree, whose units alone are counted."""
    detail = await fetch_campaign(connection, tenant_id, campaign_id, subtree=subtree)
    if detail is None:
        return None
    records = {row["recipient"]: row for row in await connection.fetch(RECORDED, tenant_id, campaign_id)}
    query = Query(tenant_id)
    query.where("o.campaign_id = {}", campaign_id)
    query.within(subtree, "o.unit_id")
    sql = f"select count(*) as units, count(o.acknowledged_on) as acknowledged from ({UNITS}) as o"
    counted = await connection.fetchrow(f"{sql} where true{query.narrowed}", *query.values)
    assert counted is not None
    lines = (_line(recipient, records.get(recipient.name)) for recipient in detail.directive.distribution)
    return Distribution(campaign_id=campaign_id, recipients=tuple(lines), **dict(counted))


def _line(recipient: Recipient, record: Any) -> RecipientRow:
    if record is None:
        return RecipientRow(recipient=recipient)
    document = msgspec.json.decode(record["document"], type=Document) if record["document"] else None
    return RecipientRow(recipient=recipient, on=record["done_on"], channel=record["channel"], document=document)
