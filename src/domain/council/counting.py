"""The count of a session and what rests on it: who voted, the result, the quotas, the decision."""

from datetime import date

import msgspec

from domain.council.evolve import Session, Status
from domain.council.messages import (
    AttendanceRecorded,
    CheckQuota,
    CouncilConvened,
    Counted,
    DecisionIssued,
    Event,
    Facts,
    IssueDecision,
    QuotaChecked,
    RecordAttendance,
    RecordResult,
    ResultRecorded,
    Tally,
)
from domain.council.refusals import (
    CountedByBox,
    DossierOnHold,
    NoQuorum,
    NotYetMet,
    QuotaExceeded,
    RecordedOtherwise,
    SecondVote,
    WrongState,
)
from domain.council.standing import case_of, check_recused, check_seat, count, need
from domain.paper import check_issued, check_signature
from domain.refusals import Invalid
from domain.rules import QuotaCount, has_rules, judge, obstacles


def record_attendance(
    command: RecordAttendance, session: Session, convened: CouncilConvened, today: date
) -> list[Event]:
    event = AttendanceRecorded(present=command.present, in_writing=command.in_writing)
    if session.attendance == event:
        return []
    need(session, Status.CONVENED)  # Until the count, a slip in the list of who voted is corrected by another list.
    if today < convened.meets_on:
        raise NotYetMet(meets_on=convened.meets_on)
    voted: set[str] = set()
    for field, names in (("present", command.present), ("in_writing", command.in_writing)):
        for number, name in enumerate(names):
            check_seat(name, convened, field=f"{field}[{number}]")
            if name in voted:
                raise SecondVote(field=f"{field}[{number}]", reason="is there twice: nobody votes twice", seat=name)
            voted.add(name)
    _check_takers(session, voted)
    return [event]


def _check_takers(session: Session, voted: set[str]) -> None:
    """Raises: Invalid, where somebody who took an electronic ballot is said not to have voted."""
    taken = {seat for each in session.box.sums for seat in each.taken} if session.box else set()
    for seat in sorted(taken - voted):
        raise Invalid(field="present", reason=f"leaves out {seat}, who took a ballot")


def record_result(
    command: RecordResult, session: Session, convened: CouncilConvened, facts: Facts, today: date
) -> list[Event]:
    if convened.ballot == "electronic":
        raise CountedByBox()
    if session.result is None:
        need(session, Status.CONVENED)
        check_recused(facts.dossiers, session, convened)  # First, or a vote that was rightly left out looks lost.
    counted = _counted(command, session, convened)
    event = ResultRecorded(
        minutes=command.minutes,
        ballots_issued=command.ballots_issued,
        returned_in_room=command.returned_in_room,
        returned_in_writing=command.returned_in_writing,
        counted=counted,
    )
    if session.result == event:
        return []
    if session.result is not None:
        raise RecordedOtherwise(what="result", minutes=session.result.minutes.number)
    check_issued(command.minutes, today, field="minutes")
    return [event]


def _counted(command: RecordResult, session: Session, convened: CouncilConvened) -> tuple[Counted, ...]:
    if session.attendance is None:
        raise WrongState(status=session.status.value, needs=["attendance"])
    if not session.listed:
        raise Invalid(field="tallies", reason="no dossier is on the list yet")
    _check_ballots(command, session, session.attendance, roster=len(convened.roster))
    tallies = {tally.award_id: tally for tally in command.tallies}
    on_list = [listed.award_id for listed in session.listed]
    if len(tallies) < len(command.tallies) or set(tallies) != set(on_list):
        raise Invalid(field="tallies", reason="each dossier of the list is counted once, and no other")
    return tuple(count(tallies[award_id], session, convened) for award_id in on_list)


def _check_ballots(command: RecordResult, session: Session, attendance: AttendanceRecorded, *, roster: int) -> None:
    """The minutes must agree with the roster and with who voted, or ballots came from nowhere."""
    returned = command.returned_in_room + command.returned_in_writing
    if command.ballots_issued > roster:
        raise Invalid(field="ballots_issued", reason=f"more than the {roster} seats")
    if command.returned_in_room > len(attendance.present):
        raise Invalid(field="returned_in_room", reason=f"more than the {len(attendance.present)} present")
    if command.returned_in_writing > len(attendance.in_writing):
        raise Invalid(field="returned_in_writing", reason=f"more than the {len(attendance.in_writing)} who wrote")
    if returned > command.ballots_issued:
        raise Invalid(field="ballots_issued", reason=f"fewer than the {returned} returned")
    voters = (*attendance.present, *attendance.in_writing)
    for number, tally in enumerate(command.tallies):
        without = len(session.recused_from(tally.award_id).intersection(voters))
        _check_sum(tally, number, returned, without=without, voted=len(voters))


def _check_sum(tally: Tally, number: int, returned: int, *, without: int, voted: int) -> None:
    """Of those who voted, `without` have withdrawn from this dossier: they leave it out on their ballots."""
    ballots = tally.votes_for + tally.votes_against + tally.votes_invalid
    if not without and ballots != returned:
        raise Invalid(field=f"tallies[{number}]", reason=f"adds up to {ballots}, but {returned} came back")
    least, most = max(0, returned - without), min(returned, voted - without)
    if not least <= ballots <= most:
        reason = f"adds up to {ballots}, but {returned} came back, and {without} who voted withdrew from it"
        raise Invalid(field=f"tallies[{number}]", reason=reason)


def check_quota(command: CheckQuota, session: Session, convened: CouncilConvened, facts: Facts) -> list[Event]:
    need(session, Status.COUNTED, Status.DECIDED)
    approved = session.approved()
    for number, award_id in enumerate(command.withheld):
        if award_id not in approved:
            raise Invalid(field=f"withheld[{number}]", reason="is not an approved dossier of the list")
    granted = tuple(award_id for award_id in approved if award_id not in command.withheld)
    counts = tuple(
        QuotaCount(
            of=denominator.of,
            granted=denominator.granted_already + len(granted),
            whole=denominator.whole,
            frozen_on=denominator.frozen_on,
        )
        for denominator in facts.denominators
    )
    reasons = judge(convened.rule_set, msgspec.structs.replace(case_of(convened), quotas=counts), "list")
    last = session.quota
    if last and (last.withheld, last.counts, last.reasons) == (command.withheld, counts, reasons):
        return []
    need(session, Status.COUNTED)
    return [
        QuotaChecked(
            granted=granted,
            withheld=command.withheld,
            counts=counts,
            reasons=reasons,
            fits=not obstacles(reasons),
            read_at=facts.read,
        )
    ]


def issue_decision(
    command: IssueDecision, session: Session, convened: CouncilConvened, facts: Facts, today: date
) -> list[Event]:
    if (decided := session.decided) is not None:
        asked = (command.decision, command.signing_body, command.signature)
        if asked == (decided.decision, decided.signing_body, decided.signature):
            return []
        raise RecordedOtherwise(what="decision", decision=decided.decision.number)
    need(session, Status.COUNTED)
    check_issued(command.decision, today, field="decision")
    check_signature(command.signature)
    _check_quorum(session)
    granted = _granted(session, convened)
    for dossier in facts.dossiers:
        if dossier.held and dossier.award_id in granted:
            raise DossierOnHold(award_id=dossier.award_id)
    return [
        DecisionIssued(
            decision=command.decision,
            signing_body=command.signing_body,
            granted=granted,
            not_granted=tuple(one.award_id for one in session.listed if one.award_id not in granted),
            signature=command.signature,
        )
    ]


def _check_quorum(session: Session) -> None:
    """Without a quorum there is no vote to decide by, not even to decide that nobody is granted anything."""
    counted = session.result.counted if session.result else ()
    lacking = [[one for one in obstacles(each.reasons) if one.rule == "quorum"] for each in counted]
    if lacking and all(lacking):
        raise NoQuorum(obstacles=msgspec.to_builtins(lacking[0]))


def _granted(session: Session, convened: CouncilConvened) -> tuple[str, ...]:
    """What the list grants, within the quotas."""
    if session.quota is None:
        if has_rules(convened.rule_set, "list"):
            raise QuotaExceeded(obstacles=[], checked=False)
        return session.approved()
    if not session.quota.fits:
        raise QuotaExceeded(obstacles=msgspec.to_builtins(obstacles(session.quota.reasons)), checked=True)
    return session.quota.granted
