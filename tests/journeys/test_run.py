"""`thidua run`, which is `make run`: from nothing to a server with five federations, and back."""

import asyncio
import os
import re
import shlex
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from adapters.postgres import embedded
from tests.support.console import Process, command, serving_url, started
from tests.support.postgres import PostgresServer
from tests.support.program import environment, needs_python
from tests.support.tree import PROJECT

pytestmark = [pytest.mark.anyio, pytest.mark.faults]

HANDLES = ["ha-noi", "kon-tum", "lao-cai", "ninh-thuan", "thanh-hoa"]
STOP_SECONDS_MAX = 5.0


class Runs:
    """Runs over one data folder and port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder / "data", embedded.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = environment(
            THIDUA_DATA_DIR=str(self.folder),
            THIDUA_DEPLOY_DIR=str(PROJECT / "deploy"),
            THIDUA_PORT=str(self.port),
            THIDUA_LOG_FORMAT="json",
        )

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Process]:
        """One run, from when it has said that it serves; stopped at the end."""
        async with started(command("run"), self.environment, self.url) as process:
            async with asyncio.timeout(60):
                while f"Serving on {self.url}" not in process.said:
                    assert process.process.poll() is None, process.said
                    await asyncio.sleep(0.05)
            yield process

    async def gone(self) -> None:
        """Until nothing works with this data folder any more."""
        async with asyncio.timeout(STOP_SECONDS_MAX):
            while processes(str(self.folder)):
                await asyncio.sleep(0.05)


def processes(what: str) -> list[int]:
    """The processes whose command line or environment speaks of `what`."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and speaks(entry, what)]


def speaks(entry: Path, what: str) -> bool:
    try:
        return what.encode() in (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
    except OSError:
        return False  # Gone, or another user's.


def keys_of(text: str) -> list[str]:
    return re.findall(r"^ +[a-z-]+ +(td_\S+)", text, re.MULTILINE)


async def pasted(text: str) -> list[httpx.Response]:
    """The answers to the `curl` lines that were printed."""
    answers = []
    async with httpx.AsyncClient() as client:
        for line in re.findall(r"^curl .*$", text, re.MULTILINE):
            words = shlex.split(line)[2:]
            headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
            body = words[words.index("-d") + 1] if "-d" in words else None
            method = "POST" if body else "GET"
            answers.append(await client.request(method, words[-1], headers=headers, content=body))
    return answers


@pytest.fixture
def runs(reachable_folder: Path) -> Runs:
    return Runs(reachable_folder)


@needs_python
async def test_from_nothing_to_five_federations_and_again_with_the_same_data_and_keys(runs: Runs) -> None:
    async with runs.one() as first:
        assert [handle for handle in HANDLES if f"({handle})" not in first.said] == []
        assert len(keys_of(first.said)) == 5 * 7
        assert "Cảnh báo" not in first.said, "its own database loses nothing"
        for _ in range(2):  # They may be pasted twice.
            assert [answer.status_code for answer in await pasted(first.said)] == [200, 200, 200]
        assert ((runs.folder / "demo-keys.json").stat().st_mode & 0o777) == 0o600
        assert ((runs.folder / "master.key").stat().st_mode & 0o777) == 0o600
        code, seconds = await first.stop(signal.SIGINT)
        assert (code, seconds < STOP_SECONDS_MAX) == (0, True)
    await runs.gone()
    async with runs.one() as second:
        assert [handle for handle in HANDLES if f"Found {handle}." not in second.said] == []
        assert keys_of(second.said) == keys_of(first.said)
        assert [answer.status_code for answer in await pasted(second.said)] == [200, 200, 200]


@needs_python
async def test_whatever_is_killed_service_resumes(runs: Runs) -> None:
    async with runs.one() as first:
        for process in ("adapters.cli\0serve", f"postgres\0-D\0{runs.folder}"):
            found = [pid for pid in processes(process) if speaks(Path(f"/proc/{pid}"), str(runs.folder))]
            os.kill(min(found), signal.SIGKILL)  # A child bears its parent's name until it has taken its own.
            await asyncio.sleep(1.2)  # Readiness is looked at once a second.
            await first.wait_until_ready()
        first.process.kill()
        await runs.gone()
    async with runs.one() as second:
        assert f"Found {HANDLES[0]}." in second.said


async def test_a_taken_port_is_said_before_anything_is_made(runs: Runs) -> None:
    with socket.create_server(("127.0.0.1", runs.port)):
        ended = await asyncio.to_thread(
            subprocess.run, command("run"), env=runs.environment, capture_output=True, text=True, check=False
        )
    assert ended.returncode == 5
    assert ended.stderr.startswith(f"thidua: Cổng {runs.port} của 127.0.0.1 đang bị chiếm: ")
    assert ended.stderr.count("\n") == 1
    assert not runs.folder.exists()


@needs_python
async def test_on_a_named_database_it_needs_the_owners_url_and_starts_no_other(
    runs: Runs, postgres: PostgresServer, owner_url: str
) -> None:
    runs.environment |= {"THIDUA_DATABASE_URL": serving_url(postgres, owner_url)}
    ended = await asyncio.to_thread(
        subprocess.run, command("run"), env=runs.environment, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, "THIDUA_OWNER_DATABASE_URL is not set" in ended.stderr) == (4, True)
    runs.environment |= {"THIDUA_OWNER_DATABASE_URL": owner_url}
    async with runs.one() as process:
        assert f"({HANDLES[0]})" in process.said
        assert not (runs.folder / "postgres").exists()
