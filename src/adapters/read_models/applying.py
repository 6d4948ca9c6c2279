"""A batch of the log brought into the tables of one read model, as far as it goes: a poison event stops it there."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import Any, TypeAlias

import asyncpg
import msgspec

from adapters.read_models.counting import Poisoned, Recall, Tally, stepped
from adapters.read_models.logged import earlier
from adapters.read_models.model import Counting, Essences, Project, ReadModel
from adapters.read_models.session import Connection
from adapters.read_models.table import Change, merged
from adapters.read_models.writing import LIVE, Schema, write
from application.ports import Recorded
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


Seen: TypeAlias = "tuple[Recorded, Any | Undecodable]"


class Stop(msgspec.Struct, frozen=True):
    """Where a projection stopped, and on what; the text holds no value of the event."""

    position: int
    error: str


class Reached(msgspec.Struct, frozen=True):
    """A projection's new checkpoint, and the stop behind it, if any."""

    position: int
    stop: Stop | None = None


def seen(records: Iterable[Recorded], essences: Essences | None = None) -> list[Seen]:
    """Decode each event once: whole, for all read models, or to the essence that one of them needs."""
    return [(recorded, _decoded(recorded, essences or {})) for recorded in records]


def _decoded(recorded: Recorded, essences: Essences) -> Any:
    try:
        if essence := essences.get((recorded.type, recorded.type_version)):
            return essence.decode(recorded.data)
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
    changes = await fold(model, batch, partial(earlier, connection, tenant_id, model))
    if changes:
        await write(connection, tenant_id, merged(changes), schema)


async def fold(model: ReadModel, batch: Sequence[Seen], recall: Recall) -> list[Change]:
    """The row changes of a batch. `recall` reads from the log what a model that counts must know of before.

    Raises:
        Poisoned: one of the events cannot be projected.
    """
    wanted = _concerned(model, batch)
    if not isinstance(model.project, Counting):
        return changes_of(model.project, wanted)
    tally = Tally(model.project, recall)
    told = [(e.stream_id, e.version, e.type, e.type_version, e.data) for e, _ in wanted]
    await tally.take(stepped(model.project, told))
    return tally.changes()


def _concerned(model: ReadModel, batch: Sequence[Seen]) -> Sequence[Seen]:
    """The events that the model rests on. A batch has few types, and mostly all or none of them are meant."""
    types = {recorded.type for recorded, _ in batch}
    wanted = {each for each in types if model.concerns(each)}
    if len(wanted) in (0, len(types)):
        return batch if wanted else ()
    return [each for each in batch if each[0].type in wanted]


def changes_of(project: Project, wanted: Sequence[Seen]) -> list[Change]:
    """The row changes of events that all concern the model. Raises: Poisoned: one of them cannot be projected."""
    for _, event in wanted:
        if isinstance(event, Undecodable):
            raise Poisoned from event.error
    try:
        return project(wanted) if wanted else []
    except Exception as error:  # A fold is pure: whatever it raises, an event of the batch is the cause.
        raise Poisoned from error


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
