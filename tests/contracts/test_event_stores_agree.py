"""Random histories on both stores at once: every answer and every row is the same."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import NAMESPACE_OID, uuid5

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.memory import MemoryEventStore
from adapters.postgres.event_store import PostgresEventStore
from application.ports import Append, EventStore, Outcome, Recorded, StreamAppend, VersionConflict
from domain.ids import TenantId
from tests.support.log import LogDatabase, event, fresh_id, log_database
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
STREAMS = ["a", "b", "c", "d"]
TYPES = ["x", "y"]


class Step(msgspec.Struct, frozen=True):
    """One append, with small numbers in place of ids, so that steps collide."""

    tenant: int
    command: int
    happened: bool
    streams: tuple[tuple[str, int, tuple[str, ...]], ...]

    def request(self, tenants: Sequence[TenantId], run: str) -> Append:
        return Append(
            tenant_id=tenants[self.tenant],
            command_id=str(uuid5(NAMESPACE_OID, f"{run}{self.command}")),
            fingerprint=b"f%d" % self.command,
            answer=repr(self.streams).encode(),
            actor="",
            correlation_id="c",
            causation_id="cause" if self.happened else None,
            streams=tuple(
                StreamAppend(
                    stream_id=stream,
                    expected_version=expected,
                    events=tuple(event(each, repr(self).encode()) for each in types),
                )
                for stream, expected, types in self.streams
            ),
        )


stream_parts = st.tuples(
    st.sampled_from(STREAMS), st.integers(0, 4), st.lists(st.sampled_from(TYPES), max_size=2).map(tuple)
)
steps = st.builds(
    Step,
    tenant=st.sampled_from([0, 0, 1, 2]),  # The last is unknown to the log.
    command=st.integers(0, 40),
    happened=st.booleans(),
    streams=st.lists(stream_parts, min_size=1, max_size=3, unique_by=lambda part: part[0]).map(tuple),
)


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


class Pair:
    """Both stores with the same tenants: two known, one not."""

    def __init__(self, memory: MemoryEventStore, postgres: EventStore, tenants: Sequence[TenantId]) -> None:
        self.stores: tuple[EventStore, EventStore] = (memory, postgres)
        self.tenants, self.run = tenants, fresh_id()
        for tenant in tenants[:2]:
            memory.register(tenant)

    async def contents(self, *, positions: bool) -> list[object]:
        """What each store holds, but for the time."""
        return [
            {
                (tenant, stream): [comparable(row, positions=positions) for row in rows]
                for tenant in self.tenants
                for stream, rows in (await store.load(tenant, STREAMS)).items()
            }
            for store in self.stores
        ]


def comparable(row: Recorded, *, positions: bool) -> dict[str, object]:
    known = msgspec.structs.asdict(row)
    return {name: value for name, value in known.items() if name != "recorded_at" and (positions or name != "position")}


async def told(store: EventStore, request: Append) -> tuple[object, ...]:
    try:
        appended = await store.append(request)
    except VersionConflict as conflict:  # Which of several that moved is named is not promised.
        return VersionConflict, conflict.stream_id in {each.stream_id for each in request.streams}
    except Exception as error:  # Whatever it is, the other store must say the same.
        return type(error), error.args
    return appended.outcome, appended.position, appended.fingerprint, appended.answer


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(steps, min_size=5, max_size=30))
async def test_one_after_the_other_the_stores_say_and_hold_the_same(database: LogDatabase, history: list[Step]) -> None:
    tenants = [await database.tenant(), await database.tenant(), TenantId(fresh_id())]
    async with PostgresEventStore(database.pool) as store:
        pair = Pair(MemoryEventStore(), store, tenants)
        for step in history:
            request = step.request(tenants, pair.run)
            assert await told(pair.stores[0], request) == await told(pair.stores[1], request)
        memory, postgres = await pair.contents(positions=True)
        assert memory == postgres
        for tenant in tenants:
            for how in (
                {"after": 0, "limit": 50},
                {"after": 2, "limit": 2, "types": ["x"]},
                {"after": 1, "limit": 9, "until": 3},
            ):
                pages = [
                    [comparable(row, positions=True) for row in await each.page(tenant, **how)] for each in pair.stores
                ]
                assert pages[0] == pages[1]
        heads = [await each.heads() for each in pair.stores]
        assert [heads[0][each] for each in tenants[:2]] == [heads[1][each] for each in tenants[:2]]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(steps, min_size=10, max_size=60))
async def test_all_at_once_everybody_is_told_the_same_as_one_after_the_other(
    database: LogDatabase, history: list[Step]
) -> None:
    """A batch may pass by one that waits for its turn, which moves positions but nothing that anybody may rest on."""
    tenants = [await database.tenant(), await database.tenant(), TenantId(fresh_id())]
    async with PostgresEventStore(database.pool) as store:
        pair = Pair(MemoryEventStore(), store, tenants)
        requests = [step.request(tenants, pair.run) for step in history]
        in_order = [await told(pair.stores[0], request) for request in requests]
        at_once = await asyncio.gather(*(told(pair.stores[1], request) for request in requests))
        assert [without_position(each) for each in at_once] == [without_position(each) for each in in_order]
        memory, postgres = await pair.contents(positions=False)
        assert memory == postgres
        for tenant in tenants[:2]:
            stored = await store.page(tenant, after=0, limit=500)
            assert [row.position for row in stored] == list(range(1, len(stored) + 1))
            by_command = {row.command_id: row.position for row in stored}
            for request, answer in zip(requests, at_once, strict=True):
                if isinstance(answer[0], Outcome) and request.tenant_id == tenant and request.command_id in by_command:
                    assert answer[1] == by_command[request.command_id]


def without_position(answer: tuple[object, ...]) -> tuple[object, ...]:
    return answer if len(answer) == 2 else (answer[0], *answer[2:])
