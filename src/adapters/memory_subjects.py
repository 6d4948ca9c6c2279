"""The index of subjects for the log in memory: a walk through the log, which is never behind itself."""

from collections.abc import Callable
from typing import Any

from application.ports import EventStore
from domain.award.messages import AwardNominated
from domain.decider import Message
from domain.evaluation.messages import EvaluationOpened
from domain.events import decode
from domain.ids import TenantId
from domain.member.messages import MemberMerged
from domain.registration.messages import Individual, Pair, RegistrationSubmitted
from domain.unit import UNIT, UnitEstablished

READ = ("registration.submitted", "evaluation.opened", "award.nominated", "member.merged", "unit.established")


class MemorySubjects:
    """`Subjects` over any store, at the cost of reading the tenant's log each time."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    async def about(self, tenant_id: TenantId, subject: str, *, until: int) -> list[str]:
        return await self._where(tenant_id, until, lambda event: subject in subjects_of(event))

    async def merged_into(self, tenant_id: TenantId, person_id: str, *, until: int) -> list[str]:
        def wanted(event: Message) -> bool:
            return isinstance(event, MemberMerged) and event.into == person_id

        return await self._where(tenant_id, until, wanted)

    async def below(self, tenant_id: TenantId, unit_id: str, *, until: int) -> list[str]:
        units = await self._where(tenant_id, until, lambda event: isinstance(event, UnitEstablished))
        loaded = await self._store.load(tenant_id, units)
        states = {
            name: UNIT.fold(decode(row.type, row.type_version, row.data) for row in rows if row.position <= until)
            for name, rows in loaded.items()
        }
        wanted = {name for name, unit in states.items() if unit.parent_id == unit_id and unit.dissolved_on is None}
        return [name for name in units if name in wanted]

    async def nominated(self, tenant_id: TenantId, campaign_id: str, title: str, *, until: int) -> list[str]:
        def wanted(event: Message) -> bool:
            return isinstance(event, AwardNominated) and (event.campaign_id, event.title) == (campaign_id, title)

        return await self._where(tenant_id, until, wanted)

    async def _where(self, tenant_id: TenantId, until: int, wanted: Callable[[Any], bool]) -> list[str]:
        return [
            record.stream_id
            async for page in self._store.read(tenant_id)
            for record in page
            if record.position <= until
            and record.type in READ
            and wanted(decode(record.type, record.type_version, record.data))
        ]


def subjects_of(
    event: RegistrationSubmitted | EvaluationOpened | AwardNominated | MemberMerged | UnitEstablished,
) -> tuple[str, ...]:
    """The persons that a stream is about, or the units themselves where it is about no person."""
    if isinstance(event, MemberMerged | UnitEstablished):
        return ()  # A record is no matter that its person has.
    if not isinstance(event, RegistrationSubmitted):
        return (event.person_id or event.unit_id,)
    match event.subject:
        case Individual(person_id=person_id):
            return (person_id,)
        case Pair(parties=parties):
            return tuple(party.person_id or party.unit_id for party in parties)
        case _:
            return (event.unit_id,)
