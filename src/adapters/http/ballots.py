"""Electronic ballots over HTTP: what the secretary does, with a key; and what a voter does, with a code or a token.

Nothing under `/v1/ballots/` asks for a key, is logged, or has a request id: see `edge.py` and `docs/ballot.md`.
"""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from adapters.http.commands import Done, json_body, received, told
from adapters.http.decoding import from_json
from adapters.http.examples import AWARD_ID
from adapters.http.problems import Problem
from adapters.http.route import Answered, Exchange, Route, Visit, json_answer
from application.balloting import Ballots, Choice
from application.reading import Reader
from domain.award import AWARD
from domain.council.messages import CloseBallot, DrawVotingCode, Instant, OpenBallot
from domain.decider import Command, Message
from domain.ids import Id, Slug
from domain.member import MEMBER
from domain.refusals import Invalid
from domain.unit import UNIT

BODY_BYTES_MAX = 524_288
AT_ONCE_MAX = 16
"""Requests of voters that a server works on at a time; what comes on top is told to come again."""

Base64 = Annotated[str, msgspec.Meta(max_length=1_000, description="Base64.")]
VotingCode = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


# --- What is sent and answered ------------------------------------------------------


class OpeningAsked(Command, frozen=True, kw_only=True):
    """`closes_at`: with a time zone, within 14 days from now."""

    closes_at: Instant


class ClosingAsked(Command, frozen=True, kw_only=True):
    """The sums come from the box, never from the sender."""


class CodeDrawn(Done, frozen=True, kw_only=True):
    """`code` is shown this one time: hand it to whoever holds the seat, and to nobody else."""

    seat: Slug
    code: str


class CodeAsked(Message, frozen=True, kw_only=True):
    code: VotingCode


class OnSheet(Message, frozen=True, kw_only=True):
    """A dossier: the unit's code and name, and the member's code where it is a person's."""

    award_id: Id
    unit_code: str
    unit_name: str
    member_code: str | None
    achievement: str | None


class SheetPaper(Message, frozen=True, kw_only=True):
    """`modulus`: of the paper's RSA key, in hexadecimal; `seats`: how many may vote on these dossiers."""

    number: int
    modulus: str
    seats: int
    dossiers: tuple[OnSheet, ...]


class Sheet(Message, frozen=True, kw_only=True):
    """What the seat of this code may vote on."""

    title: str
    meets_on: date
    closes_at: datetime
    papers: tuple[SheetPaper, ...]


class PaperAsked(Message, frozen=True, kw_only=True):
    """`blinded`: the token, encoded and blinded as RFC 9474 says."""

    code: VotingCode
    paper: int
    blinded: Base64


class PaperTaken(Message, frozen=True, kw_only=True):
    blind_signature: Base64


class BallotCast(Message, frozen=True, kw_only=True):
    """`token`: 32 random bytes; `signature`: of the paper's key over them; `votes`: every dossier of the paper."""

    paper: int
    token: Base64
    signature: Base64
    votes: Annotated[dict[Id, Choice], msgspec.Meta(max_length=5_000)]


class InBox(Message, frozen=True, kw_only=True):
    in_box: bool


# --- The secretary ------------------------------------------------------------------


async def open_ballot(exchange: Exchange) -> Answered:
    session_id = exchange.path_id()
    asked, request = await received(exchange, OpeningAsked, if_match="optional")
    command = OpenBallot(closes_at=asked.closes_at, happened_on=asked.happened_on)
    return told(exchange, await _ballots(exchange).open(exchange.caller, session_id, command, request))


async def draw_voting_code(exchange: Exchange) -> Answered:
    session_id = exchange.path_id()
    asked, request = await received(exchange, DrawVotingCode, if_match="optional")
    done, code = await _ballots(exchange).draw_code(exchange.caller, session_id, asked, request)
    answer = done.answer
    return json_answer(
        CodeDrawn(
            id=answer.id,
            version=answer.version,
            changed=answer.changed,
            position=done.position,
            seat=asked.seat,
            code=code,
        )
    )


async def close_ballot(exchange: Exchange) -> Answered:
    session_id = exchange.path_id()
    asked, request = await received(exchange, ClosingAsked, if_match="optional")
    command = CloseBallot(happened_on=asked.happened_on)
    return told(exchange, await _ballots(exchange).close(exchange.caller, session_id, command, request))


# --- The voter ----------------------------------------------------------------------


async def sheet(visit: Visit, body: bytes, session_id: str) -> Answered:
    asked = from_json(body, CodeAsked)
    ballots = _ballots(visit)
    tenant_id, session, papers, closes_at = await ballots.sheet(session_id, asked.code)
    assert session.convened is not None, "a ballot of no session"
    reader = ballots.platform.reader(tenant_id)
    await reader.prefetch(*((AWARD, award_id) for paper in papers for award_id in paper.award_ids))
    shown = [
        SheetPaper(
            number=paper.number,
            modulus=paper.modulus,
            seats=len(paper.seats),
            dossiers=tuple([await _on_sheet(reader, award_id) for award_id in paper.award_ids]),
        )
        for paper in papers
    ]
    convened = session.convened
    return json_answer(
        Sheet(title=convened.title, meets_on=convened.meets_on, closes_at=closes_at, papers=tuple(shown))
    )


async def _on_sheet(reader: Reader, award_id: str) -> OnSheet:
    nominated = (await reader.state(AWARD, award_id)).nominated
    assert nominated is not None, "a dossier that was never nominated"
    unit = (await reader.state(UNIT, nominated.unit_id)).established
    member = (await reader.state(MEMBER, nominated.person_id)).enrolled if nominated.person_id else None
    return OnSheet(
        award_id=award_id,
        unit_code=unit.code if unit else "",
        unit_name=unit.name if unit else "",
        member_code=member.code if member else None,
        achievement=nominated.achievement,
    )


async def take_paper(visit: Visit, body: bytes, session_id: str) -> Answered:
    asked = from_json(body, PaperAsked)
    signed = await _ballots(visit).take(
        session_id, code=asked.code, number=asked.paper, blinded=_bytes(asked.blinded, "blinded")
    )
    return json_answer(PaperTaken(blind_signature=b64encode(signed).decode()))


async def cast_ballot(visit: Visit, body: bytes, session_id: str) -> Answered:
    asked = from_json(body, BallotCast)
    await _ballots(visit).cast(
        session_id,
        number=asked.paper,
        token=_bytes(asked.token, "token"),
        signature=_bytes(asked.signature, "signature"),
        votes=asked.votes,
    )
    return json_answer(InBox(in_box=True))


def _bytes(text: str, field: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise Invalid(field=field, reason="is not base64") from error


def _ballots(visit: Visit) -> Ballots:
    ballots: Ballots = visit.parts.ballots
    return ballots


Voters = Callable[[Visit, bytes, str], Awaitable[Answered]]


class Door:
    """Lets few in at a time, with bodies of a size that a ballot can have."""

    def __init__(self) -> None:
        self._inside = 0

    def for_voters(self, handle: Voters) -> Callable[[Visit], Awaitable[Answered]]:
        async def let_in(visit: Visit) -> Answered:
            body = await json_body(visit)
            if len(body) > BODY_BYTES_MAX:
                raise Problem(413, "body.too-large")
            async with self._place():
                return await handle(visit, body, visit.path_id())

        return let_in

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        if self._inside >= AT_ONCE_MAX:
            raise Problem(503, "ballot.busy", headers={"retry-after": "1"})
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1


_DOOR = Door()
_ONE = "/v1/councils/{id}"
_BOX = "/v1/ballots/{id}"
_256 = b64encode(bytes(256)).decode()


def _run(path: str, asks: type[Command], handle: Any, *, takes: Any, answers: Any, summary: str, example: Any) -> Route:
    return Route(
        method="POST",
        path=path,
        summary=summary,
        tag="ballot",
        handle=handle,
        asks=asks,
        takes=takes,
        answers=answers,
        if_match="optional",
        example=example,
    )


def _vote(path: str, handle: Voters, *, takes: Any, answers: Any, summary: str, example: Any) -> Route:
    return Route(
        method="POST",
        path=path,
        summary=summary,
        tag="ballot",
        handle=_DOOR.for_voters(handle),
        asks=None,
        takes=takes,
        answers=answers,
        example=example,
    )


_CODE = "ABCD-EFGH-JKMN-PQRS-TUVW-XYZ2"

ROUTES: tuple[Route, ...] = (
    _run(
        f"{_ONE}/open-ballot",
        OpenBallot,
        open_ballot,
        takes=OpeningAsked,
        answers=Done,
        summary="Open the electronic ballot",
        example={"closes_at": "2024-08-22T17:00:00+07:00"},
    ),
    _run(
        f"{_ONE}/draw-voting-code",
        DrawVotingCode,
        draw_voting_code,
        takes=DrawVotingCode,
        answers=CodeDrawn,
        summary="Draw a seat's voting code, which is shown this one time",
        example={"seat": "member-1", "number": 1},
    ),
    _run(
        f"{_ONE}/close-ballot",
        CloseBallot,
        close_ballot,
        takes=ClosingAsked,
        answers=Done,
        summary="Close the ballot: the sums go on record, the ballots are destroyed",
        example={},
    ),
    _vote(
        f"{_BOX}/sheet",
        sheet,
        takes=CodeAsked,
        answers=Sheet,
        summary="What the seat of a voting code votes on",
        example={"code": _CODE},
    ),
    _vote(
        f"{_BOX}/papers",
        take_paper,
        takes=PaperAsked,
        answers=PaperTaken,
        summary="Take a ballot paper: have a blinded token signed",
        example={"code": _CODE, "paper": 1, "blinded": _256},
    ),
    _vote(
        _BOX,
        cast_ballot,
        takes=BallotCast,
        answers=InBox,
        summary="Cast a ballot, without any credential",
        example={
            "paper": 1,
            "token": b64encode(bytes(32)).decode(),
            "signature": _256,
            "votes": {AWARD_ID: "for"},
        },
    ),
)
