"""A campaign's terms as they stand for one unit: what several loaders ask."""

import msgspec

from application.lineage import standing, successors, whole_line
from application.reading import Reader
from domain.campaign import CAMPAIGN
from domain.campaign.evolve import Campaign, Status
from domain.directive import Directive
from domain.member import MEMBER
from domain.member.evolve import Member
from domain.member.evolve import Status as MemberStatus
from domain.unit import Status as UnitStatus
from domain.unit import Unit


class UnitTerms(msgspec.Struct, frozen=True):
    """A unit that takes part in a campaign, and the units above it."""

    unit: Unit
    above: tuple[str, ...]

    @property
    def level(self) -> str:
        assert self.unit.established is not None
        return self.unit.established.level

    @property
    def sector(self) -> str:
        assert self.unit.sector is not None
        return self.unit.sector

    @property
    def code(self) -> str:
        assert self.unit.established is not None
        return self.unit.established.code

    @property
    def receiver_id(self) -> str | None:
        """The unit right above; None for the federation."""
        return self.above[0] if self.above else None


async def campaign_of(reader: Reader, campaign_id: str) -> tuple[Campaign, Directive | None]:
    campaign = await reader.state(CAMPAIGN, campaign_id)
    return campaign, campaign.directive


def running(campaign: Campaign) -> bool:
    """Whether registrations are taken: launched, and neither concluded nor cancelled."""
    return campaign.status is Status.LAUNCHED


def was_launched(campaign: Campaign) -> bool:
    """Whether it is evaluated and awarded: also after it was concluded."""
    return campaign.status in (Status.LAUNCHED, Status.CONCLUDED)


async def unit_in(reader: Reader, campaign: Campaign, unit_id: str, *, or_team: bool = False) -> UnitTerms | None:
    """The unit, if it is active, has a union (or is a team in one, where those are meant too), and takes part in the
    campaign; else None."""
    whole = await whole_line(reader, unit_id)
    if not whole or not await _takes_in(reader, campaign, unit_id, whole):
        return None
    line = standing(whole)
    unit = line[0][1]
    is_team = unit.established is not None and unit.established.level == "team"
    takes_part = unit.status is UnitStatus.ACTIVE and (unit.union_since is not None or (or_team and is_team))
    return UnitTerms(unit, tuple([identity for identity, _ in line[1:]])) if takes_part else None


async def in_part(reader: Reader, campaign: Campaign, unit_id: str) -> bool:
    """Whether the unit is the campaign's issuer or lies under it: where that was merged, what lay under it still does,
    and its survivor carries the campaign on."""
    if not campaign.issuer_id:
        return False  # There is no such campaign.
    return await _takes_in(reader, campaign, unit_id, await whole_line(reader, unit_id))


async def _takes_in(reader: Reader, campaign: Campaign, unit_id: str, line: list[tuple[str, Unit]]) -> bool:
    """Whether the campaign's issuer stands in the unit's whole line, or went on as this unit."""
    if not campaign.issuer_id:
        return False
    if campaign.issuer_id in [identity for identity, _ in line]:
        return True
    return unit_id in await successors(reader, campaign.issuer_id)


async def records_of(reader: Reader, person_id: str) -> dict[str, Member]:
    """The person's records, the one that goes on first, then those that were merged into it: whichever of them is
    asked about, the person answers for all of them."""
    member = await reader.state(MEMBER, person_id)
    while member.merged_into is not None:  # A record is merged once, into one that is active: it cannot go round.
        person_id, member = member.merged_into, await reader.state(MEMBER, member.merged_into)
    return await _with_merged(reader, person_id)


async def _with_merged(reader: Reader, person_id: str) -> dict[str, Member]:
    found = {person_id: await reader.state(MEMBER, person_id)}
    for name in await reader.merged_into(person_id):
        found |= await _with_merged(reader, name.split("-", 1)[1])
    return found


async def member_of(reader: Reader, person_id: str, unit_id: str) -> Member | None:
    """The person, if an active member of this unit, or of one that was merged into it, whose data was not erased; else
    None."""
    member = await reader.state(MEMBER, person_id)
    if member.status is not MemberStatus.ACTIVE or member.unit_id is None or member.erased is not None:
        return None
    return member if unit_id in await successors(reader, member.unit_id) else None
