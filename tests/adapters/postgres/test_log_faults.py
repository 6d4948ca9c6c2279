"""The database goes away in the middle: what was acknowledged is there, once, and what was not is said to be so."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from adapters.postgres.appending import RESOLVE_S
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import Pool
from adapters.postgres.trees import RowsMissing
from application.ports import Append, Appended, Outcome, Unavailable, VersionConflict
from domain.ids import TenantId
from tests.support.log import LogDatabase, command, fresh_id, guarded, log_database, written
from tests.support.postgres import PostgresServer
from tests.support.proxy import Fault, Proxy, proxy_before

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


@pytest.fixture
async def tenant(database: LogDatabase) -> TenantId:
    return await database.tenant()


@pytest.fixture
async def proxy(database: LogDatabase) -> AsyncIterator[Proxy]:
    async with proxy_before(database.serving_url) as proxy:
        yield proxy


@pytest.fixture
async def store(proxy: Proxy, tenant: TenantId) -> AsyncIterator[PostgresEventStore]:
    """Through the proxy, with its connection open and its statements prepared."""
    pool = await Pool.open(proxy.url)
    async with PostgresEventStore(pool) as store:
        await store.append(command(tenant, written("warm")))
        await store.append(command(tenant, written("warm-2"), guarded("warm", 1)))
        yield store
    await pool.close()


async def stored(database: LogDatabase, tenant: TenantId, stream_id: str) -> int:
    async with PostgresEventStore(database.pool) as direct:
        return len((await direct.load(tenant, [stream_id]))[stream_id])


@pytest.mark.parametrize("fault", [Fault.LOSE_ANSWER, Fault.LOSE_QUESTION])
@pytest.mark.parametrize("batched", [False, True])
async def test_a_lost_exchange_is_resolved_by_the_command_id(
    database: LogDatabase, proxy: Proxy, store: PostgresEventStore, tenant: TenantId, fault: Fault, batched: bool
) -> None:
    """Mend: the same command is sent on a new connection, and its id is looked up under the lock before all else."""
    request = command(tenant, written("s"), *([guarded("warm", 1)] if batched else []))
    proxy.fault = fault
    appended = await store.append(request)
    assert proxy.fault is Fault.NONE, "the fault must have struck"
    assert (appended.outcome, appended.position) == (Outcome.APPENDED, 3)
    assert await stored(database, tenant, "s") == 1


async def test_control_a_blind_retry_takes_its_own_event_for_somebody_elses(
    database: LogDatabase, proxy: Proxy, tenant: TenantId
) -> None:
    """Without the command id: the first attempt was stored, so the second finds the stream moved."""
    async with PostgresEventStore(database.pool) as direct:
        await direct.append(command(tenant, written("s")))  # Stored; the answer was lost.
        with pytest.raises(VersionConflict):
            await direct.append(command(tenant, written("s"), command_id=fresh_id()))


async def test_a_batch_whose_answer_was_lost_is_resolved_for_each_of_its_callers(
    database: LogDatabase, proxy: Proxy, store: PostgresEventStore, tenant: TenantId
) -> None:
    known = command(tenant, written("known"))
    await store.append(known)
    requests = [command(tenant, written(f"s-{n}", 9 if n % 10 == 0 else 0)) for n in range(50)] + [known]
    proxy.fault = Fault.LOSE_ANSWER
    answers = await asyncio.gather(*(store.append(each) for each in requests), return_exceptions=True)
    assert sum(isinstance(each, VersionConflict) for each in answers) == 5
    positions = sorted(each.position for each in answers[:50] if isinstance(each, Appended))
    assert positions == list(range(4, 49))
    assert (await store.heads())[tenant] == 48


async def test_a_backend_that_is_killed_while_it_waits_is_replaced(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId
) -> None:
    async with database.superuser() as superuser:
        holding = superuser.transaction()
        await holding.start()
        await superuser.execute("SELECT FROM thidua.heads AS h WHERE h.tenant_id = $1 FOR UPDATE", tenant)
        append = asyncio.create_task(store.append(command(tenant, written("s"))))
        killed = 0
        for _ in range(200):
            killed += await superuser.fetchval(
                "SELECT count(pg_terminate_backend(l.pid)) FROM pg_locks AS l"
                " WHERE NOT l.granted AND pg_backend_pid() = ANY (pg_blocking_pids(l.pid))"
            )
            if killed:
                break
            await asyncio.sleep(0.01)
        assert killed == 1
        await asyncio.sleep(0.1)
        await holding.rollback()
        assert (await append).outcome is Outcome.APPENDED
    assert await stored(database, tenant, "s") == 1


async def test_backends_killed_under_load_lose_and_double_nothing(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId
) -> None:
    acknowledged: list[tuple[str, int]] = []

    async def write(writer: int) -> None:
        for n in range(60):
            request = command(tenant, written(f"w-{writer}-{n}"), guarded("warm", 1))
            acknowledged.append((request.command_id, (await store.append(request)).position))

    async def kill() -> None:
        async with database.superuser() as superuser:
            for _ in range(6):
                await asyncio.sleep(0.03)
                await superuser.execute(
                    "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity AS a"
                    " WHERE a.datname = current_database() AND a.usename = 'thidua_log_tests'"
                )

    await asyncio.gather(kill(), *(write(each) for each in range(16)))
    rows = await store.page(tenant, after=2, limit=10_000)
    assert [(row.command_id, row.position) for row in rows] == sorted(acknowledged, key=lambda each: each[1])
    assert [row.position for row in rows] == list(range(3, 16 * 60 + 3))


async def test_a_database_that_stays_away_is_unavailable_soon_and_serves_again_by_itself(
    database: LogDatabase, proxy: Proxy, store: PostgresEventStore, tenant: TenantId
) -> None:
    proxy.go_away()
    started = time.monotonic()
    requests: list[Append] = [command(tenant, written(f"s-{n}")) for n in range(20)]
    answers = await asyncio.gather(*(store.append(each) for each in requests), return_exceptions=True)
    assert {type(each) for each in answers} == {Unavailable}
    assert time.monotonic() - started < 2 * RESOLVE_S + 1
    for reading in (
        store.load(tenant, ["s"]),
        store.histories(tenant, ["s"]),
        store.heads(),
        store.remembered(tenant, fresh_id()),
    ):
        with pytest.raises(Unavailable):
            await reading
    proxy.come_back()
    again = await asyncio.gather(*(store.append(each) for each in requests))
    assert sorted(each.position for each in again) == list(range(3, 23))
    assert len(await store.page(tenant, after=2, limit=99)) == 20


async def test_a_short_absence_is_not_noticed(
    database: LogDatabase, proxy: Proxy, store: PostgresEventStore, tenant: TenantId
) -> None:
    proxy.go_away()
    append = asyncio.create_task(store.append(command(tenant, written("s"))))
    await asyncio.sleep(0.4)
    proxy.come_back()
    assert (await append).outcome is Outcome.APPENDED


async def test_a_full_queue_says_so_at_once(
    database: LogDatabase, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.postgres.appending.WAITING_MAX", 10)
    async with PostgresEventStore(database.pool) as store:
        requests = [command(tenant, written(f"s-{n}")) for n in range(30)]
        answers = await asyncio.gather(*(store.append(each) for each in requests), return_exceptions=True)
    assert [isinstance(each, Appended) for each in answers] == [True] * 10 + [False] * 20
    assert {type(each) for each in answers[10:]} == {Unavailable}


async def test_a_store_that_closes_finishes_what_it_was_asked(database: LogDatabase, tenant: TenantId) -> None:
    async with PostgresEventStore(database.pool) as store:
        tasks = [asyncio.create_task(store.append(command(tenant, written(f"s-{n}")))) for n in range(30)]
        await asyncio.sleep(0)
    assert len({(await each).position for each in tasks}) == 30
    with pytest.raises(Unavailable):
        await store.append(command(tenant, written("late")))


async def test_a_call_that_takes_too_long_is_stopped_and_its_connection_serves_on(database: LogDatabase) -> None:
    pool = await Pool.open(database.serving_url)
    try:
        lane = await pool.lane()
        assert await lane.fetchrow("SELECT 1", timeout=5.0) is not None
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await lane.fetchrow("SELECT pg_sleep(20)", timeout=0.1)
            row = await lane.fetchrow("SELECT pg_sleep(0.2), 2 AS two", timeout=5.0)
            assert row is not None
            assert row["two"] == 2
        assert pool.session == lane.session
    finally:
        await pool.close()


@pytest.fixture
async def silenced(
    proxy: Proxy, store: PostgresEventStore, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> PostgresEventStore:
    """Its connections are open, prepared and silent, as when a firewall has forgotten them; new ones would work."""
    monkeypatch.setattr("adapters.postgres.pool.PROOF_TIMEOUT_S", 0.3)
    for lane in store._pool._lanes:
        await lane.fetchrow("SELECT 1")
    await store.histories(tenant, ["warm"])
    proxy.fall_silent()
    return store


async def test_a_load_over_a_silent_connection_fails_once_and_the_next_goes_over_a_new_one(
    silenced: PostgresEventStore, tenant: TenantId
) -> None:
    for lane in silenced._pool._aside.values():
        with pytest.raises(TimeoutError):
            await lane.fetch("SELECT 1", timeout=0.3)
        assert lane.connection.is_closed()
    assert (await silenced.histories(tenant, ["warm"]))["warm"].version == 1


async def test_a_lane_that_is_silent_is_given_up_and_the_next_append_goes_over_a_new_one(
    silenced: PostgresEventStore, tenant: TenantId
) -> None:
    session = silenced.session
    with pytest.raises(TimeoutError):
        await (await silenced._pool.lane()).fetchrow("SELECT 1", timeout=0.3)
    assert silenced.session is None
    assert (await silenced.append(command(tenant, written("after")))).position == 3
    assert silenced.session not in (None, session)


async def test_where_the_lanes_are_opened_anew_nobody_reads_over_what_was_open_before(
    proxy: Proxy, store: PostgresEventStore, tenant: TenantId
) -> None:
    """Behind it may lie the database that a restore has put an end to."""
    await store.histories(tenant, ["warm"])
    async with store._pool.connection() as connection:
        reader = connection.get_server_pid()
    aside = [lane.connection for lane in store._pool._aside.values()]
    (await store._pool.lane()).connection.terminate()
    await store.append(command(tenant, written("after")))
    assert aside
    assert all(each.is_closed() for each in aside)
    async with store._pool.connection() as connection:
        assert connection.get_server_pid() != reader
    assert (await store.histories(tenant, ["warm"]))["warm"].version == 1


async def test_a_log_that_lacks_its_last_rows_says_so_where_it_is_read(database: LogDatabase, tenant: TenantId) -> None:
    async with PostgresEventStore(database.pool) as store:
        await store.append(command(tenant, written("a", events=3)))
        async with database.superuser() as superuser:
            await superuser.execute("DELETE FROM thidua.events WHERE tenant_id = $1 AND position > 1", tenant)
        for pages in (store.read(tenant, after=1), store.lines(tenant, after=1)):
            with pytest.raises(RowsMissing, match="behind position 1"):
                await anext(pages)
