"""Trees that grow behind the logs, and the checkpoints of them that are signed and handed out of our hands."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import msgspec
import structlog

from adapters.keys.signing import Ed25519Signer
from adapters.postgres.trees import PostgresTrees, Tree
from application.merkle import consistency_ranges
from application.notes import Checkpoint, Note, Prove, Signature, origin_of, signed
from application.ports import EventStore, Unavailable
from domain.ids import TenantId

TURN_SECONDS = 0.25
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


class SinkAway(Exception):
    """The sink cannot be reached or written now."""


class SinkRefused(Exception):
    """The sink does not take this checkpoint: it holds one that this does not continue, or does not know the log."""


class Sink(Protocol):
    """Somewhere outside the database that keeps checkpoints, or signs that it has seen them."""

    @property
    def name(self) -> str: ...

    async def put(self, note: Note, prove: Prove) -> Sequence[Signature]:
        """Hand the checkpoint out; the cosignatures that come back, none from a mere keeper.

        Raises:
            SinkAway, SinkRefused.
        """
        ...


class Publishing:
    """Signs a tree's checkpoint, stores it, and hands it out: to `keepers` at once, to `witnesses`, and to the keepers
    again with what the witnesses have signed."""

    def __init__(
        self,
        trees: PostgresTrees,
        *,
        log_name: str,
        signers: Sequence[Ed25519Signer],
        keepers: Sequence[Sink] = (),
        witnesses: Sequence[Sink] = (),
    ) -> None:
        self._trees, self._log_name, self._signers = trees, log_name, signers
        self._keepers, self._witnesses = keepers, witnesses

    async def publish(self, tenant_id: TenantId, tree: Tree) -> bool:
        """False: some sink could not take it now, and is to be asked again.

        Raises:
            Unavailable: the database is away.
        """
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
                case BaseException():
                    raise answer
                case _:
                    signatures += answer
        return taken, signatures


class _Standing(msgspec.Struct):
    """Of one tenant: its tree, how much of it the last checkpoint covers and when that was, by the loop's clock."""

    tree: Tree
    published: int
    at: float
    urgent: bool
    retry_at: float = 0.0


class Growing:
    """Follows every log with its tree. Any number of servers may: one at a time works on a tree, and the same tree
    gives the same checkpoint."""

    def __init__(self, store: EventStore, trees: PostgresTrees, publishing: Publishing | None = None) -> None:
        self._store, self._trees, self._publishing = store, trees, publishing
        self._standing: dict[TenantId, _Standing] = {}

    async def run(self) -> None:
        """Until cancelled; a turn in which the database is away is left out."""
        while True:
            try:
                await self.turn()
            except Unavailable:
                self._standing.clear()
            await asyncio.sleep(TURN_SECONDS)

    async def turn(self) -> None:
        """Bring each tree to the end of its log, and publish what is due.

        Raises:
            Unavailable: the database is away.
        """
        for tenant_id, head in (await self._store.heads()).items():
            if head == 0:
                continue
            standing = self._standing.get(tenant_id)
            if standing is None or standing.tree.size < head:
                standing = await self._grow(tenant_id)
            if standing is not None and self._is_due(standing):
                await self._publish(tenant_id, standing)

    async def _grow(self, tenant_id: TenantId) -> _Standing | None:
        urgent = False
        while grown := await self._trees.grow(tenant_id, urgent=URGENT):
            urgent = urgent or grown.urgent
        tree = await self._trees.tree(tenant_id)
        if tree is None:  # Another server is about to make its first leaves.
            return None
        known = self._standing.get(tenant_id)
        if known is None:
            # Whether something urgent is behind the last checkpoint is not known: nothing waits then.
            last = await self._trees.checkpoints(tenant_id)
            covered = last[0].size if last and last[0].epoch == tree.epoch else 0
            known = self._standing[tenant_id] = _Standing(tree=tree, published=covered, at=0.0, urgent=True)
        known.tree, known.urgent = tree, known.urgent or urgent
        return known

    def _is_due(self, standing: _Standing) -> bool:
        if self._publishing is None or standing.tree.size <= standing.published:
            return False
        now = asyncio.get_running_loop().time()
        return now >= standing.retry_at and (standing.urgent or now - standing.at >= CHECKPOINT_SECONDS)

    async def _publish(self, tenant_id: TenantId, standing: _Standing) -> None:
        assert self._publishing is not None, "nothing is due otherwise"
        tree, now = standing.tree, asyncio.get_running_loop().time()
        if await self._publishing.publish(tenant_id, tree):
            standing.published, standing.at, standing.urgent = tree.size, now, False
        else:
            standing.retry_at = now + RETRY_SECONDS
