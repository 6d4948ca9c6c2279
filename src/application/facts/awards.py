"""Facts for award dossiers."""

from typing import Any

import msgspec

from application.facts.case import case_for
from application.facts.councils import granted_of
from application.facts.terms import campaign_of, in_part, member_of, was_launched
from application.lineage import lineage
from application.reading import Reader
from domain.award.evolve import Award
from domain.award.messages import (
    AwardNominated,
    CheckEligibility,
    CouncilOutcome,
    DecideAward,
    Facts,
    NominateAward,
    TakeVote,
    UnitOnLine,
)
from domain.council import COUNCIL
from domain.decider import Command
from domain.unit import Status as UnitStatus


async def nominating(reader: Reader, command: NominateAward, state: Award, stream_id: str) -> Facts:
    campaign, directive = await campaign_of(reader, command.campaign_id)
    if directive is None:
        return Facts(read=reader.reads(besides=stream_id))
    line = await lineage(reader, command.unit_id)
    active = bool(line) and line[0][1].status is UnitStatus.ACTIVE
    inside = active and await in_part(reader, campaign, command.unit_id)
    member = await member_of(reader, command.person_id, command.unit_id) if command.person_id else None
    return Facts(
        campaign_open=was_launched(campaign),
        horizon=directive.horizon,
        phases=tuple(phase.code for phase in directive.phases),
        title=directive.title(command.title),
        line=tuple(
            UnitOnLine(unit_id=identity, level=unit.established.level)
            for identity, unit in line
            if inside and unit.established
        ),
        employment=member.employment if member else None,
        read=reader.reads(besides=stream_id),
    )


async def checking(reader: Reader, command: CheckEligibility | DecideAward, state: Award, stream_id: str) -> Facts:
    """The title's rules as the campaign has them now, and the subject's case; for a decision the council's word too."""
    nominated = state.nominated
    if nominated is None:
        return Facts()
    _, directive = await campaign_of(reader, nominated.campaign_id)
    assert directive is not None, "a dossier's campaign was drafted"
    award_id = stream_id.split("-", 1)[1]
    title = directive.title(nominated.title)
    facts = Facts(
        rule_set=directive.rule_set(title.rules) if title else None,
        case=await case_for(reader, award_id, state, directive),
    )
    if isinstance(command, DecideAward) and state.voted is not None:
        outcome = await _outcome(reader, state.voted.session_id, award_id)
        facts = msgspec.structs.replace(
            facts, outcome=outcome and await _recounted(reader, outcome, nominated, award_id)
        )
    return msgspec.structs.replace(facts, read=reader.reads(besides=stream_id))


async def _recounted(
    reader: Reader, outcome: CouncilOutcome, nominated: AwardNominated, award_id: str
) -> CouncilOutcome:
    """Each quota with all that is granted by now: two sessions that each fit it may not fit it together."""
    if not outcome.quotas:
        return outcome
    others = await granted_of(reader, nominated.campaign_id, nominated.title) - {award_id}
    quotas = tuple(
        msgspec.structs.replace(quota, granted=max(quota.granted, len(others) + 1)) for quota in outcome.quotas
    )
    return msgspec.structs.replace(outcome, quotas=quotas)


async def voting(reader: Reader, command: TakeVote, state: Award, stream_id: str) -> Facts:
    outcome = await _outcome(reader, command.session_id, stream_id.split("-", 1)[1])
    return Facts(outcome=outcome, read=reader.reads(besides=stream_id))


async def _outcome(reader: Reader, session_id: str, award_id: str) -> CouncilOutcome | None:
    """What the session says of the dossier; None where it did not count it."""
    session = await reader.state(COUNCIL, session_id)
    count = session.count_of(award_id)
    if session.convened is None or session.result is None or count is None or session.cancelled is not None:
        return None
    return CouncilOutcome(
        session_id=session_id,
        meets_on=session.convened.meets_on,
        vote=count.vote,
        minutes=session.result.minutes,
        quotas=session.quota.counts if session.quota else None,
        granted=award_id in session.decided.granted if session.decided else None,
        decision=session.decided.decision if session.decided else None,
    )


LOADERS: dict[type[Command], Any] = {
    NominateAward: nominating,
    CheckEligibility: checking,
    DecideAward: checking,
    TakeVote: voting,
}
