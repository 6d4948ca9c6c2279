"""The faster of two ways is found, and found again when it has changed; the clock is the test's."""

import pytest

from adapters.postgres.choice import Choice


def went(choice: Choice, seconds: dict[bool, float], batches: int, now: list[float]) -> float:
    """The share of batches that went the second way; `seconds`: how long a batch of 10 takes on either."""
    second = 0
    for _ in range(batches):
        second += choice.second
        now[0] += seconds[choice.second]
        choice.count(10)
    return second / batches


@pytest.mark.parametrize(("first", "other", "expected"), [(0.001, 0.002, False), (0.002, 0.001, True)])
def test_the_faster_way_is_gone_after_any_time_of_rest_and_the_other_tried_now_and_then(
    monkeypatch: pytest.MonkeyPatch, first: float, other: float, expected: bool
) -> None:
    now = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    choice = Choice()
    now[0] += 3_600.0  # Nobody asked for an hour.
    went(choice, {False: first, True: other}, 1_000, now)
    share = went(choice, {False: first, True: other}, 2_000, now)
    assert 0.8 < (share if expected else 1 - share) < 1.0
    went(choice, {False: other, True: first}, 2_000, now)
    share = went(choice, {False: other, True: first}, 2_000, now)
    assert 0.8 < (1 - share if expected else share) < 1.0
