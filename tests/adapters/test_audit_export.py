"""`thidua audit export` and `thidua audit verifier`, on a real log that a campaign has filled."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from adapters import privileges
from adapters.audit.growing import Growing
from adapters.audit.publishing import Publishing
from adapters.keys.log_keys import ensure_log_keys, read_log_keys
from adapters.postgres.catalogue import PostgresRegistry
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import Pool
from adapters.postgres.trees import PostgresTrees
from domain.ids import TenantId
from tests.support.console import Place, data_folder, migrated
from tests.support.log import connected, fresh_id
from tests.support.postgres import PostgresServer
from tests.support.story import Story

pytestmark = pytest.mark.anyio
HANDLE = "song-mau"


class Exporting:
    """A place whose tenant lived through a campaign, with its log signed; and somebody outside with the verifier."""

    def __init__(self, place: Place, story: Story, outside: Path, key: str) -> None:
        self.place, self.story, self.outside, self.key = place, story, outside, key

    async def export(self, *what: str, code: int = 0) -> str:
        """What the command said."""
        bundle = str(self.place.folder / "bundle.zip")
        ran = await self.place.run("audit", "export", *what, "--tenant", HANDLE, "--out", bundle)
        assert ran.returncode == code, ran.stderr
        assert "Traceback" not in ran.stderr
        return ran.stdout + ran.stderr

    def verify(self, *options: str) -> tuple[int, str]:
        command = [sys.executable, str(self.outside / "verify.py"), str(self.place.folder / "bundle.zip")]
        ran = subprocess.run(
            [*command, "--key", self.key, "--lang", "en", *options],
            cwd=self.outside, env={"PATH": os.defpath}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert ran.stderr == ""
        return ran.returncode, ran.stdout


async def lived_through(place: Place, pool: Pool) -> Story:
    """The small federation's campaign, told on the database's own log and signed on the way and at the end."""
    tenant_id = TenantId(fresh_id())
    async with connected(place.owner_url) as connection:
        registry = PostgresRegistry(connection)
        await registry.create_tenant(tenant_id, HANDLE, "Sông Mẫu")
        await registry.set_applied(tenant_id, name="Sông Mẫu", digest=bytes(32))
    keys = place.folder / "log.keys"
    ensure_log_keys(keys, "thidua.local")
    trees = PostgresTrees(pool)
    async with PostgresEventStore(pool) as store:
        story = Story(store, tenant_id)
        await story.tell()
        publishing = Publishing(trees, log_name="thidua.local", signers=read_log_keys(keys))
        await Growing(trees, publishing).turn()
    if (user := privileges.service_user()) is not None:
        os.chown(keys, user.pw_uid, user.pw_gid)
    return story


@pytest.fixture
async def exporting(postgres: PostgresServer, reachable_folder: Path, tmp_path: Path) -> AsyncIterator[Exporting]:
    owner_url = await migrated(postgres)
    place = Place(data_folder(reachable_folder), postgres, owner_url)
    pool = await Pool.open(place.serving_url)
    try:
        story = await lived_through(place, pool)
        printed = await place.run("audit", "verifier")
        (tmp_path / "verify.py").write_text(printed.stdout, encoding="utf-8")
        key = (await place.run("audit", "keys")).stdout.strip()
        yield Exporting(place, story, tmp_path, key)
    finally:
        await pool.close()
        await postgres.drop_database(owner_url)


async def test_every_kind_of_bundle_is_written_and_accepted(exporting: Exporting) -> None:
    for what in (("tenant",), ("award", exporting.story.id("award-an")), ("campaign", exporting.story.id("campaign"))):
        assert "Đã ghi" in await exporting.export(*what)
        code, said = exporting.verify()
        assert code == 0, said
        assert f"The bundle is of {what[0]}" in said
        assert "Published for the full window" in said


async def test_what_cannot_be_exported_is_refused_in_a_sentence_and_an_older_bundle_kept(exporting: Exporting) -> None:
    await exporting.export("tenant")
    for what, word in (
        (("award",), "Name the award"),
        (("tenant", fresh_id()), "Name the award"),
        (("award", "viec-an"), "no id of an award"),
        (("award", fresh_id()), "award.unknown"),
        (("campaign", "khong-co"), "campaign.unknown"),
    ):
        said = await exporting.export(*what, code=8)
        assert word in said
        assert said.count("\n") == 1
    assert exporting.verify()[0] == 0, "what was asked for in vain has not emptied the file"


async def test_an_event_altered_in_the_database_is_named_by_the_exporter_and_by_the_verifier(
    exporting: Exporting, postgres: PostgresServer
) -> None:
    connection = await asyncpg.connect(postgres.superuser_url_of(exporting.place.owner_url))
    try:
        position = await connection.fetchval(
            "UPDATE thidua.events AS e SET actor = e.actor || 'x' WHERE e.type = 'award.decided'"
            " AND e.stream_id = $1 RETURNING e.position",
            f"award-{exporting.story.id('award-an')}",
        )
    finally:
        await connection.close()
    said = await exporting.export("award", exporting.story.id("award-an"), code=4)
    assert f"The event at position {position} is not the one" in said
    code, said = exporting.verify()
    assert (code, said) == (
        1,
        f"REFUSED: The event at position {position} was altered: it is not the one that went into the tree.\n",
    )


@pytest.mark.parametrize(
    ("sql", "code", "word"),
    [
        ("DELETE FROM thidua.checkpoints", 8, "No signed checkpoint covers"),
        ("UPDATE thidua.checkpoints SET note = 'spoiled'", 4, "not of this history"),
        ("DELETE FROM thidua.tiles", 4, "tree is damaged"),
    ],
)
async def test_what_was_taken_out_of_the_database_is_said_in_a_sentence(
    exporting: Exporting, postgres: PostgresServer, sql: str, code: int, word: str
) -> None:
    connection = await asyncpg.connect(postgres.superuser_url_of(exporting.place.owner_url))
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
    assert word in await exporting.export("tenant", code=code)


async def test_a_position_beyond_all_is_refused_and_a_reader_who_has_read_enough_is_told_no_more(
    exporting: Exporting,
) -> None:
    ran = await exporting.place.run("audit", "checkpoint", "--tenant", HANDLE, "--covering", "9" * 20)
    assert (ran.returncode, "Traceback" in ran.stderr) == (2, False)
    await exporting.export("tenant")
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, str(exporting.outside / "verify.py"), str(exporting.place.folder / "bundle.zip")]
    piped = await asyncio.to_thread(
        subprocess.run, command, stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(writing)
    assert (piped.stderr, piped.returncode) == (b"", -signal.SIGPIPE)
