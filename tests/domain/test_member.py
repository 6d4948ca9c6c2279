from datetime import date, timedelta

import msgspec

from domain.decider import Read
from domain.member import MEMBER
from domain.member.messages import (
    ChangeEmployment,
    DisciplineLifted,
    DisciplineRecorded,
    DisciplineUnknown,
    EmploymentChanged,
    EnrolledOtherwise,
    EnrolMember,
    EraseMember,
    Facts,
    IsErased,
    KeyDestroyed,
    LeaveMember,
    LiftDiscipline,
    MemberEnrolled,
    MemberErased,
    MemberGone,
    MemberLeft,
    MemberMerged,
    MemberMoved,
    MemberUnknown,
    MergeMember,
    MoveMember,
    OtherMemberUnknown,
    OutOfOrder,
    RecordDiscipline,
    RecordedOtherwise,
    ReportService,
    ServiceReported,
    UnitUnknown,
)
from domain.refusals import Invalid, NotYetHappened
from tests.support.directives import PLAN
from tests.support.scenario import NOON, given

PERSON, UNIT, OTHER_UNIT, OTHER = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3, 4))
JOINED = date(2015, 3, 1)
READ = (Read(stream=f"unit-{UNIT}", version=1),)
OPEN = Facts(unit_open=True, read=READ)

enrol = EnrolMember(
    person_id=PERSON, unit_id=UNIT, code="NLĐ-001", full_name="Người lao động 001", employment="direct-worker",
    joined_on=JOINED,
)  # fmt: skip
enrolled = MemberEnrolled(
    person_id=PERSON, unit_id=UNIT, code="NLĐ-001", full_name="Người lao động 001", identity=None,
    employment="direct-worker", joined_on=JOINED, read_at=READ,
)  # fmt: skip
discipline = RecordDiscipline(kind="warning", on=date(2024, 2, 1), until=date(2025, 1, 31), ground="căn cứ")
recorded = DisciplineRecorded(kind="warning", on=date(2024, 2, 1), until=date(2025, 1, 31), ground="căn cứ")
left = MemberLeft(on=date(2024, 5, 1))
merged = MemberMerged(into=OTHER, read_at=READ)
KEYS = Facts(keys=(KeyDestroyed(subject=PERSON, commitment="ab" * 32),), read=READ)
erase = EraseMember(ground="purpose-ended", document=PLAN)
erased = MemberErased(ground="purpose-ended", document=PLAN, request_id=None, keys=KEYS.keys, read_at=READ)


def test_a_person_is_enrolled_under_an_opaque_id() -> None:
    given(MEMBER).when(enrol, OPEN).then(enrolled)
    given(MEMBER, enrolled).when(enrol, OPEN).then()
    assert MEMBER.person(enrol, MEMBER.initial) == PERSON
    assert MEMBER.unit(enrol, MEMBER.initial) == UNIT


def test_nobody_is_enrolled_from_a_day_to_come() -> None:
    tomorrow = msgspec.structs.replace(enrol, joined_on=NOON.date() + timedelta(days=1))
    given(MEMBER).when(tomorrow, OPEN).then_refused(NotYetHappened, field="joined_on")


def test_enrolling_somebody_else_under_the_same_id_is_refused() -> None:
    other = EnrolMember(
        person_id=PERSON, unit_id=UNIT, code="NLĐ-002", full_name="Người lao động 002", employment="other",
        joined_on=JOINED,
    )  # fmt: skip
    given(MEMBER, enrolled).when(other, OPEN).then_refused(EnrolledOtherwise, code="NLĐ-001")


def test_nobody_is_enrolled_in_a_unit_that_does_not_exist() -> None:
    given(MEMBER).when(enrol, Facts()).then_refused(UnitUnknown, unit_id=UNIT)


def test_a_member_moves_to_another_unit() -> None:
    move = MoveMember(unit_id=OTHER_UNIT, on=date(2024, 1, 1))
    moved = MemberMoved(unit_id=OTHER_UNIT, on=date(2024, 1, 1), read_at=READ)
    given(MEMBER, enrolled).when(move, OPEN).then(moved)
    given(MEMBER, enrolled, moved).when(move, OPEN).then()
    given(MEMBER, enrolled).when(move, Facts()).then_refused(UnitUnknown)
    given(MEMBER, enrolled).when(MoveMember(unit_id=OTHER_UNIT, on=date(2014, 1, 1)), OPEN).then_refused(OutOfOrder)
    assert MEMBER.fold([enrolled, moved]).unit_id == OTHER_UNIT


def test_the_kind_of_work_changes_from_a_day_on() -> None:
    change = ChangeEmployment(employment="leader", on=date(2024, 1, 1))
    changed = EmploymentChanged(employment="leader", on=date(2024, 1, 1))
    given(MEMBER, enrolled).when(change).then(changed)
    given(MEMBER, enrolled, changed).when(change).then()
    given(MEMBER, enrolled).when(ChangeEmployment(employment="other", on=date(2014, 1, 1))).then_refused(OutOfOrder)


def test_a_discipline_is_recorded_with_its_ground_sealed_and_its_days_readable() -> None:
    given(MEMBER, enrolled).when(discipline).then(recorded)
    given(MEMBER, enrolled, recorded).when(discipline).then()
    longer = RecordDiscipline(kind="warning", on=date(2024, 2, 1), ground="căn cứ")
    given(MEMBER, enrolled, recorded).when(longer).then_refused(RecordedOtherwise)
    given(MEMBER).when(discipline).then_refused(MemberUnknown)


def test_a_discipline_lies_in_no_future_and_ends_after_it_begins() -> None:
    later = RecordDiscipline(kind="reprimand", on=date(2024, 7, 1), ground="")
    given(MEMBER, enrolled).when(later).then_refused(Invalid, field="on")
    backwards = RecordDiscipline(kind="reprimand", on=date(2024, 3, 1), until=date(2024, 2, 1), ground="")
    given(MEMBER, enrolled).when(backwards).then_refused(Invalid, field="until")


def test_a_discipline_is_lifted_before_its_time() -> None:
    lift = LiftDiscipline(kind="warning", on=date(2024, 2, 1), lifted_on=date(2024, 6, 1))
    lifted = DisciplineLifted(kind="warning", on=date(2024, 2, 1), lifted_on=date(2024, 6, 1))
    given(MEMBER, enrolled, recorded).when(lift).then(lifted)
    given(MEMBER, enrolled, recorded, lifted).when(lift).then()
    given(MEMBER, enrolled).when(lift).then_refused(DisciplineUnknown)
    (known,) = MEMBER.fold([enrolled, recorded, lifted]).disciplines
    assert known.runs_after(date(2024, 6, 1))
    assert not known.runs_after(date(2024, 6, 2))


def test_service_is_reported_by_year_and_a_later_report_corrects_it() -> None:
    report = ReportService(year=2023, months_of_service=12, absent_days=3)
    reported = ServiceReported(year=2023, months_of_service=12, absent_days=3, maternity=False)
    given(MEMBER, enrolled).when(report).then(reported)
    given(MEMBER, enrolled, reported).when(report).then()
    corrected = ServiceReported(year=2023, months_of_service=12, absent_days=40, maternity=True)
    again = ReportService(year=2023, months_of_service=12, absent_days=40, maternity=True)
    given(MEMBER, enrolled, reported).when(again).then(corrected)
    assert MEMBER.fold([enrolled, reported, corrected]).service(2023) == corrected
    ahead = ReportService(year=2025, months_of_service=1, absent_days=0)
    given(MEMBER, enrolled).when(ahead).then_refused(Invalid, field="year")


def test_two_records_of_one_person_are_merged() -> None:
    known = Facts(other_active=True, read=READ)
    given(MEMBER, enrolled).when(MergeMember(into=OTHER), known).then(merged)
    given(MEMBER, enrolled, merged).when(MergeMember(into=OTHER), known).then()
    given(MEMBER, enrolled).when(MergeMember(into=OTHER), Facts()).then_refused(OtherMemberUnknown)
    given(MEMBER, enrolled).when(MergeMember(into=PERSON), known).then_refused(Invalid, field="into")
    given(MEMBER, enrolled, merged).when(MoveMember(unit_id=OTHER_UNIT, on=JOINED), OPEN).then_refused(MemberGone)


def test_a_member_leaves_once() -> None:
    given(MEMBER, enrolled).when(LeaveMember(on=date(2024, 5, 1))).then(left)
    given(MEMBER, enrolled, left).when(LeaveMember(on=date(2024, 5, 1))).then()
    given(MEMBER, enrolled, left).when(LeaveMember(on=date(2024, 6, 1))).then_refused(MemberGone)
    given(MEMBER, enrolled).when(LeaveMember(on=date(2014, 1, 1))).then_refused(OutOfOrder)


def test_nobody_leaves_before_the_last_change_of_what_they_work_as() -> None:
    promoted = EmploymentChanged(employment="leader", on=date(2024, 5, 1))
    given(MEMBER, enrolled, promoted).when(LeaveMember(on=date(2024, 4, 30))).then_refused(OutOfOrder)
    given(MEMBER, enrolled, promoted).when(LeaveMember(on=date(2024, 5, 1))).then(left)


def test_a_change_of_tomorrow_is_refused_because_it_would_hold_today() -> None:
    tomorrow = date(2024, 7, 1)
    for command in (
        MoveMember(unit_id=OTHER_UNIT, on=tomorrow),
        ChangeEmployment(employment="leader", on=tomorrow),
        LeaveMember(on=tomorrow),
    ):
        given(MEMBER, enrolled).when(command, OPEN).then_refused(NotYetHappened, field="on")


def test_a_person_is_erased_once_with_every_key() -> None:
    given(MEMBER, enrolled).when(erase, KEYS).then(erased)
    given(MEMBER, enrolled, left).when(erase, KEYS).then(erased)
    given(MEMBER, enrolled, erased).when(erase, KEYS).then()
    given(MEMBER, enrolled, erased).when(msgspec.structs.replace(erase, ground="law"), KEYS).then()
    given(MEMBER).when(erase, KEYS).then_refused(MemberUnknown)


def test_a_record_that_was_merged_goes_with_the_one_that_goes_on() -> None:
    given(MEMBER, enrolled, merged).when(erase, KEYS).then_refused(MemberGone, into=OTHER)


def test_an_erasure_that_answers_a_request_names_it_and_its_paper_is_not_of_tomorrow() -> None:
    asked = msgspec.structs.replace(erase, ground="request")
    given(MEMBER, enrolled).when(asked, KEYS).then_refused(Invalid, field="request_id")
    late = msgspec.structs.replace(erase, document=msgspec.structs.replace(PLAN, issued="2024-07"))
    given(MEMBER, enrolled).when(late, KEYS).then_refused(NotYetHappened, field="document.issued")


def test_of_somebody_erased_only_what_ends_something_is_recorded() -> None:
    history = (enrolled, recorded, erased)
    for command in (
        discipline,
        MoveMember(unit_id=OTHER_UNIT, on=date(2024, 4, 1)),
        ChangeEmployment(employment="leader", on=date(2024, 4, 1)),
        ReportService(year=2023, months_of_service=12, absent_days=0),
        MergeMember(into=OTHER),
    ):
        given(MEMBER, *history).when(command, OPEN).then_refused(IsErased)
    given(MEMBER, *history).when(LeaveMember(on=left.on)).then(left)
    lift = LiftDiscipline(kind="warning", on=date(2024, 2, 1), lifted_on=date(2024, 6, 1))
    lifted = DisciplineLifted(kind="warning", on=date(2024, 2, 1), lifted_on=date(2024, 6, 1))
    given(MEMBER, *history).when(lift).then(lifted)
