"""The phase summary's exemplary models, and what the campaigns that carry this one out have come to."""

from collections.abc import Sequence

import msgspec

from adapters.read_models.campaign_list import CampaignRow, State
from adapters.read_models.paging import Query
from adapters.read_models.session import Connection
from domain.ids import TenantId


class ExemplarCount(msgspec.Struct, frozen=True, kw_only=True):
    """Of the `registered` models of a kind that were not withdrawn: how many are `recognised`, were `spread` at least
    once, and are `direct_workers`."""

    kind: str
    registered: int
    recognised: int
    spread: int
    direct_workers: int
    withdrawn: int


class ChildCount(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign that carries this one out, and its registrations: `confirmed` counts what was confirmed and has come
    to nothing less since. Its targets are in its own summary."""

    campaign_id: str
    name: str
    issuer_id: str
    state: State
    registrations: int
    confirmed: int
    late: int


EXEMPLARS = """
select e.kind, count(*) filter (where e.state <> 'withdrawn') as registered,
       count(*) filter (where e.state = 'recognised') as recognised,
       count(*) filter (where e.state <> 'withdrawn' and exists (
           select from read_models.exemplar_spreads as s where s.tenant_id = $1 and s.exemplar_id = e.exemplar_id
       )) as spread,
       count(*) filter (where e.state <> 'withdrawn' and e.employment = 'direct-worker') as direct_workers,
       count(*) filter (where e.state = 'withdrawn') as withdrawn
from read_models.exemplars as e
where e.tenant_id = $1{narrowed}
group by e.kind
order by e.kind"""
CHILDREN = """
select r.campaign_id, sum(r.count)::bigint as registrations,
       coalesce(sum(r.count) filter (
           where r.state in ('confirmed', 'under-review', 'held', 'completed', 'recognised')
       ), 0)::bigint as confirmed,
       sum(r.late)::bigint as late
from {registrations} as r
where r.tenant_id = $1{narrowed}
group by r.campaign_id"""


async def fetch_exemplar_counts(
    connection: Connection,
    tenant_id: TenantId,
    campaign_id: str,
    *,
    phase: str | None,
    block: str | None,
    level: str | None,
    subtree: str | None,
) -> tuple[ExemplarCount, ...]:
    """By kind; a kind without any is left out."""
    query = Query(tenant_id)
    for column, value in (("campaign_id", campaign_id), ("phase", phase), ("block", block), ("level", level)):
        query.where(f"e.{column} = {{}}", value)
    query.within(subtree, "e.unit_id")
    records = await connection.fetch(EXEMPLARS.format(narrowed=query.narrowed), *query.values)
    return tuple(msgspec.convert(dict(record), ExemplarCount) for record in records)


async def fetch_children(
    connection: Connection,
    tenant_id: TenantId,
    children: Sequence[CampaignRow],
    registrations: str,
    *,
    subtree: str | None,
) -> tuple[ChildCount, ...]:
    """The children with their registrations (of the subtree), in their order. `registrations`: where these are counted
    from."""
    if not children:
        return ()
    query = Query(tenant_id)
    query.where("r.campaign_id = any({}::text[])", [child.campaign_id for child in children])
    query.within(subtree, "r.unit_id", "r.other_unit_id")
    records = await connection.fetch(
        CHILDREN.format(registrations=registrations, narrowed=query.narrowed), *query.values
    )
    counts = {record["campaign_id"]: dict(record) for record in records}
    none = {"registrations": 0, "confirmed": 0, "late": 0}
    return tuple(
        msgspec.convert(
            {
                "campaign_id": child.campaign_id,
                "name": child.name,
                "issuer_id": child.issuer_id,
                "state": child.state,
                **none,
                **counts.get(child.campaign_id, {}),
            },
            ChildCount,
        )
        for child in children
    )
