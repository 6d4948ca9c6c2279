"""No file carries the place it was written at, or a person's mailbox."""

import re
from pathlib import Path

import pytest

from tests.support.tree import project_files, shown, text_of

# In pieces, or this file would break its own rule.
INDEX_HOST = re.compile(
    "|".join(("py" + r"pi\.org", "python" + r"hosted\.org", "pi" + r"wheels\.org", "py" + "pi/simple"))
)
MACHINE_PATH = re.compile(r"(?<![\w.~}/$-])/(?:root|work|home|Users|opt|tmp)/\w|" + r"\.py" + r"env\b")
# The names that are reserved for examples.
NO_MAILBOX = r"(?:[\w-]+\.)*(?:example\.(?:org|com|net)|example|invalid|test)\b"
MAILBOX = re.compile(rf"[\w.+-]+@(?!{NO_MAILBOX})[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{{2,}}\b")


def offenders(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    found: list[tuple[Path, str]] = []
    for path in project_files():
        found += [(path, match.group()) for match in pattern.finditer(text_of(path) or "")]
    return [(shown(path), what) for path, what in found]


def test_no_file_names_a_package_index() -> None:
    assert offenders(INDEX_HOST) == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert offenders(MACHINE_PATH) == []


def test_no_file_holds_a_mailbox() -> None:
    assert offenders(MAILBOX) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (INDEX_HOST, "https://py" + "pi.org/simple"),
        (MACHINE_PATH, "open('/home" + "/somebody/file')"),
        (MACHINE_PATH, "cd /wo" + "rk/main"),
        (MAILBOX, "write to ldld" + "@congdoan.vn today"),
    ],
)
def test_the_patterns_find_what_they_look_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE_PATH, "GET /v1/works/7 and https://host/work/7 and $HOME/work/x"),
        (MAILBOX, "postgresql://role:password@127.0.0.1:5432/name, @pytest.mark.anyio, me@example.org"),
    ],
)
def test_the_patterns_leave_alone_what_is_none(pattern: re.Pattern[str], text: str) -> None:
    assert not pattern.search(text)
