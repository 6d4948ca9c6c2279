"""What the keys of the tables refuse costs nobody else anything, and the one whose it was is told as ever."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.postgres import batch, care
from adapters.postgres.appending import Appending
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import Pool
from application.ports import Append, Appended, Frozen, Outcome, UnknownTenant, VersionConflict
from domain.ids import TenantId
from tests.support.log import LogDatabase, command, fresh_id, guarded, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


class Watched(Appending):
    """Notes how each batch was sent."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self.sent: list[bool] = []

    async def send(self, connection: Any, requests: Any, *, careful: bool = True) -> Any:
        self.sent.append(careful)
        return await super().send(connection, requests, careful=careful)


async def outcomes(lane: Appending, *requests: Append) -> list[object]:
    found = await asyncio.gather(*(lane.append(each) for each in requests), return_exceptions=True)
    return [each.outcome if isinstance(each, Appended) else type(each) for each in found]


@pytest.mark.parametrize("company", [0, 3])
async def test_a_command_that_another_server_stored_is_found_by_its_key_and_its_company_is_stored(
    database: LogDatabase, company: int
) -> None:
    tenant = await database.tenant()
    known = command(tenant, written("a"))
    async with PostgresEventStore(database.pool) as elsewhere:
        await elsewhere.append(known)
    again = command(tenant, written("b"), command_id=known.command_id)
    async with Watched(database.pool) as lane:
        beside = [command(tenant, written(f"beside-{n}")) for n in range(company)]
        assert await outcomes(lane, again, *beside) == [Outcome.REPLAYED] + [Outcome.APPENDED] * company
        assert lane.sent == [False, True]
    async with PostgresEventStore(database.pool) as store:
        rows = await store.page(tenant, after=0, limit=9)
    assert [row.position for row in rows] == list(range(1, company + 2))
    assert {row.stream_id for row in rows} == {"a", *(f"beside-{n}" for n in range(company))}


@pytest.mark.parametrize("company", [0, 3])
async def test_a_stream_that_another_server_began_is_a_conflict_of_its_own_caller_alone(
    database: LogDatabase, company: int
) -> None:
    tenant = await database.tenant()
    async with PostgresEventStore(database.pool) as elsewhere:
        await elsewhere.append(command(tenant, written("a")))
    async with Watched(database.pool) as lane:
        beside = [command(tenant, written(f"beside-{n}")) for n in range(company)]
        found = await outcomes(lane, command(tenant, written("a")), *beside)
        assert found == [VersionConflict] + [Outcome.APPENDED] * company
        assert lane.sent == [False, True]


async def test_a_command_that_is_sent_again_by_the_same_server_is_looked_for_at_once(database: LogDatabase) -> None:
    tenant = await database.tenant()
    once = command(tenant, written("a"))
    async with Watched(database.pool) as lane:
        assert await outcomes(lane, once) == [Outcome.APPENDED]
        assert await outcomes(lane, once, command(tenant, written("b"))) == [Outcome.REPLAYED, Outcome.APPENDED]
        assert lane.sent == [False, True]


async def test_a_known_command_is_known_though_its_stream_has_moved(database: LogDatabase) -> None:
    tenant = await database.tenant()
    once, more = command(tenant, written("a")), command(tenant, written("a", at=1))
    async with PostgresEventStore(database.pool) as elsewhere:
        await elsewhere.append(once)
        await elsewhere.append(more)
    for company in ([], [command(tenant, written("b"))]):
        async with Watched(database.pool) as lane:
            assert (await outcomes(lane, more, *company))[0] == Outcome.REPLAYED


@pytest.mark.parametrize("at", [0, 1, 7])
async def test_one_event_of_a_tenant_that_is_unknown_or_frozen_or_of_a_stream_that_is_not_so_far(
    database: LogDatabase, at: int
) -> None:
    tenant = await database.tenant()
    async with Watched(database.pool) as lane:
        assert await outcomes(lane, command(TenantId(fresh_id()), written("a", at=at))) == [UnknownTenant]
        if at:
            assert await outcomes(lane, command(tenant, written("a", at=at))) == [VersionConflict]
        async with database.owner() as owner:
            await owner.execute("SELECT thidua.freeze_tenant($1, true)", tenant)
        assert await outcomes(lane, command(tenant, written("a", at=at))) == [Frozen]


def test_after_a_refusal_by_a_key_the_next_batches_are_careful() -> None:
    tenant = TenantId(fresh_id())
    cared = care.Care()
    one = [command(tenant, written("a"))]
    assert not cared.is_due(one)
    cared.is_wanted()
    assert [cared.is_due(one) for _ in range(care.BATCHES + 1)] == [True] * care.BATCHES + [False]


def test_at_least_the_last_thousands_of_commands_are_remembered_and_not_all_for_ever() -> None:
    tenant = TenantId(fresh_id())
    cared = care.Care()
    stored = [[command(tenant, written("a"))] for _ in range(3 * care.REMEMBERED_MIN)]
    for each in stored:
        cared.stored(each)
    assert all(cared.is_due(each) for each in stored[-care.REMEMBERED_MIN :])
    assert not cared.is_due(stored[0])


def test_what_has_a_key_is_checked_by_the_careful_alone() -> None:
    tenant = TenantId(fresh_id())
    asked = [command(tenant, written("new"), written("old", at=3), guarded("guard"))]
    assert [batch.sent(asked, careful=careful).arguments[8] for careful in (True, False)] == [
        '{"new","old","guard"}',
        '{"old","guard"}',
    ]
