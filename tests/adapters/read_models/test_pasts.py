"""A past state is made once whoever asks, is whole or not there, and is taken away when it is one too many."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from adapters.postgres.event_store import PostgresEventStore
from adapters.read_models import pasts as making
from adapters.read_models.models import MODELS
from adapters.read_models.pasts import BeingMade, Pasts
from adapters.read_models.projector import StillBehind
from adapters.read_models.session import looking
from domain.ids import TenantId
from tests.support.building import enter, mend, spoil
from tests.support.postgres import PostgresServer
from tests.support.read_models import Projected, projected
from tests.support.tree import PROJECT

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def logged(server: PostgresServer, units: int = 20) -> AsyncIterator[tuple[Projected, Pasts, TenantId]]:
    """A tenant that entered so many units, and renamed each of them at once."""
    async with projected(server) as world:
        tenant = await world.database.tenant()
        await enter(world, tenant, units)
        pasts = Pasts(world.store, world.pool, MODELS)
        try:
            yield world, pasts, tenant
        finally:
            await pasts.aclose()


async def named(pasts: Pasts, tenant: TenantId, position: int, *, seconds: float = 10) -> list[str]:
    """The units' names at the position."""
    async with pasts.looking(tenant, position, ["units"], timeout_seconds=seconds) as (connection, whose):
        rows = await connection.fetch(
            "select u.name from read_models.units as u where u.tenant_id = $1 order by u.first_position", whose
        )
    return [row["name"] for row in rows]


async def kept(world: Projected, tenant: TenantId) -> list[int]:
    """The positions that a past is kept of."""
    async with looking(world.pool, tenant) as connection:
        rows = await connection.fetch(
            "select p.position from read_models.pasts as p where p.tenant_id = $1 order by p.position", tenant
        )
    return [row["position"] for row in rows]


async def counted(world: Projected, whose: TenantId, *tables: str) -> dict[str, int]:
    async with looking(world.pool, whose) as connection:
        return {
            table: await connection.fetchval(f"select count(*) from {table} as t where t.tenant_id = $1", whose)
            for table in tables
        }


class Builds(Pasts):
    """Counts what is really made."""

    made = 0

    async def _fill(self, *given: Any) -> None:
        Builds.made += 1
        await asyncio.sleep(0.05)
        await super()._fill(*given)


async def test_a_past_shows_what_there_was_and_the_live_rows_stay(postgres: PostgresServer) -> None:
    async with logged(postgres) as (world, pasts, tenant):
        await world.projector.catch_up()
        live = await world.rows(tenant)
        assert await named(pasts, tenant, 1) == ["cũ 0"]
        assert await named(pasts, tenant, 3) == ["đơn vị 0", "cũ 1"]
        assert await named(pasts, tenant, 40) == [f"đơn vị {number}" for number in range(20)]
        assert await world.rows(tenant) == live


async def test_whoever_asks_at_once_at_whichever_server_has_it_made_once(postgres: PostgresServer) -> None:
    async with logged(postgres) as (world, _, tenant), PostgresEventStore(world.pool) as other:
        Builds.made = 0
        servers = [Builds(world.store, world.pool, MODELS), Builds(other, world.pool, MODELS)]
        shown = await asyncio.gather(*(named(servers[n % 2], tenant, 20) for n in range(12)))
        assert all(names == shown[0] for names in shown)
        assert Builds.made == 1


async def test_who_does_not_wait_is_told_so_and_finds_it_later(postgres: PostgresServer) -> None:
    async with logged(postgres) as (_, pasts, tenant):
        with pytest.raises(BeingMade):
            await named(pasts, tenant, 20, seconds=0)
        assert len(await named(pasts, tenant, 20)) == 10


async def test_only_so_many_of_a_tenant_wait(postgres: PostgresServer) -> None:
    async with logged(postgres) as (_, pasts, tenant):
        for position in range(1, making.WAITING_OF_TENANT_MAX + 3):
            with pytest.raises(BeingMade):
                await named(pasts, tenant, position, seconds=0)
        assert len(pasts._building) == making.WAITING_OF_TENANT_MAX


async def test_a_tenant_that_asks_for_many_pasts_of_a_long_log_takes_no_others_turn(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with logged(postgres) as (world, pasts, tenant):
        other, fill, done = await world.database.tenant(), pasts._fill, asyncio.Event()
        await enter(world, other, 1)

        async def slowly(connection: Any, of: TenantId, *rest: Any) -> None:
            if of == tenant:
                await done.wait()
            await fill(connection, of, *rest)

        monkeypatch.setattr(pasts, "_fill", slowly)
        for position in (1, 2, 3):
            with pytest.raises(BeingMade):
                await named(pasts, tenant, position, seconds=0)
        assert len(await named(pasts, other, 1)) == 1
        done.set()
        assert await named(pasts, tenant, 3)


async def test_pasts_that_are_too_many_are_taken_away_with_all_their_rows(postgres: PostgresServer) -> None:
    async with logged(postgres) as (world, pasts, tenant):
        positions = range(1, making.KEPT_MAX + 4)
        for position in positions:
            await named(pasts, tenant, position)
        assert await kept(world, tenant) == list(positions)[-making.KEPT_MAX :]
        gone = await counted(world, pasts.id_of(tenant, 1), "read_models.units", "read_models.checkpoints")
        assert gone == {"read_models.units": 0, "read_models.checkpoints": 0}
        there = await counted(world, pasts.id_of(tenant, positions[-1]), "read_models.checkpoints")
        assert there == {"read_models.checkpoints": 1}
        assert len(await named(pasts, tenant, 1)) == 1  # It is made again.


async def test_a_past_that_nobody_used_for_long_is_taken_away(postgres: PostgresServer) -> None:
    async with logged(postgres) as (world, pasts, tenant):
        await named(pasts, tenant, 1)
        await named(pasts, tenant, 2)
        async with world.database.superuser() as connection:
            await connection.execute(
                "update read_models.pasts as p set used_at = p.used_at - interval '2 days' where p.position = 1"
            )
        await pasts.sweep(tenant)
        assert await kept(world, tenant) == [2]


async def test_read_models_of_another_version_have_pasts_of_their_own(postgres: PostgresServer) -> None:
    async with logged(postgres) as (world, pasts, tenant):
        await named(pasts, tenant, 5)
        newer = [msgspec.structs.replace(model, version=model.version + 1) for model in MODELS]
        released = Pasts(world.store, world.pool, newer)
        assert released.id_of(tenant, 5) != pasts.id_of(tenant, 5)
        assert await named(released, tenant, 5) == await named(pasts, tenant, 5)


async def test_no_loop_of_the_platform_takes_a_past_for_a_tenant(postgres: PostgresServer) -> None:
    async with logged(postgres) as (world, pasts, tenant):
        await named(pasts, tenant, 5)
        assert set(await world.store.heads()) == {tenant}


async def test_a_past_beyond_an_event_that_cannot_be_projected_is_not_answered_from(postgres: PostgresServer) -> None:
    async with logged(postgres) as (world, pasts, tenant):
        broken = await spoil(world, tenant)
        with pytest.raises(StillBehind) as refused:
            await named(pasts, tenant, broken)
        assert refused.value.stopped
        assert len(await named(pasts, tenant, broken - 1)) == 20
        await mend(world, broken)
        assert len(await named(pasts, tenant, broken)) == 20


KILLED = """
import asyncio, os, signal, sys
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import Pool
from adapters.read_models import pasts
from adapters.read_models.models import MODELS

class Killed(pasts.Pasts):
    async def _fill(self, *given):
        await super()._fill(*given)
        os.kill(os.getpid(), signal.SIGKILL)

async def run():
    pool = await Pool.open(sys.argv[1])
    async with PostgresEventStore(pool) as store:
        made = Killed(store, pool, MODELS)
        async with made.looking(sys.argv[2], 20, ["units"], timeout_seconds=10):
            pass

asyncio.run(run())
"""


async def test_a_build_that_was_killed_leaves_nothing_and_is_made_anew(postgres: PostgresServer) -> None:
    async with logged(postgres) as (world, pasts, tenant):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            KILLED,
            world.database.serving_url,
            tenant,
            env={**os.environ, "PYTHONPATH": str(PROJECT / "src")},
        )
        assert await process.wait() == -signal.SIGKILL
        left = await counted(world, pasts.id_of(tenant, 20), "read_models.units", "read_models.checkpoints")
        assert left == {"read_models.units": 0, "read_models.checkpoints": 0}
        assert len(await named(pasts, tenant, 20)) == 10
