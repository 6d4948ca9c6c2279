"""Workbooks in: an import of each kind, the register of imports, and the workbook sent back with its errors marked."""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec

from adapters.http.commands import idempotency_key, refuse_encoded
from adapters.http.decoding import from_query
from adapters.http.problems import FieldError, Problem, language_of, malformed, row_reason
from adapters.http.queries import Fresh, View, by_key, listing, looking_at, moment_asked, single
from adapters.http.route import WORKBOOK_TYPE, Answered, Exchange, Route, json_answer
from adapters.http.templates import sheet_of_scores
from adapters.read_models.imports import ImportFilter, ImportRow, fetch_imports
from adapters.read_models.session import looking
from adapters.workbooks.marking import Marked, marked_workbook
from adapters.workbooks.reading import Read, read_workbook
from application.access import Query
from application.importing.columns import Sheet
from application.importing.plans import PLANS, Plan, Terms, scores_plan
from application.importing.rows import Fault
from application.importing.run import ImportDone, Job, Mode, RowsRefused, Workbook, import_workbook
from application.sealing import OPENED_FOR
from domain.decider import Message, Name
from domain.evaluation.messages import SelfScore
from domain.ids import Id, Slug, TenantId
from domain.member.messages import EnrolMember
from domain.registration.messages import SubmitRegistration
from domain.unit import EstablishUnit
from tenants.scope import TenantScope

ERRORS_SHOWN_MAX = 100
"""The problem shows so many; the marked workbook shows all."""
_TYPES = (WORKBOOK_TYPE, "application/octet-stream")


class KeepsMarked(Protocol):
    async def keep(self, tenant_id: TenantId, import_id: str, unit_id: str | None, sealed: str) -> None: ...

    async def take(
        self, tenant_id: TenantId, import_id: str, unit_id: str | None, *, made_by: datetime | None = None
    ) -> str | None: ...

    async def forget(self, tenant_id: TenantId) -> None: ...


class Workbooks(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of imports, and what keeps marked workbooks. One import at a time is read and decided by a server."""

    marked: KeepsMarked
    bytes_max: int
    rows_max: int
    turn: asyncio.Lock = msgspec.field(default_factory=asyncio.Lock)


class ImportParameters(Message, frozen=True, kw_only=True):
    """`mode` all: every row or none; valid-rows: those that are right. `file_name` is kept beside the import."""

    mode: Mode = "all"
    file_name: Name | None = None


class CampaignImport(ImportParameters, frozen=True, kw_only=True):
    """`campaign_id`: what the rows are registered for."""

    campaign_id: Id


class ScoresImport(CampaignImport, frozen=True, kw_only=True):
    """`rubric` and `period` say which evaluations, `stage` whose scores: the unit's own, or those of the unit above."""

    rubric: Slug
    period: Name
    stage: Literal["self", "appraisal"] = "self"


class ImportAnswer(Message, frozen=True, kw_only=True):
    """`rows` that the workbook holds, `changed` of which changed something; `refused` were left out, for the reasons in
    `errors` (the first hundred) and in the workbook at `marked`. `position`: as of a command."""

    id: str
    kind: str
    rows: int
    changed: int
    refused: int
    position: int
    errors: tuple[FieldError, ...] = ()
    marked: str | None = None


async def planned(pool: Any, scope: TenantScope, kind: str, asked: ImportParameters) -> tuple[Plan, Terms]:
    """How the rows are meant. Raises: RubricUnknown."""
    tenant_id = scope.tenant_id
    if not isinstance(asked, ScoresImport):
        return PLANS[kind], Terms(tenant_id=tenant_id, campaign_id=getattr(asked, "campaign_id", None))
    async with looking(pool, tenant_id) as connection:
        view = View(connection=connection, tenant_id=tenant_id)
        sheet = await sheet_of_scores(view, scope, asked.campaign_id, asked.rubric)
    terms = Terms(
        tenant_id=tenant_id,
        campaign_id=asked.campaign_id,
        period=asked.period,
        rubric=asked.rubric,
        stage=asked.stage,
    )
    return scores_plan(sheet), terms


def faults_said(faults: Sequence[Fault], language: str) -> list[Marked]:
    """The faults in words."""
    return [Marked(fault.row, fault.column, row_reason(fault.refusal, language)) for fault in faults]


def field_errors(marks: Sequence[Marked]) -> list[FieldError]:
    shown = marks[:ERRORS_SHOWN_MAX]
    return [
        FieldError(f"rows[{mark.row}]{'.' if mark.column else ''}{mark.column or ''}", mark.reason) for mark in shown
    ]


def imports(kind: str, asks: Any, parameters: type[ImportParameters]) -> Route:
    """POST a workbook: its rows are carried out as one command."""

    async def handle(exchange: Exchange) -> Answered:
        asked = from_query(exchange.request.scope["query_string"], parameters)
        idempotency_key(exchange)
        body = await _body(exchange)
        workbooks: Workbooks = exchange.parts.workbooks
        plan, terms = await planned(exchange.parts.reads.pool, exchange.caller, kind, asked)
        async with workbooks.turn:
            read = await asyncio.to_thread(read_workbook, body, plan.sheet, rows_max=workbooks.rows_max)
            job = job_of(kind, asked, read, plan, terms, exchange.request_id)
            try:
                done = await import_workbook(exchange.parts.platform, exchange.caller, job)
            except RowsRefused as refused:
                raise await _refused(exchange, body, plan.sheet, refused) from None
            return await _told(exchange, body, plan.sheet, done)

    return Route(
        method="POST",
        path=f"/v1/imports/{kind}",
        summary=f"Import a workbook of {kind}",
        tag="imports",
        handle=handle,
        asks=asks,
        parameters=parameters,
        answers=ImportAnswer,
        takes_file=(WORKBOOK_TYPE,),
        size_bytes_max=lambda parts: parts.workbooks.bytes_max if parts.workbooks else 0,
    )


async def _body(exchange: Exchange) -> bytes:
    kind = (exchange.header(b"content-type") or "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        errors = malformed("header Content-Type", f"must be {WORKBOOK_TYPE}").errors
        raise Problem(415, "body.not-workbook", errors=errors)
    refuse_encoded(exchange, "body.not-workbook")
    return await exchange.request.body()


def job_of(kind: str, asked: ImportParameters, read: Read, plan: Plan, terms: Terms, correlation_id: str) -> Job:
    """The import of what was read."""
    workbook = Workbook(
        kind=kind,
        file_sha256=read.file_sha256,
        file_name=asked.file_name,
        rows=read.rows,
        faults=read.faults,
        count=read.count,
    )
    return Job(workbook=workbook, plan=plan, terms=terms, mode=asked.mode, correlation_id=correlation_id)


async def _refused(exchange: Exchange, body: bytes, sheet: Sheet, refused: RowsRefused) -> Problem:
    marks = faults_said(refused.faults, language_of(exchange.header(b"accept-language") or ""))
    path = await _keep(exchange, body, sheet, refused.import_id, refused.faults)
    facts = {"rows": refused.count, "refused": len({fault.row for fault in refused.faults}), "marked": path}
    return Problem(422, "import.rows-refused", errors=field_errors(marks), facts=facts)


async def _told(exchange: Exchange, body: bytes, sheet: Sheet, done: ImportDone) -> Answered:
    faults = done.faults or ()
    marks = faults_said(faults, language_of(exchange.header(b"accept-language") or ""))
    path = await _keep(exchange, body, sheet, done.imported.id, faults) if faults else None
    told = ImportAnswer(
        **msgspec.structs.asdict(done.imported),
        position=done.position,
        errors=tuple(field_errors(marks)),
        marked=path,
    )
    headers = {"location": f"/v1/imports/{told.id}"}
    if done.replayed:
        headers["idempotency-replayed"] = "true"
    return json_answer(told, headers=headers)


async def _keep(exchange: Exchange, body: bytes, sheet: Sheet, import_id: str, faults: Sequence[Fault]) -> str:
    """The address that the marked workbook can be fetched at, once; its reasons are Vietnamese."""
    content = await asyncio.to_thread(marked_workbook, body, sheet, faults_said(faults, "vi"))
    caller, vault = exchange.caller, exchange.parts.platform.vault
    [sealed] = await vault.seal(caller.tenant_id, f"marked-{import_id}", [b64encode(content).decode()])
    await exchange.parts.workbooks.marked.keep(caller.tenant_id, import_id, caller.unit_id, sealed)
    return f"/v1/imports/{import_id}/marked.xlsx"


async def marked(exchange: Exchange) -> Answered:
    """The marked workbook, for the unit whose officer sent it; it is gone from here then. As of a moment it is there
    where the import was on record by then or, of one whose rows were all refused, where it had been made."""
    asked = from_query(exchange.request.scope["query_string"], Fresh)
    import_id, caller = exchange.path_id(), exchange.caller
    assert caller.role in OPENED_FOR
    moment = await moment_asked(exchange, asked)
    async with looking_at(exchange, moment, ("imports",)) as view:
        wanted = ImportFilter(import_id=import_id)
        page = await fetch_imports(view.connection, view.tenant_id, wanted, subtree=caller.unit_id, after=None, limit=1)
    made_by = None if moment.position is None or page.rows else moment.now
    sealed = await exchange.parts.workbooks.marked.take(caller.tenant_id, import_id, caller.unit_id, made_by=made_by)
    [content] = await exchange.parts.platform.vault.open(caller.tenant_id, [sealed]) if sealed else [None]
    if content is None:
        raise Problem(404, "thing.unknown")
    headers = {"content-disposition": 'attachment; filename="marked.xlsx"', **moment.headers}
    return Answered(b64decode(content), media_type=WORKBOOK_TYPE, headers=headers)


ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/imports",
        asks=Query.IMPORTS,
        fetch=fetch_imports,
        filters=ImportFilter,
        rows=ImportRow,
        views=("imports",),
        summary="Workbooks that were imported",
    ),
    single(
        "/v1/imports/{id}",
        asks=Query.IMPORTS,
        fetch=by_key(fetch_imports, ImportFilter, "import_id"),
        answers=ImportRow,
        views=("imports",),
        summary="An import",
    ),
    Route(
        method="GET",
        path="/v1/imports/{id}/marked.xlsx",
        summary="The workbook with its errors marked; once",
        tag="imports",
        handle=marked,
        asks=Query.MARKED_WORKBOOK,
        parameters=Fresh,
        answers_as=WORKBOOK_TYPE,
    ),
    imports("units", EstablishUnit, ImportParameters),
    imports("members", EnrolMember, ImportParameters),
    imports("registrations", SubmitRegistration, CampaignImport),
    imports("initiatives", SubmitRegistration, CampaignImport),
    imports("scores", SelfScore, ScoresImport),
)
