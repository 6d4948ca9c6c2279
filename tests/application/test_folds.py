"""States kept between commands: what they save, and that nothing false is ever answered from them, by two servers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import date
from uuid import uuid4

import msgspec
import pytest

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import Pool
from application.execute import StaleVersion
from application.folds import WEIGHT_EACH, Folded, Folds
from application.lines import History
from application.log_subjects import LogSubjects
from application.ports import Append, Appended
from domain.ids import TenantId
from domain.unit import UNIT, Dissolved, DissolveUnit, RenameUnit
from tests.support.log import LogDatabase, log_database
from tests.support.postgres import PostgresServer
from tests.support.world import World

pytestmark = pytest.mark.anyio
DAY = date(2024, 1, 1)


class CountingStore(PostgresEventStore):
    """Counts what is read."""

    loads = 0
    loses_its_lane = False

    async def append(self, request: Append) -> Appended:
        if self.loses_its_lane:
            self.loses_its_lane = False
            (await self._pool.lane()).connection.terminate()
        return await super().append(request)

    async def histories(self, tenant_id: TenantId, stream_ids: Sequence[str]) -> dict[str, History]:
        self.loads += len(stream_ids)
        return await super().histories(tenant_id, stream_ids)


class Server(World):
    """One of the servers over one database."""

    def __init__(self, first: World, store: CountingStore) -> None:
        super().__init__()
        self.tenant, self.store = first.tenant, store
        self.federation, self.upper, self.other, self.base = first.federation, first.upper, first.other, first.base
        self.platform = msgspec.structs.replace(
            self.platform, store=store, vault=first.vault, subjects=LogSubjects(store), folds=Folds()
        )

    async def rename(self, name: str, expected: int | None = None) -> int:
        done = await self.send(UNIT, self.base, RenameUnit(name=name, on=DAY), expected=expected)
        return done.answer.version


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


@pytest.fixture
async def servers(database: LogDatabase) -> AsyncIterator[tuple[Server, Server]]:
    """Two servers that both know the units of a tenant by heart."""
    first = World()
    first.tenant = await database.tenant()
    async with AsyncExitStack() as stack:
        pools = [await Pool.open(database.serving_url) for _ in range(2)]
        for pool in pools:
            stack.push_async_callback(pool.close)
        one, two = [Server(first, await stack.enter_async_context(CountingStore(pool))) for pool in pools]
        await one.established()
        await two.rename("Hai")
        await one.rename("Một")
        yield one, two


async def test_a_command_on_streams_that_are_remembered_reads_nothing(servers: tuple[Server, Server]) -> None:
    one, _ = servers
    await one.rename("Ba")
    before = one.store.loads
    assert await one.rename("Bốn") == await one.rename("Năm") - 1
    assert one.store.loads == before


async def test_what_another_server_did_is_decided_on_and_not_what_is_remembered(servers: tuple[Server, Server]) -> None:
    """The append finds that the stream has moved, and the decision is made again from the log."""
    one, two = servers
    await two.send(UNIT, two.base, DissolveUnit(on=DAY))
    with pytest.raises(Dissolved):
        await one.rename("Ba")


async def test_a_refusal_out_of_memory_is_made_again_from_the_log(servers: tuple[Server, Server]) -> None:
    one, two = servers
    version = await two.rename("Của máy kia")
    # The first server remembers an older version, by which this one is stale; no append would have told it.
    assert await one.rename("Ba", expected=version) == version + 1
    with pytest.raises(StaleVersion) as caught:
        await two.rename("Bốn", expected=version)
    assert caught.value.actual == version + 1


async def test_a_decision_that_changes_nothing_is_made_again_from_the_log(servers: tuple[Server, Server]) -> None:
    one, two = servers
    last = await one.rename("Tên cũ")
    await two.rename("Tên mới")
    done = await one.send(UNIT, one.base, RenameUnit(name="Tên cũ", on=DAY))
    assert (done.answer.changed, done.answer.version) == (True, last + 2)


async def test_two_servers_in_turn_on_one_stream_lose_nothing(servers: tuple[Server, Server]) -> None:
    one, two = servers
    versions = [await server.rename(f"Tên {n} {k}") for n in range(10) for k, server in enumerate((one, two))]
    assert versions == list(range(versions[0], versions[0] + 20))


async def test_after_the_connection_that_appends_was_lost_nothing_is_recalled(servers: tuple[Server, Server]) -> None:
    """A database that was restored meanwhile may hold another history under the same versions."""
    one, _ = servers
    await one.rename("Ba")
    (await one.store._pool.lane()).connection.terminate()
    assert one.store.session is None
    before = one.store.loads
    await one.rename("Bốn")
    assert one.store.loads > before


async def test_a_decision_out_of_memory_is_not_stored_over_another_connection(servers: tuple[Server, Server]) -> None:
    """The connection is found lost only when the append is on its way: it is decided again from the log."""
    one, _ = servers
    version = await one.rename("Ba")
    before, one.store.loses_its_lane = one.store.loads, True
    assert await one.rename("Bốn") == version + 1
    assert one.store.loads > before


def test_the_least_recently_used_go_first_and_the_weight_is_bounded() -> None:
    folds = Folds(weight_max=3 * (100 + WEIGHT_EACH))
    keys = [(TenantId("t"), str(n)) for n in range(4)]
    for key in keys[:3]:
        folds.put(key, Folded(1, key, None, 100, 1))
    assert folds.get(keys[0], 1)
    folds.put(keys[3], Folded(1, None, None, 100, 1))
    assert [folds.get(key, 1) is not None for key in keys] == [True, False, True, True]
    folds.put(keys[0], Folded(2, None, None, 100, 1))
    folds.put(keys[0], Folded(1, None, None, 100, 1))  # Read earlier, and late.
    kept = folds.get(keys[0], 1)
    assert kept is not None
    assert kept.version == 2
    assert folds.get(keys[0], 2) is None, "another session's"
    assert len(folds) == 2


def test_one_that_is_heavier_than_all_may_be_is_not_kept() -> None:
    folds = Folds(weight_max=1_000)
    folds.put((TenantId("t"), str(uuid4())), Folded(1, None, None, 5_000, 1))
    assert len(folds) == 0
