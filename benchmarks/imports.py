"""How fast a workbook of members is imported, beside the same rows sent one by one, on one durable PostgreSQL.

    PYTHONPATH=src python benchmarks/imports.py [ROWS]

The workbook is made by a process of its own, and imported by this one: parts as a server wires them, read models
following. The one-by-one client is a loop of single commands over fewer rows, each awaited, as a client would; and
once more as 32 clients at the same time. Only the ratios say something: the machine's noise is in all of them alike.
Memory is the peak of this process (`VmHWM`), and of PostgreSQL's processes what is theirs alone
(`RssAnon`, sampled meanwhile).
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from uuid import uuid4

import uvloop

from adapters.keys.ciphers import MasterKey, fresh_root
from adapters.main import Wired, kept_up, wired
from adapters.postgres import embedded
from adapters.postgres.catalogue import PostgresRegistry
from adapters.postgres.migrate import migrate
from adapters.read_models.models import NAMES
from adapters.workbooks.reading import SHEET, read_workbook
from application.execute import Request, Step, execute
from application.importing.plans import PLANS, Terms
from application.importing.run import Job, Workbook, import_workbook
from application.importing.sheets import MEMBERS
from domain.ids import TenantId, derived
from domain.member import MEMBER
from domain.member.messages import EnrolMember
from domain.unit import UNIT, EstablishUnit
from tenants.scope import Role, TenantScope

ROWS = 100_000
ONE_BY_ONE = 1_500
UNITS = 200
CLIENTS = 32
CAUGHT_UP_SECONDS_MAX = 300.0


def make(path: Path, rows: int) -> None:
    """The workbook, as a federation would send it: each row with a service report."""
    from xlsxwriter import Workbook as Made  # type: ignore[import-untyped]  # noqa: PLC0415

    made = Made(str(path), {"constant_memory": True})
    data = made.add_worksheet(SHEET)
    day = made.add_format({"num_format": "dd/mm/yyyy"})
    data.write_row(0, 0, [column.heading for column in MEMBERS.columns])
    for n in range(rows):
        row = [f"DV-{n:06}", f"Nguyễn Thị Số {n}", f"{n:012}", f"cdcs-{n % UNITS}", "Lao động trực tiếp"]
        data.write_row(n + 1, 0, row)
        data.write_datetime(n + 1, 5, date(2015 + n % 8, 1 + n % 12, 1), day)
        data.write_row(n + 1, 7, [2023, 12, n % 5, "Không"])
    made.close()


def peak_mib(pid: int | str) -> float:
    """The most memory that a process has held: `VmHWM`."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def postgres_mib(postmaster: int) -> float:
    """The memory that PostgreSQL's processes hold for themselves, now."""
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="utf-8").split()
    return sum(_private_mib(pid) for pid in (str(postmaster), *children))


def _private_mib(pid: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


async def established(parts: Wired, scope: TenantScope) -> None:
    tenant = scope.tenant_id
    federation = derived(tenant, "unit", "ldld")
    wanted: list[tuple[str, str, str | None, str]] = [("ldld", "federation", None, "union-body")]
    wanted += [(f"cdcs-{n}", "grassroots", federation, "non-state-enterprise") for n in range(UNITS)]
    for code, level, parent, sector in wanted:
        command = EstablishUnit(
            unit_id=derived(tenant, "unit", code),
            code=code,
            name=f"Công đoàn {code}",
            level=level,  # type: ignore[arg-type]
            parent_id=parent,
            sector=sector,  # type: ignore[arg-type]
            on=date(2010, 1, 1),
        )
        await one(parts, scope, Step(UNIT, derived(tenant, "unit", code), command))


async def one(parts: Wired, scope: TenantScope, step: Step) -> None:
    request = Request(command_id=str(uuid4()), body=b"{}", correlation_id=str(uuid4()))
    await execute(parts.platform, scope, [step], request)


def enrolment(tenant: TenantId, code: str, unit: int) -> Step:
    person_id = derived(tenant, "member", code)
    command = EnrolMember(
        person_id=person_id,
        unit_id=derived(tenant, "unit", f"cdcs-{unit}"),
        code=code,
        full_name=f"Nguyễn Thị {code}",
        identity=code,
        employment="direct-worker",
        joined_on=date(2019, 5, 1),
    )
    return Step(MEMBER, person_id, command)


async def one_by_one(parts: Wired, scope: TenantScope, clients: int) -> float:
    """Rows a second of so many clients, each sending its next row when the one before is answered."""

    async def client(number: int) -> None:
        for n in range(number, ONE_BY_ONE, clients):
            await one(parts, scope, enrolment(scope.tenant_id, f"L{clients}-{n}", n % UNITS))

    started = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(clients)))
    return ONE_BY_ONE / (time.perf_counter() - started)


async def imported(parts: Wired, scope: TenantScope, path: Path, rows: int) -> tuple[float, float]:
    """Seconds until all is stored, and until it was read."""
    started = time.perf_counter()
    body = await asyncio.to_thread(path.read_bytes)
    read = await asyncio.to_thread(read_workbook, body, MEMBERS, rows_max=rows)
    reading = time.perf_counter() - started
    assert not read.faults
    workbook = Workbook(kind="members", file_sha256=read.file_sha256, file_name=None, rows=read.rows, count=read.count)
    terms = Terms(tenant_id=scope.tenant_id)
    job = Job(workbook=workbook, plan=PLANS["members"], terms=terms, mode="all", correlation_id=str(uuid4()))
    done = await import_workbook(parts.platform, scope, job)
    assert done.imported.changed == rows
    return time.perf_counter() - started, reading


class Watched:
    """How long each command of a neighbour waited, and the most that PostgreSQL's processes held when it was asked."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.postgres_mib = 0.0


async def neighbour(parts: Wired, scope: TenantScope, postmaster: int, watched: Watched) -> None:
    """Somebody of another tenant, who sends a command every 20 ms meanwhile."""
    count = 0
    while True:
        started = time.perf_counter()
        await one(parts, scope, enrolment(scope.tenant_id, f"N-{count}", count % UNITS))
        watched.delays.append(time.perf_counter() - started)
        if count % 10 == 0:
            watched.postgres_mib = max(watched.postgres_mib, postgres_mib(postmaster))
        count += 1
        await asyncio.sleep(0.02)


async def tenant(owner_url: str, handle: str) -> TenantScope:
    import asyncpg  # noqa: PLC0415

    tenant_id = TenantId(str(uuid4()))
    connection = await asyncpg.connect(owner_url)
    try:
        registry = PostgresRegistry(connection)
        await registry.create_tenant(tenant_id, handle, handle)
        await registry.set_applied(tenant_id, name=handle, digest=bytes(32))
    finally:
        await connection.close()
    return TenantScope(tenant_id=tenant_id, credential_id=str(uuid4()), actor="cán bộ", role=Role.FEDERATION_OFFICER)


async def measure(owner: str, serving: str, postmaster: int, path: Path, rows: int) -> None:
    await migrate(owner, serving)
    mine, other = await tenant(owner, "minh"), await tenant(owner, "ban")
    async with wired(serving, MasterKey(fresh_root())) as parts, kept_up(parts):
        for scope in (mine, other):
            await established(parts, scope)
        alone, together = await one_by_one(parts, mine, 1), await one_by_one(parts, mine, CLIENTS)
        await caught_up(parts, mine)
        before = peak_mib("self")
        watched = Watched()
        beside = asyncio.create_task(neighbour(parts, other, postmaster, watched))
        cpu = time.process_time()
        seconds, reading = await imported(parts, mine, path, rows)
        cpu = time.process_time() - cpu
        beside.cancel()
        stored = time.perf_counter()
        peak, delays = peak_mib("self"), sorted(watched.delays)
        await caught_up(parts, mine)
        report(rows, seconds, reading, alone, together)
        print(f"processor time of this process  {cpu:8.1f} s   (the neighbour's commands and the projections included)")
        print(f"peak of the importing process   {peak:8.0f} MiB  (before the import {before:.0f})")
        print(f"PostgreSQL's own, at most       {watched.postgres_mib:8.0f} MiB  (RssAnon of its processes, sampled)")
        print(f"read models caught up after     {time.perf_counter() - stored:8.1f} s more")
        middle, last = delays[len(delays) // 2] * 1000, delays[-1] * 1000
        print(
            f"another tenant's command waited {middle:8.0f} ms in the middle, {last:.0f} ms at most, of {len(delays)}"
        )


def report(rows: int, seconds: float, reading: float, alone: float, together: float) -> None:
    rate = rows / seconds
    print(f"{rows} members with a service report each: {2 * rows} events, one append")
    print(f"import                          {seconds:8.1f} s   {rate:8.0f} rows/s  (reading the file {reading:.1f} s)")
    print(f"one by one, one client          {alone:8.0f} rows/s   the import is {rate / alone:.1f} times as fast")
    print(
        f"one by one, {CLIENTS} clients         {together:8.0f} rows/s"
        f"   the import is {rate / together:.1f} times as fast"
    )


async def caught_up(parts: Wired, scope: TenantScope) -> None:
    head = (await parts.store.heads())[scope.tenant_id]
    await parts.projector.wait_for(scope.tenant_id, head, NAMES, timeout_seconds=CAUGHT_UP_SECONDS_MAX)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    if os.environ.get("WORKBOOK"):
        make(Path(os.environ["WORKBOOK"]), rows)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        path = folder / "members.xlsx"
        subprocess.run([sys.executable, __file__, str(rows)], env={**os.environ, "WORKBOOK": str(path)}, check=True)
        with embedded.start(folder / "postgres") as running:
            url = running.ensure_database("imports", owner="imports_owner")
            serving = running.url("imports_server", "imports")
            uvloop.run(measure(url, serving, running.pid, path, rows))


if __name__ == "__main__":
    main()
