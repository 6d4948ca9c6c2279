"""Group commit without the database: which appends may travel together, as columns, and what became of each."""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from itertools import accumulate, count
from typing import Any, Protocol, cast

import asyncpg
import msgspec

from application.ports import Append, Appended, Frozen, Outcome, StreamAppend, UnknownTenant, VersionConflict
from domain.ids import TenantId

REQUESTS_MAX = 512
SIZE_BYTES_MAX = 4 * 1024 * 1024
HELD_BACK_MAX = 1024

Result = Appended | Exception
Key = tuple[str, str]


class Run(StreamAppend, frozen=True, kw_only=True):
    """Events of one stream at versions from `first_version` on, for streams that are not counted from 1.

    `checked` False: the stream's last version does not matter, and only the table's key keeps a version from being
    taken twice. A version that is taken then fails as `UniqueViolationError`, after the batch was sent again in single
    appends: for where that is rare.
    """

    first_version: int
    checked: bool = True


class Reply(Protocol):
    """What the caller of an append waits for: a future of the loop, or something that another thread waits for."""

    def done(self) -> bool: ...
    def set_result(self, result: Appended, /) -> None: ...
    def set_exception(self, exception: Exception, /) -> None: ...


class Waiting:
    """An append that waits for its turn, and the reply that its caller waits for."""

    __slots__ = ("command", "future", "guards", "request", "size_bytes", "writes")

    def __init__(self, request: Append, future: Reply) -> None:
        tenant = request.tenant_id
        self.request, self.future = request, future
        self.command: Key = (tenant, request.command_id)
        self.writes: set[Key] = set()
        self.guards: set[Key] = set()
        self.size_bytes = len(request.answer)
        for stream in request.streams:
            (self.writes if stream.events else self.guards).add((tenant, stream.stream_id))
            for new in stream.events:
                self.size_bytes += len(new.data)

    def settle(self, result: Result) -> None:
        """Tell the caller, unless it has gone away."""
        if self.future.done():
            return
        if isinstance(result, Exception):
            self.future.set_exception(result)
        else:
            self.future.set_result(result)


class _Claims:
    """What the appends before this one touch. Two that only guard a stream do not disturb each other."""

    def __init__(self) -> None:
        self.written: set[Key] = set()
        self.touched: set[Key] = set()
        self.commands: set[Key] = set()

    def add(self, waiting: Waiting) -> bool:
        """Whether it would disturb one of those before; it counts as one of them from now on."""
        disturbs = (
            waiting.command in self.commands
            or not self.touched.isdisjoint(waiting.writes)
            or not self.written.isdisjoint(waiting.guards)
        )
        self.commands.add(waiting.command)
        self.written |= waiting.writes
        self.touched |= waiting.writes
        if waiting.guards:
            self.touched |= waiting.guards
        return disturbs


def take(queue: deque[Waiting], held: Collection[TenantId] = (), limit: int = REQUESTS_MAX) -> list[Waiting]:
    """Remove the next batch, of `limit` at most, from the front of the queue; empty when nobody waits.

    The database's checks look at the table and cannot see the batch itself, so an append that would disturb one
    before it (same command id, or a stream that one of the two writes) stays in the queue, and so, in order, do those
    that would disturb it. So do those of the tenants in `held`, whose counters a large append has locked. Appends whose
    callers have gone are dropped: nothing was sent yet.
    """
    batch: list[Waiting] = []
    held_back: list[Waiting] = []
    claims = _Claims()
    size_bytes = 0
    while queue and len(batch) < limit and len(held_back) < HELD_BACK_MAX:
        if batch and size_bytes + queue[0].size_bytes > SIZE_BYTES_MAX:
            break
        waiting = queue.popleft()
        if waiting.future.done():
            continue
        if claims.add(waiting) or (held and waiting.request.tenant_id in held):
            held_back.append(waiting)
        else:
            batch.append(waiting)
            size_bytes += waiting.size_bytes
    queue.extendleft(reversed(held_back))
    return batch


def single(requests: Sequence[Append]) -> bool:
    """Whether the batch is one request that writes one stream, without guards, which has a shorter way."""
    if len(requests) != 1 or len(requests[0].streams) != 1:
        return False
    (stream,) = requests[0].streams
    return bool(stream.events) and type(stream) is not Run


def _of_one(request: Append, stream: StreamAppend) -> tuple[object, ...]:
    return (
        request.tenant_id,
        request.command_id,
        request.fingerprint,
        request.answer,
        stream.stream_id,
        stream.expected_version,
        request.actor,
        request.correlation_id,
        request.causation_id,
    )


def one_stream(request: Append) -> tuple[object, ...]:
    """The arguments of `append_stream` after the clock, as `STREAM_PARAMETERS` takes them."""
    (stream,) = request.streams
    events = stream.events
    return (
        *_of_one(request, stream),
        _texts([new.type for new in events]),
        _numbers([new.type_version for new in events]),
        _ids([new.event_id for new in events]),
        _days([new.happened_on or request.happened_on for new in events]),
        [new.data for new in events],
    )


def one_event(request: Append) -> tuple[object, ...]:
    """The arguments of `append_event` after the clock."""
    (stream,) = request.streams
    (new,) = stream.events
    return (
        *_of_one(request, stream),
        new.type,
        new.type_version,
        new.event_id,
        new.happened_on or request.happened_on,
        new.data,
    )


def single_result(request: Append, reply: asyncpg.Record) -> Result:
    """What `append_stream` says of its request."""
    if reply["reason"] is None:
        return appended(request, reply["at_position"], reply["at_time"])
    stream_id = request.streams[0].stream_id
    return _refused(
        request,
        reply["reason"],
        stream_id,
        reply["at_position"],
        reply["at_time"],
        reply["fingerprint"],
        reply["answer"],
    )


class Sent(msgspec.Struct):
    """A batch on its way: each request's tenant (an index from 1) and how many events it brings."""

    r_tenant: list[int] = []
    r_events: list[int] = []
    arguments: tuple[object, ...] = ()
    """Of `append_together` after the clock, as `PARAMETERS` takes them."""


def sent(requests: Sequence[Append], *, careful: bool) -> Sent:
    """The batch as arrays. Tenants are sorted as their UUIDs are, which is the order that the rows are locked in.

    `careful`: nothing is left to the keys of the tables to refuse.
    """
    tenants = sorted({request.tenant_id for request in requests})
    index = {tenant: n for n, tenant in enumerate(tenants, start=1)}
    started = [0] * len(tenants)
    filled, starts = Sent(), list[int]()
    checks, rows, pieces, contents = list[_Check](), list[_Row](), list[bytes](), list[bytes]()
    for n, request in enumerate(requests, start=1):
        before = len(rows)
        for stream in request.streams:
            _add_stream(n, before, request, stream, careful, checks, rows)
            contents += [new.data for new in stream.events]
        tenant, events = index[request.tenant_id], len(rows) - before
        filled.r_tenant.append(tenant)
        filled.r_events.append(events)
        starts.append(started[tenant - 1])
        started[tenant - 1] += events
        pieces += (request.fingerprint, request.answer)
    pieces += contents
    filled.arguments = (
        careful,
        _ids(tenants),
        _numbers(started),
        _numbers(filled.r_tenant),
        _ids([request.command_id for request in requests]),
        _numbers(filled.r_events),
        _numbers(starts),
        *_written(checks, _CHECK),
        *_written(rows, _ROW),
        _numbers(list(accumulate(map(len, pieces), initial=0))),
        b"".join(pieces),
    )
    return filled


_Check = tuple[int, str, int]
_Row = tuple[int, int, str, int, str, int, str, date | None, str, str, str | None]


def _add_stream(
    n: int, before: int, request: Append, stream: StreamAppend, careful: bool, checks: list[_Check], rows: list[_Row]
) -> None:
    stream_id, expected = stream.stream_id, stream.expected_version
    version = expected + 1
    check = careful or expected != 0 or not stream.events
    if isinstance(stream, Run):
        version, check = stream.first_version, stream.checked
    if check:
        checks.append((n, stream_id, expected))
    for new in stream.events:
        rows.append(
            (
                n,
                len(rows) - before + 1,
                stream_id,
                version,
                new.type,
                new.type_version,
                new.event_id,
                new.happened_on or request.happened_on,
                request.actor,
                request.correlation_id,
                request.causation_id,
            )
        )
        version += 1


def _written(rows: Sequence[tuple[Any, ...]], writers: Sequence[Callable[[Any], str]]) -> Iterator[str]:
    """The rows as a text a column."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(writers)
    return (write(column) for write, column in zip(writers, columns, strict=True))


# asyncpg asks each element of an array, in Python, whether it is an array itself: that was half of what a batch cost in
# this process. So a column goes as one text, which PostgreSQL reads as an array.


def _numbers(values: Sequence[int]) -> str:
    return f"{{{','.join(map(str, values))}}}"


def _ids(values: Sequence[str]) -> str:
    """Raises: ValueError: one of them is several, and would shift those after it."""
    text = ",".join(values)
    if values and text.count(",") != len(values) - 1:
        raise ValueError("an id is no UUID")
    return f"{{{text}}}"


def _texts(values: Sequence[str | None]) -> str:
    if not values:
        return "{}"
    if None in values:
        return f"{{{','.join('NULL' if value is None else _quoted(value) for value in values)}}}"
    text = '","'.join(cast("Sequence[str]", values))
    if "\\" in text or text.count('"') != 2 * (len(values) - 1):
        text = '","'.join(_quoted(value)[1:-1] for value in cast("Sequence[str]", values))
    return f'{{"{text}"}}'


def _quoted(value: str) -> str:
    return '"{}"'.format(value.replace("\\", "\\\\").replace('"', '\\"'))


def _days(values: Sequence[date | None]) -> str:
    return "{{{}}}".format(",".join(["NULL" if value is None else value.isoformat() for value in values]))


_CHECK = (_numbers, _texts, _numbers)
_ROW = (_numbers, _numbers, _texts, _numbers, _texts, _numbers, _ids, _days, _texts, _texts, _texts)
_KINDS = (
    *("uuid", "bigint", "integer", "uuid", "integer", "bigint"),
    *("integer", "text", "integer"),
    *("integer", "integer", "text", "integer", "text", "integer", "uuid", "date", "text", "text", "text"),
    "integer",
)
PARAMETERS = ", ".join(
    ("$2", *(f"${n}::text::{kind}[]" for n, kind in enumerate(_KINDS, start=3)), f"${len(_KINDS) + 3}")
)
"""The parameters of `append_together` after the clock, which is $1."""
STREAM_PARAMETERS = (
    "$2, $3, $4, $5, $6, $7, $8, $9, $10,"
    " $11::text::text[], $12::text::integer[], $13::text::uuid[], $14::text::date[], $15::bytea[]"
)
"""The parameters of `append_stream` after the clock."""
EVENT_PARAMETERS = ", ".join(f"${n}" for n in range(2, 16))
"""The parameters of `append_event` after the clock."""


def results(requests: Sequence[Append], sent: Sent, reply: asyncpg.Record) -> list[Result]:
    """What `append_together` says of each request. Positions are counted here as they were there, so none come back."""
    refused = dict(zip(reply["refused"] or (), count(), strict=False))
    reached, times = list(reply["bases"]), reply["times"]
    outcomes: list[Result] = []
    for n, (request, tenant, events) in enumerate(zip(requests, sent.r_tenant, sent.r_events, strict=True), start=1):
        if n in refused:
            outcomes.append(_refused(request, *(reply[name][refused[n]] for name in _REFUSAL_COLUMNS)))
            continue
        reached[tenant - 1] += events
        outcomes.append(appended(request, reached[tenant - 1], times[tenant - 1]))
    return outcomes


_REFUSAL_COLUMNS = ("reasons", "moved_streams", "positions", "known_times", "fingerprints", "answers")


def appended(request: Append, position: int, recorded_at: datetime) -> Appended:
    """What the request's caller is told."""
    return Appended(
        outcome=Outcome.APPENDED,
        position=position,
        recorded_at=recorded_at,
        fingerprint=request.fingerprint,
        answer=request.answer,
    )


def _refused(
    request: Append, reason: str, stream: str, position: int, recorded_at: datetime, fingerprint: bytes, answer: bytes
) -> Result:
    match reason:
        case "known":
            return Appended(
                outcome=Outcome.REPLAYED,
                position=position,
                recorded_at=recorded_at,
                fingerprint=fingerprint,
                answer=answer,
            )
        case "moved":
            return VersionConflict(stream)
        case "frozen":
            return Frozen(request.tenant_id)
        case "unknown":
            return UnknownTenant(request.tenant_id)
        case _:
            raise AssertionError(reason)
