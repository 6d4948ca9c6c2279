"""Commands, events and facts of a cluster."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from domain.decider import Command as Asked
from domain.decider import Message, Name, Personal, Read, Sealed
from domain.ids import Id, Slug
from domain.paper import Document
from domain.rules import Count

Kind = Literal["cluster", "block"]
MEMBERS_MAX = 200
Members = Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=MEMBERS_MAX)]
Majority = Annotated[
    int,
    msgspec.Meta(ge=5_000, lt=10_000, description="Hundredths of a percent of all members; the elected has more."),
]
MAJORITY_ASSUMED: Majority = 5_000
"""No paper among the sources states how a cluster's leader is elected; more than half of the members is assumed."""

# --- Commands -------------------------------------------------------------------


class FormCluster(Asked, frozen=True, kw_only=True):
    """Lập cụm, khối: units under `unit_id`, the union that groups them, compare themselves from a day on.

    `cluster_id` is the stream's id, filled in from the code. `majority_x100` left out: more than half is assumed.
    """

    cluster_id: Id | None = None
    code: Slug
    name: Name
    kind: Kind = "cluster"
    unit_id: Id
    unit_ids: Members
    lead_unit_id: Id | None = None
    majority_x100: Majority | None = None
    on: date
    document: Document | None = None


class AdmitUnit(Asked, frozen=True, kw_only=True):
    unit_id: Id
    on: date


class ReleaseUnit(Asked, frozen=True, kw_only=True):
    """`on` is the first day on which the unit is in the cluster no more. A lead unit that leaves leads no more."""

    unit_id: Id
    on: date


class NameLead(Asked, frozen=True, kw_only=True):
    """Đơn vị trưởng cụm, trưởng khối: convenes the others. Named, not elected."""

    unit_id: Id
    on: date


class RenameCluster(Asked, frozen=True, kw_only=True):
    name: Name
    on: date


class DissolveCluster(Asked, frozen=True, kw_only=True):
    on: date
    document: Document | None = None


class LeftOut(Message, frozen=True, kw_only=True):
    """A member that is not ranked, and why."""

    unit_id: Id
    reason: Personal


class RankCluster(Asked, frozen=True, kw_only=True):
    """Xếp hạng: the members' final evaluations of a campaign and a period, put in order. `rubric` says which table is
    meant where the members were scored by several."""

    campaign_id: Id
    period: Name
    phase: Slug | None = None
    rubric: Slug | None = None
    left_out: Annotated[tuple[LeftOut, ...], msgspec.Meta(max_length=MEMBERS_MAX)] = ()


class ElectionTally(Message, frozen=True, kw_only=True):
    """How many votes a candidate had; never whose."""

    unit_id: Id
    votes: Count


Tallies = Annotated[tuple[ElectionTally, ...], msgspec.Meta(min_length=1, max_length=MEMBERS_MAX)]


class ElectLeader(Asked, frozen=True, kw_only=True):
    """Suy tôn: the cluster's vote for the unit that leads the emulation of a period, from its minutes.

    `electors` took part, each for one member; a member has one vote.
    """

    campaign_id: Id
    period: Name
    phase: Slug | None = None
    held_on: date
    minutes: Document
    electors: Annotated[int, msgspec.Meta(ge=1, le=MEMBERS_MAX)]
    tallies: Tallies
    elected: Id


class AnnulElection(Asked, frozen=True, kw_only=True):
    """The election does not hold, by a paper that says so; the cluster may vote again and write other minutes."""

    campaign_id: Id
    period: Name
    phase: Slug | None = None
    document: Document
    ground: Personal


Command = (
    FormCluster | AdmitUnit | ReleaseUnit | NameLead | RenameCluster | DissolveCluster
    | RankCluster | ElectLeader | AnnulElection
)  # fmt: skip

# --- Events ---------------------------------------------------------------------


class ClusterFormed(Message, frozen=True, kw_only=True):
    """`majority_source`: who says how large the majority is that elects the leader."""

    cluster_id: Id
    code: Slug
    name: Name
    kind: Kind
    unit_id: Id
    unit_ids: tuple[Id, ...]
    lead_unit_id: Id | None
    majority_x100: Majority
    majority_source: Literal["stated", "assumed"]
    on: date
    document: Document | None
    read_at: tuple[Read, ...]


class UnitAdmitted(Message, frozen=True, kw_only=True):
    unit_id: Id
    on: date
    read_at: tuple[Read, ...]


class UnitReleased(Message, frozen=True, kw_only=True):
    """It was a member from `since` until the day before `on`; `led`: it was the lead unit, and nobody is now."""

    unit_id: Id
    since: date
    on: date
    led: bool


class LeadNamed(Message, frozen=True, kw_only=True):
    unit_id: Id
    on: date


class ClusterRenamed(Message, frozen=True, kw_only=True):
    name: Name
    on: date


class ClusterDissolved(Message, frozen=True, kw_only=True):
    on: date
    document: Document | None


class Placed(Message, frozen=True, kw_only=True):
    """Units with the same total share a place, and the next place skips."""

    place: Annotated[int, msgspec.Meta(ge=1)]
    unit_id: Id
    evaluation_id: Id
    total_x100: int
    band: Slug


class SealedLeftOut(Message, frozen=True, kw_only=True):
    unit_id: Id
    reason: Sealed


class ClusterRanked(Message, frozen=True, kw_only=True):
    """The table that all were scored by, the order that follows, and who was left out."""

    campaign_id: Id
    period: Name
    phase: Slug | None
    rubric: Slug
    rubric_version: int
    ranked_on: date
    places: tuple[Placed, ...]
    left_out: tuple[SealedLeftOut, ...]
    read_at: tuple[Read, ...]


class LeaderElected(Message, frozen=True, kw_only=True):
    """`year` is the one that the election counts for; `members` could have voted, `electors` did. Sums only."""

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
    majority_x100: Majority
    majority_source: Literal["stated", "assumed"]
    read_at: tuple[Read, ...]


class ElectionAnnulled(Message, frozen=True, kw_only=True):
    """`minutes` are those of the election that holds no more."""

    campaign_id: Id
    period: Name
    phase: Slug | None
    minutes: Document
    document: Document
    ground: Sealed


Event = (
    ClusterFormed | UnitAdmitted | UnitReleased | LeadNamed | ClusterRenamed | ClusterDissolved
    | ClusterRanked | LeaderElected | ElectionAnnulled
)  # fmt: skip

# --- Facts ----------------------------------------------------------------------


class Taken(Message, frozen=True, kw_only=True):
    """A unit's place in another cluster of the same kind; `until` None: it is there still."""

    unit_id: Id
    cluster: Slug
    since: date
    until: date | None


class Evaluated(Message, frozen=True, kw_only=True):
    """An evaluation of a member for the period that is asked for. `total_x100`, `band` None: not classified yet."""

    unit_id: Id
    evaluation_id: Id
    rubric: Slug
    rubric_version: int
    final: bool
    total_x100: int | None = None
    band: Slug | None = None


class Facts(Message, frozen=True, kw_only=True):
    """What a cluster must know of others. `since`: from when each unit that exists, is active and lies under the
    cluster's own union has been there; `taken`: their places in other clusters of the kind.
    """

    since: dict[Id, date] = msgspec.field(default_factory=dict)
    taken: tuple[Taken, ...] = ()
    campaign_known: bool = False
    running: bool = False
    phases: tuple[str, ...] = ()
    year: int = 0
    evaluated: tuple[Evaluated, ...] = ()
    read: tuple[Read, ...] = ()
