"""Ballot boxes in memory: the same contract as those on PostgreSQL."""

from application.ballot_box import Row
from domain.ids import TenantId


class MemoryBoxes:
    def __init__(self) -> None:
        self._rows: dict[tuple[TenantId, str], Row] = {}

    async def tenant_of(self, session_id: str) -> TenantId | None:
        found = [tenant for (tenant, known), row in self._rows.items() if known == session_id and row.state != "made"]
        return found[0] if len(found) == 1 else None

    async def find(self, tenant_id: TenantId, session_id: str) -> Row | None:
        return self._rows.get((tenant_id, session_id))

    async def make(self, tenant_id: TenantId, session_id: str, row: Row) -> None:
        self._rows.setdefault((tenant_id, session_id), row)

    async def swap(self, tenant_id: TenantId, session_id: str, old: Row, new: Row) -> bool:
        if self._rows.get((tenant_id, session_id)) != old:
            return False
        self._rows[tenant_id, session_id] = new
        return True

    async def destroy(self, tenant_id: TenantId, session_id: str) -> None:
        self._rows.pop((tenant_id, session_id), None)
