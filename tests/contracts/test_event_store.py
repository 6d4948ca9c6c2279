"""What every event store keeps, in memory or on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from adapters.memory import MemoryEventStore
from adapters.postgres.event_store import PostgresEventStore
from application.cloud_events import cloud_event
from application.ports import (
    Appended,
    EventStore,
    Frozen,
    NewEvent,
    Outcome,
    StreamAppend,
    UnknownTenant,
    VersionConflict,
)
from domain.ids import TenantId
from tests.support.log import command, fresh_id, guarded, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio


class Log(msgspec.Struct):
    """A store, and what only its owner may do to it."""

    store: EventStore
    tenant: Callable[[], Awaitable[TenantId]]
    freeze: Callable[[TenantId, bool], Awaitable[None]]
    follow: Callable[[Callable[[frozenset[TenantId]], None]], None]


@pytest.fixture(scope="module", params=["memory", "postgres", "as behind a pooler"])
async def log(request: pytest.FixtureRequest, postgres: PostgresServer) -> AsyncIterator[Log]:
    if request.param == "memory":
        yield _in_memory()
        return
    async with (
        log_database(postgres, transaction_pooler=request.param != "postgres") as database,
        PostgresEventStore(database.pool) as store,
    ):

        async def freeze(tenant_id: TenantId, frozen: bool) -> None:
            async with database.owner() as owner:
                await owner.execute("SELECT thidua.freeze_tenant($1, $2)", tenant_id, frozen)

        yield Log(store, database.tenant, freeze, store.follow)


def _in_memory() -> Log:
    store = MemoryEventStore()

    async def tenant() -> TenantId:
        tenant_id = TenantId(fresh_id())
        store.register(tenant_id)
        return tenant_id

    async def freeze(tenant_id: TenantId, frozen: bool) -> None:
        store.stop(tenant_id, frozen)

    return Log(store, tenant, freeze, store.follow)


@pytest.fixture
async def tenant(log: Log) -> TenantId:
    return await log.tenant()


async def versions(log: Log, tenant: TenantId, stream_id: str) -> list[int]:
    return [each.version for each in (await log.store.load(tenant, [stream_id]))[stream_id]]


async def positions(log: Log, tenant: TenantId) -> list[int]:
    return [each.position for each in await log.store.page(tenant, after=0, limit=10_000)]


async def test_a_row_holds_what_was_given_and_when_and_where_it_was_stored(log: Log, tenant: TenantId) -> None:
    new = NewEvent(event_id=fresh_id(), type="work.registered", type_version=3, data=b'{"b": 1,"a":\xff}')
    request = command(
        tenant,
        StreamAppend(stream_id="đơn-vị 1", expected_version=0, events=(new,)),
        happened_on=date(2024, 2, 21),
        causation_id="cause",
    )
    before = datetime.now(UTC) - timedelta(seconds=5)
    appended = await log.store.append(request)
    [row] = (await log.store.load(tenant, ["đơn-vị 1"]))["đơn-vị 1"]
    assert before < row.recorded_at < datetime.now(UTC) + timedelta(seconds=5)
    assert row.recorded_at == appended.recorded_at
    assert msgspec.structs.asdict(row) == {
        "tenant_id": tenant,
        "epoch": 1,
        "position": 1,
        "stream_id": "đơn-vị 1",
        "version": 1,
        "type": "work.registered",
        "type_version": 3,
        "event_id": new.event_id,
        "recorded_at": row.recorded_at,
        "happened_on": date(2024, 2, 21),
        "actor": request.actor,
        "correlation_id": request.correlation_id,
        "causation_id": "cause",
        "command_id": request.command_id,
        "data": new.data,
    }


async def test_null_and_empty_stay_apart(log: Log, tenant: TenantId) -> None:
    empty = msgspec.structs.replace(command(tenant, written("a")), causation_id="", actor="", correlation_id="")
    await log.store.append(empty)
    await log.store.append(command(tenant, written("b")))
    [first, second] = await log.store.page(tenant, after=0, limit=9)
    assert (first.causation_id, first.actor, first.correlation_id) == ("", "", "")
    assert (second.causation_id, second.happened_on) == (None, None)


async def test_an_append_answers_the_position_of_its_last_event(log: Log, tenant: TenantId) -> None:
    first = await log.store.append(command(tenant, written("a", events=3)))
    second = await log.store.append(command(tenant, written("a", 3), written("b", events=2)))
    assert (first.outcome, first.position, second.position) == (Outcome.APPENDED, 3, 6)


@pytest.mark.parametrize("expected", [0, 1, 3, 100])
async def test_a_stream_must_be_exactly_at_the_expected_version(log: Log, tenant: TenantId, expected: int) -> None:
    await log.store.append(command(tenant, written("a", events=2)))
    with pytest.raises(VersionConflict) as caught:
        await log.store.append(command(tenant, written("a", expected)))
    assert caught.value.stream_id == "a"
    assert await versions(log, tenant, "a") == [1, 2]


@pytest.mark.parametrize("guards", [[], [guarded("other")]])
async def test_a_version_is_never_skipped_in_a_stream_that_does_not_exist(
    log: Log, tenant: TenantId, guards: list[StreamAppend]
) -> None:
    with pytest.raises(VersionConflict):
        await log.store.append(command(tenant, written("new", 1), *guards))
    assert await versions(log, tenant, "new") == []


async def test_a_guard_that_holds_lets_the_append_through(log: Log, tenant: TenantId) -> None:
    await log.store.append(command(tenant, written("campaign")))
    await log.store.append(command(tenant, written("registration"), guarded("campaign", 1), guarded("nothing", 0)))
    assert await versions(log, tenant, "registration") == [1]
    assert await versions(log, tenant, "campaign") == [1]


@pytest.mark.parametrize("seen", [0, 2])
async def test_a_guard_that_moved_refuses_the_append_whole(log: Log, tenant: TenantId, seen: int) -> None:
    await log.store.append(command(tenant, written("campaign")))
    with pytest.raises(VersionConflict) as caught:
        await log.store.append(command(tenant, written("registration"), guarded("campaign", seen)))
    assert caught.value.stream_id == "campaign"
    assert await versions(log, tenant, "registration") == []


async def test_several_streams_are_written_together_or_not_at_all(log: Log, tenant: TenantId) -> None:
    await log.store.append(command(tenant, written("b")))
    with pytest.raises(VersionConflict) as caught:
        await log.store.append(command(tenant, written("a"), written("b", 0), written("c", 9)))
    assert caught.value.stream_id == "b", "the first in the command's order"
    loaded = await log.store.load(tenant, ["a", "b", "c"])
    assert {stream: len(events) for stream, events in loaded.items()} == {"a": 0, "b": 1, "c": 0}
    await log.store.append(command(tenant, written("a"), written("b", 1)))
    assert await positions(log, tenant) == [1, 2, 3]


async def test_a_known_command_answers_as_the_first_time_whatever_the_versions_say(log: Log, tenant: TenantId) -> None:
    first = await log.store.append(command(tenant, written("a"), command_id=(same := fresh_id()), answer=b"first"))
    again = await log.store.append(
        command(tenant, written("a", 77), command_id=same, answer=b"second", fingerprint=b"other body")
    )
    assert again == msgspec.structs.replace(first, outcome=Outcome.REPLAYED)
    assert (again.answer, again.fingerprint) == (b"first", b"fingerprint")
    assert await log.store.remembered(tenant, same) == again
    assert await positions(log, tenant) == [1]


async def test_a_refused_command_is_not_remembered(log: Log, tenant: TenantId) -> None:
    with pytest.raises(VersionConflict):
        await log.store.append(command(tenant, written("a", 5), command_id=(same := fresh_id())))
    assert await log.store.remembered(tenant, same) is None
    assert (await log.store.append(command(tenant, written("a"), command_id=same))).outcome is Outcome.APPENDED


async def test_one_command_sent_many_times_at_once_is_stored_once(log: Log, tenant: TenantId) -> None:
    same = fresh_id()
    answers = await asyncio.gather(
        *(log.store.append(command(tenant, written("a"), command_id=same, answer=b"%d" % n)) for n in range(20))
    )
    assert [each.outcome for each in answers].count(Outcome.APPENDED) == 1
    assert len({each.answer for each in answers}) == 1
    assert await positions(log, tenant) == [1]


async def test_a_command_id_is_the_tenants_own(log: Log, tenant: TenantId) -> None:
    other, same = await log.tenant(), fresh_id()
    await log.store.append(command(tenant, written("a"), command_id=same))
    assert await log.store.remembered(other, same) is None
    assert (await log.store.append(command(other, written("a"), command_id=same))).outcome is Outcome.APPENDED


async def test_a_command_that_changes_nothing_is_remembered_at_the_present_position(log: Log, tenant: TenantId) -> None:
    await log.store.append(command(tenant, written("a", events=2)))
    idle = command(tenant, guarded("a", 2), answer=b"already so")
    assert (await log.store.append(idle)).position == 2
    again = await log.store.append(idle)
    assert (again.outcome, again.position, again.answer) == (Outcome.REPLAYED, 2, b"already so")
    assert await positions(log, tenant) == [1, 2]


async def test_a_command_that_changes_nothing_still_meets_its_guards(log: Log, tenant: TenantId) -> None:
    await log.store.append(command(tenant, written("a")))
    with pytest.raises(VersionConflict):
        await log.store.append(command(tenant, guarded("a", 0)))


async def test_positions_have_no_gaps_among_many_writers_and_many_conflicts(log: Log, tenant: TenantId) -> None:
    other = await log.tenant()

    async def write(n: int) -> Appended | None:
        try:
            owner = (tenant, other)[n % 2]
            return await log.store.append(command(owner, written(f"s-{n % 60}", events=1 + n % 3), guarded("quiet", 0)))
        except VersionConflict:
            return None

    answers = await asyncio.gather(*(write(n) for n in range(240)))
    assert sum(each is not None for each in answers) == 60
    for each in (tenant, other):
        stored = await log.store.page(each, after=0, limit=10_000)
        assert [row.position for row in stored] == list(range(1, len(stored) + 1))
        times = [row.recorded_at for row in stored]
        assert times == sorted(times)


async def test_of_many_writers_of_one_stream_at_one_version_exactly_one_wins(log: Log, tenant: TenantId) -> None:
    answers = await asyncio.gather(
        *(log.store.append(command(tenant, written("hot"))) for _ in range(50)), return_exceptions=True
    )
    assert sum(isinstance(each, Appended) for each in answers) == 1
    assert sum(isinstance(each, VersionConflict) for each in answers) == 49


async def test_writers_in_a_row_are_served_in_the_order_they_came(log: Log, tenant: TenantId) -> None:
    answers = await asyncio.gather(*(log.store.append(command(tenant, written("hot", n))) for n in range(50)))
    assert [each.position for each in answers] == list(range(1, 51))


async def test_tenants_do_not_see_each_other(log: Log, tenant: TenantId) -> None:
    other = await log.tenant()
    await log.store.append(command(tenant, written("a", events=2)))
    assert await versions(log, other, "a") == []
    assert await positions(log, other) == []
    assert (await log.store.append(command(other, written("a")))).position == 1
    heads = await log.store.heads()
    assert (heads[tenant], heads[other]) == (2, 1)


async def test_an_unknown_tenant_is_refused_and_holds_nothing(log: Log, tenant: TenantId) -> None:
    stranger = TenantId(fresh_id())
    requests = [
        command(stranger, written("a"), written("b")),
        command(tenant, written("a")),
        command(stranger, written("c")),
    ]
    answers = await asyncio.gather(*(log.store.append(each) for each in requests), return_exceptions=True)
    assert [type(each) for each in answers] == [UnknownTenant, Appended, UnknownTenant]
    assert await positions(log, stranger) == []
    assert await log.store.remembered(stranger, requests[0].command_id) is None
    assert stranger not in await log.store.heads()


async def test_a_frozen_tenant_stores_nothing_new_but_answers_what_it_knows(log: Log, tenant: TenantId) -> None:
    known, other = command(tenant, written("a")), await log.tenant()
    await log.store.append(known)
    await log.freeze(tenant, True)
    requests = [
        command(tenant, written("b")),
        command(tenant, written("c"), guarded("a", 1)),
        known,
        command(other, written("a")),
    ]
    answers = await asyncio.gather(*(log.store.append(each) for each in requests), return_exceptions=True)
    assert [type(each) for each in answers] == [Frozen, Frozen, Appended, Appended]
    with pytest.raises(Frozen):
        await log.store.append(command(tenant, written("d")))
    await log.freeze(tenant, False)
    assert (await log.store.append(command(tenant, written("b")))).position == 2


async def test_streams_that_do_not_exist_load_as_empty(log: Log, tenant: TenantId) -> None:
    await log.store.append(command(tenant, written("a", events=12)))
    loaded = await log.store.load(tenant, ["none", "a"])
    assert loaded["none"] == []
    assert [each.version for each in loaded["a"]] == list(range(1, 13))
    assert await log.store.load(tenant, []) == {}


async def test_pages_follow_each_other_and_keep_to_types_and_end(log: Log, tenant: TenantId) -> None:
    await log.store.append(command(tenant, written("a", types=["x", "y", "z", "x", "y", "z"])))

    async def page(**how: object) -> list[int]:
        return [each.position for each in await log.store.page(tenant, **{"after": 0, "limit": 9, **how})]  # type: ignore[arg-type]

    assert await page(limit=2) == [1, 2]
    assert await page(after=2, limit=2) == [3, 4]
    assert await page(after=6) == []
    assert await page(types=["x", "z"]) == [1, 3, 4, 6]
    assert await page(types=["x", "z"], after=1, limit=2) == [3, 4]
    assert await page(until=4, after=1) == [2, 3, 4]
    assert await page(types=["none"]) == []


async def test_the_whole_log_is_read_in_pages_to_its_present_end(log: Log, tenant: TenantId) -> None:
    await log.store.append(command(tenant, written("a", events=5_000)))
    await log.store.append(command(tenant, written("b", events=7)))
    pages = [page async for page in log.store.read(tenant)]
    assert [len(page) for page in pages] == [5_000, 7]
    assert [row.position for page in pages for row in page] == list(range(1, 5_008))
    assert [len(page) async for page in log.store.read(tenant, after=5_004)] == [3]
    assert [page async for page in log.store.read(tenant, after=5_007)] == []


async def test_followers_are_woken_for_new_events_only(log: Log, tenant: TenantId) -> None:
    woken: list[TenantId] = []
    log.follow(woken.extend)
    await log.store.append(change := command(tenant, written("a")))
    await asyncio.sleep(0)
    assert woken == [tenant]
    await log.store.append(change)
    await log.store.append(command(tenant, guarded("a", 1)))
    await asyncio.sleep(0)
    assert woken == [tenant]


async def test_events_are_given_as_cloud_events_byte_for_byte(log: Log) -> None:
    """Made in the database or here, from whatever a text may hold."""
    tenant, odd = await log.tenant(), 'Cán bộ "LĐLĐ" \\ / \t\n\r\b\f\x01\x1f\x7f\u2028 \U0001f3c6'
    for n in range(5):
        append = command(
            tenant, written(f"s-{n}", types=["a", "b"]), happened_on=date(2024, 2, n + 1) if n % 2 else None,
            causation_id=odd if n % 2 else None,
        )  # fmt: skip
        await log.store.append(msgspec.structs.replace(append, actor=odd, correlation_id=odd))
    rows = await log.store.page(tenant, after=0, limit=100)
    for after, limit, types in ((0, 100, ()), (0, 3, ()), (3, 2, ("b",)), (9, 5, ("a",)), (10, 5, ()), (99, 5, ())):
        page = await log.store.cloud_events(tenant, after=after, limit=limit, types=types)
        wanted = [row for row in rows if row.position > after and (not types or row.type in types)][:limit]
        assert page.events == b",".join(msgspec.json.encode(cloud_event(row)) for row in wanted)
        assert (page.head, page.found) == (10, len(wanted))
        assert page.last == (wanted[-1].position if wanted else None)
    assert (await log.store.cloud_events(TenantId(fresh_id()), after=0, limit=5)).head == 0
