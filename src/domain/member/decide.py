"""What may become of a member."""

from datetime import date, datetime
from typing import Any, assert_never

import msgspec

from domain.dates import local_day
from domain.member.evolve import Member, Status
from domain.member.messages import (
    ChangeEmployment,
    Command,
    DisciplineLifted,
    DisciplineRecorded,
    DisciplineUnknown,
    EmploymentChanged,
    EnrolledOtherwise,
    EnrolMember,
    EraseMember,
    Event,
    Facts,
    IsErased,
    LeaveMember,
    LiftDiscipline,
    MemberEnrolled,
    MemberErased,
    MemberGone,
    MemberLeft,
    MemberMerged,
    MemberMoved,
    MemberPresent,
    MemberRejoined,
    MemberTitleRecorded,
    MemberTitleStruck,
    MemberUnknown,
    MergeMember,
    MoveMember,
    OtherMemberUnknown,
    OutOfOrder,
    RecordDiscipline,
    RecordedOtherwise,
    RejoinMember,
    ReportService,
    ServiceReported,
    UnitUnknown,
)
from domain.paper import check_issued
from domain.refusals import Invalid, NotYetHappened
from domain.titles import RecordTitle, StrikeTitle, to_record, to_strike

ALSO_OF_ERASED = (EraseMember, LeaveMember, LiftDiscipline)
"""What may still be said of a person whose data was erased: it ends what is on record, and adds nothing about them."""


def decide(command: Command, member: Member, facts: Facts, now: datetime) -> list[Event]:
    if isinstance(command, EnrolMember):
        return enrol(command, member, facts, local_day(now))
    if member.enrolled is None:
        raise MemberUnknown()
    _check_not_erased(command, member)
    if isinstance(command, EraseMember):
        return erase(command, member, facts, local_day(now))
    if isinstance(command, MergeMember):
        return merge(command, member, facts)
    if isinstance(command, LeaveMember | RejoinMember):
        return come_and_go(command, member, facts, local_day(now))
    if isinstance(command, RecordTitle | StrikeTitle):
        return keep_titles(command, member, local_day(now))
    if member.status is not Status.ACTIVE:
        raise MemberGone(status=member.status.value, into=member.merged_into)
    today = local_day(now)
    if isinstance(command, MoveMember | ChangeEmployment) and command.on > today:
        raise NotYetHappened(field="on", reason=f"lies after today, {today.isoformat()}")
    match command:
        case MoveMember():
            return move(command, member, facts)
        case ChangeEmployment():
            return change_employment(command, member)
        case RecordDiscipline():
            return record_discipline(command, member, today)
        case LiftDiscipline():
            return lift_discipline(command, member)
        case ReportService():
            return report_service(command, member, today)
        case _:
            assert_never(command)


def _check_not_erased(command: Command, member: Member) -> None:
    if member.erased is not None and not isinstance(command, ALSO_OF_ERASED):
        raise IsErased()


def enrol(command: EnrolMember, member: Member, facts: Facts, today: date) -> list[Event]:
    assert command.person_id is not None, "the stream's id is filled in before a command is decided"
    enrolled = MemberEnrolled(
        person_id=command.person_id,
        unit_id=command.unit_id,
        code=command.code,
        full_name=command.full_name,
        identity=command.identity,
        employment=command.employment,
        joined_on=command.joined_on,
        read_at=facts.read,
    )
    if member.enrolled is not None:
        if msgspec.structs.replace(enrolled, read_at=member.enrolled.read_at) == member.enrolled:
            return []
        raise EnrolledOtherwise(code=member.enrolled.code)
    if command.joined_on > today:
        raise NotYetHappened(field="joined_on", reason=f"lies after today, {today.isoformat()}")
    if not facts.unit_open:
        raise UnitUnknown(unit_id=command.unit_id)
    return [enrolled]


def move(command: MoveMember, member: Member, facts: Facts) -> list[Event]:
    if command.unit_id == member.unit_id:
        return []
    if not facts.unit_open:
        raise UnitUnknown(unit_id=command.unit_id)
    if command.on < member.units[-1][0]:
        raise OutOfOrder(on=command.on, last=member.units[-1][0])
    return [MemberMoved(unit_id=command.unit_id, on=command.on, read_at=facts.read)]


def change_employment(command: ChangeEmployment, member: Member) -> list[Event]:
    if command.employment == member.employment:
        return []
    if command.on < member.employments[-1][0]:
        raise OutOfOrder(on=command.on, last=member.employments[-1][0])
    return [EmploymentChanged(employment=command.employment, on=command.on)]


def record_discipline(command: RecordDiscipline, member: Member, today: date) -> list[Event]:
    if command.on > today:
        raise Invalid(field="on", reason="a discipline cannot be recorded before its day")
    if command.until is not None and command.until < command.on:
        raise Invalid(field="until", reason="lies before the day that it begins")
    recorded = DisciplineRecorded(kind=command.kind, on=command.on, until=command.until, ground=command.ground)
    for known in member.recorded:
        if (known.kind, known.on) == (command.kind, command.on):
            if known == recorded:
                return []
            raise RecordedOtherwise(kind=known.kind, on=known.on, until=known.until)
    return [recorded]


def lift_discipline(command: LiftDiscipline, member: Member) -> list[Event]:
    known = next((d for d in member.disciplines if (d.kind, d.on) == (command.kind, command.on)), None)
    if known is None:
        raise DisciplineUnknown(kind=command.kind, on=command.on)
    if known.lifted_on == command.lifted_on:
        return []
    if known.lifted_on is not None:
        raise RecordedOtherwise(kind=known.kind, on=known.on, lifted_on=known.lifted_on)
    if command.lifted_on < command.on:
        raise Invalid(field="lifted_on", reason="lies before the day that the discipline began")
    return [DisciplineLifted(kind=command.kind, on=command.on, lifted_on=command.lifted_on)]


def report_service(command: ReportService, member: Member, today: date) -> list[Event]:
    if command.year > today.year:
        raise Invalid(field="year", reason="lies in the future")
    reported = ServiceReported(
        year=command.year,
        months_of_service=command.months_of_service,
        absent_days=command.absent_days,
        maternity=command.maternity,
    )
    return [] if member.service(command.year) == reported else [reported]  # Another report corrects the first.


def merge(command: MergeMember, member: Member, facts: Facts) -> list[Event]:
    if member.merged_into == command.into:
        return []
    if member.status is Status.MERGED:
        raise MemberGone(status=member.status.value, into=member.merged_into)
    if member.enrolled is not None and command.into == member.enrolled.person_id:
        raise Invalid(field="into", reason="a record cannot be merged into itself")
    if not facts.other_active:
        raise OtherMemberUnknown(into=command.into)
    return [MemberMerged(into=command.into, read_at=facts.read)]


def come_and_go(command: LeaveMember | RejoinMember, member: Member, facts: Facts, today: date) -> list[Event]:
    if isinstance(command, LeaveMember):
        return leave(command, member, today)
    return rejoin(command, member, facts, today)


def leave(command: LeaveMember, member: Member, today: date) -> list[Event]:
    if member.left_on == command.on:
        return []
    if member.status is not Status.ACTIVE:
        raise MemberGone(status=member.status.value, into=member.merged_into)
    last = max(member.units[-1][0], member.employments[-1][0])
    if command.on < last:
        raise OutOfOrder(on=command.on, last=last)
    if command.on > today:
        raise NotYetHappened(field="on", reason=f"lies after today, {today.isoformat()}")
    return [MemberLeft(on=command.on)]


def rejoin(command: RejoinMember, member: Member, facts: Facts, today: date) -> list[Event]:
    if member.status is Status.MERGED:
        raise MemberGone(status=member.status.value, into=member.merged_into)
    employment = command.employment or member.employments[-1][1]
    if member.left_on is None:
        if (command.on, command.unit_id) == member.units[-1] and (command.on, employment) in member.employments:
            return []
        raise MemberPresent(unit_id=member.unit_id)
    if command.on > today:
        raise NotYetHappened(field="on", reason=f"lies after today, {today.isoformat()}")
    if command.on < member.left_on:
        raise OutOfOrder(on=command.on, last=member.left_on)
    if not facts.unit_open:
        raise UnitUnknown(unit_id=command.unit_id)
    return [MemberRejoined(unit_id=command.unit_id, employment=employment, on=command.on, read_at=facts.read)]


def keep_titles(command: RecordTitle | StrikeTitle, member: Member, today: date) -> list[Event]:
    """Also of somebody who has left; the titles of a merged record are kept by the record that goes on."""
    if member.status is Status.MERGED:
        raise MemberGone(status=member.status.value, into=member.merged_into)
    if isinstance(command, RecordTitle):
        recorded: Any = to_record(command, member.titles, today)
        return [] if recorded is None else [MemberTitleRecorded(**recorded)]
    struck: Any = to_strike(command, member.titles, today)
    return [] if struck is None else [MemberTitleStruck(**struck)]


def erase(command: EraseMember, member: Member, facts: Facts, today: date) -> list[Event]:
    """Also of somebody who has left. What was merged into another record goes with that one."""
    if member.erased is not None:
        return []  # Whatever the ground: nothing is left that could be erased once more.
    if member.status is Status.MERGED:
        raise MemberGone(status=member.status.value, into=member.merged_into)
    if command.ground == "request" and command.request_id is None:
        raise Invalid(field="request_id", reason="the ground is a request: name it")
    check_issued(command.document, today)
    return [
        MemberErased(
            ground=command.ground,
            document=command.document,
            request_id=command.request_id,
            keys=facts.keys,
            read_at=facts.read,
        )
    ]
