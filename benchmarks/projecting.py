"""Measures 8 and 9, and the memory of a rebuild (14), by `benchmarks/projections.py`, where that is there."""

from collections.abc import AsyncIterator

from benchmarks import contender
from benchmarks.contender import Contender
from benchmarks.ground import Ground
from benchmarks.pairs import spread
from benchmarks.plan import Plan
from benchmarks.targets import Measured

MISSING = f"benchmarks/{contender.PROJECTIONS}.py is not there yet"
MODELS = {"rebuild/phase-summary": "phase-counts", "rebuild/registrations": "registrations"}
LIVE_A_SECOND = 2_000
MIB_IN_MB = 1.048576


async def measure(ground: Ground, plan: Plan) -> AsyncIterator[Measured]:
    if not contender.is_there(contender.PROJECTIONS):
        for key in (*MODELS, "live/p99"):
            yield Measured(key=key, why_not=MISSING)
        return
    _, serving = await ground.log("projected")
    where = {"superuser_url": ground.url("projected"), "serving_url": serving}
    async with contender.contender(contender.ours("projected"), contender.OUR_PATHS) as projected:
        await projected.do("open", **where)
        took = [await projected.do("live", seconds=plan.live_seconds, rate=LIVE_A_SECOND) for _ in range(plan.few)]
        yield Measured(key="live/p99", spread=spread(took))
    # A rebuild is a command of its own, in whose memory no projector has lived before.
    async with contender.contender(contender.ours("projected"), contender.OUR_PATHS) as projected:
        await projected.do("open", **where)
        async for measured in rebuilds(projected, plan):
            yield measured


async def rebuilds(projected: Contender, plan: Plan) -> AsyncIterator[Measured]:
    """Into empty tables or over the rows that are there, whichever is slower; the memory is the most of all."""
    await projected.do("fill", events=plan.projected_events)
    told = [await projected.do("rebuild") for _ in range(plan.few)]
    note = f"{plan.projected_events:,} mixed events"
    for key, model in MODELS.items():
        rates = [min(each[model]["empty"], each[model]["again"]) for each in told]
        yield Measured(key=key, spread=spread(rates), note=note)
    peak = max(found["peak_mib"] for each in told for found in each.values())
    yield Measured(key="memory/rebuild", spread=spread([peak * MIB_IN_MB]), note=f"of {note}")
