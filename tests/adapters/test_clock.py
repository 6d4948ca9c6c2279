import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.clock import ClockProblem, FileClock


def clock_file(folder: Path, text: str) -> Path:
    path = folder / "clock"
    path.write_text(text)
    return path


def test_the_clock_stands_where_the_file_says(tmp_path: Path) -> None:
    clock = FileClock(clock_file(tmp_path, "2024-02-21T08:00:00+07:00\n"))
    assert clock.now() == clock.now() == datetime(2024, 2, 21, 1, tzinfo=UTC)


def test_the_clock_moves_when_the_file_changes_in_place_or_is_replaced(tmp_path: Path) -> None:
    path = clock_file(tmp_path, "2024-02-21T08:00:00+07:00")
    clock = FileClock(path)
    clock_file(tmp_path, "2024-08-01T08:00:00+07:00")
    os.utime(path, ns=(1, 1))  # A clock with a coarse grain must not hide the change.
    assert clock.now().month == 8
    new = path.with_name("new")
    new.write_text("2025-01-01T08:00:00+07:00")
    new.replace(path)
    assert clock.now().year == 2025


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_text("2024-")])
def test_a_file_that_is_gone_or_half_written_leaves_the_clock_where_it_was(tmp_path: Path, spoil: object) -> None:
    path = clock_file(tmp_path, "2024-02-21T08:00:00+07:00")
    clock = FileClock(path)
    assert callable(spoil)
    spoil(path)
    assert clock.now().year == 2024
    clock_file(tmp_path, "2025-03-01T08:00:00+07:00")
    assert clock.now().year == 2025


@pytest.mark.parametrize("text", ["", "yesterday", "2024-02-21", "2024-02-21T08:00:00", "9" * 300])
def test_a_file_that_holds_no_instant_to_begin_with_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ClockProblem, match="must hold one instant"):
        FileClock(clock_file(tmp_path, text))


def test_a_missing_file_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ClockProblem, match=str(tmp_path / "none")):
        FileClock(tmp_path / "none")
