"""What lies beside a dossier's own course: files, the word of other bodies, complaints, and what came back of it."""

from datetime import date
from typing import Any, Literal, TypeVar

import msgspec

from adapters.http.history import Act, History, act
from application.ports import Recorded
from application.sealing import WITHHELD
from domain.award.complaints import ComplaintReceived, ComplaintResolved, ComplaintSettled, Remedy
from domain.award.evolve import Award
from domain.award.messages import AwardRecovered, Dong
from domain.award.parts import Address, ConcurrenceRecorded, MediaType, PartAttached, PartKind
from domain.decider import Message, Sealed
from domain.ids import Slug
from domain.paper import Document

A = TypeVar("A", bound=Act)


class Attached(Act, frozen=True, kw_only=True):
    """A file that lies in the dossier; `address` is the SHA-256 of what the storage holds."""

    part: PartKind
    name: Sealed
    media_type: MediaType
    size_bytes: int
    address: Address
    content_sha256: Sealed


class Concurred(Act, frozen=True, kw_only=True):
    body: Slug
    body_name: str
    agrees: bool
    document: Document


class Answered(Act, frozen=True, kw_only=True):
    upheld: bool
    answer: Sealed
    document: Document
    follows: Remedy | None


class Complained(Act, frozen=True, kw_only=True):
    """`open`: it waits for its answer, or for what must follow. `complainant` is told to whoever decides on it."""

    number: int
    received_on: date
    complaint: Sealed
    complainant: Sealed | None
    channel: str
    open: bool
    answered: Answered | None
    settled_by: Literal["declining", "revocation", "correction"] | None


class Recovered(Act, frozen=True, kw_only=True):
    object_returned: bool
    money_vnd: Dong
    on: date
    document: Document
    outstanding_vnd: Dong


def beside(told: History, award: Award, *, names_complainants: bool) -> dict[str, Any]:
    """The lists of `AwardWhole`, in the order of the log. Files that were taken out are not among them."""
    said: dict[Message, Act] = {}
    complaints: dict[int, Complained] = {}
    for recorded, event in told:
        match event:
            case PartAttached():
                said[event] = _said(Attached, recorded, event)
            case ConcurrenceRecorded():
                said[event] = _said(Concurred, recorded, event)
            case AwardRecovered():
                said[event] = _said(Recovered, recorded, event)
            case ComplaintReceived():
                complaints[event.number] = _complained(recorded, event, named=names_complainants)
            case ComplaintResolved(number=number):
                answered = _said(Answered, recorded, event, but=("number",))
                complaints[number] = msgspec.structs.replace(complaints[number], answered=answered)
            case ComplaintSettled(number=number, by=by):
                complaints[number] = msgspec.structs.replace(complaints[number], settled_by=by)
            case _:
                pass
    return {
        "files": tuple(said[file] for file in award.files),
        "concurrences": tuple(said[word] for word in award.concurred),
        "recoveries": tuple(said[recovery] for recovery in award.recoveries),
        "complaints": tuple(_standing(each, award) for each in complaints.values()),
    }


def _said(kind: type[A], recorded: Recorded, event: msgspec.Struct, *, but: tuple[str, ...] = ()) -> A:
    told = {name: value for name, value in msgspec.structs.asdict(event).items() if name not in but}
    return act(kind, recorded, **told)


def _complained(recorded: Recorded, event: ComplaintReceived, *, named: bool) -> Complained:
    told = msgspec.structs.asdict(event)
    if not named and event.complainant is not None:
        told["complainant"] = WITHHELD
    return act(Complained, recorded, open=True, answered=None, settled_by=None, **told)


def _standing(complaint: Complained, award: Award) -> Complained:
    open_now = any(each.is_open and each.received.number == complaint.number for each in award.complaints)
    return msgspec.structs.replace(complaint, open=open_now)
