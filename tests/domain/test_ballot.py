"""What the log says of an electronic ballot: opened, codes drawn, closed with sums, taken over as the result."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from domain.council import COUNCIL
from domain.council.messages import (
    AdoptBallot,
    AttendanceRecorded,
    BallotClosed,
    BallotOpened,
    CancelSession,
    CheckQuota,
    CloseBallot,
    ConveneCouncil,
    Dossier,
    DrawVotingCode,
    Facts,
    ListDossiers,
    OpenBallot,
    Paper,
    PaperSums,
    RecordAttendance,
    RecordRecusal,
    Seat,
    SessionCancelled,
    Tally,
    VotingCodeDrawn,
)
from domain.council.refusals import (
    BallotNotOver,
    BallotOpen,
    BallotOver,
    NotRecused,
    NotYetMet,
    OffRoster,
    RecordedOtherwise,
    VotesOnPaper,
    WrongState,
)
from domain.dates import local_day
from domain.paper import Document
from domain.refusals import Invalid, NotYetHappened
from domain.rules import Quorum, RuleSet, VoteShareMin
from tests.support.scenario import NOON, carried_out, given, next_events

UNIT, CAMPAIGN, FIRST, SECOND, PERSON = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 6))
LAW: Any = {"source": "law", "cites": "Nghị định 98/2023"}
RULES = RuleSet(
    code="cong-nhan-gioi", name="Công nhân giỏi", issuer="Liên đoàn A", source="assumed", cites="giả định",
    rules=(Quorum(**LAW, numerator=2, denominator=3), VoteShareMin(**LAW, share_x100=6_000)),
)  # fmt: skip
SEATS = ("ghe-1", "ghe-2", "ghe-3")
ROSTER = tuple(Seat(seat=seat, office="Ủy viên") for seat in SEATS)
TODAY = local_day(NOON)
CLOSES = NOON + timedelta(hours=2)
AFTER = NOON + timedelta(hours=2)


def changed(value: Any, **parts: Any) -> Any:
    return msgspec.structs.replace(value, **parts)


def minutes(issued: str = "2024-06-30") -> Document:
    return Document(kind="Biên bản", number="01/BB", issued=issued, title="Kiểm phiếu", issuer="Hội đồng")


convene = ConveneCouncil(
    unit_id=UNIT,
    campaign_id=CAMPAIGN,
    title="cong-nhan-gioi",
    meets_on=TODAY,
    roster=ROSTER,
    chair="ghe-1",
    ballot="electronic",
)
OPEN = Facts(campaign_open=True, unit_known=True, rule_set=RULES)
BOTH = Facts(
    dossiers=tuple(
        Dossier(award_id=one, ready=True, published_from=TODAY, published_until=TODAY) for one in (FIRST, SECOND)
    )
)
list_both = ListDossiers(award_ids=(FIRST, SECOND))
withdraw = RecordRecusal(seat="ghe-2", award_ids=(FIRST,), conflict="relative")
open_ = OpenBallot(closes_at=CLOSES, moduli=("aa", "bb"))


def sums(number: int, award_id: str, taken: tuple[str, ...], votes_for: int, votes_against: int = 0) -> PaperSums:
    tally = Tally(award_id=award_id, votes_for=votes_for, votes_against=votes_against)
    return PaperSums(number=number, taken=taken, cast=votes_for + votes_against, tallies=(tally,))


FULL = (sums(1, FIRST, ("ghe-1", "ghe-3"), 2), sums(2, SECOND, SEATS, 2, 1))
listed = carried_out(COUNCIL, (convene, OPEN), (list_both, BOTH), withdraw)
opened = (*listed, *next_events(COUNCIL, listed, open_, BOTH))
closed = (*opened, *next_events(COUNCIL, opened, CloseBallot(sums=FULL)))
adopted = (*closed, *next_events(COUNCIL, closed, AdoptBallot(minutes=minutes()), BOTH))


def test_dossiers_that_the_same_seats_may_vote_on_are_one_paper() -> None:
    given(COUNCIL, *listed).when(open_, BOTH).then(
        BallotOpened(
            closes_at=CLOSES,
            papers=(
                Paper(number=1, award_ids=(FIRST,), seats=("ghe-1", "ghe-3"), modulus="aa"),
                Paper(number=2, award_ids=(SECOND,), seats=SEATS, modulus="bb"),
            ),
            read_at=(),
        )
    )
    given(COUNCIL, *opened).when(open_, BOTH).then()
    later = changed(open_, closes_at=CLOSES + timedelta(hours=1))
    given(COUNCIL, *opened).when(later, BOTH).then_refused(RecordedOtherwise, what="ballot")


@pytest.mark.parametrize("closes_at", [NOON, NOON - timedelta(hours=1), NOON + timedelta(days=14, seconds=1)])
def test_a_ballot_closes_within_two_weeks(closes_at: datetime) -> None:
    given(COUNCIL, *listed).when(changed(open_, closes_at=closes_at), BOTH).then_refused(Invalid, field="closes_at")


def test_a_ballot_is_opened_on_the_day_of_the_session_over_a_list_and_not_by_those_concerned() -> None:
    before = datetime(2024, 6, 29, 10, tzinfo=UTC)
    given(COUNCIL, *listed).when(open_, BOTH, before).then_refused(NotYetMet)
    given(COUNCIL, *carried_out(COUNCIL, (convene, OPEN))).when(open_, Facts()).then_refused(Invalid)
    seated = carried_out(
        COUNCIL, (changed(convene, roster=(changed(ROSTER[0], person_id=PERSON), *ROSTER[1:])), OPEN), (list_both, BOTH)
    )
    own = Facts(dossiers=(changed(BOTH.dossiers[0], person_id=PERSON), BOTH.dossiers[1]))
    given(COUNCIL, *seated).when(open_, own).then_refused(NotRecused, seat="ghe-1")
    paper = carried_out(COUNCIL, (changed(convene, ballot="minutes"), OPEN), (list_both, BOTH))
    for command in (open_, DrawVotingCode(seat="ghe-1"), CloseBallot(), AdoptBallot(minutes=minutes())):
        given(COUNCIL, *paper).when(command, BOTH).then_refused(VotesOnPaper)


def test_once_it_is_open_what_the_papers_were_made_from_stands_fast() -> None:
    for command in (CancelSession(reason="hoãn"), changed(withdraw, seat="ghe-3")):
        given(COUNCIL, *opened).when(command).then_refused(BallotOpen)
    given(COUNCIL, *closed).when(CancelSession(reason="sai")).then(SessionCancelled(reason="sai"))


def test_codes_are_counted_so_that_nobody_draws_one_in_secret() -> None:
    drawn = VotingCodeDrawn(seat="ghe-1", number=1)
    given(COUNCIL, *opened).when(DrawVotingCode(seat="ghe-1")).then(drawn)
    given(COUNCIL, *opened, drawn).when(DrawVotingCode(seat="ghe-1")).then()
    second = DrawVotingCode(seat="ghe-1", number=2)
    given(COUNCIL, *opened, drawn).when(second).then(VotingCodeDrawn(seat="ghe-1", number=2))
    given(COUNCIL, *opened).when(second).then_refused(Invalid, field="number")
    given(COUNCIL, *opened).when(DrawVotingCode(seat="khach")).then_refused(OffRoster)
    given(COUNCIL, *opened).when(second, None, AFTER).then_refused(BallotOver)
    given(COUNCIL, *closed).when(second).then_refused(BallotOver)
    given(COUNCIL, *listed).when(second).then_refused(WrongState, needs=["ballot-opened"])


def test_a_ballot_is_closed_early_only_when_everybody_has_voted() -> None:
    everybody = AttendanceRecorded(present=SEATS, in_writing=())
    given(COUNCIL, *opened).when(CloseBallot(sums=FULL)).then(BallotClosed(sums=FULL), everybody)
    given(COUNCIL, *closed).when(CloseBallot(sums=FULL)).then()
    missing = (sums(1, FIRST, ("ghe-1",), 1), FULL[1])
    given(COUNCIL, *opened).when(CloseBallot(sums=missing)).then_refused(BallotNotOver)
    given(COUNCIL, *opened).when(CloseBallot(sums=missing), None, AFTER).then(BallotClosed(sums=missing), everybody)
    given(COUNCIL, *listed).when(CloseBallot()).then_refused(WrongState)


def test_more_ballots_than_were_taken_are_never_recorded() -> None:
    stuffed = (sums(1, FIRST, ("ghe-1",), 2), FULL[1])
    with pytest.raises(AssertionError):
        next_events(COUNCIL, opened, CloseBallot(sums=stuffed), None, AFTER)


def test_who_took_a_ballot_but_was_not_in_the_room_voted_in_writing() -> None:
    here = (*opened, *next_events(COUNCIL, opened, RecordAttendance(present=("ghe-1",))))
    (_, attendance) = next_events(COUNCIL, here, CloseBallot(sums=FULL))
    assert attendance == AttendanceRecorded(present=("ghe-1",), in_writing=("ghe-2", "ghe-3"))


def test_who_took_a_ballot_is_not_struck_from_the_list_of_voters() -> None:
    room = RecordAttendance(present=("ghe-1", "ghe-2"), in_writing=("ghe-3",))
    given(COUNCIL, *closed).when(room).then(AttendanceRecorded(present=room.present, in_writing=room.in_writing))
    given(COUNCIL, *closed).when(RecordAttendance(present=("ghe-1",))).then_refused(Invalid, field="present")


def test_the_minutes_take_over_the_sums_and_the_rules_judge_them() -> None:
    result = COUNCIL.fold(adopted).result
    assert result is not None
    assert [(each.vote.votes_for, each.vote.recused, each.approved) for each in result.counted] == [
        (2, 1, True),
        (2, 0, True),
    ]
    assert (result.ballots_issued, result.returned_in_room) == (3, 3)
    adopt = AdoptBallot(minutes=minutes())
    given(COUNCIL, *adopted).when(adopt, BOTH).then()
    other = AdoptBallot(minutes=changed(minutes(), number="02/BB"))
    given(COUNCIL, *adopted).when(other, BOTH).then_refused(RecordedOtherwise, what="result")
    given(COUNCIL, *opened).when(adopt, BOTH).then_refused(WrongState, needs=["ballot-closed"])
    ahead = AdoptBallot(minutes=minutes("2024-07-01"))
    given(COUNCIL, *closed).when(ahead, BOTH).then_refused(NotYetHappened, field="minutes.issued")
    given(COUNCIL, *closed).when(CheckQuota(), Facts()).then_refused(WrongState)
