"""Decision record 0001 in figures: the eventsourcing library's PostgreSQL recorder beside our log, with a follower.

    PYTHONPATH=src python -m benchmarks.library [SECONDS]

One durable embedded PostgreSQL, 32 callers of one event a call. Each way of writing is measured alone, and then
again with a follower that reads as the library's own subscription does ("after the last one seen"): what it never saw
though it was stored, is lost to it. psycopg, which the platform does without, is the peers' (`peers/install.py`).
"""

import asyncio
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import uvloop
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from adapters.postgres import embedded
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.migrate import migrate
from adapters.postgres.pool import Pool
from benchmarks.append import CALLERS
from benchmarks.correct import append, writes
from benchmarks.peers.install import installed
from benchmarks.peers.ours import rate
from benchmarks.peers.speak import DATA
from benchmarks.raw import TABLES, Raw
from domain.events import CATALOGUE
from domain.ids import TenantId
from domain.registration.messages import RegistrationConfirmed

if TYPE_CHECKING:
    from eventsourcing.postgres import PostgresApplicationRecorder

SECONDS = 5.0
PAGE = 500  # The library's own subscription reads as many.
QUIET_SECONDS = 1.0


class Figure(NamedTuple):
    """Calls a second without and with a follower; of those with, how many events were stored, and never seen by it."""

    alone: float
    followed: float
    stored: int
    lost: int


# --- The library


@contextmanager
def recorder_over(url: str, *, functions: bool) -> "Iterator[PostgresApplicationRecorder]":
    import eventsourcing.postgres as theirs  # noqa: PLC0415  # Its psycopg is there from `main` on.

    parts = urlsplit(url)
    datastore = theirs.PostgresDatastore(
        dbname=parts.path.lstrip("/"),
        host=parts.hostname or "",
        port=parts.port or 5432,
        user=parts.username or "",
        password=parts.password or "",
        pool_size=CALLERS + 1,
        enable_db_functions=functions,
    )
    recorder = theirs.PostgresApplicationRecorder(
        datastore, events_table_name=f"events_{'functions' if functions else 'lock'}"
    )
    recorder.create_table()
    try:
        yield recorder
    finally:
        datastore.close()


def insert_for(recorder: "PostgresApplicationRecorder", seconds: float) -> tuple[float, set[int]]:
    """Calls a second of 32 threads, and the notification ids that were stored."""
    stored: list[set[int]] = [set() for _ in range(CALLERS)]
    started = time.perf_counter()

    def call(mine: set[int]) -> None:
        while time.perf_counter() < started + seconds:
            mine.update(recorder.insert_events([StoredEvent(uuid4(), 1, "registration.submitted", DATA)]) or ())

    join([threading.Thread(target=call, args=(mine,)) for mine in stored])
    return sum(map(len, stored)) / (time.perf_counter() - started), set[int]().union(*stored)


def join(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def read_until(recorder: "PostgresApplicationRecorder", done: threading.Event, seen: set[int]) -> None:
    last = max(seen, default=recorder.max_notification_id() or 0)
    quiet_since = time.monotonic()
    while not done.is_set() or time.monotonic() < quiet_since + QUIET_SECONDS:
        found = recorder.select_notifications(start=last, limit=PAGE, inclusive_of_start=False)
        if found:
            seen.update(each.id for each in found)
            last, quiet_since = found[-1].id, time.monotonic()


def library(url: str, seconds: float, *, functions: bool) -> Figure:
    with recorder_over(url, functions=functions) as recorder:
        alone, _ = insert_for(recorder, seconds)
        done, seen = threading.Event(), set[int]()
        reader = threading.Thread(target=read_until, args=(recorder, done, seen))
        reader.start()
        followed, stored = insert_for(recorder, seconds)
        done.set()
        reader.join()
        return Figure(alone, followed, len(stored), len(stored - seen))


# --- Ours


async def ours(store: PostgresEventStore, tenant: TenantId, seconds: float) -> Figure:
    stored: set[int] = set()

    async def one(_: int) -> bool:
        stored.add((await store.append(append(tenant, writes(f"registration-{uuid4()}", 0)))).position)
        return True

    async def calls_a_second() -> float:
        done = await rate(seconds, CALLERS, one)
        return done.calls / done.seconds

    alone = await calls_a_second()
    before, seen, done = len(stored), set(stored), asyncio.Event()
    reader = asyncio.create_task(follow(store, tenant, before, seen, done))
    followed = await calls_a_second()
    done.set()
    await reader
    assert stored == set(range(1, max(stored) + 1)), "positions have no gaps"
    return Figure(alone, followed, len(stored) - before, len(stored - seen))


async def follow(store: PostgresEventStore, tenant: TenantId, last: int, seen: set[int], done: asyncio.Event) -> None:
    quiet_since = time.monotonic()
    while not done.is_set() or time.monotonic() < quiet_since + QUIET_SECONDS:
        found = await store.page(tenant, after=last, limit=PAGE)
        if found:
            seen.update(each.position for each in found)
            last, quiet_since = found[-1].position, time.monotonic()


# --- Its mapper


def refusal(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "works"


def mapper_over_structs() -> dict[str, str]:
    """What the library's default mapper says to an event of ours, there and back."""
    mapper: Mapper[str] = Mapper(JSONTranscoder())
    topic = f"{RegistrationConfirmed.__module__}:{RegistrationConfirmed.__qualname__}"
    return {
        "store": refusal(lambda: mapper.to_stored_event(RegistrationConfirmed())),  # type: ignore[arg-type]
        "load": refusal(lambda: mapper.to_domain_event(StoredEvent("registration-1", 1, topic, b"{}"))),
    }


# --- The run


async def run(superuser_url: str, folder: Path, seconds: float) -> None:
    superuser = await asyncpg.connect(superuser_url)
    for name in ("library_benchmark", "log_benchmark"):
        await superuser.execute(f"CREATE DATABASE {name}")
    theirs = urlsplit(superuser_url)._replace(path="/library_benchmark").geturl()
    url = urlsplit(superuser_url)._replace(path="/log_benchmark").geturl()
    await migrate(url, f"postgresql://log_benchmark:benchmark@{urlsplit(url).netloc.rpartition('@')[2]}/log_benchmark")
    owner, tenant = await asyncpg.connect(url), TenantId(str(uuid4()))
    await owner.execute("SELECT thidua.register_tenant($1)", tenant)
    await owner.execute(TABLES)
    print(await owner.fetchval("SELECT version() || ', synchronous_commit ' || current_setting('synchronous_commit')"))
    print(f"pgbench, one row a transaction: {await Raw(url, folder).one_row(CALLERS, seconds):,.0f}/s\n")
    pool = await Pool.open(
        f"postgresql://log_benchmark:benchmark@{urlsplit(url).netloc.rpartition('@')[2]}/log_benchmark"
    )
    figures = {
        "library, its table lock": await asyncio.to_thread(library, theirs, seconds, functions=False),
        "library, its database function": await asyncio.to_thread(library, theirs, seconds, functions=True),
    }
    async with PostgresEventStore(pool) as store:
        figures["our log, one tenant"] = await ours(store, tenant, seconds)
    await pool.close()
    await owner.close()
    await superuser.close()
    report(figures)


def report(figures: dict[str, Figure]) -> None:
    print(f"{'':34}{'events/s':>10}{'followed':>10}{'stored':>10}{'lost':>8}")
    for name, figure in figures.items():
        print(f"{name:34}{figure.alone:10,.0f}{figure.followed:10,.0f}{figure.stored:10,}{figure.lost:8,}")
    print(f"\nIts default mapper over the {len(CATALOGUE)} event types of ours:")
    for way, said in mapper_over_structs().items():
        print(f"  {way}: {said}")


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    sys.path.append(str(installed().packages))
    folder = Path(tempfile.mkdtemp(prefix="thidua-benchmark-"))
    folder.chmod(0o755)
    try:
        with embedded.start(folder / "postgres", options={"max_connections": "200"}) as running:
            uvloop.run(run(running.superuser_url, folder, seconds))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
