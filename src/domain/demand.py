"""A demand: the unit above asks units below, once, for something that the directive does not name.

Each bearer owes it as a duty of the campaign, whose code is the demand's id; it is handed in, returned and accepted as
any other. What was handed in stays when the demand is withdrawn.
"""

from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, assert_never

import msgspec

from domain.calendar import WorkingCalendar
from domain.dates import AfterEachPhase, DateRule, Occurrence, Span, WithinWorkingDays, local_day, occurrences
from domain.decider import Command as Asked
from domain.decider import Decider, Message, Name, Read, Text
from domain.directive import DutyKind
from domain.ids import Id
from domain.paper import Document, check_issued
from domain.refusals import Absent, Conflict, Forbidden, Invalid

UNITS_MAX = 500

# --- Commands -------------------------------------------------------------------


class DemandDuty(Asked, frozen=True, kw_only=True):
    """Ask `unit_ids`, which lie under `by_unit_id`, for it: a report, a visit, a seminar. `due` counts from the day of
    the demand as a directive's rules count from the launch."""

    campaign_id: Id
    by_unit_id: Id
    unit_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=UNITS_MAX)]
    kind: DutyKind
    name: Name
    wording: Text = ""
    due: DateRule
    addressees: Annotated[tuple[Name, ...], msgspec.Meta(max_length=100)] = ()
    channel: Name | None = None
    department: Name | None = None
    proof: Name | None = None
    document: Document | None = None


class WithdrawDemand(Asked, frozen=True, kw_only=True):
    reason: Text


Command = DemandDuty | WithdrawDemand

# --- Events ---------------------------------------------------------------------


class DutyDemanded(Message, frozen=True, kw_only=True):
    """`dates` are what the rule comes to, counted from `demanded_on`."""

    campaign_id: Id
    by_unit_id: Id
    unit_ids: tuple[Id, ...]
    kind: str
    name: Name
    wording: str
    due: DateRule
    addressees: tuple[Name, ...]
    channel: Name | None
    department: Name | None
    proof: Name | None
    document: Document | None
    demanded_on: date
    dates: tuple[Occurrence, ...]
    read_at: tuple[Read, ...]


class DemandWithdrawn(Message, frozen=True, kw_only=True):
    reason: str


Event = DutyDemanded | DemandWithdrawn

# --- Refusals -------------------------------------------------------------------


class DemandUnknown(Absent):
    """Nothing was demanded under this id."""

    code = "demand.unknown"


class UnitUnknown(Absent):
    """A unit does not exist, has no union, or lies outside the campaign."""

    code = "demand.unit-unknown"


class NotAbove(Forbidden):
    """A unit does not lie under the one that demands."""

    code = "demand.not-above"


class CampaignNotRunning(Conflict):
    """The campaign is not launched, or is over."""

    code = "demand.campaign-not-running"


class DemandedOtherwise(Conflict):
    """Something else was demanded under this id."""

    code = "demand.demanded-otherwise"


class WithdrawnAlready(Conflict):
    """The demand was withdrawn, for another reason."""

    code = "demand.withdrawn-already"


# --- State and facts ---------------------------------------------------------------


class Status(Enum):
    ABSENT = "absent"
    DEMANDED = "demanded"
    WITHDRAWN = "withdrawn"


class Demand(Message, frozen=True, kw_only=True):
    status: Status = Status.ABSENT
    demanded: DutyDemanded | None = None
    reason: str | None = None


class Facts(Message, frozen=True, kw_only=True):
    """Of the units that are named: `missing` do not take part, `elsewhere` do not lie under the one that demands."""

    running: bool = False
    horizon: Span | None = None
    phases: tuple[Span, ...] = ()
    calendar: WorkingCalendar | None = None
    missing: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    read: tuple[Read, ...] = ()


# --- Decide ---------------------------------------------------------------------


def decide(command: Command, demand: Demand, facts: Facts, now: datetime) -> list[Event]:
    match command:
        case DemandDuty():
            return ask(command, demand, facts, local_day(now))
        case WithdrawDemand(reason=reason):
            return withdraw(reason, demand)
        case _:
            assert_never(command)


def ask(command: DemandDuty, demand: Demand, facts: Facts, today: date) -> list[Event]:
    if demand.demanded is not None:
        if _content(command) == _content(demand.demanded):
            return []
        raise DemandedOtherwise(name=demand.demanded.name)
    if facts.horizon is None or not facts.running:
        raise CampaignNotRunning(campaign_id=command.campaign_id)
    if facts.missing:
        raise UnitUnknown(unit_ids=facts.missing)
    if facts.elsewhere:
        raise NotAbove(unit_ids=facts.elsewhere)
    if len(set(command.unit_ids)) < len(command.unit_ids):
        raise Invalid(field="unit_ids", reason="names a unit twice")
    check_issued(command.document, today)
    demanded_on = command.happened_on or today
    return [
        DutyDemanded(
            demanded_on=demanded_on,
            dates=_dates(command, demanded_on, facts.horizon, facts),
            read_at=facts.read,
            **_content(command),
        )
    ]


def _dates(command: DemandDuty, demanded_on: date, horizon: Span, facts: Facts) -> tuple[Occurrence, ...]:
    """The times that lie ahead: what was due before it was asked for is not owed."""
    if isinstance(command.due, AfterEachPhase) and not facts.phases:
        raise Invalid(field="due.kind", reason="the campaign has no phases")
    if isinstance(command.due, WithinWorkingDays) and command.due.of != "demand":
        raise Invalid(field="due.of", reason="a demand's working days are counted from the demand")
    found = occurrences(
        command.due, launched_on=demanded_on, horizon=horizon, phases=facts.phases, calendar=facts.calendar
    )
    ahead = tuple(time for time in found if time.due_on >= demanded_on)
    if not ahead:
        raise Invalid(field="due", reason=f"lies before {demanded_on.isoformat()}, the day of the demand")
    return ahead


def _content(asked: DemandDuty | DutyDemanded) -> dict[str, Any]:
    names = set(DemandDuty.__struct_fields__) - {"happened_on"}
    return {name: getattr(asked, name) for name in DemandDuty.__struct_fields__ if name in names}


def withdraw(reason: str, demand: Demand) -> list[Event]:
    if demand.status is Status.ABSENT:
        raise DemandUnknown()
    if demand.status is Status.WITHDRAWN:
        if reason == demand.reason:
            return []
        raise WithdrawnAlready()
    return [DemandWithdrawn(reason=reason)]


# --- Evolve ---------------------------------------------------------------------


def evolve(demand: Demand, event: Event) -> Demand:
    match event:
        case DutyDemanded():
            return Demand(status=Status.DEMANDED, demanded=event)
        case DemandWithdrawn(reason=reason):
            return msgspec.structs.replace(demand, status=Status.WITHDRAWN, reason=reason)
        case _:
            assert_never(event)


def unit_of(command: Command, demand: Demand) -> str | None:
    """Whoever demands also withdraws."""
    if isinstance(command, DemandDuty):
        return command.by_unit_id
    return demand.demanded.by_unit_id if demand.demanded else None


DEMAND: Decider[Demand, Command, Facts, Event] = Decider(
    name="demand", initial=Demand(), decide=decide, evolve=evolve, unit=unit_of
)
