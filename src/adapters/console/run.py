"""What `make run` does: database, schema, tenants, demo keys, and a server, until Ctrl-C."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from adapters import privileges
from adapters.console.checks import DatabaseProblem, PortProblem, check_service_users_port, listen
from adapters.console.database import FOLDER, Urls, named, urls_of
from adapters.console.demo_keys import FILE, Holder, ensured_keys
from adapters.console.outside import make_checkpoint_folder
from adapters.console.provision import carried_out, is_applied, planned
from adapters.console.serving import make_attachments_folder
from adapters.console.setup import Setup, find_tenant, setup
from adapters.console.supervisor import PYTHON, environment_of, supervise
from adapters.console.welcome import Welcome, until_healthy, welcome
from adapters.postgres import embedded
from adapters.postgres.migrate import migrate
from adapters.said import both
from adapters.settings import Settings
from application.federation_file import FederationFile, load
from application.file_problems import FileProblems
from domain.ids import TenantId, derived
from tenants.scope import Role

PORT_SECONDS_MAX = 2.0
STOP_SECONDS_MAX = 3.0
"""Of the five that Ctrl-C may take; the rest is the database's."""


def run(settings: Settings) -> None:
    """Everything, until SIGINT or SIGTERM; as root, as the service user. Returns when all of it has stopped.

    Raises:
        ServerEnded: the server does not stay up; it has said why itself.
        Whatever is wrong before: see `problems.EXIT_CODES`.
    """
    check_service_users_port(settings.port)
    check_port(settings.host, settings.port)  # Said now, not after the database has been started for nothing.
    files = federations(settings.deploy_dir)  # While we may still read what only root may.
    privileges.make_private_folder(settings.data_dir)
    make_attachments_folder(settings)
    make_checkpoint_folder(settings)
    privileges.drop_to_service_user()
    check_python()
    with stopped_in_order(), database(settings) as (urls, running):
        shown = asyncio.run(prepare(settings, urls, files))
        asyncio.run(serve_until_stopped(settings, urls, running, shown))
    click.echo(both("Đã dừng.", "Stopped."))


def check_port(host: str, port: int) -> None:
    """Raises: PortProblem: the port is taken, and stays so for longer than the server of a killed run takes to end."""
    deadline = time.monotonic() + PORT_SECONDS_MAX
    while True:
        try:
            return listen(host, port).close()
        except PortProblem:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def check_python() -> None:
    if not os.access(PYTHON, os.X_OK):
        raise privileges.PrivilegeProblem(
            f"Người dùng {privileges.SERVICE_USER} không chạy được {PYTHON}: hãy dùng Python ngoài thư mục của root.",
            f"User {privileges.SERVICE_USER} may not run {PYTHON}: take one outside root's home.",
        )


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """Inside, SIGTERM does what Ctrl-C does, and either ends what is inside without an error."""
    # Told again as SIGINT: the event loop answers that one by ending its tasks in order, where an exception out of
    # nowhere would leave them waiting for each other. A shell starts what runs in the background with SIGINT ignored.
    handlers = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: lambda *_: signal.raise_signal(signal.SIGINT),
    }
    before = {sign: signal.signal(sign, handler) for sign, handler in handlers.items()}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


@contextmanager
def database(settings: Settings) -> Iterator[tuple[Urls, embedded.Running | None]]:
    """The database that the settings name, else the embedded one, which is stopped at the end."""
    if (urls := named(settings)) is not None:
        if urls.owner is None:
            raise DatabaseProblem(
                "THIDUA_OWNER_DATABASE_URL chưa được đặt: `thidua run` nâng cấp và thiết lập các liên đoàn.",
                "THIDUA_OWNER_DATABASE_URL is not set: `thidua run` migrates and sets tenants up.",
            )
        yield urls, None
        return
    new = not (settings.data_dir / FOLDER / "cluster").exists()
    doing = both("Đang tạo cơ sở dữ liệu", "Making the database")
    if not new:
        doing = both("Đang khởi động cơ sở dữ liệu", "Starting the database")
    click.echo(f"{doing}: {settings.data_dir} …")
    with embedded.start(settings.data_dir / FOLDER) as running:
        yield urls_of(running), running


# --- Preparing ------------------------------------------------------------------------


def federations(folder: Path) -> list[FederationFile]:
    """The files in `folder/federations`, by name.

    Raises:
        FileProblems: one of them cannot be used.
    """
    return [load(path, folder / "rules") for path in sorted((folder / "federations").glob("*.toml"))]


async def prepare(settings: Settings, urls: Urls, files: Sequence[FederationFile]) -> list[Welcome]:
    """Migrate, and bring the tenants of all files up to date; what to tell about each of them."""
    applied = await migrate(urls.owners(), urls.serving)
    if applied:
        click.echo(f"{both('Đã nâng cấp cơ sở dữ liệu', 'Migrated')}: {', '.join(applied)}.")
    async with setup(settings, urls) as made:
        return [await bring_up(settings, made, file) for file in files]


async def bring_up(settings: Settings, made: Setup, file: FederationFile) -> Welcome:
    handle = file.federation.handle
    tenant = await find_tenant(made.parts, handle)
    if is_applied(tenant, file):
        click.echo(both(f"Đã có {handle}.", f"Found {handle}."))
    else:
        try:
            await set_up(made, file)
        except FileProblems as found:
            if tenant is None:
                raise
            # What was done in a demo since is worth more than the demo's newer file.
            for problem in found.problems:
                why = f"{problem.key}: {problem.reason_vi}", f"{problem.key}: {problem.reason}"
                click.echo(both(f"Giữ nguyên {handle}: {why[0]}.", f"{handle} stays as it is: {why[1]}."))
        tenant = await find_tenant(made.parts, handle)
    assert tenant is not None, "it was made just now"
    holders = holders_of(file, tenant.tenant_id)
    find_credential = made.parts.catalogue.find_credential
    keys = await ensured_keys(settings.data_dir, handle, tenant.tenant_id, holders, made.registry, find_credential)
    return Welcome(tenant=tenant, file=file, keys=keys)


async def set_up(made: Setup, file: FederationFile) -> None:
    """Raises: FileProblems: the file asks for something that cannot change; nothing was changed."""
    handle, began = file.federation.handle, time.monotonic()
    what = await planned(made, file, is_demo=True)
    await carried_out(made, file, what)
    for line in what.told():
        click.echo(line)
    count, seconds = len(what.changes), f"{time.monotonic() - began:.1f}"
    click.echo(
        both(
            f"Đã thiết lập {handle}: {count} thay đổi trong {seconds} giây.",
            f"Set up {handle}: {count} changes in {seconds} s.",
        )
    )


def holders_of(file: FederationFile, tenant_id: TenantId) -> list[Holder]:
    """A holder a role, and unit officers for one upper-level and one grassroots union, the one under the other."""
    issuers = {campaign.issuer for campaign in file.campaigns}
    uppers = sorted((unit for unit in file.units if unit.level == "upper"), key=lambda unit: unit.code not in issuers)
    whole = (Role.OPERATOR, Role.FEDERATION_OFFICER, Role.COUNCIL_SECRETARY, Role.AUDITOR, Role.INTEGRATOR)
    bases = [
        unit
        for unit in file.units
        if unit.level == "grassroots" and unit.has_union and unit.parent in {upper.code for upper in uppers[:1]}
    ]
    officers = [
        Holder(role=Role.UNIT_OFFICER, unit_id=derived(tenant_id, "unit", unit.code), unit_name=unit.name)
        for unit in (*uppers[:1], *bases[:1])
    ]
    return [*(Holder(role=role) for role in whole), *officers]


# --- Serving --------------------------------------------------------------------------


async def serve_until_stopped(
    settings: Settings, urls: Urls, running: embedded.Running | None, shown: Sequence[Welcome]
) -> None:
    """Keep the server, and an embedded database, running until SIGINT or SIGTERM.

    Raises:
        ServerEnded: the server does not stay up.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)

    async def tell() -> None:
        await until_healthy(settings.host, settings.port)
        click.echo(welcome(shown, host=settings.host, port=settings.port, keys=settings.data_dir / FILE))

    keeping = asyncio.ensure_future(embedded.keep_alive(running)) if running else None
    try:
        seconds = min(settings.stop_seconds_max, STOP_SECONDS_MAX)
        limited = msgspec.structs.replace(settings, stop_seconds_max=seconds)
        await supervise(environment_of(limited, urls.serving), ready=tell, stop=stop, stop_seconds=seconds)
    finally:
        if keeping is not None:
            keeping.cancel()
