"""A read model's rows as values: tables, and the changes that a projection makes to them."""

from collections.abc import Iterable
from typing import Any, assert_never

import msgspec

Row = tuple[Any, ...]
"""A key's values, in the order of the table's key."""


class Table(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A table of the schema `read_models`: the columns after tenant_id, with their PostgreSQL types, and its key.

    The migration creates it; a test holds the two together.
    """

    name: str
    key: tuple[str, ...]
    columns: dict[str, str]


class Put(msgspec.Struct, frozen=True):
    """The row exists from now on, with these values; columns that are not named keep what they hold."""

    table: Table
    key: Row
    values: dict[str, Any]


class Alter(msgspec.Struct, frozen=True):
    """These columns of the row change; where there is no such row, nothing does."""

    table: Table
    key: Row
    values: dict[str, Any]


class Clear(msgspec.Struct, frozen=True):
    """Every row whose key begins with `key` is gone; what comes after in the same batch stays."""

    table: Table
    key: Row


class Add(msgspec.Struct, frozen=True):
    """The row's numbers grow by these, from 0 where there is no such row; one whose numbers have all come back to 0 is
    gone. A table that is added to is changed in no other way, and every column beyond its key is added to."""

    table: Table
    key: Row
    values: dict[str, int]


Change = Put | Alter | Clear | Add


class Merged(msgspec.Struct, frozen=True):
    """What a batch of changes comes to: first the clears, then one change a row, in any order."""

    clears: tuple[Clear, ...]
    rows: tuple[Put | Alter | Add, ...]


def merged(changes: Iterable[Change]) -> Merged:
    """The changes with those of one row made one: an upsert may not touch a row twice in one statement."""
    clears: list[Clear] = []
    rows: dict[tuple[str, Row], Put | Alter | Add] = {}
    for change in changes:
        match change:
            case Clear(table=table, key=prefix):
                clears.append(change)
                for place in [place for place in rows if place[0] == table.name and place[1][: len(prefix)] == prefix]:
                    del rows[place]
            case Put() | Alter() | Add():
                place = (change.table.name, change.key)
                rows[place] = _joined(rows.get(place), change)
            case _:
                assert_never(change)
    # What was added and taken away again is no change, and must make no row of zeros.
    changed = tuple(row for row in rows.values() if not isinstance(row, Add) or any(row.values.values()))
    return Merged(clears=tuple(clears), rows=changed)


def _joined(earlier: Put | Alter | Add | None, later: Put | Alter | Add) -> Put | Alter | Add:
    if earlier is None:
        return later
    if isinstance(earlier, Add) or isinstance(later, Add):
        assert isinstance(earlier, Add)
        assert isinstance(later, Add)
        return Add(later.table, later.key, {name: earlier.values[name] + later.values[name] for name in later.values})
    values = {**earlier.values, **later.values}
    # A row that this batch puts stays put: the alteration that follows finds it.
    kind = Put if isinstance(earlier, Put) or isinstance(later, Put) else Alter
    return kind(later.table, later.key, values)
