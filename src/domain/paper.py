"""Papers: what an act is cited by. Number and day may be blank in the original; that is kept."""

from datetime import date

from domain.dates import PartialDate
from domain.decider import Message, Name


class Document(Message, frozen=True, kw_only=True):
    """A paper as it is cited. `issued` is as precise as the paper; `kind` is its Vietnamese name: "Kế hoạch" …"""

    kind: Name
    number: Name | None = None
    issued: PartialDate
    title: Name
    issuer: Name


def is_dated_after(document: Document, day: date) -> bool:
    """Whether the paper is dated after `day`; a bare month or year counts from when it begins."""
    return document.issued > day.isoformat()[: len(document.issued)]
