"""What `thidua template` and `thidua import` do."""

import asyncio
from collections.abc import Sequence
from typing import Any, BinaryIO
from uuid import uuid4

import click
import msgspec

from adapters.console.past import seen
from adapters.console.problems import FAULTS_SHOWN_MAX, fault_said
from adapters.console.progress import progress_bars
from adapters.console.setup import tenant_of
from adapters.console.tenants import KeyProblem
from adapters.http.imports import CampaignImport, ImportParameters, ScoresImport, faults_said, job_of, planned
from adapters.http.templates import listed_units, sheet_of_scores
from adapters.main import Wired
from adapters.said import both
from adapters.workbooks.marking import marked_workbook
from adapters.workbooks.package import WorkbookTooLarge
from adapters.workbooks.reading import read_workbook
from adapters.workbooks.templates import template
from application.importing.columns import Sheet
from application.importing.rows import Fault
from application.importing.run import ImportDone, Job, RowsRefused, import_workbook
from application.importing.sheets import SHEETS
from domain.ids import derived
from domain.refusals import Invalid
from tenants.scope import Role, TenantScope

KINDS = (*SHEETS, "scores")
ACTOR = "thidua import"
_NEEDS = {
    "registrations": ("campaign",),
    "initiatives": ("campaign",),
    "scores": ("campaign", "rubric", "period"),
}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The command line's words; `unit` is a code, None the federation."""

    kind: str
    unit: str | None = None
    valid_rows: bool = False
    file_name: str | None = None
    campaign: str | None = None
    rubric: str | None = None
    period: str | None = None
    stage: str | None = "self"


def blank_template(asked: Asked) -> bytes:
    """The template that is the same for everybody. Raises: Invalid: that of scores follows a campaign."""
    if asked.kind not in SHEETS:
        raise Invalid(field="--tenant", reason="is required")
    return template(SHEETS[asked.kind])


async def template_for(parts: Wired, handle: str | None, asked: Asked, at: str | None) -> bytes:
    """The template with the tenant's units in its lists. Raises: UnknownHandle, RubricUnknown, Invalid."""
    if handle is None:
        raise Invalid(field="--tenant", reason="is required")
    scope = await _scope(parts, handle, asked.unit)
    async with seen(parts, scope.tenant_id, at, "campaigns", "clusters", "units") as view:
        if asked.kind in SHEETS:
            sheet = SHEETS[asked.kind]
        else:
            wanted = parameters(asked, needs=("campaign", "rubric"), period="-")
            assert isinstance(wanted, ScoresImport)
            sheet = await sheet_of_scores(view, scope, wanted.campaign_id, wanted.rubric)
        units = await listed_units(view, scope)
    return template(sheet, units)


def read_bounded(file: BinaryIO, size_max: int) -> bytes:
    """The file's content. Raises: WorkbookTooLarge."""
    body = file.read(size_max + 1)
    if len(body) > size_max:
        raise WorkbookTooLarge(field="file", reason=f"is larger than {size_max} bytes")
    return body


def parameters(asked: Asked, *, needs: Sequence[str] | None = None, period: str | None = None) -> ImportParameters:
    """What the options say. Raises: Invalid: one is missing, or is not what it must be."""
    for option in _NEEDS.get(asked.kind, ()) if needs is None else needs:
        if getattr(asked, option) is None:
            raise Invalid(field=f"--{option}", reason="is required")
    said: dict[str, Any] = {"mode": "valid-rows" if asked.valid_rows else "all", "file_name": asked.file_name}
    kind: type[ImportParameters] = ImportParameters
    if asked.kind in _NEEDS:
        kind, said = CampaignImport, {**said, "campaign_id": asked.campaign}
    if asked.kind == "scores":
        more = {"rubric": asked.rubric, "period": asked.period or period, "stage": asked.stage}
        kind, said = ScoresImport, {**said, **more}
    try:
        return msgspec.convert(said, kind)
    except msgspec.ValidationError as error:
        reason, _, field = str(error).partition(" - at `$.")
        raise Invalid(field=field.rstrip("`"), reason=reason[:1].lower() + reason[1:]) from error


async def import_file(
    parts: Wired, handle: str, asked: Asked, body: bytes, out: BinaryIO | None, *, rows_max: int
) -> None:
    """Import the workbook and say what came of it; `out` gets it with its errors marked.

    Raises:
        RowsRefused: a row is wrong, and all or none was asked for.
        UnknownHandle, KeyProblem, Refused: why it cannot be imported at all.
    """
    scope = await _scope(parts, handle, asked.unit)
    wanted = parameters(asked)
    plan, terms = await planned(parts.pool, scope, asked.kind, wanted)
    read = await asyncio.to_thread(read_workbook, body, plan.sheet, rows_max=rows_max)
    job = job_of(asked.kind, wanted, read, plan, terms, str(uuid4()))
    try:
        done = await _imported(parts, scope, job)
    except RowsRefused as refused:
        _write_marked(out, body, plan.sheet, refused.faults)
        raise
    _write_marked(out, body, plan.sheet, done.faults or ())
    _say(done)


async def _imported(parts: Wired, scope: TenantScope, job: Job) -> ImportDone:
    with progress_bars() as progress:
        task = progress.add_task(job.workbook.kind, total=len(job.workbook.rows))

        def told(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        return await import_workbook(parts.platform, scope, job, told)


def _write_marked(out: BinaryIO | None, body: bytes, sheet: Sheet, faults: Sequence[Fault]) -> None:
    if out is not None:
        out.write(marked_workbook(body, sheet, faults_said(faults, "vi")))


def _say(done: ImportDone) -> None:
    told = done.imported
    if done.replayed:
        click.echo(both("Tệp này đã được nhập từ trước.", "This file was imported before."))
    click.echo(
        both(
            f"{told.rows} dòng: {told.changed} dòng có thay đổi, {told.refused} dòng bị từ chối.",
            f"{told.rows} rows: {told.changed} changed something, {told.refused} were refused.",
        )
    )
    for fault in (done.faults or ())[:FAULTS_SHOWN_MAX]:
        click.echo(fault_said(fault), err=True)


async def _scope(parts: Wired, handle: str, unit: str | None) -> TenantScope:
    """Whoever sits at the console acts as an officer of the unit, or of the federation: no more than they may."""
    tenant = await tenant_of(parts, handle)
    unit_id = derived(tenant.tenant_id, "unit", unit) if unit else None
    name = f"unit-{unit_id}"
    if unit_id and not (await parts.store.load(tenant.tenant_id, [name]))[name]:
        raise KeyProblem(
            f"Liên đoàn {handle!r} không có đơn vị {unit!r}.", f"The tenant {handle!r} has no unit {unit!r}."
        )
    return TenantScope(
        tenant_id=tenant.tenant_id,
        credential_id=str(uuid4()),
        actor=ACTOR,
        role=Role.UNIT_OFFICER if unit_id else Role.FEDERATION_OFFICER,
        unit_id=unit_id,
    )
