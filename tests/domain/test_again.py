"""What was decided is decided again, over the state before it and from what its event pins: the same events."""

from datetime import UTC, date, datetime, time
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.award import AWARD
from domain.award.again import COMMANDS, decide_again, is_decidable
from domain.award.complaints import ComplaintSettled
from domain.award.messages import AwardPresented, EligibilityChecked, Event, Facts, PublishForComment
from domain.dates import ZONE
from domain.refusals import Refused
from tests.domain.test_award import CHECKING
from tests.domain.test_dossier_sequences import COURSE, beside
from tests.support.scenario import NOON


@given(steps=st.lists(st.tuples(st.integers(0, 2), beside), max_size=30))
@settings(max_examples=200, deadline=None)
def test_every_step_of_any_history_comes_out_the_same_again(steps: list[tuple[int, tuple[Any, Any]]]) -> None:
    award, ahead = AWARD.initial, 0
    for forward, asked in steps:
        wanted = [*COURSE[ahead : ahead + forward], asked]
        ahead += forward
        for command, facts in wanted:
            try:
                events = AWARD.decide(command, award, facts, NOON)
            except Refused:
                continue
            if events and is_decidable(award, events[0]):
                again = decide_again(award, events[0], happened_on=command.happened_on, recorded_at=NOON)
                assert again == events
            award = AWARD.fold(events, award)


def test_every_event_of_an_award_names_the_command_that_it_comes_of() -> None:
    assert {*get_args(Event)} - {ComplaintSettled} == set(COMMANDS)


def checked() -> tuple[Any, EligibilityChecked]:
    """The state before a check, and the check."""
    award = AWARD.initial
    for command, facts in COURSE[:2]:
        award = AWARD.fold(AWARD.decide(command, award, facts, NOON), award)
    (event,) = AWARD.decide(COURSE[2][0], award, CHECKING, NOON)
    assert isinstance(event, EligibilityChecked)
    return award, event


def test_a_check_that_says_otherwise_than_its_case_is_found() -> None:
    award, event = checked()
    forged = msgspec.structs.replace(event, eligible=not event.eligible)
    assert decide_again(award, forged, happened_on=None, recorded_at=NOON) == [event]


def test_a_step_that_the_state_before_does_not_allow_is_refused_again() -> None:
    award, _ = checked()
    with pytest.raises(Refused):
        decide_again(award, AwardPresented(presented_on=NOON.date(), occasion=None), happened_on=None, recorded_at=NOON)


def test_midnight_may_lie_between_a_decision_and_its_record() -> None:
    """The server decided in the last second of the day from which it published; the database's clock was past it."""
    award, event = checked()
    award = AWARD.evolve(award, msgspec.structs.replace(event, eligible=True, reasons=()))
    day = date(2024, 7, 1)
    window = PublishForComment(published_from=day, published_until=date(2024, 7, 20), channel="Trang tin")
    decided_at = datetime.combine(day, time(23, 59, 59), ZONE)
    (published,) = AWARD.decide(window, award, Facts(), decided_at)
    recorded_at = datetime(2024, 7, 1, 17, 0, 1, tzinfo=UTC)  # Already 2 July in Việt Nam.
    assert decide_again(award, published, happened_on=None, recorded_at=recorded_at) == [published]
