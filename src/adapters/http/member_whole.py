"""One member whole: the row, and where and as what the person was a member before."""

from datetime import date

import msgspec

from adapters.http.history import history
from adapters.http.moments import Moment
from adapters.http.route import Exchange
from adapters.read_models.members import MemberRow
from domain.ids import Id
from domain.member import MEMBER
from domain.member.evolve import Member
from domain.member.messages import Employment, MemberLeft


class InUnit(msgspec.Struct, frozen=True, kw_only=True):
    unit_id: Id
    since: date


class Employed(msgspec.Struct, frozen=True, kw_only=True):
    employment: Employment
    since: date


class MemberWhole(MemberRow, frozen=True, kw_only=True):
    """The row; every unit and employment from the day that it held, the present one last; each day of leaving, also
    where the person came back since."""

    units: tuple[InUnit, ...]
    employments: tuple[Employed, ...]
    left: tuple[date, ...]


async def member_whole(exchange: Exchange, row: MemberRow, moment: Moment) -> MemberWhole:
    """The row with what its stream says up to the row's version."""
    store, tenant_id = exchange.parts.platform.store, exchange.caller.tenant_id
    told = await history(store, tenant_id, MEMBER, row.person_id, until=row.version)
    state: Member = MEMBER.fold(event for _, event in told)
    return MemberWhole(
        **msgspec.structs.asdict(row),
        units=tuple(InUnit(unit_id=unit_id, since=since) for since, unit_id in state.units),
        employments=tuple(Employed(employment=employment, since=since) for since, employment in state.employments),
        left=tuple(event.on for _, event in told if isinstance(event, MemberLeft)),
    )
