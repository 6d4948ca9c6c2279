"""The Python eventsourcing library as a contender: its PostgreSQL recorder and application, a thread a caller."""

import os
import time
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import StoredEvent

from benchmarks.peers.speak import DATA, HEADCOUNTS, IDS_A_SECOND, Done, Ids, answer, established, headcount, in_threads

POOL_SIZE = 32
PAGE = 5_000


class Unit(Aggregate):
    """As the library's pages teach it: the decorated methods fold the events."""

    @event("Established")
    def __init__(self, established: dict[str, Any]) -> None:
        self.established, self.headcounts = established, list[dict[str, Any]]()

    @event("HeadcountReported")
    def report_headcount(self, members: int, workers: int, direct_workers: int, on: str) -> None:
        self.headcounts.append({"members": members, "workers": workers, "direct_workers": direct_workers, "on": on})


class Library:
    def __init__(self) -> None:
        self._ids = Ids(lambda made: made)
        self._units: list[UUID] = []

    def open(self, url: str) -> None:
        parts = urlsplit(url)
        os.environ |= {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": parts.path.lstrip("/"),
            "POSTGRES_HOST": parts.hostname or "",
            "POSTGRES_PORT": str(parts.port),
            "POSTGRES_USER": parts.username or "",
            "POSTGRES_PASSWORD": parts.password or "",
            "POSTGRES_POOL_SIZE": str(POOL_SIZE),
            "POSTGRES_MAX_OVERFLOW": "0",
        }
        self._application: Application[UUID] = Application()

    def append(self, seconds: float, callers: int = 32, events: int = 1) -> Done:
        """Calls of the recorder's `insert_events`, each for a new aggregate."""
        self._ids.prepare(int(IDS_A_SECOND * seconds / 10))

        def one() -> None:
            made = self._ids.take()
            self._application.recorder.insert_events(
                [StoredEvent(made, version, "work.registered", DATA) for version in range(1, events + 1)]
            )

        return in_threads(callers, seconds, one)

    def fill(self, streams: int) -> None:
        for _ in range(streams):
            unit = Unit(established())
            for number in range(HEADCOUNTS):
                unit.report_headcount(**headcount(number))
            self._application.save(unit)
            self._units.append(unit.id)

    def load(self, seconds: float, readers: int) -> Done:
        turn = iter(range(10**9))

        def one() -> None:
            unit: Unit = self._application.repository.get(self._units[next(turn) % len(self._units)])
            assert len(unit.headcounts) == HEADCOUNTS

        return in_threads(readers, seconds, one)

    def read(self) -> Done:
        """Notifications of the whole log, each turned into its event."""
        events, last, started = 0, None, time.perf_counter()
        while found := self._application.recorder.select_notifications(last, PAGE, inclusive_of_start=False):
            for each in found:
                self._application.mapper.to_domain_event(each)
            events, last = events + len(found), found[-1].id
        return Done(events, time.perf_counter() - started)


def main() -> None:
    library = Library()
    answer({name: getattr(library, name) for name in ("open", "append", "fill", "load", "read")})


if __name__ == "__main__":
    main()
