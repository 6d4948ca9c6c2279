"""The recorder keeps the library's contract over real HTTP, and stops rather than miss an event."""

import itertools
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from eventsourcing.persistence import Notification

from adapters.library import (
    Address,
    FeedBroken,
    FollowerRecorder,
    FollowerSubscription,
    KeyRefused,
    LogCut,
    PlatformAway,
    PlatformNotification,
    QuestionRefused,
    ReadOnly,
)
from domain.events import encode
from tests.support.following import ELSEWHERE, HERE, INTEGRATOR, OFFICER, THERE, SmallPlatform, free_port, within
from tests.support.registrations import confirmed, returned, work

STOP_SECONDS_MAX = 5.0  # A poll is a minute away there, and an answer that does not come is given up after 15 s.


@pytest.fixture
def recorder(platform: SmallPlatform) -> Iterator[FollowerRecorder]:
    made = FollowerRecorder(Address(url=platform.url, key=INTEGRATOR), poll_seconds=0.02)
    yield made
    made.close()


def with_key(platform: SmallPlatform, key: str, tenant_id: str | None = None) -> FollowerRecorder:
    return FollowerRecorder(Address(url=platform.url, key=key, tenant_id=tenant_id), poll_seconds=0.02)


def ids(notifications: object) -> list[int]:
    assert isinstance(notifications, list)
    return [each.id for each in notifications]


def taken(subscription: FollowerSubscription, number: int) -> list[Notification]:
    """The next notifications; fewer if they have not come within three seconds."""
    timer = threading.Timer(3, subscription.stop)
    timer.start()
    found = list(itertools.islice(subscription, number))
    timer.cancel()
    return found


def test_a_notification_is_the_stored_event_byte_for_byte(platform: SmallPlatform, recorder: FollowerRecorder) -> None:
    platform.append(work, confirmed, stream_id="registration-1")
    first, second = recorder.select_notifications(start=1, limit=10)
    assert isinstance(first, PlatformNotification)
    assert (first.id, first.originator_id, first.originator_version) == (1, "registration-1", 1)
    assert (first.topic, first.state) == ("registration.submitted", encode(work))
    assert (second.id, second.originator_version, second.topic) == (2, 2, "registration.confirmed")
    assert (first.envelope.tenant_id, first.envelope.actor, first.envelope.recorded_at.tzinfo is None) == (
        HERE,
        "officer",
        False,
    )


@pytest.mark.parametrize(
    ("start", "limit", "stop", "inclusive", "expected"),
    [
        (None, 10, None, True, [1, 2, 3, 4, 5]),
        (None, 10, None, False, [1, 2, 3, 4, 5]),
        (0, 10, None, False, [1, 2, 3, 4, 5]),
        (-7, 10, None, True, [1, 2, 3, 4, 5]),
        (2, 10, None, True, [2, 3, 4, 5]),
        (2, 10, None, False, [3, 4, 5]),
        (2, 2, None, True, [2, 3]),
        (2, 10, 4, True, [2, 3, 4]),
        (2, 10, 4, False, [3, 4]),
        (4, 10, 3, True, []),
        (6, 10, None, True, []),
        (1_000_000, 10, None, True, []),
        (1, 0, None, True, []),
    ],
)
def test_a_selection_is_the_librarys(
    platform: SmallPlatform,
    recorder: FollowerRecorder,
    *,
    start: int | None,
    limit: int,
    stop: int | None,
    inclusive: bool,
    expected: list[int],
) -> None:
    platform.append(*[confirmed] * 5)
    assert ids(recorder.select_notifications(start, limit, stop, inclusive_of_start=inclusive)) == expected


def test_a_selection_by_topics_has_holes_and_goes_to_the_end(
    platform: SmallPlatform, recorder: FollowerRecorder
) -> None:
    for _ in range(4):
        platform.append(work, returned)
    assert ids(recorder.select_notifications(1, 10, topics=["registration.returned"])) == [2, 4, 6, 8]
    assert ids(recorder.select_notifications(1, 3, topics=["registration.returned"])) == [2, 4, 6]
    assert ids(recorder.select_notifications(3, 10, 6, topics=["registration.returned"])) == [4, 6]
    both = ["registration.returned", "registration.submitted"]
    assert ids(recorder.select_notifications(1, 10, topics=both)) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert ids(recorder.select_notifications(1, 10, topics=["award.decided"])) == []


def test_a_selection_may_be_longer_than_a_page(platform: SmallPlatform, recorder: FollowerRecorder) -> None:
    platform.append(*[confirmed] * 2_500)
    assert ids(recorder.select_notifications(1, 2_400)) == list(range(1, 2_401))
    assert ids(recorder.select_notifications(1, 9_999)) == list(range(1, 2_501))


def test_the_end_of_the_log_is_the_last_position(platform: SmallPlatform, recorder: FollowerRecorder) -> None:
    assert recorder.max_notification_id() is None
    platform.append(work, confirmed)
    assert recorder.max_notification_id() == 2
    platform.append(work, tenant_id=THERE)
    assert recorder.max_notification_id() == 2


def test_nothing_is_written_from_here_nor_read_by_stream(recorder: FollowerRecorder) -> None:
    with pytest.raises(ReadOnly):
        recorder.insert_events([])
    with pytest.raises(ReadOnly):
        recorder.select_events("registration-1")


def test_a_subscription_goes_on_with_what_comes(platform: SmallPlatform, recorder: FollowerRecorder) -> None:
    platform.append(work, confirmed)
    with recorder.subscribe(gt=1) as subscription:
        assert next(subscription).id == 2
        threading.Timer(0.1, platform.append, [returned]).start()
        assert next(subscription).id == 3


def test_a_filtered_subscription_does_not_read_again_what_it_passed_over(
    platform: SmallPlatform, recorder: FollowerRecorder
) -> None:
    platform.append(work, returned, work, work)
    with recorder.subscribe(topics=["registration.returned"]) as subscription:
        assert next(subscription).id == 2
        assert subscription._after == 4
        platform.append(work, work, returned)
        assert next(subscription).id == 7


def test_a_subscription_waits_through_a_restart_and_an_outage(
    platform: SmallPlatform, recorder: FollowerRecorder
) -> None:
    platform.append(work)
    with recorder.subscribe() as subscription:
        assert next(subscription).id == 1
        platform.stop()
        platform.append(confirmed)
        threading.Timer(0.4, platform.start).start()
        assert next(subscription).id == 2
        platform.log.away = True
        platform.append(returned)
        threading.Timer(0.3, setattr, [platform.log, "away", False]).start()
        assert next(subscription).id == 3


def test_a_subscription_may_begin_while_the_platform_is_away(platform: SmallPlatform) -> None:
    platform.stop()
    platform.append(work)
    recorder = with_key(platform, INTEGRATOR)
    with pytest.raises(PlatformAway):
        recorder.max_notification_id()
    with recorder.subscribe() as subscription:
        threading.Timer(0.2, platform.start).start()
        assert next(subscription).id == 1
    recorder.close()


def test_an_idle_subscription_stops_at_once(platform: SmallPlatform) -> None:
    recorder = FollowerRecorder(Address(url=platform.url, key=INTEGRATOR), poll_seconds=60)
    subscription = recorder.subscribe()
    threading.Timer(0.2, subscription.stop).start()
    began = time.monotonic()
    assert list(subscription) == []
    assert time.monotonic() - began < STOP_SECONDS_MAX
    recorder.close()


def test_a_subscription_that_waits_for_a_dumb_platform_stops_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as dumb:
        recorder = FollowerRecorder(Address(url=f"http://127.0.0.1:{dumb.getsockname()[1]}", key=INTEGRATOR))
        subscription = recorder.subscribe()
        threading.Timer(0.2, subscription.stop).start()
        began = time.monotonic()
        assert list(subscription) == []
        assert time.monotonic() - began < STOP_SECONDS_MAX
        recorder.close()


def test_a_stopped_subscription_delivers_nothing_more(platform: SmallPlatform, recorder: FollowerRecorder) -> None:
    platform.append(work, confirmed)
    subscription = recorder.subscribe()
    assert next(subscription).id == 1
    subscription.stop()
    assert list(subscription) == []


@pytest.mark.parametrize("key", ["td_nobody______________________", OFFICER])
def test_a_key_that_may_not_read_ends_it_with_the_reason(platform: SmallPlatform, key: str) -> None:
    recorder = with_key(platform, key)
    with pytest.raises(KeyRefused, match="refuses the key"):
        recorder.max_notification_id()
    with recorder.subscribe() as subscription, pytest.raises(KeyRefused):
        next(subscription)
    recorder.close()


def test_a_key_that_is_revoked_on_the_way_ends_it(platform: SmallPlatform, recorder: FollowerRecorder) -> None:
    platform.append(work)
    with recorder.subscribe() as subscription:
        assert next(subscription).id == 1
        del platform.keys[INTEGRATOR]
        with pytest.raises(KeyRefused):
            next(subscription)


@pytest.mark.parametrize("topic", ["registration.eaten", "domain.registration.messages:RegistrationConfirmed"])
def test_a_topic_that_is_no_event_type_ends_it_and_is_named(recorder: FollowerRecorder, topic: str) -> None:
    with recorder.subscribe(topics=[topic]) as subscription, pytest.raises(QuestionRefused, match=topic):
        next(subscription)


@pytest.mark.parametrize("left_out", [1, 2, 3])
def test_a_feed_that_leaves_a_position_out_ends_it_and_delivers_nothing_after_it(
    platform: SmallPlatform, recorder: FollowerRecorder, left_out: int
) -> None:
    platform.append(work, confirmed, returned)
    platform.log.left_out = left_out
    with recorder.subscribe() as subscription, pytest.raises(FeedBroken):
        taken(subscription, 3)


def test_a_log_that_ends_before_what_was_followed_ends_it(platform: SmallPlatform, recorder: FollowerRecorder) -> None:
    platform.append(work)
    with recorder.subscribe(gt=2) as subscription, pytest.raises(LogCut):
        taken(subscription, 1)


def test_a_log_that_is_restored_to_an_earlier_state_ends_it(
    platform: SmallPlatform, recorder: FollowerRecorder
) -> None:
    platform.append(work, confirmed)
    with recorder.subscribe() as subscription:
        assert len(taken(subscription, 2)) == 2
        platform.log.empty()
        platform.append(work)
        with pytest.raises(LogCut):
            taken(subscription, 1)


def test_a_place_beyond_the_cut_of_a_new_epoch_ends_it_and_one_at_the_cut_goes_on(
    platform: SmallPlatform, recorder: FollowerRecorder
) -> None:
    platform.append(work, confirmed, returned)
    platform.open_epoch(cut=2)
    platform.append(confirmed)
    with recorder.subscribe(gt=3) as subscription, pytest.raises(LogCut, match=r"cut = 2.*PLATFORM_EPOCH"):
        taken(subscription, 1)
    with recorder.subscribe(gt=2) as subscription:
        assert [each.id for each in taken(subscription, 3)] == [3, 4, 5]
    assert ids(recorder.select_notifications(3, 10)) == [3, 4, 5]
    assert recorder.max_notification_id() == 5
    later = FollowerRecorder(Address(url=platform.url, key=INTEGRATOR, epoch=2), poll_seconds=0.02)
    with later.subscribe(gt=3) as subscription:
        assert [each.id for each in taken(subscription, 2)] == [4, 5]
    assert ids(later.select_notifications(5, 10)) == [5]
    later.close()


def test_a_key_of_another_federation_delivers_nothing_of_it(platform: SmallPlatform) -> None:
    platform.append(work, tenant_id=THERE)
    recorder = with_key(platform, ELSEWHERE, tenant_id=HERE)
    with recorder.subscribe() as subscription, pytest.raises(FeedBroken, match=THERE):
        next(subscription)
    recorder.close()


def test_what_answers_but_is_no_platform_ends_it(platform: SmallPlatform) -> None:
    recorder = FollowerRecorder(Address(url=f"{platform.url}/elsewhere", key=INTEGRATOR))
    with pytest.raises(QuestionRefused):
        recorder.max_notification_id()
    recorder.close()


def test_nobody_there_is_said_at_once() -> None:
    recorder = FollowerRecorder(Address(url=f"http://127.0.0.1:{free_port()}", key=INTEGRATOR))
    with pytest.raises(PlatformAway):
        recorder.select_notifications(1, 10)
    recorder.close()


@pytest.mark.parametrize(
    ("url", "key"), [("thidua.example.org", INTEGRATOR), ("ftp://a.example.org", INTEGRATOR), ("http://h", "a\r\nb: c")]
)
def test_an_address_that_is_none_is_refused(url: str, key: str) -> None:
    with pytest.raises(QuestionRefused):
        Address(url=url, key=key)


def test_a_connection_that_the_platform_closed_meanwhile_is_no_failure(
    platform: SmallPlatform, recorder: FollowerRecorder
) -> None:
    platform.append(work)
    assert recorder.max_notification_id() == 1
    platform.stop()
    platform.start()
    assert recorder.max_notification_id() == 1


def test_threads_may_share_a_recorder(platform: SmallPlatform, recorder: FollowerRecorder) -> None:
    platform.append(*[confirmed] * 200)
    found: list[list[int]] = []
    threads = [
        threading.Thread(target=lambda: found.append(ids(recorder.select_notifications(1, 200)))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    within(10, lambda: len(found) == 8)
    assert found == [list(range(1, 201))] * 8
