"""What is put under load: a durable PostgreSQL, some federations in it, and servers over it, all to be killed."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import asyncpg
import msgspec

from adapters import privileges
from adapters.console.database import DATABASE, Urls, urls_of
from adapters.http.examples import DIRECTIVE
from adapters.keys.master import ensure_master_key
from adapters.postgres import embedded
from adapters.postgres.catalogue import PostgresRegistry
from adapters.postgres.migrate import migrate
from benchmarks.faults.wire import Answer, Line, Lost
from domain.ids import TenantId
from tenants.scope import Role
from tests.support.program import PYTHON, environment

START_SECONDS_MAX = 30.0
BASES = 6
"""Grassroots unions in a federation: fewer than its clients, so that some write to one stream at once."""


class Key(NamedTuple):
    key: str
    credential_id: str

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"}


class Federation(NamedTuple):
    """A tenant with a launched campaign; `bases` are its grassroots unions, each with one of the `workers`."""

    name: str
    tenant_id: TenantId
    officer: Key
    integrator: Key
    campaign_id: str
    bases: Sequence[str]
    workers: Sequence[str]


class Server:
    """A process of `thidua serve`, on a port that stays its own whatever becomes of the process."""

    def __init__(self, port: int, urls: Urls, folder: Path) -> None:
        self.port, self.log = port, folder / f"server-{port}.log"
        self.environment = environment(
            THIDUA_DATABASE_URL=urls.serving,
            THIDUA_DATA_DIR=str(folder),
            THIDUA_MASTER_KEY_FILE=str(folder / "master.key"),
            THIDUA_PORT=str(port),
            THIDUA_LOG_FORMAT="json",
            THIDUA_LOG_LEVEL="warning",
        )
        self.process: subprocess.Popen[bytes] | None = None

    def spawn(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command("serve"), env=self.environment, cwd="/", stdout=log, stderr=log
            )

    @staticmethod
    def command(*words: str) -> list[str]:
        """`thidua` with these words."""
        return [PYTHON, "-P", "-m", "adapters.cli", *words]

    async def start(self) -> None:
        """Start it, again if the database is away just now, and wait until it can serve."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while not await self.is_ready():
            assert time.monotonic() < deadline, f"no server: {self.log.read_text()[-2000:]}"
            if self.process is None or self.process.poll() is not None:
                self.spawn()
            await asyncio.sleep(0.05)

    async def is_ready(self) -> bool:
        line = Line(self.port)
        try:
            return (await line.ask("GET", "/health/ready", {})).status == 200
        except Lost:
            return False
        finally:
            line.close()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(5)

    async def stop(self, seconds_max: float) -> tuple[int | None, float]:
        """SIGTERM, and wait: the exit code (None: it did not stop in time), and how long it took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        while self.process.poll() is None and time.monotonic() < began + seconds_max:
            await asyncio.sleep(0.01)
        return self.process.poll(), time.monotonic() - began


class Stage:
    def __init__(self, running: embedded.Running, urls: Urls, servers: Sequence[Server]) -> None:
        self.running, self.urls, self.servers = running, urls, servers
        self.federations: list[Federation] = []
        self._keeping: asyncio.Task[None] | None = None

    def keep_up(self) -> None:
        """From now on PostgreSQL is started again whenever it dies."""
        self._keeping = asyncio.create_task(embedded.keep_alive(self.running))

    def leave(self) -> None:
        """From now on it is not."""
        if self._keeping is not None:
            self._keeping.cancel()

    @asynccontextmanager
    async def without_postgres(self) -> AsyncIterator[None]:
        """Inside, the database is away."""
        self.leave()
        self.running.end_process()
        try:
            yield
        finally:
            self.running.spawn()
            self.keep_up()

    @property
    def superuser_url(self) -> str:
        return self.running.url(embedded.SUPERUSER, DATABASE)

    async def fetch(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        """What the superuser sees, past every fence."""
        connection = await asyncpg.connect(self.superuser_url)
        try:
            return await connection.fetch(sql, *arguments)
        finally:
            await connection.close()

    async def execute(self, *statements: str) -> None:
        for statement in statements:
            await self.fetch(statement)

    async def ready(self) -> None:
        """Wait until every server can serve."""
        for server in self.servers:
            await server.start()

    def kill_postmaster(self) -> None:
        os.kill(self.running.pid, signal.SIGKILL)

    def backends(self) -> list[int]:
        """PostgreSQL's processes besides the postmaster: those that serve connections, and those behind."""
        return [pid for pid in embedded.processes_in(self.running.cluster) if pid != self.running.pid]

    def kill_all_of_postgres(self) -> None:
        """At once, as a power cut of the database alone: what only its memory held is gone."""
        for pid in [self.running.pid, *self.backends()]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


@asynccontextmanager
async def staged(
    *, servers: int, federations: int, options: Mapping[str, str] = embedded.NO_OPTIONS
) -> AsyncIterator[Stage]:
    """A stage on which everything runs; all of it is gone at the end. Call it in the main thread."""
    folder = _folder()
    try:
        with embedded.start(folder / "data" / "postgres", options={"max_connections": "100", **options}) as running:
            async with served(running, folder / "served", servers) as stage:
                stage.federations = [await federation(stage, f"lien-doan-{n}") for n in range(1, federations + 1)]
                await stage.execute("CHECKPOINT")
                yield stage
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def served(running: embedded.Running, folder: Path, servers: int) -> AsyncIterator[Stage]:
    """Servers over a migrated database of a PostgreSQL that runs."""
    urls = urls_of(running)
    await migrate(urls.owners(), urls.serving)
    privileges.make_private_folder(folder)
    _give_master_key(folder / "master.key")
    stage = Stage(running, urls, [Server(embedded.free_port(), urls, folder) for _ in range(servers)])
    stage.keep_up()
    try:
        await stage.ready()
        yield stage
    finally:
        stage.leave()
        for server in stage.servers:
            if server.process is not None:
                server.kill()


def _folder() -> Path:
    """One that the service user can enter, when root runs this."""
    folder = Path(tempfile.mkdtemp(prefix="thidua-faults-"))
    folder.chmod(0o755)
    return folder


def _give_master_key(path: Path) -> None:
    ensure_master_key(path)
    if (user := privileges.service_user()) is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


# --- The federations ------------------------------------------------------------------


async def federation(stage: Stage, name: str) -> Federation:
    """A new tenant, with a launched campaign."""
    tenant_id = TenantId(str(uuid4()))
    connection = await asyncpg.connect(stage.urls.owners())
    try:
        registry = PostgresRegistry(connection)
        await registry.create_tenant(tenant_id, name, name)
        await registry.set_applied(tenant_id, name=name, digest=bytes(32))
        keys = [
            await registry.issue_credential(tenant_id, role=role, actor=role.value)
            for role in (Role.FEDERATION_OFFICER, Role.INTEGRATOR)
        ]
    finally:
        await connection.close()
    officer, integrator = (Key(issued.key, issued.credential_id) for issued in keys)
    line = Line(stage.servers[0].port)
    try:
        campaign_id, bases, workers = await _founded(line, officer)
    finally:
        line.close()
    return Federation(name, tenant_id, officer, integrator, campaign_id, bases, workers)


async def _founded(line: Line, officer: Key) -> tuple[str, list[str], list[str]]:
    async def do(path: str, body: dict[str, Any]) -> str:
        told = await send(line, officer, path, body, key=str(uuid4()))
        assert told.status in (200, 201), told.body
        return str(msgspec.json.decode(told.body)["id"])

    unit = {"on": "2020-01-01", "sector": "union-body"}
    top = await do("/v1/units", {**unit, "code": "lien-doan", "name": "LĐLĐ", "level": "federation", "parent_id": None})
    bases, workers = [], []
    for n in range(1, BASES + 1):
        grassroots = {**unit, "sector": "non-state-enterprise", "level": "grassroots", "parent_id": top}
        bases.append(await do("/v1/units", {**grassroots, "code": f"co-so-{n}", "name": f"CĐCS {n}"}))
        worker = {"unit_id": bases[-1], "code": f"DV-{n}", "full_name": f"Người {n}"}
        workers.append(await do("/v1/members", {**worker, "employment": "direct-worker", "joined_on": "2020-02-01"}))
    campaign = await do("/v1/campaigns", {"issuer_id": top, "directive": DIRECTIVE})
    await do(f"/v1/campaigns/{campaign}/launch", {"happened_on": "2024-01-15"})
    return campaign, bases, workers


async def send(line: Line, who: Key, path: str, body: dict[str, Any], *, key: str) -> Answer:
    """Send a command. Raises: Lost."""
    headers = {**who.headers, "content-type": "application/json", "idempotency-key": key}
    return await line.ask("POST", path, headers, msgspec.json.encode(body))
