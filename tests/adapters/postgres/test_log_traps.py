"""The ways in which logs on PostgreSQL have lost or doubled events: each with the mend, and a control without it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from adapters.postgres import batch
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.migrate import mark_demo
from adapters.postgres.pool import APPENDS, Lane, Pool
from application.ports import Appended, Recorded, VersionConflict
from domain.ids import TenantId
from tests.support.log import LogDatabase, blocked, command, connected, fresh_id, guarded, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
INSERT = """INSERT INTO thidua.events (tenant_id, epoch, position, stream_id, version, type, type_version, event_id,
    recorded_at, actor, correlation_id, command_id, data)
    VALUES ($1, 1, $2, $3, $4, 'x', 1, gen_random_uuid(), now(), '', '', gen_random_uuid(), '')"""


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


@pytest.fixture
async def tenant(database: LogDatabase) -> TenantId:
    return await database.tenant()


@pytest.fixture
async def store(database: LogDatabase) -> AsyncIterator[PostgresEventStore]:
    async with PostgresEventStore(database.pool) as store:
        yield store


class Fixed:
    """A clock that stands still in the time of the campaigns."""

    def now(self) -> datetime:
        return datetime(2024, 2, 21, tzinfo=UTC)


class CountingPool(Pool):
    """Counts the calls that append."""

    calls = 0

    async def lane(self, name: str = APPENDS) -> Lane:
        self.calls += name == APPENDS
        return await super().lane(name)


@pytest.fixture
async def counting(database: LogDatabase) -> AsyncIterator[CountingPool]:
    pool = await CountingPool.open(database.serving_url)
    assert isinstance(pool, CountingPool)
    yield pool
    await pool.close()


async def append_directly(connection: Any, *requests: Any) -> list[batch.Result]:
    """Past the queue that keeps batch-mates apart."""
    sent = batch.columns(requests)
    query = f"SELECT * FROM thidua.append_requests($1, {batch.PARAMETERS})"
    reply = await connection.fetchrow(query, None, *sent.arguments())
    return batch.results(requests, sent, reply)


@pytest.mark.parametrize("batched", [False, True])
async def test_the_check_sees_what_was_committed_while_the_lock_was_waited_for(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId, batched: bool
) -> None:
    """Mend: the lock and the checks are statements of their own. Control: the check in the lock's own statement
    looks at a snapshot from before the wait, and finds the stream free."""
    control = """WITH locked AS MATERIALIZED (
            SELECT h.position FROM thidua.heads AS h WHERE h.tenant_id = $1 FOR NO KEY UPDATE)
        SELECT NOT EXISTS (SELECT FROM thidua.events AS e WHERE e.tenant_id = $1 AND e.stream_id = 's') FROM locked"""
    async with connected(database.serving_url) as first, database.superuser() as second:
        holding = first.transaction()
        await holding.start()
        assert isinstance((await append_directly(first, command(tenant, written("s"))))[0], Appended)
        late = asyncio.create_task(store.append(command(tenant, written("s"), *([guarded("g")] if batched else []))))
        await blocked(first)
        found_free = asyncio.create_task(second.fetchval(control, tenant))
        await blocked(first, waiting=2)
        await holding.commit()
        assert await found_free is True, "the control must fall into the trap"
        with pytest.raises(VersionConflict):
            await late


async def test_an_append_under_a_fixed_snapshot_is_refused(database: LogDatabase, tenant: TenantId) -> None:
    """Mend: the function asks for read committed; under repeatable read its second statement would see no more than
    its first."""
    async with connected(database.serving_url) as connection, connection.transaction(isolation="repeatable_read"):
        with pytest.raises(asyncpg.PostgresError) as caught:
            await append_directly(connection, command(tenant, written("s")))
        assert caught.value.sqlstate == "TD002"


async def test_a_guard_and_a_write_of_one_stream_do_not_share_a_batch(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId
) -> None:
    """Mend: `batch.take` lets the later one wait. Control: in one batch both pass, for the table does not hold the
    batch yet, and a decision rests on what was no longer so."""
    control = [command(tenant, written("campaign")), command(tenant, written("registration"), guarded("campaign"))]
    async with connected(database.serving_url) as connection:
        assert [type(each) for each in await append_directly(connection, *control)] == [Appended, Appended]
    requests = [command(tenant, written("campaign-2")), command(tenant, written("other"), guarded("campaign-2"))]
    answers = await asyncio.gather(*(store.append(each) for each in requests), return_exceptions=True)
    assert [type(each) for each in answers] == [Appended, VersionConflict]


@pytest.mark.parametrize("shared", ["command", "stream"])
async def test_two_writes_that_share_a_stream_or_a_command_do_not_share_a_batch(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId, shared: str
) -> None:
    """Mend: `batch.take`. Control: in one batch they fail, and everybody else with them."""

    def pair() -> list[Any]:
        same = fresh_id()
        if shared == "command":
            return [
                command(tenant, written(fresh_id()), command_id=same),
                command(tenant, written(fresh_id()), command_id=same),
            ]
        return [command(tenant, written(same)), command(tenant, written(same))]

    async with connected(database.serving_url) as connection:
        with pytest.raises(asyncpg.UniqueViolationError):
            await append_directly(connection, *pair(), command(tenant, written(fresh_id())))
    innocent = command(tenant, written(fresh_id()))
    answers = await asyncio.gather(*(store.append(each) for each in [*pair(), innocent]), return_exceptions=True)
    assert [isinstance(each, Appended) for each in answers] == [True, shared == "command", True]


async def test_appends_that_only_guard_the_same_stream_travel_together(
    counting: CountingPool, tenant: TenantId
) -> None:
    """Every registration guards its campaign: taking turns there would serve one registration a batch."""
    async with PostgresEventStore(counting) as store:
        await asyncio.gather(
            *(store.append(command(tenant, written(f"r-{n}"), guarded("campaign"))) for n in range(200))
        )
    assert counting.calls <= 2


async def test_the_key_alone_lets_a_version_be_skipped(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId
) -> None:
    """Mend: version - 1 must be the stream's last. Control: the primary key takes version 5 after version 1."""
    await store.append(command(tenant, written("s")))
    with pytest.raises(VersionConflict):
        await store.append(command(tenant, written("s", 4)))
    async with database.superuser() as superuser:
        transaction = superuser.transaction()
        await transaction.start()
        await superuser.execute(INSERT, tenant, 2, "s", 5)
        await transaction.rollback()


async def test_conflicts_of_one_in_twenty_cost_no_extra_batch(counting: CountingPool, tenant: TenantId) -> None:
    """Mend: the function finds the refused and stores the others. Control: inserting first and sending again one by one
    on a violation takes a call for each of the 400."""
    async with PostgresEventStore(counting) as store:
        requests = [command(tenant, written(f"s-{n}", 7 if n % 20 == 0 else 0)) for n in range(400)]
        answers = await asyncio.gather(*(store.append(each) for each in requests), return_exceptions=True)
    assert sum(isinstance(each, VersionConflict) for each in answers) == 20
    assert sum(isinstance(each, Appended) for each in answers) == 380
    assert counting.calls <= 2


async def test_the_appends_of_many_tenants_travel_together(counting: CountingPool, database: LogDatabase) -> None:
    """One batcher for each tenant would be several times slower."""
    tenants = [await database.tenant() for _ in range(20)]
    async with PostgresEventStore(counting) as store:
        await asyncio.gather(*(store.append(command(each, written("s"))) for each in tenants))
    assert counting.calls <= 2


async def test_what_the_database_cannot_hold_fails_its_own_caller_alone(
    store: PostgresEventStore, tenant: TenantId
) -> None:
    requests = [command(tenant, written("ok")), command(tenant, written("nul\0")), command(tenant, written("fine"))]
    answers = await asyncio.gather(*(store.append(each) for each in requests), return_exceptions=True)
    assert [isinstance(each, Appended) for each in answers] == [True, False, True]


async def test_callers_that_go_away_disturb_nobody(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId
) -> None:
    async with database.superuser() as superuser:
        holding = superuser.transaction()
        await holding.start()
        await superuser.execute("SELECT FROM thidua.heads AS h WHERE h.tenant_id = $1 FOR UPDATE", tenant)
        sent = asyncio.create_task(store.append(command(tenant, written("sent"))))
        await blocked(superuser)
        queued = asyncio.create_task(store.append(command(tenant, written("never sent"))))
        stays = asyncio.create_task(store.append(command(tenant, written("stays"))))
        await asyncio.sleep(0)
        sent.cancel()
        queued.cancel()
        await asyncio.sleep(0)
        await holding.rollback()
        assert (await stays).position == 2
    loaded = await store.load(tenant, ["sent", "never sent", "stays"])
    assert {stream: len(rows) for stream, rows in loaded.items()} == {"sent": 1, "never sent": 0, "stays": 1}


async def test_a_follower_misses_nothing_while_two_servers_write(
    database: LogDatabase, store: PostgresEventStore
) -> None:
    """Mend: positions come from a row that is locked until the commit. The control below is how others lost events."""
    tenants = [await database.tenant() for _ in range(3)]
    seen: dict[TenantId, list[Recorded]] = {each: [] for each in tenants}
    writing = True

    async def follow(tenant: TenantId) -> None:
        while True:
            more = writing
            page = await store.page(tenant, after=len(seen[tenant]), limit=100)
            seen[tenant].extend(page)
            if not page and not more:
                return
            await asyncio.sleep(0)

    async def write(each: PostgresEventStore, writer: int) -> None:
        for n in range(40):
            target = tenants[(writer + n) % 3]
            await each.append(command(target, written(f"w-{writer}-{n}", events=2)))

    other_pool = await Pool.open(database.serving_url)
    async with PostgresEventStore(other_pool) as other:
        followers = [asyncio.create_task(follow(each)) for each in tenants]
        await asyncio.gather(*(write(each, 2 * n + k) for k, each in enumerate((store, other)) for n in range(4)))
        writing = False
        await asyncio.gather(*followers)
    await other_pool.close()
    assert sum(len(rows) for rows in seen.values()) == 8 * 40 * 2
    for rows in seen.values():
        assert [row.position for row in rows] == list(range(1, len(rows) + 1))


async def test_control_a_cursor_over_a_sequence_loses_an_event(database: LogDatabase) -> None:
    async with database.superuser() as setting, database.superuser() as slow, database.superuser() as quick:
        await setting.execute("CREATE TABLE plain (position bigserial PRIMARY KEY, what text)")
        waiting = slow.transaction()
        await waiting.start()
        await slow.execute("INSERT INTO plain (what) VALUES ('first')")
        await quick.execute("INSERT INTO plain (what) VALUES ('second')")
        cursor = await setting.fetchval("SELECT max(p.position) FROM plain AS p")
        await waiting.commit()
        assert await setting.fetch("SELECT FROM plain AS p WHERE p.position > $1", cursor) == []
        assert await setting.fetchval("SELECT count(*) FROM plain AS p WHERE p.position <= $1", cursor) == 2
        await setting.execute("DROP TABLE plain")


async def test_a_plan_that_was_made_on_empty_tables_still_serves_when_they_have_grown(postgres: PostgresServer) -> None:
    """Mend: the functions leave the planner no other index. Without it, until the next ANALYZE every append read its
    tenant's whole log through the index of positions: 2,500 events/s instead of 20,000, and fewer with each."""
    async with log_database(postgres) as fresh, connected(fresh.serving_url) as connection:
        tenant = await fresh.tenant()
        await connection.execute("SELECT set_config('app.tenant', $1, false)", tenant)
        for n in range(30):
            batched = [command(tenant, written(f"s-{n}-{k}"), guarded("campaign")) for k in range(20)]
            assert not [each for each in await append_directly(connection, *batched) if not isinstance(each, Appended)]
            alone = batch.one_stream(command(tenant, written(f"one-{n}")))
            query = f"SELECT * FROM thidua.append_stream($1, {batch.STREAM_PARAMETERS})"
            await connection.fetchrow(query, None, *alone)
            assert len(await connection.fetch("SELECT FROM thidua.load_streams($1, $2)", tenant, [f"s-{n}-1"])) == 1
        await connection.execute("SELECT pg_stat_force_next_flush()")
        read = await connection.fetchval(
            "SELECT sum(i.idx_tup_read)::int FROM pg_stat_user_indexes AS i"
            " WHERE i.relid = 'thidua.events'::regclass AND i.indexrelname LIKE '%position%'"
        )
        scanned = await connection.fetchval(
            "SELECT sum(t.seq_tup_read)::int FROM pg_stat_user_tables AS t WHERE t.relname IN ('events', 'commands')"
        )
    assert (read, scanned) == (0, 0)


async def test_appends_notify_nobody_inside_their_transaction(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId
) -> None:
    """Mend: followers are woken outside. A NOTIFY takes a lock of the whole server at commit: a third of the speed."""
    async with database.owner() as owner:
        sources = await owner.fetch("SELECT p.prosrc FROM pg_proc AS p WHERE p.proname LIKE 'append_%'")
    assert len(sources) == 6
    assert [each for [each] in sources if "notify" in each.lower()] == []


async def test_a_callers_clock_counts_in_a_demo_only(database: LogDatabase, tenant: TenantId) -> None:
    async with PostgresEventStore(database.pool, clock=Fixed()) as store:
        for streams in ([written("a")], [written("a"), guarded("b")]):
            with pytest.raises(asyncpg.PostgresError, match="not marked as a demo"):
                await store.append(command(tenant, *streams))
        await mark_demo(database.owner_url)
        try:
            assert (await store.append(command(tenant, written("a")))).recorded_at == Fixed().now()
            assert (await store.append(command(tenant, written("b"), guarded("a", 1)))).recorded_at == Fixed().now()
        finally:
            async with database.owner() as owner:
                await owner.execute("DELETE FROM thidua.database_marks")


async def test_recorded_time_never_goes_back_in_a_tenant(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId
) -> None:
    """Mend: the greater of the clock and the tenant's last. The year 2100 is a clock that was set back since."""
    async with database.superuser() as superuser:
        await superuser.execute("UPDATE thidua.heads SET recorded_at = '2100-01-01Z' WHERE tenant_id = $1", tenant)
    await store.append(command(tenant, written("a")))
    await store.append(command(tenant, written("b"), guarded("a", 1)))
    assert {row.recorded_at.year for row in await store.page(tenant, after=0, limit=9)} == {2100}


async def test_what_the_release_before_appends_by_goes_on_beside_what_this_one_does(
    database: LogDatabase, store: PostgresEventStore, tenant: TenantId
) -> None:
    """Its functions stay, with their parameters: two releases may serve one database for a while."""
    one = """SELECT at_position, reason FROM thidua.append_one(
        NULL, $1, gen_random_uuid(), 'f', 'a', $2, $3, 'x', 1, gen_random_uuid(), NULL, '', '', NULL, '{}')"""
    several = """SELECT bases FROM thidua.append_batch(
        NULL, ARRAY[$1::uuid], ARRAY[1, 1], ARRAY[gen_random_uuid(), gen_random_uuid()],
        ARRAY['f', 'f']::bytea[], ARRAY['a', 'a']::bytea[], ARRAY[1, 1], ARRAY[0, 1], ARRAY[1, 2], ARRAY['s', 'u'],
        ARRAY[2, 0], ARRAY[1, 2], ARRAY[1, 1], ARRAY['s', 'u'], ARRAY[3, 1], ARRAY['x', 'x'], ARRAY[1, 1],
        ARRAY[gen_random_uuid(), gen_random_uuid()], ARRAY[NULL, NULL]::date[], ARRAY['', ''], ARRAY['', ''],
        ARRAY[NULL, NULL]::text[], ARRAY['{}', '{}']::bytea[])"""
    async with connected(database.serving_url) as before:
        assert [tuple(row) for row in await before.fetch(one, tenant, "s", 0)] == [(1, None)]
        assert (await store.append(command(tenant, written("s", at=1)))).position == 2
        assert await before.fetchval(several, tenant) == [2]
        assert (await store.append(command(tenant, written("u", at=1), guarded("s", at=3)))).position == 5
        assert [tuple(row) for row in await before.fetch(one, tenant, "s", 1)] == [(None, "moved")]
    positions = [row.position for row in await store.page(tenant, after=0, limit=10)]
    assert positions == [1, 2, 3, 4, 5]
