"""Measures 16 and 17: what the trees behind the logs cost whoever appends, and how long a proof takes in a long log."""

from collections.abc import AsyncIterator

from benchmarks import contender
from benchmarks.append import CALLERS, TENANTS
from benchmarks.contender import Contender
from benchmarks.ground import Ground
from benchmarks.pairs import Slice, alone, paired
from benchmarks.plan import Plan
from benchmarks.targets import Measured


async def measure(ground: Ground, plan: Plan) -> AsyncIterator[Measured]:
    async with contender.contender(contender.ours(), contender.OUR_PATHS) as ours:
        owner, serving = await ground.log("audited")
        await ours.do("open", owner_url=owner, serving_url=serving, tenants=TENANTS)
        with_trees, without = (_appending(ours, plan, followed=followed) for followed in (True, False))
        yield Measured(key="audit/appends", spread=await paired(plan.rounds.number, with_trees, without))
        await ours.do("plant", owner_url=owner, leaves=plan.proven_events)

        async def proof() -> float:
            return float(await ours.do("prove", seconds=plan.rounds.seconds))

        note = f"{plan.proven_events:,} events"
        yield Measured(key="audit/proofs", spread=await alone(plan.rounds.number, proof), note=note)
    ground.running.execute("DROP DATABASE audited WITH (FORCE)")


def _appending(ours: Contender, plan: Plan, *, followed: bool) -> Slice:
    """Appends a second; the trees come to the end of the logs between the slices, so that none does another's work."""

    async def appends() -> float:
        await ours.do("follow", on=followed)
        rate = await ours.rate("append", seconds=plan.rounds.seconds, callers=CALLERS, tenants=TENANTS)
        await ours.do("follow", on=False)
        return rate

    return appends
