"""Whatever the cuts of the batches and wherever a server was stopped, the rows are those that a rebuild makes."""

from random import Random

import pytest

from adapters.read_models import projector as projecting
from adapters.read_models.models import MODELS
from adapters.read_models.projector import Projector
from adapters.read_models.rebuild import rebuild
from domain.member import MEMBER
from domain.member.messages import EraseMember
from domain.request import REQUEST, ReceiveRequest
from domain.unit import UNIT, ReportAccident
from tests.support.directives import PLAN
from tests.support.postgres import PostgresServer
from tests.support.rambling import ramble
from tests.support.read_models import Projected, projected
from tests.support.story import Story

pytestmark = pytest.mark.anyio


async def in_random_cuts(world: Projected, random: Random, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catch up in batches of random sizes, now and then with a server that has just started."""
    monkeypatch.setattr(projecting, "BATCH_SIZE_MAX", random.choice((1, 2, 3, 7, 40)))
    if random.random() < 0.4:
        world.projector = Projector(world.store, world.pool, MODELS)
    await world.projector.catch_up()


@pytest.mark.parametrize("seed", range(4))
async def test_rebuilt_rows_are_the_live_ones_after_random_commands(
    postgres: PostgresServer, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)  # noqa: S311
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        await story.settle()
        for _ in range(12):
            await ramble(story, random, random.randint(1, 12))
            await in_random_cuts(world, random, monkeypatch)
        live = await world.rows(story.tenant_id)
        assert await rebuild(world.store, world.pool, story.tenant_id, MODELS) == {}
        rebuilt = await world.rows(story.tenant_id)
        assert {name: rows for name, rows in rebuilt.items() if rows != live[name]} == {}
        assert len(live["trail"]) == story.position


async def test_rebuilt_rows_are_the_live_ones_for_a_whole_campaign(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(2024)  # noqa: S311
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        await story.tell()
        asked = ReceiveRequest(kind="erasure", person_id=story.id("chi"), received_on=story.clock.day, channel="post")
        await story.do(UNIT, "nha-may", ReportAccident(on=story.clock.day, deaths=0, injured=1))
        await story.do(REQUEST, "asked", asked)
        await story.do(MEMBER, "chi", EraseMember(ground="purpose-ended", document=PLAN))
        await in_random_cuts(world, random, monkeypatch)
        live = await world.rows(story.tenant_id)
        assert await rebuild(world.store, world.pool, story.tenant_id, MODELS) == {}
        assert await world.rows(story.tenant_id) == live
        empty = [name for name, rows in live.items() if not rows]
        assert empty in ([], ["campaign_reviews"])
