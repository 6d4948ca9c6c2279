"""Measure 15, by `benchmarks/bridge.py`, where that is there: on the peers' Python, which has psycopg."""

from collections.abc import AsyncIterator

from benchmarks import contender
from benchmarks.contender import OUR_PATHS
from benchmarks.ground import Ground
from benchmarks.pairs import spread
from benchmarks.peers.install import Peers
from benchmarks.peers.lazily import is_there
from benchmarks.plan import Plan
from benchmarks.targets import Measured

MODULE = "bridge"
MISSING = "benchmarks/bridge.py is not there yet"
KEY = "bridge/library"
THREADS = 32


async def measure(ground: Ground, peers: Peers, plan: Plan) -> AsyncIterator[Measured]:
    if not is_there(MODULE):
        yield Measured(key=KEY, why_not=MISSING)
        return
    owner, serving = await ground.log("bridged")
    async with contender.contender(contender.theirs(peers, "lazily"), OUR_PATHS) as both:
        pairs = await both.do(
            "call", module=MODULE, function="compare", owner_url=owner, serving_url=serving,
            library_url=ground.database("bridge_of_the_library"), threads=THREADS, seconds=plan.rounds.seconds,
            rounds=plan.rounds.number,
        )  # fmt: skip
    ratios = [ours / theirs for ours, theirs in pairs]
    yield Measured(key=KEY, spread=spread(ratios, ours=[one for one, _ in pairs], theirs=[other for _, other in pairs]))
