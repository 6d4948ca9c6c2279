"""The index of subjects without read models: a walk through the log, which is never behind itself."""

from collections.abc import Callable, Sequence
from typing import Any

from application.ports import Log
from domain.award.messages import AwardNominated
from domain.cluster.messages import ClusterFormed, UnitAdmitted
from domain.decider import Message
from domain.evaluation.messages import EvaluationOpened
from domain.events import decode
from domain.ids import TenantId
from domain.member.messages import MemberEnrolled, MemberMerged, MemberMoved
from domain.registration.messages import Individual, Pair, RegistrationSubmitted
from domain.unit import UNIT, UnitEstablished

OF_PERSONS = ("member.enrolled", "member.moved", "evaluation.opened", "award.nominated")
READ = ("registration.submitted", "evaluation.opened", "award.nominated", "member.merged", "unit.established")
MEMBERSHIPS = ("cluster.formed", "cluster.unit-admitted")


class LogSubjects:
    """`Subjects` over any store, at the cost of reading the tenant's log each time."""

    def __init__(self, store: Log) -> None:
        self._store = store

    async def about(self, tenant_id: TenantId, subject: str, *, until: int) -> list[str]:
        return await self._where(tenant_id, until, lambda event: subject in subjects_of(event))

    async def of_persons_in(self, tenant_id: TenantId, unit_id: str, *, until: int, limit: int) -> list[str]:
        belongs: dict[str, bool] = {}
        async for page in self._store.lines(tenant_id, until=until):
            for name, _, event in page.of(OF_PERSONS).events():
                of_person = isinstance(event, MemberEnrolled | MemberMoved) or event.person_id is not None
                belongs[name] = of_person and event.unit_id == unit_id
        return [name for name, belong in belongs.items() if belong][:limit]

    async def clusters(self, tenant_id: TenantId, unit_id: str | None, *, until: int) -> list[str]:
        def wanted(event: ClusterFormed | UnitAdmitted) -> bool:
            members = event.unit_ids if isinstance(event, ClusterFormed) else (event.unit_id,)
            return unit_id is None or unit_id in members

        return list(dict.fromkeys(await self._where(tenant_id, until, wanted, MEMBERSHIPS)))

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

    async def _where(
        self, tenant_id: TenantId, until: int, wanted: Callable[[Any], bool], types: Sequence[str] = READ
    ) -> list[str]:
        return [
            name
            async for page in self._store.lines(tenant_id, until=until)
            for name, _, event in page.of(types).events()
            if wanted(event)
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
