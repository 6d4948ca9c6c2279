"""When a tree that is behind its log may stay so, because those who append need the processors."""

from collections.abc import Collection, Sequence

from adapters.postgres.trees import Due
from domain.ids import TenantId

BUSY_EVENTS_A_SECOND = 1_000.0
"""From here on, over all logs, whoever appends is felt to have company."""
SECONDS_MAX = 20.0
EVENTS_MAX = 20_000
"""Neither longer nor further behind than this: whoever is urgent has to be caught up with within a second."""


class Patience:
    def __init__(self) -> None:
        self._heads: dict[TenantId, int] = {}
        self._since: dict[TenantId, float] = {}
        self._urged: set[TenantId] = set()
        self._looked_at = 0.0

    def urge(self, tenants: Collection[TenantId]) -> None:
        """These trees do not wait: something that is to be seen outside at once has come."""
        self._urged.update(tenants)

    def waiting(self, found: Sequence[Due], now: float) -> set[TenantId]:
        """Those of the trees that are behind which may stay so for now, by the loop's clock."""
        behind = [due for due in found if due.grows]
        moved = sum(max(0, due.head - self._heads.get(due.tenant_id, due.size)) for due in behind)
        busy = moved > BUSY_EVENTS_A_SECOND * (now - self._looked_at)
        urged, self._urged = self._urged, set()
        self._heads, self._looked_at = {due.tenant_id: due.head for due in behind}, now
        self._since = {due.tenant_id: self._since.get(due.tenant_id, now) for due in behind}
        waiting = {due.tenant_id for due in behind if busy and due.tenant_id not in urged and self._may_wait(due, now)}
        for due in behind:
            if due.tenant_id not in waiting:
                del self._since[due.tenant_id]
        return waiting

    def _may_wait(self, due: Due, now: float) -> bool:
        return now - self._since[due.tenant_id] < SECONDS_MAX and due.head - due.size < EVENTS_MAX
