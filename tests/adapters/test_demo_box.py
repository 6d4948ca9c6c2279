"""What the demo says of a ballot is checked: a vote that should have been refused, and was not, stops it."""

from collections.abc import Callable

import pytest

from adapters.console.voting import VotingProblem
from adapters.demo.acts.balloting import Box
from adapters.demo.client import Unexpected


def refused(box: Box, code: str) -> Callable[[], None]:
    def step() -> None:
        box.code = code
        raise VotingProblem("Không bỏ phiếu được", "The vote was not taken")

    return step


@pytest.fixture
def box() -> Box:
    return Box("http://127.0.0.1:9", "a-session")


def test_a_vote_that_is_refused_for_the_reason_expected_goes_on(box: Box) -> None:
    box.is_refused(refused(box, "ballot.second-vote"), "ballot.second-vote")


def test_a_vote_that_is_refused_for_another_reason_stops_the_demo(box: Box) -> None:
    with pytest.raises(Unexpected, match=r"expected ballot\.taken, got ballot\.closed"):
        box.is_refused(refused(box, "ballot.closed"), "ballot.taken")


def test_a_vote_that_is_taken_stops_the_demo(box: Box) -> None:
    box.code = "ballot.second-vote"  # Of a refusal before.
    with pytest.raises(Unexpected, match="got none"):
        box.is_refused(lambda: None, "ballot.second-vote")
