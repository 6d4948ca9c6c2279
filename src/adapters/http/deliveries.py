"""The distribution list of a directive over HTTP: who has it, and who has said so."""

from adapters.http.commands import creates
from adapters.http.examples import CAMPAIGN_ID, PARENT_ID, UNIT_ID
from adapters.http.queries import Look, by_key, listing, single
from adapters.http.route import Route
from adapters.read_models.deliveries import (
    AcknowledgementFilter,
    AcknowledgementRow,
    DeliveryFilter,
    DeliveryRow,
    Distribution,
    fetch_acknowledgements,
    fetch_deliveries,
    fetch_distribution,
)
from application.access import Query
from domain.delivery import DELIVERY, AcknowledgeDirective, RecordDelivery
from domain.ids import TenantId, derived


def _of_unit(command: AcknowledgeDirective, tenant_id: TenantId) -> str:
    return derived(tenant_id, "delivery", f"{command.campaign_id}/unit/{command.unit_id}")


def _of_recipient(command: RecordDelivery, tenant_id: TenantId) -> str:
    return derived(tenant_id, "delivery", f"{command.campaign_id}/recipient/{command.recipient}")


async def _distribution(look: Look) -> Distribution | None:
    return await fetch_distribution(look.connection, look.tenant_id, look.id, subtree=look.subtree)


ROUTES: tuple[Route, ...] = (
    single(
        "/v1/campaigns/{id}/distribution",
        asks=Query.DUTIES,
        fetch=_distribution,
        answers=Distribution,
        views=("deliveries", "campaigns"),
        summary="The distribution list, with what was delivered",
    ),
    listing(
        "/v1/acknowledgements",
        asks=Query.DUTIES,
        fetch=fetch_acknowledgements,
        filters=AcknowledgementFilter,
        rows=AcknowledgementRow,
        views=("deliveries", "campaigns"),
        summary="The units that carry a directive out: who has acknowledged it and who has not",
    ),
    listing(
        "/v1/deliveries",
        asks=Query.DUTIES,
        fetch=fetch_deliveries,
        filters=DeliveryFilter,
        rows=DeliveryRow,
        views=("deliveries",),
        summary="Acknowledgements and deliveries on record",
    ),
    single(
        "/v1/deliveries/{id}",
        asks=Query.DUTIES,
        fetch=by_key(fetch_deliveries, DeliveryFilter, "delivery_id"),
        answers=DeliveryRow,
        views=("deliveries",),
        summary="An acknowledgement or a delivery",
    ),
    creates(
        "/v1/deliveries/acknowledge",
        AcknowledgeDirective,
        DELIVERY,
        summary="Acknowledge a directive, as a unit that carries it out",
        identity=_of_unit,
        found_at="/v1/deliveries",
        example={"campaign_id": CAMPAIGN_ID, "unit_id": UNIT_ID},
    ),
    creates(
        "/v1/deliveries",
        RecordDelivery,
        DELIVERY,
        summary="Record that a recipient of the list was sent it",
        identity=_of_recipient,
        example={
            "campaign_id": CAMPAIGN_ID,
            "issuer_id": PARENT_ID,
            "recipient": "Thường trực Tỉnh ủy",
            "on": "2024-02-22",
            "channel": "công văn",
        },
    ),
)
