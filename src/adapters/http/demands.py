"""Demands over HTTP: what a unit above asks for once."""

from adapters.http.commands import changes, creates
from adapters.http.examples import CAMPAIGN_ID, PARENT_ID, UNIT_ID
from adapters.http.queries import by_key, listing, single
from adapters.http.route import Route
from adapters.read_models.demands import DemandFilter, DemandRow, fetch_demands
from application.access import Query
from domain.demand import DEMAND, DemandDuty, WithdrawDemand

ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/demands",
        asks=Query.DUTIES,
        fetch=fetch_demands,
        filters=DemandFilter,
        rows=DemandRow,
        views=("demands",),
        summary="What units above have demanded once",
    ),
    single(
        "/v1/demands/{id}",
        asks=Query.DUTIES,
        fetch=by_key(fetch_demands, DemandFilter, "demand_id"),
        answers=DemandRow,
        views=("demands",),
        summary="A demand",
    ),
    creates(
        "/v1/demands",
        DemandDuty,
        DEMAND,
        summary="Demand something of units below, once",
        example={
            "campaign_id": CAMPAIGN_ID,
            "by_unit_id": PARENT_ID,
            "unit_ids": [UNIT_ID],
            "kind": "report",
            "name": "Báo cáo đột xuất về tai nạn lao động",
            "wording": "Báo cáo trước ngày 10/5/2024",
            "due": {"kind": "before", "day": "2024-05-10"},
            "addressees": ["Ban Chính sách pháp luật"],
            "channel": "trục liên thông văn bản",
        },
    ),
    changes(
        "/v1/demands/{id}/withdraw",
        WithdrawDemand,
        DEMAND,
        summary="Withdraw it, as the unit that demanded",
        example={"reason": "Đã có số liệu từ cơ quan quản lý."},
    ),
)
