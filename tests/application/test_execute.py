"""The one path: what a command does to the log, and what its sender is told, on the in-memory log."""

from datetime import date
from uuid import uuid4

import msgspec
import pytest

from adapters.memory import MemoryEventStore
from application.access import OutOfReach, RoleDenied
from application.execute import CommandIdReused, StaleVersion
from application.log_subjects import LogSubjects
from application.ports import Unavailable
from domain.ids import TenantId
from domain.member import MEMBER
from domain.member.messages import ChangeEmployment, MemberUnknown, MoveMember
from domain.refusals import Invalid, NotYetHappened
from domain.unit import UNIT, DissolveUnit, RenameUnit
from tenants.scope import Role
from tests.support.world import World, member, unit

pytestmark = pytest.mark.anyio


async def test_a_repeated_command_id_gets_the_first_answer() -> None:
    world = await World().established()
    person, key = str(uuid4()), str(uuid4())
    first = await world.send(MEMBER, person, member(person, world.base), command_id=key)
    again = await world.send(MEMBER, person, member(person, world.base), command_id=key)
    assert again.replayed
    assert (again.answer, again.position) == (first.answer, first.position)


async def test_a_command_id_is_not_another_commands() -> None:
    world = await World().established()
    key = str(uuid4())
    await world.send(UNIT, world.base, RenameUnit(name="Một", on=date(2024, 1, 1)), command_id=key)
    with pytest.raises(CommandIdReused):
        await world.send(UNIT, world.base, RenameUnit(name="Hai", on=date(2024, 1, 1)), command_id=key)


async def test_a_retry_with_an_old_version_gets_the_first_answer() -> None:
    world = await World().established()
    key, rename = str(uuid4()), RenameUnit(name="Một", on=date(2024, 1, 1))
    first = await world.send(UNIT, world.base, rename, command_id=key, expected=1)
    again = await world.send(UNIT, world.base, rename, command_id=key, expected=1)
    assert again.answer == first.answer


async def test_a_stale_version_changes_nothing() -> None:
    world = await World().established()
    with pytest.raises(StaleVersion):
        await world.send(UNIT, world.base, RenameUnit(name="Một", on=date(2024, 1, 1)), expected=7)
    assert (await world.platform.store.heads())[world.tenant] == 4


async def test_what_changes_nothing_is_answered_and_remembered() -> None:
    world = await World().established()
    key = str(uuid4())
    told = await world.send(UNIT, world.base, unit(world.base, world.upper, "grassroots"), command_id=key)
    assert not told.answer.changed
    assert (await world.platform.store.heads())[world.tenant] == 4
    assert await world.platform.store.remembered(world.tenant, key) is not None


async def test_a_paper_act_in_the_future_is_refused() -> None:
    world = await World().established()
    rename = RenameUnit(name="Một", on=date(2024, 1, 1), happened_on=date(2024, 3, 2))
    with pytest.raises(NotYetHappened):
        await world.send(UNIT, world.base, rename)


async def test_an_officer_of_another_branch_does_not_reach_the_unit() -> None:
    world = await World().established()
    person = str(uuid4())
    outside = world.scope(Role.UNIT_OFFICER, world.other)
    with pytest.raises(OutOfReach):
        await world.send(MEMBER, person, member(person, world.base), scope=outside)
    inside = world.scope(Role.UNIT_OFFICER, world.upper)
    assert (await world.send(MEMBER, person, member(person, world.base), scope=inside)).answer.changed


async def test_a_role_without_commands_is_denied() -> None:
    world = await World().established()
    for role in (Role.AUDITOR, Role.INTEGRATOR, Role.OPERATOR):
        with pytest.raises(RoleDenied):
            await world.send(UNIT, world.base, RenameUnit(name="X", on=date(2024, 1, 1)), scope=world.scope(role))


async def test_personal_fields_are_stored_sealed() -> None:
    world = await World().established()
    person = str(uuid4())
    await world.send(MEMBER, person, member(person, world.base))
    stored = (await world.platform.store.load(world.tenant, [f"member-{person}"]))[f"member-{person}"]
    assert "Người Thử".encode() not in stored[0].data
    assert b"sealed:2:" in stored[0].data


async def test_what_a_decision_rests_on_is_recorded_and_guarded() -> None:
    world = await World().established()
    person = str(uuid4())
    await world.send(MEMBER, person, member(person, world.base))
    stored = (await world.platform.store.load(world.tenant, [f"member-{person}"]))[f"member-{person}"]
    read_at = msgspec.json.decode(stored[0].data)["read_at"]
    assert {"stream": f"unit-{world.base}", "version": 1} in read_at


async def test_an_unknown_thing_is_absent() -> None:
    world = await World().established()
    with pytest.raises(MemberUnknown):
        await world.send(MEMBER, str(uuid4()), MoveMember(unit_id=world.base, on=date(2024, 1, 1)))


async def test_nothing_happens_to_a_thing_before_it_began() -> None:
    world = await World().established()
    person = str(uuid4())
    enrolled = msgspec.structs.replace(member(person, world.base), happened_on=date(2023, 5, 4))
    await world.send(MEMBER, person, enrolled)
    before = ChangeEmployment(employment="leader", on=date(2023, 6, 1), happened_on=date(2023, 5, 3))
    with pytest.raises(Invalid, match="2023-05-04"):
        await world.send(MEMBER, person, before)
    await world.send(MEMBER, person, msgspec.structs.replace(before, happened_on=date(2023, 5, 4)))


class Away(LogSubjects):
    """An index that is behind, or stopped."""

    async def below(self, tenant_id: TenantId, unit_id: str, *, until: int) -> list[str]:
        raise Unavailable("behind")


async def test_a_retry_gets_its_answer_although_what_decides_is_away() -> None:
    world = await World().established()
    key, dissolve = str(uuid4()), DissolveUnit(on=date(2024, 1, 1))
    first = await world.send(UNIT, world.base, dissolve, command_id=key)
    store = world.platform.store
    assert isinstance(store, MemoryEventStore)
    world.platform = msgspec.structs.replace(world.platform, subjects=Away(store))
    again = await world.send(UNIT, world.base, dissolve, command_id=key)
    assert (again.answer, again.replayed) == (first.answer, True)
    with pytest.raises(Unavailable):
        await world.send(UNIT, world.other, dissolve)
