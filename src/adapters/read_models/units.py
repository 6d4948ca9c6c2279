"""Units as they stand: the tree, the names, the counts."""

from datetime import date
from typing import Any, ClassVar, assert_never

import msgspec

from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.paging import Page, Query, columns, entries
from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.directive import Sector
from domain.ids import TenantId
from domain.unit import (
    AccidentReported,
    Event,
    HeadcountReported,
    SectorChanged,
    UnionFounded,
    UnitDissolved,
    UnitEstablished,
    UnitLevel,
    UnitMerged,
    UnitMoved,
    UnitRenamed,
    UnitSplit,
    UnitTitleRecorded,
    UnitTitleStruck,
)

UNITS = Table(
    name="units",
    key=("unit_id",),
    columns={
        "unit_id": "text",
        "code": "text",
        "name": "text",
        "level": "text",
        "parent_id": "text",
        "parent_since": "date",
        "sector": "text",
        "has_union": "boolean",
        "union_since": "date",
        "cluster": "text",
        "established_on": "date",
        "dissolved_on": "date",
        "merged_into": "text",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)
# A count may be entered after one for a later day, so which is the latest shows when it is asked.
HEADCOUNTS = Table(
    name="unit_headcounts",
    key=("unit_id", "counted_on"),
    columns={
        "unit_id": "text",
        "counted_on": "date",
        "members": "bigint",
        "workers": "bigint",
        "direct_workers": "bigint",
    },
)


class UnitRow(msgspec.Struct, frozen=True, kw_only=True):
    """The counts are of the latest day that was reported, `counted_on`; None where none was. `cluster` is the code of
    the cluster, or else the block, that the unit is in; where it never was in one, the code it was established with.
    `merged_into`: the unit that goes on in its place, under which it lies since. On a day that is asked for, the tree,
    the name, the sector, the union and the counts are those of that day; `cluster` and `version` are the present ones.
    """

    tells_of_others: ClassVar[bool] = True
    unit_id: str
    code: str
    name: str
    level: str
    parent_id: str | None
    parent_since: date
    sector: str
    has_union: bool
    union_since: date | None
    cluster: str | None
    established_on: date
    dissolved_on: date | None
    merged_into: str | None
    first_position: int
    version: int
    position: int
    counted_on: date | None
    members: int | None
    workers: int | None
    direct_workers: int | None


class UnitFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: a unit, with everything below it. `day`: the units that there were on that day, as
    they were then; without it all of them as they stand, those that ended too."""

    unit_id: str | None = None
    code: str | None = None
    level: UnitLevel | None = None
    sector: Sector | None = None
    parent_id: str | None = None
    has_union: bool | None = None
    under: str | None = None
    day: date | None = None


COUNTS = ("counted_on", "members", "workers", "direct_workers")
HOLDING_CLUSTER = """
left join lateral (
    select c.code from read_models.cluster_members as m
    join read_models.clusters as c on c.tenant_id = $1 and c.cluster_id = m.cluster_id
    where m.tenant_id = $1 and m.unit_id = u.unit_id and m.until is null and c.dissolved_on is null
    order by c.kind desc limit 1
) as k on true"""
CLUSTER_HELD = """case when exists (
    select from read_models.cluster_members as w where w.tenant_id = $1 and w.unit_id = u.unit_id
) then k.code else u.cluster end"""
LATEST_COUNT = """
left join lateral (
    select h.counted_on, h.members, h.workers, h.direct_workers from read_models.unit_headcounts as h
    where h.tenant_id = $1 and h.unit_id = u.unit_id and ({day}::date is null or h.counted_on <= {day}::date)
    order by h.counted_on desc limit 1
) as h on true"""


async def fetch_units(
    connection: Connection,
    tenant_id: TenantId,
    wanted: UnitFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[UnitRow]:
    """Units in the order that they were entered, those above before those below. Raises: BadCursor."""
    query = Query(tenant_id)
    query.equal("u", wanted, but=("under", "day"))
    day = query.value(wanted.day)
    if wanted.day is None:
        query.within(wanted.under, "u.unit_id")
    else:
        query.where(f"u.unit_id in (select s.unit_id from read_models.subtree_on($1, {{}}, {day}) as s)", wanted.under)
    query.within(subtree, "u.unit_id")
    own = columns(UnitRow, "u", but=("cluster", *COUNTS))
    selected = f"{own}, {CLUSTER_HELD} as cluster, h.counted_on, h.members, h.workers, h.direct_workers"
    units = "units as u" if wanted.day is None else f"units_on($1, {day}) as u"
    return await entries(
        connection,
        query,
        UnitRow,
        listing="units",
        table=f"{units}{LATEST_COUNT.format(day=day)}{HOLDING_CLUSTER}",
        after=after,
        limit=limit,
        selected=selected,
    )


def project(batch: Batch) -> list[Change]:
    return [change for recorded, event in batch for change in _changes(recorded, event)]


def _changes(recorded: Recorded, event: Event) -> list[Change]:
    unit = identity(recorded)
    if isinstance(event, UnitEstablished):
        return [Put(UNITS, (unit,), {**_established(event), **first(recorded)})]
    changed = Alter(UNITS, (unit,), {**_values(event), **stamp(recorded)})
    if isinstance(event, HeadcountReported):
        counts = {"members": event.members, "workers": event.workers, "direct_workers": event.direct_workers}
        return [changed, Put(HEADCOUNTS, (unit, event.on), counts)]
    return [changed]


def _established(event: UnitEstablished) -> dict[str, Any]:
    return {
        "code": event.code,
        "name": event.name,
        "level": event.level,
        "parent_id": event.parent_id,
        "parent_since": event.on,
        "sector": event.sector,
        "has_union": event.has_union,
        "union_since": event.on if event.has_union else None,
        "cluster": event.cluster,
        "established_on": event.on,
    }


def _values(event: Event) -> dict[str, Any]:
    match event:
        case UnitMoved(parent_id=parent_id, on=on):
            return {"parent_id": parent_id, "parent_since": on}
        case UnionFounded(on=on):
            return {"has_union": True, "union_since": on}
        case HeadcountReported() | AccidentReported():
            return {}
        case UnitRenamed(name=name):
            return {"name": name}
        case SectorChanged(sector=sector):
            return {"sector": sector}
        case UnitDissolved(on=on):
            return {"dissolved_on": on}
        case UnitMerged(into=into, on=on):
            return {"parent_id": into, "parent_since": on, "merged_into": into, "dissolved_on": on}
        case UnitSplit(on=on, ends=ends):
            return {"dissolved_on": on} if ends else {}
        case UnitTitleRecorded() | UnitTitleStruck():
            return {}
        case UnitEstablished():
            raise AssertionError("the establishment is the row itself")
        case _:
            assert_never(event)


UNIT_MODEL = ReadModel(name="units", tables=(UNITS, HEADCOUNTS), families=frozenset({"unit"}), project=project)
