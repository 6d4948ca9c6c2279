"""A report's figures are of one position of the log: whoever comes to that position counts the same."""

from datetime import date
from random import Random

import pytest

from adapters.read_models.models import MODELS
from adapters.read_models.projector import Projector
from adapters.read_models.rebuild import rebuild
from adapters.read_models.report_figures import PostgresFigures
from application.ports import Counted, Counting, StreamAppend, Unavailable
from application.ports import NewEvent as New
from domain.figures import Period
from domain.ids import TenantId
from tests.support.log import command, fresh_id
from tests.support.postgres import PostgresServer
from tests.support.rambling import ramble
from tests.support.read_models import Projected, projected
from tests.support.story import Story

pytestmark = pytest.mark.anyio
YEAR = Period(opens_on=date(2024, 1, 1), closes_on=date(2027, 12, 31))


async def counted(world: Projected, tenant_id: TenantId, wanted: Counting, since: int) -> Counted:
    return await PostgresFigures(world.pool, world.projector).counted(tenant_id, wanted, since=since)


async def copied(world: Projected, of: TenantId, until: int) -> TenantId:
    """Another tenant, whose log holds the same events up to a position."""
    other, versions = await world.database.tenant(), dict[str, int]()
    for record in await world.store.page(of, after=0, limit=until, until=until):
        new = New(event_id=fresh_id(), type=record.type, type_version=record.type_version, data=record.data)
        at = versions.get(record.stream_id, 0)
        await world.store.append(
            command(other, StreamAppend(stream_id=record.stream_id, expected_version=at, events=(new,)))
        )
        versions[record.stream_id] = at + 1
    return other


async def test_read_models_rebuilt_to_the_position_give_the_same_figures(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        await story.tell()
        await world.projector.catch_up()
        wanted = Counting(
            campaign_id=story.id("campaign"), unit_id=story.id("cum-tren"), period=YEAR, day=story.clock.day
        )
        taken = await counted(world, story.tenant_id, wanted, story.position)
        assert taken.position == story.position
        assert taken.figures.registrations
        assert taken.figures.targets
        assert taken.figures.awards
        await ramble(story, Random(7), 40)  # noqa: S311
        assert story.position > taken.position
        other = await copied(world, story.tenant_id, taken.position)
        await world.projector.catch_up()
        assert await rebuild(world.store, world.pool, other, MODELS) == {}
        assert await counted(world, other, wanted, 0) == taken


async def test_figures_are_of_the_unit_and_of_those_under_it(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        await story.tell()
        await world.projector.catch_up()

        async def registrations(unit: str) -> int:
            wanted = Counting(
                campaign_id=story.id("campaign"), unit_id=story.id(unit), period=YEAR, day=date(2024, 12, 1)
            )
            found = await counted(world, story.tenant_id, wanted, story.position)
            return sum(tally.count for tally in found.figures.registrations)

        parts = [await registrations(unit) for unit in ("nha-may", "xuong", "truong")]
        assert all(parts)
        assert sum(parts) == await registrations("cum-tren") == await registrations("ldld-song-mau")


async def test_figures_that_are_behind_are_not_given(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.read_models.report_figures.WAIT_SECONDS_MAX", 0.1)
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        await story.settle()
        world.projector = Projector(world.store, world.pool, MODELS)
        wanted = Counting(
            campaign_id=story.id("campaign"), unit_id=story.id("cum-tren"), period=YEAR, day=date(2024, 6, 1)
        )
        with pytest.raises(Unavailable):
            await counted(world, story.tenant_id, wanted, story.position)
