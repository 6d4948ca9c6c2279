"""What `benchmarks/projections.py` measures, in a process of its own, whose memory is told too.

The interface that is expected of it:

    registered(superuser_url, events, seed) -> TenantId
        a new tenant, with so much of the mix in its log
    rebuild_rates(store, pool, tenant_id) -> {name of the model: {"empty": …, "again": …, "peak_mib": …}}
        events a second, into empty tables and over the rows that are there
    live_latency(store, pool, tenants, seconds=…, rate=…) -> {"p99": …}
        milliseconds; the tenants' logs hold the first ALREADY events of the mix of their numbers
    ALREADY, TENANTS
"""

import asyncio
import importlib
from typing import Any

import uvloop

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import Pool
from benchmarks.peers.speak import answer

MODULE = "benchmarks.projections"


class Projected:
    def __init__(self) -> None:
        self._bench: Any = importlib.import_module(MODULE)  # Another's, and perhaps not there yet.

    async def open(self, superuser_url: str, serving_url: str) -> None:
        self._url = superuser_url
        self._pool = await Pool.open(serving_url)
        self._store = await PostgresEventStore(self._pool).__aenter__()

    async def fill(self, events: int) -> None:
        self._tenant = await self._bench.registered(self._url, events, self._bench.TENANTS)

    async def rebuild(self) -> dict[str, dict[str, float]]:
        told: dict[str, dict[str, float]] = await self._bench.rebuild_rates(self._store, self._pool, self._tenant)
        return told

    async def live(self, seconds: float, rate: int) -> float:
        """p99 in milliseconds, over new tenants."""
        already, seeds = self._bench.ALREADY, range(self._bench.TENANTS)
        tenants = [await self._bench.registered(self._url, already, seed) for seed in seeds]
        told = await self._bench.live_latency(self._store, self._pool, tenants, seconds=seconds, rate=rate)
        return float(told["p99"])


def main() -> None:
    projected = Projected()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        answer({name: getattr(projected, name) for name in ("open", "fill", "rebuild", "live")}, runner.run)


if __name__ == "__main__":
    main()
