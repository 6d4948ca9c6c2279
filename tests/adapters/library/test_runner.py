"""The library's own runners, unchanged, over a platform that runs: nothing missed, nothing twice."""

import threading
from typing import Any

import pytest
from eventsourcing.application import ProcessingEvent
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import MapperDeserialisationError, Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import EventSourcedProjection, EventSourcedProjectionRunner, Projection, ProjectionRunner
from eventsourcing.system import ProcessApplication, SingleThreadedRunner, System

from adapters.library import FederationLog, FeedBroken, KeyRefused, PlainEvent, QuestionRefused, envelope_of, topics_of
from domain.registration.messages import RegistrationConfirmed, RegistrationSubmitted
from tests.support.following import HERE, INTEGRATOR, SmallPlatform, within
from tests.support.registrations import confirmed, returned, work


def environment(platform: SmallPlatform, **more: str) -> dict[str, str]:
    return {"PLATFORM_URL": platform.url, "PLATFORM_KEY": INTEGRATOR, "PLATFORM_POLL_SECONDS": "0.02", **more}


class Seen(POPOTrackingRecorder):
    """A view that holds the positions and the events themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.positions: list[int] = []
        self.events: list[Any] = []

    def add(self, domain_event: Any, tracking: Tracking) -> None:
        with self._database_lock:
            self.insert_tracking(tracking)
            self.positions.append(tracking.notification_id)
            self.events.append(domain_event)


class Everything(Projection[Seen]):
    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.add(domain_event, tracking)


class Confirmed(Everything):
    topics = topics_of(RegistrationConfirmed)


class ByClass(Projection[Seen]):
    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.insert_tracking(tracking)

    @process_event.register
    def _(self, domain_event: RegistrationConfirmed, tracking: Tracking) -> None:
        self.view.add(domain_event, tracking)


def runner(
    platform: SmallPlatform, projection: type[Projection[Seen]] = Everything, **more: str
) -> ProjectionRunner[FederationLog, Seen]:
    return ProjectionRunner(
        application_class=FederationLog,
        projection_class=projection,
        view_class=Seen,
        env=environment(platform, **more),
    )


def test_every_event_is_handled_once_while_they_come_and_the_platform_restarts(platform: SmallPlatform) -> None:
    written = threading.Event()

    def write() -> None:
        for _ in range(100):
            platform.append(work, confirmed, returned)
        written.set()

    platform.append(*[work] * 1_500)
    writer = threading.Thread(target=write)
    with runner(platform) as running:
        writer.start()
        platform.stop()
        platform.start()
        writer.join()
        running.wait(1_800, timeout=20)
        platform.stop()
        platform.append(confirmed)
        platform.start()
        running.wait(1_801, timeout=20)
        assert written.is_set()
        assert running.view.positions == list(range(1, 1_802))


def test_events_are_dispatched_by_their_class_and_say_where_they_come_from(platform: SmallPlatform) -> None:
    platform.append(work, confirmed, stream_id="registration-1")
    with runner(platform, ByClass) as running:
        running.wait(2, timeout=10)
        (handled,) = running.view.events
    assert isinstance(handled, RegistrationConfirmed)
    assert (handled.originator_id, handled.originator_version) == ("registration-1", 2)  # type: ignore[attr-defined]
    assert (envelope_of(handled).tenant_id, envelope_of(handled).position) == (HERE, 2)


def test_an_event_has_all_fields_of_its_class(platform: SmallPlatform) -> None:
    platform.append(work)
    with runner(platform) as running:
        running.wait(1, timeout=10)
        (handled,) = running.view.events
    assert isinstance(handled, RegistrationSubmitted)
    assert {name: getattr(handled, name) for name in work.__struct_fields__} == {
        name: getattr(work, name) for name in work.__struct_fields__
    }
    match handled:
        case RegistrationSubmitted(late=late):
            assert not late


def test_a_projection_of_some_topics_sees_no_others(platform: SmallPlatform) -> None:
    platform.append(work, confirmed, returned, confirmed)
    with runner(platform, Confirmed) as running:
        running.wait(4, timeout=10)
        assert running.view.positions == [2, 4]


def test_an_event_that_this_release_does_not_know_stops_the_projection(platform: SmallPlatform) -> None:
    platform.append(work)
    platform.append_unknown("registration.submitted")
    with pytest.raises(MapperDeserialisationError, match="Event 2 is not known"), runner(platform) as running:
        running.run_forever(timeout=10)


def test_plain_events_are_of_every_type_and_version(platform: SmallPlatform) -> None:
    platform.append(work)
    platform.append_unknown("registration.submitted")
    with runner(platform, MAPPER_TOPIC="adapters.library:PlainMapper") as running:
        running.wait(2, timeout=10)
        first, second = running.view.events
    assert isinstance(first, PlainEvent)
    assert (first.data["name"], first.envelope.type) == ("Sân chơi công nhân", "registration.submitted")
    assert (second.data, second.envelope.type_version) == ({"later": True}, 9)


class Eaten(Everything):
    topics = ("registration.eaten",)


@pytest.mark.parametrize(
    ("projection", "variables", "fault"),
    [
        (Everything, {"PLATFORM_KEY": "td_nobody______________________"}, KeyRefused),
        (Eaten, {}, QuestionRefused),
        (Everything, {"PLATFORM_TENANT": "another"}, FeedBroken),
    ],
)
def test_what_waiting_would_not_mend_ends_the_run(
    platform: SmallPlatform, projection: type[Everything], variables: dict[str, str], fault: type[Exception]
) -> None:
    platform.append(work)
    with pytest.raises(fault), runner(platform, projection, **variables) as running:
        running.run_forever(timeout=10)


@pytest.mark.parametrize("missing", ["PLATFORM_URL", "PLATFORM_KEY"])
def test_an_environment_that_does_not_say_whom_to_follow_is_refused(platform: SmallPlatform, missing: str) -> None:
    with pytest.raises(QuestionRefused, match=missing):
        FederationLog(environment(platform) | {missing: ""})


def test_the_poll_interval_is_a_number(platform: SmallPlatform) -> None:
    with pytest.raises(QuestionRefused, match="PLATFORM_POLL_SECONDS"):
        FederationLog(environment(platform) | {"PLATFORM_POLL_SECONDS": "often"})


class Praise(Aggregate):
    """An aggregate of the follower's own, as the library makes them."""

    def __init__(self, registration: str) -> None:
        self.registration = registration
        self.times = 1

    @event("Repeated")
    def repeat(self) -> None:
        self.times += 1


def praise(domain_event: object, processing_event: ProcessingEvent[Any]) -> None:
    if isinstance(domain_event, RegistrationConfirmed):
        processing_event.collect_events(Praise(envelope_of(domain_event).stream_id))


class Praises(EventSourcedProjection[Any]):
    def policy(self, domain_event: Any, processing_event: ProcessingEvent[Any]) -> None:
        praise(domain_event, processing_event)


class PraiseProcess(ProcessApplication[Any]):
    def policy(self, domain_event: Any, processing_event: ProcessingEvent[Any]) -> None:
        praise(domain_event, processing_event)


def praised(application: EventSourcedProjection[Any]) -> list[tuple[str, int]]:
    found: list[Any] = [
        application.repository.get(each.originator_id) for each in application.recorder.select_notifications(1, 9)
    ]
    return [(each.registration, each.times) for each in found]


def test_an_event_sourced_projection_writes_events_of_its_own(platform: SmallPlatform) -> None:
    platform.append(work, confirmed, stream_id="registration-1")
    with EventSourcedProjectionRunner(
        application_class=FederationLog, projection_class=Praises, env=environment(platform)
    ) as running:
        running.wait(2, timeout=10)
        within(5, lambda: running.projection.recorder.max_tracking_id("thidua") == 2)
        assert praised(running.projection) == [("registration-1", 1)]


def test_a_process_application_of_a_system_follows_when_it_is_told_to_look(platform: SmallPlatform) -> None:
    platform.append(work, confirmed, stream_id="registration-1")
    variables = environment(platform, MAPPER_TOPIC="adapters.library:TypedMapper")
    with SingleThreadedRunner[Any](System(pipes=[[FederationLog, PraiseProcess]]), env=variables) as running:
        follower = running.get(PraiseProcess)
        follower.pull_and_process("thidua")
        platform.append(*[returned] * 30)
        platform.append(confirmed, stream_id="registration-2")
        follower.pull_and_process("thidua")
        follower.pull_and_process("thidua")
        assert praised(follower) == [("registration-1", 1), ("registration-2", 1)]
        assert follower.recorder.max_tracking_id("thidua") == 33
