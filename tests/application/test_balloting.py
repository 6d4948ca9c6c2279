"""The electronic ballot in memory: who may vote, once; what is counted; and that a crash loses and doubles nothing."""

from datetime import date, timedelta
from itertools import chain, repeat
from typing import Any

import pytest

from adapters.keys.blind import blind
from application.ballot_box import (
    BallotUnknown,
    CodeShown,
    CodeUnknown,
    OtherVote,
    Row,
    Taken,
    TokenNotSigned,
    Withdrawn,
)
from application.ports import Unavailable
from domain.council import COUNCIL
from domain.council.messages import AdoptBallot, CancelSession, MoveSession, RecordAttendance, RecordResult
from domain.council.refusals import (
    BallotNotOver,
    BallotOpen,
    BallotOver,
    CountedByBox,
    OffRoster,
    RecordedOtherwise,
    VotesOnPaper,
)
from domain.ids import TenantId
from domain.paper import Document
from domain.refusals import Invalid
from tests.support.ballots import SEATS, Council

pytestmark = pytest.mark.anyio
MINUTES = Document(kind="Biên bản", number="01/BB", issued="2024-09-12", title="Kiểm phiếu", issuer="Hội đồng")


def token(number: int) -> bytes:
    return bytes([number]) * 32


@pytest.fixture
async def council() -> Council:
    return await Council().convened()


async def everybody_votes(council: Council) -> None:
    """Four for, one against, on all that each may vote on."""
    for number, seat in enumerate(SEATS):
        await council.votes(seat, "against" if seat == SEATS[4] else "for", token(number))


async def test_sums_alone_become_the_result(council: Council) -> None:
    await council.open()
    await everybody_votes(council)
    await council.close()
    [sums] = (await council.state()).box.sums
    assert (sums.taken, sums.cast) == (SEATS, 5)
    assert [(each.votes_for, each.votes_against, each.votes_invalid) for each in sums.tallies] == [(4, 1, 0)] * 2
    await council.send(COUNCIL, council.session, AdoptBallot(minutes=MINUTES))
    session = await council.state()
    assert session.attendance.present == SEATS
    assert [count.approved for count in session.result.counted] == [True, True]
    assert await council.ballots.boxes.find(council.tenant, council.session) is None


async def test_who_has_withdrawn_gets_no_paper_and_nobody_learns_it_from_the_box(council: Council) -> None:
    await council.recuse(SEATS[1], council.first)
    await council.open()
    code = await council.code(SEATS[1])
    [paper] = await council.papers(code)
    assert paper.award_ids == (council.second,)
    other = next(each for each in (await council.state()).ballot.papers if each.number != paper.number)
    with pytest.raises(Withdrawn):
        await council.signed(code, other)
    for number, seat in enumerate(SEATS):
        if seat != SEATS[1]:
            await council.votes(seat, "for", token(number))
    await council.cast(paper, token(9), await council.signed(code, paper, token(9)), {council.second: "for"})
    await council.close()  # Before its end: everybody has voted on all that they may.
    await council.send(COUNCIL, council.session, AdoptBallot(minutes=MINUTES))
    counted = {each.award_id: each.vote for each in (await council.state()).result.counted}
    assert [(counted[one].votes_for, counted[one].recused) for one in (council.first, council.second)] == [
        (4, 1),
        (5, 0),
    ]


async def test_a_seat_takes_a_paper_once(council: Council) -> None:
    await council.open()
    code = await council.code(SEATS[0])
    [paper] = await council.papers(code)
    blinded = blind(int(paper.modulus, 16), token(1)).blinded
    first = await council.ballots.take(council.session, code=code, number=1, blinded=blinded)
    assert await council.ballots.take(council.session, code=code, number=1, blinded=blinded) == first
    with pytest.raises(Taken):
        await council.signed(code, paper, token(2))
    with pytest.raises(Taken):
        await council.code(SEATS[0], 2)  # A second code would be a second vote.
    with pytest.raises(Invalid):
        await council.ballots.take(council.session, code=await council.code(SEATS[1]), number=1, blinded=b"x")


async def test_a_ballot_is_cast_once_and_a_retry_changes_nothing(council: Council) -> None:
    await council.open()
    code = await council.code(SEATS[0])
    [paper] = await council.papers(code)
    signature = await council.signed(code, paper, token(1))
    chosen: Any = {council.first: "for", council.second: "blank"}
    await council.cast(paper, token(1), signature, chosen)
    await council.cast(paper, token(1), signature, chosen)
    with pytest.raises(OtherVote):
        await council.cast(paper, token(1), signature, {**chosen, council.first: "against"})
    with pytest.raises(TokenNotSigned):
        await council.cast(paper, token(2), signature, chosen)
    with pytest.raises(Invalid):
        await council.cast(paper, token(1), signature, {council.first: "for"})
    council.clock.at += timedelta(hours=1)
    await council.close()
    [sums] = (await council.state()).box.sums
    assert (sums.cast, sums.tallies[1].votes_invalid) == (1, 1)


async def test_a_code_is_drawn_for_a_seat_and_the_next_one_voids_it(council: Council) -> None:
    await council.open()
    first = await council.code(SEATS[0])
    with pytest.raises(CodeShown):
        await council.code(SEATS[0])
    second = await council.code(SEATS[0], 2)
    with pytest.raises(CodeUnknown):
        await council.papers(first)
    assert await council.papers(second.replace("-", " ").lower())
    with pytest.raises(OffRoster):
        await council.code("khach")
    with pytest.raises(Invalid):
        await council.code(SEATS[1], 3)


async def test_after_its_end_the_ballot_takes_nothing(council: Council) -> None:
    await council.open()
    code = await council.code(SEATS[0])
    [paper] = await council.papers(code)
    signature = await council.signed(code, paper, token(1))
    with pytest.raises(BallotNotOver):
        await council.close()
    council.clock.at += timedelta(hours=1)
    chosen: Any = dict.fromkeys(paper.award_ids, "for")
    with pytest.raises(BallotOver):
        await council.cast(paper, token(1), signature, chosen)
    with pytest.raises(BallotOver):
        await council.code(SEATS[1])
    await council.close()
    await council.close()
    with pytest.raises(BallotUnknown):
        await council.cast(paper, token(1), signature, chosen)


async def test_a_close_that_came_too_early_closes_nothing_though_the_end_comes_meanwhile(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ballot that is cast between the count and the end must not be lost: the box was never shut."""
    await council.open()
    early, late = council.clock.at, council.clock.at + timedelta(hours=1)
    monkeypatch.setattr(council.clock, "now", chain([early] * 2, repeat(late)).__next__)
    with pytest.raises(BallotNotOver):
        await council.close()
    assert (await council.state()).box is None
    await council.close()
    assert (await council.state()).box is not None


async def test_once_the_ballot_is_open_the_session_stands_fast(council: Council) -> None:
    await council.open()
    for command in (CancelSession(reason="hoãn"), MoveSession(meets_on=date(2024, 9, 11), reason="hoãn")):
        with pytest.raises(BallotOpen):
            await council.send(COUNCIL, council.session, command)
    with pytest.raises(RecordedOtherwise):
        await council.open(2)
    await council.send(COUNCIL, council.session, RecordAttendance(present=SEATS[:1]))
    counted = RecordResult(minutes=MINUTES, ballots_issued=0, returned_in_room=0, tallies=())
    with pytest.raises(CountedByBox):
        await council.send(COUNCIL, council.session, counted)
    await everybody_votes(council)
    await council.close()
    attendance = (await council.state()).attendance
    assert (attendance.present, attendance.in_writing) == (SEATS[:1], SEATS[1:])


async def test_a_session_on_paper_has_no_box() -> None:
    council = await Council().convened("minutes")
    with pytest.raises(VotesOnPaper):
        await council.open()


class Failing:
    """Boxes over others whose n-th call fails, before or after it was carried out."""

    def __init__(self, boxes: Any, at: int, *, after: bool) -> None:
        self.boxes, self.left, self.after = boxes, at, after

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.boxes, name)

        async def failing(*arguments: Any) -> Any:
            self.left -= 1
            if self.left == 0 and not self.after:
                raise Unavailable("cut")
            answer = await call(*arguments)
            if self.left == 0:
                raise Unavailable("cut")
            return answer

        return failing


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3])
async def test_a_close_that_is_cut_goes_on_where_it_was(council: Council, at: int, after: bool) -> None:
    await council.open()
    await everybody_votes(council)
    whole = council.ballots
    council.ballots = type(whole)(
        platform=whole.platform, boxes=Failing(whole.boxes, at, after=after), signing=whole.signing
    )
    with pytest.raises(Unavailable):
        await council.close()
    council.ballots = whole
    await council.close()
    [sums] = (await council.state()).box.sums
    assert [(each.votes_for, each.votes_against) for each in sums.tallies] == [(4, 1)] * 2
    assert await whole.boxes.find(council.tenant, council.session) is None
    recorded = await council.platform.store.load(council.tenant, [f"council-{council.session}"])
    types = [each.type for each in recorded[f"council-{council.session}"]]
    assert types.count("council.ballot-closed") == 1


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, 6))
async def test_an_opening_that_is_cut_goes_on_where_it_was(council: Council, at: int, after: bool) -> None:
    whole = council.ballots
    council.ballots = type(whole)(
        platform=whole.platform, boxes=Failing(whole.boxes, at, after=after), signing=whole.signing
    )
    with pytest.raises(Unavailable):
        await council.open()
    council.ballots = whole
    await council.open()
    await everybody_votes(council)
    await council.close()
    assert (await council.state()).box.sums[0].cast == 5


async def test_a_row_that_moved_is_not_overwritten(council: Council) -> None:
    await council.open()
    boxes, tenant = council.ballots.boxes, TenantId(council.tenant)
    row = await boxes.find(tenant, council.session)
    assert isinstance(row, Row)
    await council.code(SEATS[0])
    assert not await boxes.swap(tenant, council.session, row, row)
