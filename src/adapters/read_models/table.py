"""A read model's rows as values: tables, and the changes that a projection makes to them."""

from collections.abc import Iterable, Iterator
from typing import Any

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


Kept = Put | Alter | Add


class Merged(msgspec.Struct, frozen=True):
    """What a batch of changes comes to: first the clears, then one change a row, in any order."""

    clears: tuple[Clear, ...]
    rows: dict[Table, list[Kept]]

    def count(self) -> int:
        return sum(map(len, self.rows.values()))

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.clears or self.rows)


class Joint(msgspec.Struct):
    """Several changes of one row. It has values of its own, which later ones are put into."""

    kind: type[Kept]
    values: dict[str, Any]

    def join(self, later: Kept) -> None:
        if self.kind is Add or isinstance(later, Add):
            assert self.kind is Add
            assert isinstance(later, Add)
            for name, number in later.values.items():
                self.values[name] += number
            return
        # A row that this batch puts stays put: the alteration that follows finds it.
        if isinstance(later, Put):
            self.kind = Put
        self.values.update(later.values)


class Gathering:
    """Changes as they come, those of one row made one: an upsert may not touch a row twice in one statement."""

    def __init__(self) -> None:
        self._clears: list[Clear] = []
        self._rows: dict[Table, dict[Row, Kept | Joint]] = {}

    def take(self, changes: Iterable[Change]) -> None:
        """`changes` come after all that was taken before."""
        for change in changes:
            rows = self._rows.get(change.table)
            if rows is None:
                rows = self._rows[change.table] = {}
            if isinstance(change, Clear):
                self._clears.append(change)
                for key in [key for key in rows if key[: len(change.key)] == change.key]:
                    del rows[key]
                continue
            earlier = rows.get(change.key)
            if earlier is None:
                rows[change.key] = change
            elif isinstance(earlier, Joint):
                earlier.join(change)
            else:
                rows[change.key] = joint = Joint(type(earlier), dict(earlier.values))
                joint.join(change)

    def merged(self) -> Merged:
        """What has been taken comes to this."""
        tables = {table: [*_whole(table, rows)] for table, rows in self._rows.items()}
        return Merged(clears=tuple(self._clears), rows={table: rows for table, rows in tables.items() if rows})


def merged(changes: Iterable[Change]) -> Merged:
    """The changes with those of one row made one."""
    gathering = Gathering()
    gathering.take(changes)
    return gathering.merged()


def _whole(table: Table, rows: dict[Row, Kept | Joint]) -> Iterator[Kept]:
    for key, row in rows.items():
        whole = row.kind(table, key, row.values) if isinstance(row, Joint) else row
        # What was added and taken away again is no change, and must make no row of zeros.
        if not isinstance(whole, Add) or any(whole.values.values()):
            yield whole
