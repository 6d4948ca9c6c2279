"""An application of the eventsourcing library on its own PostgreSQL module and on ours, in one run on one PostgreSQL.

    PYTHONPATH=src python -m benchmarks.bridge [SECONDS] [REPEATS]

32 threads, once against the recorder with single events, once through `Application.save` of a small new aggregate. The
two modules take turns, and each turn of one is compared with the other's beside it: the machine's noise is in both.
Wants psycopg, which the platform itself does not (`docs/decisions/0011-…` says how this was measured).
"""

import asyncio
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import StoredEvent

from adapters.postgres import embedded
from benchmarks.append import CALLERS
from benchmarks.peers.speak import DATA

SECONDS = 3.0
REPEATS = 7
WARM_SECONDS = 1.0
DATABASE = "bridge_benchmark"


class Paired(NamedTuple):
    """Calls a second of both modules in turns beside each other, and ours ÷ theirs."""

    what: str
    theirs: float
    ours: float
    ratio: float


class Registration(Aggregate):
    @event("Submitted")
    def __init__(self, unit: UUID, name: str) -> None:
        self.unit, self.name = unit, name


class Registrations(Application[UUID]):
    """An application as anybody writes it; only its environment says where it stores."""


Call = Callable[[], object]


def inserting(app: Registrations) -> Call:
    return lambda: app.recorder.insert_events([StoredEvent(uuid4(), 1, "registration.submitted", DATA)])


def saving(app: Registrations) -> Call:
    unit = uuid4()
    return lambda: app.save(Registration(unit, "x" * 80))


KINDS: dict[str, Callable[[Registrations], Call]] = {"recorder, one event": inserting, "Application.save": saving}


def rate(seconds: float, call: Call) -> float:
    """Calls a second of 32 threads, each calling again when it was answered."""
    done = [0] * CALLERS
    started = time.perf_counter()

    def run(caller: int) -> None:
        while time.perf_counter() < started + seconds:
            call()
            done[caller] += 1

    threads = [threading.Thread(target=run, args=(caller,)) for caller in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - started)


def theirs(url: str) -> dict[str, str]:
    """The library's own module. A connection a thread: with the five that it has by default it is no faster."""
    parts = urlsplit(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.path.lstrip("/"),
        "POSTGRES_HOST": parts.hostname or "",
        "POSTGRES_PORT": str(parts.port or 5432),
        "POSTGRES_USER": parts.username or "",
        "POSTGRES_PASSWORD": parts.password or "",
        "POSTGRES_POOL_SIZE": str(CALLERS),
        "POSTGRES_MAX_OVERFLOW": "0",
    }


def ours(url: str) -> dict[str, str]:
    return {"PERSISTENCE_MODULE": "adapters.library.store", "STORE_URL": url}


@contextmanager
def applications(url: str) -> Iterator[tuple[Registrations, Registrations]]:
    with Registrations(env=theirs(url)) as their_app, Registrations(env=ours(url)) as our_app:
        yield their_app, our_app


def compare(superuser_url: str, seconds: float, repeats: int) -> list[Paired]:
    """`repeats` pairs of each kind of call, in a database of its own on this server, which it leaves behind."""
    url = asyncio.run(_database(superuser_url))
    found: list[Paired] = []
    with applications(url) as (their_app, our_app):
        for what, kind in KINDS.items():
            calls = kind(their_app), kind(our_app)
            for call in calls:
                rate(WARM_SECONDS, call)
            for n in range(repeats):
                measured = [rate(seconds, call) for call in (calls if n % 2 else calls[::-1])]
                their_rate, our_rate = measured if n % 2 else measured[::-1]
                found.append(Paired(what, their_rate, our_rate, our_rate / their_rate))
    return found


async def _database(superuser_url: str) -> str:
    connection = await asyncpg.connect(superuser_url)
    await connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    await connection.execute(f"CREATE DATABASE {DATABASE}")
    said = "SELECT version() || ', fsync ' || current_setting('fsync') || ', synchronous_commit ' || $1"
    print(await connection.fetchval(said, await connection.fetchval("SHOW synchronous_commit")))
    await connection.close()
    return urlsplit(superuser_url)._replace(path=f"/{DATABASE}").geturl()


def report(pairs: list[Paired]) -> None:
    print(f"{'':22}{'theirs':>10}{'ours':>10}{'ratio':>8}   ratios")
    for what in KINDS:
        of_kind = [pair for pair in pairs if pair.what == what]
        middle = (median(pair.theirs for pair in of_kind), median(pair.ours for pair in of_kind))
        ratios = sorted(pair.ratio for pair in of_kind)
        print(f"{what:22}{middle[0]:10,.0f}{middle[1]:10,.0f}{median(ratios):8.1f}   {ratios[0]:.1f}-{ratios[-1]:.1f}")


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else REPEATS
    folder = Path(tempfile.mkdtemp(prefix="thidua-benchmark-"))
    folder.chmod(0o755)
    try:
        with embedded.start(folder / "postgres", options={"max_connections": "200"}) as running:
            report(compare(running.superuser_url, seconds, repeats))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
