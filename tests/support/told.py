"""A story as it is read: the lists and the summary of its tenant."""

from datetime import date
from typing import Any

from adapters.read_models.session import looking
from adapters.read_models.summary import PhaseSummary, SummaryFilter, fetch_summary
from domain.targets import Progress
from tests.support.read_models import Projected
from tests.support.story import Story

LATER = date(2024, 9, 30)


class Told:
    """The story as it is read; `rows` gives one page of a list, all of it."""

    def __init__(self, world: Projected, story: Story) -> None:
        self.world, self.story = world, story

    async def rows(self, fetch: Any, wanted: Any, *, subtree: str | None = None, **more: Any) -> list[Any]:
        async with looking(self.world.pool, self.story.tenant_id) as connection:
            given = {"subtree": subtree, "after": None, "limit": 500, **more}
            return list((await fetch(connection, self.story.tenant_id, wanted, **given)).rows)

    async def summary(self, *, subtree: str | None = None, day: date = LATER, **wanted: Any) -> PhaseSummary:
        async with looking(self.world.pool, self.story.tenant_id) as connection:
            campaign = self.story.id("campaign")
            given = SummaryFilter(**wanted)
            found = await fetch_summary(connection, self.story.tenant_id, campaign, given, day=day, subtree=subtree)
        assert found is not None
        return found

    async def target(self, code: str, **more: Any) -> Progress:
        return next(row for row in (await self.summary(**more)).targets if row.target == code)
