"""An award's history over HTTP: replayed, and what stands in the way of its next step."""

from typing import Annotated, Any

import msgspec

from adapters.http.decoding import from_query
from adapters.http.etags import etag
from adapters.http.problems import malformed, refusal_said
from adapters.http.queries import opened
from adapters.http.route import Answered, Exchange, Route, json_answer
from application.access import Query
from application.moments import moment_of
from application.replay import Replay, replay
from application.why_not import WhyNot, why_not
from domain.decider import Message
from domain.ids import Id
from domain.refusals import Invalid, Refused

_ONE = "/v1/awards/{id}"


class At(Message, frozen=True, kw_only=True):
    """`at`: as far as the log had come then: a position, or a time (RFC 3339)."""

    at: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None


class Session(Message, frozen=True, kw_only=True):
    """`session_id`: the council session whose vote would be taken over."""

    session_id: Id | None = None


def words(refusal: Refused) -> tuple[str, str]:
    """What is said of a refusal, Vietnamese and English."""
    return refusal_said(refusal, "vi"), refusal_said(refusal, "en")


async def _replay(exchange: Exchange) -> Answered:
    asked = from_query(exchange.request.scope["query_string"], At)
    identity = exchange.path_id()
    try:
        moment = moment_of(asked.at, field="at") if asked.at is not None else None
        history = await replay(exchange.parts.platform, exchange.caller, identity, words=words, at=moment)
    except Invalid as refusal:
        raise _wrong_parameter(refusal) from None
    return json_answer(await opened(exchange, history), headers={"etag": etag(history.version)})


async def _why_not(exchange: Exchange) -> Answered:
    asked = from_query(exchange.request.scope["query_string"], Session)
    identity, platform = exchange.path_id(), exchange.parts.platform
    standing = await why_not(platform, exchange.caller, identity, words=words, session_id=asked.session_id)
    return json_answer(await opened(exchange, standing), headers={"etag": etag(standing.version)})


def _wrong_parameter(refusal: Invalid) -> Any:
    return malformed(str(refusal.facts["field"]), str(refusal.facts["reason"]), code="query.invalid")


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{_ONE}/replay",
        summary="Each step of its history decided again, with every judgement made again",
        tag="awards",
        handle=_replay,
        asks=Query.AWARD_REPLAY,
        parameters=At,
        answers=Replay,
    ),
    Route(
        method="GET",
        path=f"{_ONE}/why-not",
        summary="What stands in the way now: unmet rules, what is pending, and why each next step would be refused",
        tag="awards",
        handle=_why_not,
        asks=Query.AWARD_REPLAY,
        parameters=Session,
        answers=WhyNot,
    ),
)
