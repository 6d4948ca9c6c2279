"""Facts for evaluations."""

from typing import Any

from application.facts.terms import campaign_of, member_of, records_of, unit_in, was_launched
from application.reading import Reader
from domain.decider import Command
from domain.evaluation.evolve import Evaluation
from domain.evaluation.messages import ClassifyEvaluation, Facts, OpenEvaluation


async def opening(reader: Reader, command: OpenEvaluation, state: Evaluation, stream_id: str) -> Facts:
    campaign, directive = await campaign_of(reader, command.campaign_id)
    if directive is None:
        return Facts(read=reader.reads(besides=stream_id))
    known = [
        (identity, unit)
        for identity in (command.unit_id, *command.peers)
        if (unit := await unit_in(reader, campaign, identity)) is not None
    ]
    own = dict(known).get(command.unit_id)
    person = await member_of(reader, command.person_id, command.unit_id) if command.person_id else None
    return Facts(
        campaign_known=True,
        running=was_launched(campaign),
        phases=tuple(phase.code for phase in directive.phases),
        rubric=directive.rubric(command.rubric),
        units_known=tuple(identity for identity, _ in known),
        parent_id=own.receiver_id if own else None,
        person_known=person is not None,
        read=reader.reads(besides=stream_id),
    )


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
