"""A log that is stopped, and the epochs that it goes on in: what every event store keeps."""

from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import pytest

from adapters.memory import MemoryEventStore
from adapters.postgres.epochs import open_epoch
from adapters.postgres.event_store import PostgresEventStore
from application.epochs import Opening
from application.ports import Append, CursorCut, EventStore, Frozen, Halt, UnknownEpoch, UnknownTenant
from domain.ids import TenantId
from tests.support.log import command, event, fresh_id, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
HALT = Halt(reason="shorter", holder="folder", origin="thidua/t/1", size=9, root="ab" * 32, head=3)


class Log(msgspec.Struct):
    """A store, and what only its owner may do to it."""

    store: EventStore
    tenant: Callable[[], Awaitable[TenantId]]
    open: Callable[[Opening], Awaitable[int | None]]


@pytest.fixture(scope="module", params=["memory", "postgres", "as behind a pooler"])
async def log(request: pytest.FixtureRequest, postgres: PostgresServer) -> AsyncIterator[Log]:
    if request.param == "memory":
        yield _in_memory()
        return
    async with (
        log_database(postgres, transaction_pooler=request.param != "postgres") as database,
        PostgresEventStore(database.pool) as store,
    ):

        async def opened(opening: Opening) -> int | None:
            async with database.owner() as owner:
                return await open_epoch(owner, opening)

        yield Log(store, database.tenant, opened)


def _in_memory() -> Log:
    store = MemoryEventStore()

    async def tenant() -> TenantId:
        tenant_id = TenantId(fresh_id())
        store.register(tenant_id)
        return tenant_id

    async def opened(opening: Opening) -> int | None:
        return store.open_epoch(opening)

    return Log(store, tenant, opened)


@pytest.fixture
async def tenant(log: Log) -> TenantId:
    """Its log has three events."""
    tenant_id = await log.tenant()
    await log.store.append(command(tenant_id, written("a", events=3)))
    return tenant_id


def opening(tenant: TenantId, *, epoch: int = 2, cut: int = 3, kept: int = 3) -> Opening:
    return Opening(
        tenant_id=tenant,
        epoch=epoch,
        cut=cut,
        kept=kept,
        stream_id=f"log-{tenant}",
        event=event("log.epoch-opened", b'{"cause":"restore"}'),
        actor="operator",
    )


async def frozen(log: Log, request: Append) -> Halt | None:
    with pytest.raises(Frozen) as caught:
        await log.store.append(request)
    return caught.value.halt


async def test_a_log_that_was_stopped_says_why_and_the_first_reason_stays(log: Log, tenant: TenantId) -> None:
    other = await log.tenant()
    await log.store.freeze(tenant, 1, HALT)
    await log.store.freeze(tenant, 1, msgspec.structs.replace(HALT, reason="different"))
    assert await frozen(log, command(tenant, written("b"))) == HALT
    stopped = await log.store.frozen()
    assert stopped[tenant] == HALT
    assert other not in stopped


async def test_what_was_found_of_another_epoch_stops_nothing(log: Log, tenant: TenantId) -> None:
    await log.open(opening(tenant))
    await log.store.freeze(tenant, 1, HALT)
    assert tenant not in await log.store.frozen()
    await log.store.append(command(tenant, written("b")))


async def test_a_new_epoch_begins_with_its_event_and_the_log_goes_on(log: Log, tenant: TenantId) -> None:
    await log.store.freeze(tenant, 1, HALT)
    asked = opening(tenant)
    assert await log.open(asked) == 4
    assert (await log.store.append(command(tenant, written("a", 3)))).position == 5
    rows = await log.store.page(tenant, after=0, limit=9)
    assert [(row.epoch, row.position) for row in rows] == [(1, 1), (1, 2), (1, 3), (2, 4), (2, 5)]
    first = rows[3]
    assert (first.type, first.stream_id, first.version) == ("log.epoch-opened", f"log-{tenant}", 1)
    assert (first.event_id, first.data, first.actor) == (asked.event.event_id, asked.event.data, "operator")
    assert first.recorded_at >= rows[2].recorded_at
    assert (await log.store.epochs())[tenant] == 2
    assert tenant not in await log.store.frozen()


async def test_an_epoch_is_not_opened_over_a_log_that_has_moved(log: Log, tenant: TenantId) -> None:
    await log.store.append(command(tenant, written("b")))
    assert await log.open(opening(tenant)) is None
    assert await log.open(opening(tenant, kept=4)) == 5
    assert await log.open(opening(tenant, kept=5)) is None, "epoch 2 was opened already"
    assert await log.open(opening(tenant, epoch=3, cut=5, kept=5)) == 6
    [first, second] = (await log.store.load(tenant, [f"log-{tenant}"]))[f"log-{tenant}"]
    assert [(each.epoch, each.version) for each in (first, second)] == [(2, 1), (3, 2)]


async def test_a_cursor_goes_on_up_to_the_cut_and_is_refused_beyond_it(log: Log, tenant: TenantId) -> None:
    await log.open(opening(tenant, cut=2))
    page = await log.store.cloud_events(tenant, epoch=1, after=2, limit=9)
    assert (page.epoch, page.head, page.found, page.last) == (2, 4, 2, 4)
    with pytest.raises(CursorCut) as caught:
        await log.store.cloud_events(tenant, epoch=1, after=3, limit=9)
    assert (caught.value.cut, caught.value.epoch) == (2, 2)
    assert (await log.store.cloud_events(tenant, epoch=2, after=3, limit=9)).found == 1
    assert (await log.store.cloud_events(tenant, epoch=2, after=99, limit=9)).found == 0


async def test_after_several_epochs_the_earliest_cut_counts(log: Log, tenant: TenantId) -> None:
    await log.open(opening(tenant, cut=3))
    await log.store.append(command(tenant, written("b", events=3)))
    await log.open(opening(tenant, epoch=4, cut=1, kept=7))
    await log.store.append(command(tenant, written("c", events=3)))
    for epoch in (1, 2, 3):
        assert (await log.store.cloud_events(tenant, epoch=epoch, after=1, limit=1)).last == 2
        with pytest.raises(CursorCut) as caught:
            await log.store.cloud_events(tenant, epoch=epoch, after=2, limit=1)
        assert (caught.value.cut, caught.value.epoch) == (1, 4)
    await log.open(opening(tenant, epoch=5, cut=11, kept=11))
    with pytest.raises(CursorCut) as caught:
        await log.store.cloud_events(tenant, epoch=1, after=9, limit=1)
    assert (caught.value.cut, caught.value.epoch) == (1, 5)
    assert (await log.store.cloud_events(tenant, epoch=4, after=11, limit=1)).found == 1


async def test_an_epoch_that_there_is_not_is_refused(log: Log, tenant: TenantId) -> None:
    with pytest.raises(UnknownEpoch) as caught:
        await log.store.cloud_events(tenant, epoch=2, after=0, limit=1)
    assert caught.value.epoch == 1


async def test_the_server_may_stop_a_log_and_neither_let_it_go_on_nor_open_an_epoch(postgres: PostgresServer) -> None:
    async with log_database(postgres) as database, PostgresEventStore(database.pool) as store:
        tenant = await database.tenant()
        await store.freeze(tenant, 1, HALT)
        async with database.pool.connection() as connection:
            for forbidden in (
                "SELECT thidua.freeze_tenant($1, false)",
                "UPDATE thidua.heads SET frozen = false WHERE tenant_id = $1",
                "INSERT INTO thidua.epochs VALUES ($1, 2, 0, 1, now())",
                "DELETE FROM thidua.epochs WHERE tenant_id = $1",
            ):
                with pytest.raises(Exception, match="permission denied"):
                    await connection.execute(forbidden, tenant)
            with pytest.raises(Exception, match="permission denied"):
                await open_epoch(connection, opening(tenant, cut=0, kept=0))  # type: ignore[arg-type]
        async with database.owner() as owner:
            with pytest.raises(UnknownTenant):
                await open_epoch(owner, opening(TenantId(fresh_id())))


async def test_the_page_that_the_release_before_asks_for_is_the_same(postgres: PostgresServer) -> None:
    async with log_database(postgres) as database, PostgresEventStore(database.pool) as store:
        tenant = await database.tenant()
        await store.append(command(tenant, written("a", events=3), written("b", types=["x.happened"])))
        async with database.pool.connection() as connection:
            for types in ([], ["x.happened"]):
                before = await connection.fetchrow("SELECT * FROM thidua.cloud_events($1, 1, $2, 9)", tenant, types)
                now = await connection.fetchrow("SELECT * FROM thidua.feed_page($1, 1, 1, $2, 9)", tenant, types)
                assert before is not None
                assert now is not None
                assert tuple(now)[2:] == tuple(before)
