"""Keyset pages: conditions gathered as values, and opaque cursors that point behind the last row seen."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from datetime import date
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from adapters.read_models.session import Connection

PAGE_SIZE_MAX = 500
R = TypeVar("R", bound=msgspec.Struct)
PARTS: dict[type, Any] = {
    int: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)],
    str: Annotated[str, msgspec.Meta(max_length=500)],
    date: date,
}
"""What a cursor may be made of: no more than a column can be compared with."""


class BadCursor(Exception):
    """The cursor is not one that this list gave out."""


class Page(msgspec.Struct, Generic[R], frozen=True, kw_only=True):
    """Up to `limit` rows; `next` leads behind the last one, None where nothing follows."""

    rows: tuple[R, ...]
    next: str | None


class Query:
    """A query's conditions and their values; $1 is the tenant, always."""

    def __init__(self, tenant_id: str) -> None:
        self.values: list[Any] = [tenant_id]
        self.conditions: list[str] = []

    def value(self, value: Any) -> str:
        """The placeholder of a value; of a choice, its stored word."""
        value = value.value if isinstance(value, Enum) else value
        # PostgreSQL's text holds no U+0000, and neither does any row: the stand-in finds what the projection stored.
        self.values.append(value.replace("\x00", "\ufffd") if isinstance(value, str) else value)
        return f"${len(self.values)}"

    def where(self, condition: str, value: Any) -> None:
        """Narrow by `condition`, in which `{}` stands for the value; a value of None narrows nothing."""
        if value is not None:
            self.conditions.append(condition.format(self.value(value)))

    def equal(self, table: str, wanted: msgspec.Struct, *, but: Sequence[str] = ()) -> None:
        """Narrow by each field of `wanted` that is not None, to rows whose column of that name equals it."""
        for name in wanted.__struct_fields__:
            if name not in but:
                self.where(f"{table}.{name} = {{}}", getattr(wanted, name))

    def within(self, root: str | None, *columns: str, among: Sequence[str] = ()) -> None:
        """Narrow to rows of which one of `columns` names a unit in the subtree of `root`, or the list in one of `among`
        holds one."""
        if root is None:
            return
        units = self.subtree(root)
        named = [*(f"{column} = any({units})" for column in columns), *(f"{column} && {units}" for column in among)]
        self.conditions.append("(" + " or ".join(named) + ")")

    def subtree(self, root: str) -> str:
        """An array of the unit and those below it: an index serves that; a subquery would be hashed."""
        return f"array(select subtree.unit_id from read_models.subtree($1, {self.value(root)}) as subtree)"

    def after(
        self, listing: str, cursor: str | None, keys: Sequence[tuple[str, type]], *, backwards: bool = False
    ) -> None:
        """Narrow to what lies behind the cursor, in the order of `keys` (column and type)."""
        if cursor is None:
            return
        seen = decoded(listing, cursor, [kind for _, kind in keys])
        columns = ", ".join(column for column, _ in keys)
        self.conditions.append(f"({columns}) {'<' if backwards else '>'} ({', '.join(map(self.value, seen))})")

    @property
    def narrowed(self) -> str:
        """The conditions as they follow a `where … .tenant_id = $1`."""
        return "".join(f" and {condition}" for condition in self.conditions)


def columns(row: type[msgspec.Struct], table: str, *, but: Sequence[str] = ()) -> str:
    """The columns of `table` that a row's fields are called after."""
    return ", ".join(f"{table}.{name}" for name in row.__struct_fields__ if name not in but)


async def page(
    connection: Connection,
    sql: str,
    query: Query,
    row: type[R],
    *,
    listing: str,
    keys: Sequence[str],
    limit: int,
    json: Sequence[str] = (),
) -> Page[R]:
    """Run `sql`, which is ordered by `keys` (fields of `row`), for one page; columns of `json` hold a JSON text."""
    limit = max(1, min(limit, PAGE_SIZE_MAX))
    # One more than asked for tells whether anything follows.
    records = await connection.fetch(f"{sql} limit {limit + 1}", *query.values)
    rows = tuple(_row(record, row, json) for record in records[:limit])
    follows = len(records) > limit
    return Page(rows=rows, next=encoded(listing, [getattr(rows[-1], key) for key in keys]) if follows else None)


def _row(record: Iterable[tuple[str, Any]], row: type[R], json: Sequence[str]) -> R:
    values = dict(record)
    values.update({name: msgspec.json.decode(values[name]) for name in json})
    return msgspec.convert(values, row)


def encoded(listing: str, values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode([listing, *values])).decode().rstrip("=")


def decoded(listing: str, cursor: str, kinds: Sequence[type]) -> list[Any]:
    """The values of a cursor.

    Raises:
        BadCursor: another list's, or nobody's.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        name, *values = msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True))
        if name != listing or len(values) != len(kinds):
            raise BadCursor(cursor)
        return [msgspec.convert(value, PARTS[kind]) for value, kind in zip(values, kinds, strict=True)]
    except (binascii.Error, ValueError, TypeError, msgspec.DecodeError) as error:
        raise BadCursor(cursor) from error


async def entries(
    connection: Connection,
    query: Query,
    row: type[R],
    *,
    listing: str,
    table: str,
    after: str | None,
    limit: int,
    selected: str | None = None,
    json: Sequence[str] = (),
) -> Page[R]:
    """A page of a register: `table` (with its alias), in the order of each row's first event, which never changes.

    Raises:
        BadCursor: `after` is not a cursor of this listing.
    """
    alias = table.split(" as ")[1].split(maxsplit=1)[0]
    query.after(listing, after, [(f"{alias}.first_position", int)])
    sql = (
        f"select {selected or columns(row, alias)} from read_models.{table}"
        f" where {alias}.tenant_id = $1{query.narrowed} order by {alias}.first_position"
    )
    return await page(connection, sql, query, row, listing=listing, keys=("first_position",), limit=limit, json=json)
