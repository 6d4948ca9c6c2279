"""Group commit without the database: which appends may travel together, as columns, and what became of each."""

from collections import deque
from collections.abc import Callable, Container, Iterable, Sequence
from datetime import date, datetime
from itertools import count
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
        self.request, self.future = request, future
        self.command: Key = (request.tenant_id, request.command_id)
        self.writes = {(request.tenant_id, each.stream_id) for each in request.streams if each.events}
        self.guards = {(request.tenant_id, each.stream_id) for each in request.streams if not each.events}
        self.size_bytes = len(request.answer) + sum(len(new.data) for each in request.streams for new in each.events)

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

    def disturb(self, waiting: Waiting) -> bool:
        return (
            waiting.command in self.commands
            or not self.touched.isdisjoint(waiting.writes)
            or not self.written.isdisjoint(waiting.guards)
        )

    def add(self, waiting: Waiting) -> None:
        self.commands.add(waiting.command)
        self.written |= waiting.writes
        self.touched |= waiting.writes
        self.touched |= waiting.guards


def take(queue: deque[Waiting], held: Container[TenantId] = (), limit: int = REQUESTS_MAX) -> list[Waiting]:
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
        if waiting.request.tenant_id in held or claims.disturb(waiting):
            held_back.append(waiting)
        else:
            batch.append(waiting)
            size_bytes += waiting.size_bytes
        claims.add(waiting)
    queue.extendleft(reversed(held_back))
    return batch


def single(requests: Sequence[Append]) -> bool:
    """Whether the batch is one request that writes one stream, without guards, which has a shorter way."""
    if len(requests) != 1 or len(requests[0].streams) != 1:
        return False
    (stream,) = requests[0].streams
    return bool(stream.events) and type(stream) is not Run


def one_stream(request: Append) -> tuple[object, ...]:
    """The arguments of `append_stream` after the clock, as `STREAM_PARAMETERS` takes them."""
    (stream,) = request.streams
    events = stream.events
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
        _texts([new.type for new in events]),
        _numbers([new.type_version for new in events]),
        _ids([new.event_id for new in events]),
        _days([new.happened_on or request.happened_on for new in events]),
        [new.data for new in events],
    )


def single_result(request: Append, reply: asyncpg.Record) -> Result:
    """What `append_stream` says of its request."""
    if reply["reason"] is None:
        return _appended(request, reply["at_position"], reply["at_time"])
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


class Columns(msgspec.Struct):
    """A batch, one array a column, in the order of `append_requests`'s parameters."""

    tenants: list[TenantId] = []
    events: list[int] = []
    r_tenant: list[int] = []
    r_command: list[str] = []
    r_fingerprint: list[bytes] = []
    r_answer: list[bytes] = []
    r_events: list[int] = []
    r_start: list[int] = []
    s_request: list[int] = []
    s_stream: list[str] = []
    s_expected: list[int] = []
    e_request: list[int] = []
    e_index: list[int] = []
    e_stream: list[str] = []
    e_version: list[int] = []
    e_type: list[str] = []
    e_type_version: list[int] = []
    e_event_id: list[str] = []
    e_happened_on: list[date | None] = []
    e_actor: list[str] = []
    e_correlation_id: list[str] = []
    e_causation_id: list[str | None] = []
    e_data: list[bytes] = []

    def arguments(self) -> tuple[object, ...]:
        """The arguments of `append_requests` after the clock, as `PARAMETERS` takes them."""
        return tuple(written(getattr(self, name)) for name, (_, written) in _WRITTEN.items())


def columns(requests: Sequence[Append]) -> Columns:
    """The batch as arrays. Tenants are sorted as their UUIDs are, which is the order that the rows are locked in."""
    filled = Columns(tenants=sorted({request.tenant_id for request in requests}))
    index = {tenant: n for n, tenant in enumerate(filled.tenants, start=1)}
    started = dict.fromkeys(filled.tenants, 0)
    for n, request in enumerate(requests, start=1):
        filled.r_tenant.append(index[request.tenant_id])
        filled.r_command.append(request.command_id)
        filled.r_fingerprint.append(request.fingerprint)
        filled.r_answer.append(request.answer)
        filled.r_start.append(started[request.tenant_id])
        before = len(filled.e_request)
        positions = count(1)
        for stream in request.streams:
            if not isinstance(stream, Run) or stream.checked:
                filled.s_request.append(n)
                filled.s_stream.append(stream.stream_id)
                filled.s_expected.append(stream.expected_version)
            _add_events(filled, n, request, stream, positions)
        events = len(filled.e_request) - before
        filled.r_events.append(events)
        started[request.tenant_id] += events
    filled.events = list(started.values())
    return filled


# asyncpg asks each element of an array, in Python, whether it is an array itself: that was half of what a batch cost in
# this process. So a column goes as one text, which PostgreSQL reads as an array. Data alone would double in size.


def _numbers(values: list[int]) -> str:
    return f"{{{','.join(map(str, values))}}}"


def _ids(values: list[str]) -> str:
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


def _bytes(values: list[bytes]) -> str:
    return "{{{}}}".format(",".join([f'"\\\\x{value.hex()}"' for value in values]))


def _days(values: list[date | None]) -> str:
    return "{{{}}}".format(",".join(["NULL" if value is None else value.isoformat() for value in values]))


def _same(values: list[bytes]) -> list[bytes]:
    return values


_WRITTEN: dict[str, tuple[str, Callable[[Any], object]]] = {
    "tenants": ("text::uuid[]", _ids),
    "events": ("text::bigint[]", _numbers),
    "r_tenant": ("text::integer[]", _numbers),
    "r_command": ("text::uuid[]", _ids),
    "r_fingerprint": ("text::bytea[]", _bytes),
    "r_answer": ("text::bytea[]", _bytes),
    "r_events": ("text::integer[]", _numbers),
    "r_start": ("text::bigint[]", _numbers),
    "s_request": ("text::integer[]", _numbers),
    "s_stream": ("text::text[]", _texts),
    "s_expected": ("text::integer[]", _numbers),
    "e_request": ("text::integer[]", _numbers),
    "e_index": ("text::integer[]", _numbers),
    "e_stream": ("text::text[]", _texts),
    "e_version": ("text::integer[]", _numbers),
    "e_type": ("text::text[]", _texts),
    "e_type_version": ("text::integer[]", _numbers),
    "e_event_id": ("text::uuid[]", _ids),
    "e_happened_on": ("text::date[]", _days),
    "e_actor": ("text::text[]", _texts),
    "e_correlation_id": ("text::text[]", _texts),
    "e_causation_id": ("text::text[]", _texts),
    "e_data": ("bytea[]", _same),
}
PARAMETERS = ", ".join(f"${n}::{kind}" for n, (kind, _) in enumerate(_WRITTEN.values(), start=2))
"""The parameters of `append_requests` after the clock, which is $1."""
STREAM_PARAMETERS = (
    "$2, $3, $4, $5, $6, $7, $8, $9, $10,"
    " $11::text::text[], $12::text::integer[], $13::text::uuid[], $14::text::date[], $15::bytea[]"
)
"""The parameters of `append_stream` after the clock."""


def _add_events(filled: Columns, n: int, request: Append, stream: StreamAppend, positions: Iterable[int]) -> None:
    first = stream.first_version if isinstance(stream, Run) else stream.expected_version + 1
    for version, (new, index) in enumerate(zip(stream.events, positions), start=first):  # noqa: B905
        filled.e_request.append(n)
        filled.e_index.append(index)
        filled.e_stream.append(stream.stream_id)
        filled.e_version.append(version)
        filled.e_type.append(new.type)
        filled.e_type_version.append(new.type_version)
        filled.e_event_id.append(new.event_id)
        filled.e_happened_on.append(new.happened_on or request.happened_on)
        filled.e_actor.append(request.actor)
        filled.e_correlation_id.append(request.correlation_id)
        filled.e_causation_id.append(request.causation_id)
        filled.e_data.append(new.data)


def results(requests: Sequence[Append], sent: Columns, reply: asyncpg.Record) -> list[Result]:
    """What `append_requests` says of each request. Positions are counted here as they were there, so none come back."""
    refused = dict(zip(reply["refused"] or (), count(), strict=False))
    reached = list(reply["bases"])
    outcomes: list[Result] = []
    for n, request in enumerate(requests, start=1):
        if n in refused:
            outcomes.append(_refused(request, *(reply[name][refused[n]] for name in _REFUSAL_COLUMNS)))
            continue
        tenant = sent.r_tenant[n - 1] - 1
        reached[tenant] += sent.r_events[n - 1]
        outcomes.append(_appended(request, reached[tenant], reply["times"][tenant]))
    return outcomes


_REFUSAL_COLUMNS = ("reasons", "moved_streams", "positions", "known_times", "fingerprints", "answers")


def _appended(request: Append, position: int, recorded_at: datetime) -> Appended:
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
