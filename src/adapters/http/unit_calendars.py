"""A unit's calendar over HTTP, and the board of who keeps to it."""

import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal

import msgspec

from adapters.http.decoding import from_query
from adapters.http.icalendar import written
from adapters.http.problems import Problem, malformed
from adapters.http.queries import Dated, Look, looking_at, moment_asked, single
from adapters.http.route import Answered, Exchange, Route, json_answer
from adapters.read_models.campaign_list import fetch_campaign
from adapters.read_models.compliance import Board, BoardFilter, fetch_board
from adapters.read_models.unit_calendar import NEEDS, Asked, UnitCalendar, fetch_calendar
from application.access import Query
from domain.directive import Level
from domain.ids import Id

DAYS_AHEAD = 92
CALENDAR_TYPE = "text/calendar"
VARIES = {"vary": "accept"}
REFUSED = re.compile(r"q\s*=\s*0(\.0*)?")


class CalendarAsked(Dated, frozen=True, kw_only=True):
    """From `from` (by default `day`) to `until` (by default 92 days later); `day`: what the states are of."""

    from_: date | None = msgspec.field(name="from", default=None)
    until: date | None = None


class BoardAsked(Dated, frozen=True, kw_only=True):
    """Narrowed to a level, to a unit and those under it; a part of the units, the worst first or by code."""

    level: Level | None = None
    under: Id | None = None
    sort: Literal["worst", "code"] = "worst"
    skip: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100


async def _calendar(exchange: Exchange) -> Answered:
    asked = from_query(exchange.request.scope["query_string"], CalendarAsked)
    moment = await moment_asked(exchange, asked)
    day = asked.day or moment.today
    from_ = asked.from_ or day
    until = asked.until or from_ + timedelta(days=DAYS_AHEAD)
    if until < from_:
        raise malformed("until", "lies before from", code="query.invalid")
    caller, platform = exchange.caller, exchange.parts.platform
    wanted = Asked(unit_id=exchange.path_id(), from_=from_, until=until, day=day, subtree=caller.unit_id)
    async with looking_at(exchange, moment, NEEDS) as view:
        found = await fetch_calendar(view.connection, view.tenant_id, wanted, platform.calendar)
    if found is None:
        raise Problem(404, "thing.unknown")
    if _wants_calendar(exchange.header(b"accept") or ""):
        return json_answer(written(found, moment.now), media_type=CALENDAR_TYPE, headers=VARIES | moment.headers)
    return json_answer(found, headers=VARIES | moment.headers)


def _wants_calendar(accept: str) -> bool:
    """Whether text/calendar is asked for by name, and not refused (`q=0`)."""
    for part in accept.lower().split(","):
        kind, *parameters = (each.strip() for each in part.split(";"))
        if kind == CALENDAR_TYPE:
            return not any(REFUSED.fullmatch(each) for each in parameters)
    return False


async def _board(look: Look) -> Board | None:
    asked: BoardAsked = look.asked
    if await fetch_campaign(look.connection, look.tenant_id, look.id, subtree=look.subtree) is None:
        return None
    more: Any = {name: getattr(asked, name) for name in BoardFilter.__struct_fields__}
    return await fetch_board(
        look.connection,
        look.tenant_id,
        look.id,
        BoardFilter(**more),
        day=asked.day or look.today,
        subtree=look.subtree,
    )


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/v1/units/{id}/calendar",
        summary="What concerns a unit, by day; with Accept: text/calendar as an iCalendar",
        tag=Query.DUTIES.value,
        handle=_calendar,
        asks=Query.DUTIES,
        parameters=CalendarAsked,
        answers=UnitCalendar,
    ),
    single(
        "/v1/campaigns/{id}/compliance",
        asks=Query.DUTIES,
        fetch=_board,
        answers=Board,
        views=("duties", "demands", "campaigns", "registrations"),
        parameters=BoardAsked,
        summary="Who has done what they owe, by unit and by level",
    ),
)
