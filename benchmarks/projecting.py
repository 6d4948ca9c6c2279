"""Measures 8 and 9, and the memory of a rebuild (14), by `benchmarks/projections.py`, where that is there."""

from collections.abc import AsyncIterator
from typing import Any

from benchmarks import contender
from benchmarks.contender import Contender
from benchmarks.ground import Ground
from benchmarks.pairs import spread
from benchmarks.peers.lazily import is_there
from benchmarks.plan import Plan
from benchmarks.serving import MEGABYTE, peak_bytes
from benchmarks.targets import Measured

MODULE = "projections"
MISSING = "benchmarks/projections.py is not there yet"
REBUILT = ("phase-summary", "registrations")
LIVE_A_SECOND = 2_000


async def measure(ground: Ground, plan: Plan) -> AsyncIterator[Measured]:
    if not is_there(MODULE):
        for key in (*(f"rebuild/{name}" for name in REBUILT), "live/p99"):
            yield Measured(key=key, why_not=MISSING)
        return
    owner, serving = await ground.log("projected")
    async with contender.contender(contender.ours("lazily"), contender.OUR_PATHS) as filling:
        tenant = await _call(filling, "fill", owner_url=owner, serving_url=serving, events=plan.projected_events)
    async with contender.contender(contender.ours("lazily"), contender.OUR_PATHS) as rebuilding:
        async for measured in rebuilds(rebuilding, plan, serving, tenant):
            yield measured
    async with contender.contender(contender.ours("lazily"), contender.OUR_PATHS) as live:
        asked = {"serving_url": serving, "tenant": tenant, "per_second": LIVE_A_SECOND, "seconds": plan.live_seconds}
        took = [await _call(live, "live_latency", **asked) for _ in range(plan.few)]
        yield Measured(key="live/p99", spread=spread(took))


async def rebuilds(rebuilding: Contender, plan: Plan, serving: str, tenant: str) -> AsyncIterator[Measured]:
    rates = [await _call(rebuilding, "rebuild_rates", serving_url=serving, tenant=tenant) for _ in range(plan.few)]
    note = f"{plan.projected_events:,} events"
    for name in REBUILT:
        if name in rates[0]:
            yield Measured(key=f"rebuild/{name}", spread=spread([each[name] for each in rates]), note=note)
    yield Measured(key="memory/rebuild", spread=spread([peak_bytes(rebuilding.pid) / MEGABYTE]), note=f"of {note}")


async def _call(one: Contender, function: str, **arguments: object) -> Any:
    return await one.do("call", module=MODULE, function=function, **arguments)
