"""Facts for evaluations."""

from typing import Any

from application.facts.terms import campaign_of, member_of, records_of, unit_in, was_launched
from application.reading import Reader
from domain.campaign.evolve import Campaign
from domain.cluster import CLUSTER
from domain.cluster.messages import Kind
from domain.decider import Command
from domain.evaluation.evolve import Evaluation
from domain.evaluation.messages import ClassifyEvaluation, Facts, OpenEvaluation
from domain.period import span_meant


async def opening(reader: Reader, command: OpenEvaluation, state: Evaluation, stream_id: str) -> Facts:
    campaign, directive = await campaign_of(reader, command.campaign_id)
    if directive is None:
        return Facts(read=reader.reads(besides=stream_id))
    peers, fellows = await _fellows(reader, command, campaign)
    known = [
        (identity, unit)
        for identity in (command.unit_id, *(command.peers or ()))
        if (unit := await unit_in(reader, campaign, identity, or_team=identity == command.unit_id)) is not None
    ]
    own = dict(known).get(command.unit_id)
    person = await member_of(reader, command.person_id, command.unit_id) if command.person_id else None
    return Facts(
        campaign_known=True,
        running=was_launched(campaign),
        phases=tuple(phase.code for phase in directive.phases),
        rubrics=directive.versions(command.rubric),
        span=span_meant(command.period, command.phase, phases=campaign.phases, horizon=directive.horizon),
        horizon=directive.horizon,
        peers=peers,
        fellows=fellows,
        units_known=tuple(identity for identity, _ in known),
        parent_id=own.receiver_id if own else None,
        person_known=person is not None,
        read=reader.reads(besides=stream_id),
    )


async def _fellows(
    reader: Reader, command: OpenEvaluation, campaign: Campaign
) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """Who cross-scores the unit if nobody is named: the others of its cluster (else of its block) that take part in the
    campaign; and all who may be named, None where the unit is in neither."""
    if command.person_id is not None and command.peers is None:
        return (), None  # A person's peers are those who are named; there are many persons, and nothing to look up.
    day = command.happened_on or reader.today
    groups: dict[Kind, tuple[str, ...]] = {}
    for name in await reader.clusters(command.unit_id):
        cluster = await reader.state(CLUSTER, name.split("-", 1)[1])
        if cluster.formed is not None and command.unit_id in (members := cluster.members_on(day)):
            groups[cluster.formed.kind] = tuple(unit_id for unit_id in members if unit_id != command.unit_id)
    if not groups:
        return (), None
    nearest = groups.get("cluster", groups.get("block", ()))
    taking_part = [unit_id for unit_id in nearest if await unit_in(reader, campaign, unit_id) is not None]
    return tuple(taking_part), tuple(unit_id for members in groups.values() for unit_id in members)


async def classifying(reader: Reader, command: ClassifyEvaluation, state: Evaluation, stream_id: str) -> Facts:
    """The person's disciplines that were imposed or still ran since the campaign began, on whichever record."""
    if state.opened is None:
        return Facts()
    campaign, directive = await campaign_of(reader, state.opened.campaign_id)
    if state.opened.person_id is None or directive is None:
        return Facts(campaign_known=True, running=was_launched(campaign), read=reader.reads(besides=stream_id))
    records = await records_of(reader, state.opened.person_id)
    since = directive.horizon.opens_on
    return Facts(
        campaign_known=True,
        running=was_launched(campaign),
        disciplines=tuple(
            one.kind for member in records.values() for one in member.disciplines if one.runs_after(since)
        ),
        read=reader.reads(besides=stream_id),
    )


LOADERS: dict[type[Command], Any] = {
    OpenEvaluation: opening,
    ClassifyEvaluation: classifying,
}
