"""A large append: brought in slices, then stored in one step, in a transaction and on a connection of its own."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count, islice
from typing import Any

import asyncpg

from adapters.postgres.pool import Pool
from application.ports import Append, Appended, Frozen, Outcome, UnknownTenant, VersionConflict

LARGE_ROWS = 2_000
"""Events and guards. From here on an append would keep the lane from everybody else for longer than a batch does."""
SLICE_ROWS = 2_000
STORE_TIMEOUT_S = 120.0

_STAGE = """
INSERT INTO thidua.staged (tenant_id, command_id, index, stream_id, expected, version, type, type_version, event_id,
                           happened_on, data)
SELECT $1, $2, s.* FROM unnest($3::integer[], $4::text[], $5::integer[], $6::integer[], $7::text[], $8::integer[],
                               $9::uuid[], $10::date[], $11::bytea[]) AS s"""
_APPEND = "SELECT * FROM thidua.append_staged($1, $2, $3, $4, $5, $6, $7, $8)"
_CLEAR = "DELETE FROM thidua.staged AS s WHERE s.tenant_id = $1 AND s.command_id = $2"

Row = tuple[int, str, int, int, str | None, int | None, str | None, Any, bytes | None]


def is_large(request: Append) -> bool:
    rows = 0
    for stream in request.streams:
        rows += len(stream.events) or 1
    return rows > LARGE_ROWS


async def store(pool: Pool, request: Append, clock: datetime | None) -> Appended | Exception:
    """What became of the append. Raises: Unavailable: it is not known whether it was stored; the command id tells."""
    async with pool.tenant(request.tenant_id) as connection:
        rows = _rows(request)
        while some := list(islice(rows, SLICE_ROWS)):
            await connection.execute(_STAGE, request.tenant_id, request.command_id, *map(list, zip(*some, strict=True)))
        reply = await connection.fetchrow(
            _APPEND,
            clock,
            request.tenant_id,
            request.command_id,
            request.fingerprint,
            request.answer,
            request.actor,
            request.correlation_id,
            request.causation_id,
            timeout=STORE_TIMEOUT_S,
        )
        assert reply is not None
        await connection.execute(_CLEAR, request.tenant_id, request.command_id, timeout=STORE_TIMEOUT_S)
    return _result(request, reply)


def _rows(request: Append) -> Iterator[Row]:
    """An event a row, in the order of their positions; a guard has no type, and a number below 0."""
    positions, guards = count(1), count(-1, -1)
    for stream in request.streams:
        if not stream.events:
            yield next(guards), stream.stream_id, stream.expected_version, 0, None, None, None, None, None
        for version, new in enumerate(stream.events, start=stream.expected_version + 1):
            happened_on = new.happened_on or request.happened_on
            yield (
                next(positions), stream.stream_id, stream.expected_version, version,
                new.type, new.type_version, new.event_id, happened_on, new.data,
            )  # fmt: skip


def _result(request: Append, reply: asyncpg.Record) -> Appended | Exception:
    match reply["reason"]:
        case None | "known":
            known = reply["reason"] is not None
            return Appended(
                outcome=Outcome.REPLAYED if known else Outcome.APPENDED,
                position=reply["at_position"],
                recorded_at=reply["at_time"],
                fingerprint=reply["fingerprint"] if known else request.fingerprint,
                answer=reply["answer"] if known else request.answer,
            )
        case "moved":
            return VersionConflict(reply["moved_stream"])
        case "frozen":
            return Frozen(request.tenant_id)
        case _:
            return UnknownTenant(request.tenant_id)
