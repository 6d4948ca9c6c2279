"""Checkpoints: signed, stored, and handed out of our hands."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import msgspec
import structlog

from adapters.audit.comparing import Comparing
from adapters.audit.sinks import Sink, SinkAhead, SinkAway, SinkRefused
from adapters.keys.signing import Ed25519Signer
from adapters.postgres.trees import SPOILT, PostgresTrees, Tree
from application.merkle import consistency_ranges
from application.notes import (
    Checkpoint,
    Note,
    NoteRefused,
    Prove,
    Signature,
    joined,
    origin_of,
    parse_checkpoint,
    parse_note,
    signed,
)
from application.ports import EventStore, Unavailable
from domain.ids import TenantId

RETRY_SECONDS = 5.0
SEEK_SECONDS = 0.2
SOUGHT_AT_ONCE = 8
PUT_SECONDS_MAX = 12.0
"""Longer than a witness has for its answer. The trees wait for the keepers, so one that hangs is then left alone."""
QUIET_SECONDS = 60.0

log = structlog.get_logger("audit")


class Unseen(msgspec.Struct, frozen=True):
    """A checkpoint that a witness has not signed yet, or, once it has (`is_signed`), that the keepers lack its line of;
    `at`: when they are asked (again), by the loop's clock."""

    tree: Tree
    note: Note
    at: float = 0.0
    is_signed: bool = False


Asked = tuple[TenantId, Sink]


class Publishing:
    """Signs a tree's checkpoint, stores it, and hands it to `keepers` at once. `witnesses` may be slow or away: each is
    asked for each tenant's newest checkpoint by itself, nobody waits for it, and the keepers get what it signed.

    Nothing is signed before `comparing` has held the log against what the keepers have. `store`: of whose tenants the
    newest checkpoints are asked for again at the start, where witnesses' lines are lacking.
    """

    def __init__(
        self,
        trees: PostgresTrees,
        *,
        log_name: str,
        signers: Sequence[Ed25519Signer],
        keepers: Sequence[Sink] = (),
        witnesses: Sequence[Sink] = (),
        comparing: Comparing | None = None,
        store: EventStore | None = None,
    ) -> None:
        self._trees, self._log_name, self._signers, self._store = trees, log_name, signers, store
        self._keepers, self._witnesses, self._comparing = keepers, witnesses, comparing
        self._unseen: dict[Asked, Unseen] = {}
        self._newest: dict[TenantId, Tree] = {}
        self._faults: set[tuple[str, TenantId]] = set()
        self._quiet_until: dict[str, float] = {}
        self._few = {witness: asyncio.Semaphore(SOUGHT_AT_ONCE) for witness in witnesses}

    async def publish(self, tenant_id: TenantId, tree: Tree) -> bool:
        """False: some keeper could not take it now, or the log does not fit what one holds; it is to be asked again.

        Raises:
            Unavailable: the database is away.
        """
        if self._comparing is not None and not await self._comparing.stands(tenant_id, tree):
            return False
        text = Checkpoint(origin=self._origin(tenant_id, tree), size=tree.size, root=tree.root).text()
        note = signed(text, self._signers)
        await self._trees.keep(tenant_id, tree.epoch, tree.size, note)
        kept, _ = await self._put(self._keepers, tenant_id, tree, note)
        if kept:
            await self._trees.mark_handed_out(tenant_id, tree.epoch, tree.size)
        self._want(tenant_id, tree, note)
        return kept

    def _want(self, tenant_id: TenantId, tree: Tree, note: Note) -> None:
        """Of each witness whose line the note lacks; what was wanted of the tenant before is overtaken."""
        self._newest[tenant_id] = tree
        names = {each.name for each in note.signatures}
        for witness in self._witnesses:
            self._unseen.pop((tenant_id, witness), None)
            if witness.name not in names:
                self._unseen[tenant_id, witness] = Unseen(tree, note)

    async def run(self) -> None:
        """Ask the witnesses, until cancelled: who is slow to answer for one tenant keeps no other waiting."""
        asking: set[asyncio.Task[None]] = set()
        is_resumed = False
        try:
            while True:
                with suppress(Unavailable):
                    if not is_resumed:
                        await self.resume()
                        is_resumed = True
                asking |= {asyncio.create_task(self._seek(*each)) for each in self._due()}
                await asyncio.sleep(SEEK_SECONDS)
                ended = {task for task in asking if task.done()}
                asking -= ended
                for task in ended:
                    with suppress(Unavailable):
                        task.result()
        finally:
            for task in asking:
                task.cancel()
            if asking:
                await asyncio.wait(asking)

    async def resume(self) -> None:
        """Want again what each log's newest checkpoint lacks: the server that wanted it may have been stopped.

        Raises:
            Unavailable: the database is away.
        """
        for tenant_id in await self._store.heads() if self._store is not None and self._witnesses else ():
            await self._overtaken(tenant_id)

    async def _overtaken(self, tenant_id: TenantId) -> bool:
        """Whether a newer checkpoint is stored than what is wanted of the tenant: then what that lacks is, from now on.
        Another server has signed it, or this one did before it was started again. Raises: Unavailable."""
        for kept in await self._trees.checkpoints(tenant_id):
            wanted = self._newest.get(tenant_id)
            with suppress(NoteRefused):
                note = parse_note(kept.note)
                said = parse_checkpoint(note.text)
                tree = Tree(size=said.size, epoch=kept.epoch, root=said.root)
                is_newer = wanted is None or (wanted.epoch, wanted.size) < (tree.epoch, tree.size)
                if is_newer and said.origin == self._origin(tenant_id, tree):
                    self._want(tenant_id, tree, note)
                    return True
        return False

    async def seek(self) -> None:
        """Ask each witness for what it has not signed of each tenant's newest checkpoint, where it is time.

        Raises:
            Unavailable: the database is away.
        """
        await asyncio.gather(*(self._seek(*each) for each in self._due()))

    def _due(self) -> list[tuple[Asked, Unseen]]:
        now = asyncio.get_running_loop().time()
        due = [asked for asked, each in self._unseen.items() if each.at <= now]
        return [(asked, self._unseen.pop(asked)) for asked in due]

    async def _seek(self, asked: Asked, wanted: Unseen) -> None:
        (tenant_id, witness), unseen = asked, wanted
        left: Unseen | None = unseen
        try:
            async with self._few[witness]:
                left = await self._sought(tenant_id, witness, unseen)
        except SPOILT:  # The others' are asked all the same.
            log.exception("tree cannot be handed out", tenant=tenant_id)
        finally:
            if left is not None and self._newest[tenant_id] == unseen.tree:  # Else a newer one has taken its place.
                retry_at = asyncio.get_running_loop().time() + RETRY_SECONDS
                self._unseen.setdefault(asked, msgspec.structs.replace(left, at=retry_at))

    async def _sought(self, tenant_id: TenantId, witness: Sink, unseen: Unseen) -> Unseen | None:
        """What is still to be done; None: nothing."""
        tree, note = unseen.tree, unseen.note
        if not unseen.is_signed:
            done, cosignatures = await self._put([witness], tenant_id, tree, note)
            if not cosignatures:
                return None if done or await self._overtaken(tenant_id) else unseen
            note = joined(note, Note(text=note.text, signatures=tuple(cosignatures)))
            note = await self._trees.keep(tenant_id, tree.epoch, tree.size, note)
        kept, _ = await self._put(self._keepers, tenant_id, tree, note)
        return None if kept else Unseen(tree, note, is_signed=True)

    def _origin(self, tenant_id: TenantId, tree: Tree) -> str:
        return origin_of(self._log_name, tenant_id, tree.epoch)

    async def _put(
        self, sinks: Sequence[Sink], tenant_id: TenantId, tree: Tree, note: Note
    ) -> tuple[bool, list[Signature]]:
        async def prove(old: int) -> list[bytes]:
            return await self._trees.hashes(tenant_id, consistency_ranges(old, tree.size))

        asked = [self._answered(sink, note, prove) for sink in sinks]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        taken, signatures = True, list[Signature]()
        for sink, answer in zip(sinks, answers, strict=True):
            match answer:
                case SinkAway() | SinkRefused():
                    self._tell(sink, tenant_id, tree, answer)
                    taken = False
                    if isinstance(answer, SinkAhead) and self._comparing is not None:
                        origin = self._origin(tenant_id, tree)
                        await self._comparing.ahead(
                            tenant_id, tree.epoch, holder=sink.name, origin=origin, size=answer.size
                        )
                case BaseException():
                    raise answer
                case _:
                    self._faults.discard((sink.name, tenant_id))
                    signatures += answer
        return taken, signatures

    async def _answered(self, sink: Sink, note: Note, prove: Prove) -> Sequence[Signature]:
        """Raises: SinkAway, SinkRefused: also where it hangs, and for a while after."""
        now = asyncio.get_running_loop().time()
        if now < self._quiet_until.get(sink.name, now):
            raise SinkAway(f"no answer within {PUT_SECONDS_MAX:g} seconds")
        try:
            async with asyncio.timeout(PUT_SECONDS_MAX):
                return await sink.put(note, prove)
        except TimeoutError as error:
            self._quiet_until[sink.name] = asyncio.get_running_loop().time() + QUIET_SECONDS
            raise SinkAway(f"no answer within {PUT_SECONDS_MAX:g} seconds") from error

    def _tell(self, sink: Sink, tenant_id: TenantId, tree: Tree, fault: SinkAway | SinkRefused) -> None:
        """Once, until the sink has taken one of this tenant's again."""
        if (sink.name, tenant_id) not in self._faults:
            self._faults.add((sink.name, tenant_id))
            log.error("checkpoint not taken", sink=sink.name, tenant=tenant_id, size=tree.size, why=str(fault))
