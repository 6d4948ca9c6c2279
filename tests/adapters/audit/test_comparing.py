"""When a log is compared with what lies outside, and what comes of it where the one or the other cannot be asked."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from adapters.audit.comparing import Comparing
from adapters.audit.folder import CheckpointFolder, file_of
from adapters.audit.publishing import Publishing
from adapters.audit.reopening import Lacking, next_epoch
from adapters.audit.sinks import SinkAhead, SinkAway
from adapters.keys.signing import Cosigner, Ed25519Signer, fresh_private_key
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.trees import PostgresTrees, Tree
from application.merkle import consistency_ranges
from application.notes import Checkpoint, Note, Prove, parse_note, signed
from application.ports import Frozen
from domain.epoch import OutsideCheckpoint
from domain.ids import TenantId
from tests.support.log import LogDatabase, command, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
NAME = "log.example"
SIGNER = Ed25519Signer(NAME, fresh_private_key())


class Reachable(CheckpointFolder):
    """A folder that can be away, or slow to answer."""

    is_away = False
    slow_seconds = 0.0
    asked = 0

    async def latest(self, origin: str) -> Note | None:
        self.asked += 1
        await asyncio.sleep(self.slow_seconds)
        if self.is_away:
            raise SinkAway("away")
        return await super().latest(origin)

    async def hold(self, tenant: TenantId, size: int, root: bytes, *, epoch: int = 1) -> None:
        """Put a checkpoint there, whatever is there already."""

        async def prove(old: int) -> list[bytes]:
            raise AssertionError("nothing is there yet")

        text = Checkpoint(origin=f"{NAME}/{tenant}/{epoch}", size=size, root=root).text()
        await self.put(signed(text, [SIGNER]), prove)


class Seen:
    """A witness that has seen a tree of so many leaves."""

    name = "witness"

    def __init__(self, size: int) -> None:
        self.size = size

    async def put(self, note: Note, prove: Prove) -> tuple[()]:
        raise SinkAhead(self.size)


class Here:
    """A store, its trees, and a folder outside."""

    def __init__(self, database: LogDatabase, store: PostgresEventStore, folder: Path) -> None:
        self.database, self.store, self.trees = database, store, PostgresTrees(database.pool)
        self.folder = Reachable(folder)
        self.comparing = Comparing(store, self.trees, log_name=NAME, keepers=[self.folder])

    async def tenant(self, events: int) -> TenantId:
        tenant = await self.database.tenant()
        if events:
            await self.store.append(command(tenant, written("a", events=events)))
        return tenant


@pytest.fixture
async def here(postgres: PostgresServer, tmp_path: Path) -> AsyncIterator[Here]:
    async with log_database(postgres) as database, PostgresEventStore(database.pool) as store:
        yield Here(database, store, tmp_path)


async def test_what_nobody_has_kept_outside_yet_stops_nothing(here: Here) -> None:
    tenant = await here.tenant(3)
    assert await here.comparing.stands(tenant)
    assert await here.store.frozen() == {}


async def test_a_checkpoint_that_has_not_come_to_a_keeper_for_some_seconds_is_said_to_lack_there(here: Here) -> None:
    """As where the folder is full: what lies there can be read, and no more comes in."""
    tenant = await here.tenant(5)
    publishing = Publishing(here.trees, log_name=NAME, signers=[SIGNER])
    tree = Tree(size=5, epoch=1, root=await here.comparing.root(tenant, 5))
    await here.folder.hold(tenant, 4, await here.comparing.root(tenant, 4))
    await publishing.publish(tenant, tree)

    async def lacking() -> list[str]:
        return await here.comparing.unreached(tenant, await here.comparing.compare(tenant))

    assert await lacking() == [], "it is on its way"
    async with here.database.superuser() as connection:
        await connection.execute("UPDATE thidua.checkpoints SET made_at = made_at - interval '11 seconds'")
    assert await lacking() == ["folder"]
    await CheckpointFolder(here.folder._folder).put(
        parse_note((await here.trees.checkpoints(tenant))[0].note),
        lambda old: here.trees.hashes(tenant, consistency_ranges(old, 5)),
    )
    assert await lacking() == []


async def test_a_log_that_lacks_rows_is_not_helped_by_a_new_epoch(here: Here) -> None:
    tenant = await here.tenant(5)
    async with here.database.superuser() as connection:
        await connection.execute("DELETE FROM thidua.events WHERE tenant_id = $1 AND position = 3", tenant)
    assert await here.comparing.lacking(tenant) == 3
    with pytest.raises(Lacking) as caught:
        await next_epoch(here.store, here.comparing, tenant, cause="x")
    assert caught.value.position == 3


async def test_a_log_is_compared_however_far_its_tree_has_come(here: Here) -> None:
    tenant = await here.tenant(5)
    root = await here.comparing.root(tenant, 5)
    await here.store.append(command(tenant, written("b", events=300)))
    await here.folder.hold(tenant, 5, root)
    assert await here.comparing.stands(tenant)
    other = await here.tenant(5)
    await here.folder.hold(other, 4, root)
    assert not await here.comparing.stands(other)
    halt = (await here.store.frozen())[other]
    assert halt is not None
    assert (halt.reason, halt.size, halt.head, halt.root, halt.holder) == ("different", 4, 5, root.hex(), "folder")


@pytest.mark.parametrize("gone", ["position = 3", "position > 3"])
async def test_a_log_of_which_rows_were_taken_out_is_another_history(here: Here, gone: str) -> None:
    tenant, other = await here.tenant(5), await here.tenant(5)
    async with here.database.superuser() as connection:
        await connection.execute(f"DELETE FROM thidua.events WHERE tenant_id = $1 AND {gone}", tenant)
    await here.folder.hold(tenant, 5, await here.comparing.root(other, 5))
    async with asyncio.timeout(5):
        assert not await here.comparing.stands(tenant)
    halt = (await here.store.frozen())[tenant]
    assert halt is not None
    assert halt.reason == "different"


async def test_a_sink_that_is_away_or_does_not_answer_stops_nothing_and_nothing_is_signed(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = await here.tenant(3)
    await here.folder.hold(tenant, 9, bytes(32))
    publishing = Publishing(
        here.trees, log_name=NAME, signers=[SIGNER], keepers=[here.folder], comparing=here.comparing
    )
    tree = Tree(size=3, epoch=1, root=await here.comparing.root(tenant, 3))
    here.folder.is_away = True
    await here.comparing.look()
    assert await here.store.frozen() == {}
    assert not await publishing.publish(tenant, tree)
    assert await here.trees.checkpoints(tenant) == []
    here.folder.is_away = False
    monkeypatch.setattr("adapters.audit.comparing.ANSWER_SECONDS_MAX", 0.05)
    monkeypatch.setattr("adapters.audit.comparing.QUIET_SECONDS", 0.0)
    here.folder.slow_seconds = 5
    await here.comparing.look()
    assert await here.store.frozen() == {}
    here.folder.slow_seconds = 0
    assert not await publishing.publish(tenant, tree)
    assert list(await here.store.frozen()) == [tenant]
    assert await here.trees.checkpoints(tenant) == []


async def test_a_keeper_that_hangs_is_waited_for_once_not_once_for_each_log(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.audit.comparing.ANSWER_SECONDS_MAX", 0.05)
    tenants = [await here.tenant(1) for _ in range(3)]
    here.folder.slow_seconds = 5
    with capture_logs() as logs:
        await here.comparing.look()
    assert here.folder.asked == 1
    assert {each["tenant"] for each in logs if each["event"] == "checkpoints not compared"} == set(tenants)


async def test_while_a_sink_is_away_it_is_asked_again_until_it_answers(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = await here.tenant(3)
    await here.folder.hold(tenant, 9, bytes(32))
    monkeypatch.setattr("adapters.audit.comparing.TURN_SECONDS", 0.01)
    monkeypatch.setattr("adapters.audit.comparing.RETRY_SECONDS", 0.02)
    here.folder.is_away = True
    await here.comparing.look()
    running = asyncio.create_task(here.comparing.run())
    await asyncio.sleep(0.2)
    assert await here.store.frozen() == {}
    here.folder.is_away = False
    for _ in range(500):
        if await here.store.frozen():
            break
        await asyncio.sleep(0.01)
    running.cancel()
    assert list(await here.store.frozen()) == [tenant]


async def test_a_file_that_is_no_checkpoint_counts_as_away_and_is_named_once(here: Here, tmp_path: Path) -> None:
    tenant = await here.tenant(3)
    await here.folder.hold(tenant, 3, await here.comparing.root(tenant, 3))
    spoiled = file_of(tmp_path / tenant / "1", 3)
    whole = spoiled.read_bytes()
    spoiled.write_text("spoiled")
    assert (await here.comparing.compare(tenant)).away == (f"folder: its file {spoiled} is no checkpoint",)
    with capture_logs() as told:
        for _ in range(3):
            await here.comparing.look()
        spoiled.write_bytes(whole)
        await here.comparing.look()
    assert [each["event"] for each in told] == ["checkpoints not compared", "checkpoints can be compared again"]
    assert str(spoiled) in told[0]["away"][0]


@pytest.mark.parametrize(("seen", "stopped"), [(4, True), (3, False), (2, False)])
async def test_a_witness_that_has_seen_a_larger_tree_stops_the_log(here: Here, seen: int, stopped: bool) -> None:
    tenant = await here.tenant(3)
    publishing = Publishing(
        here.trees, log_name=NAME, signers=[SIGNER], witnesses=[Seen(seen)], comparing=here.comparing
    )
    tree = Tree(size=2, epoch=1, root=await here.comparing.root(tenant, 2))
    await publishing.publish(tenant, tree)
    await publishing.seek()
    assert (tenant in await here.store.frozen()) == stopped
    if stopped:
        halt = (await here.store.frozen())[tenant]
        assert halt is not None
        assert (halt.reason, halt.holder, halt.size, halt.root, halt.head) == ("shorter", "witness", 4, None, 3)


async def test_of_a_log_that_went_another_way_the_largest_checkpoint_that_fits_is_the_cut(here: Here) -> None:
    tenant, wrong = await here.tenant(20), bytes(32)
    for size in (2, 5, 9, 12):
        await _keep(here, tenant, size, await here.comparing.root(tenant, size))
    for size in (14, 17, 19):
        await _keep(here, tenant, size, wrong)
    compared = await here.comparing.compare(tenant)
    assert compared.halt is not None
    assert (compared.halt.reason, compared.halt.size) == ("different", 19)
    assert await here.comparing.cut(tenant, compared, compared.halt) == 12


async def test_of_a_shorter_log_that_fits_what_is_older_nothing_is_cut(here: Here) -> None:
    tenant = await here.tenant(20)
    for size in (2, 12):
        await _keep(here, tenant, size, await here.comparing.root(tenant, size))
    await _keep(here, tenant, 33, bytes(32))
    compared = await here.comparing.compare(tenant)
    assert compared.halt is not None
    assert compared.halt.reason == "shorter"
    assert await here.comparing.cut(tenant, compared, compared.halt) == 20


@pytest.mark.parametrize("sizes", [(33,), (12, 33)])
async def test_of_a_shorter_log_that_fits_nothing_all_is_cut(here: Here, sizes: tuple[int, ...]) -> None:
    tenant = await here.tenant(20)
    for size in sizes:
        await _keep(here, tenant, size, bytes(32))
    compared = await here.comparing.compare(tenant)
    assert compared.halt is not None
    assert await here.comparing.cut(tenant, compared, compared.halt) == 0


async def test_where_a_witness_alone_knows_of_more_only_what_it_has_cosigned_counts(here: Here) -> None:
    tenant, witness = await here.tenant(20), Cosigner("witness", fresh_private_key())
    for size in (2, 9, 12):
        await _keep(here, tenant, size, await here.comparing.root(tenant, size), *([witness] if size < 12 else []))
    await here.comparing.ahead(tenant, 1, holder="witness", origin=f"{NAME}/{tenant}/1", size=33)
    event = await next_epoch(here.store, here.comparing, tenant, cause="Hỏng ổ đĩa")
    assert (event.cut, event.kept, event.checkpoint) == (
        9,
        20,
        OutsideCheckpoint(origin=f"{NAME}/{tenant}/1", size=33, root=None),
    )


async def test_a_large_append_waits_for_the_comparison_too(here: Here) -> None:
    tenant = await here.tenant(3)
    await here.folder.hold(tenant, 9, bytes(32))
    here.store.before_appending(here.comparing.look)
    with pytest.raises(Frozen):
        await here.store.append(command(tenant, written("many", events=5_000)))


async def _keep(here: Here, tenant: TenantId, size: int, root: bytes, *witnesses: Cosigner) -> None:
    """In the folder, without the check that keeps others from putting two histories there."""
    path = file_of(here.folder._folder / str(tenant) / "1", size)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = Checkpoint(origin=f"{NAME}/{tenant}/1", size=size, root=root).text()
    note = signed(text, [SIGNER])
    cosigned = [each.sign(text, 1_720_000_000) for each in witnesses]
    note = msgspec.structs.replace(note, signatures=(*note.signatures, *cosigned))
    path.write_text(note.whole())
