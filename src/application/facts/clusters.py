"""Facts for clusters."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from application.facts.terms import campaign_of, was_launched
from application.lineage import lineage
from application.reading import Reader
from domain.cluster import CLUSTER
from domain.cluster.evolve import Cluster
from domain.cluster.messages import (
    AdmitUnit,
    ElectLeader,
    Evaluated,
    Facts,
    FormCluster,
    Kind,
    RankCluster,
    Taken,
)
from domain.decider import Command
from domain.evaluation import EVALUATION
from domain.evaluation.evolve import Evaluation
from domain.evaluation.evolve import Status as EvaluationStatus
from domain.period import folded, span_meant
from domain.unit import Status as UnitStatus


async def forming(reader: Reader, command: FormCluster, state: Cluster, stream_id: str) -> Facts:
    if state.formed is not None:
        return Facts()
    since = await _since(reader, command.unit_ids, command.unit_id)
    taken = await _taken(reader, command.unit_ids, command.kind, stream_id)
    return Facts(since=since, taken=taken, read=reader.reads(besides=stream_id))


async def admitting(reader: Reader, command: AdmitUnit, state: Cluster, stream_id: str) -> Facts:
    if state.formed is None:
        return Facts()
    since = await _since(reader, (command.unit_id,), state.formed.unit_id)
    taken = await _taken(reader, (command.unit_id,), state.formed.kind, stream_id)
    return Facts(since=since, taken=taken, read=reader.reads(besides=stream_id))


async def _since(reader: Reader, unit_ids: Iterable[str], above_id: str) -> dict[str, date]:
    """From when each unit has been there that is active and lies under the union that groups them."""
    found: dict[str, date] = {}
    for unit_id in unit_ids:
        line = await lineage(reader, unit_id)
        if above_id not in [identity for identity, _ in line[1:]]:
            continue
        unit = line[0][1]
        if unit.established is not None and unit.status is UnitStatus.ACTIVE:
            found[unit_id] = unit.established.on
    return found


async def _taken(reader: Reader, unit_ids: Iterable[str], kind: Kind, stream_id: str) -> tuple[Taken, ...]:
    """The units' places in other clusters of the kind. All clusters are read, so that two of them that admit one unit
    at the same moment guard each other."""
    wanted, found = frozenset(unit_ids), list[Taken]()
    for name in await reader.clusters():
        cluster = await reader.state(CLUSTER, name.split("-", 1)[1])
        if name == stream_id or cluster.formed is None or cluster.formed.kind != kind:
            continue
        for member in cluster.members:
            if member.unit_id in wanted:
                until = min((day for day in (member.until, cluster.dissolved_on) if day is not None), default=None)
                code = cluster.formed.code
                found.append(Taken(unit_id=member.unit_id, cluster=code, since=member.since, until=until))
    return tuple(found)


async def ranking(reader: Reader, command: RankCluster, state: Cluster, stream_id: str) -> Facts:
    campaign, directive = await campaign_of(reader, command.campaign_id)
    if directive is None:
        return Facts()
    evaluated = [
        one
        for unit_id in state.members_on(command.happened_on or reader.today)
        for name in await reader.about(unit_id, only=EVALUATION)
        if (one := await _evaluated(reader, name.split("-", 1)[1], command)) is not None
    ]
    return Facts(
        campaign_known=True,
        running=was_launched(campaign),
        phases=tuple(phase.code for phase in directive.phases),
        evaluated=tuple(evaluated),
        read=reader.reads(besides=stream_id),
    )


async def _evaluated(reader: Reader, evaluation_id: str, command: RankCluster) -> Evaluated | None:
    """The evaluation, if it is of the unit itself for the campaign's period that is asked for."""
    state: Evaluation = await reader.state(EVALUATION, evaluation_id)
    opened = state.opened
    if opened is None or opened.person_id is not None or opened.campaign_id != command.campaign_id:
        return None
    if (folded(opened.period), opened.phase) != (folded(command.period), command.phase):
        return None
    return Evaluated(
        unit_id=opened.unit_id,
        evaluation_id=evaluation_id,
        rubric=opened.rubric.code,
        rubric_version=opened.rubric.version,
        final=state.status is EvaluationStatus.FINAL,
        total_x100=state.result.total_x100 if state.result else None,
        band=state.result.band if state.result else None,
    )


async def electing(reader: Reader, command: ElectLeader, state: Cluster, stream_id: str) -> Facts:
    campaign, directive = await campaign_of(reader, command.campaign_id)
    if directive is None:
        return Facts()
    span = span_meant(command.period, command.phase, phases=campaign.phases, horizon=directive.horizon)
    return Facts(
        campaign_known=True,
        running=was_launched(campaign),
        phases=tuple(phase.code for phase in directive.phases),
        year=span.closes_on.year,
        read=reader.reads(besides=stream_id),
    )


LOADERS: dict[type[Command], Any] = {
    FormCluster: forming,
    AdmitUnit: admitting,
    RankCluster: ranking,
    ElectLeader: electing,
}
