"""The electronic ballot of a session: opened with its papers, codes drawn, closed with sums, taken over as the result.

Votes themselves never come here: they lie in the ballot box, outside the log.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.council.evolve import Session, Status
from domain.council.messages import (
    AdoptBallot,
    AttendanceRecorded,
    BallotClosed,
    BallotOpened,
    CloseBallot,
    CouncilConvened,
    DrawVotingCode,
    Event,
    Facts,
    OpenBallot,
    Paper,
    PaperSums,
    ResultRecorded,
    VotingCodeDrawn,
)
from domain.council.refusals import (
    BallotNotOver,
    BallotOver,
    NotYetMet,
    RecordedOtherwise,
    VotesOnPaper,
    WrongState,
)
from domain.council.standing import check_recused, check_seat, count, need
from domain.dates import local_day
from domain.paper import check_issued
from domain.refusals import Invalid

DAYS_MAX = 14
PAPERS_MAX = 16


def groups(session: Session, convened: CouncilConvened) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The dossiers that the same seats may vote on, each group with those seats; in the order of list and roster."""
    found: dict[frozenset[str], list[str]] = {}
    for listed in session.listed:
        found.setdefault(session.recused_from(listed.award_id), []).append(listed.award_id)
    return [
        (tuple(awards), tuple(seat.seat for seat in convened.roster if seat.seat not in recused))
        for recused, awards in found.items()
    ]


def open_ballot(
    command: OpenBallot, session: Session, convened: CouncilConvened, facts: Facts, now: datetime
) -> list[Event]:
    _need_electronic(convened)
    if session.ballot is not None:
        if session.ballot.closes_at == command.closes_at:
            return []
        raise RecordedOtherwise(what="ballot", closes_at=session.ballot.closes_at)
    need(session, Status.CONVENED)
    if local_day(now) < convened.meets_on:
        raise NotYetMet(meets_on=convened.meets_on)
    if not now < command.closes_at <= now + timedelta(days=DAYS_MAX):
        raise Invalid(field="closes_at", reason=f"must lie within {DAYS_MAX} days from now")
    check_recused(facts.dossiers, session, convened)
    made = groups(session, convened)
    if not made:
        raise Invalid(field="closes_at", reason="no dossier is on the list yet")
    if len(made) > PAPERS_MAX:
        raise Invalid(field="closes_at", reason=f"the recusals make more than {PAPERS_MAX} kinds of ballot papers")
    assert len(command.moduli) == len(made), "a key a paper is drawn before this is decided"
    papers = tuple(
        Paper(number=number, award_ids=awards, seats=seats, modulus=modulus)
        for number, ((awards, seats), modulus) in enumerate(zip(made, command.moduli, strict=True), start=1)
    )
    return [BallotOpened(closes_at=command.closes_at, papers=papers, read_at=facts.read)]


def draw_code(command: DrawVotingCode, session: Session, convened: CouncilConvened, now: datetime) -> list[Event]:
    _need_electronic(convened)
    check_seat(command.seat, convened, field="seat")
    ballot = _opened(session)
    if session.box is not None or now >= ballot.closes_at:
        raise BallotOver(closes_at=ballot.closes_at)
    drawn = session.codes.count(command.seat)
    if command.number == drawn:
        return []
    if command.number != drawn + 1:
        raise Invalid(field="number", reason=f"the next code of this seat is number {drawn + 1}")
    return [VotingCodeDrawn(seat=command.seat, number=command.number)]


def close_ballot(command: CloseBallot, session: Session, convened: CouncilConvened, now: datetime) -> list[Event]:
    _need_electronic(convened)
    ballot = _opened(session)
    if session.box is not None:
        return []
    need(session, Status.CONVENED)
    if now < ballot.closes_at and not is_full(ballot.papers, command.sums):
        raise BallotNotOver(closes_at=ballot.closes_at)
    _check_sums(ballot.papers, command.sums)
    return [BallotClosed(sums=command.sums), *_attendance(command.sums, session, convened)]


def is_full(papers: Iterable[Paper], sums: Iterable[PaperSums]) -> bool:
    """Whether every seat has cast every paper that it may."""
    return [(paper.number, len(paper.seats)) for paper in papers] == [(each.number, each.cast) for each in sums]


def _check_sums(papers: tuple[Paper, ...], sums: tuple[PaperSums, ...]) -> None:
    """The box is the platform's own: what does not agree with the papers is a bug, and nothing is recorded."""
    for paper, each in zip(papers, sums, strict=True):
        assert paper.number == each.number, "sums of another paper"
        assert each.cast <= len(each.taken), "more ballots than were taken"
        assert set(each.taken) <= set(paper.seats), "taken by a seat that has withdrawn"
        assert tuple(tally.award_id for tally in each.tallies) == paper.award_ids, "sums of other dossiers"
        for tally in each.tallies:
            assert tally.votes_for + tally.votes_against + tally.votes_invalid == each.cast, "a ballot was split"


def _attendance(sums: tuple[PaperSums, ...], session: Session, convened: CouncilConvened) -> list[Event]:
    """Who took a ballot has voted: in the room, unless the list of those present says that they were not there."""
    taken = {seat for each in sums for seat in each.taken}
    before = session.attendance
    present = {*before.present} if before else taken
    event = AttendanceRecorded(
        present=tuple(seat.seat for seat in convened.roster if seat.seat in present),
        in_writing=tuple(seat.seat for seat in convened.roster if seat.seat in taken - present),
    )
    return [] if event == before else [event]


def adopt_ballot(
    command: AdoptBallot, session: Session, convened: CouncilConvened, facts: Facts, now: datetime
) -> list[Event]:
    _need_electronic(convened)
    if (result := session.result) is not None:
        if result.minutes == command.minutes:
            return []
        raise RecordedOtherwise(what="result", minutes=result.minutes.number)
    need(session, Status.CONVENED)
    if session.box is None:
        raise WrongState(status=session.status.value, needs=["ballot-closed"])
    check_issued(command.minutes, local_day(now), field="minutes")
    check_recused(facts.dossiers, session, convened)
    tallies = {tally.award_id: tally for each in session.box.sums for tally in each.tallies}
    return [
        ResultRecorded(
            minutes=command.minutes,
            ballots_issued=len({seat for each in session.box.sums for seat in each.taken}),
            returned_in_room=max(each.cast for each in session.box.sums),
            returned_in_writing=0,  # The box does not know where a ballot was cast.
            counted=tuple(count(tallies[listed.award_id], session, convened) for listed in session.listed),
        )
    ]


def _need_electronic(convened: CouncilConvened) -> None:
    if convened.ballot != "electronic":
        raise VotesOnPaper()


def _opened(session: Session) -> BallotOpened:
    if session.ballot is None:
        raise WrongState(status=session.status.value, needs=["ballot-opened"])
    return session.ballot
