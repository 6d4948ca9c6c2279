"""What is recorded of the days of an award after it was decided sets that award on the list, and nothing else does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import msgspec
import pytest

from adapters.read_models.findings import AffectedFilter, AffectedRow, fetch_affected
from adapters.read_models.session import looking
from domain.award.messages import AwardDecided, AwardNominated
from domain.events import decode
from domain.ids import stream
from domain.member import MEMBER
from domain.member.messages import EnrolMember, LiftDiscipline, MergeMember, RecordDiscipline
from domain.rules import NoFatalAccident, NoMemberDiscipline
from domain.unit import UNIT, ReportAccident
from tests.support.log import fresh_id
from tests.support.postgres import PostgresServer
from tests.support.read_models import Projected, projected
from tests.support.story import Story

pytestmark = pytest.mark.anyio
SPRING = date(2024, 5, 1)
NO_DEATHS = NoFatalAccident(source="assumed", cites="giả định")
NOBODY_DISCIPLINED = NoMemberDiscipline(source="assumed", cites="giả định")


class Disciplined(Story):
    """A story in which a discipline was on record before the award was decided."""

    async def nominate(self, name: str, unit: str, person: str) -> None:
        if person == "an":
            await discipline(self, person, date(2024, 2, 1))
        await super().nominate(name, unit, person)


@asynccontextmanager
async def told(server: PostgresServer, kind: type[Story] = Story) -> AsyncIterator[tuple[Projected, Story]]:
    """A campaign whose two awards were decided on 10 September 2024; binh's was revoked. It is October."""
    async with projected(server) as world:
        story = kind(world.store, await world.database.tenant())
        await story.tell()
        story.clock.day = date(2024, 10, 20)
        yield world, story


async def discipline(story: Story, person: str, on: date, *, until: date | None = None) -> None:
    await story.do(MEMBER, person, RecordDiscipline(kind="reprimand", on=on, until=until, ground="đi muộn"))


async def affected(world: Projected, story: Story, *, subtree: str | None = None, **wanted: Any) -> list[AffectedRow]:
    await world.projector.catch_up()
    async with looking(world.pool, story.tenant_id) as connection:
        page = await fetch_affected(
            connection, story.tenant_id, AffectedFilter(**wanted), subtree=subtree, after=None, limit=50
        )
    return list(page.rows)


async def awarded_unit(world: Projected, story: Story, unit: str, *rules: Any) -> str:
    """The id of an award that was decided, by these rules, as an's was, but for the unit itself."""
    name = stream("award", story.id("award-an"))
    records = (await world.store.load(story.tenant_id, [name]))[name]
    events = [decode(each.type, each.type_version, each.data) for each in records]
    (nominated,) = [event for event in events if isinstance(event, AwardNominated)]
    (decided,) = [event for event in events if isinstance(event, AwardDecided)]
    of_unit = msgspec.structs.replace(nominated, unit_id=story.id(unit), person_id=None, phase=None)
    rule_set = msgspec.structs.replace(decided.rule_set, rules=rules or decided.rule_set.rules)
    award_id = fresh_id()
    given = [of_unit, msgspec.structs.replace(decided, rule_set=rule_set)]
    await world.record(story.tenant_id, stream("award", award_id), given)
    return award_id


async def test_a_discipline_of_its_days_that_is_recorded_later_lists_the_award(postgres: PostgresServer) -> None:
    async with told(postgres) as (world, story):
        assert await affected(world, story) == []
        await discipline(story, "an", SPRING, until=date(2024, 11, 1))
        (row,) = await affected(world, story)
        assert (row.award_id, row.person_id, row.in_force) == (story.id("award-an"), story.id("an"), True)
        assert (row.found, row.degree, row.found_person_id) == ("discipline", "reprimand", story.id("an"))
        assert (row.found_from, row.found_until) == (SPRING, date(2024, 11, 1))
        assert (row.period_from, row.period_until) == (date(2024, 1, 1), date(2024, 9, 10))
        assert row.decided_position < row.found_position == story.position
        assert row.decided_at <= row.found_at


async def test_a_revoked_award_is_listed_as_not_in_force(postgres: PostgresServer) -> None:
    async with told(postgres) as (world, story):
        await discipline(story, "binh", SPRING)
        await discipline(story, "an", SPRING)
        rows = await affected(world, story)
        assert [(row.award_id, row.in_force) for row in rows] == [
            (story.id("award-binh"), False),
            (story.id("award-an"), True),
        ]
        assert [row.award_id for row in await affected(world, story, in_force=True)] == [story.id("award-an")]
        assert await affected(world, story, found="accident") == []


@pytest.mark.parametrize(
    ("on", "until", "listed"),
    [
        (date(2023, 11, 1), None, True),
        (date(2023, 11, 1), date(2024, 1, 1), True),
        (date(2023, 11, 1), date(2023, 12, 31), False),
        (date(2024, 9, 10), None, True),
        (date(2024, 9, 11), None, False),
    ],
)
async def test_only_days_that_the_decision_looked_at_count(
    postgres: PostgresServer, on: date, until: date | None, listed: bool
) -> None:
    async with told(postgres) as (world, story):
        await discipline(story, "an", on, until=until)
        assert bool(await affected(world, story)) == listed


async def test_a_discipline_that_was_lifted_before_those_days_does_not_count(postgres: PostgresServer) -> None:
    async with told(postgres) as (world, story):
        on = date(2023, 5, 1)
        await discipline(story, "an", on)
        assert len(await affected(world, story)) == 1
        await story.do(MEMBER, "an", LiftDiscipline(kind="reprimand", on=on, lifted_on=date(2023, 6, 1)))
        assert await affected(world, story) == []


async def test_what_was_on_record_when_it_was_decided_is_no_discovery(postgres: PostgresServer) -> None:
    async with told(postgres, Disciplined) as (world, story):
        assert await affected(world, story) == []
        await discipline(story, "an", SPRING)
        assert [row.found_from for row in await affected(world, story)] == [SPRING]


async def test_a_discipline_of_another_record_of_the_person_counts(postgres: PostgresServer) -> None:
    async with told(postgres) as (world, story):
        other = EnrolMember(
            person_id=story.id("an-2"),
            unit_id=story.id("nha-may"),
            code="an-2",
            full_name="Người An",
            employment="direct-worker",
            joined_on=date(2024, 1, 2),
        )
        await story.do(MEMBER, "an-2", other)
        await discipline(story, "an-2", SPRING)
        assert await affected(world, story) == []
        await story.do(MEMBER, "an", MergeMember(into=story.id("an-2")))
        assert [row.award_id for row in await affected(world, story)] == [story.id("award-an")]


async def test_an_accident_concerns_the_awards_of_the_unit_itself(postgres: PostgresServer) -> None:
    async with told(postgres) as (world, story):
        award_id = await awarded_unit(world, story, "nha-may", NO_DEATHS)
        await story.do(UNIT, "nha-may", ReportAccident(on=date(2024, 10, 1), deaths=0, injured=2))
        (row,) = await affected(world, story)
        assert (row.award_id, row.found, row.injured, row.read_by_rules) == (award_id, "accident", 2, False)
        assert row.period_until == date(2024, 12, 31)  # The award is for the year.
        await story.do(UNIT, "nha-may", ReportAccident(on=date(2024, 10, 1), deaths=1, injured=1))
        (row,) = await affected(world, story)
        assert (row.deaths, row.read_by_rules, row.found_position) == (1, True, story.position)


async def test_a_members_discipline_concerns_the_units_award_where_its_rules_read_members(
    postgres: PostgresServer,
) -> None:
    async with told(postgres) as (world, story):
        deaf = await awarded_unit(world, story, "truong")
        hearing = await awarded_unit(world, story, "truong", NOBODY_DISCIPLINED)
        await discipline(story, "chi", SPRING)
        rows = await affected(world, story)
        assert [(row.award_id, row.found_person_id) for row in rows] == [(hearing, story.id("chi"))]
        assert deaf not in {row.award_id for row in rows}


async def test_an_officer_of_another_unit_sees_nothing_of_it(postgres: PostgresServer) -> None:
    async with told(postgres) as (world, story):
        await discipline(story, "an", SPRING)
        assert await affected(world, story, subtree=story.id("truong")) == []
        assert len(await affected(world, story, subtree=story.id("cum-tren"))) == 1
