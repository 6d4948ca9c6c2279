"""Allotments over HTTP. A target, unit and period have one allotment; a later decision replaces its number."""

from adapters.http.commands import creates
from adapters.http.examples import CAMPAIGN_ID, DOCUMENT, UNIT_ID
from adapters.http.queries import by_key, listing, single
from adapters.http.route import Route
from adapters.read_models.allotments import AllotmentFilter, AllotmentRow, fetch_allotments
from application.access import Query
from domain.allotment import ALLOTMENT, AllotTarget
from domain.ids import TenantId, derived


def _identity(command: AllotTarget, tenant_id: TenantId) -> str:
    return derived(tenant_id, "allotment", f"{command.campaign_id}/{command.target}/{command.unit_id}/{command.period}")


ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/allotments",
        asks=Query.ALLOTMENTS,
        fetch=fetch_allotments,
        filters=AllotmentFilter,
        rows=AllotmentRow,
        views=("allotments", "campaigns"),
        summary="What is allotted to whom",
    ),
    single(
        "/v1/allotments/{id}",
        asks=Query.ALLOTMENTS,
        fetch=by_key(fetch_allotments, AllotmentFilter, "allotment_id"),
        answers=AllotmentRow,
        views=("allotments", "campaigns"),
        summary="An allotment",
    ),
    creates(
        "/v1/allotments",
        AllotTarget,
        ALLOTMENT,
        summary="Give a unit its number of a target",
        identity=_identity,
        example={
            "campaign_id": CAMPAIGN_ID,
            "target": "initiatives",
            "unit_id": UNIT_ID,
            "period": "2024",
            "number": 12,
            "document": DOCUMENT,
        },
    ),
)
