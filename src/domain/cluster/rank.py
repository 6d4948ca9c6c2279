"""The ranking of a cluster: its members' final evaluations of one period, put in order."""

from datetime import date

from domain.cluster.evolve import Cluster
from domain.cluster.messages import ClusterRanked, Evaluated, Event, Facts, Placed, RankCluster, SealedLeftOut
from domain.cluster.refusals import CampaignNotRunning, CampaignUnknown, NotAllFinal, NotAMember, SeveralTables
from domain.refusals import Invalid


def rank_cluster(command: RankCluster, cluster: Cluster, facts: Facts, today: date) -> list[Event]:
    """A new ranking; none where the one that holds says the same."""
    check_campaign(command.campaign_id, command.phase, facts)
    ranked_on = command.happened_on or today
    asked = _asked(command, cluster.members_on(ranked_on))
    chosen = _one_table([one for one in facts.evaluated if one.unit_id in asked and _is_meant(one, command)])
    final = {one.unit_id: one for one in chosen if one.final}
    if missing := [unit_id for unit_id in asked if unit_id not in final]:
        raise NotAllFinal(unit_ids=missing)
    ranking = ClusterRanked(
        campaign_id=command.campaign_id,
        period=command.period,
        phase=command.phase,
        rubric=chosen[0].rubric,
        rubric_version=chosen[0].rubric_version,
        ranked_on=ranked_on,
        places=places([final[unit_id] for unit_id in asked]),
        left_out=tuple(SealedLeftOut(unit_id=one.unit_id, reason=one.reason) for one in command.left_out),
        read_at=facts.read,
    )
    before = cluster.ranking(command.campaign_id, command.period, command.phase)
    return [] if before is not None and _said(before) == _said(ranking) else [ranking]


def check_campaign(campaign_id: str, phase: str | None, facts: Facts) -> None:
    """Raises: where there is no such campaign, it was not launched, or has no such phase."""
    if not facts.campaign_known:
        raise CampaignUnknown(campaign_id=campaign_id)
    if not facts.running:
        raise CampaignNotRunning(campaign_id=campaign_id)
    if phase is not None and phase not in facts.phases:
        raise Invalid(field="phase", reason="the campaign has no such phase")


def _asked(command: RankCluster, members: tuple[str, ...]) -> tuple[str, ...]:
    """The members that are to be ranked."""
    left_out: set[str] = set()
    for number, one in enumerate(command.left_out):
        if one.unit_id not in members:
            raise NotAMember(unit_id=one.unit_id)
        if one.unit_id in left_out:
            raise Invalid(field=f"left_out[{number}].unit_id", reason="a unit stands twice")
        left_out.add(one.unit_id)
    asked = tuple(unit_id for unit_id in members if unit_id not in left_out)
    if not asked:
        raise Invalid(field="left_out", reason="nobody is left to be ranked")
    return asked


def _is_meant(one: Evaluated, command: RankCluster) -> bool:
    return command.rubric is None or one.rubric == command.rubric


def _one_table(evaluated: list[Evaluated]) -> list[Evaluated]:
    tables = {(one.rubric, one.rubric_version) for one in evaluated}
    if len(tables) > 1:
        raise SeveralTables(rubrics=[f"{code} {version}" for code, version in sorted(tables)])
    return evaluated


def places(evaluated: list[Evaluated]) -> tuple[Placed, ...]:
    """Each unit's place: one more than how many have a higher total. Ties stand in the order of their ids."""
    totals = {one.unit_id: one.total_x100 or 0 for one in evaluated}
    return tuple(
        Placed(
            place=1 + sum(other > totals[one.unit_id] for other in totals.values()),
            unit_id=one.unit_id,
            evaluation_id=one.evaluation_id,
            total_x100=totals[one.unit_id],
            band=one.band or "",
        )
        for one in sorted(evaluated, key=lambda one: (-totals[one.unit_id], one.unit_id))
    )


def _said(ranking: ClusterRanked) -> tuple[object, ...]:
    left_out = sorted((one.unit_id, one.reason) for one in ranking.left_out)
    return ranking.rubric, ranking.rubric_version, ranking.places, left_out
