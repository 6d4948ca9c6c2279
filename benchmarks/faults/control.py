"""The control: the same load on a PostgreSQL that acknowledges before it has written, which must be caught losing."""

from random import Random

import msgspec

from benchmarks.faults.kills import kill_in_turn
from benchmarks.faults.load import loading
from benchmarks.faults.stage import Stage, staged
from benchmarks.faults.verdict import judge

KILLS_MAX = 10


class Caught(msgspec.Struct, frozen=True, kw_only=True):
    kills: int
    acknowledged: int
    missing: int
    faults: list[str]


async def control(*, clients: int, federations: int, seed: int) -> Caught:
    """On a stage of its own."""
    async with staged(servers=1, federations=federations) as stage:
        await make_forgetful(stage)
        return await caught(stage, clients=clients, seed=seed)


async def make_forgetful(stage: Stage) -> None:
    """From the next connection on a commit is answered while it stands in shared memory alone. fsync stays on: a killed
    process loses nothing that was handed to the kernel, so what is lost here is what was never written."""
    await stage.execute("ALTER ROLE thidua_server SET synchronous_commit = off")
    stage.kill_all_of_postgres()
    await stage.ready()


async def caught(stage: Stage, *, clients: int, seed: int, kills_max: int = KILLS_MAX) -> Caught:
    """Kill all of PostgreSQL at once until the verdict finds a loss."""
    acknowledged = 0
    for kills in range(1, kills_max + 1):
        async with loading(stage, stage.federations, clients=clients, seed=seed + kills) as book:
            await kill_in_turn(stage, book, ["all of PostgreSQL"], Random(seed + kills))  # noqa: S311
        verdict = await judge(stage, book, replay=False)
        acknowledged += len(book.acknowledged)
        if verdict.missing:
            break
    return Caught(kills=kills, acknowledged=acknowledged, missing=verdict.missing, faults=verdict.faults)
