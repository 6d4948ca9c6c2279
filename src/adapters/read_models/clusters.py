"""Clusters and blocks: who groups them, who leads, and which units are in them from when until when."""

from datetime import date
from typing import Any, assert_never

import msgspec

from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.paging import Page, Query, columns, entries
from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.cluster.messages import (
    ClusterDissolved,
    ClusterFormed,
    ClusterRanked,
    ClusterRenamed,
    ElectionAnnulled,
    Event,
    Kind,
    LeaderElected,
    LeadNamed,
    UnitAdmitted,
    UnitReleased,
)
from domain.ids import Slug, TenantId

CLUSTERS = Table(
    name="clusters",
    key=("cluster_id",),
    columns={
        "cluster_id": "text",
        "code": "text",
        "name": "text",
        "kind": "text",
        "unit_id": "text",
        "lead_unit_id": "text",
        "majority_x100": "bigint",
        "majority_source": "text",
        "formed_on": "date",
        "dissolved_on": "date",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)
# `first_position` is when the place was entered, so that a decision finds who was a member by then.
MEMBERS = Table(
    name="cluster_members",
    key=("cluster_id", "unit_id", "since"),
    columns={
        "cluster_id": "text",
        "unit_id": "text",
        "since": "date",
        "until": "date",
        "first_position": "bigint",
    },
)


class ClusterRow(msgspec.Struct, frozen=True, kw_only=True):
    """`unit_id` is the union that groups the members. More than `majority_x100` hundredths of a percent of all members
    elect a leader; `majority_source` "assumed" where no paper says how many. `as_member`: you see it because a unit of
    yours is in it, not because it is yours."""

    cluster_id: str
    code: str
    name: str
    kind: Kind
    unit_id: str
    lead_unit_id: str | None
    majority_x100: int
    majority_source: str
    formed_on: date
    dissolved_on: date | None
    first_position: int
    version: int
    position: int
    as_member: bool


class ClusterFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `member_id`: a unit that is in it now. `under`: a unit, with everything below it, whose
    clusters are meant."""

    cluster_id: str | None = None
    code: Slug | None = None
    kind: Kind | None = None
    member_id: str | None = None
    under: str | None = None


_MEMBERS = """exists (
    select from read_models.cluster_members as m
    where m.tenant_id = $1 and m.cluster_id = c.cluster_id and m.until is null and {})"""


async def fetch_clusters(
    connection: Connection,
    tenant_id: TenantId,
    wanted: ClusterFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[ClusterRow]:
    """The subtree's clusters, and those that a unit in it is a member of, in the order that they were formed.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    query = Query(tenant_id)
    query.equal("c", wanted, but=("under", "member_id"))
    query.where(_MEMBERS.format("m.unit_id = {}"), wanted.member_id)
    query.within(wanted.under, "c.unit_id")
    outside = "false"
    if subtree is not None:
        own = query.subtree(subtree)
        outside = f"not c.unit_id = any({own})"
        query.conditions.append(f"(c.unit_id = any({own}) or {_MEMBERS.format(f'm.unit_id = any({own})')})")
    return await entries(
        connection,
        query,
        ClusterRow,
        listing="clusters",
        table="clusters as c",
        after=after,
        limit=limit,
        selected=f"{columns(ClusterRow, 'c', but=('as_member',))}, {outside} as as_member",
    )


def project(batch: Batch) -> list[Change]:
    return [change for recorded, event in batch for change in _changes(recorded, event)]


def _changes(recorded: Recorded, event: Event) -> list[Change]:
    cluster = identity(recorded)
    if isinstance(event, ClusterFormed):
        members = [_member(recorded, unit_id, event.on) for unit_id in event.unit_ids]
        return [Put(CLUSTERS, (cluster,), {**_formed(event), **first(recorded)}), *members]
    changed = Alter(CLUSTERS, (cluster,), {**_values(event), **stamp(recorded)})
    match event:
        case UnitAdmitted(unit_id=unit_id, on=on):
            return [changed, _member(recorded, unit_id, on)]
        case UnitReleased(unit_id=unit_id, since=since, on=on):
            return [changed, Alter(MEMBERS, (cluster, unit_id, since), {"until": on})]
        case _:
            return [changed]


def _member(recorded: Recorded, unit_id: str, since: date) -> Put:
    values = {"until": None, "first_position": recorded.position}
    return Put(MEMBERS, (identity(recorded), unit_id, since), values)


def _formed(event: ClusterFormed) -> dict[str, Any]:
    return {
        "code": event.code,
        "name": event.name,
        "kind": event.kind,
        "unit_id": event.unit_id,
        "lead_unit_id": event.lead_unit_id,
        "majority_x100": event.majority_x100,
        "majority_source": event.majority_source,
        "formed_on": event.on,
    }


def _values(event: Event) -> dict[str, Any]:
    match event:
        case UnitReleased(led=led):
            return {"lead_unit_id": None} if led else {}
        case LeadNamed(unit_id=unit_id):
            return {"lead_unit_id": unit_id}
        case ClusterRenamed(name=name):
            return {"name": name}
        case ClusterDissolved(on=on):
            return {"dissolved_on": on}
        case UnitAdmitted() | ClusterRanked() | LeaderElected() | ElectionAnnulled():
            return {}  # What it ranked and elected is told from its own stream.
        case ClusterFormed():
            raise AssertionError("the forming is the row itself")
        case _:
            assert_never(event)


CLUSTER_MODEL = ReadModel(name="clusters", tables=(CLUSTERS, MEMBERS), families=frozenset({"cluster"}), project=project)
