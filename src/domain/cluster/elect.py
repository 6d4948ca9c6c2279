"""The election of a cluster's leader: its minutes in, sums only, and the majority that they must show."""

from datetime import date

from domain.cluster.evolve import Cluster, key_of
from domain.cluster.messages import (
    AnnulElection,
    ClusterFormed,
    ElectionAnnulled,
    ElectLeader,
    Event,
    Facts,
    LeaderElected,
)
from domain.cluster.rank import check_campaign
from domain.cluster.refusals import (
    AnnulledOtherwise,
    ElectedOtherwise,
    ElectionTied,
    ElectionUnknown,
    MinutesAnnulled,
    NoMajority,
    NotAMember,
    NotRanked,
)
from domain.paper import check_issued
from domain.period import folded
from domain.refusals import Invalid, NotYetHappened


def elect_leader(
    command: ElectLeader, cluster: Cluster, formed: ClusterFormed, facts: Facts, today: date
) -> list[Event]:
    held = cluster.election(command.campaign_id, command.period, command.phase)
    if held is not None:
        if _said(command) == _said(held):
            return []
        raise ElectedOtherwise(elected=held.elected, held_on=held.held_on)
    _check_paper(command, cluster, today)
    check_campaign(command.campaign_id, command.phase, facts)
    ranking = cluster.ranking(command.campaign_id, command.period, command.phase)
    if ranking is None or ranking.ranked_on > command.held_on:
        raise NotRanked(held_on=command.held_on, ranked_on=ranking.ranked_on if ranking else None)
    members = cluster.members_on(command.held_on)
    _check_votes(command, members)
    _check_majority(command, len(members), formed.majority_x100)
    return [
        LeaderElected(
            campaign_id=command.campaign_id,
            period=command.period,
            phase=command.phase,
            year=facts.year,
            held_on=command.held_on,
            minutes=command.minutes,
            members=len(members),
            electors=command.electors,
            tallies=command.tallies,
            elected=command.elected,
            majority_x100=formed.majority_x100,
            majority_source=formed.majority_source,
            read_at=facts.read,
        )
    ]


def _said(asked: ElectLeader | LeaderElected) -> tuple[object, ...]:
    return asked.held_on, asked.minutes, asked.electors, asked.tallies, asked.elected


def _check_paper(command: ElectLeader, cluster: Cluster, today: date) -> None:
    if command.held_on > today:
        raise NotYetHappened(field="held_on", reason=f"lies after today, {today.isoformat()}")
    check_issued(command.minutes, today, field="minutes")
    if command.minutes.issued < command.held_on.isoformat()[: len(command.minutes.issued)]:
        raise Invalid(field="minutes.issued", reason="lies before the election")
    for annulled in cluster.annulled:
        if annulled.minutes == command.minutes:
            raise MinutesAnnulled(number=command.minutes.number)


def _check_votes(command: ElectLeader, members: tuple[str, ...]) -> None:
    """Candidates are members, each once; nobody votes twice, and no stranger votes."""
    seen: set[str] = set()
    for number, tally in enumerate(command.tallies):
        if tally.unit_id not in members:
            raise NotAMember(unit_id=tally.unit_id)
        if tally.unit_id in seen:
            raise Invalid(field=f"tallies[{number}].unit_id", reason="a unit stands twice")
        seen.add(tally.unit_id)
    if command.electors > len(members):
        raise Invalid(field="electors", reason=f"more than the members, {len(members)}")
    votes = sum(tally.votes for tally in command.tallies)
    if votes > command.electors:
        raise Invalid(field="tallies", reason=f"{votes} votes of {command.electors} electors")
    if command.elected not in seen:
        raise Invalid(field="elected", reason="had no votes: it is not in the tallies")


def _check_majority(command: ElectLeader, members: int, majority_x100: int) -> None:
    most = max(tally.votes for tally in command.tallies)
    first = [tally.unit_id for tally in command.tallies if tally.votes == most]
    if len(first) > 1:
        raise ElectionTied(unit_ids=first, votes=most)
    if first != [command.elected]:
        raise Invalid(field="elected", reason="another unit has more votes")
    if most * 10_000 <= majority_x100 * members:
        raise NoMajority(votes=most, members=members, majority_x100=majority_x100)


def annul_election(command: AnnulElection, cluster: Cluster, today: date) -> list[Event]:
    held = cluster.election(command.campaign_id, command.period, command.phase)
    if held is None:
        return _annulled_already(command, cluster)
    check_issued(command.document, today)
    if command.document == held.minutes:
        raise Invalid(field="document", reason="the minutes do not annul themselves")
    return [
        ElectionAnnulled(
            campaign_id=command.campaign_id,
            period=command.period,
            phase=command.phase,
            minutes=held.minutes,
            document=command.document,
            ground=command.ground,
        )
    ]


def _annulled_already(command: AnnulElection, cluster: Cluster) -> list[Event]:
    key = (command.campaign_id, folded(command.period), command.phase)
    last = next((event for event in reversed(cluster.annulled) if key_of(event) == key), None)
    if last is None:
        raise ElectionUnknown()
    if (last.document, last.ground) == (command.document, command.ground):
        return []
    raise AnnulledOtherwise(number=last.document.number)
