"""Correct under load, in its long form: what a follower sees, who wins a race, and what kill -9 loses."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random
from uuid import uuid4

import msgspec

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import Pool
from application.ports import Append, NewEvent, StreamAppend, VersionConflict
from benchmarks.contender import OUR_PATHS
from benchmarks.ground import Ground
from benchmarks.peers.ours import registered
from benchmarks.peers.speak import DATA
from benchmarks.plan import Plan
from domain.ids import TenantId

STORES = 4
"""Over pools of their own, as so many servers: within one store writers stand in a queue and do not race."""
WRITERS = 32
RACERS = 64
QUOTA_MAX = 8
PAGE_MAX = 500
FAULTS_SECONDS_MAX = 900


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What must hold, how it was tried, and where it did not hold."""

    what: str
    done: str
    faults: list[str]


async def check(ground: Ground, plan: Plan) -> AsyncIterator[Checked]:
    owner, serving = await ground.log("correct")
    tenants = await registered(owner, 4)
    async with stores(serving) as opened:
        yield await followed(opened, tenants, plan.followed_seconds)
        yield await raced(opened, tenants[0], plan.seeds, one_stream)
        yield await raced(opened, tenants[1], plan.seeds, one_guard)
    yield await killed(plan)


@asynccontextmanager
async def stores(serving: str) -> AsyncIterator[list[PostgresEventStore]]:
    async with AsyncExitStack() as stack:
        opened = []
        for _ in range(STORES):
            pool = await Pool.open(serving)
            stack.push_async_callback(pool.close)
            opened.append(await stack.enter_async_context(PostgresEventStore(pool)))
        yield opened


# --- A follower


async def followed(stores: Sequence[PostgresEventStore], tenants: Sequence[TenantId], seconds: float) -> Checked:
    """A follower for each tenant reads while all write, in pages of random size from any store."""
    ends, stored = time.monotonic() + seconds, dict.fromkeys(tenants, 0)

    async def write(n: int) -> None:
        random = Random(n)  # noqa: S311
        while time.monotonic() < ends:
            tenant = random.choice(tenants)
            events = random.choice((1, 1, 1, 3))
            await random.choice(stores).append(append(tenant, writes(f"registration-{uuid4()}", 0, events)))
            stored[tenant] += events

    writing = asyncio.gather(*map(write, range(WRITERS)))
    seen = await asyncio.gather(*(follow(stores, tenant, writing, n) for n, tenant in enumerate(tenants)))
    await writing
    faults = [
        f"tenant {n}: stored 1 to {stored[tenant]}, seen {len(positions)}, in order {positions == sorted(positions)}"
        for n, (tenant, positions) in enumerate(zip(tenants, seen, strict=True))
        if positions != list(range(1, stored[tenant] + 1))
    ]
    done = f"{sum(map(len, seen)):,} events of {len(tenants)} tenants, {WRITERS} writers over {STORES} stores"
    return Checked(what="a follower sees every position once, in order", done=done, faults=faults)


async def follow(
    stores: Sequence[PostgresEventStore], tenant: TenantId, writing: "asyncio.Future[list[None]]", seed: int
) -> list[int]:
    random, seen = Random(f"follower {seed}"), list[int]()  # noqa: S311
    while True:
        last_look = writing.done()  # Looked at before the page: what is written between the two is seen once more.
        after = seen[-1] if seen else 0
        found = await random.choice(stores).page(tenant, after=after, limit=random.randint(1, PAGE_MAX))
        seen.extend(each.position for each in found)
        if last_look and not found:
            return seen


# --- Races


class Ran(msgspec.Struct, frozen=True):
    committed: int
    allowed: int


Race = Callable[[Sequence[PostgresEventStore], TenantId, Random], Awaitable[Ran]]


async def raced(stores: Sequence[PostgresEventStore], tenant: TenantId, seeds: int, race: Race) -> Checked:
    faults, committed = [], 0
    for seed in range(seeds):
        ran = await race(stores, tenant, Random(seed))  # noqa: S311
        committed += ran.committed
        if ran.committed != ran.allowed:
            faults.append(f"seed {seed}: {ran.committed} committed, {ran.allowed} allowed")
    done = f"{seeds} seeds, {committed:,} of {seeds * RACERS:,} committed"
    return Checked(what=race.__doc__ or "", done=done, faults=faults)


async def one_stream(stores: Sequence[PostgresEventStore], tenant: TenantId, random: Random) -> Ran:
    """64 racers for the places of one stream: as many as there are, and no more"""
    name, quota = f"places-{uuid4()}", random.randint(1, QUOTA_MAX)

    async def racer(store: PostgresEventStore) -> bool:
        while True:
            taken = len((await store.load(tenant, [name]))[name])
            if taken >= quota:
                return False
            try:
                await store.append(append(tenant, writes(name, taken)))
            except VersionConflict:
                continue
            return True

    won = await asyncio.gather(*(racer(random.choice(stores)) for _ in range(RACERS)))
    stored = len((await stores[0].load(tenant, [name]))[name])
    assert stored == sum(won), f"{stored} stored, {sum(won)} told so"
    return Ran(stored, quota)


async def one_guard(stores: Sequence[PostgresEventStore], tenant: TenantId, random: Random) -> Ran:
    """64 racers that guard one stream, which moves meanwhile: those before it commit, and nobody after"""
    campaign, mine = f"campaign-{uuid4()}", f"registration-{uuid4()}"
    await stores[0].append(append(tenant, writes(campaign, 0)))
    closes_after = random.randrange(RACERS)
    won: list[int] = []

    async def racer(n: int, store: PostgresEventStore) -> None:
        guard = StreamAppend(stream_id=campaign, expected_version=1)
        try:
            done = await store.append(append(tenant, writes(f"{mine}-{n}", 0), guard))
        except VersionConflict:
            return
        won.append(done.position)

    async def close(store: PostgresEventStore) -> int:
        return (await store.append(append(tenant, writes(campaign, 1)))).position

    racers = [racer(n, random.choice(stores)) for n in range(RACERS)]
    early = [asyncio.create_task(each) for each in racers[:closes_after]]
    closing = asyncio.create_task(close(random.choice(stores)))
    await asyncio.gather(*early, *racers[closes_after:])
    closed = await closing
    streams = await stores[0].load(tenant, [f"{mine}-{n}" for n in range(RACERS)])
    stored = [events[0].position for events in streams.values() if events]
    assert sorted(stored) == sorted(won), "what was stored is what was told"
    return Ran(len(stored), sum(position < closed for position in stored))


def writes(name: str, at: int, events: int = 1) -> StreamAppend:
    new = (NewEvent(event_id=str(uuid4()), type="work.registered", type_version=1, data=DATA) for _ in range(events))
    return StreamAppend(stream_id=name, expected_version=at, events=tuple(new))


def append(tenant: TenantId, *streams: StreamAppend) -> Append:
    return Append(
        tenant_id=tenant,
        command_id=str(uuid4()),
        fingerprint=bytes(32),
        answer=b"{}",
        actor="racer",
        correlation_id=str(uuid4()),
        streams=streams,
    )


# --- kill -9


async def killed(plan: Plan) -> Checked:
    """The fault harness as `make faults` runs it, on a PostgreSQL of its own, which it kills."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.faults", "--kills", str(plan.kills)),
        *(() if plan.control else ("--no-control",)),
        env={**os.environ, **OUR_PATHS},
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(FAULTS_SECONDS_MAX):
        printed, _ = await process.communicate()
    lines = printed.decode().splitlines()
    told = [line for line in lines if line.endswith((" missing", " followed"))]
    faults = [line for line in lines if line.startswith("FAULT")]
    if process.returncode != 0 and not faults:
        faults = [f"the harness ended with {process.returncode}"]
    control = ", and the control is seen losing" if plan.control else ", without the control"
    what = f"nothing acknowledged is lost under kill -9{control}"
    return Checked(what=what, done=f"{plan.kills} kills; " + "; ".join(told), faults=faults)
