"""Trees give way to whoever appends much, but not for long, not far, and not where something is urgent."""

from uuid import uuid4

import pytest

from adapters.audit import patience
from adapters.audit.patience import Patience
from adapters.postgres.trees import Due
from domain.ids import TenantId

ONE, OTHER = TenantId(str(uuid4())), TenantId(str(uuid4()))
MUCH = int(patience.BUSY_EVENTS_A_SECOND) + 1


def due(tenant: TenantId, head: int, size: int = 0) -> Due:
    return Due(tenant_id=tenant, head=head, size=size, signs=False)


def busy() -> Patience:
    """As it stands a second after the first look, both logs having moved by more than little."""
    patient = Patience()
    patient.waiting([], 100.0)
    assert patient.waiting([due(ONE, MUCH), due(OTHER, 10)], 101.0) == {ONE, OTHER}
    return patient


def test_where_little_comes_no_tree_waits() -> None:
    patient = Patience()
    patient.waiting([], 100.0)
    assert patient.waiting([due(ONE, MUCH - 2)], 101.0) == set()


def test_the_rate_is_that_of_all_logs_together_since_the_last_look() -> None:
    patient = busy()
    assert patient.waiting([due(ONE, MUCH + MUCH // 2, 5), due(OTHER, 10 + MUCH // 2, 5)], 102.0) == set()
    assert patient.waiting([due(ONE, 2 * MUCH + 5, 5), due(OTHER, MUCH, 5)], 102.5) == {ONE, OTHER}


def test_a_tree_that_stands_far_back_does_not_make_the_others_wait() -> None:
    patient = busy()
    assert patient.waiting([due(ONE, MUCH), due(OTHER, 10)], 102.0) == set()


def test_what_is_urged_does_not_wait_and_may_wait_again_afterwards() -> None:
    patient = busy()
    patient.urge({ONE})
    assert patient.waiting([due(ONE, 2 * MUCH), due(OTHER, 20)], 101.5) == {OTHER}
    assert patient.waiting([due(ONE, 3 * MUCH, 2 * MUCH), due(OTHER, 30)], 102.0) == {ONE, OTHER}


def test_no_tree_waits_longer_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    patient = busy()
    monkeypatch.setattr(patience, "EVENTS_MAX", 10**9)
    head, at = MUCH, 101.0
    while at < 101.0 + patience.SECONDS_MAX - 1:
        head, at = head + 2 * MUCH, at + 1.0
        assert patient.waiting([due(ONE, head)], at) == {ONE}
    assert patient.waiting([due(ONE, head + 9 * MUCH)], 101.0 + patience.SECONDS_MAX) == set()


def test_no_tree_waits_further_behind_than_it_may() -> None:
    patient = busy()
    assert patient.waiting([due(ONE, patience.EVENTS_MAX)], 102.0) == set()
