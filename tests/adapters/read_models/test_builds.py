"""A read model is built anew beside the one that is read, whatever is cut, cancelled, stopped or done twice."""

import asyncio
import os
import signal
import sys

import pytest

from adapters.read_models.building import Builder, Ended, cancel
from adapters.read_models.models import MODELS
from adapters.read_models.rebuild import ANEW, rebuild
from adapters.read_models.session import looking
from adapters.read_models.units import UNIT_MODEL
from adapters.read_models.upgrading import Upgrades
from tests.support.building import (
    LOUD,
    NEWER,
    build_of,
    built,
    cut_at,
    enter,
    mend,
    names,
    spoil,
    standing,
)
from tests.support.postgres import PostgresServer
from tests.support.read_models import projected
from tests.support.tree import PROJECT

pytestmark = pytest.mark.anyio


async def test_the_second_set_of_tables_is_shaped_like_the_first(postgres: PostgresServer) -> None:
    shape = """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attcollation,
               pg_get_expr(d.adbin, d.adrelid),
               (select k.n from pg_index as i, unnest(i.indkey::smallint[]) with ordinality as k (attnum, n)
                where i.indrelid = c.oid and i.indisprimary and k.attnum = a.attnum) as place_in_key
        from pg_class as c join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef as d on d.adrelid = c.oid and d.adnum = a.attnum
        where c.relnamespace = $1::regnamespace and c.relkind = 'r'
          and c.relname not in ('checkpoints', 'pasts', 'builds')
        order by c.relname, a.attname"""
    async with projected(postgres) as world, world.database.owner() as connection:
        live, following = [
            [tuple(row) for row in await connection.fetch(shape, schema)]
            for schema in ("read_models", "read_models_next")
        ]
        assert live == following
        assert {row[0] for row in live} >= {table.name for model in MODELS for table in model.tables}
        open_ones = """
            select c.relname from pg_class as c where c.relnamespace = 'read_models_next'::regnamespace
            and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)"""
        assert await connection.fetch(open_ones) == []


async def test_a_build_that_was_cut_goes_on_where_it_was(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await enter(world, tenant, 20)
        await world.projector.catch_up()
        cut = await cut_at(world, tenant, 20)
        assert 20 <= cut < 40
        assert await names(world, tenant) == [f"đơn vị {number}" for number in range(20)]
        told: list[int] = []
        builder = Builder(world.store, world.pool, tenant, LOUD, chunk_events=2, told=lambda done, _: told.append(done))
        assert await builder.run(anew=ANEW, over_newer=True) == Ended(ending="swapped")
        assert told[0] == cut + 2
        assert await names(world, tenant) == [f"ĐƠN VỊ {number}" for number in range(20)]


KILLED = """
import asyncio, os, signal, sys
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import Pool
from adapters.read_models.building import Builder
from adapters.read_models.units import UNIT_MODEL

def told(done, total):
    if done >= 20:
        os.kill(os.getpid(), signal.SIGKILL)

async def work(url, tenant):
    pool = await Pool.open(url)
    async with PostgresEventStore(pool) as store:
        builder = Builder(store, pool, tenant, UNIT_MODEL, chunk_events=2, told=told)
        await builder.run(anew=frozenset(), over_newer=True)

asyncio.run(work(*sys.argv[1:]))
"""


async def test_a_process_that_is_killed_while_it_builds_leaves_what_another_goes_on_with(
    postgres: PostgresServer,
) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await enter(world, tenant, 20)
        await world.projector.catch_up()
        live = await world.rows(tenant)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", KILLED, world.database.serving_url, tenant,
            env={**os.environ, "PYTHONPATH": str(PROJECT / "src")},
        )  # fmt: skip
        assert await asyncio.wait_for(process.wait(), 60) == -signal.SIGKILL
        left = await build_of(world, tenant)
        assert left is not None
        assert (left.position, left.state) == (20, "building")
        assert await built(world, tenant, UNIT_MODEL, anew=frozenset()) == Ended(ending="swapped")
        assert await build_of(world, tenant) is None
        assert await world.rows(tenant) == live


async def test_a_cancelled_build_leaves_nothing_and_ends_whoever_works_at_it(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await enter(world, tenant, 20)
        await world.projector.catch_up()
        assert not await cancel(world.pool, tenant, LOUD)
        await cut_at(world, tenant, 10)
        assert await cancel(world.pool, tenant, LOUD)
        assert not await cancel(world.pool, tenant, LOUD)
        async with looking(world.pool, tenant) as connection:
            sql = "select count(*) from read_models_next.units as u where u.tenant_id = $1"
            assert await connection.fetchval(sql, tenant) == 0
        assert await built(world, tenant, anew=frozenset()) == Ended(ending="cancelled")
        assert await names(world, tenant) == [f"đơn vị {number}" for number in range(20)]
        await Upgrades(world.store, world.pool, NEWER).turn()
        assert (await standing(world, tenant)).version == 1
        assert await built(world, tenant) == Ended(ending="swapped")


async def test_two_that_build_at_once_make_the_rows_of_one(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        position = await enter(world, tenant, 40)
        await world.projector.catch_up()
        ended = await asyncio.gather(*(built(world, tenant) for _ in range(3)))
        assert [each.ending for each in ended] == ["swapped"] * 3
        assert await names(world, tenant) == [f"ĐƠN VỊ {number}" for number in range(40)]
        assert ((await standing(world, tenant)).position, await build_of(world, tenant)) == (position, None)


async def test_what_is_appended_during_a_rebuild_is_in_the_rows_once(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await enter(world, tenant, 20)
        server = asyncio.create_task(world.projector.run())
        rebuilding = asyncio.create_task(rebuild(world.store, world.pool, tenant, MODELS))
        position = await enter(world, tenant, 40, first=20)
        assert await rebuilding == {}
        await world.projector.wait_for(tenant, position, [model.name for model in MODELS], timeout_seconds=10)
        server.cancel()
        await asyncio.wait([server])
        live = await world.rows(tenant)
        assert len(live["units"]) == 60
        assert await rebuild(world.store, world.pool, tenant, MODELS) == {}
        assert await world.rows(tenant) == live


async def test_a_build_that_stops_says_so_and_leaves_rows_that_go_further(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await enter(world, tenant, 3)
        poison = await spoil(world, tenant)
        await mend(world, poison)
        last = await enter(world, tenant, 1, first=3)
        await world.projector.catch_up()
        async with world.database.superuser() as connection:
            await connection.execute("update thidua.events set data = '{}' where position = $1", poison)
        ended = await built(world, tenant)
        assert (ended.ending, ended.stop and ended.stop.position) == ("stopped", poison)
        now = await standing(world, tenant)
        assert (now.version, now.position, now.stopped_at) == (1, last, None)
        assert now.build is not None
        assert (now.build.state, now.build.stopped_at, now.build.version) == ("stopped", poison, 2)
        assert str(now.build.error).startswith("unit.renamed v1: ValidationError")
        await mend(world, poison)
        assert await built(world, tenant) == Ended(ending="swapped")
        assert (await names(world, tenant))[3] == "ĐƠN VỊ 3"


async def test_a_build_that_stops_no_earlier_than_what_is_read_takes_its_place(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        first = await spoil(world, tenant)
        await enter(world, tenant, 2)
        second = await spoil(world, tenant)
        await world.projector.catch_up()
        assert (await standing(world, tenant)).stopped_at == first
        await mend(world, first)
        ended = await built(world, tenant, UNIT_MODEL)
        assert (ended.ending, ended.stop and ended.stop.position) == ("swapped", second)
        now = await standing(world, tenant)
        assert (now.position, now.stopped_at, now.build) == (second - 1, second, None)


async def test_what_became_live_after_the_builds_last_batch_is_in_the_rows_that_are_swapped_in(
    postgres: PostgresServer,
) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await enter(world, tenant, 3)
        await world.projector.catch_up()
        builder = Builder(world.store, world.pool, tenant, LOUD)
        build = await builder._begin(ANEW)
        assert build is not None
        await builder._advance(build)
        position = await enter(world, tenant, 2, first=3)
        await world.projector.catch_up()
        assert await builder._swap(over_newer=True) == Ended(ending="swapped")
        assert await names(world, tenant) == [f"ĐƠN VỊ {number}" for number in range(5)]
        assert (await standing(world, tenant)).position == position
