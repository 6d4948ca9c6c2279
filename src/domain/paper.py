"""Papers: what an act is cited by. Number and day may be blank in the original; that is kept."""

from datetime import date
from typing import Literal

from domain.dates import PartialDate
from domain.decider import Message, Name
from domain.refusals import Invalid, NotYetHappened


class Document(Message, frozen=True, kw_only=True):
    """A paper as it is cited. `issued` is as precise as the paper; `kind` is its Vietnamese name: "Kế hoạch" …"""

    kind: Name
    number: Name | None = None
    issued: PartialDate
    title: Name
    issuer: Name


class Signature(Message, frozen=True, kw_only=True):
    """In whose place a paper is signed, as it stands above the name: never the name itself.

    `TM` thay mặt: for a collective `body` ("TM. BAN THƯỜNG VỤ"); `KT` ký thay: a deputy for the head, `for_office`;
    `TL` thừa lệnh and `TUQ` thừa ủy quyền: by order or authority of `for_office`; `direct`: the office itself.
    """

    capacity: Literal["TM", "KT", "TL", "TUQ", "direct"]
    body: Name
    office: Name
    for_office: Name | None = None


def check_signature(signature: Signature | None, *, field: str = "signature") -> None:
    """Raises: Invalid, where it is signed for an office that is not named, or names one although it is not."""
    if signature is None:
        return
    for_another = signature.capacity in ("KT", "TL", "TUQ")
    if for_another and signature.for_office is None:
        raise Invalid(field=f"{field}.for_office", reason=f"{signature.capacity}. is signed for an office: name it")
    if not for_another and signature.for_office is not None:
        raise Invalid(field=f"{field}.for_office", reason=f"{signature.capacity} is not signed for another office")
    if for_another and signature.for_office == signature.office:
        raise Invalid(field=f"{field}.for_office", reason="nobody signs for their own office")


def is_same_paper(cited: Document, paper: Document) -> bool:
    """Whether `cited` means `paper`: by the number where both have one, and by dates that do not contradict each other;
    else by kind and title. A paper's title is often shortened where it is cited."""
    dates = sorted((cited.issued, paper.issued), key=len)
    if not dates[1].startswith(dates[0]):
        return False
    if cited.number is not None and paper.number is not None:
        return cited.number == paper.number
    return (cited.kind, cited.title) == (paper.kind, paper.title)


def is_dated_after(document: Document, day: date) -> bool:
    """Whether the paper is dated after `day`; a bare month or year counts from when it begins."""
    return document.issued > day.isoformat()[: len(document.issued)]


def check_issued(document: Document | None, today: date, *, field: str = "document") -> None:
    """Raises: NotYetHappened, where the paper that the command cites in `field` is dated after today."""
    if document is not None and is_dated_after(document, today):
        raise NotYetHappened(field=f"{field}.issued", reason=f"lies after today, {today.isoformat()}")
