"""A server hands its checkpoints to the folder and the witness that its settings name."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.audit.witness import state_file
from adapters.keys.signing import read_verifier
from application.notes import Note, parse_checkpoint, parse_note, signed_by
from tests.support.console import Place, data_folder, migrated
from tests.support.postgres import PostgresServer
from tests.support.program import needs_python
from tests.support.tree import PROJECT
from tests.support.witnesses import WitnessPlace

pytestmark = [pytest.mark.anyio, needs_python]
FEDERATION = PROJECT / "deploy" / "federations" / "kon-tum.toml"
SECONDS_MAX = 30.0


@pytest.fixture
async def place(postgres: PostgresServer, reachable_folder: Path) -> AsyncIterator[Place]:
    owner_url = await migrated(postgres)
    yield Place(data_folder(reachable_folder), postgres, owner_url)
    await postgres.drop_database(owner_url)


def written(folder: Path) -> list[Note]:
    return [parse_note(path.read_text()) for path in sorted(folder.glob("*/1/*/*.txt"))]


async def put(folder: Path, *, signatures: int) -> Note:
    """The largest checkpoint, once it bears so many signatures."""
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        found = written(folder)
        if found and len(found[-1].signatures) == signatures:
            return found[-1]
        await asyncio.sleep(0.1)
    raise AssertionError(written(folder))


async def test_a_checkpoint_is_in_the_folder_and_cosigned_and_the_witness_remembers_it(
    place: Place, reachable_folder: Path
) -> None:
    made = await place.run("tenant", "apply", str(FEDERATION))
    assert made.returncode == 0, made.stderr
    log_key = read_verifier((await place.run("audit", "keys")).stdout.strip())
    witness = WitnessPlace(reachable_folder, "witness.example")
    witness.logs_file.write_text(f"{log_key.line()} thidua.local\n")
    named = reachable_folder / "witnesses"
    named.write_text(f"{witness.public_line} {witness.url}\n")
    async with witness.serving(), place.serving(THIDUA_WITNESSES_FILE=str(named)):
        note = await put(place.folder / "checkpoints", signatures=2)
    assert signed_by(note, [log_key, witness.verifier]) == [log_key, witness.verifier]
    origin = parse_checkpoint(note.text).origin
    assert parse_note(state_file(witness.state, origin).read_text()).text == note.text


async def test_a_file_of_witnesses_that_cannot_be_used_keeps_the_server_from_starting(
    place: Place, reachable_folder: Path
) -> None:
    named = reachable_folder / "witnesses"
    named.write_text("\nnobody http://w\n")
    ended = await place.run("serve", THIDUA_WITNESSES_FILE=str(named))
    assert ended.returncode == 8
    assert f"{named}: line 2: " in ended.stderr
