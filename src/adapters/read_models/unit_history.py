"""What was so of each unit from which day: the tree, the names and the sectors as they were."""

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from adapters.read_models.model import Batch, ReadModel, identity
from adapters.read_models.table import Change, Put, Table
from domain.unit import (
    AccidentReported,
    Event,
    HeadcountReported,
    SectorChanged,
    UnionFounded,
    UnitDissolved,
    UnitEstablished,
    UnitMerged,
    UnitMoved,
    UnitRenamed,
    UnitSplit,
    UnitTitleRecorded,
    UnitTitleStruck,
)

# Of several changes of one kind up to a day the one of the latest day holds, of those of one day the last entered.
CHANGES = Table(
    name="unit_changes",
    key=("unit_id", "kind", "position"),
    columns={"unit_id": "text", "kind": "text", "position": "bigint", "since": "date", "value": "text"},
)


def project(batch: Batch) -> list[Change]:
    return [
        Put(CHANGES, (identity(recorded), kind, recorded.position), {"since": since, "value": value})
        for recorded, event in batch
        for kind, since, value in _said(event)
    ]


def _said(event: Event) -> Iterator[tuple[str, date, str | None]]:
    """Each thing that holds from a day on: its kind, the day, the value."""
    match event:
        case UnitEstablished(on=on):
            yield "parent", on, event.parent_id
            yield "name", on, event.name
            yield "sector", on, event.sector
        case UnitMoved(parent_id=parent_id, on=on):
            yield "parent", on, parent_id
        case UnitRenamed(name=name, on=on):
            yield "name", on, name
        case SectorChanged(sector=sector, on=on):
            yield "sector", on, sector
        case UnionFounded() | HeadcountReported() | AccidentReported() | UnitDissolved() | UnitMerged() | UnitSplit():
            pass  # The unit's own row has the day.
        case UnitTitleRecorded() | UnitTitleStruck():
            pass
        case _:
            assert_never(event)


UNIT_HISTORY_MODEL = ReadModel(name="unit-history", tables=(CHANGES,), families=frozenset({"unit"}), project=project)
