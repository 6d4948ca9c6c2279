"""The files of witnesses and of logs: what is wrong in them is named by its line, with the reason in both languages."""

from pathlib import Path

import pytest

from adapters.audit.keyed_lines import FILE_BYTES_MAX
from adapters.audit.witness import read_logs
from adapters.audit.witnesses import read_witnesses
from adapters.keys.signing import Cosigner, Ed25519Signer, fresh_private_key
from application.file_problems import FileProblems

LOG = Ed25519Signer("log.example", fresh_private_key())
WITNESS = Cosigner("witness.example", fresh_private_key())
W = WITNESS.public_line()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def test_witnesses_are_read_line_by_line(path: Path) -> None:
    other = Cosigner("other.example", fresh_private_key()).public_line()
    path.write_text(f"# ours\n\n{W}   https://w.example:8443/a/b/\r\n  {other} http://[::1]:80\n")
    assert [each.name for each in read_witnesses(path)] == ["witness.example", "other.example"]


def test_logs_are_read_line_by_line_and_one_origin_may_have_two_keys(path: Path) -> None:
    new = Ed25519Signer("log.example", fresh_private_key())
    path.write_text(f"{LOG.public_line()} log.example/\n{new.public_line()} log.example")
    found = read_logs(path)
    assert [(each.verifier.key_id, each.origin) for each in found] == [
        (LOG.key_id, "log.example"),
        (new.key_id, "log.example"),
    ]
    assert [found[0].covers(each) for each in ("log.example", "log.example/a/1", "log.example.vn/a/1")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("no key at all", "no public key"),
        (f"{W[:-3]} http://w", "no public key"),
        (f"{LOG.public_line()} http://w", "another kind"),
        (W, "one word"),
        (f"{W} http://w more", "one word"),
        (f"{W} ftp://w", "the address"),
        (f"{W} http://me:secret@w", "the address"),
        (f"{W} http://w?key=secret", "the address"),
        (f"{W} http://w:99999", "the address"),
        (f"{W} http://w:0", "the address"),
        (f"{W} http://nhân-chứng", "the address"),
        (f"{W} http://a\n{W} http://b", "on a line above"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_reason(path: Path, line: str, reason: str) -> None:
    path.write_text(f"# ours\n{line}\n")
    with pytest.raises(FileProblems) as caught:
        read_witnesses(path)
    (problem,) = caught.value.problems
    assert (problem.path, problem.key) == (str(path), f"line {1 + len(line.splitlines())}")
    assert reason in problem.reason
    assert problem.reason_vi != problem.reason
    assert "secret" not in str(caught.value)


def test_a_private_key_by_mistake_is_refused_and_not_repeated(path: Path) -> None:
    path.write_text(f"{WITNESS.private_line()} http://w\n{LOG.private_line()} http://w\n")
    with pytest.raises(FileProblems) as caught:
        read_witnesses(path)
    assert [each.key for each in caught.value.problems] == ["line 1", "line 2"]
    assert not any(key.private_line()[-20:] in str(caught.value) for key in (WITNESS, LOG))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"#" * (FILE_BYTES_MAX + 1)])
def test_a_file_that_is_no_text_or_too_large_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(FileProblems):
        read_logs(path)


def test_a_file_that_is_missing_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(FileProblems, match="cannot be read"):
            read_logs(path)
