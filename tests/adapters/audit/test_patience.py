"""Trees wait for company, and longer for whoever appends much; but not far, and not where something is urgent."""

from uuid import uuid4

import pytest

from adapters.audit import patience
from adapters.audit.patience import Patience
from adapters.postgres.trees import Due
from domain.ids import TenantId

ONE, OTHER = TenantId(str(uuid4())), TenantId(str(uuid4()))
MUCH = int(patience.BUSY_EVENTS_A_SECOND) + 1


def due(tenant: TenantId, head: int, size: int = 0, *, signs: bool = False) -> Due:
    return Due(tenant_id=tenant, head=head, size=size, signs=signs)


def grows(patient: Patience, now: float, *found: Due) -> list[TenantId]:
    patient.look()
    return [each.tenant_id for each in patient.growing(found, now)]


def busy() -> Patience:
    """As it stands a second after the first look, both logs having moved by more than little."""
    patient = Patience()
    grows(patient, 100.0)
    assert grows(patient, 101.0, due(ONE, MUCH), due(OTHER, 10)) == []
    return patient


def test_where_little_comes_a_first_tree_does_not_wait_and_others_wait_a_little() -> None:
    patient = Patience()
    grows(patient, 100.0)
    assert grows(patient, 101.0, due(ONE, 15), due(OTHER, 15, 5)) == [ONE]
    assert grows(patient, 100.9 + patience.QUIET_SECONDS_MAX, due(OTHER, 25, 5)) == []
    assert grows(patient, 101.1 + patience.QUIET_SECONDS_MAX, due(OTHER, 25, 5)) == [OTHER]


def test_where_little_comes_no_tree_waits_further_behind_than_it_may_there() -> None:
    patient, most = Patience(), patience.QUIET_EVENTS_MAX
    grows(patient, 100.0)
    assert grows(patient, 110.0, due(ONE, most + 5, 5), due(OTHER, most + 4, 5)) == [ONE]


def test_the_rate_is_that_of_all_logs_together_since_the_last_look() -> None:
    patient = busy()
    half = due(ONE, MUCH + MUCH // 2), due(OTHER, 10 + MUCH // 2)
    assert grows(patient, 102.0, *half) == [ONE, OTHER]
    assert grows(patient, 102.5, due(ONE, 2 * MUCH + 5, 5), due(OTHER, MUCH, 5)) == []


def test_a_tree_that_stands_far_back_does_not_make_the_others_wait() -> None:
    assert grows(busy(), 102.0, due(ONE, MUCH), due(OTHER, 10)) == [ONE, OTHER]


def test_what_is_urged_goes_first_until_it_has_grown_and_may_wait_again_afterwards() -> None:
    patient = busy()
    patient.urge({OTHER})
    assert grows(patient, 101.5, due(ONE, 2 * MUCH), due(OTHER, 20)) == [OTHER]
    patient.grown(OTHER, 15)
    assert grows(patient, 102.0, due(ONE, 3 * MUCH), due(OTHER, 30, 15)) == [OTHER]
    patient.grown(OTHER, 30)
    assert grows(patient, 102.5, due(ONE, 4 * MUCH), due(OTHER, 40, 30)) == []
    assert grows(patient, 103.5, due(ONE, 4 * MUCH), due(OTHER, 40, 30)) == [ONE]


def test_what_is_urged_while_a_tree_grows_is_not_taken_for_what_it_grew_by() -> None:
    """It may have come after the logs were looked at: then this turn does not bring it."""
    patient = busy()
    patient.urge({ONE})
    assert grows(patient, 101.5, due(ONE, 2 * MUCH)) == [ONE]
    patient.urge({ONE})
    patient.grown(ONE, 2 * MUCH)
    assert grows(patient, 102.0, due(ONE, 3 * MUCH, 2 * MUCH)) == [ONE]


def test_what_is_urged_of_a_tree_that_is_not_seen_behind_yet_is_kept() -> None:
    patient = busy()
    patient.urge({ONE})
    assert grows(patient, 101.5, due(OTHER, 2 * MUCH)) == []
    assert grows(patient, 102.0, due(ONE, 3 * MUCH, 2 * MUCH), due(OTHER, 4 * MUCH)) == [ONE]


def test_a_tree_of_which_a_checkpoint_is_due_does_not_wait() -> None:
    assert grows(busy(), 101.5, due(ONE, 2 * MUCH, signs=True), due(OTHER, 20)) == [ONE]


def test_no_tree_waits_longer_than_it_may_and_the_longest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    patient = busy()
    monkeypatch.setattr(patience, "EVENTS_MAX", 10**9)
    head, at = MUCH, 101.0
    patient.grown(OTHER, 10)
    while at < 101.0 + patience.SECONDS_MAX - 1:
        head, at = head + 2 * MUCH, at + 1.0
        assert grows(patient, at, due(OTHER, head, 10), due(ONE, head)) == []
    head += 9 * MUCH
    assert grows(patient, 102.0 + patience.SECONDS_MAX, due(OTHER, head, 10), due(ONE, head)) == [ONE, OTHER]
    patient.grown(ONE, head - 1)
    assert grows(patient, 102.5 + patience.SECONDS_MAX, due(ONE, head + 9 * MUCH, head - 1)) == [ONE]
    patient.grown(ONE, head + 9 * MUCH)
    assert grows(patient, 103.0 + patience.SECONDS_MAX, due(ONE, head + 18 * MUCH, head + 9 * MUCH)) == []


def test_no_tree_waits_further_behind_than_it_may() -> None:
    assert grows(busy(), 102.0, due(ONE, patience.EVENTS_MAX)) == [ONE]
