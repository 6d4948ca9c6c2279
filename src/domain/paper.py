"""Papers: what an act is cited by. Number and day may be blank in the original; that is kept."""

from datetime import date

from domain.dates import PartialDate
from domain.decider import Message, Name
from domain.refusals import NotYetHappened


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


def check_issued(document: Document | None, today: date, *, field: str = "document") -> None:
    """Raises: NotYetHappened, where the paper that the command cites in `field` is dated after today."""
    if document is not None and is_dated_after(document, today):
        raise NotYetHappened(field=f"{field}.issued", reason=f"lies after today, {today.isoformat()}")
