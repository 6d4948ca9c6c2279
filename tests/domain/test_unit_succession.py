"""A unit ends in favour of another, is split, changes its sector; teams; nobody lies under themselves."""

from datetime import date

import pytest

from domain.decider import Read
from domain.paper import Document
from domain.refusals import Invalid, NotYetHappened
from domain.unit import (
    UNIT,
    ChangeSector,
    Command,
    Cycle,
    Dissolved,
    DissolveUnit,
    EstablishUnit,
    Facts,
    FoundUnion,
    HasChildren,
    MergeUnit,
    MoveUnit,
    OutOfOrder,
    RenameUnit,
    ReportHeadcount,
    SectorChanged,
    SplitOtherwise,
    SplitUnit,
    Status,
    Successor,
    SuccessorUnknown,
    UnitEstablished,
    UnitLevel,
    UnitMerged,
    UnitSplit,
    UnitUnknown,
    WrongLevel,
)
from tests.support.scenario import carried_out, given

OWN, UPPER, OTHER, THIRD, CHILD = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3, 4, 5))
FOUNDED, DAY = date(2020, 1, 1), date(2024, 3, 1)
READ = (Read(stream=f"unit-{OTHER}", version=1),)
PAPER = Document(kind="Quyết định", number="7/QĐ", issued="2024-03-01", title="Sáp nhập", issuer="LĐLĐ tỉnh")
LATER_PAPER = Document(kind="Quyết định", number="8/QĐ", issued="2024-07-01", title="Sáp nhập", issuer="LĐLĐ tỉnh")

established = UnitEstablished(
    unit_id=OWN, code="may-a", name="CĐCS May A", level="grassroots", parent_id=UPPER, sector="non-state-enterprise",
    has_union=True, cluster=None, on=FOUNDED, read_at=READ,
)  # fmt: skip
merge = MergeUnit(into=OTHER, on=DAY, document=PAPER)
merged = UnitMerged(into=OTHER, on=DAY, document=PAPER, read_at=READ)
divide = SplitUnit(into=(OTHER, THIRD), on=DAY, document=PAPER, ends=True)
divided = UnitSplit(into=(OTHER, THIRD), on=DAY, document=PAPER, ends=True, read_at=READ)
part = SplitUnit(into=(OTHER,), on=DAY, document=PAPER, ends=False)
parted = UnitSplit(into=(OTHER,), on=DAY, document=PAPER, ends=False, read_at=READ)


def successor(
    unit_id: str = OTHER, *, level: UnitLevel = "grassroots", on: date = FOUNDED, below: bool = False
) -> Successor:
    return Successor(unit_id=unit_id, level=level, established_on=on, below=below)


def known(*successors: Successor, children: tuple[str, ...] = ()) -> Facts:
    return Facts(successors=successors or (successor(), successor(THIRD)), children=children, read=READ)


def test_a_unit_is_merged_into_another_and_lies_closed_under_it() -> None:
    given(UNIT, established).when(merge, known()).then(merged)
    unit = UNIT.fold([established, merged])
    assert (unit.status, unit.parent_id, unit.merged_into, unit.dissolved_on) == (Status.DISSOLVED, OTHER, OTHER, DAY)


def test_a_merger_that_is_entered_again_changes_nothing_and_another_one_is_refused() -> None:
    given(UNIT, established, merged).when(merge, known()).then()
    elsewhere = MergeUnit(into=THIRD, on=DAY, document=PAPER)
    given(UNIT, established, merged).when(elsewhere, known()).then_refused(Dissolved, merged_into=OTHER)


def test_who_lies_under_a_unit_does_not_stand_in_the_way_of_its_merger() -> None:
    given(UNIT, established).when(merge, known(children=(CHILD,))).then(merged)


def test_a_unit_is_not_merged_into_itself_nor_below_itself() -> None:
    own = MergeUnit(into=OWN, on=DAY, document=PAPER)
    given(UNIT, established).when(own, known(successor(OWN))).then_refused(Invalid, field="into")
    given(UNIT, established).when(merge, known(successor(below=True))).then_refused(Cycle, into=OTHER)


def test_whoever_goes_on_is_active_of_the_same_level_and_was_there_on_the_day() -> None:
    given(UNIT, established).when(merge, Facts(read=READ)).then_refused(SuccessorUnknown, unit_id=OTHER)
    given(UNIT, established).when(merge, known(successor(level="upper"))).then_refused(WrongLevel)
    given(UNIT, established).when(merge, known(successor(on=date(2024, 4, 1)))).then_refused(OutOfOrder)
    given(UNIT, established).when(divide, known(successor())).then_refused(SuccessorUnknown, unit_id=THIRD)


def test_a_merger_s_paper_and_day_have_come() -> None:
    given(UNIT, established).when(MergeUnit(into=OTHER, on=DAY, document=LATER_PAPER), known()).then_refused(
        NotYetHappened, field="document.issued"
    )
    given(UNIT, established).when(MergeUnit(into=OTHER, on=date(2024, 7, 1), document=PAPER), known()).then_refused(
        NotYetHappened, field="on"
    )


def test_the_federation_has_no_successor() -> None:
    root = UnitEstablished(
        unit_id=OWN, code="tinh", name="LĐLĐ tỉnh", level="federation", parent_id=None, sector="union-body",
        has_union=True, cluster=None, on=FOUNDED, read_at=(),
    )  # fmt: skip
    given(UNIT, root).when(merge, known()).then_refused(WrongLevel)


def test_a_unit_that_is_divided_up_ends_and_one_that_others_come_out_of_goes_on() -> None:
    given(UNIT, established).when(divide, known()).then(divided)
    given(UNIT, established, divided).when(divide, known()).then()
    assert UNIT.fold([established, divided]).status is Status.DISSOLVED
    given(UNIT, established).when(part, known()).then(parted)
    given(UNIT, established, parted).when(part, known()).then()
    assert UNIT.fold([established, parted]).status is Status.ACTIVE


def test_a_split_of_one_day_is_entered_in_one_way() -> None:
    given(UNIT, established, parted).when(divide, known()).then_refused(SplitOtherwise, ends=False)
    twice = SplitUnit(into=(OTHER, OTHER), on=DAY, document=PAPER, ends=False)
    given(UNIT, established).when(twice, known()).then_refused(Invalid, field="into")
    given(UNIT, established, divided).when(
        SplitUnit(into=(THIRD,), on=date(2024, 4, 1), document=PAPER, ends=False), known()
    ).then_refused(Dissolved)


@pytest.mark.parametrize("command", [DissolveUnit(on=DAY), divide], ids=lambda command: type(command).__name__)
def test_a_unit_does_not_end_over_those_that_lie_under_it(command: Command) -> None:
    facts = known(children=(CHILD,))
    given(UNIT, established).when(command, facts).then_refused(HasChildren, children=1, first=CHILD)


def test_what_was_merged_is_not_dissolved_besides() -> None:
    given(UNIT, established, merged).when(DissolveUnit(on=DAY), known()).then_refused(Dissolved)
    given(UNIT, established, divided).when(DissolveUnit(on=DAY), known()).then_refused(Dissolved)


def test_a_unit_does_not_move_under_itself_whatever_the_levels_say() -> None:
    move = MoveUnit(parent_id=OTHER, on=DAY)
    given(UNIT, established).when(move, Facts(parent_level="upper", within_itself=True)).then_refused(Cycle)
    given(UNIT, established).when(move, Facts(parent_level="grassroots", within_itself=True)).then_refused(Cycle)
    given(UNIT, established).when(move, Facts(parent_level="grassroots")).then_refused(WrongLevel)


def test_a_unit_changes_its_sector_from_a_day_on() -> None:
    change, changed = ChangeSector(sector="state-enterprise", on=DAY), SectorChanged(sector="state-enterprise", on=DAY)
    given(UNIT, established).when(change).then(changed)
    given(UNIT, established, changed).when(change).then()
    assert UNIT.fold([established, changed]).sector == "state-enterprise"
    back = ChangeSector(sector="school", on=date(2024, 2, 1))
    given(UNIT, established, changed).when(back).then_refused(OutOfOrder)
    given(UNIT).when(change).then_refused(UnitUnknown)
    given(UNIT, established, merged).when(change).then_refused(Dissolved)


# --- Teams ----------------------------------------------------------------------

team = EstablishUnit(
    unit_id=OWN, code="to-may-3", name="Tổ May 3", level="team", parent_id=OTHER, sector="non-state-enterprise",
    has_union=False, on=FOUNDED,
)  # fmt: skip
(set_up,) = carried_out(UNIT, (team, Facts(parent_level="grassroots", read=READ)))


def test_a_team_lies_under_a_union_and_nothing_under_a_team() -> None:
    given(UNIT).when(team, Facts(parent_level="grassroots", read=READ)).then(set_up)
    given(UNIT, set_up).when(team, Facts(parent_level="grassroots", read=READ)).then()
    given(UNIT).when(team, Facts(parent_level="team")).then_refused(WrongLevel)


def test_a_team_has_no_union_and_no_members() -> None:
    with_union = EstablishUnit(
        unit_id=OWN, code="to-may-3", name="Tổ May 3", level="team", parent_id=OTHER, sector="school", on=FOUNDED
    )
    given(UNIT).when(with_union, Facts(parent_level="grassroots")).then_refused(Invalid, field="has_union")
    given(UNIT, set_up).when(FoundUnion(on=DAY)).then_refused(WrongLevel, level="team")
    counted = ReportHeadcount(members=1, workers=9, direct_workers=9, on=DAY)
    given(UNIT, set_up).when(counted).then_refused(Invalid, field="members")


def test_ending_and_sector_are_matters_of_the_unit_above_and_the_name_is_its_own() -> None:
    unit = UNIT.fold([established])
    for command in (merge, divide, ChangeSector(sector="school", on=DAY)):
        assert UNIT.unit(command, unit) == UPPER
    assert UNIT.unit(RenameUnit(name="Tên mới", on=DAY), unit) == OWN
