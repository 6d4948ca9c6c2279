from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.keys.master import MasterKeyRefused, ensure_master_key, read_master_key


def test_a_key_is_made_once_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "master.key"
    assert ensure_master_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    first = path.read_bytes()
    assert not ensure_master_key(path)
    assert path.read_bytes() == first
    assert [child.name for child in path.parent.iterdir()] == ["master.key"]


def test_of_several_who_make_it_at_once_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: ensure_master_key(path), range(8)))
    assert made.count(True) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_file_gives_the_same_key_and_another_file_another(tmp_path: Path) -> None:
    one, two = tmp_path / "one.key", tmp_path / "two.key"
    ensure_master_key(one)
    ensure_master_key(two)
    assert read_master_key(one).id == read_master_key(one).id != read_master_key(two).id


def test_the_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    ensure_master_key(tmp_path / "master.key")
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_a_missing_key_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyRefused, match="no master key"):
        read_master_key(tmp_path / "master.key")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    ensure_master_key(path)
    path.chmod(mode)
    with pytest.raises(MasterKeyRefused, match="chmod 600"):
        read_master_key(path)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"not base64!", b64encode(bytes(31)), b64encode(bytes(33)), b"A" * 5_000]
)
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(MasterKeyRefused, match="does not hold"):
        read_master_key(path)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyRefused):
        read_master_key(tmp_path)


def test_a_refusal_never_holds_the_key(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    ensure_master_key(path)
    secret = path.read_text().strip()
    path.chmod(0o644)
    with pytest.raises(MasterKeyRefused) as caught:
        read_master_key(path)
    assert secret not in str(caught.value)
