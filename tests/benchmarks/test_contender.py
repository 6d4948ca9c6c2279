"""A contender answers line by line, and says what went wrong."""

import sys
from collections.abc import AsyncIterator

import pytest

from benchmarks.contender import OUR_PATHS, Contender, ContenderFailed, contender

pytestmark = pytest.mark.anyio

SCRIPT = """
import sys
from benchmarks.peers.speak import Done, answer
answer({"double": lambda number: number * 2, "work": lambda: Done(30, 2.0), "leave": lambda: sys.exit(3)})
"""


@pytest.fixture
async def doubling() -> AsyncIterator[Contender]:
    async with contender([sys.executable, "-c", SCRIPT], OUR_PATHS) as one:
        yield one


async def test_each_line_is_answered_in_turn(doubling: Contender) -> None:
    assert [await doubling.do("double", number=number) for number in (1, 2)] == [2, 4]


async def test_a_rate_is_calls_by_seconds(doubling: Contender) -> None:
    assert await doubling.rate("work") == 15


async def test_a_failure_is_told_and_the_next_line_answered(doubling: Contender) -> None:
    with pytest.raises(ContenderFailed, match="TypeError"):
        await doubling.do("double", number=None)
    assert await doubling.do("double", number=1) == 2


async def test_a_contender_that_ends_is_a_failure(doubling: Contender) -> None:
    with pytest.raises(ContenderFailed, match="ended"):
        await doubling.do("leave")
