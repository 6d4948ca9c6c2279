"""`thidua audit keys`, which needs no database."""

import subprocess
from pathlib import Path

import pytest

from tests.support.console import command, data_folder
from tests.support.program import environment


@pytest.fixture
def folder(reachable_folder: Path) -> Path:
    return data_folder(reachable_folder)


def keys(folder: Path, *change: str) -> subprocess.CompletedProcess[str]:
    told = environment(THIDUA_DATA_DIR=str(folder), THIDUA_LOG_NAME="thidua.example.vn")
    return subprocess.run(
        command("audit", "keys", *change), env=told, capture_output=True, text=True, timeout=30, check=False
    )


def test_keys_are_listed_rotated_and_retired(folder: Path) -> None:
    first = keys(folder, "rotate").stdout
    assert first.startswith("thidua.example.vn+")
    assert (folder / "log.keys").stat().st_mode & 0o777 == 0o600
    both = keys(folder, "rotate").stdout
    assert both.endswith(first)
    assert keys(folder).stdout == both
    assert keys(folder, "retire").stdout == both.removesuffix(first)


def test_the_public_lines_of_retired_keys_are_kept_beside_the_newest_first(folder: Path) -> None:
    lines = [keys(folder, "rotate").stdout]
    for _ in range(2):
        lines.insert(0, keys(folder, "rotate").stdout.splitlines(keepends=True)[0])
        assert str(folder / "log.keys.retired") in keys(folder, "retire").stderr
    assert (folder / "log.keys.retired").read_text() == "".join(lines[1:])
    assert "PRIVATE" not in (folder / "log.keys.retired").read_text()


@pytest.mark.parametrize("change", [(), ("retire",)])
def test_without_the_file_they_say_so_and_end_with_6(folder: Path, change: tuple[str, ...]) -> None:
    ended = keys(folder, *change)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (6, "", 1)
    assert ended.stderr.startswith("thidua: Không có khóa của nhật ký")
