"""One cluster whole: who is in it on a day, how it ranked its members, whom it elected, and by what count."""

from datetime import date

import msgspec

from adapters.http.history import Act, History, act, history
from adapters.http.moments import Moment
from adapters.http.queries import Dated, Look, by_key
from adapters.http.route import Exchange
from adapters.read_models.clusters import ClusterFilter, ClusterRow, fetch_clusters
from domain.cluster import CLUSTER
from domain.cluster.evolve import Cluster, key_of
from domain.cluster.messages import ClusterRanked, ElectionAnnulled, ElectionTally, LeaderElected, Placed
from domain.decider import Message, Name, Sealed
from domain.ids import Id, Slug
from domain.paper import Document

_row = by_key(fetch_clusters, ClusterFilter, "cluster_id")


class ClusterSeen(ClusterRow, frozen=True, kw_only=True):
    """The row, and the day whose members are asked for."""

    day: date


class ClusterMember(Message, frozen=True, kw_only=True):
    unit_id: Id
    since: date


class NotRankedUnit(Message, frozen=True, kw_only=True):
    """`reason` is for the union that groups the cluster; None for who reads it as a member."""

    unit_id: Id
    reason: Sealed | None


class Ranking(Act, frozen=True, kw_only=True):
    """The places of a period by the totals that were final then; `holds`: no later ranking of the period came after."""

    campaign_id: Id
    period: Name
    phase: Slug | None
    rubric: Slug
    rubric_version: int
    ranked_on: date
    places: tuple[Placed, ...]
    left_out: tuple[NotRankedUnit, ...]
    holds: bool


class Election(Act, frozen=True, kw_only=True):
    """Sums only. `holds`: no paper has annulled it."""

    campaign_id: Id
    period: Name
    phase: Slug | None
    year: int
    held_on: date
    minutes: Document
    members: int
    electors: int
    tallies: tuple[ElectionTally, ...]
    elected: Id
    majority_x100: int
    majority_source: str
    holds: bool


class Annulment(Act, frozen=True, kw_only=True):
    """`ground` is for the union that groups the cluster; None for who reads it as a member."""

    campaign_id: Id
    period: Name
    phase: Slug | None
    minutes: Document
    document: Document
    ground: Sealed | None


class ClusterWhole(ClusterSeen, frozen=True, kw_only=True):
    """`members` are those of `day`. The averages and totals of a ranking decide nothing by themselves."""

    members: tuple[ClusterMember, ...]
    rankings: tuple[Ranking, ...]
    elections: tuple[Election, ...]
    annulments: tuple[Annulment, ...]


class ClusterDay(Dated, frozen=True, kw_only=True):
    """`day`: whose members are shown; by default today's."""


async def fetch_cluster(look: Look) -> ClusterSeen | None:
    row: ClusterRow | None = await _row(look)
    return None if row is None else ClusterSeen(**msgspec.structs.asdict(row), day=look.asked.day or look.today)


async def cluster_whole(exchange: Exchange, row: ClusterSeen, moment: Moment) -> ClusterWhole:
    """The row with everything that its stream says up to the row's version."""
    store, tenant_id = exchange.parts.platform.store, exchange.caller.tenant_id
    told = await history(store, tenant_id, CLUSTER, row.cluster_id, until=row.version)
    state: Cluster = CLUSTER.fold(event for _, event in told)
    on_day = state.members_on(row.day)
    return ClusterWhole(
        **msgspec.structs.asdict(row),
        members=tuple(
            ClusterMember(unit_id=member.unit_id, since=member.since)
            for member in state.members
            if member.unit_id in on_day and member.holds_on(row.day)
        ),
        rankings=_rankings(told, state, row),
        elections=_elections(told, state),
        annulments=_annulments(told, row),
    )


def _rankings(told: History, state: Cluster, row: ClusterRow) -> tuple[Ranking, ...]:
    latest = {key_of(ranking): ranking for ranking in state.rankings}
    found: list[Ranking] = []
    for recorded, event in told:
        if isinstance(event, ClusterRanked):
            said = {
                name: getattr(event, name) for name in event.__struct_fields__ if name not in ("read_at", "left_out")
            }
            left_out = tuple(
                NotRankedUnit(unit_id=one.unit_id, reason=None if row.as_member else one.reason)
                for one in event.left_out
            )
            holds = latest[key_of(event)] is event
            found.append(act(Ranking, recorded, **said, left_out=left_out, holds=holds))
    return tuple(found)


def _elections(told: History, state: Cluster) -> tuple[Election, ...]:
    return tuple(
        act(
            Election,
            recorded,
            **{name: getattr(event, name) for name in event.__struct_fields__ if name != "read_at"},
            holds=any(election is event for election in state.elections),
        )
        for recorded, event in told
        if isinstance(event, LeaderElected)
    )


def _annulments(told: History, row: ClusterRow) -> tuple[Annulment, ...]:
    return tuple(
        act(
            Annulment,
            recorded,
            **{name: getattr(event, name) for name in event.__struct_fields__ if name != "ground"},
            ground=None if row.as_member else event.ground,
        )
        for recorded, event in told
        if isinstance(event, ElectionAnnulled)
    )
