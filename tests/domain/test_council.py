from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from domain.council import COUNCIL
from domain.council.messages import (
    AttendanceRecorded,
    CampaignNotOpen,
    CancelSession,
    CheckQuota,
    ConveneCouncil,
    ConvenedOtherwise,
    DecisionIssued,
    Denominator,
    Dossier,
    DossierNotReady,
    DossierUnknown,
    Facts,
    IssueDecision,
    ListDossiers,
    NotYetMet,
    PublishedTooShort,
    QuotaExceeded,
    RecordAttendance,
    RecordedOtherwise,
    RecordResult,
    Seat,
    SessionCancelled,
    SessionUnknown,
    Tally,
    TitleUnknown,
    UnitUnknown,
    WrongState,
)
from domain.paper import Document
from domain.refusals import Invalid, NotYetHappened
from domain.rules import PublicationWorkingDaysMin, Quorum, QuotaShareMax, RuleSet, VoteShareMin
from tests.support.scenario import carried_out, given, next_events

UNIT, CAMPAIGN, FIRST, SECOND, STRANGER = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 6))
LAW: dict[str, Any] = {"source": "law", "cites": "Nghị định 98/2023, Điều 46"}
RULES = RuleSet(
    code="cong-nhan-gioi", name="Công nhân giỏi", issuer="Liên đoàn A", source="assumed", cites="giả định",
    rules=(
        PublicationWorkingDaysMin(**LAW, days=10),
        Quorum(**LAW, numerator=2, denominator=3),
        VoteShareMin(**LAW, share_x100=9_000),
        QuotaShareMax(**LAW, of="de-nghi", share_x100=5_000),
    ),
)  # fmt: skip
ROSTER = tuple(Seat(seat=f"ghe-{number}", office="Ủy viên") for number in range(1, 11))
SEATS = tuple(seat.seat for seat in ROSTER)
MEETS_ON = date(2024, 6, 28)


def paper(number: str, issued: str = "2024-06-28") -> Document:
    return Document(kind="Quyết định", number=number, issued=issued, title="Khen thưởng", issuer="Liên đoàn A")


def dossier(award_id: str, since: date = date(2024, 6, 10), *, ready: bool = True) -> Dossier:
    return Dossier(award_id=award_id, ready=ready, published_from=since, published_until=date(2024, 6, 30))


def whole(number: int) -> Facts:
    return Facts(denominators=(Denominator(of="de-nghi", whole=number, frozen_on=date(2024, 6, 1)),))


convene = ConveneCouncil(
    unit_id=UNIT, campaign_id=CAMPAIGN, title="cong-nhan-gioi", meets_on=MEETS_ON, roster=ROSTER, chair="ghe-1"
)
OPEN = Facts(campaign_open=True, unit_known=True, rule_set=RULES)
list_both = ListDossiers(award_ids=(FIRST, SECOND))
BOTH = Facts(dossiers=(dossier(FIRST), dossier(SECOND)))
attend = RecordAttendance(present=SEATS[:8], in_writing=SEATS[8:])
record = RecordResult(
    minutes=paper("01/BB"),
    ballots_issued=10,
    returned_in_room=8,
    returned_in_writing=2,
    tallies=(
        Tally(award_id=FIRST, votes_for=9, votes_against=1),
        Tally(award_id=SECOND, votes_for=8, votes_against=1, votes_invalid=1),
    ),
)
issue = IssueDecision(decision=paper("100/QĐ"), signing_body="Ban Thường vụ")

convened = carried_out(COUNCIL, (convene, OPEN))
listed = carried_out(COUNCIL, (convene, OPEN), (list_both, BOTH))
attended = carried_out(COUNCIL, (convene, OPEN), (list_both, BOTH), attend)
counted = carried_out(COUNCIL, (convene, OPEN), (list_both, BOTH), attend, record)
checked = (*counted, *next_events(COUNCIL, counted, CheckQuota(), whole(4)))
decided = (*checked, *next_events(COUNCIL, checked, issue))


def changed(command: Any, **parts: Any) -> Any:
    return msgspec.structs.replace(command, **parts)


def test_a_council_is_convened_with_its_rules_pinned() -> None:
    assert convened[0].rule_set == RULES
    given(COUNCIL, *convened).when(convene, OPEN).then()
    other = changed(convene, meets_on=date(2024, 6, 29))
    given(COUNCIL, *convened).when(other, OPEN).then_refused(ConvenedOtherwise)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"unit_known": False}, UnitUnknown),
        ({"campaign_open": False}, CampaignNotOpen),
        ({"rule_set": None}, TitleUnknown),
    ],
)
def test_a_council_needs_a_unit_a_campaign_and_a_title(facts: dict[str, Any], refusal: Any) -> None:
    given(COUNCIL).when(convene, changed(OPEN, **facts)).then_refused(refusal)


def test_each_seat_and_each_person_is_on_the_roster_once() -> None:
    twice = changed(convene, roster=(*ROSTER, ROSTER[0]))
    given(COUNCIL).when(twice, OPEN).then_refused(Invalid, field="roster[0].seat")
    person = tuple(changed(seat, person_id=STRANGER) for seat in ROSTER[:2])
    given(COUNCIL).when(changed(convene, roster=person), OPEN).then_refused(Invalid, field="roster")
    given(COUNCIL).when(changed(convene, chair="ghe-99"), OPEN).then_refused(Invalid, field="chair")


def test_published_dossiers_are_put_on_the_list() -> None:
    assert [one.award_id for one in COUNCIL.fold(listed).listed] == [FIRST, SECOND]
    given(COUNCIL, *listed).when(list_both, BOTH).then()
    given(COUNCIL).when(list_both, BOTH).then_refused(SessionUnknown)


def test_what_is_unknown_held_or_published_too_late_is_not_put_on_the_list() -> None:
    one = ListDossiers(award_ids=(FIRST,))
    given(COUNCIL, *convened).when(one, Facts()).then_refused(DossierUnknown, award_id=FIRST)
    held = Facts(dossiers=(dossier(FIRST, ready=False),))
    given(COUNCIL, *convened).when(one, held).then_refused(DossierNotReady)
    short = Facts(dossiers=(dossier(FIRST, date(2024, 6, 20)),))
    given(COUNCIL, *convened).when(one, short).then_refused(PublishedTooShort, award_id=FIRST)


def test_attendance_says_who_voted_and_nothing_of_what() -> None:
    assert attended[-1] == AttendanceRecorded(present=SEATS[:8], in_writing=SEATS[8:])
    given(COUNCIL, *attended).when(attend).then()
    corrected = AttendanceRecorded(present=SEATS[:7], in_writing=())
    given(COUNCIL, *attended).when(RecordAttendance(present=SEATS[:7])).then(corrected)
    given(COUNCIL, *counted).when(RecordAttendance(present=SEATS[:7])).then_refused(WrongState)
    before = datetime(2024, 6, 27, 16, tzinfo=UTC)
    given(COUNCIL, *listed).when(attend, None, before).then_refused(NotYetMet)


def test_nobody_votes_twice_and_only_seats_vote() -> None:
    both = RecordAttendance(present=SEATS[:8], in_writing=SEATS[7:8])
    given(COUNCIL, *listed).when(both).then_refused(Invalid, field="in_writing[0]")
    guest = RecordAttendance(present=("khach",))
    given(COUNCIL, *listed).when(guest).then_refused(Invalid, field="present[0]")


def test_the_share_counts_against_the_full_roster() -> None:
    session = COUNCIL.fold(counted)
    assert session.approved() == (FIRST,)
    second = session.count_of(SECOND)
    assert second is not None
    assert [(reason.rule, reason.outcome) for reason in second.reasons] == [
        ("quorum", "for"),
        ("vote-share-min", "against"),
    ]


def test_without_a_quorum_nothing_is_approved() -> None:
    few = carried_out(
        COUNCIL, (convene, OPEN), (list_both, BOTH), RecordAttendance(present=SEATS[:6], in_writing=SEATS[6:])
    )
    unanimous = changed(
        record,
        returned_in_room=6,
        returned_in_writing=4,
        tallies=tuple(Tally(award_id=one, votes_for=10, votes_against=0) for one in (FIRST, SECOND)),
    )
    (result,) = next_events(COUNCIL, few, unanimous)
    assert not any(one.approved for one in result.counted)


def test_the_result_is_recorded_once() -> None:
    given(COUNCIL, *counted).when(record).then()
    given(COUNCIL, *counted).when(changed(record, minutes=paper("02/BB"))).then_refused(RecordedOtherwise)
    given(COUNCIL, *listed).when(record).then_refused(WrongState, needs=["attendance"])
    ahead = changed(record, minutes=paper("01/BB", "2024-07-01"))
    given(COUNCIL, *attended).when(ahead).then_refused(NotYetHappened, field="minutes.issued")


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"ballots_issued": 11}, "ballots_issued"),
        ({"ballots_issued": 9}, "ballots_issued"),
        ({"returned_in_room": 9}, "returned_in_room"),
        ({"returned_in_writing": 3}, "returned_in_writing"),
        ({"returned_in_room": 7}, "tallies[0]"),
        ({"tallies": record.tallies[:1]}, "tallies"),
        ({"tallies": (record.tallies[0], changed(record.tallies[1], award_id=STRANGER))}, "tallies"),
    ],
)
def test_minutes_that_do_not_add_up_are_refused(parts: dict[str, Any], field: str) -> None:
    given(COUNCIL, *attended).when(changed(record, **parts)).then_refused(Invalid, field=field)


def test_a_session_without_a_list_has_nothing_to_count() -> None:
    nothing = changed(record, tallies=())
    given(COUNCIL, *carried_out(COUNCIL, (convene, OPEN), attend)).when(nothing).then_refused(Invalid, field="tallies")


def test_the_quota_is_checked_over_the_whole_list() -> None:
    assert checked[-1].fits
    given(COUNCIL, *checked).when(CheckQuota(), whole(4)).then()
    (over,) = next_events(COUNCIL, counted, CheckQuota(), whole(1))
    assert not over.fits
    given(COUNCIL, *counted, over).when(issue).then_refused(QuotaExceeded, checked=True)
    given(COUNCIL, *listed).when(CheckQuota(), whole(4)).then_refused(WrongState)


def test_an_approved_dossier_is_withheld_to_keep_the_quota() -> None:
    (less,) = next_events(COUNCIL, counted, CheckQuota(withheld=(FIRST,)), whole(1))
    assert (less.granted, less.fits) == ((), True)
    given(COUNCIL, *counted).when(CheckQuota(withheld=(SECOND,)), whole(1)).then_refused(Invalid, field="withheld[0]")


def test_one_decision_is_issued_for_the_list() -> None:
    assert decided[-1] == DecisionIssued(
        decision=paper("100/QĐ"), signing_body="Ban Thường vụ", granted=(FIRST,), not_granted=(SECOND,)
    )
    given(COUNCIL, *decided).when(issue).then()
    given(COUNCIL, *decided).when(changed(issue, decision=paper("101/QĐ"))).then_refused(RecordedOtherwise)
    given(COUNCIL, *counted).when(issue).then_refused(QuotaExceeded, checked=False)
    ahead = changed(issue, decision=paper("100/QĐ", "2024-07-01"))
    given(COUNCIL, *checked).when(ahead).then_refused(NotYetHappened, field="decision.issued")


def test_a_session_is_cancelled_before_its_decision() -> None:
    cancel, cancelled = CancelSession(reason="không đủ thành viên"), SessionCancelled(reason="không đủ thành viên")
    given(COUNCIL, *listed).when(cancel).then(cancelled)
    given(COUNCIL, *listed, cancelled).when(cancel).then()
    given(COUNCIL, *decided).when(cancel).then_refused(WrongState, status="decided")
    given(COUNCIL, *listed, cancelled).when(attend).then_refused(WrongState, status="cancelled")


def test_a_session_is_a_matter_of_the_unit_that_convened_it() -> None:
    assert COUNCIL.unit(convene, COUNCIL.initial) == UNIT
    assert COUNCIL.unit(record, COUNCIL.fold(listed)) == UNIT
