"""Workbooks out: each register as its list shows it, to the same callers, narrowed by the same filters."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Any

import msgspec

from adapters.http import (
    allotments,
    audit,
    awards,
    campaigns,
    clusters,
    councils,
    deliveries,
    demands,
    duties,
    evaluations,
    exemplars,
    imports,
    members,
    registrations,
    requests,
    titles,
    units,
)
from adapters.http.campaigns import COUNTED, SummaryAsked, summary_of
from adapters.http.decoding import from_query
from adapters.http.export_headings import CODES, HEADINGS, IN_REGISTERS, LEFT_OUT
from adapters.http.moments import Moment
from adapters.http.problems import Problem
from adapters.http.queries import Dated, Fresh, Register, look_of, looking_at, moment_asked, opened, parameters_of
from adapters.http.route import WORKBOOK_TYPE, Answered, Exchange, Route
from adapters.http.vocabulary import WORDS
from adapters.read_models.codes import fetch_codes
from adapters.workbooks.exporting import Export
from application.access import Query
from application.importing.sheets import SHEETS
from domain.dates import local_day

PAGE_ROWS = 500
CODED = "members"
"""Read besides what the list is made of, for the codes that stand for ids; so are the units, as always."""
DAYS = frozenset({
    "published_from", "published_until", "union_since", "decision_issued", "period_from", "period_until", "found_from",
    "found_until",
})  # fmt: skip
WORDED = frozenset({
    "issuer_level", "recognised_level", "majority_source",
    "state", "level", "sector", "employment", "kind", "subject", "scope", "source", "title_source", "rubric_source",
    "modality", "form", "scheme", "standing", "comparator", "revoked_for", "holds", "ballot",
    "found", "degree",
    "channel", "term_counted", "term_source",
})  # fmt: skip
CHOICES = {
    (column.code, meaning): word
    for sheet in SHEETS.values()
    for column in sheet.columns
    for word, meaning in column.choices
}
"""What a choice is called in the templates: a register that is sent back as an import is understood."""
CHUNK_BYTES = 65_536
SUMMARY = (
    ("Chỉ tiêu", "targets"),
    ("Đăng ký", "registrations"),
    ("Xếp loại", "classes"),
    ("Khen thưởng", "awards"),
    ("Nhiệm vụ", "duties"),
    ("Đợt", "phases"),
)
TITLES = {
    "/v1/units": "Đơn vị",
    "/v1/members": "Đoàn viên",
    "/v1/registrations": "Đăng ký",
    "/v1/duties": "Nhiệm vụ",
    "/v1/evaluations": "Đánh giá",
    "/v1/awards": "Khen thưởng",
    "/v1/awards/affected": "Khen thưởng cần xem lại",
    "/v1/councils": "Phiên họp Hội đồng",
    "/v1/allotments": "Giao chỉ tiêu",
    "/v1/audit-trail": "Nhật ký",
    "/v1/imports": "Nhập sổ tính",
    "/v1/campaigns": "Phong trào",
    "/v1/exemplars": "Điển hình tiên tiến",
    "/v1/titles-held": "Danh hiệu đã có",
    "/v1/clusters": "Cụm, khối thi đua",
    "/v1/demands": "Việc giao đột xuất",
    "/v1/deliveries": "Nơi nhận văn bản",
    "/v1/acknowledgements": "Đã nhận văn bản",
    "/v1/requests": "Yêu cầu về dữ liệu cá nhân",
}
"""The registers that have a workbook, and what its sheet is called."""


def exported(list_route: Route) -> Route:
    """The workbook of a list."""
    register: Register = list_route.register
    parameters = parameters_of(register.filters, Dated if register.dated else Fresh)
    title = TITLES[list_route.path]

    async def handle(exchange: Exchange) -> Answered:
        asked = from_query(exchange.request.scope["query_string"], parameters)
        wanted = register.filters(**{name: getattr(asked, name) for name in register.filters.__struct_fields__})
        moment = await moment_asked(exchange, asked)
        more: dict[str, Any] = {"day": asked.day or moment.today} if register.dated else {}
        more |= register.given(exchange)
        with TemporaryFile() as rows:
            position = await _spooled(exchange, register, moment, wanted, more, rows)
            out = await _written(exchange, title, headings_of(register.rows), rows, position)
        return _streamed(out, list_route.path.rpartition("/")[2], moment)

    return Route(
        method="GET",
        path=f"{list_route.path}.xlsx",
        summary=f"{list_route.summary}, as a workbook",
        tag=list_route.tag,
        handle=handle,
        asks=list_route.asks,
        parameters=parameters,
        answers_as=WORKBOOK_TYPE,
    )


def headings_of(row: type[msgspec.Struct]) -> list[tuple[str, str]]:
    """The fields of a row that are exported, with what they are called."""
    fields = row.__struct_fields__
    left_out = LEFT_OUT | {"unit_code"} if "unit_id" in fields else LEFT_OUT
    return [(name, HEADINGS[name]) for name in fields if name not in left_out and name in HEADINGS]


async def _spooled(
    exchange: Exchange, register: Register, moment: Moment, wanted: Any, more: dict[str, Any], rows: IO[bytes]
) -> int:
    """All pages, as of one moment, sealed as they lie there, a page a line. The log's position then."""
    caller, after = exchange.caller, None
    async with looking_at(exchange, moment, (*register.views, CODED)) as view:
        position = await _position(exchange, moment)
        while True:
            page = await register.fetch(
                view.connection, view.tenant_id, wanted, subtree=caller.unit_id, after=after, limit=PAGE_ROWS, **more
            )
            ids = {value for row in page.rows for name in CODES for value in _ids(getattr(row, name, None))}
            codes = await fetch_codes(view.connection, view.tenant_id, ids)
            rows.write(msgspec.json.encode([page.rows, codes]) + b"\n")
            if page.next is None:
                return position
            after = page.next


async def _position(exchange: Exchange, moment: Moment) -> int:
    """The position that is answered as of."""
    if moment.position is not None:
        return moment.position
    return (await exchange.parts.platform.store.heads()).get(exchange.caller.tenant_id, 0)


def _ids(value: str | Sequence[str] | None) -> Sequence[str]:
    return (value,) if isinstance(value, str) else value or ()


async def _written(
    exchange: Exchange, title: str, headings: Sequence[tuple[str, str]], rows: IO[bytes], position: int
) -> IO[bytes]:
    """The workbook in a temporary file, a page opened at a time: personal data in clear for those who may read it."""
    out = TemporaryFile()  # noqa: SIM115 (closed once it is sent)
    export = Export(out)
    export.cover(_cover(exchange, title, position))
    table = export.table(title, headings)
    rows.seek(0)
    for line in rows:
        page, codes = msgspec.json.decode(line)
        for row in await opened(exchange, page):
            table.row(_shown(row, codes))
        await asyncio.sleep(0)
    table.end()
    await asyncio.to_thread(export.close)
    return out


def _cover(exchange: Exchange, title: str, position: int) -> list[tuple[str, Any]]:
    return [
        ("Sổ", title),
        ("Ngày lập", local_day(exchange.parts.platform.clock.now())),
        ("Vị trí cuối của nhật ký", position),
        ("Bộ lọc", exchange.request.scope["query_string"].decode() or "không"),
        ("Vai trò", WORDS.get(exchange.caller.role.value, exchange.caller.role.value)),
    ]


def _shown(row: dict[str, Any], codes: dict[str, str]) -> dict[str, Any]:
    """The row in officers' words: codes for ids, days as days, the words of states."""
    return {name: _value(name, value, codes) for name, value in row.items()}


def _value(name: str, value: Any, codes: dict[str, str]) -> Any:
    match value:
        case str() if name in CODES:
            return codes.get(value, value)
        case str() if name in DAYS or name.endswith("_on"):
            return _day(value)
        case str() if name.endswith("_at"):
            return datetime.fromisoformat(value)
        case str() if name in WORDED:
            return CHOICES.get((name, value)) or _word(value)
        case list() if name in CODES:
            return ", ".join(codes.get(str(item), str(item)) for item in value)
        case list():
            return ", ".join(_word(str(item)) for item in value)
        case int() if name.endswith("_x100"):
            return value / 100
        case _:
            return value


def _day(value: str) -> date | str:
    """A paper may be dated by its month or year alone: that is no day, and stays as it is written."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _word(code: str) -> str:
    return WORDS.get(code) or IN_REGISTERS.get(code, code)


async def summary(exchange: Exchange) -> Answered:
    """The figures of a campaign, a sheet for each table."""
    asked = from_query(exchange.request.scope["query_string"], SummaryAsked)
    identity, moment = exchange.path_id(), await moment_asked(exchange, asked)
    async with looking_at(exchange, moment, COUNTED) as view:
        position = await _position(exchange, moment)
        found = await summary_of(look_of(exchange, view, moment, identity, asked))
    if found is None:
        raise Problem(404, "thing.unknown")
    out = TemporaryFile()  # noqa: SIM115 (closed once it is sent)
    export = Export(out)
    export.cover([*_cover(exchange, found.campaign.name, position), ("Số liệu đến ngày", found.day)])
    for title, field in SUMMARY:
        _summary_table(export, title, getattr(found, field))
    await asyncio.to_thread(export.close)
    return _streamed(out, "summary", moment)


def _summary_table(export: Export, title: str, rows: Sequence[msgspec.Struct]) -> None:
    if not rows:
        return
    table = export.table(title, headings_of(type(rows[0])))
    for row in rows:
        table.row(_shown(msgspec.to_builtins(row), {}))
    table.end()


def _streamed(out: IO[bytes], name: str, moment: Moment) -> Answered:
    out.seek(0)

    async def pieces() -> AsyncIterator[bytes]:
        with out:
            while piece := await asyncio.to_thread(out.read, CHUNK_BYTES):
                yield piece

    headers = {"content-disposition": f'attachment; filename="{name}.xlsx"', **moment.headers}
    return Answered(pieces(), media_type=WORKBOOK_TYPE, headers=headers)


_LISTS = (
    units, members, registrations, duties, evaluations, awards, councils, allotments, audit, imports, campaigns,
    exemplars, titles, clusters, demands, deliveries, requests,
)  # fmt: skip

ROUTES: tuple[Route, ...] = (
    *(exported(route) for module in _LISTS for route in module.ROUTES if route.paged and route.path in TITLES),
    Route(
        method="GET",
        path="/v1/campaigns/{id}/summary.xlsx",
        summary="A campaign in figures, as a workbook",
        tag=Query.PHASE_SUMMARY.value,
        handle=summary,
        asks=Query.PHASE_SUMMARY,
        parameters=SummaryAsked,
        answers_as=WORKBOOK_TYPE,
    ),
)
