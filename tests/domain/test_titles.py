"""Titles from before the platform: recorded once, struck with a paper, on a unit and on a member alike."""

from datetime import date
from typing import Any

import pytest

from domain.member import MEMBER
from domain.member.messages import (
    Facts,
    MemberEnrolled,
    MemberGone,
    MemberLeft,
    MemberMerged,
    MemberPresent,
    MemberRejoined,
    MemberTitleRecorded,
    MemberTitleStruck,
    MemberUnknown,
    OutOfOrder,
    RecordMemberTitle,
    RejoinMember,
    StrikeMemberTitle,
    UnitUnknown,
)
from domain.paper import Document
from domain.refusals import Invalid, NotYetHappened
from domain.titles import TitleRecordedOtherwise, TitleStruck, TitleUnknown
from domain.unit import (
    UNIT,
    RecordUnitTitle,
    StrikeUnitTitle,
    UnitEstablished,
    UnitTitleRecorded,
    UnitTitleStruck,
)
from domain.unit import (
    UnitUnknown as NoUnit,
)
from tests.support.scenario import given

OWN, OTHER = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
DECISION = Document(kind="Quyết định", number="45/QĐ", issued="2023-01-15", title="Khen thưởng", issuer="LĐLĐ tỉnh")
OTHER_DECISION = Document(kind="Quyết định", number="9/QĐ", issued="2023-06", title="Khen thưởng", issuer="UBND tỉnh")
STRIKING = Document(kind="Quyết định", number="3/QĐ", issued="2024-02-01", title="Thu hồi", issuer="LĐLĐ tỉnh")
LATER = Document(kind="Quyết định", number="1/QĐ", issued="2024-07-01", title="Khen thưởng", issuer="LĐLĐ tỉnh")
enrolled = MemberEnrolled(
    person_id=OWN, unit_id=OTHER, code="DV-1", full_name="A", identity=None, employment="direct-worker",
    joined_on=date(2015, 3, 1), read_at=(),
)  # fmt: skip
established = UnitEstablished(
    unit_id=OWN, code="may-a", name="CĐCS May A", level="grassroots", parent_id=OTHER, sector="school",
    has_union=True, cluster=None, on=date(2020, 1, 1), read_at=(),
)  # fmt: skip
BOTH = pytest.mark.parametrize(
    ("decider", "begun", "record", "strike", "recorded", "struck"),
    [
        (MEMBER, enrolled, RecordMemberTitle, StrikeMemberTitle, MemberTitleRecorded, MemberTitleStruck),
        (UNIT, established, RecordUnitTitle, StrikeUnitTitle, UnitTitleRecorded, UnitTitleStruck),
    ],
    ids=["member", "unit"],
)


def title(**changed: Any) -> dict[str, Any]:
    particulars = {
        "title": "lao-dong-tien-tien", "title_name": "Lao động tiên tiến", "year": 2022, "scheme": "movement",
        "level": "grassroots", "issuer": "CĐCS May A", "decision": DECISION,
    }  # fmt: skip
    return particulars | changed


def off(**changed: Any) -> dict[str, Any]:
    return {"title": "lao-dong-tien-tien", "year": 2022, "reason": "nhập nhầm", "document": STRIKING} | changed


@BOTH
def test_a_title_is_recorded_once(
    decider: Any, begun: Any, record: Any, strike: Any, recorded: Any, struck: Any
) -> None:
    given(decider, begun).when(record(**title())).then(recorded(**title()))
    given(decider, begun, recorded(**title())).when(record(**title())).then()
    given(decider, begun, recorded(**title())).when(record(**title(decision=OTHER_DECISION))).then_refused(
        TitleRecordedOtherwise, year=2022, decision="45/QĐ"
    )
    given(decider, begun, recorded(**title())).when(record(**title(year=2021))).then(recorded(**title(year=2021)))


@BOTH
def test_a_title_s_decision_has_been_issued_and_not_before_the_year(
    decider: Any, begun: Any, record: Any, strike: Any, recorded: Any, struck: Any
) -> None:
    given(decider, begun).when(record(**title(decision=LATER))).then_refused(NotYetHappened, field="decision.issued")
    given(decider, begun).when(record(**title(year=2024))).then_refused(Invalid, field="year")


@BOTH
def test_a_title_is_struck_once_and_recorded_again_by_another_decision_only(
    decider: Any, begun: Any, record: Any, strike: Any, recorded: Any, struck: Any
) -> None:
    given(decider, begun).when(strike(**off())).then_refused(TitleUnknown, year=2022)
    given(decider, begun, recorded(**title())).when(strike(**off())).then(struck(**off()))
    history = (begun, recorded(**title()), struck(**off()))
    given(decider, *history).when(strike(**off())).then()
    given(decider, *history).when(strike(**off(reason="lý do khác"))).then_refused(TitleStruck)
    given(decider, *history).when(record(**title())).then_refused(TitleStruck)
    anew = title(decision=OTHER_DECISION)
    given(decider, *history).when(record(**anew)).then(recorded(**anew))
    given(decider, begun, recorded(**title())).when(strike(**off(document=LATER))).then_refused(NotYetHappened)
    assert decider.fold(history).titles.held == ()


def test_titles_are_of_somebody_who_is_on_record_also_of_one_who_left() -> None:
    given(MEMBER).when(RecordMemberTitle(**title())).then_refused(MemberUnknown)
    given(UNIT).when(RecordUnitTitle(**title())).then_refused(NoUnit)
    given(MEMBER, enrolled, MemberLeft(on=date(2023, 1, 1))).when(RecordMemberTitle(**title())).then(
        MemberTitleRecorded(**title())
    )
    merged = MemberMerged(into=OTHER, read_at=())
    given(MEMBER, enrolled, merged).when(RecordMemberTitle(**title())).then_refused(MemberGone, into=OTHER)


# --- Coming back ----------------------------------------------------------------

left = MemberLeft(on=date(2023, 1, 1))
rejoin = RejoinMember(unit_id=OTHER, on=date(2024, 1, 1))
rejoined = MemberRejoined(unit_id=OTHER, employment="direct-worker", on=date(2024, 1, 1), read_at=())
OPEN = Facts(unit_open=True)


def test_somebody_who_left_comes_back_under_the_same_record() -> None:
    given(MEMBER, enrolled, left).when(rejoin, OPEN).then(rejoined)
    given(MEMBER, enrolled, left, rejoined).when(rejoin, OPEN).then()
    member = MEMBER.fold([enrolled, left, rejoined])
    assert (member.unit_id, member.left_on, len(member.units)) == (OTHER, None, 2)


def test_nobody_comes_back_who_has_not_left_or_before_they_left() -> None:
    given(MEMBER, enrolled).when(rejoin, OPEN).then_refused(MemberPresent)
    given(MEMBER, enrolled, left, rejoined).when(RejoinMember(unit_id=OWN, on=date(2024, 1, 1)), OPEN).then_refused(
        MemberPresent
    )
    early = RejoinMember(unit_id=OTHER, on=date(2022, 1, 1))
    given(MEMBER, enrolled, left).when(early, OPEN).then_refused(OutOfOrder)
    given(MEMBER, enrolled, left).when(rejoin, Facts()).then_refused(UnitUnknown)
    ahead = RejoinMember(unit_id=OTHER, on=date(2024, 7, 1))
    given(MEMBER, enrolled, left).when(ahead, OPEN).then_refused(NotYetHappened, field="on")
    merged = MemberMerged(into=OTHER, read_at=())
    given(MEMBER, enrolled, merged).when(rejoin, OPEN).then_refused(MemberGone)
