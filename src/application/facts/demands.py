"""Facts for demands and for the delivery of a directive."""

from typing import Any

from application.facts.terms import campaign_of, running, unit_in, was_launched
from application.reading import Reader
from domain.decider import Command
from domain.delivery import AcknowledgeDirective, Delivery, RecordDelivery
from domain.delivery import Facts as DeliveryFacts
from domain.demand import Demand, DemandDuty
from domain.demand import Facts as DemandFacts
from domain.unit import UNIT


async def demanding(reader: Reader, command: DemandDuty, state: Demand, stream_id: str) -> DemandFacts:
    campaign, directive = await campaign_of(reader, command.campaign_id)
    await reader.prefetch(*((UNIT, unit_id) for unit_id in command.unit_ids))
    found = {unit_id: await unit_in(reader, campaign, unit_id) for unit_id in command.unit_ids}
    by = await unit_in(reader, campaign, command.by_unit_id)
    absent = [unit_id for unit_id, unit in found.items() if unit is None]
    return DemandFacts(
        running=running(campaign),
        horizon=directive.horizon if directive else None,
        phases=campaign.phases,
        calendar=reader.calendar,
        missing=tuple(absent if by else [command.by_unit_id, *absent]),
        elsewhere=tuple(
            unit_id for unit_id, unit in found.items() if unit is not None and command.by_unit_id not in unit.above
        ),
        read=reader.reads(besides=stream_id),
    )


async def acknowledging(
    reader: Reader, command: AcknowledgeDirective, state: Delivery, stream_id: str
) -> DeliveryFacts:
    campaign, _ = await campaign_of(reader, command.campaign_id)
    return DeliveryFacts(
        launched=was_launched(campaign),
        takes_part=await unit_in(reader, campaign, command.unit_id) is not None,
        read=reader.reads(besides=stream_id),
    )


async def delivering(reader: Reader, command: RecordDelivery, state: Delivery, stream_id: str) -> DeliveryFacts:
    campaign, directive = await campaign_of(reader, command.campaign_id)
    return DeliveryFacts(
        launched=was_launched(campaign),
        issuer_id=campaign.issuer_id,
        recipients=tuple(recipient.name for recipient in directive.distribution) if directive else (),
        read=reader.reads(besides=stream_id),
    )


LOADERS: dict[type[Command], Any] = {
    DemandDuty: demanding,
    AcknowledgeDirective: acknowledging,
    RecordDelivery: delivering,
}
