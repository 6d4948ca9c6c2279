"""How fast read models are rebuilt, in how much memory, and how soon an event shows in them, on a durable PostgreSQL.

    PYTHONPATH=src:. python benchmarks/projections.py [EVENTS] [SECONDS]

The log is the mix of `mix.py`, EVENTS long. A rebuild is timed from the call until its rows are swapped in: into empty
tables, and once more over the same rows. Memory is the peak of this process meanwhile (`VmHWM`, set back before each).
The latency is that of a query with `min_position`: from the answer of the append until every read model of the tenant
reflects it, at RATE events/s over four tenants for SECONDS, a sample of them. Appends, projector and readers share one
process, as in a server. `THIDUA_TEST_DATABASE_URL` (a superuser's) puts another server in the embedded one's place.
"""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import uvloop

from adapters.collector import keep_freed_memory, spare_the_collector
from adapters.postgres import embedded
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.migrate import migrate
from adapters.postgres.pool import Pool
from adapters.read_models.models import MODELS, NAMES
from adapters.read_models.phase_counts import PHASE_COUNT_MODEL
from adapters.read_models.projector import Projector
from adapters.read_models.rebuild import collect_seldom, rebuild
from adapters.read_models.registrations import REGISTRATION_MODEL
from application.ports import Append, EventStore, NewEvent, StreamAppend
from benchmarks.mix import Mix, fill
from benchmarks.peers.ours import at_pace
from domain.ids import TenantId

EVENTS = 500_000
SECONDS = 10.0
RATE = 2_000
SAMPLED = 20
"""One event in so many is waited for."""
TENANTS = 4
ALREADY = 5_000
WAIT_SECONDS = 30.0
DATABASE = "projections_benchmark"


def peak_mib() -> float:
    """The most memory that this process has held since it was last set back."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def set_peak_back() -> None:
    Path("/proc/self/clear_refs").write_text("5")


async def rebuild_rates(store: EventStore, pool: Pool, tenant_id: TenantId) -> dict[str, dict[str, float]]:
    """Of the phase summary and of the register of registrations: events of the whole log a second, `empty` into empty
    tables and `again` over the same rows; and `peak_mib`."""
    keep_freed_memory()  # As `thidua projections rebuild` does.
    collect_seldom()
    head = (await store.heads())[tenant_id]
    rates: dict[str, dict[str, float]] = {}
    for model in (PHASE_COUNT_MODEL, REGISTRATION_MODEL):
        found: dict[str, float] = {}
        for name in ("empty", "again"):
            set_peak_back()
            started = time.perf_counter()
            assert await rebuild(store, pool, tenant_id, [model]) == {}
            found[name] = head / (time.perf_counter() - started)
            found["peak_mib"] = max(found.get("peak_mib", 0.0), peak_mib())
        rates[model.name] = found
    return rates


class Latencies:
    """Appends at a steady rate, and of a sample how long it took until it could be read."""

    def __init__(self, store: EventStore, projector: Projector) -> None:
        self._store, self._projector = store, projector
        self.seen_ms: list[float] = []
        self.appended_ms: list[float] = []

    async def run(self, tenants: list[TenantId], *, seconds: float, rate: int) -> None:
        requests = list(islice(_requests(tenants), int(seconds * rate)))  # Before, for they are not what is measured.
        await at_pace(len(requests), rate, lambda number: self._one(requests[number], measured=number % SAMPLED == 0))

    async def _one(self, request: Append, *, measured: bool) -> None:
        asked = time.perf_counter()
        position = (await self._store.append(request)).position
        answered = time.perf_counter()
        if measured:
            await self._projector.wait_for(request.tenant_id, position, NAMES, timeout_seconds=WAIT_SECONDS)
            self.seen_ms.append((time.perf_counter() - answered) * 1000)
            self.appended_ms.append((answered - asked) * 1000)


def _requests(tenants: list[TenantId]) -> Iterator[Append]:
    """What comes behind the events that each tenant's log holds already, the tenants in turn."""
    coming = [islice(Mix(seed).events(10**9), ALREADY, None) for seed in range(len(tenants))]
    for tenant_id, events in cycle(zip(tenants, coming, strict=True)):
        stream, version, name, type_version, data = next(events)
        new = NewEvent(event_id=str(uuid4()), type=name, type_version=type_version, data=data)
        yield Append(
            tenant_id=tenant_id,
            command_id=str(uuid4()),
            fingerprint=bytes(32),
            answer=b"{}",
            actor="officer",
            correlation_id=str(uuid4()),
            streams=(StreamAppend(stream_id=stream, expected_version=version - 1, events=(new,)),),
        )


async def live_latency(
    store: PostgresEventStore, pool: Pool, tenants: list[TenantId], *, seconds: float = SECONDS, rate: int = RATE
) -> dict[str, float]:
    """p50 and p99 in ms, and how many were measured. Each tenant's log holds the first ALREADY events of the mix of its
    number as seed, and nobody else projects."""
    projector = Projector(store, pool, MODELS)
    store.follow(projector.wake)
    running = asyncio.create_task(projector.run())
    for tenant in tenants:
        await projector.wait_for(tenant, ALREADY, NAMES, timeout_seconds=120)
    spare_the_collector()  # As a server does.
    latencies = Latencies(store, projector)
    await latencies.run(tenants, seconds=seconds, rate=rate)
    running.cancel()
    await asyncio.wait([running])
    cuts, appended = quantiles(latencies.seen_ms, n=100), quantiles(latencies.appended_ms, n=100)
    measured = float(len(latencies.seen_ms))
    return {"p50": cuts[49], "p99": cuts[98], "append p50": appended[49], "append p99": appended[98], "n": measured}


async def registered(url: str, events: int, seed: int) -> TenantId:
    """A new tenant with the mix in its log."""
    tenant = TenantId(str(uuid4()))
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT thidua.register_tenant($1)", tenant)
    await connection.close()
    await fill(url, tenant, events=events, seed=seed)
    return tenant


async def run(superuser_url: str, events: int, seconds: float) -> None:
    superuser = await asyncpg.connect(superuser_url)
    await superuser.execute(f"CREATE DATABASE {DATABASE}")
    url = urlsplit(superuser_url)._replace(path=f"/{DATABASE}").geturl()
    serving = f"postgresql://{DATABASE}:benchmark@{urlsplit(url).netloc.rpartition('@')[2]}/{DATABASE}"
    try:
        await migrate(url, serving)
        pool = await Pool.open(serving)
        async with PostgresEventStore(pool) as store:
            if seconds:
                tenants = [await registered(url, ALREADY, seed) for seed in range(TENANTS)]
                latency = await live_latency(store, pool, tenants, seconds=seconds)
                print(f"live, {RATE} events/s:", ", ".join(f"{name} {value:,.1f}" for name, value in latency.items()))
            if events:
                rates = await rebuild_rates(store, pool, await registered(url, events, TENANTS))
                for model, found in rates.items():
                    print(f"{model}:", ", ".join(f"{name} {value:,.0f}" for name, value in found.items()))
        await pool.close()
    finally:
        await superuser.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)", timeout=30)
        await superuser.execute(f"DROP ROLE IF EXISTS {DATABASE}")
        await superuser.close()


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    if given := os.environ.get("THIDUA_TEST_DATABASE_URL"):
        uvloop.run(run(given, events, seconds))
        return
    folder = Path(tempfile.mkdtemp(prefix="thidua-benchmark-"))
    folder.chmod(0o755)
    try:
        with embedded.start(folder / "postgres", options={"max_connections": "200"}) as running:
            uvloop.run(run(running.superuser_url, events, seconds))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
