"""The library's own runner over a store: a projection keeps what it makes, and its place, in the same database."""

from uuid import UUID

import pytest
from eventsourcing.application import Application
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.projection import Projection, ProjectionRunner

from adapters.library.store import StoreTrackingRecorder


class Award(Aggregate):
    @event("Proposed")
    def __init__(self, title: str) -> None:
        self.title = title

    @event("Decided")
    def decide(self, level: int) -> None:
        self.level = level


class Awards(Application[UUID]):
    """Whose notifications are followed."""


class Levels(StoreTrackingRecorder):
    """How many awards were decided at each level."""

    def create_table(self) -> None:
        super().create_table()
        self.fetch("CREATE TABLE IF NOT EXISTS {schema}.levels (level integer PRIMARY KEY, awards integer NOT NULL)")

    def add(self, level: int, tracking: Tracking) -> None:
        counted = (
            "INSERT INTO {schema}.levels AS l (level, awards) VALUES ($1, 1)"
            " ON CONFLICT (level) DO UPDATE SET awards = l.awards + 1"
        )
        self.record(tracking, (counted, level))

    def counted(self) -> dict[int, int]:
        return {row["level"]: row["awards"] for row in self.fetch("SELECT l.level, l.awards FROM {schema}.levels AS l")}


class CountLevels(Projection[Levels]):
    @singledispatchmethod
    def process_event(self, domain_event: object, tracking: Tracking) -> None:
        self.view.insert_tracking(tracking)

    @process_event.register
    def _(self, domain_event: Award.Decided, tracking: Tracking) -> None:  # type: ignore[name-defined]
        self.view.add(domain_event.level, tracking)


@pytest.fixture
def env(store_url: str) -> dict[str, str]:
    return {"PERSISTENCE_MODULE": "adapters.library.store", "STORE_URL": store_url}


def decided(awards: Awards, *levels: int) -> int:
    """The notification id of the last decision."""
    last = 0
    for level in levels:
        award = Award("Lao động giỏi")
        award.decide(level)
        last = awards.save(award)[-1].notification.id
    return last


def test_a_projection_counts_each_event_once_over_a_restart(env: dict[str, str]) -> None:
    for round_ in (1, 2):
        with ProjectionRunner(
            application_class=Awards, projection_class=CountLevels, view_class=Levels, env=env
        ) as runner:
            runner.wait(decided(runner.app, *[1] * 10, *[2] * 5), timeout=20)
            assert runner.projection.view.counted() == {1: 10 * round_, 2: 5 * round_}
