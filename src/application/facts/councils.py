"""Facts for council sessions."""

from collections.abc import Iterable
from typing import Any

from application.facts.case import GRANTED
from application.facts.terms import campaign_of, unit_in, was_launched
from application.lineage import successors
from application.reading import Reader
from domain.award import AWARD
from domain.award.evolve import Status as AwardStatus
from domain.council.evolve import Session
from domain.council.messages import (
    AdoptBallot,
    CheckQuota,
    ConveneCouncil,
    Denominator,
    Dossier,
    Facts,
    IssueDecision,
    ListDossiers,
    OpenBallot,
    RecordResult,
)
from domain.decider import Command
from domain.rules import FIXED_NUMBER, QuotaCountMax, QuotaShareMax


async def convening(reader: Reader, command: ConveneCouncil, state: Session, stream_id: str) -> Facts:
    campaign, directive = await campaign_of(reader, command.campaign_id)
    title = directive.title(command.title) if directive else None
    unit = await unit_in(reader, campaign, command.unit_id)
    return Facts(
        campaign_open=was_launched(campaign),
        unit_known=unit is not None,
        rule_set=directive.rule_set(title.rules) if directive and title else None,
        read=reader.reads(besides=stream_id),
    )


async def listing(reader: Reader, command: ListDossiers, state: Session, stream_id: str) -> Facts:
    return await _dossiers(reader, dict.fromkeys(command.award_ids), state, stream_id)


async def voting(reader: Reader, command: Command, state: Session, stream_id: str) -> Facts:
    """The dossiers of the list as they stand: whom they propose, and whether they are held."""
    return await _dossiers(reader, [listed.award_id for listed in state.listed], state, stream_id)


async def _dossiers(reader: Reader, award_ids: Iterable[str], state: Session, stream_id: str) -> Facts:
    wanted = list(award_ids)
    await reader.prefetch(*((AWARD, award_id) for award_id in wanted))
    found = [await _dossier(reader, award_id, state) for award_id in wanted]
    return Facts(
        dossiers=tuple(dossier for dossier in found if dossier is not None), read=reader.reads(besides=stream_id)
    )


async def _dossier(reader: Reader, award_id: str, session: Session) -> Dossier | None:
    """The dossier, if it is one for this session's campaign, title and council."""
    award = await reader.state(AWARD, award_id)
    nominated, convened = award.nominated, session.convened
    if nominated is None or convened is None:
        return None
    if (nominated.campaign_id, nominated.title) != (convened.campaign_id, convened.title):
        return None
    # Where the unit that decides was merged since, its survivor's council does.
    deciding_id = nominated.deciding_unit_id
    if deciding_id is None or convened.unit_id not in await successors(reader, deciding_id):
        return None
    return Dossier(
        award_id=award_id,
        ready=award.status is AwardStatus.PUBLISHED and not award.holds,
        held=bool(award.holds),
        person_id=nominated.person_id,
        published_from=award.published.published_from if award.published else None,
        published_until=award.published.published_until if award.published else None,
    )


async def counting(reader: Reader, command: CheckQuota, state: Session, stream_id: str) -> Facts:
    """A quota's whole is the number of awards of the title it is a share of, granted in the same campaign."""
    if state.convened is None:
        return Facts()
    campaign_id, on_list = state.convened.campaign_id, {listed.award_id for listed in state.listed}
    already = await granted_of(reader, campaign_id, state.convened.title)
    wholes = [
        (rule.of, len(await granted_of(reader, campaign_id, rule.of)))
        if isinstance(rule, QuotaShareMax)
        else (FIXED_NUMBER, rule.count)
        for rule in state.convened.rule_set.rules
        if isinstance(rule, QuotaShareMax | QuotaCountMax)
    ]
    denominators = [
        Denominator(of=of, whole=whole, granted_already=len(already - on_list), frozen_on=state.convened.meets_on)
        for of, whole in wholes
    ]
    return Facts(denominators=tuple(denominators), read=reader.reads(besides=stream_id))


async def granted_of(reader: Reader, campaign_id: str, title: str) -> set[str]:
    """The dossiers of a campaign that were granted this title, and not revoked."""
    found = {name.split("-", 1)[1] for name in await reader.nominated(campaign_id, title)}
    return {identity for identity in found if (await reader.state(AWARD, identity)).status in GRANTED}


LOADERS: dict[type[Command], Any] = {
    ConveneCouncil: convening,
    ListDossiers: listing,
    RecordResult: voting,
    OpenBallot: voting,
    AdoptBallot: voting,
    CheckQuota: counting,
    IssueDecision: voting,
}
