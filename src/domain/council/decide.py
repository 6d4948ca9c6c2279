"""What may become of a council session before its count; the dispatch of every command."""

from datetime import date, datetime
from typing import assert_never

import msgspec

from domain.council.balloting import adopt_ballot, close_ballot, draw_code, open_ballot
from domain.council.counting import check_quota, issue_decision, record_attendance, record_result
from domain.council.evolve import Session, Status
from domain.council.messages import (
    AdoptBallot,
    CancelSession,
    CheckQuota,
    CloseBallot,
    Command,
    ConveneCouncil,
    CouncilConvened,
    Dossier,
    DossiersListed,
    DrawVotingCode,
    Event,
    Facts,
    IssueDecision,
    ListDossiers,
    Listed,
    MoveSession,
    OpenBallot,
    RecordAttendance,
    RecordRecusal,
    RecordResult,
    RecusalRecorded,
    ReplaceSeat,
    SeatReplaced,
    SessionCancelled,
    SessionMoved,
)
from domain.council.refusals import (
    BallotOpen,
    CampaignNotOpen,
    ConvenedOtherwise,
    DossierNotReady,
    DossierUnknown,
    PublishedTooShort,
    RecordedOtherwise,
    SessionUnknown,
    TitleUnknown,
    UnitUnknown,
)
from domain.council.standing import case_of, check_seat, need, need_no_ballot
from domain.dates import local_day
from domain.refusals import Invalid
from domain.rules import judge, obstacles


def decide(command: Command, session: Session, facts: Facts, now: datetime) -> list[Event]:
    if isinstance(command, ConveneCouncil):
        return convene(command, session, facts)
    if session.convened is None:
        raise SessionUnknown()
    match command:
        case OpenBallot():
            return open_ballot(command, session, session.convened, facts, now)
        case DrawVotingCode():
            return draw_code(command, session, session.convened, now)
        case CloseBallot():
            return close_ballot(command, session, session.convened, now)
        case AdoptBallot():
            return adopt_ballot(command, session, session.convened, facts, now)
        case RecordAttendance() | RecordResult() | CheckQuota() | IssueDecision():
            return _count(command, session, session.convened, facts, local_day(now))
        case ListDossiers() | ReplaceSeat() | MoveSession() | RecordRecusal() | CancelSession():
            return _prepare(command, session, session.convened, facts)
        case _:
            assert_never(command)


def _prepare(
    command: ListDossiers | ReplaceSeat | MoveSession | RecordRecusal | CancelSession,
    session: Session,
    convened: CouncilConvened,
    facts: Facts,
) -> list[Event]:
    match command:
        case ListDossiers():
            return list_dossiers(command, session, convened, facts)
        case ReplaceSeat():
            return replace_seat(command, session, convened)
        case MoveSession():
            return move(command, session, convened)
        case RecordRecusal():
            return record_recusal(command, session, convened)
        case CancelSession():
            return cancel(command, session)


def _count(
    command: RecordAttendance | RecordResult | CheckQuota | IssueDecision,
    session: Session,
    convened: CouncilConvened,
    facts: Facts,
    today: date,
) -> list[Event]:
    match command:
        case RecordAttendance():
            return record_attendance(command, session, convened, today)
        case RecordResult():
            return record_result(command, session, convened, facts, today)
        case CheckQuota():
            return check_quota(command, session, convened, facts)
        case IssueDecision():
            return issue_decision(command, session, convened, facts, today)


def convene(command: ConveneCouncil, session: Session, facts: Facts) -> list[Event]:
    if session.called is not None:
        asked = [name for name in ConveneCouncil.__struct_fields__ if name != "happened_on"]
        if all(getattr(command, name) == getattr(session.called, name) for name in asked):
            return []
        raise ConvenedOtherwise(title=session.called.title, meets_on=session.called.meets_on)
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
            ballot=command.ballot,
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
    need(session, Status.CONVENED)
    need_no_ballot(session)
    known = {dossier.award_id: dossier for dossier in facts.dossiers}
    listed = tuple(_listed(award_id, known.get(award_id), convened) for award_id in added)
    return [DossiersListed(listed=listed, read_at=facts.read)]


def _listed(award_id: str, dossier: Dossier | None, convened: CouncilConvened) -> Listed:
    if dossier is None:
        raise DossierUnknown(award_id=award_id)
    if not dossier.ready or dossier.published_from is None or dossier.published_until is None:
        raise DossierNotReady(award_id=award_id)
    return published(award_id, dossier.published_from, dossier.published_until, convened)


def published(award_id: str, since: date, until: date, convened: CouncilConvened) -> Listed:
    """The dossier as it stands on the list. Raises: PublishedTooShort."""
    case = msgspec.structs.replace(case_of(convened), published_from=since, published_until=until)
    reasons = judge(convened.rule_set, case, "publication")
    if standing := obstacles(reasons):
        raise PublishedTooShort(award_id=award_id, obstacles=msgspec.to_builtins(standing))
    return Listed(award_id=award_id, published_from=since, published_until=until, reasons=reasons)


def replace_seat(command: ReplaceSeat, session: Session, convened: CouncilConvened) -> list[Event]:
    check_seat(command.seat, convened, field="seat")
    held = next(seat for seat in convened.roster if seat.seat == command.seat)
    if (held.office, held.person_id) == (command.office, command.person_id):
        return []
    need(session, Status.CONVENED)
    need_no_ballot(session)
    if session.attendance is not None:
        raise RecordedOtherwise(what="attendance")  # Whoever voted held the seat.
    others = [seat.person_id for seat in convened.roster if seat.seat != command.seat]
    if command.person_id is not None and command.person_id in others:
        raise Invalid(field="person_id", reason="one person holds two seats, and would have two votes")
    return [SeatReplaced(seat=command.seat, office=command.office, person_id=command.person_id)]


def move(command: MoveSession, session: Session, convened: CouncilConvened) -> list[Event]:
    if convened.meets_on == command.meets_on:
        return []
    need(session, Status.CONVENED)
    need_no_ballot(session)
    if session.attendance is not None:
        raise RecordedOtherwise(what="attendance")
    then = msgspec.structs.replace(convened, meets_on=command.meets_on)
    listed = tuple(
        published(listed.award_id, listed.published_from, listed.published_until, then) for listed in session.listed
    )
    return [SessionMoved(meets_on=command.meets_on, reason=command.reason, listed=listed)]


def record_recusal(command: RecordRecusal, session: Session, convened: CouncilConvened) -> list[Event]:
    check_seat(command.seat, convened, field="seat")
    event = RecusalRecorded(
        seat=command.seat, award_ids=command.award_ids, conflict=command.conflict, reason=command.reason
    )
    if event in session.recusals:
        return []
    need(session, Status.CONVENED)
    need_no_ballot(session)
    on_list = {listed.award_id for listed in session.listed}
    for number, award_id in enumerate(command.award_ids or ()):
        if award_id not in on_list:
            raise Invalid(field=f"award_ids[{number}]", reason="is not on the list")
    already = {award_id for award_id in on_list if command.seat in session.recused_from(award_id)}
    whole = any(one.award_ids is None for one in session.recusals if one.seat == command.seat)
    if whole or already & set(command.award_ids or on_list):
        raise RecordedOtherwise(what="recusal", seat=command.seat)
    return [event]


def cancel(command: CancelSession, session: Session) -> list[Event]:
    if session.cancelled is not None and session.cancelled.reason == command.reason:
        return []
    need(session, Status.CONVENED, Status.COUNTED)
    if session.ballot is not None and session.box is None:
        raise BallotOpen(closes_at=session.ballot.closes_at)  # Or its box would stand open for ever.
    return [SessionCancelled(reason=command.reason)]
