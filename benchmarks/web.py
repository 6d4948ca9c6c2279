"""The servers of the measures over HTTP, ours and the peers', each one process; and the client, another."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import msgspec

from adapters.postgres import embedded
from benchmarks import contender
from benchmarks.contender import THEIR_PATHS, Contender
from benchmarks.faults.stage import Federation, Stage, served
from benchmarks.ground import Ground
from benchmarks.peers.install import Peers

TABLE = """
CREATE TABLE registrations (
    id uuid PRIMARY KEY, campaign_id text NOT NULL, unit_id text NOT NULL, kind text NOT NULL, subject jsonb NOT NULL,
    name text NOT NULL, happened_on date, recorded_at timestamptz NOT NULL DEFAULT now());
"""
UVICORN = ["--host", "127.0.0.1", "--loop", "uvloop", "--http", "httptools", "--log-level", "warning"]
START_SECONDS_MAX = 20.0
STOP_SECONDS_MAX = 5.0


class Web(msgspec.Struct, frozen=True, kw_only=True):
    """`litestar` and `fastapi` are the peers' ports; ours are in `stage`."""

    stage: Stage
    client: Contender
    litestar: int
    fastapi: int


@asynccontextmanager
async def web(ground: Ground, peers: Peers) -> AsyncIterator[Web]:
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(served(ground.running, ground.folder / "served", 1))
        client = await stack.enter_async_context(contender.contender(contender.ours("web_client"), contender.OUR_PATHS))
        ports = [
            await stack.enter_async_context(_peer(ground, peers, f"{name}_app")) for name in ("litestar", "fastapi")
        ]
        yield Web(stage=stage, client=client, litestar=ports[0], fastapi=ports[1])


@asynccontextmanager
async def _peer(ground: Ground, peers: Peers, module: str) -> AsyncIterator[int]:
    """The port of a peer's server, which ends with this."""
    url, port = ground.database(module), embedded.free_port()
    ground.running.execute(TABLE, database=module)
    command = [str(peers.python), "-m", "uvicorn", f"benchmarks.peers.{module}:app", "--no-access-log", *UVICORN]
    process = await asyncio.create_subprocess_exec(
        *command, "--port", str(port), env={**THEIR_PATHS, "DATABASE_URL": url}
    )
    try:
        await _listening(port)
        yield port
    finally:
        process.terminate()
        async with asyncio.timeout(STOP_SECONDS_MAX):
            await process.wait()


async def _listening(port: int) -> None:
    async with asyncio.timeout(START_SECONDS_MAX):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return


def registering(federation: Federation) -> dict[str, Any]:
    """The command that is measured: an officer registers a task of a worker."""
    body = {
        "campaign_id": federation.campaign_id,
        "unit_id": federation.bases[0],
        "kind": "task",
        "subject": {"kind": "individual", "person_id": federation.workers[0]},
        "name": "Giảm hao hụt ở tổ cắt",
        "happened_on": "2024-03-10",
    }
    return {"path": "/v1/registrations", "headers": federation.officer.headers, "body": json.dumps(body)}
