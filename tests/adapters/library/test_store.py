"""What a store promises beside the library's own cases: under load, under conflicts, and to several applications."""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import (
    DataError,
    IntegrityError,
    InterfaceError,
    Notification,
    ProgrammingError,
    StoredEvent,
    Tracking,
)
from eventsourcing.utils import Environment

from adapters.library.store import StoreApplicationRecorder, StoreFactory
from adapters.library.store.lane import Lane
from adapters.library.store.requests import Origin

THREADS = 64


class Union(Aggregate):
    @event("Founded")
    def __init__(self, name: str) -> None:
        self.name, self.members = name, 0

    @event("Joined")
    def join(self, members: int) -> None:
        self.members += members


class Unions(Application[UUID]):
    """An application as anybody writes it."""

    is_snapshotting_enabled = True
    snapshotting_intervals: ClassVar = {Union: 3}


class Clusters(Application[UUID]):
    """Another one, in the same tables."""


@pytest.fixture
def factory(store_url: str) -> Iterator[StoreFactory]:
    factory = StoreFactory(Environment("Unions", {"STORE_URL": store_url}))
    yield factory
    factory.close()


@pytest.fixture
def recorder(factory: StoreFactory) -> StoreApplicationRecorder:
    return factory.application_recorder()


@pytest.fixture
def elsewhere(recorder: StoreApplicationRecorder, store_url: str) -> Iterator[StoreApplicationRecorder]:
    """The same application in another process, as far as the store can tell: with a lane of its own."""
    lane = Lane(store_url, "library_store", 2)
    yield StoreApplicationRecorder(lane, "Unions")
    lane.stop()


def stored(originator_id: UUID | str, version: int, topic: str = "topic", state: bytes = b"{}") -> StoredEvent:
    return StoredEvent(originator_id, version, topic, state)


def run(*calls: Callable[[], object]) -> list[object]:
    """What the calls answer or raise, each in a thread of its own, all let go at once."""
    barrier, found = threading.Barrier(len(calls)), list[object]([None] * len(calls))

    def call(n: int) -> None:
        barrier.wait()
        try:
            found[n] = calls[n]()
        except Exception as error:
            found[n] = error

    threads = [threading.Thread(target=call, args=(n,)) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.parametrize("version", [0, 1, 2])
def test_of_64_threads_at_one_version_of_an_aggregate_exactly_one_wins(
    recorder: StoreApplicationRecorder, elsewhere: StoreApplicationRecorder, version: int
) -> None:
    union = uuid4()
    recorder.insert_events([stored(union, each) for each in range(1, version)])

    def writing(by: StoreApplicationRecorder, n: int) -> Callable[[], object]:
        return lambda: by.insert_events([stored(union, version, state=str(n).encode())])

    found = run(*(writing(recorder if n % 2 else elsewhere, n) for n in range(THREADS)))
    winners = [n for n, each in enumerate(found) if isinstance(each, list)]
    assert len(winners) == 1
    assert sum(isinstance(each, IntegrityError) for each in found) == THREADS - 1
    assert recorder.select_events(union)[-1].state == str(winners[0]).encode()
    assert recorder.max_notification_id() == len(recorder.select_events(union))


def follow(recorder: StoreApplicationRecorder, events: int, topics: Sequence[str] = ()) -> list[Notification]:
    seen: list[Notification] = []
    with recorder.subscribe(topics=topics) as subscription:
        for notification in subscription:
            seen.append(notification)
            if len(seen) == events:
                break
    return seen


def test_followers_see_every_notification_once_and_in_order_while_two_processes_write(
    recorder: StoreApplicationRecorder, elsewhere: StoreApplicationRecorder
) -> None:
    writers, each = 16, 60

    def writing(by: StoreApplicationRecorder) -> Callable[[], object]:
        return lambda: [by.insert_events([stored(uuid4(), 1)]) for _ in range(each)]

    followers = [lambda by=by: follow(by, writers * each) for by in (recorder, elsewhere)]
    found = run(*followers, *(writing(elsewhere if n % 2 else recorder) for n in range(writers)))
    answered = sorted(id_ for ids in found[2:] for (id_,) in ids)  # type: ignore[attr-defined]
    assert answered == list(range(1, writers * each + 1))
    for seen in found[:2]:
        assert isinstance(seen, list)
        assert [notification.id for notification in seen] == answered


def test_a_follower_of_some_topics_is_given_those_alone(recorder: StoreApplicationRecorder) -> None:
    recorder.insert_events([stored(uuid4(), 1, topic=("a", "b", "c")[n % 3]) for n in range(9)])
    assert [each.id for each in follow(recorder, 6, topics=("a", "c"))] == [1, 3, 4, 6, 7, 9]


def test_thousands_of_events_are_stored_in_one_call(recorder: StoreApplicationRecorder) -> None:
    union, events = uuid4(), 5_000
    ids = recorder.insert_events([stored(union, version, state=bytes(500)) for version in range(1, events + 1)])
    assert ids == list(range(1, events + 1))
    assert [each.originator_version for each in recorder.select_events(union)] == ids
    with pytest.raises(IntegrityError):
        recorder.insert_events([stored(union, version) for version in range(events, 2 * events)])
    assert recorder.max_notification_id() == events


def test_events_of_several_aggregates_keep_the_order_they_are_given_in(recorder: StoreApplicationRecorder) -> None:
    one, other = uuid4(), uuid4()
    given = [stored(one, 1), stored(other, 0), stored(one, 2), stored(other, 1), stored(other, 2), stored(one, 3)]
    assert recorder.insert_events(given) == [1, 2, 3, 4, 5, 6]
    seen = recorder.select_notifications(None, 10)
    assert [(each.originator_id, each.originator_version) for each in seen] == [
        (each.originator_id, each.originator_version) for each in given
    ]


@pytest.mark.parametrize(
    "versions",
    [(3,), (1, 3), (1, 1), (2, 1)],
    ids=["without a predecessor", "with a hole", "twice", "backwards"],
)
def test_an_aggregates_events_follow_on_each_other(recorder: StoreApplicationRecorder, versions: list[int]) -> None:
    union = uuid4()
    with pytest.raises(IntegrityError):
        recorder.insert_events([stored(union, version) for version in versions])
    with pytest.raises(IntegrityError):
        recorder.insert_events([each for version in versions for each in (stored(union, version), stored(uuid4(), 1))])
    assert recorder.max_notification_id() is None


def test_snapshots_may_be_of_any_version_once(factory: StoreFactory) -> None:
    recorder, union = factory.aggregate_recorder("snapshots"), uuid4()
    for version in (7, 3, 0, 9):
        recorder.insert_events([stored(union, version)])
    for version in (7, 0):
        with pytest.raises(IntegrityError):
            recorder.insert_events([stored(uuid4(), 1), stored(union, version)])
    assert [each.originator_version for each in recorder.select_events(union)] == [0, 3, 7, 9]
    assert [each.originator_version for each in recorder.select_events(union, desc=True, lte=8, limit=2)] == [7, 3]
    assert [each.originator_version for each in recorder.select_events(union, gt=0, lte=7)] == [3, 7]


@pytest.mark.parametrize("state", [b"", b"\x00\xff\\x", bytes(range(256))])
@pytest.mark.parametrize("text", ["", "a,b", '"', "\\", "{NULL}", "NULL", "Liên đoàn\n\t'", '\\",\\"', " "])
def test_ids_topics_and_states_come_back_as_they_were(factory: StoreFactory, text: str, state: bytes) -> None:
    factory.env["ORIGINATOR_ID_TYPE"] = "text"
    texts = StoreApplicationRecorder(factory.application_recorder()._lane, "Texts", origin=Origin("text"))
    texts.create_table()
    given = [stored(text, 1, text, state), stored(text, 2, text, state), stored("beside", 1)]
    texts.insert_events(given)
    assert texts.select_events(text) == given[:2]
    assert [StoredEvent(each.originator_id, each.originator_version, each.topic, each.state)
            for each in texts.select_notifications(None, 9)] == given  # fmt: skip
    assert len(texts.select_notifications(None, 9, topics=[text])) == 2


@pytest.mark.parametrize(
    "bad",
    [stored("no uuid", 1), stored(uuid4(), 2**31), stored(uuid4(), 1, topic="\x00"), stored(uuid4(), -1)],
    ids=["originator", "version", "topic", "negative"],
)
def test_what_the_database_cannot_hold_fails_its_own_caller_alone(
    recorder: StoreApplicationRecorder, bad: StoredEvent
) -> None:
    good = [lambda: recorder.insert_events([stored(uuid4(), 1)])] * 20
    found = run(*good, lambda: recorder.insert_events([bad]), *good)
    assert isinstance(found[20], DataError | IntegrityError)
    assert sorted(ids for each in found if isinstance(each, list) for ids in each) == list(range(1, 41))


def test_an_unchanged_application_stores_here_by_its_environment_alone(store_url: str) -> None:
    """With snapshots, from many threads, beside another application in the same tables."""
    env = {"PERSISTENCE_MODULE": "adapters.library.store", "STORE_URL": store_url}
    with Unions(env=env) as unions, Clusters(env=env) as clusters:
        unions_made = [Union(f"Union {n}") for n in range(24)]

        def live(union: Union) -> object:
            unions.save(union)
            for members in range(1, 8):
                again: Union = unions.repository.get(union.id)
                again.join(members)
                unions.save(again)
            return clusters.save(Union(union.name))

        found = run(*(lambda union=union: live(union) for union in unions_made))
        assert not [each for each in found if isinstance(each, Exception)]
        assert unions.snapshots is not None
        for union in unions_made:
            read: Union = unions.repository.get(union.id)
            assert (read.members, read.version) == (28, 8)
            assert [each.originator_version for each in unions.snapshots.get(union.id)] == [3, 6]
        assert unions.recorder.max_notification_id() == 24 * 8
        assert clusters.recorder.max_notification_id() == 24
        assert [each.id for each in unions.recorder.select_notifications(1, 200)] == list(range(1, 24 * 8 + 1))


def test_the_librarys_own_variables_say_where_to_store(store_url: str) -> None:
    address, _, database = store_url.removeprefix("postgresql://").rpartition("/")
    login, _, place = address.rpartition("@")
    env = {
        "PERSISTENCE_MODULE": "adapters.library.store",
        "POSTGRES_DBNAME": database,
        "POSTGRES_HOST": place.partition(":")[0],
        "POSTGRES_PORT": place.partition(":")[2],
        "POSTGRES_USER": login.partition(":")[0],
        "POSTGRES_PASSWORD": login.partition(":")[2],
    }
    with Unions(env=env) as unions:
        unions.save(Union("Long Biên"))
        assert unions.recorder.max_notification_id() == 1


def test_a_place_is_tracked_with_its_events_and_what_was_made_of_them_or_not_at_all(factory: StoreFactory) -> None:
    recorder, union = factory.process_recorder(), uuid4()
    recorder.fetch("CREATE TABLE {schema}.counted (name text PRIMARY KEY, members integer NOT NULL)")
    count = "INSERT INTO {schema}.counted VALUES ($1, $2)"
    assert recorder.insert_events([stored(union, 1)], tracking=Tracking("upstream", 5)) == [1]
    with pytest.raises(IntegrityError):  # The place was reached before.
        recorder.insert_events([stored(union, 2)], tracking=Tracking("upstream", 5))
    with pytest.raises(IntegrityError):  # The version is taken.
        recorder.insert_events([stored(union, 1)], tracking=Tracking("upstream", 6))
    recorder.record(Tracking("upstream", 7), (count, "Long Biên", 40))
    with pytest.raises(IntegrityError):  # The row is there.
        recorder.record(Tracking("upstream", 8), (count, "Long Biên", 50))
    assert len(recorder.select_events(union)) == 1
    assert recorder.max_tracking_id("upstream") == 7
    assert [tuple(row) for row in recorder.fetch("SELECT c.name, c.members FROM {schema}.counted AS c")] == [
        ("Long Biên", 40)
    ]


def test_of_many_that_track_one_notification_exactly_one_wins(factory: StoreFactory) -> None:
    recorder = factory.process_recorder()

    def process() -> object:
        return recorder.insert_events([stored(uuid4(), 1)], tracking=Tracking("upstream", 1))

    found = run(*[process] * 16)
    assert sum(isinstance(each, list) for each in found) == 1
    assert sum(isinstance(each, IntegrityError) for each in found) == 15
    assert recorder.max_notification_id() == 1


def test_a_closed_store_says_so(factory: StoreFactory) -> None:
    recorder = factory.application_recorder()
    factory.close()
    for call in (lambda: recorder.insert_events([stored(uuid4(), 1)]), recorder.max_notification_id):
        with pytest.raises(InterfaceError):
            call()
    with pytest.raises(InterfaceError):
        factory.application_recorder()


def test_an_application_from_before_a_fork_says_so(recorder: StoreApplicationRecorder) -> None:
    """Its thread is the parent's: a call would wait for ever."""
    recorder._lane._process += 1
    for call in (lambda: recorder.insert_events([stored(uuid4(), 1)]), recorder.max_notification_id):
        with pytest.raises(InterfaceError, match="fork"):
            call()
    recorder._lane._process -= 1


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("STORE_URL", ""),
        ("STORE_SCHEMA", "thidua"),
        ("STORE_SCHEMA", "public"),
        ("STORE_SCHEMA", "pg_own"),
        ("STORE_SCHEMA", 'a"; DROP SCHEMA b'),
        ("STORE_POOL_SIZE", "none"),
        ("STORE_POOL_SIZE", "0"),
        ("ORIGINATOR_ID_TYPE", "integer"),
    ],
)
def test_a_variable_that_is_missing_or_wrong_is_named(variable: str, value: str) -> None:
    env = {"STORE_URL": "postgresql://role@127.0.0.1:1/nowhere"} | {variable: value}
    with pytest.raises(ProgrammingError, match=variable if variable != "STORE_SCHEMA" else "schema"):
        StoreFactory(Environment("Unions", env))
