"""Servers of two releases on one database: readers see the rows of one version, whole, and the two come to rest."""

import asyncio

import msgspec
import pytest

from adapters.read_models import checkpoints as entering
from adapters.read_models import projector as projecting
from adapters.read_models.building import Ended
from adapters.read_models.model import Batch
from adapters.read_models.models import MODELS
from adapters.read_models.projector import Projector
from adapters.read_models.rebuild import rebuild
from adapters.read_models.table import Change
from adapters.read_models.units import UNIT_MODEL
from adapters.read_models.upgrading import Upgrades
from tests.support.building import (
    LOUD,
    NEWER,
    built,
    cut_at,
    enter,
    hammered,
    names,
    standing,
)
from tests.support.postgres import PostgresServer
from tests.support.read_models import projected

pytestmark = pytest.mark.anyio


async def test_readers_see_the_old_rows_or_the_new_ones_whole_while_an_older_server_goes_on(
    postgres: PostgresServer,
) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await enter(world, tenant, 30)
        await world.projector.catch_up()
        older = asyncio.create_task(world.projector.run())
        newer = asyncio.create_task(Projector(world.store, world.pool, NEWER).run())
        async with hammered(world, tenant) as seen:
            building = asyncio.create_task(built(world, tenant))
            position = await enter(world, tenant, 30, first=30)
            assert await building == Ended(ending="swapped")
            await world.projector.wait_for(tenant, position, ("units",), timeout_seconds=10)
            await asyncio.sleep(0.05)
        for server in (older, newer):
            server.cancel()
        await asyncio.gather(older, newer, return_exceptions=True)
        mixed = [answer for answer in seen if not (all(map(str.islower, answer)) or all(map(str.isupper, answer)))]
        assert mixed == []
        assert min(map(len, seen)) >= 30
        assert any(all(map(str.islower, answer)) for answer in seen)
        assert await names(world, tenant) == [f"ĐƠN VỊ {number}" for number in range(60)]
        after = await standing(world, tenant)
        assert (after.version, after.position, after.stopped_at, after.build) == (2, position, None, None)


async def test_an_older_server_leaves_newer_rows_alone_and_does_not_fight_for_them(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await enter(world, tenant, 3)
        await world.projector.catch_up()
        await Upgrades(world.store, world.pool, NEWER).turn()
        position = await enter(world, tenant, 1, first=3)
        for _ in range(2):
            await world.projector.catch_up()
            await Projector(world.store, world.pool, MODELS).catch_up()
            await Upgrades(world.store, world.pool, MODELS).turn()
        assert (await standing(world, tenant)).version == 2
        assert await names(world, tenant) == [f"ĐƠN VỊ {number}" for number in range(3)]
        assert await built(world, tenant, UNIT_MODEL, over_newer=False) == Ended(ending="newer")
        await Projector(world.store, world.pool, NEWER).catch_up()
        assert (await standing(world, tenant)).position == position
        assert await names(world, tenant) == [f"ĐƠN VỊ {number}" for number in range(4)]


async def test_a_newer_server_does_not_change_older_rows_and_takes_over_an_older_build(
    postgres: PostgresServer,
) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await enter(world, tenant, 10)
        await world.projector.catch_up()
        await cut_at(world, tenant, 6)
        newest = msgspec.structs.replace(LOUD, version=3, project=UNIT_MODEL.project)
        await enter(world, tenant, 1, first=10)
        await Projector(world.store, world.pool, [newest]).catch_up()
        assert len(await names(world, tenant)) == 10
        assert await built(world, tenant, newest, anew=frozenset()) == Ended(ending="swapped")
        assert await names(world, tenant) == [f"đơn vị {number}" for number in range(11)]
        assert (await standing(world, tenant)).version == 3
        assert await built(world, tenant, LOUD, over_newer=False) == Ended(ending="newer")


async def test_an_explicit_rebuild_leads_back_to_the_older_release(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await enter(world, tenant, 3)
        await Projector(world.store, world.pool, NEWER).catch_up()
        assert await names(world, tenant) == ["ĐƠN VỊ 0", "ĐƠN VỊ 1", "ĐƠN VỊ 2"]
        assert await rebuild(world.store, world.pool, tenant, [UNIT_MODEL]) == {}
        await enter(world, tenant, 1, first=3)
        await world.projector.catch_up()
        assert await names(world, tenant) == [f"đơn vị {number}" for number in range(4)]


async def test_a_projection_that_is_new_to_a_long_log_is_built_and_holds_nobody_up(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        others = [model for model in MODELS if model is not UNIT_MODEL]
        await enter(world, tenant, 5)
        await Projector(world.store, world.pool, others).catch_up()
        monkeypatch.setattr(entering, "FOLLOWED_EVENTS_MAX", 3)
        await world.projector.catch_up()
        assert ((await standing(world, tenant)).version, await names(world, tenant)) == (0, [])
        await Upgrades(world.store, world.pool, MODELS).turn()
        assert (await standing(world, tenant)).version == 1
        assert len(await names(world, tenant)) == 5


async def test_a_server_goes_on_with_a_projection_once_it_has_been_built(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projecting, "DOUBT_SECONDS", 0.0)
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await enter(world, tenant, 3)
        await world.projector.catch_up()
        server = Projector(world.store, world.pool, NEWER)
        running = asyncio.create_task(server.run())
        await Upgrades(world.store, world.pool, NEWER).turn()
        position = await enter(world, tenant, 1, first=3)
        await server.wait_for(tenant, position, ("units",), timeout_seconds=10)
        running.cancel()
        await asyncio.wait([running])
        assert await names(world, tenant) == [f"ĐƠN VỊ {number}" for number in range(4)]


async def test_what_an_older_server_stopped_at_goes_on_with_one_that_can_read_it(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        tenant, tried = await world.database.tenant(), list[int]()

        def unreadable(batch: Batch) -> list[Change]:
            tried.append(batch[0][0].position)
            raise ValueError

        older = [msgspec.structs.replace(UNIT_MODEL, project=unreadable)]
        position = await enter(world, tenant, 2)
        servers = [Projector(world.store, world.pool, older) for _ in range(2)]
        for server in servers:
            await server.catch_up()
        assert (await standing(world, tenant)).stopped_at == 1
        tried.clear()
        for _ in range(3):
            for server in servers:
                server._known.clear()
                await server.catch_up()
        assert tried == []  # Each server has tried it once, and does not go on for ever.
        await Projector(world.store, world.pool, MODELS).catch_up()
        after = await standing(world, tenant)
        assert (after.position, after.stopped_at, after.error) == (position, None, None)
        assert await names(world, tenant) == ["đơn vị 0", "đơn vị 1"]
