"""Row changes as SQL: one statement for all rows of a table that change in the same columns."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Literal

from adapters.read_models.session import Connection
from adapters.read_models.table import Add, Alter, Kept, Merged, Put, Table
from domain.ids import TenantId

Schema = Literal["read_models", "read_models_next"]
LIVE: Schema = "read_models"
NEXT: Schema = "read_models_next"
"""Where the rows are that are read, and where those of a build are until they are swapped in."""
LONG_SECONDS = 1_800.0
"""For a statement that goes over all rows of a tenant."""

Kind = type[Put] | type[Alter] | type[Add]
Shape = tuple[Kind, Table, tuple[str, ...]]


async def write(connection: Connection, tenant_id: TenantId, batch: Merged, schema: Schema = LIVE) -> None:
    """Carry out the changes, inside the caller's transaction, whose `app.tenant` is this tenant."""
    await clear(connection, tenant_id, batch, schema)
    shapes: dict[Shape, list[Kept]] = defaultdict(list)
    for row in chain.from_iterable(batch.rows.values()):
        shapes[type(row), row.table, tuple(row.values)].append(row)
    for (kind, table, columns), rows in shapes.items():
        await connection.execute(_sql(kind, schema, table, columns), tenant_id, *_arrays(table, columns, rows))
        if kind is Add and (fewer := [row for row in rows if min(row.values.values()) < 0]):
            await connection.execute(come_to_nothing_sql(schema, table), tenant_id, *_arrays(table, (), fewer))


async def clear(connection: Connection, tenant_id: TenantId, batch: Merged, schema: Schema) -> None:
    """The first part of it."""
    for each in batch.clears:
        await connection.execute(clear_sql(schema, each.table, len(each.key)), tenant_id, *each.key)


async def wipe(connection: Connection, tenant_id: TenantId, tables: Sequence[Table], schema: Schema) -> None:
    """Delete every row of the tenant in `tables`."""
    for table in tables:
        sql = f"delete from {schema}.{table.name} as old where old.tenant_id = $1"
        await connection.execute(sql, tenant_id, timeout=LONG_SECONDS)


def _sql(kind: Kind, schema: Schema, table: Table, columns: tuple[str, ...]) -> str:
    if kind is Put:
        return put_sql(schema, table, columns)
    return alter_sql(schema, table, columns) if kind is Alter else add_sql(schema, table)


@lru_cache(maxsize=1_000)
def put_sql(schema: Schema, table: Table, columns: tuple[str, ...]) -> str:
    names = [*table.key, *columns]
    selected = ", ".join(_cast(table, name) for name in names)
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns)
    action = f"do update set {updates}" if updates else "do nothing"
    return (
        f"insert into {schema}.{table.name} (tenant_id, {', '.join(names)}) "
        f"select $1, {selected} from {_unnest(table, names)} "
        f"on conflict (tenant_id, {', '.join(table.key)}) {action}"
    )


@lru_cache(maxsize=1_000)
def alter_sql(schema: Schema, table: Table, columns: tuple[str, ...]) -> str:
    names = [*table.key, *columns]
    updates = ", ".join(f"{name} = {_cast(table, name)}" for name in columns)
    same = " and ".join(f"old.{name} = new.{name}" for name in table.key)
    return (
        f"update {schema}.{table.name} as old set {updates} from {_unnest(table, names)} "
        f"where old.tenant_id = $1 and {same}"
    )


@lru_cache(maxsize=100)
def add_sql(schema: Schema, table: Table) -> str:
    counts = [name for name in table.columns if name not in table.key]
    names = ", ".join(table.columns)
    updates = ", ".join(f"{name} = old.{name} + excluded.{name}" for name in counts)
    return (
        f"insert into {schema}.{table.name} as old (tenant_id, {names}) "
        f"select $1, {names} from {_unnest(table, tuple(table.columns))} "
        f"on conflict (tenant_id, {', '.join(table.key)}) do update set {updates}"
    )


@lru_cache(maxsize=100)
def come_to_nothing_sql(schema: Schema, table: Table) -> str:
    same = " and ".join(f"old.{name} = new.{name}" for name in table.key)
    nothing = " and ".join(f"old.{name} = 0" for name in table.columns if name not in table.key)
    return (
        f"delete from {schema}.{table.name} as old using {_unnest(table, table.key)} "
        f"where old.tenant_id = $1 and {same} and {nothing}"
    )


def clear_sql(schema: Schema, table: Table, parts: int) -> str:
    same = " and ".join(f"old.{name} = ${n}" for n, name in enumerate(table.key[:parts], start=2))
    return f"delete from {schema}.{table.name} as old where old.tenant_id = $1 and {same}"


def _unnest(table: Table, names: Sequence[str]) -> str:
    # A column goes as one text: asyncpg asks each element of a list, in Python, whether it is a list itself.
    arrays = ", ".join(f"${n}::text::{_flat(table.columns[name])}[]" for n, name in enumerate(names, start=2))
    return f"unnest({arrays}) as new ({', '.join(names)})"


def _flat(column_type: str) -> str:
    # unnest() would flatten an array of arrays, so a list travels as its literal.
    return "text" if column_type.endswith("[]") else column_type


def _cast(table: Table, name: str) -> str:
    column_type = table.columns[name]
    return f"new.{name}::{column_type}" if column_type.endswith("[]") else f"new.{name}"


def _arrays(table: Table, columns: Sequence[str], rows: Sequence[Kept]) -> list[str]:
    keys = [_literal(table, name, [row.key[n] for row in rows]) for n, name in enumerate(table.key)]
    values = [_literal(table, name, [row.values[name] for row in rows]) for name in columns]
    return [*keys, *values]


def _literal(table: Table, name: str, values: list[Any]) -> str:
    column_type = table.columns[name]
    if column_type.endswith("[]"):
        values = [None if value is None else list_literal(value) for value in values]
    if column_type in ("bigint", "integer", "boolean", "date", "timestamptz"):
        return f"{{{','.join(['NULL' if value is None else str(value) for value in values])}}}"
    return f"{{{','.join(['NULL' if value is None else _quoted(value) for value in values])}}}"


def _quoted(value: str) -> str:
    # JSON may carry U+0000, which PostgreSQL's text cannot: it would stop the projection for ever.
    held = value.replace("\x00", "\ufffd") if "\x00" in value else value
    if "\\" in held or '"' in held:
        held = held.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{held}"'


def list_literal(items: Iterable[str]) -> str:
    """A PostgreSQL array literal."""
    return f"{{{','.join(map(_quoted, items))}}}"
