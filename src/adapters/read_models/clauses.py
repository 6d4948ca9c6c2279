"""The directives that rows rest on: a clause's wording, how it is read, and whether it stands there."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import msgspec

from adapters.read_models.paging import Page
from adapters.read_models.session import Connection
from domain.campaign.addenda import in_force
from domain.campaign.messages import Addendum, ClauseInterpreted, TitleAdmitted
from domain.directive import Directive
from domain.ids import TenantId

R = TypeVar("R", bound=msgspec.Struct)
DIRECTIVES = """
select c.campaign_id, c.directive from read_models.campaigns as c
where c.tenant_id = $1 and c.campaign_id = any($2::text[])"""

ADDENDA = """
select a.campaign_id, a.kind, a.event from read_models.campaign_addenda as a
where a.tenant_id = $1 and a.campaign_id = any($2::text[])
order by a.campaign_id, a.position"""
ADDENDUM: dict[str, type[ClauseInterpreted] | type[TitleAdmitted]] = {
    "interpretation": ClauseInterpreted,
    "title": TitleAdmitted,
}


async def fetch_directives(
    connection: Connection, tenant_id: TenantId, campaign_ids: Iterable[str]
) -> dict[str, Directive]:
    """The directive in force of each campaign that there is."""
    wanted = sorted(set(campaign_ids))
    records = await connection.fetch(DIRECTIVES, tenant_id, wanted)
    added = await fetch_addenda(connection, tenant_id, wanted)
    return {
        record["campaign_id"]: in_force(
            msgspec.json.decode(record["directive"], type=Directive), added.get(record["campaign_id"], ())
        )
        for record in records
    }


async def fetch_addenda(
    connection: Connection, tenant_id: TenantId, campaign_ids: Sequence[str]
) -> dict[str, list[Addendum]]:
    """What was added to each campaign's directive, in the order that it was recorded."""
    found: dict[str, list[Addendum]] = {}
    for record in await connection.fetch(ADDENDA, tenant_id, list(campaign_ids)):
        found.setdefault(record["campaign_id"], []).append(
            msgspec.json.decode(record["event"], type=ADDENDUM[record["kind"]])
        )
    return found


async def with_clauses(
    connection: Connection, tenant_id: TenantId, page: Page[R], said: Callable[[Directive, R], dict[str, Any]]
) -> Page[R]:
    """The page with what `said` finds in the directive of each row's campaign."""
    rows: tuple[Any, ...] = page.rows
    directives = await fetch_directives(connection, tenant_id, (row.campaign_id for row in rows))
    told = (
        msgspec.structs.replace(row, **said(directives[row.campaign_id], row)) if row.campaign_id in directives else row
        for row in rows
    )
    return Page(rows=tuple(told), next=page.next)
