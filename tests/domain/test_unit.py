from datetime import date, timedelta

import msgspec
import pytest

from domain.decider import Read
from domain.refusals import Invalid, NotYetHappened
from domain.unit import (
    UNIT,
    Command,
    Dissolved,
    DissolveUnit,
    EstablishedOtherwise,
    EstablishUnit,
    Facts,
    FoundUnion,
    HasUnion,
    HeadcountReported,
    MoveUnit,
    OutOfOrder,
    ParentUnknown,
    RenameUnit,
    ReportHeadcount,
    UnionFounded,
    UnitDissolved,
    UnitEstablished,
    UnitMoved,
    UnitRenamed,
    UnitUnknown,
    WrongLevel,
)
from tests.support.scenario import NOON, carried_out, given

OWN, UPPER, OTHER = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
FOUNDED = date(2020, 1, 1)
READ = (Read(stream=f"unit-{UPPER}", version=1),)
UNDER_UPPER = Facts(parent_level="upper", read=READ)

establish = EstablishUnit(
    unit_id=OWN, code="may-a", name="Công đoàn May A", level="grassroots", parent_id=UPPER,
    sector="non-state-enterprise", cluster="cum-1", on=FOUNDED,
)  # fmt: skip
established = UnitEstablished(
    unit_id=OWN, code="may-a", name="Công đoàn May A", level="grassroots", parent_id=UPPER,
    sector="non-state-enterprise", has_union=True, cluster="cum-1", on=FOUNDED, read_at=READ,
)  # fmt: skip
without_union = EstablishUnit(
    unit_id=OWN, code="may-b", name="Doanh nghiệp B", level="grassroots", parent_id=UPPER,
    sector="non-state-enterprise", has_union=False, on=FOUNDED,
)  # fmt: skip
(enterprise,) = carried_out(UNIT, (without_union, UNDER_UPPER))
counted = ReportHeadcount(members=90, workers=100, direct_workers=80, on=date(2024, 1, 1))
dissolved = UnitDissolved(on=date(2024, 1, 1), document=None)


def test_a_unit_is_established_under_the_one_above_it() -> None:
    given(UNIT).when(establish, UNDER_UPPER).then(established)


def test_a_unit_is_not_established_on_a_day_to_come() -> None:
    tomorrow = msgspec.structs.replace(establish, on=NOON.date() + timedelta(days=1))
    given(UNIT).when(tomorrow, UNDER_UPPER).then_refused(NotYetHappened, field="on")


def test_establishing_again_the_same_way_changes_nothing() -> None:
    given(UNIT, established).when(establish, UNDER_UPPER).then()


def test_establishing_again_otherwise_is_refused() -> None:
    given(UNIT, established).when(without_union, UNDER_UPPER).then_refused(EstablishedOtherwise, code="may-a")


def test_a_unit_cannot_lie_under_one_that_does_not_exist() -> None:
    given(UNIT).when(establish, Facts()).then_refused(ParentUnknown, parent_id=UPPER)


def test_a_unit_cannot_lie_under_one_of_its_own_level() -> None:
    given(UNIT).when(establish, Facts(parent_level="grassroots")).then_refused(WrongLevel)


def test_only_the_federation_lies_under_nothing() -> None:
    root = EstablishUnit(
        unit_id=OWN, code="tinh", name="Liên đoàn A", level="federation", sector="union-body", on=FOUNDED
    )
    (event,) = carried_out(UNIT, (root, Facts()))
    assert event.parent_id is None
    orphan = EstablishUnit(unit_id=OWN, code="x", name="X", level="upper", sector="union-body", on=FOUNDED)
    given(UNIT).when(orphan, Facts()).then_refused(WrongLevel)


def test_an_enterprise_without_a_union_is_a_grassroots_unit() -> None:
    upper = EstablishUnit(
        unit_id=OWN, code="x", name="X", level="upper", parent_id=UPPER, sector="union-body", has_union=False,
        on=FOUNDED,
    )  # fmt: skip
    given(UNIT).when(upper, Facts(parent_level="federation")).then_refused(Invalid, field="has_union")


def test_a_unit_moves_under_another_from_a_day_on() -> None:
    move = MoveUnit(parent_id=OTHER, on=date(2024, 6, 1))
    moved = UnitMoved(parent_id=OTHER, on=date(2024, 6, 1), read_at=READ)
    given(UNIT, established).when(move, UNDER_UPPER).then(moved)
    given(UNIT, established, moved).when(move, UNDER_UPPER).then()
    assert UNIT.fold([established, moved]).parent_id == OTHER


def test_a_unit_cannot_move_before_it_moved_last() -> None:
    moved = UnitMoved(parent_id=OTHER, on=date(2024, 7, 1), read_at=READ)
    back = MoveUnit(parent_id=UPPER, on=date(2024, 6, 1))
    given(UNIT, established, moved).when(back, UNDER_UPPER).then_refused(OutOfOrder)


def test_a_unit_that_was_never_established_cannot_change() -> None:
    given(UNIT).when(MoveUnit(parent_id=OTHER, on=FOUNDED), UNDER_UPPER).then_refused(UnitUnknown)


def test_a_union_is_founded_once() -> None:
    found, founded = FoundUnion(on=date(2024, 3, 1)), UnionFounded(on=date(2024, 3, 1), document=None)
    given(UNIT, enterprise).when(found).then(founded)
    given(UNIT, enterprise, founded).when(found).then()
    given(UNIT, enterprise, founded).when(FoundUnion(on=date(2024, 4, 1))).then_refused(HasUnion)


def test_a_headcount_is_reported_for_a_day_and_a_later_report_corrects_it() -> None:
    first = HeadcountReported(members=90, workers=100, direct_workers=80, on=date(2024, 1, 1))
    given(UNIT, established).when(counted).then(first)
    given(UNIT, established, first).when(counted).then()
    corrected = HeadcountReported(members=91, workers=100, direct_workers=80, on=date(2024, 1, 1))
    given(UNIT, established, first).when(
        ReportHeadcount(members=91, workers=100, direct_workers=80, on=date(2024, 1, 1))
    ).then(corrected)
    assert UNIT.fold([established, first, corrected]).headcount(date(2024, 2, 1)) == corrected
    assert UNIT.fold([established, first, corrected]).headcount(date(2023, 2, 1)) is None


@pytest.mark.parametrize(
    ("count", "field"),
    [
        (ReportHeadcount(members=1, workers=2, direct_workers=3, on=date(2024, 1, 1)), "direct_workers"),
        (ReportHeadcount(members=3, workers=2, direct_workers=1, on=date(2024, 1, 1)), "members"),
    ],
)
def test_a_headcount_that_cannot_be_is_refused(count: ReportHeadcount, field: str) -> None:
    given(UNIT, established).when(count).then_refused(Invalid, field=field)


@pytest.mark.parametrize(
    "command",
    [
        MoveUnit(parent_id=OTHER, on=date(2024, 7, 1)),
        FoundUnion(on=date(2024, 7, 1)),
        ReportHeadcount(members=0, workers=2, direct_workers=1, on=date(2024, 7, 1)),
        RenameUnit(name="CĐCS Suối Trong", on=date(2024, 7, 1)),
        DissolveUnit(on=date(2024, 7, 1)),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_change_of_tomorrow_is_refused_because_it_would_hold_today(command: Command) -> None:
    given(UNIT, enterprise).when(command, UNDER_UPPER).then_refused(NotYetHappened, field="on")


def test_where_there_is_no_union_there_are_no_members() -> None:
    given(UNIT, enterprise).when(counted).then_refused(Invalid, field="members")


def test_a_unit_is_renamed_from_a_day_on() -> None:
    rename, renamed = RenameUnit(name="Tên mới", on=FOUNDED), UnitRenamed(name="Tên mới", on=FOUNDED)
    given(UNIT, established).when(rename).then(renamed)
    given(UNIT, established, renamed).when(rename).then()
    given(UNIT, established).when(RenameUnit(name="Tên mới", on=date(2019, 1, 1))).then_refused(OutOfOrder)


def test_a_dissolved_unit_stays_dissolved() -> None:
    given(UNIT, established).when(DissolveUnit(on=date(2024, 1, 1)), Facts()).then(dissolved)
    given(UNIT, established, dissolved).when(DissolveUnit(on=date(2024, 1, 1)), Facts()).then()
    given(UNIT, established, dissolved).when(DissolveUnit(on=date(2024, 2, 1)), Facts()).then_refused(Dissolved)
    given(UNIT, established, dissolved).when(counted).then_refused(Dissolved)


def test_where_a_unit_lies_is_a_matter_of_the_unit_above_and_its_count_is_its_own() -> None:
    unit = UNIT.fold([established])
    assert UNIT.unit(establish, UNIT.initial) == UPPER
    assert UNIT.unit(DissolveUnit(on=NOON.date()), unit) == UPPER
    assert UNIT.unit(counted, unit) == OWN
