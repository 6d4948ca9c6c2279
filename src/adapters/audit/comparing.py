"""A restore does not fork: each log is held against its newest checkpoint outside, and stopped if it does not fit."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Literal, Protocol, TypeVar

import msgspec
import structlog

from adapters.audit.sinks import SinkAway, SinkRefused
from adapters.postgres.trees import LEAVES_MAX, SPOILT, PostgresTrees, RowsMissing, Tree
from application.merkle import EMPTY_ROOT, ProofRefused, consistency_ranges, verify_consistency
from application.notes import Checkpoint, Note, origin_of, parse_checkpoint
from application.ports import EventStore, Halt, Unavailable
from domain.ids import TenantId

T = TypeVar("T")

TURN_SECONDS = 1.0
AGAIN_SECONDS = 60.0
RETRY_SECONDS = 5.0
ANSWER_SECONDS_MAX = 5.0
GROWING_SECONDS = 0.05
QUIET_SECONDS = 10.0
"""How long a keeper that did not answer is left alone: each question costs ANSWER_SECONDS_MAX, and each log has one."""
UNREACHED_SECONDS = 10.0
"""How long a checkpoint may be on its way to a keeper: it is handed out at once, and again each five seconds."""
EPOCHS_AHEAD = 3
"""How far behind the log's own epoch one is looked for outside: a restored database does not know of later ones."""

log = structlog.get_logger("audit")


class Keeper(Protocol):
    """A keeper of checkpoints outside the database that can be asked for them.

    Raises, from each: SinkAway, SinkRefused.
    """

    @property
    def name(self) -> str: ...
    async def latest(self, origin: str) -> Note | None: ...
    async def sizes(self, origin: str) -> list[int]: ...
    async def at(self, origin: str, size: int) -> Note | None: ...


class Outside(msgspec.Struct, frozen=True, kw_only=True):
    """The newest checkpoint of a log that a keeper has."""

    keeper: Keeper
    epoch: int
    checkpoint: Checkpoint


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """A log beside what lies outside: `newest` of each keeper that has one, and the first that it does not fit (`halt`,
    of `against`), or that it lacks rows (`against` None); None: it fits all. `away`: the keepers that could not be
    asked, each with why."""

    epoch: int
    head: int
    newest: tuple[Outside, ...]
    away: tuple[str, ...]
    against: Outside | None = None
    halt: Halt | None = None

    def covers(self, tree: Tree) -> bool:
        """Whether the tree is of the log's epoch and no smaller than what lies outside: only then it was compared."""
        return tree.epoch == self.epoch and all(tree.size >= each.checkpoint.size for each in self.newest)


class Comparing:
    """Compares at the start, before appends over a new connection, before a checkpoint is signed, and each minute."""

    def __init__(
        self, store: EventStore, trees: PostgresTrees, *, log_name: str, keepers: Sequence[Keeper] = ()
    ) -> None:
        self._store, self._trees, self._log_name, self._keepers = store, trees, log_name, keepers
        self._session: int | None = None
        self._due_at = 0.0
        self._told: dict[TenantId, tuple[str, ...]] = {}
        self._quiet_until: dict[str, float] = {}

    async def run(self) -> None:
        """Until cancelled; what is away is asked again."""
        while True:
            await asyncio.sleep(TURN_SECONDS)
            # A database that was away may be another one now.
            if self._store.session != self._session or asyncio.get_running_loop().time() >= self._due_at:
                try:
                    await self.look()
                except Unavailable:
                    self._due_at = 0.0

    async def look(self) -> None:
        """Compare every log, and stop those that do not fit.

        Raises:
            Unavailable: the database is away.
        """
        self._trees.forget()
        session = self._store.session
        fit = [await self.stands(tenant_id) for tenant_id in await self._store.heads()]
        self._session = session
        self._due_at = asyncio.get_running_loop().time() + (AGAIN_SECONDS if all(fit) else RETRY_SECONDS)

    async def stands(self, tenant_id: TenantId, tree: Tree | None = None) -> bool:
        """Whether the log is known to fit its checkpoints outside; one that does not is stopped. So is one whose
        `tree`, which is to be signed, does not continue them: the database is not believed what its root is. One that
        has not come to them yet, or to the log's epoch, is not to be signed either, and nothing is stopped for it.

        Raises:
            Unavailable: the database is away.
        """
        compared = await self.compare(tenant_id, tree)
        self._tell(tenant_id, compared.away)
        if compared.halt is not None:
            await self.stop(tenant_id, compared.epoch, compared.halt)
        return compared.halt is None and not compared.away and (tree is None or compared.covers(tree))

    def _tell(self, tenant_id: TenantId, away: tuple[str, ...]) -> None:
        """Once, until it is otherwise: it is asked every few seconds."""
        if away == self._told.get(tenant_id, ()):
            return
        self._told[tenant_id] = away
        if away:
            log.warning("checkpoints not compared", tenant=tenant_id, away=away)
        else:
            log.info("checkpoints can be compared again", tenant=tenant_id)

    async def stop(self, tenant_id: TenantId, epoch: int, halt: Halt) -> None:
        """Raises: Unavailable: the database is away."""
        if (await self._store.frozen()).get(tenant_id) is None:
            await self._store.freeze(tenant_id, epoch, halt)
            log.error("log stopped", tenant=tenant_id, **msgspec.structs.asdict(halt))

    async def ahead(self, tenant_id: TenantId, epoch: int, *, holder: str, origin: str, size: int) -> None:
        """A witness says that it has seen a larger tree: stop the log, unless it has grown as far meanwhile.

        Raises:
            Unavailable: the database is away.
        """
        head = (await self._store.heads()).get(tenant_id, 0)
        if size > head:
            halt = Halt(reason="shorter", holder=holder, origin=origin, size=size, root=None, head=head)
            await self.stop(tenant_id, epoch, halt)

    async def lacking(self, tenant_id: TenantId) -> int | None:
        """As `missing`; such a log is stopped, for what would be appended could never be proven.

        Raises:
            Unavailable: the database is away.
        """
        epoch = (await self._store.epochs()).get(tenant_id, 1)
        head = (await self._store.heads()).get(tenant_id, 0)
        missing = await self.missing(tenant_id, head)
        if missing is not None:
            await self.stop(tenant_id, epoch, self._lacking(tenant_id, epoch, head, missing))
        return missing

    async def missing(self, tenant_id: TenantId, head: int) -> int | None:
        """The first position without a row among the next that the tree would grow by; None: it can go on. The log must
        have come to `head` before: positions are given in the order of the commits, so all rows up to it can be seen.

        Raises:
            Unavailable: the database is away.
        """
        tree = await self._trees.tree(tenant_id)
        after = tree.size if tree else 0
        return await self._trees.first_missing(tenant_id, after=after, until=min(head, after + LEAVES_MAX))

    def _lacking(self, tenant_id: TenantId, epoch: int, head: int, missing: int) -> Halt:
        origin = origin_of(self._log_name, tenant_id, epoch)
        return Halt(reason="lacking", holder="log", origin=origin, size=missing - 1, root=None, head=head)

    async def compare(self, tenant_id: TenantId, tree: Tree | None = None) -> Compared:
        """`tree`: what is to be signed, if anything is. Raises: Unavailable: the database is away."""
        epoch = (await self._store.epochs()).get(tenant_id, 1)
        newest, away = [], []
        for keeper in self._keepers:
            try:
                if (outside := await self._newest(keeper, tenant_id, epoch)) is not None:
                    newest.append(outside)
            except TimeoutError:
                self._quiet_until[keeper.name] = asyncio.get_running_loop().time() + QUIET_SECONDS
                away.append(f"{keeper.name}: no answer within {ANSWER_SECONDS_MAX:g} seconds")
            except (SinkAway, SinkRefused) as error:
                away.append(f"{keeper.name}: {error}")
        # After the checkpoints: another server may add events and a checkpoint of them in between.
        head = (await self._store.heads()).get(tenant_id, 0)
        compared = Compared(epoch=epoch, head=head, newest=tuple(newest), away=tuple(away))
        for outside in newest:
            reason = await self._reason(tenant_id, head, outside.checkpoint, tree)
            if reason is not None:
                halt = Halt(
                    reason=reason,
                    holder=outside.keeper.name,
                    origin=outside.checkpoint.origin,
                    size=outside.checkpoint.size,
                    root=outside.checkpoint.root.hex(),
                    head=head,
                )
                return msgspec.structs.replace(compared, against=outside, halt=halt)
        if (missing := await self.missing(tenant_id, head)) is not None:
            return msgspec.structs.replace(compared, halt=self._lacking(tenant_id, epoch, head, missing))
        return compared

    async def cut(self, tenant_id: TenantId, compared: Compared, halt: Halt) -> int:
        """The last position at which a log that was stopped is known to be the one of the checkpoints outside.

        Raises:
            SinkAway, SinkRefused: they cannot be read.
            Unavailable: the database is away.
        """
        for outside in [compared.against] if compared.against else compared.newest:
            if halt.root is None:
                return await self._largest_cosigned(tenant_id, compared.head, outside, by=halt.holder)
            for epoch in range(outside.epoch, 0, -1):
                origin = origin_of(self._log_name, tenant_id, epoch)
                sizes = [size for size in await _asked(outside.keeper.sizes(origin)) if size <= compared.head]
                if sizes and await self._fits(tenant_id, outside.keeper, origin, sizes[-1]):
                    # What follows it is what the backup holds, if the log is shorter; else nobody can tell.
                    return compared.head if halt.reason == "shorter" else sizes[-1]
                if fitting := await self._largest_fitting(tenant_id, outside.keeper, origin, sizes):
                    return fitting
        return 0

    async def unreached(self, tenant_id: TenantId, compared: Compared) -> list[str]:
        """The keepers that lack a checkpoint that was signed UNREACHED_SECONDS ago; none while one cannot be read.

        Raises:
            Unavailable: the database is away.
        """
        signed = await self._trees.checkpoints(tenant_id, age_s=UNREACHED_SECONDS)
        reached = {each.keeper.name: (each.epoch, each.checkpoint.size) for each in compared.newest}
        return [
            keeper.name
            for kept in signed
            for keeper in self._keepers
            if not compared.away and reached.get(keeper.name, (0, 0)) < (kept.epoch, kept.size)
        ]

    async def root(self, tenant_id: TenantId, size: int) -> bytes:
        """The root over the log's first events, up to its end.

        Raises:
            RowsMissing: not all of them are there.
            Unavailable: the database is away.
        """
        if size == 0:
            return EMPTY_ROOT
        while (tree := await self._trees.tree(tenant_id)) is None or tree.size < size:
            if await self._trees.grow(tenant_id) is None:  # Another server is at it, or there is nothing to grow by.
                reached = tree.size if tree else 0
                if not await self._trees.leaves(tenant_id, after=reached, limit=1):
                    raise RowsMissing(tenant_id, reached)
                await asyncio.sleep(GROWING_SECONDS)
        [root] = await self._trees.hashes(tenant_id, [(0, size)])
        return root

    async def _newest(self, keeper: Keeper, tenant_id: TenantId, epoch: int) -> Outside | None:
        if asyncio.get_running_loop().time() < self._quiet_until.get(keeper.name, 0.0):
            raise SinkAway(f"no answer within {ANSWER_SECONDS_MAX:g} seconds")
        found = None
        for each in range(max(1, epoch), epoch + EPOCHS_AHEAD + 1):
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                note = await keeper.latest(origin_of(self._log_name, tenant_id, each))
            if note is not None:
                found = Outside(keeper=keeper, epoch=each, checkpoint=parse_checkpoint(note.text))
        return found

    async def _reason(
        self, tenant_id: TenantId, head: int, outside: Checkpoint, tree: Tree | None
    ) -> Literal["shorter", "different"] | None:
        if outside.size > head:
            return "shorter"
        if tree is not None and tree.size >= outside.size:  # The way to its root leads through the one outside.
            return None if await self._continued(tenant_id, outside, tree) else "different"
        return None if await self._has_root(tenant_id, outside) else "different"

    async def _has_root(self, tenant_id: TenantId, outside: Checkpoint) -> bool:
        try:
            return await self.root(tenant_id, outside.size) == outside.root
        except SPOILT as spoilt:
            log.warning("log or tree spoilt", tenant=tenant_id, why=str(spoilt))
            return False

    async def _continued(self, tenant_id: TenantId, outside: Checkpoint, tree: Tree) -> bool:
        """Whether the tree begins with the one outside, which is no larger."""
        try:
            path = await self._trees.hashes(tenant_id, consistency_ranges(outside.size, tree.size))
            verify_consistency(outside.size, tree.size, outside.root, tree.root, path)
        except (*SPOILT, ProofRefused) as error:
            log.warning("tree does not continue", tenant=tenant_id, size=tree.size, why=str(error))
            return False
        return True

    async def _fits(self, tenant_id: TenantId, keeper: Keeper, origin: str, size: int) -> bool:
        note = await _asked(keeper.at(origin, size))
        return note is not None and await self._has_root(tenant_id, parse_checkpoint(note.text))

    async def _largest_cosigned(self, tenant_id: TenantId, head: int, outside: Outside, *, by: str) -> int:
        """The size of the largest checkpoint that fits and bears this witness's line: the keeper went back with the
        database, and may hold checkpoints that were signed since. 0: there is none."""
        for epoch in range(outside.epoch, 0, -1):
            origin = origin_of(self._log_name, tenant_id, epoch)
            for size in reversed(await _asked(outside.keeper.sizes(origin))):
                note = await _asked(outside.keeper.at(origin, size)) if size <= head else None
                if note is not None and by in [each.name for each in note.signatures]:
                    return size if await self._fits(tenant_id, outside.keeper, origin, size) else 0
        return 0

    async def _largest_fitting(self, tenant_id: TenantId, keeper: Keeper, origin: str, sizes: Sequence[int]) -> int:
        """0: none fits. Where a tree fits, every smaller one does."""
        low, high = 0, len(sizes)
        while low < high:
            middle = (low + high) // 2
            fits = await self._fits(tenant_id, keeper, origin, sizes[middle])
            low, high = (middle + 1, high) if fits else (low, middle)
        return sizes[low - 1] if low else 0


async def _asked(answer: Awaitable[T]) -> T:
    """Raises: SinkAway: it did not answer in time; and as the answer."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            return await answer
    except TimeoutError as error:
        raise SinkAway(f"no answer within {ANSWER_SECONDS_MAX:g} seconds") from error
