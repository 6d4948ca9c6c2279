"""What several steps of a session ask of where it stands."""

import msgspec

from domain.council.evolve import Session, Status
from domain.council.messages import CouncilConvened, Counted, Dossier, Tally
from domain.council.refusals import BallotOpen, NotRecused, OffRoster, WrongState
from domain.rules import Case, VoteCount, judge, obstacles


def need(session: Session, *statuses: Status) -> None:
    if session.status not in statuses:
        raise WrongState(status=session.status.value, needs=[status.value for status in statuses])


def need_no_ballot(session: Session) -> None:
    """Raises: BallotOpen: what the ballot papers were made from stands fast once it is open."""
    if session.ballot is not None:
        raise BallotOpen(closes_at=session.ballot.closes_at)


def check_seat(name: str, convened: CouncilConvened, *, field: str) -> None:
    """Raises: OffRoster."""
    if name not in {seat.seat for seat in convened.roster}:
        raise OffRoster(field=field, reason="is not a seat of the roster", seat=name)


def check_recused(dossiers: tuple[Dossier, ...], session: Session, convened: CouncilConvened) -> None:
    """Raises: NotRecused, where somebody would vote on their own dossier."""
    for dossier in dossiers:
        for seat in convened.roster:
            own = seat.person_id is not None and seat.person_id == dossier.person_id
            if own and seat.seat not in session.recused_from(dossier.award_id):
                raise NotRecused(seat=seat.seat, award_id=dossier.award_id)


def case_of(convened: CouncilConvened) -> Case:
    """What a session knows of any dossier: its own day. The rules about the subject are not asked here."""
    return Case(
        subject="collective",
        year=convened.meets_on.year,
        day=convened.meets_on,
        period_from=convened.meets_on,
        meets_on=convened.meets_on,
    )


def count(tally: Tally, session: Session, convened: CouncilConvened) -> Counted:
    """A dossier's sums against the full roster, judged by quorum and share."""
    assert session.attendance is not None, "counted before anybody was said to have voted"
    vote = VoteCount(
        roster=len(convened.roster),
        present=len(session.attendance.present),
        in_writing=len(session.attendance.in_writing),
        votes_for=tally.votes_for,
        votes_against=tally.votes_against,
        votes_invalid=tally.votes_invalid,
        recused=len(session.recused_from(tally.award_id)),
    )
    reasons = judge(convened.rule_set, msgspec.structs.replace(case_of(convened), vote=vote), "vote")
    return Counted(award_id=tally.award_id, vote=vote, reasons=reasons, approved=not obstacles(reasons))
