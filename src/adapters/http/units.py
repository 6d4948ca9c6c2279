"""Units over HTTP."""

from adapters.http.commands import changes, creates
from adapters.http.examples import DOCUMENT, PARENT_ID
from adapters.http.queries import by_key, listing, single
from adapters.http.route import Route
from adapters.read_models.units import UnitFilter, UnitRow, fetch_units
from application.access import Query
from domain.ids import derived
from domain.unit import (
    UNIT,
    DissolveUnit,
    EstablishUnit,
    FoundUnion,
    MoveUnit,
    RenameUnit,
    ReportAccident,
    ReportHeadcount,
)

_ONE = "/v1/units/{id}"

ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/units",
        asks=Query.UNITS,
        fetch=fetch_units,
        filters=UnitFilter,
        rows=UnitRow,
        views=("units", "clusters"),
        summary="Units, those above first",
    ),
    single(
        "/v1/units/{id}",
        asks=Query.UNITS,
        fetch=by_key(fetch_units, UnitFilter, "unit_id"),
        answers=UnitRow,
        views=("units", "clusters"),
        summary="A unit",
    ),
    creates(
        "/v1/units",
        EstablishUnit,
        UNIT,
        summary="Enter a unit; its id follows from its code",
        identity=lambda command, tenant_id: derived(tenant_id, "unit", command.code),
        named="unit_id",
        example={
            "code": "may-song-lam",
            "name": "CĐCS Công ty May Sông Lam",
            "level": "grassroots",
            "parent_id": PARENT_ID,
            "sector": "non-state-enterprise",
            "has_union": True,
            "on": "2020-01-01",
        },
    ),
    changes(
        f"{_ONE}/move",
        MoveUnit,
        UNIT,
        summary="Place it under another unit",
        example={"parent_id": PARENT_ID, "on": "2024-05-01"},
    ),
    changes(f"{_ONE}/found-union", FoundUnion, UNIT, summary="A union is founded", example={"on": "2024-03-01"}),
    changes(
        f"{_ONE}/report-headcount",
        ReportHeadcount,
        UNIT,
        summary="Report how many there are on a day",
        example={"members": 180, "workers": 200, "direct_workers": 160, "on": "2024-01-31"},
    ),
    changes(
        f"{_ONE}/report-accident",
        ReportAccident,
        UNIT,
        summary="Report an accident at work",
        example={"on": "2024-05-06", "deaths": 0, "injured": 2},
    ),
    changes(
        f"{_ONE}/rename",
        RenameUnit,
        UNIT,
        summary="Rename it",
        example={"name": "CĐCS Công ty CP May Sông Lam", "on": "2024-06-01"},
    ),
    changes(
        f"{_ONE}/dissolve",
        DissolveUnit,
        UNIT,
        summary="Dissolve it",
        example={"on": "2024-12-31", "document": DOCUMENT},
    ),
)
