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
from domain.decider import Message
from domain.refusals import Invalid, Refused

_ONE = "/v1/awards/{id}"


class At(Message, frozen=True, kw_only=True):
    """`at`: as far as the log had come then: a position, or a time (RFC 3339)."""

    at: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None


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
)
