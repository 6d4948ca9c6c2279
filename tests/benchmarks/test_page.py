"""The table says what was asked, what was found, and what was not measured; the page is what its figures give."""

import re
from collections.abc import Sequence

import msgspec
import pytest

from benchmarks.page import FIGURES, PAGE, Result, page, rows, shown, verdict
from benchmarks.pairs import spread
from benchmarks.peers.install import PACKAGE, REQUIREMENTS
from benchmarks.targets import TARGETS, Measured, Target

MORE = Target(key="k", number=1, what="w", beside="b", at_least=2, aim=3)
LESS = Target(key="k", number=1, what="w", beside="b", at_least=3, aim=2, better="less")


@pytest.mark.parametrize(
    ("target", "figures"), [(MORE, (1.99, 2, 2.99, 3)), (LESS, (3.01, 3, 2.01, 2))], ids=["more", "less"]
)
def test_a_figure_is_met_not_met_or_meets_the_aim(target: Target, figures: Sequence[float]) -> None:
    assert [verdict(target, figure) for figure in figures] == ["NOT MET", "met", "met", "aim met"]


def test_each_target_has_one_row_measured_or_not() -> None:
    found = rows([Measured(key="append/emmett", why_not="Node is not installed")])
    assert len(found) == len(TARGETS)
    assert {row.verdict for row in found} == {"Node is not installed", "left out of this run"}


def test_a_row_tells_the_median_the_quartiles_and_both_sides() -> None:
    measured = Measured(key="append/library", spread=spread([10, 20, 30], ours=[200], theirs=[10]))
    [row] = [row for row in rows([measured]) if row.verdict != "left out of this run"]
    assert (row.figure, row.quartiles, row.sides) == ("20 ×", "15 – 25", "200 : 10")


def test_targets_have_keys_of_their_own_and_aim_beyond_the_least() -> None:
    assert len({target.key for target in TARGETS}) == len(TARGETS)
    assert [target.key for target in TARGETS if not target.reaches(target.aim, target.at_least)] == []


@pytest.mark.parametrize(
    ("figure", "text"), [(1234.5, "1,234"), (42.04, "42"), (42.36, "42.4"), (1, "1"), (0.123, "0.12"), (5e-5, "5e-05")]
)
def test_figures_show_the_digits_that_count(figure: float, text: str) -> None:
    assert shown(figure) == text


def test_the_page_is_what_its_figures_and_what_is_kept_by_hand_give() -> None:
    result = msgspec.json.decode(FIGURES.read_bytes(), type=Result)
    assert PAGE.read_text(encoding="utf-8") == page(result).rstrip() + "\n"


def test_every_peer_is_pinned_to_one_version() -> None:
    python = [line for line in REQUIREMENTS.read_text().splitlines() if not line.startswith("#")]
    node: dict[str, str] = msgspec.json.decode(PACKAGE.read_bytes())["dependencies"]
    assert [line for line in python if not re.fullmatch(r"[A-Za-z0-9-]+==[0-9.]+", line)] == []
    assert [version for version in node.values() if not re.fullmatch(r"[0-9.]+", version)] == []
