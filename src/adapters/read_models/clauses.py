"""The directives that rows rest on: a clause's wording, how it is read, and whether it stands there."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from adapters.read_models.paging import Page
from adapters.read_models.session import Connection
from domain.directive import Directive
from domain.ids import TenantId

R = TypeVar("R", bound=msgspec.Struct)
DIRECTIVES = """
select c.campaign_id, c.directive from read_models.campaigns as c
where c.tenant_id = $1 and c.campaign_id = any($2::text[])"""


async def fetch_directives(
    connection: Connection, tenant_id: TenantId, campaign_ids: Iterable[str]
) -> dict[str, Directive]:
    """The directive in force of each campaign that there is."""
    records = await connection.fetch(DIRECTIVES, tenant_id, sorted(set(campaign_ids)))
    return {record["campaign_id"]: msgspec.json.decode(record["directive"], type=Directive) for record in records}


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
