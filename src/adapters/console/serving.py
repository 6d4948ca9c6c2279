"""One server process: checked first, then served until it is told to stop."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager

import click
import structlog
import uvicorn
import uvloop

from adapters import privileges
from adapters.attachments.bucket import Bucket, BucketAttachments
from adapters.attachments.folder import FolderAttachments
from adapters.audit.publishing import Publishing
from adapters.audit.witnesses import HttpWitness
from adapters.clock import FileClock
from adapters.collector import keep_freed_memory, spare_the_collector
from adapters.console.checks import check_database, listen
from adapters.console.outside import comparing_of, keepers_of, make_checkpoint_folder, witnesses_of
from adapters.http.wire import BoundedProtocol
from adapters.keys.ciphers import MasterKey
from adapters.keys.log_keys import ensure_log_keys, read_log_keys
from adapters.keys.master import read_master_key
from adapters.keys.signing import Ed25519Signer
from adapters.main import Wired, application, kept_up, wired
from adapters.postgres.pool import Pool, weaknesses
from adapters.said import both
from adapters.settings import Settings, attachments_folder, bucket_of
from application.calendar_file import FILE as CALENDAR
from application.calendar_file import load_calendar
from application.ports import Attachments
from domain.calendar import WorkingCalendar

KEEP_ALIVE_SECONDS = 30

log = structlog.get_logger("server")


class Server(uvicorn.Server):
    """Signals are ours: uvicorn raises them again after it has ended, and a clean stop would end as a killed one."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(settings: Settings, url: str) -> None:
    """Serve the database of the serving URL until SIGINT or SIGTERM; as root, as the service user.

    Raises:
        Whatever `check_database`, `listen`, `load_calendar`, `witnesses_of`, `read_master_key`, `log_keys_at_start` and
        `FileClock` raise: nothing was served then.
    """
    listener = listen(settings.host, settings.port)  # While we may still be root.
    calendar = load_calendar(settings.deploy_dir / CALENDAR)
    witnesses = witnesses_of(settings)
    with listener:
        make_attachments_folder(settings)
        make_checkpoint_folder(settings)
        privileges.drop_to_service_user()
        clock = FileClock(settings.clock_file) if settings.clock_file else None
        master_key = read_master_key(settings.master_key_file)
        signers = log_keys_at_start(settings)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, url, master_key, signers, witnesses, clock, listener, calendar))


async def _serve(
    settings: Settings,
    url: str,
    master_key: MasterKey,
    signers: list[Ed25519Signer],
    witnesses: list[HttpWitness],
    clock: FileClock | None,
    listener: socket.socket,
    calendar: WorkingCalendar,
) -> None:
    await check_database(url, demo=clock is not None)
    async with _parts(settings, url, master_key, clock, calendar) as parts:
        await parts.vault.check_master_key()
        if clock is None:  # Else it is a demo, and thrown away.
            await warn_of_loss(parts.pool)
        server = Server(
            _configuration(
                settings,
                application(
                    parts, workbook_bytes_max=settings.workbook_bytes_max, workbook_rows_max=settings.workbook_rows_max
                ),
            )
        )
        stop_on_signal(server, settings.stop_seconds_max)
        keep_freed_memory()
        spare_the_collector()
        comparing = comparing_of(settings, parts)
        publishing = Publishing(
            parts.trees,
            log_name=settings.log_name,
            signers=signers,
            keepers=keepers_of(settings),
            witnesses=witnesses,
            comparing=comparing,
            store=parts.store,
        )
        async with kept_up(parts, publishing, comparing):
            log.info("serving", address=f"http://{settings.host}:{settings.port}")
            await server.serve(sockets=[listener])
    log.info("stopped")


def log_keys_at_start(settings: Settings) -> list[Ed25519Signer]:
    """The keys that sign checkpoints. They are made only where nothing can have been signed yet: a server that made new
    ones later would sign what nobody trusts.

    Raises:
        LogKeysRefused: they are missing though there are checkpoints, or cannot be used.
    """
    if not any(settings.checkpoint_dir.glob("*")):
        ensure_log_keys(settings.log_keys_file, settings.log_name)
    return read_log_keys(settings.log_keys_file)


def _parts(
    settings: Settings, url: str, master_key: MasterKey, clock: FileClock | None, calendar: WorkingCalendar
) -> AbstractAsyncContextManager[Wired]:
    return wired(
        url,
        master_key,
        clock=clock,
        pool_size=settings.pool_size_max,
        transaction_pooler=settings.transaction_pooler,
        attachments=attachments_of(settings),
        file_size_bytes_max=settings.attachment_size_bytes_max,
        calendar=calendar,
    )


def make_attachments_folder(settings: Settings) -> None:
    """The folder of attachments, where they lie in one: the one who serves must be able to write there.

    Raises:
        PrivilegeProblem: it is another's, or lies where the service user cannot go.
    """
    if bucket_of(settings) is None:
        privileges.make_private_folder(attachments_folder(settings))


def attachments_of(settings: Settings) -> Attachments:
    """The storage that the settings name."""
    bucket = bucket_of(settings)
    if bucket is None:
        return FolderAttachments(attachments_folder(settings))
    assert settings.attachments_access_key, "the settings were checked"
    assert settings.attachments_secret_key, "the settings were checked"
    return BucketAttachments(
        Bucket(
            name=bucket[0],
            prefix=bucket[1],
            endpoint=settings.attachments_endpoint,
            region=settings.attachments_region,
            access_key=settings.attachments_access_key,
            secret_key=settings.attachments_secret_key,
        )
    )


async def warn_of_loss(pool: Pool) -> None:
    """Say it where a crash can take back what was acknowledged. No refusal: throw-away databases run like this."""
    async with pool.connection() as connection:
        off = ", ".join(await weaknesses(connection))
    if off:
        warning = both(
            f"Cảnh báo: cơ sở dữ liệu này tắt {off}, nên lệnh đã được ghi nhận có thể mất khi máy dừng đột ngột; "
            "chỉ để như vậy với dữ liệu bỏ đi.",
            f"Warning: {off} is off in this database, so a crash can lose commands that were acknowledged; leave it so "
            "for throw-away data only.",
        )
        click.echo(f"thidua: {warning}", err=True)


def _configuration(settings: Settings, app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # Its own words for ASGI's types are narrower than the standard's.
        http=BoundedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        # The rest of the time to stop is for what was handed to the log and for the connections.
        timeout_graceful_shutdown=max(1, int(settings.stop_seconds_max * 2 / 3)),
    )


def stop_on_signal(server: Server, seconds_max: float) -> None:
    """SIGINT and SIGTERM end the server that the running loop serves, by force after so many seconds."""
    loop = asyncio.get_running_loop()

    def give_up() -> None:
        log.warning("stopped by force", after_seconds=seconds_max)
        os._exit(0)  # Harmless: nothing is acknowledged before it is stored.

    def stop() -> None:
        if server.should_exit:
            return
        server.should_exit = True
        loop.call_later(seconds_max, give_up)

    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop)
