"""The throw-away platform that the demo is played on: a folder, a database marked as a demo, tenants, a server."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import date
from pathlib import Path

import msgspec

from adapters import privileges
from adapters.clock import FileClock
from adapters.console.checks import connected
from adapters.console.database import Urls, urls_of
from adapters.console.provision import carried_out, planned
from adapters.console.setup import Setup
from adapters.console.supervisor import SOURCES, environment_of
from adapters.demo.calendar import show
from adapters.demo.client import Line, Unexpected
from adapters.keys.log_keys import ensure_log_keys
from adapters.keys.master import ensure_master_key, read_master_key
from adapters.main import wired
from adapters.postgres import embedded
from adapters.postgres.catalogue import PostgresRegistry
from adapters.postgres.migrate import mark_demo, migrate
from adapters.settings import Settings
from application.federation_file import FederationFile, load
from domain.ids import TenantId, derived
from tenants.scope import Role

START_SECONDS_MAX = 20.0
STOP_SECONDS_MAX = 5.0
ROLES = (Role.FEDERATION_OFFICER, Role.COUNCIL_SECRETARY, Role.AUDITOR, Role.INTEGRATOR)


class StageProblem(Exception):
    """The demo's own server does not come up; the text is one sentence for the operator."""


class Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """A federation that was set up, with a key a role and a key for the officer of each unit, by the unit's code."""

    file: FederationFile
    tenant_id: TenantId
    roles: dict[Role, str]
    officers: dict[str, str]


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """`settings` are those of the server."""

    settings: Settings
    urls: Urls
    clock_file: Path


@contextmanager
def throw_away_stage(settings: Settings) -> Iterator[Stage]:
    """A folder with an embedded PostgreSQL, both gone at the end. As root, become the service user first.

    Call it in the thread that stays: PostgreSQL goes down with it.

    Raises:
        EmbeddedProblem, PrivilegeProblem: why it cannot be made.
    """
    privileges.drop_to_service_user()
    folder = Path(tempfile.mkdtemp(prefix="thidua-demo-")).resolve()
    try:
        with embedded.start(folder / "postgres", durable=False) as running:
            clock_file = folder / "clock"
            server = msgspec.structs.replace(
                settings,
                data_dir=folder,
                master_key_file=folder / "master.key",
                log_keys_file=folder / "log.keys",
                checkpoint_dir=folder / "checkpoints",
                witnesses_file=None,
                clock_file=clock_file,
                attachments=None,
                host="127.0.0.1",
                port=embedded.free_port(),
                log_level="warning",
                log_format="json",
            )
            yield Stage(settings=server, urls=urls_of(running), clock_file=clock_file)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def furnish(stage: Stage, handles: Sequence[tuple[str, date]]) -> list[Admitted]:
    """Migrate, mark the database as a demo, and set each federation up on its own first day.

    Raises:
        MigrationProblem, FileProblems, Unavailable: why it cannot be done.
    """
    await migrate(stage.urls.owners(), stage.urls.serving)
    await mark_demo(stage.urls.owners())
    ensure_master_key(stage.settings.master_key_file)
    ensure_log_keys(stage.settings.log_keys_file, stage.settings.log_name)
    deploy = stage.settings.deploy_dir
    admitted = []
    for handle, day in handles:
        show(stage.clock_file, day)
        file = load(deploy / "federations" / f"{handle}.toml", deploy / "rules")
        admitted.append(await _admit(stage, file))
    return admitted


async def _admit(stage: Stage, file: FederationFile) -> Admitted:
    master_key, clock = read_master_key(stage.settings.master_key_file), FileClock(stage.clock_file)
    async with (
        connected(stage.urls.owners()) as connection,
        wired(stage.urls.serving, master_key, clock=clock) as parts,
    ):
        setup = Setup(parts=parts, registry=PostgresRegistry(connection))
        what = await planned(setup, file)
        await carried_out(setup, file, what)
        return await _with_keys(setup, file, what.tenant_id)


async def _with_keys(setup: Setup, file: FederationFile, tenant_id: TenantId) -> Admitted:
    async def key(role: Role, unit: str | None = None) -> str:
        unit_id = unit and derived(tenant_id, "unit", unit)
        issued = await setup.registry.issue_credential(
            tenant_id, role=role, actor=f"{role.value}:{unit or file.federation.handle}", unit_id=unit_id
        )
        return issued.key

    return Admitted(
        file=file,
        tenant_id=tenant_id,
        roles={role: await key(role) for role in ROLES},
        officers={unit.code: await key(Role.UNIT_OFFICER, unit.code) for unit in file.units},
    )


@asynccontextmanager
async def serving(stage: Stage) -> AsyncIterator[None]:
    """A server process of its own inside, as `thidua serve --clock-file` starts it.

    Raises:
        StageProblem: it does not come up.
        Unexpected: again, with the end of the server's log, where it came from inside.
    """
    log = stage.settings.data_dir / "server.log"
    command = [sys.executable, "-P", "-m", "adapters.cli", "serve", "--clock-file", str(stage.clock_file)]
    if (setpriv := shutil.which("setpriv")) is not None:
        command = [setpriv, "--pdeathsig", "TERM", "--", *command]  # It must not outlive us when we are killed.
    with log.open("wb") as output:
        server = await asyncio.create_subprocess_exec(
            *command,
            env={**environment_of(stage.settings, stage.urls.serving), "PYTHONPATH": str(SOURCES)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        await _until_ready(server, stage.settings.port, log)
        yield
    except Unexpected as problem:  # The log goes with the folder.
        raise Unexpected(f"{problem}\nthe server's log ends with: {_last_line(log)}") from problem
    finally:
        await _end(server)


async def _until_ready(server: asyncio.subprocess.Process, port: int, log: Path) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + START_SECONDS_MAX
    while loop.time() < deadline and server.returncode is None:
        line = Line(port, "ready")
        with suppress(Unexpected):
            if (await line.ask("GET", "/health/ready", {})).status == 200:
                return
        line.close()
        await asyncio.sleep(0.05)
    raise StageProblem(f"The demo's server does not come up: {_last_line(log)}")


def _last_line(log: Path) -> str:
    return (log.read_text(errors="replace").splitlines() or ["it said nothing"])[-1]


async def _end(server: asyncio.subprocess.Process) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if server.returncode is not None:
            return
        with suppress(ProcessLookupError):
            os.kill(server.pid, sign)
        with suppress(TimeoutError):
            await asyncio.wait_for(server.wait(), STOP_SECONDS_MAX)
