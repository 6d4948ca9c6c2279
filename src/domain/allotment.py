"""An allotment: the number of a target that a decision gives to one unit for one period."""

from datetime import datetime
from typing import Annotated

import msgspec

from domain.dates import Span, local_day
from domain.decider import Command, Decider, Message, Read
from domain.ids import Id, Slug
from domain.paper import Document, check_issued
from domain.refusals import Absent, Conflict, Invalid

Number = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]

# --- Commands -------------------------------------------------------------------


class AllotTarget(Command, frozen=True, kw_only=True):
    """Give `unit_id` its number for `period` (a year, or the campaign's own for one given once), by a decision. A later
    decision replaces the number; the earlier one stays in the history."""

    campaign_id: Id
    target: Slug
    unit_id: Id
    period: Slug
    number: Number
    document: Document


# --- Events ---------------------------------------------------------------------


class TargetAllotted(Message, frozen=True, kw_only=True):
    campaign_id: Id
    target: Slug
    unit_id: Id
    period: Slug
    number: int
    document: Document
    read_at: tuple[Read, ...]


# --- Refusals -------------------------------------------------------------------


class TargetUnknown(Absent):
    """The campaign has no such target."""

    code = "allotment.target-unknown"


class UnitUnknown(Absent):
    """The unit does not exist, or lies outside the campaign."""

    code = "allotment.unit-unknown"


class TargetNotAllotted(Conflict):
    """This target is the same for all: it is not allotted to units."""

    code = "allotment.target-not-allotted"


class CampaignOver(Conflict):
    """The campaign does not run."""

    code = "allotment.campaign-not-running"


class AllottedElsewhere(Conflict):
    """This allotment is already another unit's, target's or period's."""

    code = "allotment.belongs-elsewhere"


# --- State and facts ---------------------------------------------------------------


class Allotment(Message, frozen=True, kw_only=True):
    last: TargetAllotted | None = None


class Facts(Message, frozen=True, kw_only=True):
    running: bool
    allotted: str | None
    """How the target is allotted; None where the campaign has no such target."""
    unit_known: bool
    horizon: Span | None = None
    read: tuple[Read, ...] = ()


# --- Decide ---------------------------------------------------------------------


def decide(command: AllotTarget, allotment: Allotment, facts: Facts, now: datetime) -> list[TargetAllotted]:
    last = allotment.last
    if last is not None:
        place = (command.campaign_id, command.target, command.unit_id, command.period)
        if place != (last.campaign_id, last.target, last.unit_id, last.period):
            raise AllottedElsewhere(target=last.target, unit_id=last.unit_id, period=last.period)
        if (command.number, command.document) == (last.number, last.document):
            return []
    if facts.allotted is None:
        raise TargetUnknown(target=command.target)
    if facts.allotted == "no":
        raise TargetNotAllotted(target=command.target)
    if not facts.unit_known:
        raise UnitUnknown(unit_id=command.unit_id)
    if not facts.running:
        raise CampaignOver()
    check_issued(command.document, local_day(now))
    if facts.allotted == "yearly" and facts.horizon and command.period not in _years(facts.horizon):
        raise Invalid(field="period", reason=f"{command.period} lies outside the campaign's horizon")
    return [
        TargetAllotted(
            campaign_id=command.campaign_id,
            target=command.target,
            unit_id=command.unit_id,
            period=command.period,
            number=command.number,
            document=command.document,
            read_at=facts.read,
        )
    ]


def _years(horizon: Span) -> list[str]:
    return [str(year) for year in range(horizon.opens_on.year, horizon.closes_on.year + 1)]


# --- Evolve ---------------------------------------------------------------------


def evolve(allotment: Allotment, event: TargetAllotted) -> Allotment:
    return Allotment(last=event)


ALLOTMENT: Decider[Allotment, AllotTarget, Facts, TargetAllotted] = Decider(
    name="allotment",
    initial=Allotment(),
    decide=decide,
    evolve=evolve,
    unit=lambda command, allotment: command.unit_id,
)
