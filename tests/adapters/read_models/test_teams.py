"""A team is no union: it stands in the tree and on the list of awards, and no figure about unions counts it."""

from datetime import date

import pytest

from adapters.read_models.duty_list import DutyFilter, fetch_duties
from domain.unit import UNIT, EstablishUnit, ReportHeadcount
from tests.support.postgres import PostgresServer
from tests.support.read_models import projected
from tests.support.story import Story
from tests.support.told import LATER, Told

pytestmark = pytest.mark.anyio


async def test_a_team_is_counted_in_no_target_no_duty_and_no_summary(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        await story.tell()
        await world.projector.catch_up()
        told = Told(world, story)
        before, owed = await told.summary(), await told.rows(fetch_duties, DutyFilter(), day=LATER)
        for sector in ("state-enterprise", "school"):
            team = EstablishUnit(
                unit_id=story.id(sector), code=f"to-{sector}", name="Tổ 1", level="team",
                parent_id=story.id("nha-may"), sector=sector, has_union=False, on=date(2024, 1, 1),
            )  # fmt: skip
            await story.do(UNIT, sector, team)
            counted = ReportHeadcount(members=0, workers=500, direct_workers=500, on=date(2024, 1, 1))
            await story.do(UNIT, sector, counted)
        await world.projector.catch_up()
        after = await told.summary()
        assert before.targets
        assert (after.targets, after.duties, after.registrations) == (
            before.targets, before.duties, before.registrations
        )  # fmt: skip
        assert await told.rows(fetch_duties, DutyFilter(), day=LATER) == owed
