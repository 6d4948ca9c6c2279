"""Requests of persons about their data over HTTP, and the erasure of a person."""

from adapters.http.commands import Done, changes, creates, received, told
from adapters.http.decoding import from_query
from adapters.http.examples import DOCUMENT, PERSON_ID, REQUEST_ID
from adapters.http.queries import Dated, Look, listing, looking_at, moment_asked, single
from adapters.http.route import Answered, Exchange, Route, json_answer
from adapters.read_models.requests import (
    RequestFilter,
    RequestRow,
    RequestTotals,
    fetch_requests,
    fetch_totals,
)
from application.access import Query
from application.erasing import erase
from domain.member import MEMBER
from domain.member.messages import EraseMember
from domain.request import REQUEST, DenyRequest, GrantRequest, ReceiveRequest

VIEWS = ("requests", "members")


async def _one(look: Look) -> RequestRow | None:
    wanted = RequestFilter(request_id=look.id)
    page = await fetch_requests(
        look.connection, look.tenant_id, wanted, day=look.today, subtree=look.subtree, after=None, limit=1
    )
    return page.rows[0] if page.rows else None


async def _totals(exchange: Exchange) -> Answered:
    asked = from_query(exchange.request.scope["query_string"], Dated)
    moment = await moment_asked(exchange, asked)
    async with looking_at(exchange, moment, VIEWS) as view:
        found = await fetch_totals(view.connection, view.tenant_id, asked.day or moment.today)
    return json_answer(found, headers=moment.headers)


async def _erase(exchange: Exchange) -> Answered:
    person_id = exchange.path_id()
    command, request = await received(exchange, EraseMember, if_match="optional")
    waiting = exchange.parts.workbooks.marked
    return told(exchange, await erase(exchange.parts.platform, waiting, exchange.caller, person_id, command, request))


ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/requests",
        asks=Query.REQUESTS,
        fetch=fetch_requests,
        filters=RequestFilter,
        rows=RequestRow,
        views=VIEWS,
        dated=True,
        summary="What persons asked about their data, and when an answer is due",
    ),
    Route(
        method="GET",
        path="/v1/request-totals",
        summary="How many were asked, answered, are open or overdue",
        tag=Query.REQUESTS.value,
        handle=_totals,
        asks=Query.REQUESTS,
        parameters=Dated,
        answers=RequestTotals,
    ),
    single(
        "/v1/requests/{id}",
        asks=Query.REQUESTS,
        fetch=_one,
        answers=RequestRow,
        views=VIEWS,
        summary="A request",
    ),
    creates(
        "/v1/requests",
        ReceiveRequest,
        REQUEST,
        summary="A person asks what is held about them, or that it be erased",
        example={"kind": "access", "person_id": PERSON_ID, "received_on": "2024-04-01", "channel": "in-person"},
    ),
    changes(
        "/v1/requests/{id}/grant",
        GrantRequest,
        REQUEST,
        summary="The person was shown what is held",
        example={"handed_over": ["Bản in dữ liệu đang lưu, 12 trang"], "document": DOCUMENT},
    ),
    changes(
        "/v1/requests/{id}/deny",
        DenyRequest,
        REQUEST,
        summary="The request is denied, with the reason and the paper",
        example={"reason": "Luật buộc lưu hồ sơ đến hết thời hạn.", "document": DOCUMENT},
    ),
    Route(
        method="POST",
        path="/v1/members/{id}/erase",
        summary="Erase a person: the keys of what is held about them are destroyed",
        tag=MEMBER.name,
        handle=_erase,
        asks=EraseMember,
        takes=EraseMember,
        answers=Done,
        if_match="optional",
        example={"ground": "request", "request_id": REQUEST_ID, "document": DOCUMENT},
    ),
)
