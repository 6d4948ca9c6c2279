"""Measures 16 to 18: what the trees behind the logs cost whoever appends, how long a proof takes in a long log, and how
fast somebody who trusts nobody checks a whole log."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator

from benchmarks import contender
from benchmarks.append import CALLERS, TENANTS
from benchmarks.contender import Contender
from benchmarks.ground import Ground
from benchmarks.pairs import Slice, alone, paired
from benchmarks.peers.speak import headcount
from benchmarks.plan import Plan
from benchmarks.targets import Measured

PACE = 2_000
"""Appends a second."""
EVENTS = """
INSERT INTO thidua.events (tenant_id, epoch, position, stream_id, version, type, type_version, event_id, recorded_at,
                           actor, correlation_id, command_id, data)
SELECT h.tenant_id, 1, g.n, 'unit-' || md5(((g.n - 2) / 10)::text)::uuid, (g.n - 2) % 10 + 1, 'unit.headcount-reported',
       1, md5('event' || g.n)::uuid, timestamptz '2024-01-01', 'officer of a grassroots union',
       md5('request' || g.n)::uuid::text, md5('command' || g.n)::uuid, '{data}'
  FROM thidua.heads AS h CROSS JOIN generate_series(2, {events}) AS g (n);
UPDATE thidua.events SET type = 'unit.headcount-reported', data = '{data}', recorded_at = timestamptz '2024-01-01'
 WHERE position = 1;
UPDATE thidua.heads SET position = {events};
"""
"""Behind the one that the contender itself has made."""


async def measure(ground: Ground, plan: Plan) -> AsyncIterator[Measured]:
    async with contender.contender(contender.ours(), contender.OUR_PATHS) as ours:
        owner, serving = await ground.log("audited")
        await ours.do("open", owner_url=owner, serving_url=serving, tenants=TENANTS)
        with_trees, without = (_appending(ours, plan, followed=followed) for followed in (True, False))
        yield Measured(key="audit/appends", spread=await paired(plan.rounds.number, with_trees, without))
        with_trees, without = (_pacing(ours, plan, followed=followed) for followed in (True, False))
        yield Measured(key="audit/paced", spread=await paired(plan.few, with_trees, without))
        await ours.do("plant", owner_url=owner, leaves=plan.proven_events)

        async def proof() -> float:
            return float(await ours.do("prove", seconds=plan.rounds.seconds))

        note = f"{plan.proven_events:,} events"
        yield Measured(key="audit/proofs", spread=await alone(plan.rounds.number, proof), note=note)
    ground.running.execute("DROP DATABASE audited WITH (FORCE)")
    yield await verifying(ground, plan)
    ground.running.execute("DROP DATABASE bundled WITH (FORCE)")


async def verifying(ground: Ground, plan: Plan) -> Measured:
    """`verify.py` in a process of its own, from its start to its end, over the bundle of a whole tenant."""
    async with contender.contender(contender.ours(), contender.OUR_PATHS) as ours:
        owner, serving = await ground.log("bundled")
        await ours.do("open", owner_url=owner, serving_url=serving, tenants=1)
        ground.running.execute(
            EVENTS.format(events=plan.verified_events, data=json.dumps(headcount(1))), database="bundled"
        )
        key = await ours.do("bundle", folder=str(ground.folder))

    async def events_a_second() -> float:
        command = [
            sys.executable,
            "-I",
            str(ground.folder / "verify.py"),
            str(ground.folder / "bundle.zip"),
            "--key",
            key,
        ]
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
        assert await process.wait() == 0, "the bundle is valid"
        return plan.verified_events / (time.perf_counter() - began)

    spread = await alone(plan.few, events_a_second)
    return Measured(key="audit/verify", spread=spread, note=f"{plan.verified_events:,} events")


def _appending(ours: Contender, plan: Plan, *, followed: bool) -> Slice:
    """Appends a second."""
    asked = {"seconds": plan.rounds.seconds, "callers": CALLERS, "tenants": TENANTS}
    return _followed(ours, lambda: ours.rate("append", **asked), followed=followed)


def _pacing(ours: Contender, plan: Plan, *, followed: bool) -> Slice:
    """The mean time of an append, for longer than a tree may stay behind."""
    asked = {"seconds": plan.lasting_seconds, "a_second": PACE, "tenants": TENANTS}
    return _followed(ours, lambda: ours.do("pace", **asked), followed=followed)


def _followed(ours: Contender, work: Slice, *, followed: bool) -> Slice:
    """With trees behind the logs, or without. They come to the end of the logs between the slices, so that none does
    another's work."""

    async def measured() -> float:
        await ours.do("follow", on=followed)
        found = await work()
        await ours.do("follow", on=False)
        return found

    return measured
