"""Measure 15, by `benchmarks/bridge.py`, where that is there."""

from collections.abc import AsyncIterator

from benchmarks import contender
from benchmarks.contender import OUR_PATHS
from benchmarks.ground import Ground
from benchmarks.pairs import spread
from benchmarks.peers.install import Peers
from benchmarks.plan import Plan
from benchmarks.targets import Measured

MISSING = f"benchmarks/{contender.BRIDGE}.py is not there yet"
KEYS = {"recorder, one event": "bridge/recorder", "Application.save": "bridge/save"}


async def measure(ground: Ground, peers: Peers, plan: Plan) -> AsyncIterator[Measured]:
    if not contender.is_there(contender.BRIDGE):
        for key in KEYS.values():
            yield Measured(key=key, why_not=MISSING)
        return
    packages = {"PEERS_PACKAGES": str(peers.packages)}  # psycopg, which the platform does without.
    async with contender.contender(contender.ours("bridged"), {**OUR_PATHS, **packages}) as both:
        asked = {"seconds": plan.rounds.seconds, "repeats": plan.rounds.number}
        url = ground.running.superuser_url
        told = await both.do("compare", superuser_url=url, **asked)
    for what, key in KEYS.items():
        pairs = [(ours, theirs) for kind, theirs, ours, _ in told if kind == what]
        ratios = [ours / theirs for ours, theirs in pairs]
        ours, theirs = ([pair[side] for pair in pairs] for side in (0, 1))
        yield Measured(key=key, spread=spread(ratios, ours=ours, theirs=theirs))
