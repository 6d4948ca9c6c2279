"""A folder of checkpoints takes one history only, whole files, and keeps them readable."""

import asyncio
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from adapters.audit.folder import CheckpointFolder
from adapters.audit.sinks import SinkAhead, SinkAway, SinkRefused
from adapters.keys.signing import Cosigner, fresh_private_key
from application.notes import SIGNATURES_MAX, Checkpoint, Note, parse_checkpoint, signed
from tests.support.checkpoints import NAME, ORIGIN, TENANT, SmallLog

pytestmark = pytest.mark.anyio
LOG = SmallLog()


@pytest.fixture
def sink(tmp_path: Path) -> CheckpointFolder:
    return CheckpointFolder(tmp_path / "checkpoints")


def path_of(tmp_path: Path, size: int) -> Path:
    return tmp_path / "checkpoints" / TENANT / "1" / f"{size // 10_000:014}" / f"{size:018}.txt"


async def put(sink: CheckpointFolder, log: SmallLog, size: int) -> None:
    assert await sink.put(log.note(size), log.prove(size)) == ()


def cosigned(note: Note) -> Note:
    return msgspec.structs.replace(
        note, signatures=(*note.signatures, Cosigner("w", fresh_private_key()).sign(note.text, 7))
    )


async def test_each_checkpoint_is_a_file_named_by_its_size_and_the_largest_is_found(
    sink: CheckpointFolder, tmp_path: Path
) -> None:
    assert (await sink.latest(ORIGIN), await sink.sizes(ORIGIN)) == (None, [])
    for size in (0, 1, 9, 10, 300):
        await put(sink, LOG, size)
    assert await sink.sizes(ORIGIN) == [0, 1, 9, 10, 300]
    assert await sink.latest(ORIGIN) == await sink.at(ORIGIN, 300) == LOG.note(300)
    assert await sink.at(ORIGIN, 5) is None
    assert path_of(tmp_path, 9).read_text() == LOG.note(9).whole()


async def test_putting_one_twice_changes_nothing_and_later_signatures_are_added(
    sink: CheckpointFolder, tmp_path: Path
) -> None:
    for size in (3, 8):
        await put(sink, LOG, size)
    written = path_of(tmp_path, 3).stat().st_ino
    await put(sink, LOG, 3)
    assert path_of(tmp_path, 3).stat().st_ino == written
    first, second = cosigned(LOG.note(3)), cosigned(LOG.note(3))
    for note in (first, second, first):
        await sink.put(note, LOG.prove(3))
    kept = await sink.at(ORIGIN, 3)
    assert kept is not None
    assert kept.signatures == (*first.signatures, second.signatures[-1])


async def test_a_key_that_signs_again_adds_no_line_for_a_note_cannot_grow_for_ever(sink: CheckpointFolder) -> None:
    note, witness = LOG.note(8), Cosigner("w", fresh_private_key())
    for time_s in range(SIGNATURES_MAX + 1):
        again = (*note.signatures, witness.sign(note.text, time_s))
        await sink.put(msgspec.structs.replace(note, signatures=again), LOG.prove(8))
    kept = await sink.latest(ORIGIN)
    assert kept is not None
    assert kept.signatures == (*note.signatures, witness.sign(note.text, 0))


async def test_a_folder_that_hangs_keeps_no_thread_of_others(
    sink: CheckpointFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a network mount whose server is gone: whoever asks stops waiting, the thread goes on."""
    answered = threading.Event()
    monkeypatch.setattr("adapters.audit.folder._largest", lambda place: answered.wait())
    try:
        for _ in range(40):  # More than the event loop has of its own.
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.001):
                    await sink.latest(ORIGIN)
        async with asyncio.timeout(5):
            assert await asyncio.to_thread(int) == 0
    finally:
        answered.set()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
async def test_what_is_no_file_is_not_waited_for(
    sink: CheckpointFolder, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    await put(sink, LOG, 3)
    make(path_of(tmp_path, 9))
    async with asyncio.timeout(5):
        with pytest.raises((SinkRefused, SinkAway)):
            await sink.latest(ORIGIN)


@pytest.mark.parametrize("size", [8, 9, 300])
async def test_another_history_is_refused_whether_it_is_as_long_or_longer(sink: CheckpointFolder, size: int) -> None:
    await put(sink, LOG, 8)
    with pytest.raises(SinkRefused):
        await put(sink, LOG.fork(7), size)
    assert await sink.latest(ORIGIN) == LOG.note(8)
    assert await sink.sizes(ORIGIN) == [8]


async def test_a_smaller_checkpoint_that_is_not_there_is_refused_for_the_database_may_have_gone_back(
    sink: CheckpointFolder,
) -> None:
    await put(sink, LOG, 8)
    with pytest.raises(SinkAhead) as caught:
        await put(sink, LOG, 7)
    assert caught.value.size == 8
    assert await sink.sizes(ORIGIN) == [8]


async def test_the_largest_is_found_across_bands_of_sizes_also_where_one_is_empty(
    sink: CheckpointFolder, tmp_path: Path
) -> None:
    sizes = [9_999, 10_000, 10_001, 30_000]
    for size in sizes:
        path = path_of(tmp_path, size)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = Checkpoint(origin=ORIGIN, size=size, root=bytes(32)).text()
        path.write_text(signed(text, [LOG.signer]).whole())
    path_of(tmp_path, 40_000).parent.mkdir()
    assert await sink.sizes(ORIGIN) == sizes
    latest = await sink.latest(ORIGIN)
    assert latest is not None
    assert parse_checkpoint(latest.text).size == 30_000


async def test_epochs_are_apart(sink: CheckpointFolder) -> None:
    await put(sink, LOG, 8)
    other = SmallLog(LOG.signer, origin=f"{NAME}/{TENANT}/2", forked_at=3)
    await put(sink, other, 4)
    assert (await sink.sizes(ORIGIN), await sink.sizes(other.origin)) == ([8], [4])


async def test_servers_that_write_at_once_leave_every_checkpoint_and_signature(tmp_path: Path) -> None:
    sinks = [CheckpointFolder(tmp_path / "checkpoints") for _ in range(4)]
    note = LOG.note(5)
    notes = [cosigned(note) for _ in sinks]
    await asyncio.gather(*(sink.put(each, LOG.prove(5)) for sink, each in zip(sinks, notes, strict=True)))
    kept = await sinks[0].at(ORIGIN, 5)
    assert kept is not None
    assert {each.signature for each in kept.signatures} == {
        each.signature for note in notes for each in note.signatures
    }
    assert [path.name for path in path_of(tmp_path, 5).parent.iterdir()] == [f"{5:018}.txt"]


async def test_a_group_that_the_folder_is_given_can_read_what_is_put(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    folder.chmod(0o2750)
    await put(CheckpointFolder(folder), LOG, 5)
    assert path_of(tmp_path, 5).stat().st_mode & 0o777 == 0o640
    for made in list(path_of(tmp_path, 5).parents)[:3]:
        assert stat.S_IMODE(made.stat().st_mode) == 0o2750


@pytest.mark.parametrize("content", [b"", b"\xff", b"half a checkpoi", LOG.note(5).whole().encode()])
async def test_a_file_that_is_damaged_or_another_checkpoint_is_refused_and_left(
    sink: CheckpointFolder, tmp_path: Path, content: bytes
) -> None:
    await put(sink, LOG, 8)
    path_of(tmp_path, 8).write_bytes(content)
    with pytest.raises(SinkRefused):
        await sink.latest(ORIGIN)
    with pytest.raises(SinkRefused):
        await put(sink, LOG, 9)
    assert path_of(tmp_path, 8).read_bytes() == content


async def test_a_checkpoint_of_another_log_name_in_its_place_is_refused(sink: CheckpointFolder) -> None:
    await put(sink, LOG, 8)
    with pytest.raises(SinkRefused, match=r"of log\.example"):
        await put(sink, SmallLog(LOG.signer, origin=f"other.example/{TENANT}/1"), 9)


async def test_a_place_that_cannot_be_written_is_away(tmp_path: Path) -> None:
    (tmp_path / "checkpoints").write_text("a file")
    with pytest.raises(SinkAway):
        await put(CheckpointFolder(tmp_path / "checkpoints"), LOG, 8)
