"""What must hold while many write at once, in the short form of what `make bench` checks for longer."""

from collections.abc import AsyncIterator

import pytest

from adapters.postgres.event_store import PostgresEventStore
from benchmarks.correct import Race, followed, one_guard, one_stream, raced, stores
from tests.support.log import LogDatabase, log_database
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
SEEDS = 200


@pytest.fixture
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


@pytest.fixture
async def opened(database: LogDatabase) -> AsyncIterator[list[PostgresEventStore]]:
    async with stores(database.serving_url) as opened:
        yield opened


async def test_a_follower_during_the_load_sees_every_position_once_and_in_order(
    database: LogDatabase, opened: list[PostgresEventStore]
) -> None:
    checked = await followed(opened, [await database.tenant() for _ in range(3)], 2.0)
    assert checked.faults == []


@pytest.mark.parametrize("race", [one_stream, one_guard])
async def test_of_64_racers_exactly_the_allowed_number_commit(
    database: LogDatabase, opened: list[PostgresEventStore], race: Race
) -> None:
    checked = await raced(opened, await database.tenant(), SEEDS, race)
    assert checked.faults == []
