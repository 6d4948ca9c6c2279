"""How much a run measures."""

import msgspec

from benchmarks.pairs import Rounds


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """`few`: repeats of what takes long. `aged_events`: the long log. `kills`, `seeds`: how long the correctness under
    load is looked at."""

    name: str
    rounds: Rounds
    few: int
    streams: int
    library_streams: int
    aged_events: int
    young_events: int = 100_000
    projected_events: int
    live_seconds: float
    neighbour_seconds: float
    proven_events: int = 10_000_000
    lasting_seconds: float = 22.0
    verified_events: int = 1_000_000
    kills: int
    control: bool
    seeds: int
    followed_seconds: float


FULL = Plan(
    name="full",
    rounds=Rounds(number=9, seconds=2.0),
    few=7,
    streams=2_000,
    library_streams=300,
    aged_events=20_000_000,
    projected_events=500_000,
    live_seconds=10.0,
    neighbour_seconds=10.0,
    kills=30,
    control=True,
    seeds=200,
    followed_seconds=15.0,
)
QUICK = Plan(
    name="quick",
    rounds=Rounds(number=3, seconds=0.3),
    few=1,
    streams=200,
    library_streams=50,
    aged_events=1_000_000,
    projected_events=30_000,
    live_seconds=2.0,
    neighbour_seconds=2.0,
    lasting_seconds=2.0,
    proven_events=100_000,
    verified_events=20_000,
    kills=2,
    control=False,
    seeds=10,
    followed_seconds=1.0,
)
