"""Our store as a contender: the product's store over its pool, many callers in one process."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from itertools import count
from random import Random
from statistics import mean
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import uvloop

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import Pool
from application.ports import Append, NewEvent, StreamAppend, VersionConflict
from benchmarks.peers.speak import DATA, HEADCOUNTS, IDS_A_SECOND, Done, Ids, answer, established, headcount
from benchmarks.peers.trees import Trees
from domain.events import decode_lines
from domain.ids import TenantId
from domain.unit import UNIT

GUARDED = StreamAppend(stream_id="campaign-of-the-guard", expected_version=1)
REFUSED_EVERY = 20
TICK_SECONDS = 0.001


class Ours:
    def __init__(self) -> None:
        self._ids = Ids(str)
        self._tenants: list[TenantId] = []
        self._streams: list[tuple[TenantId, str]] = []
        self._counted = count()

    async def open(self, owner_url: str, serving_url: str, tenants: int) -> None:
        """Over a migrated database; the tenants are new, each with a stream that can be guarded."""
        self._tenants = await registered(owner_url, tenants)
        self._pool = await Pool.open(serving_url)
        self._store = await PostgresEventStore(self._pool).__aenter__()
        for tenant in self._tenants:
            guarded = StreamAppend(stream_id=GUARDED.stream_id, expected_version=0, events=self._events(1))
            await self._store.append(self._request(tenant, guarded))

        self._trees = Trees(self._pool, self._store)

    async def follow(self, on: bool) -> None:
        """With trees behind the logs, or without."""
        await self._trees.follow(on=on)

    async def plant(self, owner_url: str, leaves: int) -> None:
        """A long tree in the first tenant."""
        await self._trees.plant(owner_url, self._tenants[0], leaves)

    async def bundle(self, folder: str) -> str:
        """An audit bundle of the first tenant and the verifier, written into the folder; the key to verify with."""
        return await self._trees.bundle(self._tenants[0], folder)

    async def prove(self, seconds: float) -> float:
        """The 99th percentile of a proof's time in it, ms."""
        return await self._trees.prove(self._tenants[0], seconds)

    async def append(
        self,
        seconds: float,
        callers: int = 32,
        tenants: int = 1,
        events: int = 1,
        refused: bool = False,
        guarded: bool = False,
    ) -> Done:
        """Calls that were accepted, of callers that each append again; `refused`: one call in 20 expects another
        version than there is; `guarded`: each also requires that a stream that everybody reads has not moved."""
        self._ids.prepare(int((2 + 2 / events + events) * IDS_A_SECOND * seconds / max(1, events / 4)))

        async def one(caller: int) -> bool:
            expected = 9 if refused and next(self._counted) % REFUSED_EVERY == 0 else 0
            name = f"registration-{self._ids.take()}"
            streams = [StreamAppend(stream_id=name, expected_version=expected, events=self._events(events))]
            try:
                await self._store.append(
                    self._request(self._tenants[caller % tenants], *streams, *([GUARDED] if guarded else []))
                )
            except VersionConflict:
                return False
            return True

        return await rate(seconds, callers, one)

    async def pace(self, seconds: float, a_second: int, tenants: int) -> float:
        """The mean time of an append, ms: so many a second, asked for whether or not those before were answered."""
        self._ids.prepare(int(4 * a_second * seconds))
        took = list[float]()

        async def one(number: int) -> None:
            began = time.perf_counter()
            stream = StreamAppend(
                stream_id=f"registration-{self._ids.take()}", expected_version=0, events=self._events(1)
            )
            await self._store.append(self._request(self._tenants[number % tenants], stream))
            took.append((time.perf_counter() - began) * 1000)

        await at_pace(int(seconds * a_second), a_second, one)
        return mean(took)

    async def fill(self, streams: int) -> None:
        """Streams of 100 events of a unit, in the first tenant."""
        types = ["unit.established"] + ["unit.headcount-reported"] * HEADCOUNTS
        contents = [msgspec.json.encode(each) for each in (established(), *map(headcount, range(HEADCOUNTS)))]
        for _ in range(streams):
            name, tenant = f"unit-{uuid4()}", self._tenants[0]
            events = tuple(self._event(kind, content) for kind, content in zip(types, contents, strict=True))
            await self._store.append(
                self._request(tenant, StreamAppend(stream_id=name, expected_version=0, events=events))
            )
            self._streams.append((tenant, name))

    async def use(self, tenants: list[str], streams: list[str]) -> None:
        """Load from these streams, the n-th of the n-th tenant, and append to these tenants."""
        self._tenants = [TenantId(tenant) for tenant in tenants]
        self._streams = list(zip(self._tenants, streams, strict=True))

    async def load(self, seconds: float, readers: int, fold: bool = True) -> Done:
        """Streams that were loaded, and decoded and folded."""
        chosen = Random(1)  # noqa: S311

        async def one(_: int) -> bool:
            tenant, name = chosen.choice(self._streams)
            history = (await self._store.histories(tenant, [name]))[name]  # As a command loads what it decides on.
            if fold:
                state = UNIT.fold(decode_lines(history.kinds, history.lines))
                assert len(state.headcounts) == HEADCOUNTS
            return history.version > 0

        return await rate(seconds, readers, one)

    async def read(self) -> Done:
        """Events of the first tenant's log, each with its stream and version, and decoded. Those of the guard are of no
        type that has a class."""
        events, started = 0, time.perf_counter()
        async for page in self._store.lines(self._tenants[0], after=1):
            for _stream, _version, _event in page.events():
                events += 1
        return Done(events, time.perf_counter() - started)

    def _event(self, kind: str, content: bytes) -> NewEvent:
        return NewEvent(event_id=self._ids.take(), type=kind, type_version=1, data=content)

    def _events(self, number: int) -> tuple[NewEvent, ...]:
        return tuple(self._event("work.registered", DATA) for _ in range(number))

    def _request(self, tenant: TenantId, *streams: StreamAppend) -> Append:
        return Append(
            tenant_id=tenant,
            command_id=self._ids.take(),
            fingerprint=bytes(32),
            answer=b'{"id":"2f6c1e0b-4a59-46a3-8be1-c92d5e10aa01","version":1,"changed":true}',
            actor="officer of a grassroots union",
            correlation_id=self._ids.take(),
            streams=streams,
        )


async def registered(owner_url: str, number: int) -> list[TenantId]:
    """New tenants."""
    owner = await asyncpg.connect(owner_url)
    tenants = [TenantId(str(uuid4())) for _ in range(number)]
    for tenant in tenants:
        await owner.execute("SELECT thidua.register_tenant($1)", tenant)
    await owner.close()
    return tenants


async def rate(seconds: float, callers: int, one: Callable[[int], Awaitable[bool]]) -> Done:
    """The calls that were accepted of callers that each call again when they were answered."""
    done, started = 0, time.perf_counter()

    async def call(caller: int) -> None:
        nonlocal done
        while time.perf_counter() < started + seconds:
            accepted = await one(caller)
            done += accepted  # Not in one line: the sum would be of what was so before the wait.

    await asyncio.gather(*(call(caller) for caller in range(callers)))
    return Done(done, time.perf_counter() - started)


async def at_pace(number: int, a_second: float, one: Callable[[int], Coroutine[Any, Any, None]]) -> None:
    """Start so many calls, each when it falls due, and wait for all."""
    began, sent = time.perf_counter(), 0
    async with asyncio.TaskGroup() as group:
        while sent < number:
            due = min(number, int((time.perf_counter() - began) * a_second))
            for each in range(sent, due):
                group.create_task(one(each))
            sent = due
            await asyncio.sleep(TICK_SECONDS)


def main() -> None:
    ours = Ours()
    appending, trees = ("open", "append", "pace"), ("follow", "plant", "prove", "bundle")
    names = (*appending, "fill", "use", "load", "read", *trees)
    commands: dict[str, Any] = {name: getattr(ours, name) for name in names}
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        answer(commands, runner.run)


if __name__ == "__main__":
    main()
