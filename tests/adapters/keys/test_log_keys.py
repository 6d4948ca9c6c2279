from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.keys.log_keys import (
    LogKeysRefused,
    ensure_log_keys,
    read_log_keys,
    retire_log_key,
    rotate_log_keys,
)
from adapters.keys.signing import Cosigner, Ed25519Signer, fresh_private_key, read_verifier
from application.notes import signed, signed_by

NAME = "thidua.example.vn"
TEXT = "thidua.example.vn/log\n0\nroot\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "log.keys"


def test_a_first_key_is_made_once_readable_by_its_owner_alone(path: Path) -> None:
    assert ensure_log_keys(path, NAME)
    assert path.stat().st_mode & 0o777 == 0o600
    (first,) = read_log_keys(path)
    assert first.name == NAME
    assert not ensure_log_keys(path, "another")
    assert [key.key_id for key in read_log_keys(path)] == [first.key_id]
    assert {child.name for child in path.parent.iterdir()} == {"log.keys", ".log.keys.lock"}


def test_of_several_who_rotate_at_once_one_wins_and_the_first_key_stays(path: Path) -> None:
    ensure_log_keys(path, NAME)
    first = read_log_keys(path)[0].key_id

    def rotated(_: int) -> bool:
        try:
            rotate_log_keys(path, NAME)
        except LogKeysRefused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(rotated, range(8))).count(True) == 1
    assert [key.key_id for key in read_log_keys(path)][1:] == [first]


def test_while_a_rotation_lasts_whoever_knows_either_key_accepts_a_checkpoint(path: Path) -> None:
    ensure_log_keys(path, NAME)
    (old,) = read_log_keys(path)
    new = rotate_log_keys(path, NAME)
    note = signed(TEXT, read_log_keys(path))
    assert [each.key_id for each in note.signatures] == [new.key_id, old.key_id]
    for key in (old, new):
        verifier = read_verifier(key.public_line())
        assert signed_by(note, [verifier]) == [verifier]
    assert retire_log_key(path).key_id == old.key_id
    assert [key.key_id for key in read_log_keys(path)] == [new.key_id]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_rotation_where_there_is_no_key_makes_the_first(path: Path) -> None:
    made = rotate_log_keys(path, NAME)
    assert [key.key_id for key in read_log_keys(path)] == [made.key_id]


def test_a_third_key_and_the_retirement_of_the_only_one_are_refused(path: Path) -> None:
    ensure_log_keys(path, NAME)
    with pytest.raises(LogKeysRefused, match="rotate` first"):
        retire_log_key(path)
    rotate_log_keys(path, NAME)
    with pytest.raises(LogKeysRefused, match="retire` first"):
        rotate_log_keys(path, NAME)


def test_a_missing_file_is_refused_and_not_made(path: Path) -> None:
    for ask in (read_log_keys, retire_log_key):
        with pytest.raises(LogKeysRefused):
            ask(path)
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_keys_that_others_can_read_are_refused(path: Path, mode: int) -> None:
    ensure_log_keys(path, NAME)
    path.chmod(mode)
    with pytest.raises(LogKeysRefused, match="chmod 600"):
        read_log_keys(path)


def lines(count: int) -> str:
    return "".join(f"{Ed25519Signer(NAME, fresh_private_key()).private_line()}\n" for _ in range(count))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"no key\n",
        lines(3).encode(),
        (lines(1) + "no key\n").encode(),
        Ed25519Signer(NAME, fresh_private_key()).public_line().encode(),
        (lines(1) + Cosigner(NAME, fresh_private_key()).private_line()).encode(),
        b"A" * 5_000,
    ],
)
def test_a_file_that_holds_anything_else_is_refused(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(LogKeysRefused, match="must hold one or two"):
        read_log_keys(path)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogKeysRefused):
        read_log_keys(tmp_path)


def test_a_refusal_never_holds_a_key(path: Path) -> None:
    path.parent.mkdir()
    content = lines(3)
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(LogKeysRefused) as caught:
        read_log_keys(path)
    assert not any(line in str(caught.value) for line in content.splitlines())
