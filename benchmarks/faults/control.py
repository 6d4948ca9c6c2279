"""The control: the same load on a PostgreSQL that acknowledges before it has written, which must be caught losing."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import asyncpg
import msgspec

from benchmarks.faults.kills import kill_in_turn
from benchmarks.faults.load import loading
from benchmarks.faults.stage import Stage, staged
from benchmarks.faults.verdict import judge

KILLS_MAX = 10
LOOK_SECONDS = 0.2
EPOCH_SECONDS_MAX = 30.0


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
        seen = seed + kills
        async with operated(stage), loading(stage, stage.federations, clients=clients, seed=seen) as book:
            await kill_in_turn(stage, book, ["all of PostgreSQL"], Random(seen))  # noqa: S311
        verdict = await judge(stage, book, replay=False)
        acknowledged += len(book.acknowledged)
        if verdict.missing:
            break
    return Caught(kills=kills, acknowledged=acknowledged, missing=verdict.missing, faults=verdict.faults)


@asynccontextmanager
async def operated(stage: Stage) -> AsyncIterator[None]:
    """Inside, an operator opens a new epoch of each log that is stopped: where what was lost stands in a checkpoint
    outside, the platform sees it by itself, and would acknowledge nothing more."""
    task = asyncio.create_task(_operate(stage))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _operate(stage: Stage) -> None:
    server = stage.servers[0]
    line = server.command("audit", "new-epoch", "--all", "--cause", "The database forgot", "--yes")
    environment = {**server.environment, "THIDUA_OWNER_DATABASE_URL": stage.urls.owners()}
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            stopped = await stage.fetch("select from thidua.frozen_logs()")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):  # Just killed.
            continue
        if stopped:
            with server.log.open("ab") as log:
                await asyncio.to_thread(
                    subprocess.run,
                    line,
                    env=environment,
                    stdout=log,
                    stderr=log,
                    timeout=EPOCH_SECONDS_MAX,
                    check=False,
                )
