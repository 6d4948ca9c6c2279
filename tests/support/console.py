"""The command `thidua` as a process: run to its end, or serving while a test asks it things."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from adapters import privileges
from adapters.keys.master import ensure_master_key
from adapters.postgres import embedded
from adapters.postgres.migrate import migrate
from tests.support.postgres import PostgresServer
from tests.support.program import PYTHON, environment
from tests.support.tree import PROJECT

SERVING = "thidua_console_tests"
SERVING_PASSWORD = "serving-of-tests"
SECONDS_MAX = 30.0


class Place:
    """A data folder and a migrated database of the test's own, and commands that work on them."""

    def __init__(self, folder: Path, server: PostgresServer, owner_url: str) -> None:
        self.folder, self.owner_url, self.port = folder, owner_url, embedded.free_port()
        self.serving_url = serving_url(server, owner_url)
        self.url = f"http://127.0.0.1:{self.port}"

    def environment(self, **more: str) -> dict[str, str]:
        ours = {
            "THIDUA_DATABASE_URL": self.serving_url,
            "THIDUA_OWNER_DATABASE_URL": self.owner_url,
            "THIDUA_DATA_DIR": str(self.folder),
            "THIDUA_DEPLOY_DIR": str(PROJECT / "deploy"),
            "THIDUA_PORT": str(self.port),
            "THIDUA_LOG_FORMAT": "json",
        }
        return environment(**{**ours, **more})

    def make_master_key(self) -> Path:
        """The key file, the service user's where the tests run as root."""
        path = self.folder / "master.key"
        ensure_master_key(path)
        if (user := privileges.service_user()) is not None:
            os.chown(path, user.pw_uid, user.pw_gid)
        return path

    async def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A command run to its end."""
        return await asyncio.to_thread(
            subprocess.run, command(*arguments), env=self.environment(**more), capture_output=True, text=True,
            timeout=SECONDS_MAX, check=False,
        )  # fmt: skip

    @asynccontextmanager
    async def serving(self, *options: str, **more: str) -> AsyncIterator["Process"]:
        """`thidua serve`, ready; stopped at the end if it still runs."""
        async with started(command("serve", *options), self.environment(**more), self.url) as process:
            await process.wait_until_ready()
            yield process


class Process:
    """A process that serves; `said` is all that it has written so far."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path, url: str) -> None:
        self.process, self.output, self.url = process, output, url

    @property
    def said(self) -> str:
        return self.output.read_text()

    async def wait_until_ready(self, wanted: int = 200) -> None:
        """Until /health/ready answers `wanted`."""
        deadline = time.monotonic() + SECONDS_MAX
        async with httpx.AsyncClient() as client:
            while self.process.poll() is None and time.monotonic() < deadline:
                try:
                    if (await client.get(f"{self.url}/health/ready")).status_code == wanted:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)
        raise AssertionError(f"not ready: {self.said}")

    async def stop(self, sign: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """The exit code, and the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(sign)
        code = await asyncio.to_thread(self.process.wait, SECONDS_MAX)
        return code, time.monotonic() - began

    async def ask(self, method: str, path: str, key: str, body: Any = None, *, idempotency_key: str = "") -> Any:
        """The answer's JSON; any but a 2xx fails the test."""
        headers = {"authorization": f"Bearer {key}"} | ({"idempotency-key": idempotency_key} if idempotency_key else {})
        async with httpx.AsyncClient() as client:
            answer = await client.request(method, self.url + path, headers=headers, json=body)
        assert answer.is_success, answer.text
        return answer.json()


def command(*arguments: str) -> list[str]:
    return [PYTHON, "-P", "-m", "adapters.cli", *arguments]


@asynccontextmanager
async def started(line: list[str], environment: dict[str, str], url: str) -> AsyncIterator[Process]:
    output = Path(environment["THIDUA_DATA_DIR"]).parent / f"{time.monotonic_ns()}.log"
    popen = spawned(line, environment, output)
    try:
        yield Process(popen, output, url)
    finally:
        if popen.poll() is None:
            popen.terminate()
            await asyncio.to_thread(popen.wait, SECONDS_MAX)


def spawned(line: list[str], environment: dict[str, str], output: Path) -> subprocess.Popen[bytes]:
    with output.open("wb") as file:
        return subprocess.Popen(line, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file)


def serving_url(server: PostgresServer, owner_url: str) -> str:
    return server.url(owner_url.rpartition("/")[2], role=SERVING, password=SERVING_PASSWORD)


async def migrated(server: PostgresServer) -> str:
    """The owner's URL of a new, migrated database."""

    async def prepare(url: str) -> None:
        await migrate(url, serving_url(server, url))

    return await server.prepared_database("console", prepare)


def data_folder(inside: Path) -> Path:
    """A data folder as `thidua run` would make it."""
    folder = inside / "data"
    privileges.make_private_folder(folder)
    return folder
