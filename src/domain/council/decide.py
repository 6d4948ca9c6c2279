"""What may become of a council session."""

from datetime import date, datetime
from typing import assert_never

import msgspec

from domain.council.evolve import Session, Status
from domain.council.messages import (
    AttendanceRecorded,
    CampaignNotOpen,
    CancelSession,
    CheckQuota,
    Command,
    ConveneCouncil,
    ConvenedOtherwise,
    CouncilConvened,
    Counted,
    DecisionIssued,
    Dossier,
    DossierNotReady,
    DossiersListed,
    DossierUnknown,
    Event,
    Facts,
    IssueDecision,
    ListDossiers,
    Listed,
    NotYetMet,
    PublishedTooShort,
    QuotaChecked,
    QuotaExceeded,
    RecordAttendance,
    RecordedOtherwise,
    RecordResult,
    ResultRecorded,
    SessionCancelled,
    SessionUnknown,
    Tally,
    TitleUnknown,
    UnitUnknown,
    WrongState,
)
from domain.dates import local_day
from domain.paper import check_issued
from domain.refusals import Invalid
from domain.rules import Case, QuotaCount, VoteCount, has_rules, judge, obstacles


def decide(command: Command, session: Session, facts: Facts, now: datetime) -> list[Event]:
    today = local_day(now)
    if isinstance(command, ConveneCouncil):
        return convene(command, session, facts)
    if session.convened is None:
        raise SessionUnknown()
    match command:
        case ListDossiers():
            return list_dossiers(command, session, session.convened, facts)
        case RecordAttendance():
            return record_attendance(command, session, session.convened, today)
        case RecordResult():
            return record_result(command, session, session.convened, today)
        case CheckQuota():
            return check_quota(command, session, session.convened, facts)
        case IssueDecision():
            return issue_decision(command, session, session.convened, today)
        case CancelSession():
            return cancel(command, session)
        case _:
            assert_never(command)


def _need(session: Session, *statuses: Status) -> None:
    if session.status not in statuses:
        raise WrongState(status=session.status.value, needs=[status.value for status in statuses])


def convene(command: ConveneCouncil, session: Session, facts: Facts) -> list[Event]:
    if session.convened is not None:
        asked = [name for name in ConveneCouncil.__struct_fields__ if name != "happened_on"]
        if all(getattr(command, name) == getattr(session.convened, name) for name in asked):
            return []
        raise ConvenedOtherwise(title=session.convened.title, meets_on=session.convened.meets_on)
    if not facts.unit_known:
        raise UnitUnknown(unit_id=command.unit_id)
    if not facts.campaign_open:
        raise CampaignNotOpen(campaign_id=command.campaign_id)
    if facts.rule_set is None:
        raise TitleUnknown(title=command.title)
    _check_roster(command)
    return [
        CouncilConvened(
            unit_id=command.unit_id,
            campaign_id=command.campaign_id,
            title=command.title,
            meets_on=command.meets_on,
            roster=command.roster,
            chair=command.chair,
            rule_set=facts.rule_set,
            read_at=facts.read,
        )
    ]


def _check_roster(command: ConveneCouncil) -> None:
    seats = [seat.seat for seat in command.roster]
    if repeated := _first_repeated(seats):
        raise Invalid(field=f"roster[{seats.index(repeated)}].seat", reason=f"{repeated} is there twice")
    people = [seat.person_id for seat in command.roster if seat.person_id is not None]
    if _first_repeated(people):
        raise Invalid(field="roster", reason="one person holds two seats, and would have two votes")
    if command.chair not in seats:
        raise Invalid(field="chair", reason="is not a seat of the roster")


def _first_repeated(values: list[str]) -> str | None:
    return next((value for number, value in enumerate(values) if value in values[:number]), None)


def list_dossiers(command: ListDossiers, session: Session, convened: CouncilConvened, facts: Facts) -> list[Event]:
    on_list = {listed.award_id for listed in session.listed}
    added = [award_id for award_id in dict.fromkeys(command.award_ids) if award_id not in on_list]
    if not added:
        return []
    _need(session, Status.CONVENED)
    known = {dossier.award_id: dossier for dossier in facts.dossiers}
    listed = tuple(_listed(award_id, known.get(award_id), convened) for award_id in added)
    return [DossiersListed(listed=listed, read_at=facts.read)]


def _listed(award_id: str, dossier: Dossier | None, convened: CouncilConvened) -> Listed:
    if dossier is None:
        raise DossierUnknown(award_id=award_id)
    if not dossier.ready or dossier.published_from is None or dossier.published_until is None:
        raise DossierNotReady(award_id=award_id)
    case = msgspec.structs.replace(
        _case(convened), published_from=dossier.published_from, published_until=dossier.published_until
    )
    reasons = judge(convened.rule_set, case, "publication")
    if standing := obstacles(reasons):
        raise PublishedTooShort(award_id=award_id, obstacles=msgspec.to_builtins(standing))
    return Listed(
        award_id=award_id,
        published_from=dossier.published_from,
        published_until=dossier.published_until,
        reasons=reasons,
    )


def _case(convened: CouncilConvened) -> Case:
    """What a session knows of any dossier: its own day. The rules about the subject are not asked here."""
    return Case(
        subject="collective",
        year=convened.meets_on.year,
        day=convened.meets_on,
        period_from=convened.meets_on,
        meets_on=convened.meets_on,
    )


def record_attendance(
    command: RecordAttendance, session: Session, convened: CouncilConvened, today: date
) -> list[Event]:
    event = AttendanceRecorded(present=command.present, in_writing=command.in_writing)
    if session.attendance == event:
        return []
    _need(session, Status.CONVENED)  # Until the count, a slip in the list of who voted is corrected by another list.
    if today < convened.meets_on:
        raise NotYetMet(meets_on=convened.meets_on)
    seats = {seat.seat for seat in convened.roster}
    voted: set[str] = set()
    for field, names in (("present", command.present), ("in_writing", command.in_writing)):
        for number, name in enumerate(names):
            if name not in seats:
                raise Invalid(field=f"{field}[{number}]", reason="is not a seat of the roster")
            if name in voted:
                raise Invalid(field=f"{field}[{number}]", reason="is there twice: nobody votes twice")
            voted.add(name)
    return [event]


def record_result(command: RecordResult, session: Session, convened: CouncilConvened, today: date) -> list[Event]:
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
    _need(session, Status.CONVENED)
    check_issued(command.minutes, today, field="minutes")
    return [event]


def _counted(command: RecordResult, session: Session, convened: CouncilConvened) -> tuple[Counted, ...]:
    if session.attendance is None:
        raise WrongState(status=session.status.value, needs=["attendance"])
    if not session.listed:
        raise Invalid(field="tallies", reason="no dossier is on the list yet")
    _check_ballots(command, session.attendance, roster=len(convened.roster))
    tallies = {tally.award_id: tally for tally in command.tallies}
    on_list = [listed.award_id for listed in session.listed]
    if len(tallies) < len(command.tallies) or set(tallies) != set(on_list):
        raise Invalid(field="tallies", reason="each dossier of the list is counted once, and no other")
    return tuple(_count(tallies[award_id], session.attendance, convened) for award_id in on_list)


def _check_ballots(command: RecordResult, attendance: AttendanceRecorded, *, roster: int) -> None:
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
    for number, tally in enumerate(command.tallies):
        ballots = tally.votes_for + tally.votes_against + tally.votes_invalid
        if ballots != returned:
            raise Invalid(field=f"tallies[{number}]", reason=f"adds up to {ballots}, but {returned} came back")


def _count(tally: Tally, attendance: AttendanceRecorded, convened: CouncilConvened) -> Counted:
    vote = VoteCount(
        roster=len(convened.roster),
        present=len(attendance.present),
        in_writing=len(attendance.in_writing),
        votes_for=tally.votes_for,
        votes_against=tally.votes_against,
        votes_invalid=tally.votes_invalid,
    )
    reasons = judge(convened.rule_set, msgspec.structs.replace(_case(convened), vote=vote), "vote")
    return Counted(award_id=tally.award_id, vote=vote, reasons=reasons, approved=not obstacles(reasons))


def check_quota(command: CheckQuota, session: Session, convened: CouncilConvened, facts: Facts) -> list[Event]:
    _need(session, Status.COUNTED, Status.DECIDED)
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
    reasons = judge(convened.rule_set, msgspec.structs.replace(_case(convened), quotas=counts), "list")
    last = session.quota
    if last and (last.withheld, last.counts, last.reasons) == (command.withheld, counts, reasons):
        return []
    _need(session, Status.COUNTED)
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


def issue_decision(command: IssueDecision, session: Session, convened: CouncilConvened, today: date) -> list[Event]:
    if session.decided is not None:
        if (command.decision, command.signing_body) == (session.decided.decision, session.decided.signing_body):
            return []
        raise RecordedOtherwise(what="decision", decision=session.decided.decision.number)
    _need(session, Status.COUNTED)
    check_issued(command.decision, today, field="decision")
    if session.quota is None and has_rules(convened.rule_set, "list"):
        raise QuotaExceeded(obstacles=[], checked=False)
    if session.quota is not None and not session.quota.fits:
        raise QuotaExceeded(obstacles=msgspec.to_builtins(obstacles(session.quota.reasons)), checked=True)
    granted = session.quota.granted if session.quota else session.approved()
    return [
        DecisionIssued(
            decision=command.decision,
            signing_body=command.signing_body,
            granted=granted,
            not_granted=tuple(one.award_id for one in session.listed if one.award_id not in granted),
        )
    ]


def cancel(command: CancelSession, session: Session) -> list[Event]:
    if session.cancelled is not None and session.cancelled.reason == command.reason:
        return []
    _need(session, Status.CONVENED, Status.COUNTED)
    return [SessionCancelled(reason=command.reason)]
