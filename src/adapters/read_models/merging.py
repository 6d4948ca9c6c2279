"""All that may become of a table's rows as one statement, whatever the new ones come from."""

from collections.abc import Sequence
from functools import cache

from adapters.read_models.table import Table
from adapters.read_models.writing import Schema

GIVEN = "given"
"""Beside a row's columns, which of them change: a bit each, in the order of the table."""
PUT = "put"
"""Beside them too: whether the row is made where there is none."""


@cache
def column_bits(table: Table) -> dict[str, int]:
    return {name: 1 << n for n, name in enumerate(table.columns)}


@cache
def put_sql(schema: Schema, table: Table, source: str) -> str:
    """Rows that are put and rows that are altered, of $1, the tenant: what is not given stays. `source` is called `new`
    and has the table's columns, GIVEN and PUT."""
    bits = column_bits(table)
    updates = ", ".join(
        f"{name} = case when new.{GIVEN} & {bits[name]} <> 0 then new.{name} else old.{name} end"
        for name in table.columns
        if name not in table.key
    )
    return f"{_merge(schema, table, source)} {_matched(updates)} {_absent(table, f'and new.{PUT}')}"


@cache
def add_sql(schema: Schema, table: Table, source: str) -> str:
    """Rows that are added to, of $1, the tenant. `source` is called `new` and has the table's columns."""
    counts = [name for name in table.columns if name not in table.key]
    updates = ", ".join(f"{name} = old.{name} + new.{name}" for name in counts)
    zero = " and ".join(f"old.{name} + new.{name} = 0" for name in counts)
    return f"{_merge(schema, table, source)} when matched and {zero} then delete {_matched(updates)} {_absent(table)}"


def same(keys: Sequence[str]) -> str:
    return " and ".join(f"old.{name} = new.{name}" for name in keys)


def _merge(schema: Schema, table: Table, source: str) -> str:
    return f"merge into {schema}.{table.name} as old using {source} on old.tenant_id = $1 and {same(table.key)}"


def _matched(updates: str) -> str:
    return f"when matched then {f'update set {updates}' if updates else 'do nothing'}"


def _absent(table: Table, but: str = "") -> str:
    names, news = ", ".join(table.columns), ", ".join(f"new.{name}" for name in table.columns)
    return f"when not matched {but} then insert (tenant_id, {names}) values ($1, {news})"
