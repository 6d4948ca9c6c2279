"""A store whose PostgreSQL is away, is cut off in the middle of a call, or answers late."""

import threading
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from eventsourcing.persistence import InterfaceError, OperationalError, StoredEvent, Tracking
from eventsourcing.utils import Environment

from adapters.library.store import StoreFactory, StoreProcessRecorder, recorders, reply
from adapters.library.store.reply import Reply, chain
from adapters.postgres import appending
from tests.support.proxy import Fault, Proxy, proxy_in_a_thread


class CommitLost(Proxy):
    """Can lose the answer to the next COMMIT, or the COMMIT itself."""

    lose: Fault = Fault.NONE

    def passes(self, chunk: bytes) -> None:
        if self.lose is not Fault.NONE and b"COMMIT" in chunk:
            self.fault, self.lose = self.lose, Fault.NONE


@pytest.fixture
def proxy(store_url: str) -> Iterator[tuple[CommitLost, Callable[[Callable[[], object]], object]]]:
    proxy = CommitLost(store_url)
    with proxy_in_a_thread(proxy) as call:
        yield proxy, call


@pytest.fixture
def cut(proxy: tuple[CommitLost, object]) -> CommitLost:
    return proxy[0]


@pytest.fixture
def recorder(cut: CommitLost) -> Iterator[StoreProcessRecorder]:
    """Through the proxy, with its connections open and its statements prepared."""
    factory = StoreFactory(Environment("Unions", {"STORE_URL": cut.url}))
    recorder = factory.process_recorder()
    recorder.insert_events([stored()])
    recorder.insert_events([stored(), stored()], tracking=Tracking("upstream", 1))
    yield recorder
    factory.close()


def stored() -> StoredEvent:
    return StoredEvent(uuid4(), 1, "topic", b"{}")


@pytest.mark.parametrize("fault", [Fault.LOSE_ANSWER, Fault.LOSE_QUESTION])
@pytest.mark.parametrize("events", [1, 2])
def test_an_insert_whose_exchange_was_lost_is_resolved_by_its_command_id(
    cut: CommitLost, recorder: StoreProcessRecorder, fault: Fault, events: int
) -> None:
    cut.fault = fault
    assert recorder.insert_events([stored() for _ in range(events)]) == list(range(4, 4 + events))
    assert cut.fault is Fault.NONE, "the fault must have struck"
    assert recorder.max_notification_id() == 3 + events


@pytest.mark.parametrize("fault", [Fault.LOSE_ANSWER, Fault.LOSE_QUESTION])
@pytest.mark.parametrize("events", [0, 2])
def test_a_place_whose_commit_was_lost_is_resolved_with_its_events(
    cut: CommitLost, recorder: StoreProcessRecorder, fault: Fault, events: int
) -> None:
    cut.lose = fault
    found = recorder.insert_events([stored() for _ in range(events)], tracking=Tracking("upstream", 2))
    assert cut.lose is cut.fault is Fault.NONE, "the fault must have struck"
    assert found == (list(range(4, 4 + events)) or None)
    assert (recorder.max_notification_id(), recorder.max_tracking_id("upstream")) == (3 + events, 2)


def test_while_postgresql_is_away_calls_fail_as_the_librarys_and_work_again_afterwards(
    proxy: tuple[CommitLost, Callable[[Callable[[], object]], object]],
    recorder: StoreProcessRecorder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (cut, call), struck = proxy, threading.Event()
    monkeypatch.setattr(appending, "RESOLVE_S", 0.3)
    monkeypatch.setattr(recorders, "RESOLVE_S", 0.3)
    call(cut.go_away)
    call(struck.set)
    struck.wait()
    for asked in (
        lambda: recorder.insert_events([stored()]),
        lambda: recorder.insert_events([stored()], tracking=Tracking("upstream", 2)),
        recorder.max_notification_id,
        lambda: recorder.select_events(uuid4()),
    ):
        with pytest.raises(OperationalError):
            asked()
    call(cut.come_back)
    assert recorder.insert_events([stored()]) == [4]
    assert recorder.max_tracking_id("upstream") == 1


def test_what_was_asked_for_is_stored_before_a_store_closes(store_url: str) -> None:
    factory = StoreFactory(Environment("Unions", {"STORE_URL": store_url}))
    recorder, found = factory.application_recorder(), list[object]()

    def insert() -> None:
        try:
            found.append(recorder.insert_events([stored()]))
        except Exception as error:
            found.append(error)

    threads = [threading.Thread(target=insert) for _ in range(50)]
    for thread in threads:
        thread.start()
    factory.close()
    for thread in threads:
        thread.join()
    acknowledged = [each for each in found if isinstance(each, list)]
    assert len(found) == 50
    again = StoreFactory(Environment("Unions", {"STORE_URL": store_url}))
    assert (again.application_recorder().max_notification_id() or 0) == len(acknowledged)
    again.close()


def test_a_thread_that_is_gone_keeps_nobody_it_was_to_wake_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply, "LOOK_SECONDS", 0.02)
    replies = [Reply[int]() for _ in range(9)]
    chain(replies)
    for n, each in enumerate(replies):
        each.set_result(n)
    # Those that were told first are woken by those that were told last: whoever is woken finds its answer.
    assert [each._lock.locked() for each in replies] == [True] * 5 + [False] * 4
    assert [each.wait(threading.current_thread()) for each in replies] == list(range(9))


def test_who_waits_for_a_thread_that_has_ended_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply, "LOOK_SECONDS", 0.02)
    ended = threading.Thread(target=time.monotonic)
    ended.start()
    ended.join()
    with pytest.raises(InterfaceError):
        Reply[int]().wait(ended)
