"""How fast the log takes events, beside what else one could use, in one run on one durable PostgreSQL.

    PYTHONPATH=src python benchmarks/append.py [SECONDS]

Compared with pgbench inserting one durable row a transaction, and, where psycopg is installed, with the recorder of the
eventsourcing library. Only the ratios say something: the machine's noise is in all of them alike.
`THIDUA_TEST_DATABASE_URL` (a superuser's) puts another server in the embedded one's place.
"""

import asyncio
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import uvloop

from adapters.postgres import embedded
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.migrate import migrate
from adapters.postgres.pool import Pool
from application.ports import Append, NewEvent, StreamAppend, VersionConflict
from domain.ids import TenantId

SECONDS = 5.0
CALLERS = 32
DATA = b'{"unit":"2f6c1e0b-4a59-46a3-8be1-c92d5e10aa01","kind":"work","name":"' + b"x" * 120 + b'"}'
PGBENCH_TABLE = "CREATE TABLE one_row (id bigserial PRIMARY KEY, stream text, version int, data bytea)"
PGBENCH_SCRIPT = (
    "INSERT INTO one_row (stream, version, data) VALUES (md5(random()::text), 1, repeat('x', 200)::bytea);\n"
)


def new_stream() -> StreamAppend:
    event = NewEvent(event_id=str(uuid4()), type="work.registered", type_version=1, data=DATA)
    return StreamAppend(stream_id=f"registration-{uuid4()}", expected_version=0, events=(event,))


def request(tenant: TenantId, *streams: StreamAppend) -> Append:
    return Append(
        tenant_id=tenant,
        command_id=str(uuid4()),
        fingerprint=bytes(32),
        answer=b'{"id":"1"}',
        actor="officer of a grassroots union",
        correlation_id=str(uuid4()),
        streams=streams,
    )


async def rate(seconds: float, callers: int, one: Callable[[int], Awaitable[None]]) -> float:
    """Calls a second of `callers` callers, each calling again when it was answered."""
    done, end = 0, time.perf_counter() + seconds

    async def call(caller: int) -> None:
        nonlocal done
        while time.perf_counter() < end:
            await one(caller)
            done += 1

    started = time.perf_counter()
    await asyncio.gather(*(call(caller) for caller in range(callers)))
    return done / (time.perf_counter() - started)


async def ours(store: PostgresEventStore, tenants: list[TenantId], seconds: float) -> dict[str, float]:
    one, sixteen = tenants[:1], tenants
    counted = iter(range(10**9))

    async def plain(within: list[TenantId], caller: int) -> None:
        await store.append(request(within[caller % len(within)], new_stream()))

    async def guarded(caller: int) -> None:
        guard = StreamAppend(stream_id="campaign", expected_version=0)
        await store.append(request(one[0], new_stream(), guard))

    async def conflicting(caller: int) -> None:
        stream = new_stream()
        moved = StreamAppend(stream_id=stream.stream_id, expected_version=9, events=stream.events)
        try:
            await store.append(request(one[0], moved if next(counted) % 20 == 0 else stream))
        except VersionConflict:
            return

    return {
        "ours, 1 tenant": await rate(seconds, CALLERS, lambda caller: plain(one, caller)),
        "ours, 16 tenants": await rate(seconds, CALLERS, lambda caller: plain(sixteen, caller)),
        "ours, 1 tenant, all guard one stream": await rate(seconds, CALLERS, guarded),
        "ours, 1 tenant, 5 % conflicts": await rate(seconds, CALLERS, conflicting),
        "ours, 16 tenants, 128 callers": await rate(seconds, 128, lambda caller: plain(sixteen, caller)),
        "ours, 1 caller": await rate(seconds, 1, lambda caller: plain(one, caller)),
    }


async def reading(store: PostgresEventStore, tenant: TenantId) -> float:
    events, started = 0, time.perf_counter()
    async for page in store.read(tenant):
        events += len(page)
    return events / (time.perf_counter() - started)


def pgbench(url: str, seconds: float) -> float:
    program = shutil.which("pgbench") or str(embedded.BINARIES / "pgbench")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(PGBENCH_SCRIPT)
        script.flush()
        arguments = [
            "-n",
            "-M",
            "prepared",
            "-c",
            str(CALLERS),
            "-j",
            "2",
            "-T",
            str(round(seconds)),
            "-f",
            script.name,
        ]
        printed = subprocess.run(
            [program, *arguments, url], check=True, capture_output=True, text=True, timeout=120
        ).stdout
    [line] = [line for line in printed.splitlines() if line.startswith("tps")]
    return float(line.split()[2])


def library(url: str, seconds: float) -> float | None:
    """The eventsourcing library's recorder, one event a call, a thread a caller; None without psycopg."""
    try:
        import eventsourcing.postgres as theirs  # noqa: PLC0415  # Only here, and only if psycopg is there.
        from eventsourcing.persistence import StoredEvent  # noqa: PLC0415
    except ImportError:
        return None
    parts = urlsplit(url)
    datastore = theirs.PostgresDatastore(
        dbname=parts.path.lstrip("/"),
        host=parts.hostname or "",
        port=parts.port or 5432,
        user=parts.username or "",
        password=parts.password or "",
        pool_size=CALLERS,
    )
    recorder = theirs.PostgresApplicationRecorder(datastore)
    recorder.create_table()
    done, end = [0] * CALLERS, time.perf_counter() + seconds

    def call(caller: int) -> None:
        while time.perf_counter() < end:
            recorder.insert_events([StoredEvent(uuid4(), 1, "work.registered", DATA)])
            done[caller] += 1

    threads = [threading.Thread(target=call, args=(caller,)) for caller in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    datastore.close()
    return sum(done) / seconds


async def run(superuser_url: str, seconds: float) -> None:
    superuser = await asyncpg.connect(superuser_url)
    await superuser.execute("CREATE DATABASE append_benchmark")
    url = urlsplit(superuser_url)._replace(path="/append_benchmark").geturl()
    serving = f"postgresql://append_benchmark:benchmark@{urlsplit(url).netloc.rpartition('@')[2]}/append_benchmark"
    try:
        await migrate(url, serving)
        figures, read, facts = await measure(url, serving, seconds)
    finally:
        await superuser.execute("DROP DATABASE append_benchmark WITH (FORCE)", timeout=30)
        await superuser.execute("DROP ROLE IF EXISTS append_benchmark")
        await superuser.close()
    report(figures, read, facts)


async def measure(url: str, serving: str, seconds: float) -> tuple[dict[str, float], float, str]:
    owner = await asyncpg.connect(url)
    tenants = [TenantId(str(uuid4())) for _ in range(16)]
    for tenant in tenants:
        await owner.execute("SELECT thidua.register_tenant($1)", tenant)
    await owner.execute(PGBENCH_TABLE)
    figures = {"pgbench, one row a transaction": await asyncio.to_thread(pgbench, url, seconds)}
    pool = await Pool.open(serving)
    async with PostgresEventStore(pool) as store:
        figures |= await ours(store, tenants, seconds)
        read = await reading(store, tenants[0])
    await pool.close()
    if (theirs := await asyncio.to_thread(library, url, seconds)) is not None:
        figures["eventsourcing library's recorder"] = theirs
    facts = await owner.fetchval(
        "SELECT version() || ', fsync ' || current_setting('fsync') || ', synchronous_commit '"
        " || current_setting('synchronous_commit')"
    )
    await owner.close()
    return figures, read, str(facts)


def report(figures: dict[str, float], read: float, facts: str) -> None:
    one_row = figures["pgbench, one row a transaction"]
    print(f"{platform.platform()}, {os.cpu_count()} CPUs, Python {platform.python_version()}\n{facts}\n")
    print(f"{CALLERS} callers unless said otherwise, one event of {len(DATA)} bytes a call, durable\n")
    print(f"{'':45}{'events/s':>10}{'x pgbench':>12}")
    for name, figure in figures.items():
        print(f"{name:45}{figure:10,.0f}{figure / one_row:12.2f}")
    if "eventsourcing library's recorder" not in figures:
        print("eventsourcing library's recorder: not measured, psycopg is not installed")
    print(f"\nread whole log in pages{'':22}{read:10,.0f}")


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    if given := os.environ.get("THIDUA_TEST_DATABASE_URL"):
        uvloop.run(run(given, seconds))
        return
    folder = Path(tempfile.mkdtemp(prefix="thidua-benchmark-"))
    folder.chmod(0o755)
    try:
        with embedded.start(folder / "postgres", options={"max_connections": "200"}) as running:
            uvloop.run(run(running.superuser_url, seconds))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
