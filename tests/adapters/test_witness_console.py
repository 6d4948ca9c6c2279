"""`thidua witness …` as an operator types it: what keeps it from starting is told in a sentence."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.cli import main
from adapters.console.witness_serving import read_witness_key
from adapters.keys.signing import Ed25519Signer, fresh_private_key


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["witness", *arguments])


def refused(*arguments: str) -> str:
    ended = typed(*arguments)
    assert ended.exit_code == 8, ended.output
    assert ended.stderr.count("\n") == 1
    return ended.stderr


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "witness.key"
    assert typed("key", "witness.example", "--key-file", str(path)).exit_code == 0
    return path


def serve(tmp_path: Path, key: Path, logs: str = "") -> str:
    (tmp_path / "logs").write_text(logs)
    return refused(
        "serve", "--key-file", str(key), "--logs", str(tmp_path / "logs"), "--state", str(tmp_path / "state")
    )


def test_a_key_is_made_once_readable_by_its_owner_alone_and_its_public_line_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "new" / "witness.key"
    shown = typed("key", "witness.example", "--key-file", str(path))
    assert shown.output == f"{read_witness_key(path).public_line()}\n"
    assert path.stat().st_mode & 0o777 == 0o600
    kept = path.read_bytes()
    assert "cannot be made" in refused("key", "witness.example", "--key-file", str(path))
    assert path.read_bytes() == kept


@pytest.mark.parametrize("name", ["", "two words", "one+two"])
def test_a_name_with_a_space_or_a_plus_is_refused(tmp_path: Path, name: str) -> None:
    assert "no spaces and no plus" in refused("key", name, "--key-file", str(tmp_path / "key"))


def test_a_key_that_others_can_read_or_that_is_none_keeps_it_from_starting(tmp_path: Path, key: Path) -> None:
    assert "cannot be read" in serve(tmp_path, tmp_path / "none")
    key.chmod(0o644)
    assert "chmod 600" in serve(tmp_path, key)
    key.chmod(0o600)
    for content in (b"", b"\xff", Ed25519Signer("x", fresh_private_key()).private_line().encode()):
        key.write_bytes(content)
        assert "does not hold" in serve(tmp_path, key)
    assert not (tmp_path / "state").exists()


def test_a_line_of_the_logs_that_cannot_be_used_keeps_it_from_starting(tmp_path: Path, key: Path) -> None:
    assert "line 1: không bắt đầu bằng một khóa công khai" in serve(tmp_path, key, "log.example\n")
