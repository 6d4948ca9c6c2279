"""What may become of a cluster and its members."""

from datetime import date, datetime
from typing import assert_never

from domain.cluster.elect import annul_election, elect_leader
from domain.cluster.evolve import Cluster, Membership, Status
from domain.cluster.messages import (
    MAJORITY_ASSUMED,
    AdmitUnit,
    AnnulElection,
    ClusterDissolved,
    ClusterFormed,
    ClusterRenamed,
    Command,
    DissolveCluster,
    ElectLeader,
    Event,
    Facts,
    FormCluster,
    LeadNamed,
    NameLead,
    RankCluster,
    ReleaseUnit,
    RenameCluster,
    UnitAdmitted,
    UnitReleased,
)
from domain.cluster.rank import rank_cluster
from domain.cluster.refusals import (
    AdmittedOtherwise,
    ClusterUnknown,
    Dissolved,
    FormedOtherwise,
    NotAMember,
    OutOfOrder,
    ReleasedOtherwise,
    UnitTaken,
    UnitUnknown,
)
from domain.dates import local_day
from domain.paper import check_issued
from domain.refusals import Invalid, NotYetHappened


def decide(command: Command, cluster: Cluster, facts: Facts, now: datetime) -> list[Event]:
    today = local_day(now)
    if isinstance(command, FormCluster):
        return form(command, cluster, facts, today)
    if cluster.formed is None:
        raise ClusterUnknown()
    match command:
        case RankCluster():
            return rank_cluster(command, _standing(cluster), facts, today)
        case ElectLeader():
            return elect_leader(command, _standing(cluster), cluster.formed, facts, today)
        case AnnulElection():
            return annul_election(command, cluster, today)
        case DissolveCluster():
            return dissolve(command, cluster, cluster.formed, today)
        case _:
            return _membership(command, _standing(cluster), cluster.formed, facts, today)


def _standing(cluster: Cluster) -> Cluster:
    if cluster.status is Status.DISSOLVED:
        raise Dissolved(on=cluster.dissolved_on)
    return cluster


def _membership(
    command: AdmitUnit | ReleaseUnit | NameLead | RenameCluster,
    cluster: Cluster,
    formed: ClusterFormed,
    facts: Facts,
    today: date,
) -> list[Event]:
    _check_day(command.on, formed, today)
    match command:
        case AdmitUnit():
            return admit(command, cluster, facts)
        case ReleaseUnit():
            return release(command, cluster)
        case NameLead():
            return name_lead(command, cluster)
        case RenameCluster():
            return rename(command, cluster)
        case _:
            assert_never(command)


def _check_day(on: date, formed: ClusterFormed | None, today: date) -> None:
    if on > today:
        raise NotYetHappened(field="on", reason=f"lies after today, {today.isoformat()}")
    if formed is not None and on < formed.on:
        raise OutOfOrder(on=on, formed_on=formed.on)


def form(command: FormCluster, cluster: Cluster, facts: Facts, today: date) -> list[Event]:
    if cluster.formed is not None:
        if _particulars(command) == _particulars(cluster.formed):
            return []
        raise FormedOtherwise(code=cluster.formed.code, name=cluster.formed.name)
    _check_day(command.on, None, today)
    check_issued(command.document, today)
    if len(set(command.unit_ids)) < len(command.unit_ids):
        raise Invalid(field="unit_ids", reason="a unit stands twice")
    if command.lead_unit_id is not None and command.lead_unit_id not in command.unit_ids:
        raise Invalid(field="lead_unit_id", reason="the lead unit is one of the members")
    for unit_id in command.unit_ids:
        _check_free(unit_id, command.on, facts)
    assert command.cluster_id is not None, "the stream's id is filled in before a command is decided"
    return [
        ClusterFormed(
            cluster_id=command.cluster_id,
            code=command.code,
            name=command.name,
            kind=command.kind,
            unit_id=command.unit_id,
            unit_ids=command.unit_ids,
            lead_unit_id=command.lead_unit_id,
            majority_x100=command.majority_x100 or MAJORITY_ASSUMED,
            majority_source="assumed" if command.majority_x100 is None else "stated",
            on=command.on,
            document=command.document,
            read_at=facts.read,
        )
    ]


def _particulars(asked: FormCluster | ClusterFormed) -> tuple[object, ...]:
    stated = isinstance(asked, FormCluster) or asked.majority_source == "stated"
    majority = asked.majority_x100 if stated else None
    whose = (asked.code, asked.name, asked.kind, asked.unit_id, asked.unit_ids, asked.lead_unit_id)
    return (*whose, majority, asked.on, asked.document)


def _check_free(unit_id: str, on: date, facts: Facts) -> None:
    """Raises: UnitUnknown, or where it was no unit yet or is in another cluster of the kind from `on` on."""
    since = facts.since.get(unit_id)
    if since is None:
        raise UnitUnknown(unit_id=unit_id)
    if on < since:
        raise OutOfOrder(on=on, established_on=since)
    for taken in facts.taken:
        if taken.unit_id == unit_id and (taken.until is None or on < taken.until):
            raise UnitTaken(unit_id=unit_id, cluster=taken.cluster, since=taken.since)


def _last(cluster: Cluster, unit_id: str) -> Membership | None:
    return next((member for member in reversed(cluster.members) if member.unit_id == unit_id), None)


def admit(command: AdmitUnit, cluster: Cluster, facts: Facts) -> list[Event]:
    last = _last(cluster, command.unit_id)
    if last is not None and last.until is None:
        if last.since == command.on:
            return []
        raise AdmittedOtherwise(unit_id=command.unit_id, since=last.since)
    if last is not None and last.until is not None and command.on < last.until:
        raise OutOfOrder(on=command.on, released_on=last.until)
    _check_free(command.unit_id, command.on, facts)
    return [UnitAdmitted(unit_id=command.unit_id, on=command.on, read_at=facts.read)]


def release(command: ReleaseUnit, cluster: Cluster) -> list[Event]:
    last = _last(cluster, command.unit_id)
    if last is None:
        raise NotAMember(unit_id=command.unit_id)
    if last.until == command.on:
        return []
    if last.until is not None:
        raise ReleasedOtherwise(unit_id=command.unit_id, on=last.until)
    began = max([last.since, *(on for on, unit_id in cluster.leads if unit_id == command.unit_id)])
    if command.on < began:
        raise OutOfOrder(on=command.on, since=began)
    led = cluster.leads[-1][1] == command.unit_id
    return [UnitReleased(unit_id=command.unit_id, since=last.since, on=command.on, led=led)]


def name_lead(command: NameLead, cluster: Cluster) -> list[Event]:
    since, lead = cluster.leads[-1]
    if lead == command.unit_id:
        return []  # It leads already, since then or an earlier day.
    if command.on < since:
        raise OutOfOrder(on=command.on, last_named_on=since)
    if command.unit_id not in cluster.members_on(command.on):
        raise NotAMember(unit_id=command.unit_id)
    return [LeadNamed(unit_id=command.unit_id, on=command.on)]


def rename(command: RenameCluster, cluster: Cluster) -> list[Event]:
    if command.name == cluster.names[-1][1]:
        return []
    if command.on < cluster.names[-1][0]:
        raise OutOfOrder(on=command.on, last_renamed_on=cluster.names[-1][0])
    return [ClusterRenamed(name=command.name, on=command.on)]


def dissolve(command: DissolveCluster, cluster: Cluster, formed: ClusterFormed, today: date) -> list[Event]:
    if cluster.dissolved_on == command.on:
        return []
    if cluster.dissolved_on is not None:
        raise Dissolved(on=cluster.dissolved_on)
    _check_day(command.on, formed, today)
    changed_on = max(day for member in cluster.members for day in (member.since, member.until or member.since))
    if command.on < changed_on:
        raise OutOfOrder(on=command.on, last_changed_on=changed_on)
    check_issued(command.document, today)
    return [ClusterDissolved(on=command.on, document=command.document)]
