"""Facts for exemplary models."""

from typing import Any

from application.facts.terms import campaign_of, member_of, was_launched
from application.lineage import lineage
from application.reading import Reader
from domain.decider import Command
from domain.exemplar import Above, Exemplar, Facts, RegisterExemplar
from domain.schedule import phase_on
from domain.unit import Status as UnitStatus


async def registering(reader: Reader, command: RegisterExemplar, state: Exemplar, stream_id: str) -> Facts:
    line = await lineage(reader, command.unit_id)
    takes_part = bool(line) and line[0][1].status is UnitStatus.ACTIVE and line[0][1].union_since is not None
    known, is_open, phase, block = True, True, None, None
    if command.campaign_id is not None:
        campaign, directive = await campaign_of(reader, command.campaign_id)
        takes_part = takes_part and campaign.issuer_id in dict(line)
        known, is_open = directive is not None, was_launched(campaign)
        phase = phase_on(command.happened_on or reader.today, campaign.phases)
        if directive and takes_part and (established := line[0][1].established):
            block = directive.block_of(established.sector, reader.today)
    member = await member_of(reader, command.person_id, command.unit_id) if command.person_id else None
    levels = [
        (identity, unit.established.level)
        for identity, unit in line
        if unit.established and unit.established.level != "team"  # What a team does, its union puts forward.
    ]
    return Facts(
        campaign_known=known,
        campaign_open=is_open,
        phase=phase,
        block=block,
        unit_level=levels[0][1] if takes_part and levels[0][0] == command.unit_id else None,
        above=tuple(Above(unit_id=identity, level=level) for identity, level in levels[1:]),
        employment=member.employment if member else None,
        read=reader.reads(besides=stream_id),
    )


LOADERS: dict[type[Command], Any] = {RegisterExemplar: registering}
