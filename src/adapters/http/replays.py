"""An award's history over HTTP: replayed, and what stands in the way of its next step."""

from datetime import datetime

import msgspec

from adapters.http.decoding import from_query
from adapters.http.etags import etag
from adapters.http.moments import AsOf, Moment, moment_of
from adapters.http.problems import malformed, refusal_said
from adapters.http.queries import PAST_SECONDS_MAX, Then, opened, past_asked
from adapters.http.route import Answered, Exchange, Route, json_answer
from adapters.read_models.pasts import PastStates
from adapters.read_models.subjects import PastSubjects
from application.access import Query
from application.execute import Platform
from application.moments import Stopped
from application.replay import Replay, replay
from application.why_not import WhyNot, why_not
from domain.ids import Id
from domain.refusals import Refused

_ONE = "/v1/awards/{id}"


class At(Then, frozen=True, kw_only=True):
    """`at`: another name of `as_of`, which a replay had first."""

    at: AsOf | None = None


class Session(Then, frozen=True, kw_only=True):
    """`session_id`: the council session whose vote would be taken over."""

    session_id: Id | None = None


def words(refusal: Refused) -> tuple[str, str]:
    """What is said of a refusal, Vietnamese and English."""
    return refusal_said(refusal, "vi"), refusal_said(refusal, "en")


async def _replay(exchange: Exchange) -> Answered:
    asked = from_query(exchange.request.scope["query_string"], At)
    if asked.at is not None and asked.as_of is not None:
        raise malformed("at", "is another name of as_of: one of them is enough", code="query.invalid")
    named, field = (asked.as_of, "as_of") if asked.at is None else (asked.at, "at")
    identity, moment = exchange.path_id(), await moment_of(exchange, as_of=named, field=field)
    platform = exchange.parts.platform
    history = await replay(platform, exchange.caller, identity, words=words, until=moment.position)
    return await _told(exchange, history, moment)


async def _why_not(exchange: Exchange) -> Answered:
    asked = from_query(exchange.request.scope["query_string"], Session)
    identity, moment = exchange.path_id(), await moment_of(exchange, as_of=asked.as_of)
    platform, session_id, until = exchange.parts.platform, asked.session_id, moment.position
    if until is None:
        standing = await why_not(platform, exchange.caller, identity, words=words, session_id=session_id)
    else:
        then = platform_then(platform, exchange.parts.reads.pasts, at=moment.now, timeout_seconds=PAST_SECONDS_MAX)
        with past_asked(until):
            standing = await why_not(then, exchange.caller, identity, words=words, session_id=session_id, until=until)
    return await _told(exchange, standing, moment)


def platform_then(platform: Platform, pasts: PastStates, *, at: datetime, timeout_seconds: float) -> Platform:
    """The platform with the clock, and, read with `until`, the index of subjects of an earlier moment. Nothing may be
    recorded by it."""
    subjects = PastSubjects(pasts, timeout_seconds=timeout_seconds)
    return msgspec.structs.replace(platform, clock=Stopped(at), subjects=subjects)


async def _told(exchange: Exchange, told: Replay | WhyNot, moment: Moment) -> Answered:
    headers = {"etag": etag(told.version), **moment.headers}
    return json_answer(await opened(exchange, told), headers=headers)


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
