"""Row changes as SQL: one statement for all rows of a table that change in the same columns."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal

from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Put, Table, merged
from domain.ids import TenantId

Schema = Literal["read_models", "read_models_next"]
LIVE: Schema = "read_models"
NEXT: Schema = "read_models_next"
"""Where the rows are that are read, and where those of a build are until they are swapped in."""
LONG_SECONDS = 1_800.0
"""For a statement that goes over all rows of a tenant."""

Shape = tuple[type[Put] | type[Alter], Table, tuple[str, ...]]


async def write(connection: Connection, tenant_id: TenantId, changes: Iterable[Change], schema: Schema = LIVE) -> None:
    """Carry out `changes` in order, inside the caller's transaction, whose `app.tenant` is this tenant."""
    batch = merged(changes)
    for clear in batch.clears:
        await connection.execute(clear_sql(schema, clear.table, len(clear.key)), tenant_id, *clear.key)
    shapes: dict[Shape, list[Put | Alter]] = defaultdict(list)
    for row in batch.rows:
        shapes[type(row), row.table, tuple(row.values)].append(row)
    for (kind, table, columns), rows in shapes.items():
        sql = put_sql(schema, table, columns) if kind is Put else alter_sql(schema, table, columns)
        await connection.execute(sql, tenant_id, *_arrays(table, columns, rows))


async def wipe(connection: Connection, tenant_id: TenantId, tables: Sequence[Table], schema: Schema) -> None:
    """Delete every row of the tenant in `tables`."""
    for table in tables:
        sql = f"delete from {schema}.{table.name} as old where old.tenant_id = $1"
        await connection.execute(sql, tenant_id, timeout=LONG_SECONDS)


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


def clear_sql(schema: Schema, table: Table, parts: int) -> str:
    same = " and ".join(f"old.{name} = ${n}" for n, name in enumerate(table.key[:parts], start=2))
    return f"delete from {schema}.{table.name} as old where old.tenant_id = $1 and {same}"


def _unnest(table: Table, names: Sequence[str]) -> str:
    arrays = ", ".join(f"${n}::{_flat(table.columns[name])}[]" for n, name in enumerate(names, start=2))
    return f"unnest({arrays}) as new ({', '.join(names)})"


def _flat(column_type: str) -> str:
    # unnest() would flatten an array of arrays, so a list travels as its literal.
    return "text" if column_type.endswith("[]") else column_type


def _cast(table: Table, name: str) -> str:
    column_type = table.columns[name]
    return f"new.{name}::{column_type}" if column_type.endswith("[]") else f"new.{name}"


def _arrays(table: Table, columns: Sequence[str], rows: Sequence[Put | Alter]) -> list[list[Any]]:
    keys = [[row.key[n] for row in rows] for n in range(len(table.key))]
    values = [[_stored(row.values[name]) for row in rows] for name in columns]
    return [*keys, *values]


def _stored(value: Any) -> Any:
    if isinstance(value, str):
        # JSON may carry U+0000, which PostgreSQL's text cannot: it would stop the projection for ever.
        return value.replace("\x00", "\ufffd")
    if isinstance(value, (tuple, list)):
        return list_literal(value)
    return value


def list_literal(items: Iterable[str]) -> str:
    """A PostgreSQL array literal."""
    quoted = (item.replace("\x00", "\ufffd").replace("\\", "\\\\").replace('"', '\\"') for item in items)
    return "{" + ",".join(f'"{item}"' for item in quoted) + "}"
