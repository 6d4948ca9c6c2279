"""A batch of the log brought into the tables of one read model, as far as it goes: a poison event stops it there."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from traceback import extract_tb
from typing import Any, TypeAlias

import asyncpg
import msgspec

from adapters.read_models.logged import earlier_events
from adapters.read_models.model import Counting, ReadModel
from adapters.read_models.session import Connection
from adapters.read_models.table import Change
from adapters.read_models.writing import LIVE, Schema, write
from application.ports import Recorded, Unavailable
from domain.events import decode
from domain.ids import TenantId

POISONS = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    TypeError,
    ValueError,
    OverflowError,
)
"""What PostgreSQL, or asyncpg before it, raises for a value that a column cannot hold; all else is not the event's
fault."""


class Undecodable(msgspec.Struct, frozen=True):
    """An event that this release cannot read."""

    error: Exception


Recall = Callable[[Mapping[str, int]], Awaitable[list[Recorded]]]
"""The events of some streams before the version given of each."""
Seen: TypeAlias = "tuple[Recorded, Any | Undecodable]"


class Stop(msgspec.Struct, frozen=True):
    """Where a projection stopped, and on what; the text holds no value of the event."""

    position: int
    error: str


class Reached(msgspec.Struct, frozen=True):
    """A projection's new checkpoint, and the stop behind it, if any."""

    position: int
    stop: Stop | None = None


class Poisoned(Exception):
    """The batch holds an event that cannot be projected."""


def seen(records: Iterable[Recorded]) -> list[Seen]:
    """Decode each event once, for all read models."""
    return [(recorded, _decoded(recorded)) for recorded in records]


def _decoded(recorded: Recorded) -> Any:
    try:
        return decode(recorded.type, recorded.type_version, recorded.data)
    except Exception as error:  # Whatever it is, it must stop the projections that need the event, not the others.
        return Undecodable(error)


async def apply_all(
    connection: Connection, tenant_id: TenantId, model: ReadModel, batch: Sequence[Seen], schema: Schema = LIVE
) -> Reached:
    """Write the batch whole.

    Raises:
        Poisoned: an event cannot be projected; the transaction is to be rolled back.
    """
    try:
        await _apply(connection, tenant_id, model, batch, schema)
    except POISONS as error:
        raise Poisoned from error
    return Reached(batch[-1][0].position)


async def apply_until_poison(
    connection: Connection, tenant_id: TenantId, model: ReadModel, batch: Sequence[Seen], schema: Schema = LIVE
) -> Reached:
    """Write the batch, event by event where it cannot be written whole, up to the first that cannot be projected."""
    try:
        async with connection.transaction():
            return await apply_all(connection, tenant_id, model, batch, schema)
    except Poisoned as error:
        if len(batch) == 1:
            recorded = batch[0][0]
            stop = Stop(recorded.position, f"{recorded.type} v{recorded.type_version}: {_told(error.__cause__)}")
            return Reached(recorded.position - 1, stop)
    middle = len(batch) // 2
    reached = await apply_until_poison(connection, tenant_id, model, batch[:middle], schema)
    if reached.stop:
        return reached
    return await apply_until_poison(connection, tenant_id, model, batch[middle:], schema)


async def _apply(
    connection: Connection, tenant_id: TenantId, model: ReadModel, batch: Sequence[Seen], schema: Schema
) -> None:
    changes = await fold(model, batch, {}, lambda streams: earlier_events(connection, tenant_id, streams))
    if changes:
        await write(connection, tenant_id, changes, schema)


async def fold(model: ReadModel, batch: Sequence[Seen], memory: dict[str, Any], recall: Recall) -> list[Change]:
    """The row changes of the batch. `memory`: what streams had come to just before it, for a model that counts; what it
    does not hold is recalled from the log, and it is brought up with the batch.

    Raises:
        Poisoned: one of the events cannot be read, or the fold fails on it.
    """
    wanted = _concerned(model, batch)
    try:
        if not isinstance(model.project, Counting):
            return model.project(wanted)
        if unknown := _begun_before(wanted, memory):
            earlier = _concerned(model, seen(await recall(unknown)))
            memory.update(model.project.learned(earlier))
        changes, now = model.project.project(wanted, memory)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, Unavailable, Poisoned):
        raise
    except Exception as error:  # A fold is pure: whatever it raises, an event of the batch is the cause.
        raise Poisoned from error
    memory.update(now)
    return changes


def _concerned(model: ReadModel, batch: Sequence[Seen]) -> list[Seen]:
    wanted = [each for each in batch if model.concerns(each[0].type)]
    for _, event in wanted:
        if isinstance(event, Undecodable):
            raise Poisoned from event.error
    return wanted


def _begun_before(batch: Sequence[Seen], memory: Mapping[str, Any]) -> dict[str, int]:
    """The streams that are not remembered, each with its first version in the batch, unless that begins it."""
    unknown: dict[str, int] = {}
    for recorded, _ in batch:
        if recorded.stream_id not in memory:
            unknown.setdefault(recorded.stream_id, recorded.version)
    return {stream: version for stream, version in unknown.items() if version > 1}


def _told(error: BaseException | None) -> str:
    """What went wrong, without the error's own text: that may quote a person's data."""
    if error is None:
        return "unknown"
    if isinstance(error, Poisoned):
        return _told(error.__cause__)
    if isinstance(error, asyncpg.PostgresError):
        return f"{type(error).__name__} {error.sqlstate} {error.table_name or ''} {error.constraint_name or ''}".strip()
    frames = extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
