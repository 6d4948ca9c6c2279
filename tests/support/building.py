"""Units in a log, a second version of their read model, and builds of it that can be cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

import msgspec

from adapters.read_models.building import Builder, Ended
from adapters.read_models.builds import Build, State, builds
from adapters.read_models.model import Batch, ReadModel
from adapters.read_models.models import MODELS
from adapters.read_models.rebuild import ANEW
from adapters.read_models.session import looking
from adapters.read_models.status import Standing, standings
from adapters.read_models.table import Alter, Change, Put
from adapters.read_models.units import UNIT_MODEL
from application.ports import NewEvent, StreamAppend
from domain.ids import TenantId
from domain.unit import UnitEstablished, UnitRenamed
from tests.support.log import command, fresh_id
from tests.support.read_models import Projected

DAY = date(2024, 1, 2)
NAMES = "select u.name from read_models.units as u where u.tenant_id = $1 order by u.first_position"


def established(name: str) -> UnitEstablished:
    return UnitEstablished(
        unit_id=fresh_id(),
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


def shouted(batch: Batch) -> list[Change]:
    """The fold of another version: every name in capitals."""
    assert callable(UNIT_MODEL.project)
    changes = UNIT_MODEL.project(batch)
    for change in changes:
        if isinstance(change, Put | Alter) and change.values.get("name"):
            change.values["name"] = change.values["name"].upper()
    return changes


LOUD = msgspec.structs.replace(UNIT_MODEL, version=2, project=shouted)
NEWER = tuple(LOUD if model is UNIT_MODEL else model for model in MODELS)


async def enter(world: Projected, tenant_id: TenantId, count: int, *, first: int = 0) -> int:
    """So many units, each renamed once; the log's position after them."""
    for number in range(first, first + count):
        events = [established(f"cũ {number}"), UnitRenamed(name=f"đơn vị {number}", on=DAY)]
        position = await world.record(tenant_id, f"unit-{fresh_id()}", events)
    return position


async def spoil(world: Projected, tenant_id: TenantId) -> int:
    """An event of the units' family that no release can read."""
    broken = NewEvent(event_id=fresh_id(), type="unit.renamed", type_version=1, data=b"{}")
    written = StreamAppend(stream_id=f"unit-{fresh_id()}", expected_version=0, events=(broken,))
    return (await world.store.append(command(tenant_id, written))).position


async def mend(world: Projected, position: int) -> None:
    async with world.database.superuser() as connection:
        await connection.execute(
            "update thidua.events set data = $2 where position = $1", position, b'{"name":"x","on":"2024-01-02"}'
        )


async def names(world: Projected, tenant_id: TenantId) -> list[str]:
    async with looking(world.pool, tenant_id) as connection:
        return [record["name"] for record in await connection.fetch(NAMES, tenant_id)]


async def built(
    world: Projected,
    tenant_id: TenantId,
    model: ReadModel = LOUD,
    *,
    anew: frozenset[State] = ANEW,
    over_newer: bool = True,
) -> Ended:
    builder = Builder(world.store, world.pool, tenant_id, model, chunk_events=7)
    return await builder.run(anew=anew, over_newer=over_newer)


async def build_of(world: Projected, tenant_id: TenantId) -> Build | None:
    async with looking(world.pool, tenant_id) as connection:
        return (await builds(connection, tenant_id)).get("units")


async def standing(world: Projected, tenant_id: TenantId) -> Standing:
    (found,) = await standings(world.store, world.pool, ("units",), datetime.now(UTC), tenant_id=tenant_id)
    return found


async def cut_at(world: Projected, tenant_id: TenantId, position: int) -> int:
    """A build that is cancelled as a task once it has come to `position`; where it was then."""
    reached = asyncio.Event()

    def told(done: int, _: int) -> None:
        if done >= position:
            reached.set()

    builder = Builder(world.store, world.pool, tenant_id, LOUD, chunk_events=2, told=told)
    running = asyncio.create_task(builder.run(anew=ANEW, over_newer=True))
    await asyncio.wait_for(reached.wait(), 20)
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()
    build = await build_of(world, tenant_id)
    assert build is not None
    return build.position


@asynccontextmanager
async def hammered(world: Projected, tenant_id: TenantId) -> AsyncIterator[list[list[str]]]:
    """Inside, readers read without a pause; what each has seen."""
    seen: list[list[str]] = []

    async def read() -> None:
        while True:
            seen.append(await names(world, tenant_id))

    readers = [asyncio.create_task(read()) for _ in range(3)]
    try:
        yield seen
    finally:
        for reader in readers:
            reader.cancel()
        ended = await asyncio.gather(*readers, return_exceptions=True)
    assert [error for error in ended if not isinstance(error, asyncio.CancelledError)] == []
