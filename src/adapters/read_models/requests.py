"""Requests of persons about their data, on their clock, and who was erased."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Literal

import msgspec

from adapters.postgres.pool import Pool
from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.paging import Page, Query, columns, entries
from adapters.read_models.session import Connection, looking
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.dates import local_day
from domain.events import CATALOGUE
from domain.ids import TenantId
from domain.member.messages import MemberErased
from domain.request import Channel, Kind, RequestDenied, RequestGranted, RequestReceived

REQUESTS = Table(
    name="requests",
    key=("request_id",),
    columns={
        "request_id": "text",
        "kind": "text",
        "person_id": "text",
        "unit_id": "text",
        "received_on": "date",
        "channel": "text",
        "due_on": "date",
        "term_days": "bigint",
        "term_counted": "text",
        "term_source": "text",
        "term_cites": "text",
        "state": "text",
        "answered_on": "date",
        "handed_over": "text[]",
        "reason": "text",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)
ERASURES = Table(
    name="erasures",
    key=("person_id",),
    columns={
        "person_id": "text",
        "ground": "text",
        "request_id": "text",
        "erased_on": "date",
        "subjects": "text[]",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)
State = Literal["open", "granted", "denied"]


def project(batch: Batch) -> list[Change]:
    return [_change(recorded, event) for recorded, event in batch]


def _change(recorded: Recorded, event: RequestReceived | RequestGranted | RequestDenied | MemberErased) -> Change:
    key = (identity(recorded),)
    match event:
        case RequestReceived():
            return Put(REQUESTS, key, {**_received(event), **first(recorded)})
        case RequestGranted(handed_over=handed_over):
            answered = {"state": "granted", "answered_on": event.answered_on, "handed_over": list(handed_over)}
            return Alter(REQUESTS, key, {**answered, **stamp(recorded)})
        case RequestDenied(reason=reason):
            answered = {"state": "denied", "answered_on": event.answered_on, "reason": reason}
            return Alter(REQUESTS, key, {**answered, **stamp(recorded)})
        case MemberErased():
            return Put(ERASURES, key, {**_erased(recorded, event), **first(recorded)})


def _received(event: RequestReceived) -> dict[str, Any]:
    names = ("kind", "person_id", "unit_id", "received_on", "channel", "due_on")
    term = {f"term_{name}": getattr(event.term, name) for name in ("days", "counted", "source", "cites")}
    nothing: dict[str, Any] = {"answered_on": None, "handed_over": [], "reason": None}
    return {**{name: getattr(event, name) for name in names}, **term, "state": "open", **nothing}


def _erased(recorded: Recorded, event: MemberErased) -> dict[str, Any]:
    return {
        "ground": event.ground,
        "request_id": event.request_id,
        "erased_on": local_day(recorded.recorded_at),
        "subjects": [key.subject for key in event.keys],
    }


REQUEST_MODEL = ReadModel(
    name="requests",
    tables=(REQUESTS, ERASURES),
    families=frozenset({"request", "member"}),
    passes_over=frozenset(name for name, _ in CATALOGUE if name.startswith("member.") and name != "member.erased"),
    project=project,
)


# --- Reading ----------------------------------------------------------------------


class RequestRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asked. `overdue`: the day asked about lies after `due_on`, and there is no answer; `late`: it came
    after. `term_source`: `assumed` where the term was not held against the law. `reason` is ciphertext."""

    tells_of_others: ClassVar[bool] = True  # What is overdue comes with the day, and no event says so.

    request_id: str
    kind: Kind
    person_id: str
    unit_id: str
    received_on: date
    channel: Channel
    due_on: date
    term_days: int
    term_counted: Literal["calendar", "working"]
    term_source: Literal["law", "assumed"]
    term_cites: str
    state: State
    overdue: bool
    late: bool
    answered_on: date | None
    handed_over: tuple[str, ...]
    reason: str | None
    first_position: int
    version: int


class RequestFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `person_id`: under any of their records. `overdue`: on the day asked about."""

    request_id: str | None = None
    person_id: str | None = None
    kind: Kind | None = None
    state: State | None = None
    overdue: bool | None = None


OVERDUE = "(m.state = 'open' and m.due_on < {}::date)"


async def fetch_requests(
    connection: Connection,
    tenant_id: TenantId,
    wanted: RequestFilter,
    *,
    day: date,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[RequestRow]:
    """Requests as they stand on `day`, in the order that they were entered. Raises: BadCursor."""
    query = Query(tenant_id)
    overdue = OVERDUE.format(query.value(day))
    query.equal("m", wanted, but=("person_id", "overdue"))
    query.where("m.person_id in (select p.person_id from read_models.records_of($1, {}) as p)", wanted.person_id)
    query.where(f"{overdue} = {{}}", wanted.overdue)
    query.within(subtree, "m.unit_id")
    selected = (
        f"{columns(RequestRow, 'm', but=('overdue', 'late'))}, {overdue} as overdue,"
        " coalesce(m.answered_on > m.due_on, false) as late"
    )
    return await entries(
        connection, query, RequestRow, listing="requests", table="requests as m", after=after, limit=limit,
        selected=selected,
    )  # fmt: skip


class RequestTotal(msgspec.Struct, frozen=True, kw_only=True):
    """Of one kind: how many were asked; how many are open, those overdue among them; how many were granted or denied,
    those answered late among them; what is due within the next seven days."""

    kind: Kind
    asked: int
    open: int
    overdue: int
    due_soon: int
    granted: int
    denied: int
    late: int


class RequestTotals(msgspec.Struct, frozen=True, kw_only=True):
    """`erased`: persons, whether they had asked or not. `day`: what is overdue or soon due is so on it."""

    day: date
    kinds: tuple[RequestTotal, ...]
    erased: int


TOTALS = """
select m.kind, count(*) as asked,
       count(*) filter (where m.state = 'open') as open,
       count(*) filter (where m.state = 'open' and m.due_on < $2) as overdue,
       count(*) filter (where m.state = 'open' and m.due_on between $2 and $2 + 7) as due_soon,
       count(*) filter (where m.state = 'granted') as granted,
       count(*) filter (where m.state = 'denied') as denied,
       count(*) filter (where m.answered_on > m.due_on) as late
from read_models.requests as m
where m.tenant_id = $1
group by m.kind
order by m.kind
"""
ERASED = "select count(*) from read_models.erasures as e where e.tenant_id = $1"


async def fetch_totals(connection: Connection, tenant_id: TenantId, day: date) -> RequestTotals:
    """How the requests stand on a day."""
    records = await connection.fetch(TOTALS, tenant_id, day)
    kinds = tuple(msgspec.convert(dict(record), RequestTotal) for record in records)
    return RequestTotals(day=day, kinds=kinds, erased=await connection.fetchval(ERASED, tenant_id))


# A subject without a row has no key yet, and could still be given one.
UNDONE = """exists (
    select from unnest(e.subjects) as s (subject)
    left join thidua.subject_keys as k on k.tenant_id = $1 and k.subject = s.subject
    where k.subject is null or k.wrapped is not null)"""
LEFT = f"select count(*) from read_models.erasures as e where e.tenant_id = $1 and {UNDONE}"


async def erasures_left(connection: Connection, tenant_id: TenantId) -> int:
    """How many persons were erased by the log and still have a key: whoever carries it out was killed, or has begun."""
    left: int = await connection.fetchval(LEFT, tenant_id)
    return left


# --- What is to be destroyed ----------------------------------------------------------


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """Whose keys are to be destroyed."""

    subjects: tuple[str, ...]


TO_DO = f"""
select e.subjects from read_models.erasures as e where e.tenant_id = $1 and {UNDONE} order by e.first_position"""
REACHED = "select c.position from read_models.checkpoints as c where c.tenant_id = $1 and c.projection = 'requests'"


async def erasures_undone(pool: Pool, tenant_id: TenantId) -> tuple[int, Sequence[Erasure]]:
    """The position that these rows have come to, and the erasures that somebody began and nobody carried out, in order.

    Raises:
        Unavailable: the database is away.
    """
    async with looking(pool, tenant_id) as connection:
        reached = await connection.fetchval(REACHED, tenant_id)
        found = [msgspec.convert(dict(each), Erasure) for each in await connection.fetch(TO_DO, tenant_id)]
    return reached or 0, found
