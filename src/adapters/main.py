"""The one place that wires: which parts stand behind the ports, and what runs beside the requests."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import date
from typing import Any

import msgspec
import structlog

from adapters.attachments.memory import MemoryAttachments
from adapters.audit.comparing import Comparing
from adapters.audit.growing import URGENT, Growing
from adapters.audit.publishing import Publishing
from adapters.clock import FileClock, SystemClock
from adapters.http.app import create_app
from adapters.http.edge import Edge
from adapters.http.imports import Workbooks
from adapters.http.parts import FILE_SIZE_BYTES_MAX, Files
from adapters.http.queries import Reads
from adapters.http.route import Parts, Readiness
from adapters.keys.ciphers import MasterKey
from adapters.keys.vault import Vault
from adapters.keys.voting import BlindSigning
from adapters.postgres.ballot_box import PostgresBoxes
from adapters.postgres.catalogue import PostgresCatalogue
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.key_rows import PostgresKeyRows
from adapters.postgres.marked import PostgresMarked
from adapters.postgres.migrate import MigrationProblem, check_schema
from adapters.postgres.pool import Pool
from adapters.postgres.trees import PostgresTrees
from adapters.read_models.due_phases import due_phases
from adapters.read_models.models import MODELS, NAMES
from adapters.read_models.pasts import Pasts
from adapters.read_models.projector import Projector
from adapters.read_models.report_figures import PostgresFigures
from adapters.read_models.requests import erasures_undone
from adapters.read_models.status import standings
from adapters.read_models.subjects import PostgresSubjects
from adapters.read_models.upgrading import Upgrades
from adapters.settings import default_deploy_dir
from application.balloting import Ballots
from application.calendar_file import FILE as CALENDAR
from application.calendar_file import load_calendar
from application.erasing import destroy
from application.execute import Platform
from application.ports import Attachments, Unavailable
from application.reactions import record_due_phases
from domain.calendar import WorkingCalendar
from domain.dates import local_day
from domain.ids import TenantId

POOL_SIZE = 10
DATES_SECONDS = 1.0
ERASURES_SECONDS = 1.0
ERASURES_AGAIN_SECONDS = 60.0
RESTART_SECONDS = 1.0
READINESS_SECONDS = 1.0
READINESS_TIMEOUT_SECONDS = 2.0
WORKBOOK_BYTES_MAX = 33_554_432
WORKBOOK_ROWS_MAX = 120_000

log = structlog.get_logger("platform")


class Wired(msgspec.Struct, frozen=True, kw_only=True):
    """The parts over one database, as the serving role sees it."""

    platform: Platform
    pool: Pool
    store: PostgresEventStore
    vault: Vault
    catalogue: PostgresCatalogue
    projector: Projector
    pasts: Pasts
    files: Files
    ballots: Ballots
    trees: PostgresTrees


@asynccontextmanager
async def wired(
    url: str,
    master_key: MasterKey,
    *,
    clock: FileClock | None = None,
    pool_size: int = POOL_SIZE,
    transaction_pooler: bool = False,
    attachments: Attachments | None = None,
    file_size_bytes_max: int = FILE_SIZE_BYTES_MAX,
    calendar: WorkingCalendar | None = None,
) -> AsyncIterator[Wired]:
    """The parts over the database of the serving URL. It is connected to at first use.

    `clock` is for a database that is marked as a demo: elsewhere every append under it fails. `transaction_pooler` says
    that the URL leads through one. `attachments` None: what is attached is forgotten with the process. `calendar` is by
    default the deployed one.
    """
    calendar = calendar or load_calendar(default_deploy_dir() / CALENDAR)
    pool = await Pool.open(url, size=pool_size, transaction_pooler=transaction_pooler)
    try:
        async with (
            PostgresEventStore(pool, clock=clock) as store,
            aclosing(Pasts(store, pool, MODELS)) as pasts,
        ):
            projector = Projector(store, pool, MODELS)
            store.follow(projector.wake)
            vault = Vault(master_key, PostgresKeyRows(pool))
            platform = Platform(
                store=store,
                subjects=PostgresSubjects(pool, projector),
                figures=PostgresFigures(pool, projector),
                vault=vault,
                clock=clock or SystemClock(),
                calendar=calendar,
            )
            yield Wired(
                platform=platform,
                pool=pool,
                store=store,
                vault=vault,
                catalogue=PostgresCatalogue(pool),
                projector=projector,
                pasts=pasts,
                files=Files(attachments=attachments or MemoryAttachments(), size_bytes_max=file_size_bytes_max),
                ballots=Ballots(platform=platform, boxes=PostgresBoxes(pool), signing=BlindSigning()),
                trees=PostgresTrees(pool),
            )
    finally:
        await pool.close()


def application(
    parts: Wired, *, workbook_bytes_max: int = WORKBOOK_BYTES_MAX, workbook_rows_max: int = WORKBOOK_ROWS_MAX
) -> Edge:
    """The HTTP application over the parts."""
    return create_app(
        Parts(
            platform=parts.platform,
            find_credential=parts.catalogue.find_credential,
            readiness=Health(parts).readiness,
            reads=Reads(pool=parts.pool, projector=parts.projector, pasts=parts.pasts),
            files=parts.files,
            workbooks=Workbooks(
                marked=PostgresMarked(parts.pool), bytes_max=workbook_bytes_max, rows_max=workbook_rows_max
            ),
            ballots=parts.ballots,
            trees=parts.trees,
        )
    )


@asynccontextmanager
async def kept_up(
    parts: Wired, publishing: Publishing | None = None, comparing: Comparing | None = None
) -> AsyncIterator[None]:
    """Inside, the read models and the trees follow the log, read models of an earlier release are built anew, what
    falls due is put on record, and erasures that were cut short are carried out; past states that nobody asks for any
    more are taken away. `publishing` signs checkpoints of the trees and hands them out; without it none are.
    `comparing` has stopped the logs that do not fit their checkpoints outside before anything is done inside.

    Raises:
        Unavailable: the database is away.
    """
    upgrades = Upgrades(parts.store, parts.pool, MODELS)
    growing = Growing(parts.trees, publishing, comparing)
    parts.store.follow(growing.urge, URGENT)
    erasures = Erasures(parts)
    runs = [parts.projector.run, upgrades.run, Dates(parts).run, growing.run, parts.pasts.run, erasures.run]
    if publishing is not None:
        runs.append(publishing.run)
    if comparing is not None:
        await comparing.look()
        parts.store.before_appending(comparing.look)
        runs.append(comparing.run)
    tasks = [asyncio.create_task(_persist(run)) for run in runs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _persist(run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run again what a bug has ended: requests must not go down with what runs beside them."""
    while True:
        try:
            await run()
        except Exception:
            log.exception("a task ended and is started again", task=run.__qualname__)
        await asyncio.sleep(RESTART_SECONDS)


class Dates:
    """Puts on record, each second, which phases opened and closed. Any number of servers may: the record is one."""

    def __init__(self, parts: Wired) -> None:
        self._parts = parts
        self._looked: dict[TenantId, tuple[int, date]] = {}

    async def run(self) -> None:
        """Until cancelled; a second in which the database is away is left out."""
        while True:
            try:
                await self.turn()
            except Unavailable:
                self._looked.clear()
            await asyncio.sleep(DATES_SECONDS)

    async def turn(self) -> None:
        """Look at the tenants whose log or whose day has moved since the last look; others cost nothing.

        Raises:
            Unavailable: the database is away.
        """
        today = local_day(self._parts.platform.clock.now())
        for tenant_id, head in (await self._parts.store.heads()).items():
            if self._looked.get(tenant_id) != (head, today):
                await self._look(tenant_id, head, today)

    async def _look(self, tenant_id: TenantId, head: int, today: date) -> None:
        reached, due = await due_phases(self._parts.pool, tenant_id, today)
        done = await record_due_phases(self._parts.platform, due)
        if done:
            log.info("phases recorded", tenant=tenant_id, steps=len(done))
        if reached >= head:  # Else the rows that were looked at are older than the log.
            self._looked[tenant_id] = (head, today)


class Erasures:
    """Destroys the keys that an erasure in the log names and that are there yet: whoever ordered it was killed in
    between, or the keys have come back with a restored backup."""

    def __init__(self, parts: Wired) -> None:
        self._parts, self._waiting = parts, PostgresMarked(parts.pool)
        self._looked: dict[TenantId, int] = {}
        self._again_at = 0.0

    async def run(self) -> None:
        """Until cancelled; a second in which the database is away is left out."""
        while True:
            with suppress(Unavailable):
                await self.turn()
            await asyncio.sleep(ERASURES_SECONDS)

    async def turn(self) -> None:
        """Look at the tenants whose log has moved since the last look; each minute at all, for somebody may put a
        key back by itself.

        Raises:
            Unavailable: the database is away.
        """
        if (now := time.monotonic()) >= self._again_at:
            self._again_at = now + ERASURES_AGAIN_SECONDS
            self._looked.clear()
        for tenant_id, head in (await self._parts.store.heads()).items():
            if self._looked.get(tenant_id) != head:
                await self._look(tenant_id, head)

    async def _look(self, tenant_id: TenantId, head: int) -> None:
        reached, found = await erasures_undone(self._parts.pool, tenant_id)
        for erasure in found:
            await destroy(self._parts.vault, self._waiting, tenant_id, erasure.subjects)
        if reached >= head:  # Else the rows that were looked at are older than the log.
            self._looked[tenant_id] = head


class Health:
    """Whether this server can serve. Asked by anybody and often, so one look answers for a second."""

    def __init__(self, parts: Wired) -> None:
        self._parts = parts
        self._lock = asyncio.Lock()
        self._told: tuple[float, Readiness] | None = None

    async def readiness(self) -> Readiness:
        async with self._lock:
            if self._told is None or time.monotonic() - self._told[0] > READINESS_SECONDS:
                self._told = (time.monotonic(), await self._look())
            return self._told[1]

    async def _look(self) -> Readiness:
        try:
            async with asyncio.timeout(READINESS_TIMEOUT_SECONDS):
                async with self._parts.pool.connection() as connection:
                    await check_schema(connection)  # type: ignore[arg-type]  # A pooled connection is one too.
                stopped = len(await self._parts.store.frozen())
                return Readiness(ready=True, logs_stopped=stopped, lag_events=await self._lag())
        except (Unavailable, TimeoutError):
            return Readiness(ready=False, faults=("database",))
        except MigrationProblem:
            return Readiness(ready=False, faults=("schema",))

    async def _lag(self) -> dict[str, int]:
        """By projection, the number of events that the furthest tenant is behind."""
        lag = dict.fromkeys(NAMES, 0)
        for each in await standings(self._parts.store, self._parts.pool, NAMES, self._parts.platform.clock.now()):
            lag[each.projection] = max(lag[each.projection], each.lag_events)
        return lag
