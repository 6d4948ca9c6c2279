"""Reading streams for a decision: every state comes with the version it was read at."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from application.ports import Counted, Counting, EventStore, Figures, Recorded, Subjects
from domain.calendar import WorkingCalendar
from domain.decider import AnyDecider, Decider, Read
from domain.events import decode
from domain.ids import TenantId, stream

S = TypeVar("S")


class Reader:
    """One tenant's streams, each loaded once and remembered for one decision.

    `reads` holds every stream that was asked for with its version: what an event cites and an append guards.
    `today` is the calendar day that the decision is made on, `calendar` the working days.
    """

    def __init__(
        self,
        store: EventStore,
        subjects: Subjects,
        figures: Figures,
        calendar: WorkingCalendar,
        tenant_id: TenantId,
        today: date,
    ) -> None:
        self.store, self.subjects, self.figures = store, subjects, figures
        self.calendar, self.tenant_id, self.today = calendar, tenant_id, today
        self._records: dict[str, list[Recorded]] = {}
        self._states: dict[str, Any] = {}

    async def prefetch(self, *wanted: tuple[AnyDecider, str]) -> None:
        """Load several streams in one round trip."""
        names = [stream(decider.name, identity) for decider, identity in wanted]
        missing = [name for name in dict.fromkeys(names) if name not in self._records]
        if missing:
            self._records.update(await self.store.load(self.tenant_id, missing))

    async def records(self, decider: AnyDecider, identity: str) -> Sequence[Recorded]:
        await self.prefetch((decider, identity))
        return self._records[stream(decider.name, identity)]

    async def state(self, decider: Decider[S, Any, Any, Any], identity: str) -> S:
        """The state of `identity`, the decider's initial one where the stream does not exist."""
        name = stream(decider.name, identity)
        if name not in self._states:  # Many steps of one command ask for the same campaign, which is long.
            records = await self.records(decider, identity)
            self._states[name] = decider.fold(
                decode(record.type, record.type_version, record.data) for record in records
            )
        folded: S = self._states[name]
        return folded

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
        return (await self.store.heads()).get(self.tenant_id, 0)

    async def _loaded(self, names: list[str]) -> list[str]:
        missing = [name for name in names if name not in self._records]
        if missing:
            self._records.update(await self.store.load(self.tenant_id, missing))
        return names

    def version(self, decider: AnyDecider, identity: str) -> int:
        """The version that a loaded stream was read at."""
        return len(self._records[stream(decider.name, identity)])

    def reads(self, *, besides: str) -> tuple[Read, ...]:
        """What was read, except the stream that is written."""
        return tuple(
            Read(stream=name, version=len(records)) for name, records in self._records.items() if name != besides
        )
