"""The delivery of a directive to one recipient: a unit acknowledges it by itself, an outside body's is recorded.

One stream for each campaign and unit, or campaign and line of "Nơi nhận".
"""

from datetime import date, datetime
from typing import assert_never

from domain.dates import local_day
from domain.decider import Command as Asked
from domain.decider import Decider, Message, Name, Read
from domain.ids import Id
from domain.paper import Document, check_issued
from domain.refusals import Absent, Conflict, Forbidden, NotYetHappened

# --- Commands -------------------------------------------------------------------


class AcknowledgeDirective(Asked, frozen=True, kw_only=True):
    """The unit has the directive and carries it out. `happened_on`: since that day."""

    campaign_id: Id
    unit_id: Id


class RecordDelivery(Asked, frozen=True, kw_only=True):
    """The issuer records that a recipient of the list was sent it: on which day, how, and by which paper if there is
    one. `recipient` as the directive's list names it."""

    campaign_id: Id
    issuer_id: Id
    recipient: Name
    on: date
    channel: Name
    document: Document | None = None


Command = AcknowledgeDirective | RecordDelivery

# --- Events ---------------------------------------------------------------------


class DirectiveAcknowledged(Message, frozen=True, kw_only=True):
    campaign_id: Id
    unit_id: Id
    acknowledged_on: date
    read_at: tuple[Read, ...]


class DeliveryRecorded(Message, frozen=True, kw_only=True):
    campaign_id: Id
    issuer_id: Id
    recipient: Name
    on: date
    channel: Name
    document: Document | None
    read_at: tuple[Read, ...]


Event = DirectiveAcknowledged | DeliveryRecorded

# --- Refusals -------------------------------------------------------------------


class CampaignUnknown(Absent):
    """There is no such campaign, it is not launched, or it was cancelled."""

    code = "delivery.campaign-unknown"


class UnitUnknown(Absent):
    """The unit does not exist, has no union, or lies outside the campaign."""

    code = "delivery.unit-unknown"


class RecipientUnknown(Absent):
    """The directive's list has no such recipient."""

    code = "delivery.recipient-unknown"


class NotTheIssuer(Forbidden):
    """Another unit issued the directive."""

    code = "delivery.not-the-issuer"


class AcknowledgedOtherwise(Conflict):
    """It was acknowledged already, on another day."""

    code = "delivery.acknowledged-otherwise"


class RecordedOtherwise(Conflict):
    """Another day, channel or paper is on record for this recipient."""

    code = "delivery.recorded-otherwise"


# --- State and facts ---------------------------------------------------------------


class Delivery(Message, frozen=True, kw_only=True):
    acknowledged: DirectiveAcknowledged | None = None
    recorded: DeliveryRecorded | None = None


class Facts(Message, frozen=True, kw_only=True):
    """`launched`: it was, and was not cancelled. `takes_part`: the unit is in the campaign."""

    launched: bool = False
    issuer_id: str = ""
    recipients: tuple[str, ...] = ()
    takes_part: bool = False
    read: tuple[Read, ...] = ()


# --- Decide ---------------------------------------------------------------------


def decide(command: Command, delivery: Delivery, facts: Facts, now: datetime) -> list[Event]:
    match command:
        case AcknowledgeDirective():
            return acknowledge(command, delivery, facts, local_day(now))
        case RecordDelivery():
            return record(command, delivery, facts, local_day(now))
        case _:
            assert_never(command)


def acknowledge(command: AcknowledgeDirective, delivery: Delivery, facts: Facts, today: date) -> list[Event]:
    if delivery.acknowledged is not None:
        if command.happened_on in (None, delivery.acknowledged.acknowledged_on):
            return []
        raise AcknowledgedOtherwise(acknowledged_on=delivery.acknowledged.acknowledged_on)
    if not facts.launched:
        raise CampaignUnknown(campaign_id=command.campaign_id)
    if not facts.takes_part:
        raise UnitUnknown(unit_id=command.unit_id)
    return [
        DirectiveAcknowledged(
            campaign_id=command.campaign_id,
            unit_id=command.unit_id,
            acknowledged_on=command.happened_on or today,
            read_at=facts.read,
        )
    ]


def record(command: RecordDelivery, delivery: Delivery, facts: Facts, today: date) -> list[Event]:
    known = delivery.recorded
    if known is not None:
        if command.issuer_id != known.issuer_id:
            raise NotTheIssuer(issuer_id=command.issuer_id)
        if (command.on, command.channel, command.document) == (known.on, known.channel, known.document):
            return []
        raise RecordedOtherwise(on=known.on, channel=known.channel)
    if not facts.launched:
        raise CampaignUnknown(campaign_id=command.campaign_id)
    if command.issuer_id != facts.issuer_id:
        raise NotTheIssuer(issuer_id=command.issuer_id)
    if command.recipient not in facts.recipients:
        raise RecipientUnknown(recipient=command.recipient)
    if command.on > today:
        raise NotYetHappened(field="on", reason=f"lies after today, {today.isoformat()}")
    check_issued(command.document, today)
    return [
        DeliveryRecorded(
            campaign_id=command.campaign_id,
            issuer_id=command.issuer_id,
            recipient=command.recipient,
            on=command.on,
            channel=command.channel,
            document=command.document,
            read_at=facts.read,
        )
    ]


# --- Evolve ---------------------------------------------------------------------


def evolve(delivery: Delivery, event: Event) -> Delivery:
    match event:
        case DirectiveAcknowledged():
            return Delivery(acknowledged=event)
        case DeliveryRecorded():
            return Delivery(recorded=event)
        case _:
            assert_never(event)


def unit_of(command: Command, delivery: Delivery) -> str | None:
    return command.unit_id if isinstance(command, AcknowledgeDirective) else command.issuer_id


DELIVERY: Decider[Delivery, Command, Facts, Event] = Decider(
    name="delivery", initial=Delivery(), decide=decide, evolve=evolve, unit=unit_of
)
