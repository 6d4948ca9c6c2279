"""Ratios of neighbouring slices."""

import pytest

from benchmarks.pairs import Slice, alone, paired, spread

pytestmark = pytest.mark.anyio


def told(log: list[str], name: str, figures: list[float]) -> Slice:
    coming = iter(figures)

    async def slice_() -> float:
        log.append(name)
        return next(coming)

    return slice_


async def test_slices_take_turns_and_the_first_pair_does_not_count() -> None:
    log: list[str] = []
    found = await paired(3, told(log, "ours", [1, 20, 30, 40]), told(log, "theirs", [99, 10, 10, 10]))
    assert log == ["ours", "theirs"] * 4
    assert (found.median, found.repeats) == (3, 3)
    assert (found.ours, found.theirs) == (30, 10)


async def test_the_median_is_of_the_ratios_not_the_ratio_of_the_medians() -> None:
    found = await paired(3, told([], "ours", [0, 10, 20, 90]), told([], "theirs", [1, 10, 10, 10]))
    other = await paired(3, told([], "ours", [0, 10, 20, 30]), told([], "theirs", [1, 10, 40, 10]))
    assert found.median == 2
    assert other.median == 1
    assert (other.ours, other.theirs) == (20, 10)


async def test_a_figure_alone_leaves_out_the_first() -> None:
    found = await alone(3, told([], "ours", [1000, 1, 2, 3]))
    assert (found.median, found.low, found.high) == (2, 1.5, 2.5)
    assert found.theirs is None


def test_quartiles_of_one_value_are_that_value() -> None:
    assert (spread([7]).low, spread([7]).median, spread([7]).high) == (7, 7, 7)
