"""Each event counts exactly once, whoever projects; what cannot be projected stops its own projection and no other."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import Pool
from adapters.read_models import projector as projecting
from adapters.read_models.models import MODELS, NAMES
from adapters.read_models.projector import Projector, StillBehind
from adapters.read_models.rebuild import rebuild
from adapters.read_models.session import looking
from adapters.read_models.status import Standing, standings
from application.ports import NewEvent, StreamAppend, Unavailable
from domain.ids import TenantId
from domain.unit import UnitEstablished, UnitRenamed
from tests.support.log import command, fresh_id
from tests.support.postgres import PostgresServer
from tests.support.proxy import proxy_before
from tests.support.read_models import Projected, projected

pytestmark = pytest.mark.anyio
DAY = date(2024, 1, 2)


def established(unit_id: str, name: str = "CĐCS Mẫu") -> UnitEstablished:
    return UnitEstablished(
        unit_id=unit_id,
        code="mau",
        name=name,
        level="federation",
        parent_id=None,
        sector="school",
        has_union=True,
        cluster=None,
        on=DAY,
        read_at=(),
    )


async def entered(world: Projected, tenant_id: TenantId, units: int = 1) -> int:
    """The log's position after so many new units."""
    for _ in range(units):
        unit_id = fresh_id()
        position = await world.record(tenant_id, f"unit-{unit_id}", [established(unit_id)])
    return position


async def spoil(world: Projected, tenant_id: TenantId, event_type: str) -> int:
    """Put an event into the log that no release can read."""
    broken = NewEvent(event_id=fresh_id(), type=event_type, type_version=1, data=b'{"full_name":"Bi Mat"}')
    written = StreamAppend(stream_id=f"unit-{fresh_id()}", expected_version=0, events=(broken,))
    return (await world.store.append(command(tenant_id, written))).position


async def standing_of(world: Projected, tenant_id: TenantId, projection: str) -> Standing:
    found = await standings(world.store, world.pool, NAMES, datetime.now(UTC), tenant_id=tenant_id)
    return next(each for each in found if each.projection == projection)


async def test_the_columns_of_every_table_are_those_of_the_migration(postgres: PostgresServer) -> None:
    async with projected(postgres) as world, world.database.owner() as connection:
        for table in (table for model in MODELS for table in model.tables):
            found = await connection.fetch(
                "select a.attname as name, format_type(a.atttypid, a.atttypmod) as kind from pg_attribute as a"
                f" where a.attrelid = 'read_models.{table.name}'::regclass and a.attnum > 0 order by a.attnum"
            )
            spelled = {"timestamp with time zone": "timestamptz"}
            columns = {record["name"]: spelled.get(record["kind"], record["kind"]) for record in found}
            assert columns == {"tenant_id": "uuid", **table.columns}, table.name


async def test_what_is_appended_shows_with_its_version_and_position(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant, unit = await world.database.tenant(), fresh_id()
        position = await world.record(tenant, f"unit-{unit}", [established(unit), UnitRenamed(name="Mới", on=DAY)])
        await world.projector.catch_up()
        await world.projector.wait_for(tenant, position, NAMES, timeout_seconds=1)
        (row,) = (await world.rows(tenant))["units"]
        assert (row["name"], row["version"], row["position"], row["first_position"]) == ("Mới", 2, 2, 1)


async def test_the_functions_that_read_models_run_all_day_keep_their_plans(postgres: PostgresServer) -> None:
    async with projected(postgres) as world, world.database.owner() as connection:
        planned_anew = await connection.fetch(
            "select p.proname from pg_proc as p join pg_language as l on l.oid = p.prolang"
            " where p.pronamespace = 'read_models'::regnamespace and l.lanname = 'plpgsql'"
            " and not 'plan_cache_mode=force_generic_plan' = any(coalesce(p.proconfig, '{}'))"
        )
        assert planned_anew == []


async def test_what_is_appended_soon_after_a_batch_comes_in_one(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projecting, "GATHER_SECONDS", 1.0)
    async with projected(postgres) as world:
        tenant, batches = await world.database.tenant(), list[int]()
        write = world.projector._write_whole

        async def counted(*asked: Any) -> bool:
            batches.append(len(asked[2]))
            return await write(*asked)

        monkeypatch.setattr(world.projector, "_write_whole", counted)
        running = asyncio.create_task(world.projector.run())
        await world.projector.wait_for(tenant, await entered(world, tenant), NAMES, timeout_seconds=10)
        for _ in range(3):
            last = await entered(world, tenant)
            world.projector.wake(frozenset({tenant}))
        await world.projector.wait_for(tenant, last, NAMES, timeout_seconds=10)
        running.cancel()
        await asyncio.wait([running])
        assert batches == [1, 3]


async def test_two_servers_project_each_event_once(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        servers = [asyncio.create_task(Projector(world.store, world.pool, MODELS).run()) for _ in range(2)]
        try:
            position = await entered(world, tenant, units=30)
            await world.projector.wait_for(tenant, position, NAMES, timeout_seconds=10)
        finally:
            for server in servers:
                server.cancel()
            await asyncio.gather(*servers, return_exceptions=True)
        rows = await world.rows(tenant)
        assert [row["first_position"] for row in sorted(rows["units"], key=lambda row: row["position"])] == list(
            range(1, 31)
        )
        assert len(rows["trail"]) == 30


async def test_a_server_that_believes_an_old_checkpoint_takes_nothing_back(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with projected(postgres) as world:
        tenant, unit = await world.database.tenant(), fresh_id()
        slow, fast = (Projector(world.store, world.pool, MODELS) for _ in range(2))
        await world.record(tenant, f"unit-{unit}", [established(unit)])
        await slow.catch_up()
        renamed = [UnitRenamed(name=f"Tên {number}", on=DAY) for number in range(2, 6)]
        position = await world.record(tenant, f"unit-{unit}", renamed, at=1)
        await fast.catch_up()
        monkeypatch.setattr(projecting, "BATCH_SIZE_MAX", 2)
        assert not await slow.advance(tenant, position)
        assert [row["name"] for row in (await world.rows(tenant))["units"]] == ["Tên 5"]
        assert (await standing_of(world, tenant, "units")).position == position


async def test_a_database_that_went_away_is_caught_up_with_when_it_is_back(postgres: PostgresServer) -> None:
    async with projected(postgres) as world, proxy_before(world.database.serving_url) as proxy:
        tenant = await world.database.tenant()
        pool = await Pool.open(proxy.url)
        async with PostgresEventStore(pool) as store:
            server = Projector(store, pool, MODELS)
            running = asyncio.create_task(server.run())
            try:
                first = await entered(world, tenant)
                await server.wait_for(tenant, first, NAMES, timeout_seconds=5)
                proxy.go_away()
                last = await entered(world, tenant, units=3)
                with pytest.raises(Unavailable):
                    await server.wait_for(tenant, last, NAMES, timeout_seconds=1)
                server.wake()
                await asyncio.sleep(0.2)
                assert not running.done()
                proxy.come_back()
                await server.wait_for(tenant, last, NAMES, timeout_seconds=10)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
        await pool.close()
        assert len((await world.rows(tenant))["units"]) == 4


async def test_an_unreadable_event_stops_only_the_projections_that_need_it(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant, other = await world.database.tenant(), await world.database.tenant()
        await entered(world, tenant, units=2)
        broken_at = await spoil(world, tenant, "unit.established")
        last = await entered(world, tenant)
        await entered(world, other)
        await world.projector.catch_up()
        stopped = await standing_of(world, tenant, "units")
        assert (stopped.position, stopped.stopped_at, stopped.lag_events) == (broken_at - 1, broken_at, 2)
        assert stopped.error is not None
        assert stopped.error.startswith("unit.established v1: ValidationError")
        assert (await standing_of(world, tenant, "registrations")).position == last
        assert (await standing_of(world, other, "units")).stopped_at is None
        assert len((await world.rows(tenant))["units"]) == 2


async def test_what_stopped_a_projection_is_told_without_what_the_event_says(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await spoil(world, tenant, "member.enrolled")
        await world.projector.catch_up()
        stopped = await standing_of(world, tenant, "members")
        assert stopped.stopped_at == 1
        assert "Bi Mat" not in str(stopped.error)


async def test_an_event_type_of_a_newer_release_stops_its_family_and_leaves_the_others(
    postgres: PostgresServer,
) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await spoil(world, tenant, "unit.twinned")
        await world.projector.catch_up()
        assert (await standing_of(world, tenant, "units")).stopped_at == 1
        assert (await standing_of(world, tenant, "campaigns")).position == 1


async def test_a_character_that_postgresql_cannot_hold_is_replaced_and_stops_nothing(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant, unit = await world.database.tenant(), fresh_id()
        await world.record(tenant, f"unit-{unit}", [established(unit, name="CĐCS \x00 Mẫu")])
        await world.projector.catch_up()
        assert (await standing_of(world, tenant, "units")).stopped_at is None
        assert [row["name"] for row in (await world.rows(tenant))["units"]] == ["CĐCS \ufffd Mẫu"]


async def test_a_row_that_an_index_cannot_hold_stops_its_projection_at_its_event(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant, unit = await world.database.tenant(), fresh_id()
        await entered(world, tenant)
        await world.record(tenant, f"unit-{unit}", [established(unit)])
        async with world.database.superuser() as connection:
            await connection.execute("alter table read_models.units add check (first_position <> 2)")
        last = await entered(world, tenant)
        await world.projector.catch_up()
        stopped = await standing_of(world, tenant, "units")
        assert (stopped.position, stopped.stopped_at) == (1, 2)
        assert stopped.error == "unit.established v2: CheckViolationError 23514 units units_first_position_check"
        assert (await standing_of(world, tenant, "trail")).position == last


async def test_a_rebuild_forgets_the_stop_and_tells_how_far_it_is(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        position = await entered(world, tenant, units=3)
        await world.projector.catch_up()
        async with world.database.superuser() as connection:
            await connection.execute(
                "update read_models.checkpoints set stopped_at = 2, position = 1, error = 'mended'"
            )
            await connection.execute("delete from read_models.units where first_position = 1")
            await connection.execute("insert into read_models.units (tenant_id, unit_id) values ($1, 'stray')", tenant)
        told: list[tuple[int, int]] = []
        stops = await rebuild(world.store, world.pool, tenant, MODELS, told=lambda *done: told.append(done))
        assert (stops, told[-1]) == ({}, (3 * len(MODELS), 3 * len(MODELS)))
        after = await standing_of(world, tenant, "units")
        assert (after.position, after.stopped_at, after.lag_events) == (position, None, 0)
        assert {row["first_position"] for row in (await world.rows(tenant))["units"]} == {1, 2, 3}


async def test_a_reader_sees_the_old_rows_until_a_rebuild_is_whole(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await entered(world, tenant, units=3)
        await world.projector.catch_up()
        seen: list[int] = []
        counting = asyncio.Event()

        async def watch() -> None:
            while not counting.is_set():
                seen.append(len((await world.rows(tenant))["units"]))

        watching = asyncio.create_task(watch())
        for _ in range(3):
            await rebuild(world.store, world.pool, tenant, MODELS)
        counting.set()
        await watching
        assert set(seen) == {3}


async def test_waiting_for_a_position_that_does_not_come_ends_with_how_far_it_is(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        position = await entered(world, tenant)
        with pytest.raises(StillBehind) as behind:
            await world.projector.wait_for(tenant, position, ("units",), timeout_seconds=0.1)
        assert (behind.value.position, behind.value.wanted, behind.value.stopped) == (0, position, False)


async def test_waiting_for_a_stopped_projection_does_not_wait(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        position = await spoil(world, tenant, "unit.established")
        await world.projector.catch_up()
        with pytest.raises(StillBehind) as behind:
            await asyncio.wait_for(world.projector.wait_for(tenant, position, ("units",), timeout_seconds=60), 5)
        assert behind.value.stopped


async def test_the_lag_is_told_in_events_and_in_seconds(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await entered(world, tenant)
        await world.projector.catch_up()
        await entered(world, tenant, units=2)
        later = datetime.now(UTC) + timedelta(seconds=90)
        found = await standings(world.store, world.pool, ("units",), later, tenant_id=tenant)
        assert [each.lag_events for each in found] == [2]
        assert 89 < found[0].lag_seconds < 100


async def test_a_tenant_sees_and_writes_its_own_rows_alone(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant, other = await world.database.tenant(), await world.database.tenant()
        await entered(world, tenant)
        await world.projector.catch_up()
        async with looking(world.pool, other) as connection:
            for table in ("checkpoints", *(table.name for model in MODELS for table in model.tables)):
                assert (
                    await connection.fetchval(f"select count(*) from read_models.{table} as t") == 0
                    or table == "checkpoints"
                )
            assert (
                await connection.fetchval(
                    "select count(*) from read_models.checkpoints as c where c.tenant_id = $1", tenant
                )
                == 0
            )
        async with world.pool.tenant(other) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("insert into read_models.units (tenant_id, unit_id) values ($1, 'x')", tenant)
