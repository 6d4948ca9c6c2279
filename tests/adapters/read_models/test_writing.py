"""There are three ways to write row changes, for one batch or for many rows: the same comes of each."""

from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest

from adapters.read_models import building
from adapters.read_models.building import Builder, Ended
from adapters.read_models.campaigns import DUTY_SPECS, PHASE_MARKS, PHASES
from adapters.read_models.checkpoints import checkpoints, enter
from adapters.read_models.copying import copy
from adapters.read_models.live import project_live
from adapters.read_models.models import MODELS
from adapters.read_models.phase_counts import COUNTS, NUMBERS, PHASE_COUNT_MODEL
from adapters.read_models.rebuild import ANEW, rebuild
from adapters.read_models.session import looking, writing
from adapters.read_models.table import Add, Alter, Change, Clear, Put, merged
from adapters.read_models.units import UNIT_MODEL
from adapters.read_models.writing import LIVE, NEXT, Schema, write
from application.ports import NewEvent, StreamAppend
from domain.ids import TenantId
from tests.support.building import built, established, names
from tests.support.log import command, fresh_id
from tests.support.postgres import PostgresServer
from tests.support.rambling import ramble
from tests.support.read_models import Projected, projected
from tests.support.story import Story

pytestmark = pytest.mark.anyio
TABLES = (PHASES, PHASE_MARKS, DUTY_SPECS)
TEXTS = ("", "đợt", '"', "\\", "{a,b}", "NULL", "'; --", "\n")


def some_value(random: Random, column_type: str) -> Any:
    number = random.randrange(3)
    match column_type:
        case "text":
            return random.choice((*TEXTS, None))
        case "text[]":
            return random.choice((None, (), tuple(random.choices(TEXTS, k=number))))
        case "boolean":
            return random.choice((True, False, None))
        case "date":
            return random.choice((date(2024, 2, 29 - number), None))
        case "timestamptz":
            return random.choice((datetime(2024, 1, 1, number, tzinfo=UTC), None))
        case _:
            return random.choice((number - 1, None))


def some_change(random: Random) -> Change:
    if random.random() < 0.3:
        key = (random.choice("ab"), *[""] * (len(COUNTS.key) - 2), random.choice(("submitted", "held")))
        return Add(COUNTS, key, {name: random.choice((-1, 0, 1)) for name in NUMBERS})
    table = random.choice(TABLES)
    key = (random.choice("ab"), random.choice(TEXTS))
    if random.random() < 0.05:
        return Clear(table, key[:1])
    others = [name for name in table.columns if name not in table.key]
    named = random.sample(others, random.randint(1, len(others)))
    return random.choice((Put, Alter))(table, key, {name: some_value(random, table.columns[name]) for name in named})


async def held(world: Projected, tenant_id: TenantId, schema: Schema) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    async with looking(world.pool, tenant_id) as connection:
        for table in (*TABLES, COUNTS):
            keys, columns = ", ".join(table.key), ", ".join(table.columns)
            sql = f"select {columns} from {schema}.{table.name} where tenant_id = $1 order by {keys}"
            found[table.name] = [tuple(row) for row in await connection.fetch(sql, tenant_id)]
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_the_same_comes_of_changes_whichever_way_they_are_written(postgres: PostgresServer, seed: int) -> None:
    random = Random(seed)  # noqa: S311
    async with projected(postgres) as world:
        live, written, copied = [await world.database.tenant() for _ in range(3)]
        async with writing(world.pool, live) as connection:
            await enter(connection, live, [UNIT_MODEL], 0)
        for position in range(1, 31):
            changes = [some_change(random) for _ in range(random.randint(1, 40))]
            async with looking(world.pool, live) as connection:
                at = await checkpoints(connection, live, [UNIT_MODEL.name])
            await project_live(world.pool, live, list(at.values()), position, {UNIT_MODEL.name: changes})
            async with writing(world.pool, written) as connection:
                await write(connection, written, merged(changes), NEXT)
            async with writing(world.pool, copied) as connection:
                await copy(connection, copied, merged(changes))
            now = await held(world, live, LIVE)
            assert now == await held(world, written, NEXT)
            assert now == await held(world, copied, NEXT)
        assert all(now.values())


async def test_what_is_merged_may_not_change_what_was_given() -> None:
    key = ("a", "b")
    changes: list[Change] = [
        Put(PHASES, key, {"name": "x"}),
        Alter(PHASES, key, {"theme": "y"}),
        Alter(PHASES, key, {"name": "z"}),
    ]
    before = repr(changes)
    assert merged(changes).rows == {PHASES: [Put(PHASES, key, {"name": "z", "theme": "y"})]}
    assert repr(changes) == before


def everything_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    async def not_written(*_: object) -> None:
        raise AssertionError("it is to be copied")

    monkeypatch.setattr(building, "COPIED_ROWS_MIN", 1)
    monkeypatch.setattr(building, "write", not_written)
    monkeypatch.setattr(Builder, "_one_by_one", not_written)


async def test_rows_that_were_copied_are_the_live_ones(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything_is_copied(monkeypatch)
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        await story.tell()
        await ramble(story, Random(1), 60)  # noqa: S311
        await world.projector.catch_up()
        live = await world.rows(story.tenant_id)
        for model in MODELS:
            builder = Builder(world.store, world.pool, story.tenant_id, model, chunk_events=40)
            assert await builder.run(anew=ANEW, over_newer=True) == Ended(ending="swapped")
        assert await world.rows(story.tenant_id) == live


async def test_a_role_that_may_not_make_temporary_tables_builds_all_the_same(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "COPIED_ROWS_MIN", 1)
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        await world.record(tenant, f"unit-{fresh_id()}", [established("một")])
        async with world.database.owner() as connection:
            name = await connection.fetchval("select quote_ident(current_database())")
            await connection.execute(f"revoke temporary on database {name} from public")
        assert await rebuild(world.store, world.pool, tenant, MODELS) == {}
        assert await names(world, tenant) == ["một"]


async def test_a_character_that_postgresql_cannot_hold_is_replaced_in_a_build_that_copies_too(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "COPIED_ROWS_MIN", 1)
    async with projected(postgres) as world:
        tenant = await world.database.tenant()
        for name in ("một", "hai \x00", "ba"):
            await world.record(tenant, f"unit-{fresh_id()}", [established(name)])
        assert await rebuild(world.store, world.pool, tenant, MODELS) == {}
        assert await names(world, tenant) == ["một", "hai \ufffd", "ba"]


async def test_a_stream_whose_name_has_two_lines_is_counted(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        await story.tell()
        stream = f"registration-{fresh_id()}\n{fresh_id()}"
        async with world.database.superuser() as connection:
            [[version, data]] = await connection.fetch(
                "select type_version, data from thidua.events where type = 'registration.submitted' limit 1"
            )
        events = tuple(
            NewEvent(event_id=fresh_id(), type=name, type_version=number, data=told)
            for name, number, told in (("registration.submitted", version, data), ("registration.confirmed", 1, b"{}"))
        )
        written = StreamAppend(stream_id=stream, expected_version=0, events=events)
        await world.store.append(command(story.tenant_id, written))
        await world.projector.catch_up()
        live = (await world.rows(story.tenant_id))["phase_counts"]
        assert await built(world, story.tenant_id, PHASE_COUNT_MODEL) == Ended(ending="swapped")
        assert (await world.rows(story.tenant_id))["phase_counts"] == live
