"""The listing of any day is the fold of what had happened by then: only changes with `on` up to that day count."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from adapters.read_models.subjects import PostgresSubjects
from adapters.read_models.units import UnitFilter, UnitRow, fetch_units
from domain.decider import Command
from domain.events import decode
from domain.ids import stream
from domain.refusals import Refused
from domain.unit import (
    UNIT,
    ChangeSector,
    DissolveUnit,
    Event,
    FoundUnion,
    MergeUnit,
    MoveUnit,
    RenameUnit,
    ReportHeadcount,
    SplitUnit,
    Unit,
)
from tests.support.directives import PLAN
from tests.support.postgres import PostgresServer
from tests.support.read_models import projected
from tests.support.story import Story
from tests.support.told import Told

pytestmark = pytest.mark.anyio
FIRST, LAST = date(2023, 12, 31), date(2024, 2, 20)
UPPERS, BASES = ("tren-1", "tren-2", "tren-3"), ("co-so-1", "co-so-2", "co-so-3", "co-so-4")


async def wander(story: Story, random: Random, steps: int) -> None:
    """Random changes of the tree, days in any order; what is refused changes nothing."""
    for _ in range(steps):
        code = random.choice((*UPPERS, *BASES))
        day = FIRST + timedelta(days=random.randint(1, 50))
        try:
            await story.do(UNIT, code, _change(story, random, code, day))
        except Refused:
            continue


def _change(story: Story, random: Random, code: str, day: date) -> Command:
    other = story.id(random.choice(UPPERS if code in UPPERS else BASES))
    above = story.id("tinh" if code in UPPERS else random.choice(UPPERS))
    count = random.randint(1, 40)
    changes: tuple[Command, ...] = (
        RenameUnit(name=f"Tên {count}", on=day),
        RenameUnit(name=f"Tên {count + 50}", on=day),
        MoveUnit(parent_id=above, on=day),
        MoveUnit(parent_id=above, on=day),
        ChangeSector(sector=random.choice(("school", "state-agency", "public-service")), on=day),
        FoundUnion(on=day),
        ReportHeadcount(members=0, workers=count, direct_workers=0, on=day),
        random.choice((
            MergeUnit(into=other, on=day, document=PLAN),
            DissolveUnit(on=day),
            SplitUnit(into=(other,), on=day, document=PLAN, ends=random.random() < 0.5),
        )),
    )  # fmt: skip
    return random.choice(changes)


async def as_folded(story: Story, day: date) -> dict[str, dict[str, Any]]:
    """What the log says of each unit that there was on that day, by id."""
    found: dict[str, dict[str, Any]] = {}
    for code in ("tinh", *UPPERS, *BASES):
        loaded = await story.platform.store.load(story.tenant_id, [stream("unit", story.id(code))])
        (records,) = loaded.values()
        events: list[Event] = [decode(each.type, each.type_version, each.data) for each in records]
        # A later entry may speak of an earlier day, so the changes of that day and before are put in order of days.
        # The sort keeps the order of entry for one day, and an establishment, which is the first, stays the first.
        of_day = sorted((each for each in events if getattr(each, "on", day) <= day), key=lambda each: each.on)  # type: ignore[union-attr]
        unit: Unit = UNIT.fold(of_day)
        if unit.established is None or unit.dissolved_on is not None:
            continue
        count = unit.headcount(day)
        found[story.id(code)] = {
            "name": unit.names[-1][1],
            "sector": unit.sector,
            "parent_id": unit.parent_id,
            "union_since": unit.union_since,
            "has_union": unit.union_since is not None,
            "workers": count.workers if count else None,
        }
    return found


def shown(row: UnitRow) -> dict[str, Any]:
    names = ("name", "sector", "parent_id", "union_since", "has_union", "workers")
    return {name: getattr(row, name) for name in names}


@pytest.mark.parametrize("seed", range(3))
async def test_the_listing_of_any_day_is_the_fold_of_what_had_happened_by_then(
    postgres: PostgresServer, seed: int
) -> None:
    random = Random(seed)  # noqa: S311
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        story.clock.day = date(2024, 3, 1)
        told = Told(world, story)
        await story.unit("tinh", "federation", None, "union-body")
        for code in UPPERS:
            await story.unit(code, "upper", "tinh", "union-body")
        for number, code in enumerate(BASES):
            await story.unit(code, "grassroots", UPPERS[number % 2], "school")
        await wander(story, random, 120)
        await world.projector.catch_up()
        assert len(await told.rows(fetch_units, UnitFilter())) == 8
        for ahead in range(-1, (LAST - FIRST).days, 3):
            day = FIRST + timedelta(days=ahead)
            rows = await told.rows(fetch_units, UnitFilter(day=day))
            assert {row.unit_id: shown(row) for row in rows} == await as_folded(story, day), day
        tables, log = PostgresSubjects(world.pool, world.projector), story.platform.subjects
        for code in ("tinh", *UPPERS, *BASES):
            asked = story.tenant_id, story.id(code)
            assert await tables.below(*asked, until=story.position) == await log.below(*asked, until=story.position)
