"""The electronic ballot: what the log says of it, what lies in the box, and how one becomes the other.

Who votes and what is voted are apart. A seat proves itself with its code and has a blinded token signed; whoever has
such a token casts a ballot, and nobody can tell which seat's it was. `docs/ballot.md` says what that keeps, what not.

The box is one row, compared and set as a whole: its content is sorted by hashes of random tokens, so it has no order of
arrival. Every step can be taken again after a crash: a key is drawn before the ballot opens, the sums are in the log
before the box is destroyed, and a box that is closed takes no more ballots.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from application.access import authorise, reach
from application.ballot_box import (
    BallotUnknown,
    Box,
    Boxes,
    Code,
    CodeShown,
    CodeUnknown,
    OtherVote,
    Row,
    Seats,
    Signing,
    Taken,
    TokenNotSigned,
    Withdrawn,
)
from application.execute import Executed, Platform, Request, Step, execute
from application.ports import VersionConflict
from domain.council import COUNCIL
from domain.council.balloting import PAPERS_MAX, groups, is_full
from domain.council.evolve import Session, Status
from domain.council.messages import CloseBallot, Command, DrawVotingCode, OpenBallot, Paper, PaperSums, Tally
from domain.council.refusals import BallotNotOver, BallotOver, SessionUnknown
from domain.ids import TenantId
from domain.refusals import Invalid
from tenants.scope import TenantScope

SWAPS_MAX = 200
TOKEN_BYTES = 32
Choice = Literal["for", "against", "blank"]
_LETTERS: dict[Choice, str] = {"for": "f", "against": "a", "blank": "b"}


class Ballots(msgspec.Struct, frozen=True, kw_only=True):
    """The ballots of every session of a platform."""

    platform: Platform
    boxes: Boxes
    signing: Signing

    # --- For whoever runs the session -------------------------------------------

    async def open(self, scope: TenantScope, session_id: str, command: OpenBallot, request: Request) -> Executed:
        session = await self._session(scope, session_id, command)
        if session.convened is not None and session.ballot is None and session.status is Status.CONVENED:
            wanted = min(len(groups(session, session.convened)), PAPERS_MAX)
            command = msgspec.structs.replace(command, moduli=await self._moduli(scope.tenant_id, session_id, wanted))
        done = await self._execute(scope, session_id, command, request)
        opened = (await self._session(scope, session_id, command)).ballot
        row = await self.boxes.find(scope.tenant_id, session_id)
        if opened is not None and row is not None and row.state == "made":
            new = msgspec.structs.replace(row, state="open", papers=opened.papers, closes_at=opened.closes_at)
            await self.boxes.swap(scope.tenant_id, session_id, row, new)
        return done

    async def draw_code(
        self, scope: TenantScope, session_id: str, command: DrawVotingCode, request: Request
    ) -> tuple[Executed, str]:
        """Also the code, which nobody can show again."""
        await self._session(scope, session_id, command)
        row = await self.boxes.find(scope.tenant_id, session_id)
        if row is not None and _has_taken(await self._seats(scope.tenant_id, row), command.seat):
            raise Taken(seat=command.seat)
        done = await self._execute(scope, session_id, command, request)
        code = self.signing.code()
        hashed = await self._hashed(scope.tenant_id, session_id, code)

        async def keep(row: Row) -> Row:
            seats = await self._seats(scope.tenant_id, row)
            known = seats.codes.get(command.seat)
            if known is not None and known.number >= command.number:
                raise CodeShown(seat=command.seat, number=known.number)
            codes = seats.codes | {command.seat: Code(number=command.number, hash=hashed)}
            return await self._with(scope.tenant_id, session_id, row, seats=Seats(codes=codes, taken=seats.taken))

        await self._changed(scope.tenant_id, session_id, keep)
        return done, code

    async def close(self, scope: TenantScope, session_id: str, command: CloseBallot, request: Request) -> Executed:
        session = await self._session(scope, session_id, command)
        if session.ballot is not None and session.box is None and session.status is Status.CONVENED:
            sums = await self._closed(scope.tenant_id, session_id, session.ballot.papers)
            command = msgspec.structs.replace(command, sums=sums)
        done = await self._execute(scope, session_id, command, request)
        # The sums are in the log for good: only now may the ballots go.
        await self.platform.vault.destroy(scope.tenant_id, _subject(session_id))
        await self.boxes.destroy(scope.tenant_id, session_id)
        return done

    # --- For whoever votes ------------------------------------------------------

    async def sheet(self, session_id: str, code: str) -> tuple[TenantId, Session, tuple[Paper, ...], datetime]:
        """The papers of the seat that has this code, and whose session it is."""
        tenant_id, row = await self._open_box(session_id)
        seat = await self._seat(tenant_id, session_id, row, code)
        papers = tuple(paper for paper in row.papers if seat in paper.seats)
        session = await self.platform.reader(tenant_id).state(COUNCIL, session_id)
        return tenant_id, session, papers, row.closes_at

    async def take(self, session_id: str, *, code: str, number: int, blinded: bytes) -> bytes:
        """The blind signature: the seat has taken this paper. The same blinded token again gets the same."""
        tenant_id, row = await self._open_box(session_id)
        seat = await self._seat(tenant_id, session_id, row, code)
        paper = _paper(row, number)
        if seat not in paper.seats:
            raise Withdrawn(paper=number)
        keys = msgspec.json.decode(await self._opened(tenant_id, row.keys), type=dict[str, str])
        signature = await asyncio.to_thread(self.signing.sign, keys[paper.modulus], blinded)
        if signature is None:
            raise Invalid(field="blinded", reason="is no blinded token for this paper")
        mark = hashlib.sha256(blinded).hexdigest()

        async def note(row: Row) -> Row:
            _check_open(row, self.platform.clock.now())
            await self._seat(tenant_id, session_id, row, code)  # Another code may have been drawn since.
            seats = await self._seats(tenant_id, row)
            taken = seats.taken.get(str(number), {})
            if taken.setdefault(seat, mark) != mark:
                raise Taken(paper=number)
            now = Seats(codes=seats.codes, taken=seats.taken | {str(number): taken})
            return await self._with(tenant_id, session_id, row, seats=now)

        await self._changed(tenant_id, session_id, note)
        return signature

    async def cast(
        self, session_id: str, *, number: int, token: bytes, signature: bytes, votes: Mapping[str, Choice]
    ) -> None:
        """Put a ballot into the box; the same one again changes nothing."""
        tenant_id, row = await self._open_box(session_id)
        paper = _paper(row, number)
        if len(token) != TOKEN_BYTES or not self.signing.bears(paper.modulus, token, signature):
            raise TokenNotSigned(paper=number)
        if set(votes) != set(paper.award_ids):
            raise Invalid(field="votes", reason="each dossier of the paper is voted on once, and no other")
        letters = "".join(_LETTERS[votes[award_id]] for award_id in paper.award_ids)
        mark = hashlib.sha256(token).hexdigest()

        async def put(row: Row) -> Row:
            _check_open(row, self.platform.clock.now())
            box = await self._box(tenant_id, row)
            cast = box.ballots.get(str(number), {})
            if cast.setdefault(mark, letters) != letters:
                raise OtherVote(paper=number)
            now = Box(ballots=box.ballots | {str(number): dict(sorted(cast.items()))})
            return await self._with(tenant_id, session_id, row, box=now)

        await self._changed(tenant_id, session_id, put)

    # --- Steps ------------------------------------------------------------------

    async def _moduli(self, tenant_id: TenantId, session_id: str, wanted: int) -> tuple[str, ...]:
        """As many keys as there are papers, stored before the ballot opens; those of an earlier try are used first."""
        if await self.boxes.find(tenant_id, session_id) is None:
            await self.boxes.make(tenant_id, session_id, await self._empty(tenant_id, session_id))
        drawn: list[tuple[str, str]] = []

        async def add(row: Row) -> Row:
            keys = msgspec.json.decode(await self._opened(tenant_id, row.keys), type=dict[str, str])
            while len(keys) + len(drawn) < wanted:
                drawn.append(await asyncio.to_thread(self.signing.draw))
            more = {modulus: private for private, modulus in drawn}
            return msgspec.structs.replace(row, keys=await self._sealed(tenant_id, session_id, keys | more))

        row = await self._changed(tenant_id, session_id, add)
        stored = msgspec.json.decode(await self._opened(tenant_id, row.keys), type=dict[str, str])
        return tuple(sorted(stored)[:wanted])

    async def _empty(self, tenant_id: TenantId, session_id: str) -> Row:
        parts: tuple[Any, ...] = ({}, Seats(), Box())
        keys, seats, content = [await self._sealed(tenant_id, session_id, part) for part in parts]
        now = self.platform.clock.now()
        return Row(state="made", papers=(), keys=keys, seats=seats, content=content, closes_at=now)

    async def _closed(self, tenant_id: TenantId, session_id: str, papers: tuple[Paper, ...]) -> tuple[PaperSums, ...]:
        """The sums, of a box that takes no more ballots. Raises: BallotNotOver."""

        async def shut(row: Row) -> Row:
            sums = _summed(papers, await self._seats(tenant_id, row), await self._box(tenant_id, row))
            over = self.platform.clock.now() >= row.closes_at or is_full(papers, sums)
            return msgspec.structs.replace(row, state="closed") if over else row

        row = await self._changed(tenant_id, session_id, shut)
        if row.state != "closed":  # It may be over a moment from now, with a ballot more than these sums would say.
            raise BallotNotOver(closes_at=row.closes_at)
        return _summed(papers, await self._seats(tenant_id, row), await self._box(tenant_id, row))

    async def _changed(self, tenant_id: TenantId, session_id: str, change: Callable[[Row], Any]) -> Row:
        """The row as `change` made it, on what lay there at that moment."""
        for _ in range(SWAPS_MAX):
            row = await self.boxes.find(tenant_id, session_id)
            if row is None:
                raise BallotUnknown()
            new: Row = await change(row)
            if new == row or await self.boxes.swap(tenant_id, session_id, row, new):
                return new
        raise VersionConflict(f"the ballot box of {session_id}")

    async def _open_box(self, session_id: str) -> tuple[TenantId, Row]:
        tenant_id = await self.boxes.tenant_of(session_id)
        row = await self.boxes.find(tenant_id, session_id) if tenant_id else None
        if tenant_id is None or row is None:
            raise BallotUnknown()
        _check_open(row, self.platform.clock.now())
        return tenant_id, row

    async def _seat(self, tenant_id: TenantId, session_id: str, row: Row, code: str) -> str:
        hashed = await self._hashed(tenant_id, session_id, code)
        seats = await self._seats(tenant_id, row)
        found = [seat for seat, known in seats.codes.items() if known.hash == hashed]
        if not found:
            raise CodeUnknown()
        return found[0]

    async def _hashed(self, tenant_id: TenantId, session_id: str, code: str) -> str:
        typed = code.replace("-", "").replace(" ", "").upper()
        return (await self.platform.vault.fingerprint(tenant_id, f"ballot {session_id} {typed}".encode())).hex()

    async def _session(self, scope: TenantScope, session_id: str, command: Command) -> Session:
        """The session, which this scope may see and do this to. Raises: RoleDenied, OutOfReach, SessionUnknown."""
        authorise(scope, type(command))
        reader = self.platform.reader(scope.tenant_id)
        session = await reader.state(COUNCIL, session_id)
        await reach(scope, COUNCIL.unit(command, session), reader)
        if session.convened is None:
            raise SessionUnknown()
        return session

    async def _execute(self, scope: TenantScope, session_id: str, command: Command, request: Request) -> Executed:
        return await execute(self.platform, scope, [Step(COUNCIL, session_id, command)], request)

    # --- What is sealed ---------------------------------------------------------

    async def _seats(self, tenant_id: TenantId, row: Row) -> Seats:
        return msgspec.json.decode(await self._opened(tenant_id, row.seats), type=Seats)

    async def _box(self, tenant_id: TenantId, row: Row) -> Box:
        return msgspec.json.decode(await self._opened(tenant_id, row.content), type=Box)

    async def _with(
        self, tenant_id: TenantId, session_id: str, row: Row, *, seats: Seats | None = None, box: Box | None = None
    ) -> Row:
        if seats is not None:
            row = msgspec.structs.replace(row, seats=await self._sealed(tenant_id, session_id, seats))
        if box is not None:
            row = msgspec.structs.replace(row, content=await self._sealed(tenant_id, session_id, box))
        return row

    async def _sealed(self, tenant_id: TenantId, session_id: str, value: Any) -> str:
        [sealed] = await self.platform.vault.seal(
            tenant_id, _subject(session_id), [msgspec.json.encode(value).decode()]
        )
        return sealed

    async def _opened(self, tenant_id: TenantId, sealed: str) -> str:
        [opened] = await self.platform.vault.open(tenant_id, [sealed])
        if opened is None:
            raise BallotUnknown()  # Its key was destroyed: the sums are in the log.
        return opened


def _subject(session_id: str) -> str:
    return f"ballot-{session_id}"


def _has_taken(seats: Seats, seat: str) -> bool:
    return any(seat in taken for taken in seats.taken.values())


def _paper(row: Row, number: int) -> Paper:
    found = next((paper for paper in row.papers if paper.number == number), None)
    if found is None:
        raise Invalid(field="paper", reason="is no paper of this ballot")
    return found


def _check_open(row: Row, now: datetime) -> None:
    if row.state == "closed" or now >= row.closes_at:
        raise BallotOver(closes_at=row.closes_at)


def _summed(papers: tuple[Paper, ...], seats: Seats, box: Box) -> tuple[PaperSums, ...]:
    return tuple(_sums(paper, seats, list(box.ballots.get(str(paper.number), {}).values())) for paper in papers)


def _sums(paper: Paper, seats: Seats, ballots: list[str]) -> PaperSums:
    taken = seats.taken.get(str(paper.number), {})
    columns = [[ballot[place] for ballot in ballots] for place in range(len(paper.award_ids))]
    return PaperSums(
        number=paper.number,
        taken=tuple(seat for seat in paper.seats if seat in taken),
        cast=len(ballots),
        tallies=tuple(
            Tally(
                award_id=award_id,
                votes_for=column.count("f"),
                votes_against=column.count("a"),
                votes_invalid=column.count("b"),
            )
            for award_id, column in zip(paper.award_ids, columns, strict=True)
        ),
    )
