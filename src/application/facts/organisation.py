"""Facts for units and members."""

from typing import Any

from application.reading import Reader
from domain.decider import Command
from domain.member import MEMBER
from domain.member.evolve import Member
from domain.member.evolve import Status as MemberStatus
from domain.member.messages import EnrolMember, MergeMember, MoveMember
from domain.member.messages import Facts as MemberFacts
from domain.unit import UNIT, EstablishUnit, MoveUnit, Unit
from domain.unit import Facts as UnitFacts
from domain.unit import Status as UnitStatus


async def parent(reader: Reader, command: EstablishUnit | MoveUnit, state: Unit, stream_id: str) -> UnitFacts:
    if command.parent_id is None:
        return UnitFacts()
    above = await reader.state(UNIT, command.parent_id)
    active = above.established is not None and above.status is UnitStatus.ACTIVE
    level = above.established.level if above.established and active else None
    return UnitFacts(parent_level=level, read=reader.reads(besides=stream_id))


async def home(reader: Reader, command: EnrolMember | MoveMember, state: Member, stream_id: str) -> MemberFacts:
    unit = await reader.state(UNIT, command.unit_id)
    takes_members = unit.status is UnitStatus.ACTIVE and unit.union_since is not None
    return MemberFacts(unit_open=takes_members, read=reader.reads(besides=stream_id))


async def other(reader: Reader, command: MergeMember, state: Member, stream_id: str) -> MemberFacts:
    member = await reader.state(MEMBER, command.into)
    active = member.status is MemberStatus.ACTIVE
    return MemberFacts(other_active=active, read=reader.reads(besides=stream_id))


LOADERS: dict[type[Command], Any] = {
    EstablishUnit: parent,
    MoveUnit: parent,
    EnrolMember: home,
    MoveMember: home,
    MergeMember: other,
}
