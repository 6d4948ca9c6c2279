"""An append of thousands of events keeps the same promises as a small one, in memory and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import msgspec
import pytest

from adapters.memory import MemoryEventStore
from adapters.postgres import staged
from adapters.postgres.event_store import PostgresEventStore
from application.ports import Append, Appended, EventStore, Outcome, StreamAppend, UnknownTenant, VersionConflict
from domain.ids import TenantId
from tests.support.log import LogDatabase, command, event, fresh_id, guarded, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
MANY = staged.LARGE_ROWS + 100


class Log(msgspec.Struct):
    store: EventStore
    database: LogDatabase | None

    async def tenant(self) -> TenantId:
        if self.database is not None:
            return await self.database.tenant()
        assert isinstance(self.store, MemoryEventStore)
        tenant = TenantId(fresh_id())
        self.store.register(tenant)
        return tenant


@pytest.fixture(scope="module", params=["memory", "postgres", "as behind a pooler"])
async def log(request: pytest.FixtureRequest, postgres: PostgresServer) -> AsyncIterator[Log]:
    if request.param == "memory":
        yield Log(MemoryEventStore(), None)
        return
    async with (
        log_database(postgres, transaction_pooler=request.param != "postgres") as database,
        PostgresEventStore(database.pool) as store,
    ):
        yield Log(store, database)


def many(*more: StreamAppend) -> tuple[StreamAppend, ...]:
    return (*(written(f"member-{number}", events=1 + number % 2) for number in range(MANY)), *more)


async def test_a_large_append_is_stored_whole_with_gapless_positions(log: Log) -> None:
    tenant = await log.tenant()
    first = await log.store.append(command(tenant, written("unit-a")))
    large = command(tenant, *many(guarded("unit-a", 1)))
    assert staged.is_large(large)
    appended = await log.store.append(large)
    rows = await log.store.page(tenant, after=0, limit=10_000)
    assert [row.position for row in rows] == list(range(1, appended.position + 1))
    assert appended.position == first.position + sum(1 + number % 2 for number in range(MANY))
    assert [(row.stream_id, row.version) for row in rows[1:4]] == [("member-0", 1), ("member-1", 1), ("member-1", 2)]
    assert {row.command_id for row in rows[1:]} == {large.command_id}


async def test_the_same_command_again_gets_the_first_answer_and_stores_nothing(log: Log) -> None:
    tenant = await log.tenant()
    large = command(tenant, *many(), answer=b"first")
    await log.store.append(large)
    head = (await log.store.heads())[tenant]
    again = await log.store.append(msgspec.structs.replace(large, answer=b"second"))
    assert (again.outcome, again.answer, again.position) == (Outcome.REPLAYED, b"first", head)
    assert (await log.store.heads())[tenant] == head


async def test_a_stream_or_a_guard_that_has_moved_leaves_nothing_behind(log: Log) -> None:
    tenant = await log.tenant()
    await log.store.append(command(tenant, written("unit-a"), written("member-7")))
    for streams in (many(), many(guarded("unit-a", 0)), (*many()[:5], *many(guarded("unit-a", 3))[8:])):
        with pytest.raises(VersionConflict):
            await log.store.append(command(tenant, *streams))
    assert (await log.store.heads())[tenant] == 2


async def test_an_unknown_tenant_is_said_to_be_one(log: Log) -> None:
    with pytest.raises(UnknownTenant):
        await log.store.append(command(TenantId(fresh_id()), *many()))


async def test_each_event_may_have_a_day_of_its_own(log: Log) -> None:
    tenant = await log.tenant()
    day = date(2024, 3, 1)
    own = StreamAppend(
        stream_id="registration-x", expected_version=0, events=(msgspec.structs.replace(event(), happened_on=day),)
    )
    await log.store.append(command(tenant, own, written("registration-y"), happened_on=date(2024, 2, 1)))
    await log.store.append(command(tenant, *many(msgspec.structs.replace(own, stream_id="registration-z"))))
    streams = await log.store.load(tenant, ["registration-x", "registration-y", "registration-z", "member-0"])
    assert [streams[name][0].happened_on for name in streams] == [day, date(2024, 2, 1), day, None]


async def test_others_are_served_meanwhile_and_the_tenants_own_afterwards(log: Log) -> None:
    tenant, neighbour = await log.tenant(), await log.tenant()
    answered: list[str] = []

    async def send(name: str, request: Append) -> Appended:
        appended = await log.store.append(request)
        answered.append(name)
        return appended

    large = asyncio.create_task(send("large", command(tenant, *many())))
    await asyncio.sleep(0.01)
    own = asyncio.create_task(send("own", command(tenant, written("unit-b"))))
    other = asyncio.create_task(send("other", command(neighbour, written("unit-c"))))
    await asyncio.gather(large, own, other)
    if log.database is not None:
        assert answered == ["other", "large", "own"]
    rows = await log.store.page(tenant, after=0, limit=10_000)
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))


async def test_nothing_stays_staged(log: Log) -> None:
    if log.database is None:
        return
    tenant = await log.tenant()
    await log.store.append(command(tenant, *many()))
    async with log.database.pool.tenant(tenant) as connection:
        assert await connection.fetchval("SELECT count(*) FROM thidua.staged AS s WHERE s.tenant_id = $1", tenant) == 0
