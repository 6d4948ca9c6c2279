from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from domain.council import COUNCIL
from domain.council.messages import (
    AttendanceRecorded,
    CancelSession,
    CheckQuota,
    ConveneCouncil,
    DecisionIssued,
    Denominator,
    Dossier,
    Facts,
    IssueDecision,
    ListDossiers,
    MoveSession,
    RecordAttendance,
    RecordRecusal,
    RecordResult,
    RecusalRecorded,
    ReplaceSeat,
    Seat,
    SeatReplaced,
    SessionCancelled,
    Tally,
)
from domain.council.refusals import (
    CampaignNotOpen,
    ConvenedOtherwise,
    DossierNotReady,
    DossierOnHold,
    DossierUnknown,
    NoQuorum,
    NotRecused,
    NotYetMet,
    OffRoster,
    PublishedTooShort,
    QuotaExceeded,
    RecordedOtherwise,
    SecondVote,
    SessionUnknown,
    TitleUnknown,
    UnitUnknown,
    WrongState,
)
from domain.paper import Document, Signature
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
counted = carried_out(COUNCIL, (convene, OPEN), (list_both, BOTH), attend, (record, BOTH))
checked = (*counted, *next_events(COUNCIL, counted, CheckQuota(), whole(4)))
decided = (*checked, *next_events(COUNCIL, checked, issue, BOTH))


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
    given(COUNCIL, *listed).when(both).then_refused(SecondVote, field="in_writing[0]", seat="ghe-8")
    guest = RecordAttendance(present=("khach",))
    given(COUNCIL, *listed).when(guest).then_refused(OffRoster, field="present[0]", seat="khach")


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
    (result,) = next_events(COUNCIL, few, unanimous, BOTH)
    assert not any(one.approved for one in result.counted)


def test_the_result_is_recorded_once() -> None:
    given(COUNCIL, *counted).when(record, BOTH).then()
    given(COUNCIL, *counted).when(changed(record, minutes=paper("02/BB"))).then_refused(RecordedOtherwise)
    given(COUNCIL, *listed).when(record, BOTH).then_refused(WrongState, needs=["attendance"])
    ahead = changed(record, minutes=paper("01/BB", "2024-07-01"))
    given(COUNCIL, *attended).when(ahead, BOTH).then_refused(NotYetHappened, field="minutes.issued")


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
    given(COUNCIL, *attended).when(changed(record, **parts), BOTH).then_refused(Invalid, field=field)


def test_a_session_without_a_list_has_nothing_to_count() -> None:
    nothing = changed(record, tallies=())
    given(COUNCIL, *carried_out(COUNCIL, (convene, OPEN), attend)).when(nothing, Facts()).then_refused(
        Invalid, field="tallies"
    )


def test_the_quota_is_checked_over_the_whole_list() -> None:
    assert checked[-1].fits
    given(COUNCIL, *checked).when(CheckQuota(), whole(4)).then()
    (over,) = next_events(COUNCIL, counted, CheckQuota(), whole(1))
    assert not over.fits
    given(COUNCIL, *counted, over).when(issue, BOTH).then_refused(QuotaExceeded, checked=True)
    given(COUNCIL, *listed).when(CheckQuota(), whole(4)).then_refused(WrongState)


def test_an_approved_dossier_is_withheld_to_keep_the_quota() -> None:
    (less,) = next_events(COUNCIL, counted, CheckQuota(withheld=(FIRST,)), whole(1))
    assert (less.granted, less.fits) == ((), True)
    given(COUNCIL, *counted).when(CheckQuota(withheld=(SECOND,)), whole(1)).then_refused(Invalid, field="withheld[0]")


def test_one_decision_is_issued_for_the_list() -> None:
    assert decided[-1] == DecisionIssued(
        decision=paper("100/QĐ"), signing_body="Ban Thường vụ", granted=(FIRST,), not_granted=(SECOND,)
    )
    given(COUNCIL, *decided).when(issue, BOTH).then()
    given(COUNCIL, *decided).when(changed(issue, decision=paper("101/QĐ"))).then_refused(RecordedOtherwise)
    given(COUNCIL, *counted).when(issue, BOTH).then_refused(QuotaExceeded, checked=False)
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


# --- Who does not vote, who sits where, and when --------------------------------

mine = Facts(dossiers=(changed(dossier(FIRST), person_id=STRANGER), dossier(SECOND)))
held_by_stranger = (
    *listed,
    *next_events(COUNCIL, listed, ReplaceSeat(seat="ghe-2", office="Ủy viên", person_id=STRANGER)),
)
withdraw = RecordRecusal(seat="ghe-2", award_ids=(FIRST,), conflict="own-award", reason="sealed:1:a:b")
withdrawn = (*held_by_stranger, *next_events(COUNCIL, held_by_stranger, withdraw))


def test_a_seat_withdraws_from_a_dossier_before_the_count() -> None:
    given(COUNCIL, *held_by_stranger).when(withdraw).then(
        RecusalRecorded(seat="ghe-2", award_ids=(FIRST,), conflict="own-award", reason="sealed:1:a:b")
    )
    given(COUNCIL, *withdrawn).when(withdraw).then()
    given(COUNCIL, *withdrawn).when(changed(withdraw, conflict="relative")).then_refused(RecordedOtherwise)
    given(COUNCIL, *withdrawn).when(changed(withdraw, award_ids=None)).then_refused(RecordedOtherwise)
    given(COUNCIL, *listed).when(changed(withdraw, seat="khach")).then_refused(OffRoster, seat="khach")
    given(COUNCIL, *listed).when(changed(withdraw, award_ids=(STRANGER,))).then_refused(Invalid, field="award_ids[0]")
    given(COUNCIL, *counted).when(withdraw).then_refused(WrongState)


def test_who_has_withdrawn_from_all_has_withdrawn_from_what_is_listed_afterwards() -> None:
    everything = changed(withdraw, award_ids=None)
    history = carried_out(COUNCIL, (convene, OPEN), everything, (list_both, BOTH))
    assert COUNCIL.fold(history).recused_from(SECOND) == {"ghe-2"}
    given(COUNCIL, *history).when(everything).then()
    given(COUNCIL, *history).when(withdraw).then_refused(RecordedOtherwise, seat="ghe-2")


def test_nobody_votes_on_their_own_dossier() -> None:
    voted = (*held_by_stranger, *next_events(COUNCIL, held_by_stranger, attend))
    given(COUNCIL, *voted).when(record, mine).then_refused(NotRecused, seat="ghe-2", award_id=FIRST)
    without = changed(record, tallies=(Tally(award_id=FIRST, votes_for=9, votes_against=0), record.tallies[1]))
    given(COUNCIL, *voted).when(without, mine).then_refused(NotRecused, seat="ghe-2", award_id=FIRST)


def test_a_dossier_has_fewer_ballots_than_voters_by_those_who_withdrew() -> None:
    voted = (*withdrawn, *next_events(COUNCIL, withdrawn, attend))
    given(COUNCIL, *voted).when(record, mine).then_refused(Invalid, field="tallies[0]")
    one_less = changed(record, tallies=(Tally(award_id=FIRST, votes_for=9, votes_against=0), record.tallies[1]))
    (result,) = next_events(COUNCIL, voted, one_less, mine)
    assert [count.vote.recused for count in result.counted] == [1, 0]
    two_less = changed(record, tallies=(Tally(award_id=FIRST, votes_for=8, votes_against=0), record.tallies[1]))
    given(COUNCIL, *voted).when(two_less, mine).then_refused(Invalid, field="tallies[0]")


def test_a_seat_changes_hands_before_the_session_and_takes_its_recusals_along() -> None:
    replace = ReplaceSeat(seat="ghe-2", office="Phó Chủ tịch", person_id=UNIT)
    replaced = SeatReplaced(seat="ghe-2", office="Phó Chủ tịch", person_id=UNIT)
    given(COUNCIL, *withdrawn).when(replace).then(replaced)
    given(COUNCIL, *withdrawn, replaced).when(replace).then()
    assert COUNCIL.fold((*withdrawn, replaced)).recused_from(FIRST) == frozenset()
    given(COUNCIL, *withdrawn).when(changed(replace, seat="khach")).then_refused(OffRoster)
    given(COUNCIL, *attended).when(replace).then_refused(RecordedOtherwise, what="attendance")
    given(COUNCIL, *counted).when(replace).then_refused(WrongState)
    twice = changed(replace, seat="ghe-3", person_id=STRANGER)
    given(COUNCIL, *withdrawn).when(twice).then_refused(Invalid, field="person_id")
    given(COUNCIL, *withdrawn, replaced).when(convene, OPEN).then()


def test_a_session_is_moved_and_the_publication_judged_again() -> None:
    later = MoveSession(meets_on=date(2024, 6, 29), reason="trùng hội nghị")
    (moved,) = next_events(COUNCIL, listed, later)
    session = COUNCIL.fold((*listed, moved))
    assert session.convened is not None
    assert session.convened.meets_on == date(2024, 6, 29)
    assert [reason.facts["meets_on"] for one in session.listed for reason in one.reasons] == ["2024-06-29"] * 2
    given(COUNCIL, *listed, moved).when(later).then()
    earlier = changed(later, meets_on=date(2024, 6, 20))
    given(COUNCIL, *listed).when(earlier).then_refused(PublishedTooShort, award_id=FIRST)
    given(COUNCIL, *attended).when(later).then_refused(RecordedOtherwise, what="attendance")


def test_the_chair_votes_too() -> None:
    alone = RecordAttendance(present=(convene.chair,))
    given(COUNCIL, *listed).when(alone).then(AttendanceRecorded(present=("ghe-1",), in_writing=()))


def test_nothing_is_decided_without_a_quorum_not_even_that_nobody_is_granted() -> None:
    few = carried_out(
        COUNCIL, (convene, OPEN), (list_both, BOTH), RecordAttendance(present=SEATS[:6], in_writing=SEATS[6:])
    )
    returned = changed(record, returned_in_room=6, returned_in_writing=4)
    few = (*few, *next_events(COUNCIL, few, returned, BOTH))
    few = (*few, *next_events(COUNCIL, few, CheckQuota(), whole(4)))
    given(COUNCIL, *few).when(issue, BOTH).then_refused(NoQuorum)


def test_a_dossier_that_was_put_on_hold_since_is_not_decided() -> None:
    held = Facts(dossiers=(changed(dossier(FIRST, ready=False), held=True), dossier(SECOND)))
    given(COUNCIL, *checked).when(issue, held).then_refused(DossierOnHold, award_id=FIRST)
    without = (*counted, *next_events(COUNCIL, counted, CheckQuota(withheld=(FIRST,)), whole(4)))
    (decision,) = next_events(COUNCIL, without, issue, held)
    assert decision.granted == ()


def test_a_decision_says_in_whose_place_it_is_signed() -> None:
    signed = changed(issue, signature=Signature(capacity="TM", body="Ban Thường vụ", office="Chủ tịch"))
    (decision,) = next_events(COUNCIL, checked, signed, BOTH)
    assert decision.signature == signed.signature
    given(COUNCIL, *checked, decision).when(signed, BOTH).then()
    given(COUNCIL, *checked, decision).when(issue, BOTH).then_refused(RecordedOtherwise, what="decision")
    deputy = Signature(capacity="KT", body="Ban Thường vụ", office="Phó Chủ tịch")
    wrong = changed(issue, signature=deputy)
    given(COUNCIL, *checked).when(wrong, BOTH).then_refused(Invalid, field="signature.for_office")
