"""A server process of our own making, kept running until we are told to stop."""

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import structlog

from adapters.settings import Settings, variable

# Both without links, and found while we may still be root: the checkout with its `.venv` may lie where the service user
# cannot go, and the environment behind it does not.
SOURCES = Path(__file__).resolve().parents[2]
PYTHON = Path(sys.prefix).resolve() / "bin" / "python"
STABLE_SECONDS = 10.0
"""A server that ran for so long was well: its end is no sign that the next one would end too."""
STARTS_MAX = 3
PAUSE_SECONDS = 0.5
KILL_AFTER_SECONDS = 0.3

log = structlog.get_logger("run")


class ServerEnded(Exception):
    """The server ends each time it is started; it has said why itself. `code` is its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def environment_of(settings: Settings, serving_url: str) -> dict[str, str]:
    """The server's environment: the settings as they stand, the serving URL, and never the owner's."""
    fields = {name: getattr(settings, name) for name in Settings.__struct_fields__}
    fields |= {"database_url": serving_url, "owner_database_url": None}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("THIDUA_")}
    # `python -m` finds the program where this one was found, whatever the working directory is.
    return {**inherited, "PYTHONPATH": str(SOURCES)} | {
        variable(name): str(value) for name, value in fields.items() if value is not None
    }


def server_command(*options: str) -> list[str]:
    """How `thidua serve` is started as a child that does not outlive us, even when we are killed."""
    setpriv = shutil.which("setpriv")  # Part of every Debian.
    dying = [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
    return [*dying, str(PYTHON), "-P", "-m", "adapters.cli", "serve", *options]


async def supervise(
    environment: Mapping[str, str],
    *,
    ready: Callable[[], Coroutine[Any, Any, None]],
    stop: asyncio.Event,
    stop_seconds: float,
) -> None:
    """Keep a server running until `stop` is set, then end it within `stop_seconds`; `ready` is called beside it, once.

    Raises:
        ServerEnded: it does not stay up.
    """
    telling = asyncio.create_task(ready())
    stopping = asyncio.create_task(stop.wait())
    try:
        await _keep(environment, stopping, stop_seconds)
    finally:
        telling.cancel()
        stopping.cancel()
        await asyncio.wait([telling, stopping])


async def _keep(environment: Mapping[str, str], stopping: asyncio.Task[Any], stop_seconds: float) -> None:
    short_lives = 0
    while not stopping.done():
        began = time.monotonic()
        server = await _start(environment)
        ending = asyncio.create_task(server.wait())
        await asyncio.wait([ending, stopping], return_when=asyncio.FIRST_COMPLETED)
        if stopping.done():
            await _end(server, ending, stop_seconds)
            return
        short_lives = short_lives + 1 if time.monotonic() - began < STABLE_SECONDS else 1
        if ending.result() > 0 or short_lives >= STARTS_MAX:
            raise ServerEnded(max(ending.result(), 1))  # It has refused to serve, and would again.
        log.warning("the server was killed and is started again", signal=-ending.result())
        await asyncio.wait([stopping], timeout=PAUSE_SECONDS)


async def _start(environment: Mapping[str, str]) -> asyncio.subprocess.Process:
    # In a session of its own: Ctrl-C is ours to handle, and the server's requests end before their database does.
    return await asyncio.create_subprocess_exec(*server_command(), env=dict(environment), start_new_session=True)


async def _end(server: asyncio.subprocess.Process, ending: asyncio.Task[int], seconds: float) -> None:
    for sign, wait in ((signal.SIGTERM, seconds + KILL_AFTER_SECONDS), (signal.SIGKILL, KILL_AFTER_SECONDS)):
        if ending.done():
            return
        server.send_signal(sign)
        await asyncio.wait([ending], timeout=wait)
