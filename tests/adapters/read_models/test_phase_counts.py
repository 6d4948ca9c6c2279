"""The counts of registrations are those of the register, whatever became of each, however they came about."""

import asyncio
from random import Random
from typing import Any

import pytest

from adapters.read_models import feed
from adapters.read_models.building import Builder, Ended
from adapters.read_models.models import MODELS
from adapters.read_models.phase_counts import (
    COUNTED,
    COUNTS,
    ONE_BY_ONE,
    PHASE_COUNT_MODEL,
    STATES,
    UNMOVED,
)
from adapters.read_models.rebuild import ANEW
from adapters.read_models.session import looking
from adapters.read_models.table import Add, merged
from application.ports import NewEvent, StreamAppend
from domain.directive import Kind
from domain.events import CATALOGUE
from domain.ids import TenantId
from domain.registration import REGISTRATION
from domain.registration.messages import Collective, ConfirmRegistration, WithdrawRegistration
from tests.support.building import built
from tests.support.log import command, fresh_id
from tests.support.postgres import PostgresServer
from tests.support.rambling import ramble
from tests.support.read_models import Projected, projected
from tests.support.story import Story
from tests.support.told import Told

pytestmark = pytest.mark.anyio
ADDED_UP = """
select x.campaign_id, x.unit_id, x.other_unit_id, x.phase, x.block, x.level, x.kind, x.state,
       sum(x.count)::int as count, sum(x.late)::int as late,
       sum(x.persons)::int as persons, sum(x.direct_workers)::int as direct_workers
from {source} as x where x.tenant_id = $1
group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 4, 5, 6, 7, 8"""


async def added_up(world: Projected, tenant_id: TenantId, source: str) -> list[Any]:
    async with looking(world.pool, tenant_id) as connection:
        return [tuple(row) for row in await connection.fetch(ADDED_UP.format(source=source), tenant_id)]


async def wandered(world: Projected, seed: int) -> Story:
    """A story and many random commands after it, projected in between."""
    random = Random(seed)  # noqa: S311
    story = Story(world.store, await world.database.tenant())
    await story.tell()
    for _ in range(6):
        await world.projector.catch_up()
        await ramble(story, random, 12)
    await world.projector.catch_up()
    return story


@pytest.mark.parametrize("seed", range(2))
async def test_the_counts_are_those_of_the_register(postgres: PostgresServer, seed: int) -> None:
    async with projected(postgres) as world:
        story = await wandered(world, seed)
        counted = await added_up(world, story.tenant_id, COUNTED)
        assert counted
        assert counted == await added_up(world, story.tenant_id, ONE_BY_ONE)


async def test_what_has_moved_on_leaves_no_row_behind(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        await story.settle()
        await story.register("one", "nha-may", Kind.WORK, Collective())
        await world.projector.catch_up()
        await story.do(REGISTRATION, "one", ConfirmRegistration())
        await world.projector.catch_up()
        await story.do(REGISTRATION, "one", WithdrawRegistration(reason="thôi"))
        await world.projector.catch_up()
        rows = (await world.rows(story.tenant_id))["phase_counts"]
        assert [(row["state"], row["count"]) for row in rows] == [("withdrawn", 1)]


@pytest.mark.parametrize("remembered", [0, 400_000])
async def test_a_build_counts_the_same_however_it_is_cut_and_whatever_it_remembers(
    postgres: PostgresServer, remembered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MEMORY_STREAMS_MAX", remembered)
    async with projected(postgres) as world:
        story = await wandered(world, 5)
        live = (await world.rows(story.tenant_id))["phase_counts"]
        tenant = story.tenant_id
        reached = asyncio.Event()
        cut = Builder(world.store, world.pool, tenant, PHASE_COUNT_MODEL, chunk_events=2, told=lambda *_: reached.set())
        running = asyncio.create_task(cut.run(anew=ANEW, over_newer=True))
        await reached.wait()
        running.cancel()
        await asyncio.wait([running])
        ended = await asyncio.gather(*(built(world, tenant, PHASE_COUNT_MODEL, anew=frozenset()) for _ in range(3)))
        assert ended == [Ended(ending="swapped")] * 3
        assert (await world.rows(tenant))["phase_counts"] == live


async def test_the_summary_is_right_while_the_counts_are_not_there(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        told = Told(world, Story(world.store, await world.database.tenant()))
        await told.story.tell()
        await world.projector.catch_up()
        counted = await told.summary()
        async with world.database.superuser() as connection:
            await connection.execute("delete from read_models.phase_counts")
            await connection.execute("update read_models.checkpoints set version = 0 where projection = 'phase-counts'")
        assert counted.registrations
        assert await told.summary() == counted


@pytest.mark.parametrize(("name", "version"), [("registration.twinned", 1), ("registration.confirmed", 9)])
async def test_an_event_that_this_release_does_not_know_stops_the_counts(
    postgres: PostgresServer, name: str, version: int
) -> None:
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        strange = NewEvent(event_id=fresh_id(), type=name, type_version=version, data=b"{}")
        written = StreamAppend(stream_id=f"registration-{fresh_id()}", expected_version=0, events=(strange,))
        await world.store.append(command(tenant, written))
        await world.projector.catch_up()
        ended = await built(world, tenant, PHASE_COUNT_MODEL)
        assert ended.stop is not None
        assert ended.stop.error == f"{name} v{version}: UnknownEvent"


def test_every_event_of_a_registration_is_counted_or_passed_over() -> None:
    types = {name for name, _ in CATALOGUE if name.startswith("registration.")}
    assert types == {*STATES, *UNMOVED, "registration.submitted"}


def test_an_essence_is_there_for_every_version_and_has_fields_that_the_event_has() -> None:
    for model in MODELS:
        essences = getattr(model.project, "essences", model.essences)
        names = {name for name, _ in essences}
        assert {key for key in CATALOGUE if key[0] in names} == set(essences), model.name
        for key, decoder in essences.items():
            assert set(decoder.type.__struct_fields__) <= set(CATALOGUE[key].__struct_fields__)


def test_what_is_added_and_taken_away_in_one_batch_is_no_change() -> None:
    key = tuple("x" for _ in COUNTS.key)
    one = {"count": 1, "late": 0, "persons": 1, "direct_workers": 0}
    back = {name: -number for name, number in one.items()}
    assert merged([Add(COUNTS, key, one), Add(COUNTS, key, back)]).rows == {}
    [twice] = merged([Add(COUNTS, key, one), Add(COUNTS, key, one)]).rows[COUNTS]
    assert twice.values == {"count": 2, "late": 0, "persons": 2, "direct_workers": 0}
