"""Reading streams for a decision: every state comes with the version it was read at."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from application.folds import Folded, Folds
from application.lines import History
from application.ports import Counted, Counting, Figures, KeyVault, Log, NewEvent, Recorded, Subjects
from domain.calendar import WorkingCalendar
from domain.decider import AnyDecider, Decider, Read
from domain.events import decode, decode_lines
from domain.ids import TenantId, stream

S = TypeVar("S")


Seen = Folded | History | Sequence[Recorded]
"""A stream as it was read: its state out of memory, what its state is made of, or (`importing/held.py`) its rows."""
VERSIONED = (Folded, History)


class Reader:
    """One tenant's streams, each read once and remembered for one decision.

    `reads` gives every stream that was asked for with its version: what an event cites and an append guards.
    `today` is the calendar day that the decision is made on, `calendar` the working days. `folds` keeps states
    between decisions; with `recall` those serve, which only an append can confirm; else everything comes from the log.
    `until`: everything is as it was at that position of the log, and nothing is recorded.
    """

    def __init__(
        self,
        store: Log,
        subjects: Subjects,
        figures: Figures,
        vault: KeyVault,
        calendar: WorkingCalendar,
        tenant_id: TenantId,
        today: date,
        folds: Folds | None = None,
        recall: bool = False,
        until: int | None = None,
    ) -> None:
        self.store, self.subjects, self.figures, self.vault = store, subjects, figures, vault
        self.calendar, self.tenant_id, self.today = calendar, tenant_id, today
        self._folds, self._recalls, self._session = folds, recall, store.session
        self._until = until
        self._seen: dict[str, Seen] = {}
        self._states: dict[str, Any] = {}

    @property
    def session(self) -> int | None:
        """The store's session that something was remembered under; None where all comes from the log."""
        return self._session if self.recalled else None

    @property
    def recalled(self) -> bool:
        """Whether anything came out of memory, and may be behind the log."""
        return Folded in [type(seen) for seen in self._seen.values()]

    def presume_new(self, decider: AnyDecider, identity: str) -> None:
        """Take it that there is no such stream, as what is recalled is taken."""
        self._seen[stream(decider.name, identity)] = Folded(0, decider.initial, None, 0, self._session or 0)

    async def prefetch(self, *wanted: tuple[AnyDecider, str]) -> None:
        """Read several streams in one round trip."""
        await self._read([stream(decider.name, identity) for decider, identity in wanted])

    async def _read(self, names: Sequence[str]) -> None:
        if missing := [name for name in dict.fromkeys(names) if name not in self._seen and not self._recall(name)]:
            self._seen.update(await self._loaded_now(missing))

    async def _loaded_now(self, missing: Sequence[str]) -> Mapping[str, Seen]:
        if self._until is None:
            return await self.store.histories(self.tenant_id, missing)
        loaded = await self.store.load(self.tenant_id, missing)
        return {name: [each for each in loaded[name] if each.position <= self._until] for name in missing}

    def _recall(self, name: str) -> bool:
        """Whether the stream is remembered, and now counts as read."""
        if self._folds is None or not self._recalls:
            return False
        found = self._folds.get((self.tenant_id, name), self._session)
        if found is not None:
            self._seen[name] = found
        return found is not None

    async def state(self, decider: Decider[S, Any, Any, Any], identity: str) -> S:
        """The state of `identity`, the decider's initial one where the stream does not exist."""
        name = stream(decider.name, identity)
        if name not in self._states:  # Many steps of one command ask for the same campaign, which is long.
            if name not in self._seen and not self._recall(name):
                await self._read((name,))
            self._states[name] = self._folded(name, decider)
        folded: S = self._states[name]
        return folded

    def _folded(self, name: str, decider: AnyDecider) -> Any:
        seen = self._seen[name]
        match seen:
            case Folded():
                return seen.state
            case History(kinds=kinds, lines=lines):
                return decider.fold(decode_lines(kinds, lines))
            case _:
                return decider.fold(decode(record.type, record.type_version, record.data) for record in seen)

    async def began_on(self, decider: AnyDecider, identity: str) -> date | None:
        """The day that the stream's first event states; None where it states none, or there is none."""
        name = stream(decider.name, identity)
        if name not in self._seen:
            await self._read((name,))
        seen = self._seen[name]
        if isinstance(seen, VERSIONED):
            return seen.began_on
        return seen[0].happened_on if seen else None

    async def about(self, subject: str, *, only: AnyDecider | None = None) -> list[str]:
        """The streams that speak of a person, or of a unit itself, as the log stands now; all loaded. `only`: those of
        one kind of thing, so that a decision is not guarded by what it does not read."""
        names = await self.subjects.about(self.tenant_id, subject, until=await self._head())
        return await self._loaded([name for name in names if only is None or name.startswith(f"{only.name}-")])

    async def clusters(self, unit_id: str | None = None) -> list[str]:
        """The cluster streams that a unit was ever a member of, or all there are, as the log stands now; all loaded."""
        return await self._loaded(await self.subjects.clusters(self.tenant_id, unit_id, until=await self._head()))

    async def nominated(self, campaign_id: str, title: str) -> list[str]:
        """The award streams of a campaign that were nominated for a title, as the log stands now; all loaded."""
        names = await self.subjects.nominated(self.tenant_id, campaign_id, title, until=await self._head())
        return await self._loaded(names)

    async def of_persons_in(self, unit_id: str, *, limit: int) -> list[str]:
        """The member, evaluation and award streams of a unit's persons, as the log stands now; all loaded."""
        names = await self.subjects.of_persons_in(self.tenant_id, unit_id, until=await self._head(), limit=limit)
        return await self._loaded(names)

    async def merged_into(self, person_id: str) -> list[str]:
        """The member streams that were merged into this person's, as the log stands now; all loaded."""
        names = await self.subjects.merged_into(self.tenant_id, person_id, until=await self._head())
        return await self._loaded(names)

    async def counted(self, wanted: Counting) -> Counted:
        """A report's figures, of the log as it stands now or later. They are stated with their position, not guarded:
        what is counted may move on while the report is written."""
        return await self.figures.counted(self.tenant_id, wanted, since=await self._head())

    async def below(self, unit_id: str) -> list[str]:
        """The streams of the units right below this one that have not ended, as the log stands now; all loaded."""
        names = await self.subjects.below(self.tenant_id, unit_id, until=await self._head())
        return await self._loaded(names)

    async def _head(self) -> int:
        if self._until is not None:
            return self._until
        return (await self.store.heads()).get(self.tenant_id, 0)

    async def _loaded(self, names: list[str]) -> list[str]:
        await self._read(names)
        return names

    def version(self, decider: AnyDecider, identity: str) -> int:
        """The version that a stream was read at."""
        return _version(self._seen[stream(decider.name, identity)])

    def reads(self, *, besides: str) -> tuple[Read, ...]:
        """What was read, except the stream that is written."""
        return tuple([Read(stream=name, version=version) for name, version in self.versions() if name != besides])

    def versions(self) -> list[tuple[str, int]]:
        """Every stream that was read, with its version."""
        return [(name, _version(seen)) for name, seen in self._seen.items()]

    def keep(self, written: Mapping[str, tuple[Any, Sequence[NewEvent], date | None]]) -> None:
        """Remember what was read, and what an append has made of the streams that it wrote: by name, the state, the new
        events and the append's day."""
        if self._folds is None or self._session is None:
            return
        for name, read in self._states.items():
            seen = self._seen[name]
            if type(seen) is Folded and name not in written:
                continue
            state, events, day = written.get(name, (read, (), None))
            self._folds.put((self.tenant_id, name), _later(seen, state, events, day, self._session))

    def forget(self) -> None:
        """Take back what was remembered of everything that was read: the log has gone on."""
        if self._folds is not None:
            for name in self._seen:
                self._folds.drop((self.tenant_id, name))


def _version(seen: Seen) -> int:
    return seen.version if isinstance(seen, VERSIONED) else len(seen)


def _later(seen: Seen, state: Any, events: Sequence[NewEvent], day: date | None, session: int) -> Folded:
    """What was read, and `events` after it."""
    assert isinstance(seen, VERSIONED), "rows are not remembered"
    began_on, weight = seen.began_on, seen.weight
    if _version(seen) == 0 and events:
        began_on = events[0].happened_on or day
    weight += sum([len(event.data) for event in events])
    return Folded(_version(seen) + len(events), state, began_on, weight, session)
