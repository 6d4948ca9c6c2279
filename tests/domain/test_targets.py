from datetime import date
from typing import Any

import pytest

from domain.directive import Interpretation, Kind, Target, UnitsRegistered
from domain.targets import Counted, Progress, progress

READ = Interpretation(
    reading="từ 90 % trở lên", alternatives=("trên 90 %",), decided_by="Ban", decided_on=date(2024, 2, 1)
)


def target(**parts: Any) -> Target:
    fields: dict[str, Any] = {
        "code": "cong-trinh",
        "name": "Mỗi CĐCS một công trình",
        "section": "2.5",
        "modality": "strive",
        "measure": UnitsRegistered(kinds=(Kind.WORK,)),
        "comparator": ">=",
        "share_x100": 9_000,
    }
    return Target(**fields | parts)


def of(numerator: int, denominator: int, *, over: bool = False, **parts: Any) -> Progress:
    return progress(target(**parts), Counted(numerator=numerator, denominator=denominator, over=over))


def test_the_share_is_rounded_down_so_that_nearly_all_is_never_shown_as_all() -> None:
    assert of(3_847, 3_848).share_x100 == 9_997
    assert of(999_999, 1_000_000).share_x100 == 9_999
    assert of(7, 7).share_x100 == 10_000


@pytest.mark.parametrize(
    ("comparator", "numerator", "met"),
    [
        (">=", 9, True), (">=", 8, False),
        (">", 9, False), (">", 10, True),
        ("=", 9, True), ("=", 10, False),
        ("unspecified", 9, True), ("unspecified", 8, False),
    ],
)  # fmt: skip
def test_each_comparator_decides_at_the_value_itself(comparator: str, numerator: int, met: bool) -> None:
    assert of(numerator, 10, comparator=comparator).met is met


def test_the_exact_share_is_compared_not_the_rounded_one() -> None:
    # 8,999.99… hundredths round down to 8,999, and 90,001 of 100,001 is over 90 %, though it shows as 90.00.
    assert of(90_001, 100_001, comparator=">").share_x100 == 9_000
    assert of(90_001, 100_001, comparator=">").met is True
    assert of(1, 3, comparator="=", share_x100=3_333).met is False


def test_huge_populations_stay_exact() -> None:
    whole = 10**18
    assert of(whole - 1, whole, share_x100=10_000).met is False
    assert of(whole, whole, share_x100=10_000).met is True


def test_an_empty_population_is_neither_met_nor_missed() -> None:
    nobody = of(0, 0, over=True)
    assert (nobody.met, nobody.share_x100, nobody.standing) == (None, None, "nobody-counts")


def test_what_is_encouraged_is_a_rate_and_never_failed() -> None:
    encouraged = of(1, 10, modality="encourage", over=True)
    assert (encouraged.met, encouraged.share_x100, encouraged.standing) == (None, 1_000, "rate")


def test_a_target_is_missed_only_once_its_time_is_past() -> None:
    assert of(1, 10).standing == "not-yet"
    assert of(1, 10, over=True).standing == "missed"
    assert of(9, 10).standing == "met"


def test_the_wordings_ambiguity_is_shown_beside_the_figure() -> None:
    shown = of(9, 10, comparator="unspecified", interpretation=READ, source="assumed")
    assert (shown.comparator, shown.interpretation, shown.source) == ("unspecified", READ, "assumed")
