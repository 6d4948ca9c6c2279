"""Templates: the workbooks that officers fill in, made for the caller's own units."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from adapters.http.decoding import from_query
from adapters.http.queries import Fresh, View, looking_at, moment_asked
from adapters.http.route import WORKBOOK_TYPE, Answered, Exchange, Route
from adapters.read_models.campaign_list import fetch_campaign
from adapters.read_models.units import UnitFilter, fetch_units
from adapters.workbooks.templates import template
from application.access import Query
from application.importing.columns import Sheet
from application.importing.sheets import SHEETS, scores_sheet
from domain.evaluation.messages import RubricUnknown
from domain.ids import Id, Slug
from tenants.scope import TenantScope

UNITS_LISTED_MAX = 500
"""More are no list that anybody chooses from."""


class ScoresTemplate(Fresh, frozen=True, kw_only=True):
    """Whose criteria are the columns."""

    campaign_id: Id
    rubric: Slug


async def sheet_of_scores(view: View, scope: TenantScope, campaign_id: str, code: str) -> Sheet:
    """The sheet for the newest version of the campaign's scoring table of this code. Raises: RubricUnknown."""
    campaign = await fetch_campaign(view.connection, view.tenant_id, campaign_id, subtree=scope.unit_id)
    versions = campaign.directive.versions(code) if campaign else ()
    if not versions:
        raise RubricUnknown(rubric=code)
    rubric = max(versions, key=lambda rubric: rubric.version)
    return scores_sheet(tuple((leaf.code, leaf.name, leaf.max_x100) for leaf in rubric.leaves()))


def serves(
    kind: str, parameters: type[Fresh], sheet: Callable[[View, TenantScope, Any], Awaitable[Sheet]], *views: str
) -> Route:
    async def handle(exchange: Exchange) -> Answered:
        asked = from_query(exchange.request.scope["query_string"], parameters)
        moment = await moment_asked(exchange, asked)
        async with looking_at(exchange, moment, ("clusters", *views)) as view:
            made = await sheet(view, exchange.caller, asked)
            units = await listed_units(view, exchange.caller)
        content = await asyncio.to_thread(template, made, units)
        headers = {"content-disposition": f'attachment; filename="{kind}.xlsx"', **moment.headers}
        return Answered(content, media_type=WORKBOOK_TYPE, headers=headers)

    return Route(
        method="GET",
        path=f"/v1/templates/{kind}.xlsx",
        summary=f"The workbook to fill in for {kind}",
        tag="templates",
        handle=handle,
        asks=Query.TEMPLATES,
        parameters=parameters,
        answers_as=WORKBOOK_TYPE,
    )


async def listed_units(view: View, scope: TenantScope) -> list[tuple[str, str]]:
    """Codes and names of the scope's units, where they are few enough for a list; else none."""
    page = await fetch_units(
        view.connection, view.tenant_id, UnitFilter(), subtree=scope.unit_id, after=None, limit=UNITS_LISTED_MAX
    )
    return [] if page.next else [(row.code, row.name) for row in page.rows if row.dissolved_on is None]


def _same_for_all(kind: str) -> Callable[[View, TenantScope, Fresh], Awaitable[Sheet]]:
    async def sheet(view: View, scope: TenantScope, asked: Fresh) -> Sheet:
        return SHEETS[kind]

    return sheet


async def _scores(view: View, scope: TenantScope, asked: ScoresTemplate) -> Sheet:
    return await sheet_of_scores(view, scope, asked.campaign_id, asked.rubric)


ROUTES: tuple[Route, ...] = (
    *(serves(kind, Fresh, _same_for_all(kind)) for kind in SHEETS),
    serves("scores", ScoresTemplate, _scores, "campaigns"),
)
