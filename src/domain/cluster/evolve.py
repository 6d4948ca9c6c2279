"""The state of a cluster."""

from datetime import date
from enum import Enum
from typing import assert_never

import msgspec

from domain.cluster.messages import (
    ClusterDissolved,
    ClusterFormed,
    ClusterRanked,
    ClusterRenamed,
    ElectionAnnulled,
    Event,
    LeaderElected,
    LeadNamed,
    UnitAdmitted,
    UnitReleased,
)
from domain.decider import Message
from domain.period import folded


class Status(Enum):
    ABSENT = "absent"
    ACTIVE = "active"
    DISSOLVED = "dissolved"


class Membership(Message, frozen=True, kw_only=True):
    """From `since`, until the day before `until` (None: still)."""

    unit_id: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


class Cluster(Message, frozen=True, kw_only=True):
    """`members` in the order that they came; `names` and `leads` with the day that each holds from; `elections` that
    hold, and `annulled` with what annulled each."""

    status: Status = Status.ABSENT
    formed: ClusterFormed | None = None
    names: tuple[tuple[date, str], ...] = ()
    leads: tuple[tuple[date, str | None], ...] = ()
    members: tuple[Membership, ...] = ()
    rankings: tuple[ClusterRanked, ...] = ()
    elections: tuple[LeaderElected, ...] = ()
    annulled: tuple[ElectionAnnulled, ...] = ()
    dissolved_on: date | None = None

    def members_on(self, day: date) -> tuple[str, ...]:
        """The units that are in it on a day, in the order that they came; none once it is dissolved."""
        if self.dissolved_on is not None and day >= self.dissolved_on:
            return ()
        return tuple(member.unit_id for member in self.members if member.holds_on(day))

    def ranking(self, campaign_id: str, period: str, phase: str | None) -> ClusterRanked | None:
        """The latest ranking of a campaign's period."""
        key = (campaign_id, folded(period), phase)
        return next((ranking for ranking in reversed(self.rankings) if key_of(ranking) == key), None)

    def election(self, campaign_id: str, period: str, phase: str | None) -> LeaderElected | None:
        """The election that holds for a campaign's period."""
        key = (campaign_id, folded(period), phase)
        return next((election for election in self.elections if key_of(election) == key), None)


def key_of(event: ClusterRanked | LeaderElected | ElectionAnnulled) -> tuple[str, str, str | None]:
    """What there is one ranking and one election of: a period of a campaign, however it is spelt."""
    return event.campaign_id, folded(event.period), event.phase


def evolve(cluster: Cluster, event: Event) -> Cluster:
    change = msgspec.structs.replace
    match event:
        case ClusterFormed():
            return _formed(event)
        case UnitAdmitted(unit_id=unit_id, on=on):
            return change(cluster, members=(*cluster.members, Membership(unit_id=unit_id, since=on)))
        case UnitReleased():
            return _released(cluster, event)
        case LeadNamed(unit_id=unit_id, on=on):
            return change(cluster, leads=(*cluster.leads, (on, unit_id)))
        case ClusterRenamed(name=name, on=on):
            return change(cluster, names=(*cluster.names, (on, name)))
        case ClusterDissolved(on=on):
            return change(cluster, status=Status.DISSOLVED, dissolved_on=on)
        case ClusterRanked():
            return change(cluster, rankings=(*cluster.rankings, event))
        case LeaderElected():
            return change(cluster, elections=(*cluster.elections, event))
        case ElectionAnnulled():
            holding = tuple(election for election in cluster.elections if key_of(election) != key_of(event))
            return change(cluster, elections=holding, annulled=(*cluster.annulled, event))
        case _:
            assert_never(event)


def _formed(event: ClusterFormed) -> Cluster:
    return Cluster(
        status=Status.ACTIVE,
        formed=event,
        names=((event.on, event.name),),
        leads=((event.on, event.lead_unit_id),),
        members=tuple(Membership(unit_id=unit_id, since=event.on) for unit_id in event.unit_ids),
    )


def _released(cluster: Cluster, event: UnitReleased) -> Cluster:
    members = tuple(
        msgspec.structs.replace(member, until=event.on)
        if (member.unit_id, member.since) == (event.unit_id, event.since)
        else member
        for member in cluster.members
    )
    leads = (*cluster.leads, (event.on, None)) if event.led else cluster.leads
    return msgspec.structs.replace(cluster, members=members, leads=leads)
