from typing import Any

import msgspec
import pytest

from domain.refusals import Invalid
from domain.rubric import (
    Band,
    Criterion,
    NoDisciplineFrom,
    Points,
    Rubric,
    StandardShareMin,
    TotalMin,
    check_sheet,
    classify,
    mistakes,
)


def criterion(code: str, max_x100: int, *criteria: Criterion) -> Criterion:
    return Criterion(code=code, name=code, max_x100=max_x100, criteria=criteria)


GATES = (StandardShareMin(share_x100=5_000), NoDisciplineFrom(from_kind="warning"))
TABLE = Rubric(
    code="bang-diem",
    name="Bảng điểm",
    source="assumed",
    cites="giả định",
    standards=(
        criterion("cham-lo", 4_000, criterion("doi-thoai", 1_500), criterion("thoa-uoc", 2_500)),
        criterion("thi-dua", 6_000),
    ),
    bonus_max_x100=500,
    penalty_max_x100=500,
    bands=(
        Band(code="manh", name="Mạnh", at_least_x100=8_500, gates=GATES),
        Band(code="kha", name="Khá", at_least_x100=7_000),
        Band(code="trung-binh", name="Trung bình", at_least_x100=5_000),
        Band(code="yeu", name="Yếu", at_least_x100=0),
    ),
)


def sheet(talks: int, agreement: int, emulation: int) -> tuple[Points, ...]:
    given = {"doi-thoai": talks, "thoa-uoc": agreement, "thi-dua": emulation}
    return tuple(Points(criterion=code, points_x100=points) for code, points in given.items())


def changed(**parts: Any) -> Rubric:
    return msgspec.structs.replace(TABLE, **parts)


def test_a_table_that_fits_together_has_no_mistakes() -> None:
    assert list(mistakes(TABLE)) == []


def test_eighty_five_points_are_strong_and_a_quarter_point_less_is_fair() -> None:
    assert classify(TABLE, sheet(1_500, 1_000, 6_000)).band == "manh"
    assert classify(TABLE, sheet(1_500, 975, 6_000)).band == "kha"


def test_no_total_makes_up_for_a_standard_under_half_of_its_maximum() -> None:
    result = classify(TABLE, sheet(1_000, 975, 6_000), bonus_x100=525)
    assert (result.band, result.total_x100) == ("kha", 8_500)
    (reason,) = result.reasons
    assert (reason.gate, reason.standard, reason.found) == ("standard-share-min", "cham-lo", 4_937)


def test_a_warning_bars_the_highest_class_and_a_reprimand_does_not() -> None:
    full = sheet(1_500, 2_500, 6_000)
    assert classify(TABLE, full, disciplines=("warning",)).band == "kha"
    assert classify(TABLE, full, disciplines=("reprimand",)).band == "manh"


def test_a_bonus_alone_does_not_lift_over_a_total_gate() -> None:
    gated = changed(
        bands=(
            Band(code="manh", name="Mạnh", at_least_x100=8_500, gates=(TotalMin(points_x100=8_500),)),
            TABLE.bands[3],
        )
    )
    assert classify(gated, sheet(1_500, 900, 6_000), bonus_x100=100).band == "yeu"


def test_penalty_points_are_taken_off_and_never_below_nothing() -> None:
    assert classify(TABLE, sheet(1_500, 1_000, 6_000), penalty_x100=25).total_x100 == 8_475
    assert classify(TABLE, sheet(0, 0, 0), penalty_x100=500).total_x100 == 0


@pytest.mark.parametrize(
    ("points", "field"),
    [
        (sheet(1_501, 0, 0), "scores[0].points_x100"),
        (sheet(0, 0, 0)[:2], "scores"),
        ((*sheet(0, 0, 0), Points(criterion="thi-dua", points_x100=0)), "scores[3].criterion"),
        ((Points(criterion="cham-lo", points_x100=0),), "scores[0].criterion"),
    ],
)
def test_a_sheet_scores_every_leaf_once_and_within_its_maximum(points: tuple[Points, ...], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_sheet(TABLE, points, bonus_x100=0, penalty_x100=0)
    assert caught.value.facts["field"] == field


def test_a_bonus_has_a_maximum_too() -> None:
    with pytest.raises(Invalid) as caught:
        check_sheet(TABLE, sheet(0, 0, 0), bonus_x100=501, penalty_x100=0)
    assert caught.value.facts["field"] == "bonus_x100"


@pytest.mark.parametrize(
    ("table", "path"),
    [
        (changed(standards=TABLE.standards[:1]), "rubric.standards"),
        (
            changed(standards=(criterion("cham-lo", 4_000, criterion("doi-thoai", 1_500)), TABLE.standards[1])),
            "rubric.standards[0].max_x100",
        ),
        (
            changed(standards=(TABLE.standards[0], criterion("doi-thoai", 6_000))),
            "rubric.standards[1].code",
        ),
        (changed(bands=TABLE.bands[:3]), "rubric.bands[2].at_least_x100"),
        (changed(bands=(TABLE.bands[1], TABLE.bands[0], TABLE.bands[3])), "rubric.bands[1].at_least_x100"),
        (changed(bands=(msgspec.structs.replace(TABLE.bands[3], gates=GATES),)), "rubric.bands[0].gates"),
    ],
)
def test_a_mistake_in_a_table_is_named_with_its_path(table: Rubric, path: str) -> None:
    assert [found for found, _ in mistakes(table)] == [path]
