"""One side of a comparison: a process of its own that carries out what it is asked, a line at a time."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.peers.install import Peers
from benchmarks.peers.speak import Done

PROJECT = Path(__file__).resolve().parents[1]
ANSWER_SECONDS_MAX = 900.0
STOP_SECONDS_MAX = 5.0
LINE_BYTES_MAX = 2**24


class ContenderFailed(Exception):
    """A contender could not do what it was asked; the message is its own."""


class Contender:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    async def do(self, what: str, **asked: Any) -> Any:
        """Raises: ContenderFailed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, **asked}).encode() + b"\n")
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            line = await self._process.stdout.readline()
        told = json.loads(line or b'{"failed": "its process has ended"}')
        if "failed" in told:
            raise ContenderFailed(told["failed"])
        return told["told"]

    async def rate(self, what: str, **asked: Any) -> float:
        """Calls a second."""
        done = Done(*await self.do(what, **asked))
        return done.calls / done.seconds


@asynccontextmanager
async def contender(command: Sequence[str], environment: Mapping[str, str] | None = None) -> AsyncIterator[Contender]:
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **(environment or {})},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE_BYTES_MAX,
    )
    try:
        yield Contender(process)
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    assert process.stdin is not None
    process.stdin.close()  # Its lines have ended, and so does it.
    try:
        async with asyncio.timeout(STOP_SECONDS_MAX):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def ours(module: str = "ours") -> list[str]:
    """A module of `peers` on the platform's own Python."""
    return [sys.executable, "-m", f"benchmarks.peers.{module}"]


def theirs(peers: Peers, module: str) -> list[str]:
    """A module of `peers` on the peers' Python."""
    return [str(peers.python), "-m", f"benchmarks.peers.{module}"]


def node(folder: Path, script: str) -> list[str]:
    return ["node", str(folder / script)]


PROJECTIONS, BRIDGE = "projections", "bridge"


def is_there(module: str) -> bool:
    """Whether a part of the benchmarks that somebody else brings is there."""
    return find_spec(f"benchmarks.{module}") is not None


OUR_PATHS = {"PYTHONPATH": f"{PROJECT / 'src'}{os.pathsep}{PROJECT}"}
THEIR_PATHS = {"PYTHONPATH": str(PROJECT)}
