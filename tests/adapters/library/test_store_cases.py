"""The library's own cases for recorders and their factory, whole, over our group commit on a real PostgreSQL."""

import os
from abc import ABC
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    ProcessRecorder,
    TrackingRecorder,
)
from eventsourcing.tests import application as applications
from eventsourcing.tests import persistence as cases
from eventsourcing.utils import Environment, get_topic

from adapters.library.store import (
    StoreAggregateRecorder,
    StoreApplicationRecorder,
    StoreFactory,
    StoreProcessRecorder,
    StoreTrackingRecorder,
)

MODULE = "adapters.library.store"
WHOLE = {
    cases.AggregateRecorderTestCase: 2,
    cases.ApplicationRecorderTestCase: 4,
    cases.TrackingRecorderTestCase: 2,
    cases.ProcessRecorderTestCase: 4,
    cases.NonInterleavingNotificationIDsBaseCase: 1,
    cases.InfrastructureFactoryTestCase: 9,
}


@pytest.fixture(autouse=True)
def _a_database_of_its_own(request: pytest.FixtureRequest, store_url: str) -> Iterator[None]:
    """What the cases find in the environment, and close their factories for them."""
    if request.instance is None:
        yield
        return
    request.instance.factories = []
    request.instance.environment = {"PERSISTENCE_MODULE": MODULE, "STORE_URL": store_url}
    with mock.patch.dict(os.environ, request.instance.environment):
        yield
    for factory in request.instance.factories:
        factory.close()


class OverTheStore(ABC):  # Only mixed in.
    factories: list[StoreFactory]
    environment: dict[str, str]

    def factory_of(self, name: str = "") -> StoreFactory:
        factory = InfrastructureFactory.construct(Environment(name, self.environment))
        assert isinstance(factory, StoreFactory)
        self.factories.append(factory)
        return factory


class TestAggregateRecorder(OverTheStore, cases.AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return self.factory_of().aggregate_recorder()


class TestSnapshots(OverTheStore, cases.AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return self.factory_of("Accounts").aggregate_recorder("snapshots")


class TestApplicationRecorder(OverTheStore, cases.ApplicationRecorderTestCase[ApplicationRecorder]):
    def create_recorder(self) -> ApplicationRecorder:
        return self.factory_of().application_recorder()

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestTrackingRecorder(OverTheStore, cases.TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return self.factory_of().tracking_recorder()


class TestProcessRecorder(OverTheStore, cases.ProcessRecorderTestCase):
    def create_recorder(self) -> ProcessRecorder:
        return self.factory_of().process_recorder()


class TestProcessRecorderAsApplicationRecorder(OverTheStore, cases.ApplicationRecorderTestCase[ProcessRecorder]):
    def create_recorder(self) -> ProcessRecorder:
        return self.factory_of().process_recorder()


class TestNonInterleavingNotificationIds(OverTheStore, cases.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> ApplicationRecorder:
        return self.factory_of().application_recorder()


class OwnTracking(StoreTrackingRecorder):
    """A recorder of somebody's own."""


class TestFactory(OverTheStore, cases.InfrastructureFactoryTestCase[StoreFactory]):
    def setUp(self) -> None:
        self.env = Environment(env=self.environment)
        super().setUp()

    def expected_factory_class(self) -> type[StoreFactory]:
        return StoreFactory

    def expected_aggregate_recorder_class(self) -> type[AggregateRecorder]:
        return StoreAggregateRecorder

    def expected_application_recorder_class(self) -> type[ApplicationRecorder]:
        return StoreApplicationRecorder

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return StoreTrackingRecorder

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return OwnTracking

    def expected_process_recorder_class(self) -> type[ProcessRecorder]:
        return StoreProcessRecorder


class TestExampleApplication(OverTheStore, applications.ExampleApplicationTestCase):
    expected_factory_topic = get_topic(StoreFactory)


@pytest.mark.parametrize(("case", "methods"), WHOLE.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_the_librarys_cases_run_whole(case: type[Any], methods: int) -> None:
    """None of their methods is overridden here, and the library has not taken any away."""
    theirs = {name for name in vars(case) if name.startswith("test")}
    runs = [each for each in case.__subclasses__() if each.__module__ == __name__]
    assert len(theirs) == methods
    assert runs
    assert [(run.__name__, theirs & vars(run).keys()) for run in runs if theirs & vars(run).keys()] == []
