"""An exemplary model (điển hình tiên tiến, người tốt việc tốt, mô hình mới): registered, recognised, spread.

Its name and story speak of persons, so both are sealed: with the person's key, else with one of the stream's own.
"""

from datetime import date, datetime
from enum import Enum
from typing import Literal, assert_never

import msgspec

from domain.dates import local_day
from domain.decider import Command as Asked
from domain.decider import Decider, Message, Name, Personal, Read, Sealed
from domain.directive import Level
from domain.ids import Id, Slug
from domain.paper import Document, check_issued
from domain.refusals import Absent, Conflict, Invalid, NotYetHappened

Kind = Literal["person", "collective", "model", "good-deed"]
Channel = Literal["press", "radio-tv", "portal", "facebook", "zalo", "conference", "other"]
SPREADS_MAX = 1_000

# --- Commands -------------------------------------------------------------------


class RegisterExemplar(Asked, frozen=True, kw_only=True):
    """Enter a model of the unit. `campaign_id` is the campaign that brought it forth, if one did.

    `person_id` is the person of a model of kind `person`; a good deed may have one; a collective and a new way of
    working have none.
    """

    campaign_id: Id | None = None
    unit_id: Id
    person_id: Id | None = None
    kind: Kind
    name: Personal
    story: Personal


class RecogniseExemplar(Asked, frozen=True, kw_only=True):
    """The unit above that has this `level`, or the federation, recognises it."""

    level: Level
    document: Document


class SpreadExemplar(Asked, frozen=True, kw_only=True):
    """It was made known `on` that day: where it was told, or its address."""

    channel: Channel
    on: date
    place: Name


class WithdrawExemplar(Asked, frozen=True, kw_only=True):
    """It is an example no more."""

    reason: Personal


Command = RegisterExemplar | RecogniseExemplar | SpreadExemplar | WithdrawExemplar

# --- Events ---------------------------------------------------------------------


class Above(Message, frozen=True, kw_only=True):
    """A unit above the one that registers."""

    unit_id: Id
    level: Level


class ExemplarRegistered(Message, frozen=True, kw_only=True):
    """`above` are the units above, the nearest first; `employment` the person's kind of work on that day."""

    campaign_id: Id | None
    phase: Slug | None
    unit_id: Id
    level: Level
    block: Slug | None
    above: tuple[Above, ...]
    person_id: Id | None
    employment: str | None
    kind: Kind
    name: Sealed
    story: Sealed
    registered_on: date
    read_at: tuple[Read, ...]


class ExemplarRecognised(Message, frozen=True, kw_only=True):
    level: Level
    document: Document


class ExemplarSpread(Message, frozen=True, kw_only=True):
    channel: Channel
    on: date
    place: Name


class ExemplarWithdrawn(Message, frozen=True, kw_only=True):
    reason: Sealed


Event = ExemplarRegistered | ExemplarRecognised | ExemplarSpread | ExemplarWithdrawn

# --- Refusals -------------------------------------------------------------------


class ExemplarUnknown(Absent):
    """Nothing was registered under this id."""

    code = "exemplar.unknown"


class CampaignUnknown(Absent):
    """The campaign does not exist."""

    code = "exemplar.campaign-unknown"


class UnitUnknown(Absent):
    """The unit does not exist, is dissolved, has no union, or lies outside the campaign."""

    code = "exemplar.unit-unknown"


class PersonUnknown(Absent):
    """The person is not a member of the unit."""

    code = "exemplar.person-unknown"


class CampaignNotOpen(Conflict):
    """The campaign is not launched, or was cancelled."""

    code = "exemplar.campaign-not-open"


class RegisteredOtherwise(Conflict):
    """This model exists already, with other contents."""

    code = "exemplar.registered-otherwise"


class RecognisedOtherwise(Conflict):
    """It was recognised at this level already, by another paper."""

    code = "exemplar.recognised-otherwise"


class NoUnitOfLevel(Conflict):
    """No unit above the one that registered has this level."""

    code = "exemplar.no-unit-of-level"


class Withdrawn(Conflict):
    """The model was withdrawn."""

    code = "exemplar.withdrawn"


class SpreadTooOften(Conflict):
    """No more can be recorded of this model."""

    code = "exemplar.spread-too-often"


# --- State and facts --------------------------------------------------------------


class Status(Enum):
    ABSENT = "absent"
    REGISTERED = "registered"
    RECOGNISED = "recognised"
    WITHDRAWN = "withdrawn"


class Exemplar(Message, frozen=True, kw_only=True):
    status: Status = Status.ABSENT
    registered: ExemplarRegistered | None = None
    recognised: tuple[ExemplarRecognised, ...] = ()
    spread: tuple[ExemplarSpread, ...] = ()
    reason: str | None = None


class Facts(Message, frozen=True, kw_only=True):
    """`campaign_known` and `campaign_open` are true where no campaign is named. `unit_level` None: there is no such
    unit; `employment` None: the person named is no member of it."""

    campaign_known: bool = True
    campaign_open: bool = True
    phase: str | None = None
    block: str | None = None
    unit_level: Level | None = None
    above: tuple[Above, ...] = ()
    employment: str | None = None
    read: tuple[Read, ...] = ()


# --- Decide ---------------------------------------------------------------------


def decide(command: Command, exemplar: Exemplar, facts: Facts, now: datetime) -> list[Event]:
    if isinstance(command, RegisterExemplar):
        return register(command, exemplar, facts, local_day(now))
    if exemplar.registered is None:
        raise ExemplarUnknown()
    match command:
        case RecogniseExemplar():
            return recognise(command, exemplar, exemplar.registered, local_day(now))
        case SpreadExemplar():
            return spread(command, exemplar, local_day(now))
        case WithdrawExemplar(reason=reason):
            return withdraw(reason, exemplar)
        case _:
            assert_never(command)


def register(command: RegisterExemplar, exemplar: Exemplar, facts: Facts, today: date) -> list[Event]:
    said = ("campaign_id", "unit_id", "person_id", "kind", "name", "story")
    if exemplar.registered is not None:
        if all(getattr(command, field) == getattr(exemplar.registered, field) for field in said):
            return []
        raise RegisteredOtherwise(kind=exemplar.registered.kind)
    _check_known(command, facts)
    _check_person(command, facts)
    assert facts.unit_level is not None, "the unit is known by now"
    return [
        ExemplarRegistered(
            **{field: getattr(command, field) for field in said},
            phase=facts.phase,
            level=facts.unit_level,
            block=facts.block,
            above=facts.above,
            employment=facts.employment,
            registered_on=command.happened_on or today,
            read_at=facts.read,
        )
    ]


def _check_known(command: RegisterExemplar, facts: Facts) -> None:
    if not facts.campaign_known:
        raise CampaignUnknown(campaign_id=command.campaign_id)
    if facts.unit_level is None:
        raise UnitUnknown(unit_id=command.unit_id)
    if not facts.campaign_open:
        raise CampaignNotOpen(campaign_id=command.campaign_id)


def _check_person(command: RegisterExemplar, facts: Facts) -> None:
    if command.kind == "person" and command.person_id is None:
        raise Invalid(field="person_id", reason="a model of kind 'person' names the person")
    if command.kind in ("collective", "model") and command.person_id is not None:
        raise Invalid(field="person_id", reason="only a person and a good deed name one")
    if command.person_id is not None and facts.employment is None:
        raise PersonUnknown(person_id=command.person_id, unit_id=command.unit_id)


def recognise(
    command: RecogniseExemplar, exemplar: Exemplar, registered: ExemplarRegistered, today: date
) -> list[Event]:
    recognised = ExemplarRecognised(level=command.level, document=command.document)
    for earlier in exemplar.recognised:
        if earlier == recognised:
            return []
        if earlier.level == command.level:
            raise RecognisedOtherwise(level=command.level, document=earlier.document.number)
    _check_stands(exemplar)
    if recogniser(registered, command.level) is None and not _is_federations_own(registered, command.level):
        raise NoUnitOfLevel(level=command.level)
    check_issued(command.document, today)
    return [recognised]


def recogniser(registered: ExemplarRegistered, level: Level) -> str | None:
    """The unit of this level above the one that registered; None where there is none."""
    return next((unit.unit_id for unit in registered.above if unit.level == level), None)


def _is_federations_own(registered: ExemplarRegistered, level: Level) -> bool:
    return level == registered.level == "federation"


def spread(command: SpreadExemplar, exemplar: Exemplar, today: date) -> list[Event]:
    told = ExemplarSpread(channel=command.channel, on=command.on, place=command.place)
    if told in exemplar.spread:
        return []
    _check_stands(exemplar)
    if command.on > today:
        raise NotYetHappened(field="on", reason=f"lies after today, {today.isoformat()}")
    if len(exemplar.spread) >= SPREADS_MAX:
        raise SpreadTooOften()
    return [told]


def withdraw(reason: str, exemplar: Exemplar) -> list[Event]:
    if exemplar.status is Status.WITHDRAWN and exemplar.reason == reason:
        return []
    _check_stands(exemplar)
    return [ExemplarWithdrawn(reason=reason)]


def _check_stands(exemplar: Exemplar) -> None:
    if exemplar.status is Status.WITHDRAWN:
        raise Withdrawn()


# --- Evolve ---------------------------------------------------------------------


def evolve(exemplar: Exemplar, event: Event) -> Exemplar:
    change = msgspec.structs.replace
    match event:
        case ExemplarRegistered():
            return Exemplar(status=Status.REGISTERED, registered=event)
        case ExemplarRecognised():
            return change(exemplar, status=Status.RECOGNISED, recognised=(*exemplar.recognised, event))
        case ExemplarSpread():
            return change(exemplar, spread=(*exemplar.spread, event))
        case ExemplarWithdrawn(reason=reason):
            return change(exemplar, status=Status.WITHDRAWN, reason=reason)
        case _:
            assert_never(event)


def unit_of(command: Command, exemplar: Exemplar) -> str | None:
    """The unit registers, spreads and withdraws its own; one above it recognises, in the name of its own level."""
    if isinstance(command, RegisterExemplar):
        return command.unit_id
    registered = exemplar.registered
    if registered is None:
        return None
    return recogniser(registered, command.level) if isinstance(command, RecogniseExemplar) else registered.unit_id


def _person(command: Command, exemplar: Exemplar) -> str | None:
    if isinstance(command, RegisterExemplar):
        return command.person_id
    return exemplar.registered.person_id if exemplar.registered else None


EXEMPLAR: Decider[Exemplar, Command, Facts, Event] = Decider(
    name="exemplar", initial=Exemplar(), decide=decide, evolve=evolve, unit=unit_of, person=_person
)
