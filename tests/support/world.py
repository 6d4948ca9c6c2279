"""A tenant on the in-memory log, and commands sent to it as an officer would."""

from datetime import UTC, date, datetime
from uuid import uuid4

import msgspec

from adapters.keys.memory import memory_vault
from adapters.memory import MemoryEventStore
from application.execute import Executed, Platform, Request, Step, execute
from application.log_subjects import LogSubjects
from domain.decider import AnyDecider, Command
from domain.ids import TenantId
from domain.member.messages import EnrolMember
from domain.unit import UNIT, EstablishUnit
from tenants.scope import Role, TenantScope
from tests.support.calendars import CALENDAR
from tests.support.figures import NoFigures

NOW = datetime(2024, 3, 1, 2, tzinfo=UTC)


class StoppedClock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


class World:
    """A tenant with a federation, two upper-level unions and a grassroots union under the first."""

    def __init__(self) -> None:
        self.clock = StoppedClock()
        store = MemoryEventStore(self.clock)
        self.tenant = TenantId(str(uuid4()))
        self.vault = memory_vault()
        self.platform = Platform(
            store=store,
            subjects=LogSubjects(store),
            figures=NoFigures(),
            vault=self.vault,
            clock=self.clock,
            calendar=CALENDAR,
        )
        store.register(self.tenant)
        self.federation, self.upper, self.other, self.base = (str(uuid4()) for _ in range(4))

    def scope(self, role: Role = Role.FEDERATION_OFFICER, unit_id: str | None = None) -> TenantScope:
        return TenantScope(tenant_id=self.tenant, credential_id="c", actor="cán bộ", role=role, unit_id=unit_id)

    async def send(
        self,
        decider: AnyDecider,
        identity: str,
        command: Command,
        *,
        scope: TenantScope | None = None,
        command_id: str | None = None,
        expected: int | None = None,
    ) -> Executed:
        request = Request(
            command_id=command_id or str(uuid4()),
            body=msgspec.json.encode(command),
            correlation_id=str(uuid4()),
            expected_version=expected,
        )
        return await execute(self.platform, scope or self.scope(), [Step(decider, identity, command)], request)

    async def established(self) -> "World":
        for identity, parent, level in (
            (self.federation, None, "federation"),
            (self.upper, self.federation, "upper"),
            (self.other, self.federation, "upper"),
            (self.base, self.upper, "grassroots"),
        ):
            await self.send(UNIT, identity, unit(identity, parent, level))
        return self


def unit(identity: str, parent: str | None, level: str) -> EstablishUnit:
    return EstablishUnit(
        unit_id=identity,
        code=f"u-{identity[:8]}",
        name="Công đoàn",
        level=level,  # type: ignore[arg-type]
        parent_id=parent,
        sector="public-service",
        on=date(2020, 1, 1),
    )


def member(identity: str, unit_id: str) -> EnrolMember:
    return EnrolMember(
        person_id=identity,
        unit_id=unit_id,
        code="CN-001",
        full_name="Người Thử",
        employment="direct-worker",
        joined_on=date(2021, 5, 1),
    )
