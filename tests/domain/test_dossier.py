"""What is laid into a dossier, complained of, and given back after a revocation."""

from datetime import date, datetime
from typing import Any

import pytest

from domain.award import AWARD
from domain.award.complaints import (
    ComplaintReceived,
    ComplaintResolved,
    ComplaintSettled,
    ReceiveComplaint,
    ResolveAwardComplaint,
)
from domain.award.lay import lacking
from domain.award.messages import (
    AwardCorrected,
    AwardDeclined,
    AwardRecovered,
    AwardReleased,
    AwardRevoked,
    CheckEligibility,
    DeclineAward,
    HoldAward,
    RecordRecovery,
    ReleaseAward,
)
from domain.award.parts import (
    FILES_MAX,
    AttachPart,
    ConcurrenceRecorded,
    PartAttached,
    PartRemoved,
    RecordConcurrence,
    RemovePart,
)
from domain.award.refusals import (
    AttachedOtherwise,
    AwardUnknown,
    ComplaintTooLate,
    ComplaintUnknown,
    ConcurredOtherwise,
    DecidedOtherwise,
    NotHeld,
    OnHold,
    PartUnknown,
    RecoveredOtherwise,
    RecoveredTooMuch,
    ResolvedOtherwise,
    TooManyFiles,
    WrongState,
)
from domain.paper import Signature
from domain.refusals import Invalid, NotYetHappened
from domain.rules import Concurrence, Registered
from tests.domain.test_award import (
    CHECKING,
    DECIDING,
    LAW,
    NOMINATING,
    PERSON,
    RULES,
    TITLE,
    UNIT,
    appraise,
    changed,
    checked,
    correct,
    decide,
    decided,
    nominate,
    nominated,
    paper,
    present,
    presented,
    published,
    revoke,
    take_vote,
    voted,
)
from tests.support.scenario import NOON, carried_out, given, next_events

ONE, TWO = "a" * 64, "b" * 64
attach = AttachPart(
    part="minutes", name="bien-ban.pdf", media_type="application/pdf", size_bytes=10, address=ONE, content_sha256="s"
)
attached = PartAttached(
    part="minutes", name="bien-ban.pdf", media_type="application/pdf", size_bytes=10, address=ONE, content_sha256="s"
)
remove, removed = RemovePart(part="minutes", address=ONE), PartRemoved(part="minutes", address=ONE)
receive = ReceiveComplaint(
    received_on=date(2024, 6, 12), complaint="số liệu không đúng", complainant="Bà B", channel="Đơn gửi trực tiếp"
)
received = ComplaintReceived(
    number=1, received_on=date(2024, 6, 12), complaint="số liệu không đúng", complainant="Bà B",
    channel="Đơn gửi trực tiếp",
)  # fmt: skip
ANSWER: dict[str, Any] = {"number": 1, "answer": "đã xem xét", "document": paper("9/TB", "2024-06-30")}
dismiss = ResolveAwardComplaint(upheld=False, **ANSWER)
dismissed = ComplaintResolved(upheld=False, follows=None, **ANSWER)
later = changed(receive, received_on=date(2024, 6, 30))
later_received = changed(received, received_on=date(2024, 6, 30))


def upheld(follows: Any) -> Any:
    return ComplaintResolved(upheld=True, follows=follows, **ANSWER)


def uphold(follows: Any) -> Any:
    return ResolveAwardComplaint(upheld=True, follows=follows, **ANSWER)


# --- Parts ----------------------------------------------------------------------


def test_a_file_is_laid_in_once_and_its_kind_is_then_there() -> None:
    given(AWARD, *nominated).when(attach).then(attached)
    given(AWARD, *nominated, attached).when(attach).then()
    given(AWARD).when(attach).then_refused(AwardUnknown)
    renamed = changed(attach, name="khac.pdf")
    given(AWARD, *nominated, attached).when(renamed).then_refused(AttachedOtherwise, address=ONE)
    other = changed(attached, part="submission", address=TWO)
    assert AWARD.fold([*nominated, attached, other]).parts == ("minutes", "submission")


def test_several_files_of_a_kind_stand_beside_each_other() -> None:
    given(AWARD, *nominated, attached).when(changed(attach, address=TWO)).then(changed(attached, address=TWO))
    assert AWARD.fold([*nominated, attached, changed(attached, address=TWO)]).parts == ("minutes",)


def test_the_minutes_of_the_vote_still_come_in_and_nothing_after_the_decision() -> None:
    given(AWARD, *voted).when(attach).then(attached)
    given(AWARD, *decided).when(attach).then_refused(WrongState, status="decided")
    declined = AwardDeclined(obstacles=(), reason="không")
    given(AWARD, *voted, declined).when(attach).then_refused(WrongState, status="declined")


def test_a_dossier_has_room_for_so_many_files() -> None:
    full = tuple(changed(attached, address=f"{number:064x}") for number in range(FILES_MAX))
    given(AWARD, *nominated, *full).when(attach).then_refused(TooManyFiles, files_max=FILES_MAX)
    given(AWARD, *nominated, *full[1:]).when(attach).then(attached)


def test_a_file_is_taken_out_before_the_vote_only() -> None:
    given(AWARD, *published, attached).when(remove).then(removed)
    given(AWARD, *published, attached, removed).when(remove).then()
    given(AWARD, *published).when(remove).then_refused(PartUnknown, address=ONE)
    given(AWARD, *published, attached).when(changed(remove, part="other")).then_refused(PartUnknown)
    given(AWARD, *voted, attached).when(remove).then_refused(WrongState, status="voted")
    assert AWARD.fold([*nominated, attached, removed]).parts == ()
    given(AWARD, *nominated, attached, removed).when(attach).then(attached)


class AsksForParts(Registered, frozen=True, kw_only=True):
    parts: tuple[str, ...]


def test_what_a_dossier_lacks_is_what_a_rule_names_and_nobody_laid_in() -> None:
    asked = AsksForParts(**LAW, parts=("submission", "minutes", "initiative-certificate"))
    twice = changed(RULES, rules=(*RULES.rules, asked, asked))
    assert lacking(twice, AWARD.fold(nominated)) == asked.parts
    assert lacking(twice, AWARD.fold([*nominated, attached])) == ("submission", "initiative-certificate")
    assert lacking(RULES, AWARD.fold(nominated)) == lacking(None, AWARD.fold(nominated)) == ()


def test_the_unit_itself_lays_files_in_under_the_persons_key() -> None:
    award = AWARD.fold(nominated)
    assert {AWARD.unit(command, award) for command in (attach, remove, receive)} == {UNIT}
    assert AWARD.person(attach, award) == PERSON


# --- Concurrence ----------------------------------------------------------------


def test_what_another_body_answers_is_recorded_and_a_later_paper_of_it_holds() -> None:
    letter = paper("15/CV", "2024-06-20")
    concur = RecordConcurrence(body="cong-an-tinh", body_name="Công an tỉnh", agrees=False, document=letter)
    said = ConcurrenceRecorded(body="cong-an-tinh", body_name="Công an tỉnh", agrees=False, document=letter)
    given(AWARD, *checked).when(concur).then(said)
    given(AWARD, *checked, said).when(concur).then()
    given(AWARD, *checked, said).when(changed(concur, agrees=True)).then_refused(ConcurredOtherwise, agrees=False)
    given(AWARD, *decided).when(concur).then_refused(WrongState)
    ahead = changed(concur, document=paper("16/CV", "2024-07-01"))
    given(AWARD, *checked).when(ahead).then_refused(NotYetHappened, field="document.issued")
    again = changed(said, agrees=True, document=paper("17/CV", "2024-06-28"))
    assert AWARD.fold([*checked, said]).concurrences == (Concurrence(body="cong-an-tinh", agrees=False),)
    assert AWARD.fold([*checked, said, again]).concurrences == (Concurrence(body="cong-an-tinh", agrees=True),)


# --- Complaints -----------------------------------------------------------------


def test_a_complaint_is_received_once_and_each_further_one_has_its_number() -> None:
    given(AWARD, *published).when(receive).then(received)
    given(AWARD, *published, received).when(receive).then()
    second = changed(receive, complaint="khác")
    given(AWARD, *published, received).when(second).then(changed(received, number=2, complaint="khác"))
    given(AWARD, *checked).when(receive).then_refused(WrongState, status="checked")
    given(AWARD).when(receive).then_refused(AwardUnknown)


@pytest.mark.parametrize(
    ("day", "refusal"), [(date(2024, 7, 1), NotYetHappened), (date(2024, 6, 9), Invalid)], ids=["ahead", "too early"]
)
def test_nobody_complains_in_the_future_nor_before_there_is_anything_to_see(day: date, refusal: Any) -> None:
    given(AWARD, *published).when(changed(receive, received_on=day)).then_refused(refusal, field="received_on")


def test_while_one_complaint_of_several_is_pending_nothing_goes_on() -> None:
    second = changed(received, number=2, complaint="khác")
    both = (*voted, received, second)
    given(AWARD, *both).when(decide, DECIDING).then_refused(OnHold, holds=["complaint"])
    given(AWARD, *both, dismissed).when(decide, DECIDING).then_refused(OnHold, holds=["complaint"])
    given(AWARD, *published, received).when(take_vote, DECIDING).then_refused(OnHold)
    answered = (*both, dismissed, changed(dismissed, number=2))
    assert next_events(AWARD, answered, decide, DECIDING)
    given(AWARD, *decided, later_received).when(present).then_refused(OnHold, holds=["complaint"])


def test_a_pending_complaint_is_answered_and_never_released() -> None:
    release = ReleaseAward(kind="complaint", outcome="xong")
    given(AWARD, *voted, received).when(release).then_refused(NotHeld)
    stated = next_events(AWARD, (*voted, received), HoldAward(kind="complaint", reason="đơn khác"))
    released = AwardReleased(kind="complaint", outcome="xong")
    given(AWARD, *voted, received, *stated).when(release).then(released)
    assert AWARD.fold([*voted, received, *stated, released]).holds == ("complaint",)
    assert AWARD.fold([*voted, received, dismissed, *stated, released]).holds == ()


def test_a_complaint_is_answered_once_by_a_paper() -> None:
    given(AWARD, *voted, received).when(dismiss).then(dismissed)
    given(AWARD, *voted, received, dismissed).when(dismiss).then()
    given(AWARD, *voted, received, dismissed).when(uphold("nothing")).then_refused(ResolvedOtherwise, document="9/TB")
    given(AWARD, *voted).when(dismiss).then_refused(ComplaintUnknown, number=1)
    for day, refusal in (("2024-07-01", NotYetHappened), ("2024-06-11", Invalid)):
        dated = changed(dismiss, document=paper("9/TB", day))
        given(AWARD, *voted, received).when(dated).then_refused(refusal, field="document.issued")


@pytest.mark.parametrize(
    ("history", "fitting"),
    [(voted, ("declining", "nothing")), (decided, ("revocation", "correction", "nothing"))],
    ids=["before the decision", "after it"],
)
def test_an_upheld_complaint_says_what_must_follow(history: Any, fitting: tuple[str, ...]) -> None:
    complained = (*history, later_received)
    for follows in ("declining", "revocation", "correction", "nothing", None):
        asked = given(AWARD, *complained).when(uphold(follows))
        if follows in fitting:
            asked.then(upheld(follows))
        else:
            asked.then_refused(Invalid, field="follows")
    given(AWARD, *complained).when(changed(dismiss, follows="nothing")).then_refused(Invalid, field="follows")


def test_what_must_follow_stays_open_until_it_is_done() -> None:
    complained = (*presented, later_received, upheld("revocation"))
    assert AWARD.fold(complained).holds == ("complaint",)
    (revoked, settled) = next_events(AWARD, complained, revoke)
    assert isinstance(revoked, AwardRevoked)
    assert settled == ComplaintSettled(number=1, by="revocation")
    assert AWARD.fold([*complained, revoked, settled]).holds == ()
    (corrected,) = next_events(AWARD, complained, correct)
    assert isinstance(corrected, AwardCorrected)
    assert AWARD.fold([*complained, corrected]).holds == ("complaint",)


def test_a_correction_settles_what_asked_for_one_and_so_does_a_revocation() -> None:
    complained = (*presented, later_received, upheld("correction"))
    assert next_events(AWARD, complained, correct)[1:] == [ComplaintSettled(number=1, by="correction")]
    assert next_events(AWARD, complained, revoke)[1:] == [ComplaintSettled(number=1, by="revocation")]


def test_a_dossier_that_must_be_declined_goes_no_other_way() -> None:
    complained = (*voted, received, upheld("declining"))
    given(AWARD, *complained).when(decide, DECIDING).then_refused(OnHold)
    declined, settled = next_events(AWARD, complained, DeclineAward(reason="khiếu nại đúng"))
    assert isinstance(declined, AwardDeclined)
    assert settled == ComplaintSettled(number=1, by="declining")


def test_after_the_decision_the_rules_say_how_long_one_may_complain() -> None:
    counted = changed(DECIDING, rule_set=changed(RULES, complaint_days=30))
    steps = (
        (nominate, NOMINATING), appraise, (CheckEligibility(), changed(CHECKING, rule_set=counted.rule_set)),
    )  # fmt: skip
    history = (*carried_out(AWARD, *steps), *published[3:], *voted[4:])
    history = (*history, *next_events(AWARD, history, decide, counted))
    last, after = datetime(2024, 8, 1, 5, tzinfo=NOON.tzinfo), date(2024, 7, 31)
    in_time = changed(receive, received_on=date(2024, 7, 30))
    given(AWARD, *history).when(in_time, None, last).then(changed(received, received_on=date(2024, 7, 30)))
    late = changed(receive, received_on=after)
    given(AWARD, *history).when(late, None, last).then_refused(ComplaintTooLate, last_day=date(2024, 7, 30))
    given(AWARD, *decided).when(late, None, last).then(changed(received, received_on=after))
    endless = changed(decided[-1], rule_set=changed(RULES, complaint_days=10**12))
    given(AWARD, *voted, endless).when(late, None, last).then(changed(received, received_on=after))


def test_a_feat_on_the_fast_path_is_complained_of_from_its_decision_on() -> None:
    fast = changed(nominate, fast_path=True, scheme="ad-hoc")
    allowed = changed(NOMINATING, title=changed(TITLE, fast_path=True))
    quick = carried_out(AWARD, (fast, allowed), appraise, (CheckEligibility(), CHECKING), (decide, CHECKING))
    given(AWARD, *quick).when(later).then(later_received)
    before = changed(receive, received_on=date(2024, 6, 27))
    given(AWARD, *quick).when(before).then_refused(Invalid, field="received_on")


# --- Decision and recovery ------------------------------------------------------


def test_a_decision_says_in_whose_place_it_is_signed() -> None:
    deputy = Signature(capacity="KT", body="LĐLĐ tỉnh", office="Phó Chủ tịch", for_office="Chủ tịch")
    (event,) = next_events(AWARD, voted, changed(decide, signature=deputy), DECIDING)
    assert event.signature == deputy
    given(AWARD, *voted, event).when(changed(decide, signature=deputy), DECIDING).then()
    given(AWARD, *voted, event).when(decide, DECIDING).then_refused(DecidedOtherwise)
    unsaid = changed(deputy, for_office=None)
    given(AWARD, *voted).when(changed(decide, signature=unsaid), DECIDING).then_refused(
        Invalid, field="signature.for_office"
    )


revoked = (*presented, *next_events(AWARD, presented, revoke))
RECEIPT: dict[str, Any] = {"on": date(2024, 6, 30), "document": paper("12/PT", "2024-06-30")}


def test_money_and_object_come_back_in_parts_until_nothing_is_owed() -> None:
    first = AwardRecovered(object_returned=True, money_vnd=200_000, outstanding_vnd=340_000, **RECEIPT)
    recover = RecordRecovery(object_returned=True, money_vnd=200_000, **RECEIPT)
    given(AWARD, *revoked).when(recover).then(first)
    given(AWARD, *revoked, first).when(recover).then()
    given(AWARD, *revoked, first).when(changed(recover, money_vnd=1)).then_refused(RecoveredOtherwise)
    rest = RecordRecovery(money_vnd=340_000, on=date(2024, 6, 30), document=paper("13/PT", "2024-06-30"))
    (last,) = next_events(AWARD, (*revoked, first), rest)
    assert last.outstanding_vnd == 0
    state = AWARD.fold([*revoked, first, last])
    assert (state.owed_vnd, state.owes_object) == (0, False)


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ({"money_vnd": 540_001}, RecoveredTooMuch),
        ({"money_vnd": 0}, Invalid),
        ({"on": date(2024, 7, 1)}, NotYetHappened),
        ({"on": date(2024, 6, 29)}, Invalid),
        ({"document": paper("12/PT", "2024-07-01")}, NotYetHappened),
    ],
)
def test_what_cannot_have_come_back_is_refused(parts: dict[str, Any], refusal: Any) -> None:
    recover = RecordRecovery(money_vnd=540_000, **RECEIPT)
    given(AWARD, *revoked).when(changed(recover, **parts)).then_refused(refusal)
    given(AWARD, *presented).when(recover).then_refused(WrongState, status="presented")


def test_an_object_that_was_never_presented_does_not_come_back() -> None:
    unpresented = (*decided, *next_events(AWARD, decided, revoke))
    recover = RecordRecovery(object_returned=True, **RECEIPT)
    given(AWARD, *unpresented).when(recover).then_refused(Invalid, field="object_returned")
    given(AWARD, *revoked).when(recover).then(
        AwardRecovered(object_returned=True, money_vnd=0, outstanding_vnd=540_000, **RECEIPT)
    )
