"""Trees that grow behind the logs, and what is due of them."""

import asyncio
from collections.abc import Collection
from contextlib import suppress

import structlog

from adapters.audit.comparing import Comparing
from adapters.audit.patience import Patience
from adapters.audit.publishing import RETRY_SECONDS, Publishing
from adapters.postgres.trees import SPOILT, Due, PostgresTrees
from application.ports import Unavailable
from domain.ids import TenantId

TURN_SECONDS = 0.4
TURN_EVENTS = 20_000
"""A turn that gives way does about as many, and what is urgent beside them: some 0.2 s."""
CHECKPOINT_SECONDS = 60.0
"""How long an event waits for a checkpoint at most, where none of the urgent ones comes first."""
STUCK_SECONDS = 60.0
"""How long a tree is left alone whose log lacks rows."""
URGENT = (
    "award.decided",
    "award.revoked",
    "award.corrected",
    "council.decision-issued",
    "log.epoch-opened",
    "member.erased",
)
"""What a checkpoint follows at once."""

log = structlog.get_logger("audit")


class Growing:
    """Follows every log with its tree. Any number of servers may: what is due stands in the database, of two who grow a
    tree one is too late, and the same tree gives the same checkpoint."""

    def __init__(
        self, trees: PostgresTrees, publishing: Publishing | None = None, comparing: Comparing | None = None
    ) -> None:
        self._trees, self._publishing, self._comparing = trees, publishing, comparing
        self._retries: dict[TenantId, float] = {}
        self._stuck_until: dict[TenantId, float] = {}
        self._patience = Patience()

    def urge(self, tenants: Collection[TenantId]) -> None:
        """Something that is urgent has come to these tenants' logs: their trees give way to nobody."""
        self._patience.urge(tenants)

    async def run(self) -> None:
        """Until cancelled; a turn in which the database is away is left out."""
        while True:
            with suppress(Unavailable):
                await self.turn(give_way=True)
            await asyncio.sleep(TURN_SECONDS)

    async def turn(self, *, give_way: bool = False) -> None:
        """Bring each tree to the end of its log, and publish what is due. `give_way`: only some of the way where there
        is much to append, those first for which something is urgent.

        Raises:
            Unavailable: the database is away.
        """
        self._patience.look()
        found = await self._trees.due(CHECKPOINT_SECONDS)
        growing, left = [due for due in found if due.grows], None
        if give_way:
            growing, left = self._patience.growing(found, asyncio.get_running_loop().time()), TURN_EVENTS
        for due in growing:
            urged = self._patience.is_urged(due.tenant_id)
            grown = await self._grow(due, None if urged else left)
            if urged and grown:
                await self._publish(due.tenant_id)
            elif left is not None and (left := left - grown) <= 0:
                break
        if growing:  # What has come may want to be signed at once.
            found = await self._trees.due(CHECKPOINT_SECONDS)
        now = asyncio.get_running_loop().time()
        again = {tenant_id for tenant_id, at in self._retries.items() if at <= now}
        for tenant_id in again | ({due.tenant_id for due in found if due.signs} - self._retries.keys()):
            await self._publish(tenant_id)

    async def _grow(self, due: Due, most: int | None) -> int:
        """How many events it has grown by; `most`: stop when it is so many."""
        tenant_id, now, grown = due.tenant_id, asyncio.get_running_loop().time(), 0
        if now < self._stuck_until.get(tenant_id, now):
            return 0
        try:
            while tree := await self._trees.grow(tenant_id, urgent=URGENT):
                grown = tree.size - due.size
                self._patience.grown(tenant_id, tree.size)
                if most is not None and grown >= most:
                    break
        except SPOILT:  # The others' trees go on.
            log.exception("tree stuck", tenant=tenant_id)
            self._stuck_until[tenant_id] = now + STUCK_SECONDS
            grown = 0
        # A log that is ahead of its tree, and gives nothing to grow by, lacks rows, unless another server was faster.
        if not grown and self._comparing is not None and await self._comparing.lacking(tenant_id) is not None:
            self._stuck_until[tenant_id] = now + STUCK_SECONDS
        return grown

    async def _publish(self, tenant_id: TenantId) -> None:
        self._retries.pop(tenant_id, None)
        tree = await self._trees.tree(tenant_id)
        if self._publishing is None or tree is None:
            return
        try:
            done = await self._publishing.publish(tenant_id, tree)
        except SPOILT:
            log.exception("tree cannot be handed out", tenant=tenant_id)
            done = False
        if not done:
            self._retries[tenant_id] = asyncio.get_running_loop().time() + RETRY_SECONDS
