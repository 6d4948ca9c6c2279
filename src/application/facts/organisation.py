"""Facts for units and members."""

from typing import Any

from application.lineage import whole_line
from application.reading import Reader
from domain.decider import Command
from domain.member import MEMBER
from domain.member.evolve import Member
from domain.member.evolve import Status as MemberStatus
from domain.member.messages import EnrolMember, MergeMember, MoveMember, RejoinMember
from domain.member.messages import Facts as MemberFacts
from domain.unit import (
    UNIT,
    DissolveUnit,
    EstablishUnit,
    MergeUnit,
    MoveUnit,
    SplitUnit,
    Successor,
    Unit,
)
from domain.unit import Facts as UnitFacts
from domain.unit import Status as UnitStatus


async def parent(reader: Reader, command: EstablishUnit, state: Unit, stream_id: str) -> UnitFacts:
    if command.parent_id is None:
        return UnitFacts()
    above = await reader.state(UNIT, command.parent_id)
    active = above.established is not None and above.status is UnitStatus.ACTIVE
    level = above.established.level if above.established and active else None
    return UnitFacts(parent_level=level, read=reader.reads(besides=stream_id))


async def new_parent(reader: Reader, command: MoveUnit, state: Unit, stream_id: str) -> UnitFacts:
    """The unit above with all that lies above it: the tree must stay one."""
    line = dict(await whole_line(reader, command.parent_id))
    above = line.get(command.parent_id)
    active = above is not None and above.status is UnitStatus.ACTIVE
    level = above.established.level if above and above.established and active else None
    within = _identity(stream_id) in line
    return UnitFacts(parent_level=level, within_itself=within, read=reader.reads(besides=stream_id))


async def ending(
    reader: Reader, command: DissolveUnit | MergeUnit | SplitUnit, state: Unit, stream_id: str
) -> UnitFacts:
    """Who goes on, and whom it would leave behind."""
    found = [await _successor(reader, unit_id, _identity(stream_id)) for unit_id in _named(command)]
    leaves = isinstance(command, DissolveUnit) or (isinstance(command, SplitUnit) and command.ends)
    return UnitFacts(
        successors=tuple(one for one in found if one is not None),
        children=tuple(await _children(reader, _identity(stream_id))) if leaves else (),
        read=reader.reads(besides=stream_id),
    )


def _named(command: DissolveUnit | MergeUnit | SplitUnit) -> tuple[str, ...]:
    match command:
        case MergeUnit(into=into):
            return (into,)
        case SplitUnit(into=into):
            return into
        case _:
            return ()


async def _successor(reader: Reader, unit_id: str, ending_id: str) -> Successor | None:
    line = await whole_line(reader, unit_id)
    if not line or line[0][1].status is not UnitStatus.ACTIVE:
        return None
    established = line[0][1].established
    assert established is not None, "what stands in a line was established"
    below = ending_id in dict(line[1:])
    return Successor(unit_id=unit_id, level=established.level, established_on=established.on, below=below)


async def _children(reader: Reader, unit_id: str) -> list[str]:
    """The active units right below, each read: one that moves away meanwhile makes the decision anew."""
    found = [_identity(name) for name in await reader.below(unit_id)]
    states = [(identity, await reader.state(UNIT, identity)) for identity in found]
    return [identity for identity, unit in states if unit.status is UnitStatus.ACTIVE and unit.parent_id == unit_id]


def _identity(stream_id: str) -> str:
    return stream_id.partition("-")[2]


async def home(
    reader: Reader, command: EnrolMember | MoveMember | RejoinMember, state: Member, stream_id: str
) -> MemberFacts:
    unit = await reader.state(UNIT, command.unit_id)
    takes_members = unit.status is UnitStatus.ACTIVE and unit.union_since is not None
    return MemberFacts(unit_open=takes_members, read=reader.reads(besides=stream_id))


async def other(reader: Reader, command: MergeMember, state: Member, stream_id: str) -> MemberFacts:
    member = await reader.state(MEMBER, command.into)
    active = member.status is MemberStatus.ACTIVE and member.erased is None
    return MemberFacts(other_active=active, read=reader.reads(besides=stream_id))


LOADERS: dict[type[Command], Any] = {
    EstablishUnit: parent,
    MoveUnit: new_parent,
    DissolveUnit: ending,
    MergeUnit: ending,
    SplitUnit: ending,
    EnrolMember: home,
    MoveMember: home,
    RejoinMember: home,
    MergeMember: other,
}
