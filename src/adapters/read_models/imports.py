"""The register of imports: which workbook was imported, by whom, when, and what it came to."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from adapters.read_models.model import Batch, ReadModel, first, identity
from adapters.read_models.paging import Page, Query, entries
from adapters.read_models.session import Connection
from adapters.read_models.table import Change, Put, Table
from application.ports import Recorded
from domain.ids import TenantId
from domain.workbook import WorkbookImported

Kind = Literal["units", "members", "registrations", "scores", "initiatives"]
IMPORTS = Table(
    name="imports",
    key=("import_id",),
    columns={
        "import_id": "text",
        "kind": "text",
        "file_sha256": "text",
        "file_name": "text",
        "rows": "bigint",
        "changed": "bigint",
        "refused": "bigint",
        "unit_id": "text",
        "actor": "text",
        "recorded_at": "timestamptz",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)


class ImportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A workbook of `rows`, of which `changed` changed something and `refused` were left out. `unit_id` is the unit
    whose officer imported it; None: the federation's."""

    import_id: str
    kind: str
    file_sha256: str
    file_name: str | None
    rows: int
    changed: int
    refused: int
    unit_id: str | None
    actor: str
    recorded_at: datetime
    first_position: int
    version: int
    position: int


class ImportFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: a unit, with everything below it."""

    import_id: str | None = None
    kind: Kind | None = None
    file_sha256: str | None = None
    under: str | None = None


async def fetch_imports(
    connection: Connection,
    tenant_id: TenantId,
    wanted: ImportFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[ImportRow]:
    """Imports in the order that they were made. Raises: BadCursor."""
    query = Query(tenant_id)
    query.equal("i", wanted, but=("under",))
    query.within(wanted.under, "i.unit_id")
    query.within(subtree, "i.unit_id")
    return await entries(
        connection, query, ImportRow, listing="imports", table="imports as i", after=after, limit=limit
    )


def project(batch: Batch) -> list[Change]:
    return [Put(IMPORTS, (identity(recorded),), _values(recorded, event)) for recorded, event in batch]


def _values(recorded: Recorded, event: WorkbookImported) -> dict[str, Any]:
    told = {name: getattr(event, name) for name in event.__struct_fields__}
    return {**told, "actor": recorded.actor, "recorded_at": recorded.recorded_at, **first(recorded)}


IMPORT_MODEL = ReadModel(
    name="imports", tables=(IMPORTS,), families=frozenset({"workbook"}), project=project, whole_envelope=True
)
