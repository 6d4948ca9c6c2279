"""Complaints about a dossier or an award (R26): received, answered, and what must follow from one that is upheld."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from domain.decider import Command as Asked
from domain.decider import Message, Name, Personal, Sealed
from domain.paper import Document

Remedy = Literal["declining", "revocation", "correction", "nothing"]
Number = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
"""Which complaint about the dossier: the first is 1."""


class ReceiveComplaint(Asked, frozen=True, kw_only=True):
    """Somebody complains while the dossier is published, or of what was granted. Until it is answered nothing goes on.

    `complainant` None: anonymous, or not to be recorded.
    """

    received_on: date
    complaint: Personal
    complainant: Personal | None = None
    channel: Name


class ResolveAwardComplaint(Asked, frozen=True, kw_only=True):
    """Answer it by a document. One that is upheld says what `follows`: before the decision `declining`, after it
    `revocation` or `correction`; `nothing` where it changes nothing of the award."""

    number: Number
    upheld: bool
    answer: Personal
    document: Document
    follows: Remedy | None = None


class ComplaintReceived(Message, frozen=True, kw_only=True):
    number: Number
    received_on: date
    complaint: Sealed
    complainant: Sealed | None
    channel: Name


class ComplaintResolved(Message, frozen=True, kw_only=True):
    """`follows` is what must be done before the complaint is closed; None where it was not upheld."""

    number: Number
    upheld: bool
    answer: Sealed
    document: Document
    follows: Remedy | None


class ComplaintSettled(Message, frozen=True, kw_only=True):
    """What had to follow was done, or `by` something that goes further."""

    number: Number
    by: Literal["declining", "revocation", "correction"]
