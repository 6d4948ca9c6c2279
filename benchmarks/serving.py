"""Measures 10, 11, 13 and 14: a server process as it is run, asked over HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.contender import PROJECTIONS, is_there
from benchmarks.faults.stage import Federation, federation
from benchmarks.pairs import Slice, Spread, alone, paired, spread
from benchmarks.plan import Plan
from benchmarks.targets import Measured
from benchmarks.web import Web, registering

CONNECTIONS = 32
FEED_CONNECTIONS = 2
FEED_LIMIT = 1_000
TENANTS = 34
SKEW = 50
SHARE_BEFORE = 0.2
"""Of what the server carries in commands a second, asked for by all tenants together before one of them gets loud."""
LOUD = 100
BEHIND = """
SELECT count(*) AS behind FROM thidua.heads AS h JOIN read_models.checkpoints AS c USING (tenant_id)
 WHERE c.position < h.position
"""
SETTLED_SECONDS_MAX = 120.0
MEGABYTE = 1_000_000


async def measure(web: Web, plan: Plan) -> AsyncIterator[Measured]:
    first = await federation(web.stage, "lien-doan-1")
    carried = 0.0
    async for measured in commands(web, plan, first):
        carried = (measured.spread and measured.spread.ours) or carried
        yield measured
    yield await feed(web, plan, first)
    others = [await federation(web.stage, f"lien-doan-{n}") for n in range(2, TENANTS + 1)]
    yield await neighbours(web, plan, [first, *others], SHARE_BEFORE * carried)
    yield server_memory(web)
    if not is_there(PROJECTIONS):  # Which has a longer log to rebuild from.
        yield await rebuild_memory(web)


async def commands(web: Web, plan: Plan, first: Federation) -> AsyncIterator[Measured]:
    def slice_of(port: int) -> Slice:
        asked = {"seconds": plan.rounds.seconds, "port": port, "connections": CONNECTIONS, **registering(first)}
        return lambda: web.client.rate("send", **asked)

    async def ours() -> float:
        rate = await slice_of(web.stage.servers[0].port)()
        await settled(web)
        return rate

    for key, port in (("command/litestar", web.litestar), ("command/fastapi", web.fastapi)):
        yield Measured(key=key, spread=await paired(plan.rounds.number, ours, slice_of(port)))


async def settled(web: Web) -> None:
    """Wait until the read models have caught up: what they have still to do must not slow down who is next."""
    deadline = time.monotonic() + SETTLED_SECONDS_MAX
    while (await web.stage.fetch(BEHIND))[0]["behind"]:
        assert time.monotonic() < deadline, "the read models stay behind"
        await asyncio.sleep(0.05)


async def feed(web: Web, plan: Plan, first: Federation) -> Measured:
    asked: dict[str, Any] = {"connections": FEED_CONNECTIONS, "limit": FEED_LIMIT, "headers": first.integrator.headers}
    port = web.stage.servers[0].port
    pages = await alone(
        plan.rounds.number, lambda: web.client.rate("follow", seconds=plan.rounds.seconds, port=port, **asked)
    )
    return Measured(key="feed/events", spread=pages)


async def neighbours(web: Web, plan: Plan, federations: Sequence[Federation], in_all: float) -> Measured:
    """The tenant in the middle gets loud; p99 of all the others', in pairs of before and during."""
    shares = [SKEW ** (n / (TENANTS - 1)) for n in range(TENANTS)]
    rates = [in_all * share / sum(shares) for share in shares]
    loud = TENANTS // 2

    def p99(factor: int) -> Slice:
        tenants = [
            {"rate": rate * (factor if n == loud else 1), "post": registering(each)}
            for n, (each, rate) in enumerate(zip(federations, rates, strict=True))
        ]
        return lambda: _p99_of_others(web, plan.neighbour_seconds, tenants, loud)

    note = f"{rates[loud]:.1f} commands a second before, {rates[loud] * LOUD:.0f} during; {in_all:.0f} of all"
    return Measured(key="neighbours/p99", spread=await paired(plan.few, p99(LOUD), p99(1)), note=note)


async def _p99_of_others(web: Web, seconds: float, tenants: list[dict[str, Any]], loud: int) -> float:
    took = await web.client.do("pace", seconds=seconds, port=web.stage.servers[0].port, tenants=tenants)
    await settled(web)
    others: list[float] = [each for n, of_one in enumerate(took) if n != loud for each in of_one]
    return quantiles(others, n=100)[98] * 1000


def server_memory(web: Web) -> Measured:
    process = web.stage.servers[0].process
    assert process is not None
    return Measured(key="memory/server", spread=_once(peak_bytes(process.pid) / MEGABYTE))


async def rebuild_memory(web: Web) -> Measured:
    server = web.stage.servers[0]
    process = await asyncio.create_subprocess_exec(
        *server.command("projections", "rebuild"), env=server.environment, cwd="/", stdout=asyncio.subprocess.DEVNULL
    )
    peak = 0
    while process.returncode is None:
        peak = max(peak, peak_bytes(process.pid))
        await asyncio.sleep(0.05)
    assert process.returncode == 0
    [row] = await web.stage.fetch("SELECT sum(h.position)::bigint AS events FROM thidua.heads AS h")
    return Measured(key="memory/rebuild", spread=_once(peak / MEGABYTE), note=f"of {row['events']:,} events")


def peak_bytes(pid: int) -> int:
    """The most memory that the process has had resident; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    found = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(found[0]) * 1024 if found else 0


def _once(figure: float) -> Spread:
    return spread([figure])
