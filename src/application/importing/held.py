"""Streams for many decisions in a row: loaded in chunks, folded once, and ahead of the log by what was decided."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from application.execute import Platform, new_event
from application.ports import EventStore, NewEvent, Recorded, StreamAppend
from application.reading import Reader
from domain.decider import AnyDecider, Decider, Message
from domain.ids import TenantId, stream

S = TypeVar("S")
_UNSTORED = datetime(1, 1, 1, tzinfo=UTC)


class Held:
    """One tenant's streams. What is decided is added to them, and can be taken back until the next row."""

    def __init__(self, store: EventStore, tenant_id: TenantId) -> None:
        self.store, self.tenant_id = store, tenant_id
        self.records: dict[str, list[Recorded]] = {}
        self.states: dict[str, Any] = {}
        self.versions: dict[str, int] = {}
        self.written: dict[str, list[NewEvent]] = {}

    async def load(self, names: Iterable[str]) -> None:
        missing = [name for name in dict.fromkeys(names) if name not in self.records]
        if missing:
            found = await self.store.load(self.tenant_id, missing)
            self.records.update(found)
            self.versions.update({name: len(records) for name, records in found.items()})

    def add(self, name: str, decider: AnyDecider, events: Sequence[Message], happened_on: date | None) -> None:
        """The stream goes on with `events`, as far as later rows can see."""
        for event in events:
            self.states[name] = decider.evolve(self.states[name], event)
            new = new_event(event, happened_on)
            self.written.setdefault(name, []).append(new)
            self.records[name].append(_unstored(self.tenant_id, name, len(self.records[name]) + 1, new))

    def take_back(self, name: str, version: int, state: Any) -> None:
        """The stream as it was at `version`."""
        surplus = len(self.records[name]) - version
        if surplus:
            del self.records[name][version:], self.written[name][-surplus:]
            if not self.written[name]:
                del self.written[name]
        self.states[name] = state

    def drop(self, names: Iterable[str]) -> None:
        """Forget streams that no later row speaks of; what was decided on them stays."""
        for name in names:
            self.states.pop(name, None)
            self.records.pop(name, None)

    def appends(self, read: Iterable[str]) -> list[StreamAppend]:
        """All that was decided, and a guard for each of `read` that was not written."""
        found = [
            StreamAppend(stream_id=name, expected_version=self.versions[name], events=tuple(events))
            for name, events in self.written.items()
        ]
        guards = (name for name in read if name not in self.written)
        return found + [StreamAppend(stream_id=name, expected_version=self.versions[name]) for name in guards]


class RowReader(Reader):
    """A reader for one row, over what is held: it remembers what this row alone was decided with."""

    def __init__(self, held: Held, platform: Platform, today: date) -> None:
        super().__init__(
            held.store,
            platform.subjects,
            platform.figures,
            platform.vault,
            platform.calendar,
            held.tenant_id,
            today,
        )
        self._held = held

    async def _read(self, names: Iterable[str]) -> None:
        wanted = list(names)
        await self._held.load(wanted)
        self._seen.update({name: self._held.records[name] for name in wanted})

    async def state(self, decider: Decider[S, Any, Any, Any], identity: str) -> S:
        name = stream(decider.name, identity)
        await self.prefetch((decider, identity))
        if name not in self._held.states:
            self._held.states[name] = await super().state(decider, identity)
        state: S = self._held.states[name]
        return state

    @property
    def names(self) -> Iterable[str]:
        """The streams that the row was decided with."""
        return self._seen


def _unstored(tenant_id: TenantId, name: str, version: int, new: NewEvent) -> Recorded:
    return Recorded(
        tenant_id=tenant_id,
        epoch=0,
        position=0,
        stream_id=name,
        version=version,
        type=new.type,
        type_version=new.type_version,
        event_id=new.event_id,
        recorded_at=_UNSTORED,
        happened_on=new.happened_on,
        actor="",
        correlation_id="",
        causation_id=None,
        command_id=new.event_id,
        data=new.data,
    )
