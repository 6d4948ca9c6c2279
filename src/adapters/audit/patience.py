"""When a tree that is behind may stay so: growing costs by itself, and those who append need the processors."""

from collections.abc import Collection, Sequence
from itertools import count

from adapters.postgres.trees import Due
from domain.ids import TenantId

BUSY_EVENTS_A_SECOND = 1_000.0
"""From here on, over all logs, whoever appends is felt to have company."""
SECONDS_MAX = 20.0
EVENTS_MAX = 20_000
"""Neither longer nor further behind than this."""
QUIET_SECONDS_MAX = 5.0
QUIET_EVENTS_MAX = 2_000
"""The same where less comes."""


class Patience:
    def __init__(self) -> None:
        self._heads: dict[TenantId, int] = {}
        self._since: dict[TenantId, float] = {}
        self._urged: dict[TenantId, int] = {}
        self._seen: dict[TenantId, int] = {}
        self._numbers = count()
        self._looked_at = 0.0

    def urge(self, tenants: Collection[TenantId]) -> None:
        """These trees do not wait until they have grown: something that is to be seen outside at once has come."""
        self._urged.update((tenant_id, next(self._numbers)) for tenant_id in tenants)

    def look(self) -> None:
        """Call it before it is asked which trees are behind: what was urged before is in the logs then."""
        self._seen = dict(self._urged)

    def grown(self, tenant_id: TenantId, size: int) -> None:
        """This tree has come to where its log was seen last, or beyond."""
        if size >= self._heads.get(tenant_id, 0):
            self._since.pop(tenant_id, None)
            if self._urged.get(tenant_id) == self._seen.get(tenant_id):  # Else something more has come meanwhile.
                self._urged.pop(tenant_id, None)

    def growing(self, found: Sequence[Due], now: float) -> list[Due]:
        """Those of the trees that are behind which are to grow now, by the loop's clock: what is urged first. Others
        wait, unless a checkpoint is due of them."""
        behind = [due for due in found if due.grows]
        moved = sum(max(0, due.head - self._heads.get(due.tenant_id, due.size)) for due in behind)
        busy = moved > BUSY_EVENTS_A_SECOND * (now - self._looked_at)
        self._heads, self._looked_at = {due.tenant_id: due.head for due in behind}, now
        self._since = {due.tenant_id: self._since.get(due.tenant_id, now) for due in behind}
        urged = [due for due in behind if due.tenant_id in self._seen]
        others = [due for due in behind if due.tenant_id not in self._seen]
        others.sort(key=lambda due: self._since[due.tenant_id])
        return urged + [due for due in others if due.signs or self._has_waited(due, now, busy=busy)]

    def is_urged(self, tenant_id: TenantId) -> bool:
        return tenant_id in self._seen

    def _has_waited(self, due: Due, now: float, *, busy: bool) -> bool:
        waited, behind = now - self._since[due.tenant_id], due.head - due.size
        if busy:
            return waited >= SECONDS_MAX or behind >= EVENTS_MAX
        return waited >= QUIET_SECONDS_MAX or behind >= QUIET_EVENTS_MAX or due.size == 0
