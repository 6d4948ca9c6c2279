"""What rules and refusals say, in both languages, for whoever reads a history."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from application.differences import Difference, difference
from domain.decider import Message
from domain.refusals import Refused
from domain.rules import KINDS, Reason, obstacles, said

Words = Callable[[Refused], tuple[str, str]]
"""What the edge says of a refusal, Vietnamese and English."""


class ToldReason(Reason, frozen=True, kw_only=True):
    """What one rule says, with its figures and as a sentence; `obstacle`: it stands in the way, as does what is not
    known."""

    obstacle: bool
    vi: str
    en: str


class Refusal(Message, frozen=True, kw_only=True):
    """Why a step is not carried out: the code and the facts that its sender would be answered, and the sentences."""

    code: str
    facts: dict[str, Any]
    vi: str
    en: str


def told(reasons: Iterable[Reason]) -> tuple[ToldReason, ...]:
    return tuple(_told(reason) for reason in reasons)


def _told(reason: Reason) -> ToldReason:
    known = reason.rule in KINDS  # In a row that somebody altered anything may stand.
    vi, en = (said(reason, "vi"), said(reason, "en")) if known else (reason.rule, reason.rule)
    return ToldReason(**msgspec.structs.asdict(reason), obstacle=bool(obstacles([reason])), vi=vi, en=en)


def refused(error: Refused, words: Words) -> Difference:
    """The difference that a step which is recorded would now not be carried out."""
    refusal = refusal_of(error, words)
    plain = difference("refused", now={"code": refusal.code, "facts": refusal.facts})
    return msgspec.structs.replace(
        plain, vi=f"Nay bước này bị từ chối: {refusal.vi}", en=f"Now this step is refused: {refusal.en}"
    )


def refusal_of(error: Refused, words: Words) -> Refusal:
    vi, en = words(error)
    facts = msgspec.to_builtins(error.facts, enc_hook=str)
    return Refusal(code=error.code, facts=facts, vi=vi, en=en)
