"""What every ballot box keeps, whatever it lies in; and that the serving role sees one tenant's at a time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest

from adapters.memory_boxes import MemoryBoxes
from adapters.postgres.ballot_box import PostgresBoxes
from application.ballot_box import Boxes, Row
from domain.ids import TenantId
from tests.support.log import LogDatabase, connected, log_database
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
HERE, THERE = TenantId(str(uuid4())), TenantId(str(uuid4()))
MADE = Row(
    state="made", papers=(), keys="k", seats="s", content="c", closes_at=datetime(2024, 9, 12, 10, 30, tzinfo=UTC)
)
OPEN = msgspec.structs.replace(MADE, state="open")


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


@pytest.fixture(params=["memory", "postgres"])
async def boxes(request: pytest.FixtureRequest, database: LogDatabase) -> Boxes:
    return MemoryBoxes() if request.param == "memory" else PostgresBoxes(database.pool)


async def test_the_first_row_stays(boxes: Boxes) -> None:
    session = str(uuid4())
    assert await boxes.find(HERE, session) is None
    await boxes.make(HERE, session, MADE)
    await boxes.make(HERE, session, OPEN)
    assert await boxes.find(HERE, session) == MADE
    assert await boxes.find(THERE, session) is None


async def test_whose_a_session_is_is_told_once_it_is_open_and_of_one_tenant(boxes: Boxes) -> None:
    session = str(uuid4())
    await boxes.make(HERE, session, MADE)
    assert await boxes.tenant_of(session) is None
    assert await boxes.swap(HERE, session, MADE, OPEN)
    assert await boxes.tenant_of(session) == HERE
    await boxes.make(THERE, session, OPEN)
    assert await boxes.tenant_of(session) is None


async def test_a_row_is_put_in_the_place_of_the_one_that_was_seen(boxes: Boxes) -> None:
    session = str(uuid4())
    await boxes.make(HERE, session, OPEN)
    for name in ("keys", "seats", "content"):
        seen = msgspec.structs.replace(OPEN, **{name: "other"})
        assert not await boxes.swap(HERE, session, seen, MADE), name
    assert not await boxes.swap(THERE, session, OPEN, MADE)
    changed = msgspec.structs.replace(OPEN, seats="s2", content="c2", state="closed")
    assert await boxes.swap(HERE, session, OPEN, changed)
    assert await boxes.find(HERE, session) == changed


async def test_a_destroyed_box_is_gone(boxes: Boxes) -> None:
    session = str(uuid4())
    await boxes.make(HERE, session, OPEN)
    await boxes.destroy(THERE, session)
    assert await boxes.find(HERE, session) == OPEN
    await boxes.destroy(HERE, session)
    await boxes.destroy(HERE, session)
    assert await boxes.find(HERE, session) is None


async def test_a_query_that_forgets_the_tenant_sees_the_scopes_boxes_alone(database: LogDatabase) -> None:
    boxes = PostgresBoxes(database.pool)
    for tenant in (HERE, THERE):
        await boxes.make(tenant, str(uuid4()), OPEN)
    async with database.pool.tenant(HERE) as connection:
        seen = {str(row["tenant_id"]) for row in await connection.fetch("SELECT b.tenant_id FROM ballots.boxes AS b")}
    assert seen == {HERE}
    for url in (database.serving_url, database.owner_url):
        async with connected(url) as connection:
            assert await connection.fetch("SELECT FROM ballots.boxes AS b") == []
