"""Trees that grow behind the logs, and the checkpoints of them that are signed and handed out of our hands."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import msgspec
import structlog

from adapters.audit.comparing import Comparing
from adapters.audit.sinks import Sink, SinkAhead, SinkAway, SinkRefused
from adapters.keys.signing import Ed25519Signer
from adapters.postgres.trees import PostgresTrees, Tree
from application.merkle import consistency_ranges
from application.notes import Checkpoint, Note, Signature, origin_of, signed
from application.ports import Unavailable
from domain.ids import TenantId

TURN_SECONDS = 0.4
CHECKPOINT_SECONDS = 60.0
"""How long an event waits for a checkpoint at most, where none of the urgent ones comes first."""
RETRY_SECONDS = 5.0
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


class Publishing:
    """Signs a tree's checkpoint, stores it, and hands it out: to `keepers` at once, to `witnesses`, and to the keepers
    again with what the witnesses have signed. Nothing is signed before `comparing` has held the log against what the
    keepers have."""

    def __init__(
        self,
        trees: PostgresTrees,
        *,
        log_name: str,
        signers: Sequence[Ed25519Signer],
        keepers: Sequence[Sink] = (),
        witnesses: Sequence[Sink] = (),
        comparing: Comparing | None = None,
    ) -> None:
        self._trees, self._log_name, self._signers = trees, log_name, signers
        self._keepers, self._witnesses, self._comparing = keepers, witnesses, comparing

    async def publish(self, tenant_id: TenantId, tree: Tree) -> bool:
        """False: some sink could not take it now, or the log does not fit what one holds; it is to be asked again.

        Raises:
            Unavailable: the database is away.
        """
        if self._comparing is not None and not await self._comparing.stands(tenant_id):
            return False
        origin = origin_of(self._log_name, tenant_id, tree.epoch)
        text = Checkpoint(origin=origin, size=tree.size, root=tree.root).text()
        note = signed(text, self._signers)
        await self._trees.keep(tenant_id, tree.epoch, tree.size, note.whole())
        kept, _ = await self._put(self._keepers, tenant_id, tree, note)
        seen, cosignatures = await self._put(self._witnesses, tenant_id, tree, note)
        if not cosignatures:
            return kept and seen
        note = msgspec.structs.replace(note, signatures=(*note.signatures, *cosignatures))
        await self._trees.keep(tenant_id, tree.epoch, tree.size, note.whole())
        kept, _ = await self._put(self._keepers, tenant_id, tree, note)
        return kept and seen

    async def _put(
        self, sinks: Sequence[Sink], tenant_id: TenantId, tree: Tree, note: Note
    ) -> tuple[bool, list[Signature]]:
        async def prove(old: int) -> list[bytes]:
            return await self._trees.hashes(tenant_id, consistency_ranges(old, tree.size))

        answers = await asyncio.gather(*(sink.put(note, prove) for sink in sinks), return_exceptions=True)
        taken, signatures = True, list[Signature]()
        for sink, answer in zip(sinks, answers, strict=True):
            match answer:
                case SinkAway() | SinkRefused():
                    log.error("checkpoint not taken", sink=sink.name, tenant=tenant_id, size=tree.size, why=str(answer))
                    taken = False
                    if isinstance(answer, SinkAhead) and self._comparing is not None:
                        origin = origin_of(self._log_name, tenant_id, tree.epoch)
                        await self._comparing.ahead(
                            tenant_id, tree.epoch, holder=sink.name, origin=origin, size=answer.size
                        )
                case BaseException():
                    raise answer
                case _:
                    signatures += answer
        return taken, signatures


class Growing:
    """Follows every log with its tree. Any number of servers may: what is due stands in the database, of two who grow a
    tree one is too late, and the same tree gives the same checkpoint."""

    def __init__(self, trees: PostgresTrees, publishing: Publishing | None = None) -> None:
        self._trees, self._publishing = trees, publishing
        self._retries: dict[TenantId, float] = {}

    async def run(self) -> None:
        """Until cancelled; a turn in which the database is away is left out."""
        while True:
            with suppress(Unavailable):
                await self.turn()
            await asyncio.sleep(TURN_SECONDS)

    async def turn(self) -> None:
        """Bring each tree to the end of its log, and publish what is due.

        Raises:
            Unavailable: the database is away.
        """
        found = await self._trees.due(CHECKPOINT_SECONDS)
        behind = [due.tenant_id for due in found if due.grows]
        for tenant_id in behind:
            while await self._trees.grow(tenant_id, urgent=URGENT):
                pass
        if behind:  # What has come may want to be signed at once.
            found = await self._trees.due(CHECKPOINT_SECONDS)
        now = asyncio.get_running_loop().time()
        again = {tenant_id for tenant_id, at in self._retries.items() if at <= now}
        for tenant_id in again | ({due.tenant_id for due in found if due.signs} - self._retries.keys()):
            await self._publish(tenant_id)

    async def _publish(self, tenant_id: TenantId) -> None:
        self._retries.pop(tenant_id, None)
        tree = await self._trees.tree(tenant_id)
        if self._publishing is None or tree is None:
            return
        if not await self._publishing.publish(tenant_id, tree):
            self._retries[tenant_id] = asyncio.get_running_loop().time() + RETRY_SECONDS
