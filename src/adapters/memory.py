"""The log in memory: the same contract as the one on PostgreSQL, for tests and for trying things out."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import msgspec

from adapters.clock import SystemClock
from application.cloud_events import cloud_event
from application.epochs import Opening
from application.lines import History, Lines, history_of, lines_of
from application.ports import (
    Append,
    Appended,
    Clock,
    CursorCut,
    EventsPage,
    Frozen,
    Halt,
    Outcome,
    Recorded,
    StreamAppend,
    UnknownEpoch,
    UnknownTenant,
    VersionConflict,
)
from domain.ids import TenantId

PAGE_EVENTS = 5_000


class _Log:
    """One tenant's log. The index of an event is its position - 1."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []
        self.streams: dict[str, list[Recorded]] = {}
        self.commands: dict[str, Appended] = {}
        self.recorded_at = datetime.min.replace(tzinfo=UTC)
        self.frozen = False
        self.halt: Halt | None = None
        self.epoch = 1
        self.cuts: dict[int, int] = {}
        """By each epoch but the first."""


class MemoryEventStore:
    """The `EventStore` in memory. Appends are atomic because nothing is awaited inside one."""

    session = 1

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock: Clock = clock or SystemClock()
        self._logs: dict[TenantId, _Log] = {}
        self._wakes: list[Callable[[frozenset[TenantId]], None]] = []

    def register(self, tenant_id: TenantId) -> None:
        """Open a tenant's log; a second time changes nothing."""
        self._logs.setdefault(tenant_id, _Log())

    def stop(self, tenant_id: TenantId, stopped: bool = True) -> None:
        """Stop a tenant's log by hand, or let it go on."""
        self._logs[tenant_id].frozen, self._logs[tenant_id].halt = stopped, None

    def open_epoch(self, opening: Opening) -> int | None:
        """The position of the new epoch's first event; None where the log has moved since it was looked at."""
        log = self._logs[opening.tenant_id]
        if len(log.events) != opening.kept or log.epoch >= opening.epoch:
            return None
        log.epoch, log.frozen, log.halt = opening.epoch, False, None
        log.cuts[opening.epoch] = opening.cut
        version = len(log.streams.get(opening.stream_id, ()))
        first = StreamAppend(stream_id=opening.stream_id, expected_version=version, events=(opening.event,))
        request = Append(
            tenant_id=opening.tenant_id,
            command_id=str(uuid4()),
            fingerprint=b"",
            answer=b"",
            actor=opening.actor,
            correlation_id=opening.event.event_id,
            streams=(first,),
        )
        return self._store(log, request).position

    def follow(self, wake: Callable[[frozenset[TenantId]], None]) -> None:
        """Call `wake(tenants)` after each append that stored events. It must return at once."""
        self._wakes.append(wake)

    async def append(self, request: Append) -> Appended:
        names = [each.stream_id for each in request.streams]
        assert len(names) == len(set(names)), "a command names each stream once"
        log = self._logs.get(request.tenant_id)
        if log is None:
            raise UnknownTenant(request.tenant_id)
        if (known := log.commands.get(request.command_id)) is not None:
            return msgspec.structs.replace(known, outcome=Outcome.REPLAYED)
        if log.frozen:
            raise Frozen(request.tenant_id, log.halt)
        for stream in request.streams:
            if len(log.streams.get(stream.stream_id, ())) != stream.expected_version:
                raise VersionConflict(stream.stream_id)
        return self._store(log, request)

    def _store(self, log: _Log, request: Append) -> Appended:
        recorded_at = max(self._clock.now(), log.recorded_at)
        new = _rows(request, epoch=log.epoch, position=len(log.events), recorded_at=recorded_at)
        for recorded in new:
            log.events.append(recorded)
            log.streams.setdefault(recorded.stream_id, []).append(recorded)
            log.recorded_at = recorded_at
        appended = log.commands[request.command_id] = Appended(
            outcome=Outcome.APPENDED,
            position=len(log.events),
            recorded_at=recorded_at,
            fingerprint=request.fingerprint,
            answer=request.answer,
        )
        for wake in self._wakes if new else ():
            wake(frozenset({request.tenant_id}))
        return appended

    async def remembered(self, tenant_id: TenantId, command_id: str) -> Appended | None:
        known = self._logs[tenant_id].commands.get(command_id) if tenant_id in self._logs else None
        return msgspec.structs.replace(known, outcome=Outcome.REPLAYED) if known else None

    async def load(self, tenant_id: TenantId, stream_ids: Sequence[str]) -> dict[str, list[Recorded]]:
        streams = self._logs[tenant_id].streams if tenant_id in self._logs else {}
        return {stream_id: list(streams.get(stream_id, ())) for stream_id in stream_ids}

    async def histories(self, tenant_id: TenantId, stream_ids: Sequence[str]) -> dict[str, History]:
        loaded = await self.load(tenant_id, stream_ids)
        return {name: history_of(records) for name, records in loaded.items()}

    async def page(
        self, tenant_id: TenantId, *, after: int, limit: int, types: Sequence[str] = (), until: int | None = None
    ) -> list[Recorded]:
        events = self._logs[tenant_id].events if tenant_id in self._logs else []
        within = (each for each in events[max(after, 0) : until] if not types or each.type in types)
        return [each for each, _ in zip(within, range(limit), strict=False)]

    async def cloud_events(
        self, tenant_id: TenantId, *, after: int, limit: int, types: Sequence[str] = (), epoch: int = 1
    ) -> EventsPage:
        log = self._logs.get(tenant_id, _Log())
        if epoch > log.epoch:
            raise UnknownEpoch(log.epoch)
        if (cut := min((cut for each, cut in log.cuts.items() if each > epoch), default=after)) < after:
            raise CursorCut(cut=cut, epoch=log.epoch)
        head = (await self.heads()).get(tenant_id, 0)
        found = await self.page(tenant_id, after=after, limit=limit, types=types, until=head)
        events = b",".join(msgspec.json.encode(cloud_event(recorded)) for recorded in found)
        return EventsPage(
            epoch=log.epoch, head=head, last=found[-1].position if found else None, found=len(found), events=events
        )

    async def read(self, tenant_id: TenantId, *, after: int = 0) -> AsyncIterator[Sequence[Recorded]]:
        until = (await self.heads()).get(tenant_id, 0)
        while page := await self.page(tenant_id, after=after, limit=PAGE_EVENTS, until=until):
            yield page
            after = page[-1].position

    async def lines(self, tenant_id: TenantId, *, after: int = 0, until: int | None = None) -> AsyncIterator[Lines]:
        async for page in self.read(tenant_id, after=after):
            if within := [each for each in page if until is None or each.position <= until]:
                yield lines_of(within)

    async def heads(self) -> dict[TenantId, int]:
        return {tenant_id: len(log.events) for tenant_id, log in self._logs.items()}

    async def epochs(self) -> dict[TenantId, int]:
        return {tenant_id: log.epoch for tenant_id, log in self._logs.items()}

    async def freeze(self, tenant_id: TenantId, epoch: int, halt: Halt) -> None:
        log = self._logs[tenant_id]
        if log.epoch == epoch and log.halt is None:
            log.frozen, log.halt = True, halt

    async def frozen(self) -> dict[TenantId, Halt | None]:
        return {tenant_id: log.halt for tenant_id, log in self._logs.items() if log.frozen}


def _rows(request: Append, *, epoch: int, position: int, recorded_at: datetime) -> list[Recorded]:
    versions = (
        (stream.stream_id, stream.expected_version + n, new)
        for stream in request.streams
        for n, new in enumerate(stream.events, start=1)
    )
    return [
        Recorded(
            tenant_id=request.tenant_id,
            epoch=epoch,
            position=position + n,
            stream_id=stream_id,
            version=version,
            type=new.type,
            type_version=new.type_version,
            event_id=new.event_id,
            recorded_at=recorded_at,
            happened_on=new.happened_on or request.happened_on,
            actor=request.actor,
            correlation_id=request.correlation_id,
            causation_id=request.causation_id,
            command_id=request.command_id,
            data=new.data,
        )
        for n, (stream_id, version, new) in enumerate(versions, start=1)
    ]
