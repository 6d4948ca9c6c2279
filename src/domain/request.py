"""A request of a person about their own data: what is held about them (access), or that it be erased.

It runs on a clock: the last day for an answer follows from the day it was received, by the term of the calendar that
held then. An erasure is granted by being carried out, in one command with it.
"""

from datetime import date, datetime
from enum import Enum
from typing import Annotated, Literal, assert_never

import msgspec

from domain.calendar import Term, WorkingCalendar
from domain.dates import local_day
from domain.decider import Command as Asked
from domain.decider import Decider, Message, Name, Personal, Read, Sealed
from domain.ids import Id
from domain.paper import Document, check_issued
from domain.refusals import Absent, Conflict, Invalid, NotYetHappened

Kind = Literal["access", "erasure"]
Channel = Literal["in-person", "post", "email", "portal", "phone"]

# --- Commands -------------------------------------------------------------------


class ReceiveRequest(Asked, frozen=True, kw_only=True):
    """A person asked. `document` is the letter, where there is one, and must not name the person."""

    kind: Kind
    person_id: Id
    received_on: date
    channel: Channel
    document: Document | None = None


class GrantRequest(Asked, frozen=True, kw_only=True):
    """The person was shown what is held about them: `handed_over` says what, without a word about them."""

    handed_over: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=50)]
    document: Document | None = None


class DenyRequest(Asked, frozen=True, kw_only=True):
    reason: Personal
    document: Document


class CarryOutErasure(Asked, frozen=True, kw_only=True):
    """The erasure of `person_id` answers the request; given together with it and never by itself."""

    person_id: Id
    document: Document


Command = ReceiveRequest | GrantRequest | DenyRequest | CarryOutErasure

# --- Events ---------------------------------------------------------------------


class RequestReceived(Message, frozen=True, kw_only=True):
    """`unit_id` is where the person was a member then; `due_on` what `term` came to."""

    kind: Kind
    person_id: Id
    unit_id: Id
    received_on: date
    channel: Channel
    document: Document | None
    term: Term
    due_on: date
    read_at: tuple[Read, ...]


class RequestGranted(Message, frozen=True, kw_only=True):
    """`handed_over` is empty where it was granted by an erasure."""

    handed_over: tuple[Name, ...]
    document: Document | None
    answered_on: date


class RequestDenied(Message, frozen=True, kw_only=True):
    reason: Sealed
    document: Document
    answered_on: date


Event = RequestReceived | RequestGranted | RequestDenied

# --- Refusals -------------------------------------------------------------------


class RequestUnknown(Absent):
    """There is no such request."""

    code = "request.unknown"


class PersonUnknown(Absent):
    """Nobody was enrolled under this id."""

    code = "request.person-unknown"


class ReceivedOtherwise(Conflict):
    """Another request was received under this id."""

    code = "request.received-otherwise"


class AnsweredOtherwise(Conflict):
    """The request has an answer already, and another one."""

    code = "request.answered-otherwise"


class GrantedByErasing(Conflict):
    """An erasure is granted by being carried out."""

    code = "request.granted-by-erasing"


class OfAnother(Conflict):
    """The request is no request for an erasure, or not of this person."""

    code = "request.of-another"


# --- State and facts ---------------------------------------------------------------


class Status(Enum):
    ABSENT = "absent"
    OPEN = "open"
    GRANTED = "granted"
    DENIED = "denied"


class Request(Message, frozen=True, kw_only=True):
    received: RequestReceived | None = None
    answer: RequestGranted | RequestDenied | None = None

    @property
    def status(self) -> Status:
        match self.answer:
            case RequestGranted():
                return Status.GRANTED
            case RequestDenied():
                return Status.DENIED
            case None:
                return Status.OPEN if self.received else Status.ABSENT


class Facts(Message, frozen=True, kw_only=True):
    """The person's records, the one that goes on first (none: nobody was enrolled), their unit, and the calendar."""

    records: tuple[str, ...] = ()
    unit_id: str | None = None
    calendar: WorkingCalendar | None = None
    read: tuple[Read, ...] = ()


# --- Decide ---------------------------------------------------------------------


def decide(command: Command, request: Request, facts: Facts | None, now: datetime) -> list[Event]:
    today = local_day(now)
    if isinstance(command, ReceiveRequest):
        assert facts is not None, "a request is received with what is known of its person"
        return receive(command, request, facts, today)
    if request.received is None:
        raise RequestUnknown()
    check_issued(command.document, today)
    answered_on = command.happened_on or today
    match command:
        case GrantRequest(handed_over=handed_over, document=document):
            if request.received.kind == "erasure":
                raise GrantedByErasing()
            return answer(request, RequestGranted(handed_over=handed_over, document=document, answered_on=answered_on))
        case DenyRequest(reason=reason, document=document):
            return answer(request, RequestDenied(reason=reason, document=document, answered_on=answered_on))
        case CarryOutErasure(document=document):
            assert facts is not None, "an erasure is carried out with the person's records"
            if request.received.kind != "erasure" or request.received.person_id not in facts.records:
                raise OfAnother()
            return answer(request, RequestGranted(handed_over=(), document=document, answered_on=answered_on))
        case _:
            assert_never(command)


def receive(command: ReceiveRequest, request: Request, facts: Facts, today: date) -> list[Event]:
    if not facts.records or facts.unit_id is None:
        raise PersonUnknown(person_id=command.person_id)
    if command.received_on > today:
        raise NotYetHappened(field="received_on", reason=f"lies after today, {today.isoformat()}")
    check_issued(command.document, today)
    if request.received is not None:
        if _said(command, facts) == _said(request.received, facts):
            return []
        raise ReceivedOtherwise()
    assert facts.calendar is not None, "the working days are among the facts"
    term: Term = getattr(facts.calendar.requests, command.kind)
    return [
        RequestReceived(
            kind=command.kind,
            person_id=facts.records[0],
            unit_id=facts.unit_id,
            received_on=command.received_on,
            channel=command.channel,
            document=command.document,
            term=term,
            due_on=facts.calendar.ends(term, after=command.received_on),
            read_at=facts.read,
        )
    ]


def _said(asked: ReceiveRequest | RequestReceived, facts: Facts) -> tuple[object, ...]:
    return asked.kind, asked.person_id in facts.records, asked.received_on, asked.channel, asked.document


def answer(request: Request, given: RequestGranted | RequestDenied) -> list[Event]:
    assert request.received is not None, "what is answered was received"
    if request.answer is not None:
        # A retry may come on a later day: the answer is the same, and was given when it was.
        if msgspec.structs.replace(given, answered_on=request.answer.answered_on) == request.answer:
            return []
        raise AnsweredOtherwise(state=request.status.value)
    if given.answered_on < request.received.received_on:
        raise Invalid(field="happened_on", reason="lies before the day that the request was received")
    return [given]


# --- Evolve ---------------------------------------------------------------------


def evolve(request: Request, event: Event) -> Request:
    match event:
        case RequestReceived():
            return Request(received=event)
        case RequestGranted() | RequestDenied():
            return msgspec.structs.replace(request, answer=event)
        case _:
            assert_never(event)


def _unit(command: Command, request: Request) -> str | None:
    """What a person asks for is answered by the federation, never by a unit of it."""
    return None


def _person(command: Command, request: Request) -> str | None:
    return request.received.person_id if request.received else None


REQUEST: Decider[Request, Command, Facts | None, Event] = Decider(
    name="request", initial=Request(), decide=decide, evolve=evolve, unit=_unit, person=_person
)
