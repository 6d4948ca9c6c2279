"""Many rows as one command: each decided as it would be by itself, all stored together or not at all.

Loading, sealing and storing go in bulk; authorising, facts and deciding are those of `execute`.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal
from uuid import UUID, uuid5

import msgspec

from application.access import GIVEN_FROM_ABOVE, authorise, reach
from application.execute import CommandIdReused, Platform, Step, check_day, check_order, decided, key_of
from application.importing.held import Held, RowReader
from application.importing.plans import Plan, Terms
from application.importing.rows import Fault, Planned, Row, doubled
from application.ports import Append, Appended, Erased, Outcome, VersionConflict
from application.sealing import TokenInClear, seal_all
from domain.dates import local_day
from domain.decider import Command, Message
from domain.ids import stream
from domain.refusals import Refused
from domain.workbook import WORKBOOK, RecordImport
from tenants.scope import TenantScope

CHUNK_ROWS = 250
"""So many rows are decided before others get their turn."""
ATTEMPTS_MAX = 3
Mode = Literal["all", "valid-rows"]
Told = Callable[[int, int], None]


class Workbook(msgspec.Struct, frozen=True, kw_only=True):
    """A workbook as it was read: its rows, and what was wrong with cells already."""

    kind: str
    file_sha256: str
    file_name: str | None
    rows: Sequence[Row]
    faults: Sequence[Fault] = ()
    count: int


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """An import: the workbook, how its rows are meant, and what surrounds the command."""

    workbook: Workbook
    plan: Plan
    terms: Terms
    mode: Mode
    correlation_id: str


class Imported(Message, frozen=True, kw_only=True):
    """What the sender is told; `changed` rows changed something, `refused` rows were left out."""

    id: str
    kind: str
    rows: int
    changed: int
    refused: int


class ImportDone(msgspec.Struct, frozen=True, kw_only=True):
    """`faults` are those of the rows left out; None where it was imported before and nothing was looked at."""

    imported: Imported
    position: int
    replayed: bool
    faults: tuple[Fault, ...] | None


class RowsRefused(Exception):
    """Rows are wrong, and all or nothing was asked for: nothing was stored."""

    def __init__(self, import_id: str, count: int, faults: tuple[Fault, ...]) -> None:
        super().__init__(import_id, len(faults))
        self.import_id, self.count, self.faults = import_id, count, faults


def import_id_of(scope: TenantScope, job: Job) -> str:
    """The same file, meant in the same way, by the same unit, is the same import: its second time changes nothing."""
    terms = msgspec.json.encode(job.terms).decode()
    said = (job.workbook.kind, job.mode, scope.unit_id or "", terms, job.workbook.file_sha256)
    return str(uuid5(UUID(scope.tenant_id), "\n".join(("import", *said))))


async def import_workbook(platform: Platform, scope: TenantScope, job: Job, told: Told | None = None) -> ImportDone:
    """Carry out the rows as one command.

    Raises:
        RowsRefused: a row is wrong and `mode` is "all".
        Refused, Unavailable, VersionConflict: as `execute`.
    """
    authorise(scope, RecordImport)
    import_id = import_id_of(scope, job)
    fingerprint = await platform.vault.fingerprint(scope.tenant_id, import_id.encode())
    known = await platform.store.remembered(scope.tenant_id, import_id)
    if known is not None:
        return _told_before(known, fingerprint)
    for attempt in range(1, ATTEMPTS_MAX + 1):
        run = Run(platform, scope, job, told)
        append, imported, faults = await run.decided(import_id, fingerprint)
        try:
            appended = await platform.store.append(append)
        except VersionConflict:
            if attempt == ATTEMPTS_MAX:
                raise
            continue
        if appended.outcome is Outcome.REPLAYED:
            return _told_before(appended, fingerprint)
        return ImportDone(imported=imported, position=appended.position, replayed=False, faults=faults)
    raise AssertionError("unreachable")


def _told_before(known: Appended, fingerprint: bytes) -> ImportDone:
    if known.fingerprint != fingerprint:
        raise CommandIdReused()
    imported = msgspec.json.decode(known.answer, type=Imported)
    return ImportDone(imported=imported, position=known.position, replayed=True, faults=None)


class Run:
    """One attempt at deciding all rows on the log as it is now."""

    def __init__(self, platform: Platform, scope: TenantScope, job: Job, told: Told | None) -> None:
        self.platform, self.scope, self.job = platform, scope, job
        self.told = told or (lambda done, total: None)
        self.held = Held(platform.store, scope.tenant_id)
        self.today = local_day(platform.clock.now())
        self.read: dict[str, None] = {}
        self.faults: list[Fault] = list(job.workbook.faults)
        self.changed = 0

    async def decided(self, import_id: str, fingerprint: bytes) -> tuple[Append, Imported, tuple[Fault, ...]]:
        """Raises: RowsRefused."""
        workbook = self.job.workbook
        twice = doubled(self.job.plan.sheet, list(workbook.rows))
        self.faults += twice
        wrong = {fault.row for fault in twice}
        await self._rows([row for row in workbook.rows if row.number not in wrong])
        faults = tuple(sorted(self.faults, key=lambda fault: fault.row))
        if faults and self.job.mode == "all":
            raise RowsRefused(import_id, workbook.count, faults)
        imported = Imported(
            id=import_id,
            kind=workbook.kind,
            rows=workbook.count,
            changed=self.changed,
            refused=len({fault.row for fault in faults}),
        )
        await self._record(imported)
        append = Append(
            tenant_id=self.scope.tenant_id,
            command_id=import_id,
            fingerprint=fingerprint,
            answer=msgspec.json.encode(imported),
            actor=self.scope.actor,
            correlation_id=self.job.correlation_id,
            streams=tuple(self.held.appends(self.read)),
        )
        return append, imported, faults

    async def _rows(self, rows: Sequence[Row]) -> None:
        for start in range(0, len(rows), CHUNK_ROWS):
            await self._chunk(rows[start : start + CHUNK_ROWS])
            self.told(min(start + CHUNK_ROWS, len(rows)), len(rows))
            await asyncio.sleep(0)  # Others are served between two chunks.

    async def _chunk(self, rows: Sequence[Row]) -> None:
        plan, terms = self.job.plan, self.job.terms
        own = {row.number: stream(plan.decider.name, plan.own(terms, row)) for row in rows}
        others = [stream(d.name, identity) for row in rows for d, identity in plan.reads(terms, row)]
        await self.held.load([*own.values(), *others])
        planned = [(row, asked) for row in rows if (asked := await self._planned(row)) is not None]
        sealed = iter(await seal_all(self.platform.vault, self.scope.tenant_id, list(self._personal(planned))))
        for row, asked in planned:
            await self._row(row, asked, [next(sealed) for _ in asked.steps])
        if not any(name.startswith("unit-") for name in own.values()):  # Units are read by later rows.
            self.held.drop(own.values())

    def _personal(self, planned: Sequence[tuple[Row, Planned]]) -> Iterator[tuple[str, Command]]:
        for _, asked in planned:
            for step in asked.steps:
                state = self.held.states[stream(step.decider.name, step.identity)]
                yield key_of(step, state), step.command

    async def _planned(self, row: Row) -> Planned | None:
        plan = self.job.plan
        reader = RowReader(self.held, self.platform, self.today)
        state = await reader.state(plan.decider, plan.own(self.job.terms, row))
        try:
            return plan.steps(self.job.terms, row, state)
        except Refused as refusal:
            self._refuse(row, refusal)
            return None

    async def _row(self, row: Row, asked: Planned, commands: list[Command | TokenInClear | Erased]) -> None:
        """Decide the row's steps, each on what the one before left; a refusal takes all of them back."""
        first = asked.steps[0]
        name = stream(first.decider.name, first.identity)
        reader = RowReader(self.held, self.platform, self.today)
        state = await reader.state(first.decider, first.identity)
        version = len(self.held.records[name])
        try:
            for number, (step, command) in enumerate(zip(asked.steps, commands, strict=True)):
                kept = asked.kept if number == 0 else {}
                await self._step(step, command, kept, reader)
        except (Refused, Erased) as refusal:
            self.held.take_back(name, version, state)
            self._refuse(row, refusal)
            return
        self.read.update(dict.fromkeys(reader.names))
        self.changed += len(self.held.records[name]) > version

    async def _step(
        self, step: Step, command: Command | TokenInClear | Erased, kept: dict[str, Any], reader: RowReader
    ) -> None:
        authorise(self.scope, type(step.command))
        check_day(step.command, reader.today)
        state = await reader.state(step.decider, step.identity)
        matter = step.decider.unit(step.command, state)
        await reach(self.scope, matter, reader, from_above=type(step.command) in GIVEN_FROM_ABOVE)
        await check_order(step, reader)
        if isinstance(command, TokenInClear | Erased):
            raise command
        full = msgspec.structs.replace(command, **kept) if kept else command
        events = await decided(self.platform.clock, step, full, state, reader)
        self.held.add(stream(step.decider.name, step.identity), step.decider, events, step.command.happened_on)

    def _refuse(self, row: Row, refusal: Exception) -> None:
        self.faults.append(Fault(row=row.number, column=self._column(refusal), refusal=refusal))

    def _column(self, refusal: Exception) -> str | None:
        """The column that a refusal is about: that of its field, else that of its code."""
        sheet, columns = self.job.plan.sheet, self.job.plan.columns
        field = str(refusal.facts.get("field", "")) if isinstance(refusal, Refused) else ""
        code = refusal.code if isinstance(refusal, Refused) else "person.erased"
        for said in (field, field.rpartition(".")[2], code):
            found = columns.get(said, said)
            if sheet.column(found) is not None:
                return found
        return _criterion(field, sheet.columns)

    async def _record(self, imported: Imported) -> None:
        workbook = self.job.workbook
        command = RecordImport(
            kind=workbook.kind,  # type: ignore[arg-type]  # A plan's kind is one of them.
            file_sha256=workbook.file_sha256,
            file_name=workbook.file_name,
            rows=imported.rows,
            changed=imported.changed,
            refused=imported.refused,
            unit_id=self.scope.unit_id,
        )
        reader = RowReader(self.held, self.platform, self.today)
        step = Step(WORKBOOK, imported.id, command)
        await reader.state(WORKBOOK, imported.id)
        await self._step(step, command, {}, reader)


def _criterion(field: str, columns: Sequence[Any]) -> str | None:
    """The column of `scores[3].points_x100`: the fourth criterion's."""
    if not field.startswith("scores["):
        return None
    scored = [column.code for column in columns if column.code.startswith("score:")]
    number = field[len("scores[") :].partition("]")[0]
    return scored[int(number)] if number.isdigit() and int(number) < len(scored) else None
