"""given(history).when(command).then(events): a rule of the domain as one line."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.decider import AnyDecider
from domain.refusals import Refused

NOON = datetime(2024, 6, 30, 5, tzinfo=UTC)
"""Noon in Hà Nội."""


class Scenario:
    def __init__(self, decider: AnyDecider, history: tuple[Any, ...]) -> None:
        self.decider, self.history = decider, history
        self.outcome: Callable[[], list[Any]] = list

    def when(self, command: Any, facts: Any = None, now: datetime = NOON) -> "Scenario":
        """`facts` None: nothing is known of others, which is what a step that needs nothing must get by with."""
        self.outcome = lambda: self.decider.decide(command, self.decider.fold(self.history), facts, now)
        return self

    def then(self, *events: Any) -> None:
        assert self.outcome() == list(events)

    def then_refused(self, refusal: type[Refused], **facts: Any) -> None:
        with pytest.raises(refusal) as caught:
            self.outcome()
        assert type(caught.value) is refusal
        assert facts.items() <= caught.value.facts.items()


def given(decider: AnyDecider, *history: Any) -> Scenario:
    return Scenario(decider, history)


def carried_out(decider: AnyDecider, *steps: Any, now: datetime = NOON) -> tuple[Any, ...]:
    """The history that the steps lead to; a step is a command, or a command and its facts."""
    history: list[Any] = []
    for step in steps:
        command, facts = step if isinstance(step, tuple) else (step, None)
        history += decider.decide(command, decider.fold(history), facts, now)
    return tuple(history)


def next_events(
    decider: AnyDecider, history: tuple[Any, ...], command: Any, facts: Any = None, now: datetime = NOON
) -> list[Any]:
    """What a command comes to after a history."""
    return decider.decide(command, decider.fold(history), facts, now)
