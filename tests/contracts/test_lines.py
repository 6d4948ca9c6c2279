"""Events as columns: what every event store gives where of many events no more than a fold needs is wanted."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date

import msgspec
import pytest

from adapters.memory import MemoryEventStore
from adapters.postgres import event_store
from adapters.postgres.event_store import PostgresEventStore
from application.lines import History, Lines, lines_of
from application.ports import EventStore, NewEvent, StreamAppend
from domain.ids import TenantId
from tests.support.log import command, event, fresh_id, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio


class Log(msgspec.Struct):
    """A store, and how a tenant's log is opened in it."""

    store: EventStore
    tenant: Callable[[], Awaitable[TenantId]]


@pytest.fixture(scope="module", params=["memory", "postgres", "as behind a pooler"])
async def log(request: pytest.FixtureRequest, postgres: PostgresServer) -> AsyncIterator[Log]:
    if request.param == "memory":
        store = MemoryEventStore()

        async def tenant() -> TenantId:
            tenant_id = TenantId(fresh_id())
            store.register(tenant_id)
            return tenant_id

        yield Log(store, tenant)
        return
    async with (
        log_database(postgres, transaction_pooler=request.param != "postgres") as database,
        PostgresEventStore(database.pool) as stored,
    ):
        yield Log(stored, database.tenant)


async def test_a_history_is_as_much_of_a_stream_as_its_state_is_made_of(log: Log) -> None:
    tenant = await log.tenant()
    for at, on in ((0, date(2024, 2, 3)), (2, None), (3, date(2024, 1, 1))):
        await log.store.append(
            command(tenant, written("s", at=at, types=["a", "b"] if at == 0 else ["a"]), happened_on=on)
        )
    histories = await log.store.histories(tenant, ["s", "none"])
    rows = (await log.store.load(tenant, ["s"]))["s"]
    assert list(histories) == ["s", "none"]
    assert (histories["s"].version, histories["s"].began_on) == (4, date(2024, 2, 3))
    assert histories["s"] == History(date(2024, 2, 3), [row.type for row in rows], b"{}\n{}\n{}\n{}")
    assert (histories["none"].version, histories["none"].began_on, histories["none"].lines) == (0, None, b"")


async def test_a_history_says_which_version_of_its_type_an_event_is(log: Log) -> None:
    tenant = await log.tenant()
    events = tuple(
        NewEvent(event_id=fresh_id(), type="a", type_version=version, data=b"%d" % version) for version in (1, 2, 12)
    )
    await log.store.append(command(tenant, StreamAppend(stream_id="s", expected_version=0, events=events)))
    assert (await log.store.histories(tenant, ["s"]))["s"] == History(None, ["a", "a 2", "a 12"], b"1\n2\n12")


async def test_loads_that_are_asked_for_at_once_are_each_given_their_own_streams(log: Log) -> None:
    tenants = [await log.tenant(), await log.tenant()]
    for n in range(12):
        await log.store.append(command(tenants[n % 2], written(f"s-{n}", types=[f"type-{n}"])))
    asked = [(tenant, [f"s-{n}", f"s-{n + 1}"]) for n in range(12) for tenant in tenants]
    found = await asyncio.gather(*(log.store.histories(tenant, names) for tenant, names in asked))
    for (tenant, names), histories in zip(asked, found, strict=True):
        wanted = {f"s-{n}": [f"type-{n}"] if tenant == tenants[n % 2] and n < 12 else [] for n in range(13)}
        assert {name: list(each.kinds) for name, each in histories.items()} == {name: wanted[name] for name in names}


async def test_a_load_sees_what_was_committed_before_it_was_asked_for(log: Log) -> None:
    """However many are on their way."""
    tenant = await log.tenant()

    async def write(n: int) -> None:
        for at in range(6):
            await log.store.append(command(tenant, written(f"s-{n}", at=at)))
            assert (await log.store.histories(tenant, [f"s-{n}"]))[f"s-{n}"].version == at + 1

    await asyncio.gather(*(write(n) for n in range(12)))


@pytest.fixture
async def filled(log: Log) -> TenantId:
    """Eleven events of three streams, of two types in three versions."""
    tenant = await log.tenant()
    for n in range(11):
        events = (event(f"type-{n % 2}", b'{"n":%d}' % n, version=n % 3 + 1),)
        await log.store.append(
            command(tenant, StreamAppend(stream_id=f"s-{n % 3}", expected_version=n // 3, events=events))
        )
    return tenant


async def test_lines_hold_what_the_rows_do(log: Log, filled: TenantId, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pages it is."""
    rows = await log.store.page(filled, after=0, limit=100)
    for size in (1, 4, 11, 2_000):
        monkeypatch.setattr(event_store, "PAGE_EVENTS", size)
        for after, until in ((0, None), (0, 4), (3, 8), (3, 3), (10, 11), (11, None), (0, 99)):
            found = joined([page async for page in log.store.lines(filled, after=after, until=until)])
            assert found == lines_of(rows[after:until]), (size, after, until)


async def test_lines_are_of_one_tenant(log: Log, filled: TenantId) -> None:
    assert [page async for page in log.store.lines(await log.tenant())] == []
    assert [page async for page in log.store.lines(TenantId(fresh_id()))] == []


async def test_a_name_may_be_of_two_lines(log: Log) -> None:
    tenant = await log.tenant()
    await log.store.append(command(tenant, written("s\n"), written("s\nt")))
    assert [list(page.streams) async for page in log.store.lines(tenant)] == [["s\n", "s\nt"]]
    assert [each.version for each in (await log.store.histories(tenant, ["s\n", "s\nt"])).values()] == [1, 1]


async def test_those_of_some_types_can_be_picked_whatever_their_version(log: Log, filled: TenantId) -> None:
    rows = await log.store.page(filled, after=0, limit=100)
    [page] = [page async for page in log.store.lines(filled)]
    assert page.of(["type-1"]) == lines_of([row for row in rows if row.type == "type-1"])
    assert joined([page.of(["type-1", "type-0"])]) == joined([page])
    assert list(page.of([]).events()) == []


async def test_an_event_is_decoded_with_its_stream_and_version(log: Log) -> None:
    tenant, moved = await log.tenant(), b'{"name":"a","on":"2024-01-%02d"}'
    events = tuple(event("unit.renamed", moved % day) for day in (1, 2))
    await log.store.append(command(tenant, StreamAppend(stream_id="unit-u", expected_version=0, events=events)))
    [page] = [page async for page in log.store.lines(tenant)]
    assert [(name, version, renamed.on.day) for name, version, renamed in page.events()] == [
        ("unit-u", 1, 1),
        ("unit-u", 2, 2),
    ]


def joined(pages: list[Lines]) -> Lines:
    return Lines(
        [name for page in pages for name in page.streams],
        [version for page in pages for version in page.versions],
        [kind for page in pages for kind in page.kinds],
        b"\n".join(page.lines for page in pages),
    )
