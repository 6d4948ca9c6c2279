"""Ratios out of short slices in turn: ours, theirs, ours, theirs… A machine's noise comes and goes in seconds, so each
ratio is of two slices side by side, and what is told is the median of the ratios with their quartiles."""

from collections.abc import Awaitable, Callable, Sequence
from statistics import median, quantiles

import msgspec

Slice = Callable[[], Awaitable[float]]


class Rounds(msgspec.Struct, frozen=True, kw_only=True):
    """How often each pair is repeated, and how long a slice takes."""

    number: int
    seconds: float


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """A median with its quartiles; `ours` and `theirs` are the medians of the two sides, where there are two."""

    median: float
    low: float
    high: float
    repeats: int
    ours: float | None = None
    theirs: float | None = None


def spread(values: Sequence[float], *, ours: Sequence[float] = (), theirs: Sequence[float] = ()) -> Spread:
    """Quartiles of fewer than two values are the value itself."""
    low, _, high = quantiles(values, n=4, method="inclusive") if len(values) > 1 else (values[0],) * 3
    return Spread(
        median=median(values),
        low=low,
        high=high,
        repeats=len(values),
        ours=median(ours) if ours else None,
        theirs=median(theirs) if theirs else None,
    )


async def paired(rounds: int, ours: Slice, theirs: Slice) -> Spread:
    """Ours divided by theirs, `rounds` times, after a round that warms both up and does not count."""
    await ours()
    await theirs()
    pairs = [(await ours(), await theirs()) for _ in range(rounds)]
    return spread(
        [one / other for one, other in pairs],
        ours=[one for one, _ in pairs],
        theirs=[other for _, other in pairs],
    )


async def alone(rounds: int, ours: Slice) -> Spread:
    """A figure that is not compared, after one that does not count."""
    await ours()
    return spread([await ours() for _ in range(rounds)])
