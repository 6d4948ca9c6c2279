"""Units over HTTP."""

from adapters.http.commands import changes, creates
from adapters.http.examples import DOCUMENT, HELD_TITLE, OTHER_UNIT_ID, PARENT_ID, STRIKE
from adapters.http.queries import Dated, Look, listing, single
from adapters.http.route import Route
from adapters.read_models.units import UnitFilter, UnitRow, fetch_units
from application.access import Query
from domain.ids import derived
from domain.unit import (
    UNIT,
    ChangeSector,
    DissolveUnit,
    EstablishUnit,
    FoundUnion,
    MergeUnit,
    MoveUnit,
    RecordUnitTitle,
    RenameUnit,
    ReportAccident,
    ReportHeadcount,
    SplitUnit,
    StrikeUnitTitle,
)

_ONE = "/v1/units/{id}"

_VIEWS = ("units", "unit-history", "clusters")


async def _one(look: Look) -> UnitRow | None:
    """The unit, by default as it stands, else as it was on the day that is asked for."""
    wanted = UnitFilter(unit_id=look.id, day=look.asked.day)
    page = await fetch_units(look.connection, look.tenant_id, wanted, subtree=look.subtree, after=None, limit=1)
    return page.rows[0] if page.rows else None


ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/units",
        asks=Query.UNITS,
        fetch=fetch_units,
        filters=UnitFilter,
        rows=UnitRow,
        views=_VIEWS,
        summary="Units, those above first; with `day`, those of that day as they were then",
    ),
    single(
        "/v1/units/{id}",
        asks=Query.UNITS,
        fetch=_one,
        answers=UnitRow,
        views=_VIEWS,
        summary="A unit; with `day`, as it was on that day",
        parameters=Dated,
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
        f"{_ONE}/change-sector",
        ChangeSector,
        UNIT,
        summary="It belongs to another sector, and block",
        example={"sector": "state-enterprise", "on": "2024-06-01"},
    ),
    changes(
        f"{_ONE}/merge",
        MergeUnit,
        UNIT,
        summary="It ends, and another goes on in its place",
        example={"into": OTHER_UNIT_ID, "on": "2024-07-01", "document": DOCUMENT},
    ),
    changes(
        f"{_ONE}/split",
        SplitUnit,
        UNIT,
        summary="Others came out of it; it ends, or goes on beside them",
        example={"into": [OTHER_UNIT_ID], "on": "2024-07-01", "document": DOCUMENT, "ends": False},
    ),
    changes(f"{_ONE}/record-title", RecordUnitTitle, UNIT, summary="It holds a title from before", example=HELD_TITLE),
    changes(f"{_ONE}/strike-title", StrikeUnitTitle, UNIT, summary="A recorded title does not hold", example=STRIKE),
    changes(
        f"{_ONE}/dissolve",
        DissolveUnit,
        UNIT,
        summary="Dissolve it",
        example={"on": "2024-12-31", "document": DOCUMENT},
    ),
)
