"""How far a target has come: exact integers, computed from what is counted, never retyped."""

from typing import Annotated, Literal

import msgspec

from domain.decider import Message
from domain.directive import Comparator, Interpretation, Modality, Source, Target
from domain.ids import Slug

WHOLE_X100 = 10_000

Standing = Literal["met", "not-yet", "missed", "rate", "nobody-counts"]
Count = Annotated[int, msgspec.Meta(ge=0)]


class Counted(Message, frozen=True, kw_only=True):
    """Of `denominator` in the population, `numerator` count; `over` once the target's time is past."""

    numerator: Count
    denominator: Count
    over: bool = False


class Progress(Message, frozen=True, kw_only=True):
    """`share_x100` is rounded down, so that 10,000 means all. `met` None: nobody is in the population, or the target is
    only encouraged, and what is encouraged is never failed: it is shown as a rate. `comparator` is the wording's,
    `compared_by` the one that it was compared with: the interpretation's where that settles it."""

    target: Slug
    numerator: int
    denominator: int
    share_x100: int | None
    wanted_x100: int
    comparator: Literal["=", ">=", ">", "unspecified"]
    compared_by: Comparator
    modality: Modality
    met: bool | None
    standing: Standing
    source: Source
    interpretation: Interpretation | None


def progress(target: Target, counted: Counted) -> Progress:
    """The target's progress. The comparison is of the exact share, not of the rounded one that is shown."""
    met = _met(target, counted)
    empty = counted.denominator == 0
    return Progress(
        target=target.code,
        numerator=counted.numerator,
        denominator=counted.denominator,
        share_x100=None if empty else counted.numerator * WHOLE_X100 // counted.denominator,
        wanted_x100=target.share_x100,
        comparator=target.comparator,
        compared_by=compared_by(target),
        modality=target.modality,
        met=met,
        standing=_standing(target, counted, met),
        source=target.source,
        interpretation=target.interpretation,
    )


def _met(target: Target, counted: Counted) -> bool | None:
    if counted.denominator == 0 or target.modality == "encourage":
        return None
    have, want = counted.numerator * WHOLE_X100, target.share_x100 * counted.denominator
    match compared_by(target):
        case "=":
            return have == want
        case ">":
            return have > want
        case ">=":
            return have >= want


def compared_by(target: Target) -> Comparator:
    """The recorded reading's comparator, else the wording's; without any it is "at least", and shown as unspecified."""
    if target.interpretation is not None and target.interpretation.read_as is not None:
        return target.interpretation.read_as
    return ">=" if target.comparator == "unspecified" else target.comparator


def _standing(target: Target, counted: Counted, met: bool | None) -> Standing:
    if counted.denominator == 0:
        return "nobody-counts"
    if target.modality == "encourage":
        return "rate"
    if met:
        return "met"
    return "missed" if counted.over else "not-yet"
