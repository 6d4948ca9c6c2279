"""The example of docs/library.md does what the document says, as a process of its own."""

import re
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.following import INTEGRATOR, SmallPlatform, within
from tests.support.program import PYTHON, environment
from tests.support.registrations import confirmed, work
from tests.support.tree import PROJECT

DOCUMENT = PROJECT / "docs" / "library.md"


def code() -> str:
    (found,) = re.findall(r"^```python\n(.*?)^```", DOCUMENT.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return str(found)


class Example:
    """The example as a file, with the SQLite file that it writes."""

    def __init__(self, folder: Path, platform: SmallPlatform) -> None:
        self._program, self._database = folder / "confirmations.py", folder / "confirmations.sqlite"
        self._program.write_text(code(), "utf-8")
        self._environment = environment(
            PLATFORM_URL=platform.url,
            PLATFORM_KEY=INTEGRATOR,
            PLATFORM_POLL_SECONDS="0.02",
            PERSISTENCE_MODULE="eventsourcing.sqlite",
            SQLITE_DBNAME=str(self._database),
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Inside, the program runs; at the end it is killed, in the middle of whatever it does."""
        process = subprocess.Popen([PYTHON, str(self._program)], env=self._environment)
        try:
            yield
            assert process.poll() is None, "it runs until it is killed"
        finally:
            process.kill()
            process.wait()

    def counted(self) -> list[str]:
        """The registrations that were counted, in order, as often as they were."""
        if not self._database.exists():
            return []
        connection = sqlite3.connect(self._database)
        try:
            return [str(name) for (name,) in connection.execute("SELECT registration FROM confirmed ORDER BY rowid")]
        except sqlite3.OperationalError:  # The table is not there yet.
            return []
        finally:
            connection.close()


@pytest.fixture
def example(platform: SmallPlatform, tmp_path: Path) -> Example:
    return Example(tmp_path, platform)


def test_each_confirmation_is_counted_once_though_it_is_killed_and_the_platform_restarts(
    platform: SmallPlatform, example: Example
) -> None:
    names = [f"registration-{number}" for number in range(600)]
    for name in names[:500]:
        platform.append(work, confirmed, stream_id=name)
    for reached in (1, 200):
        with example.running():
            within(20, lambda reached=reached: len(example.counted()) >= reached)  # type: ignore[misc]
    with example.running():
        platform.stop()
        for name in names[500:]:
            platform.append(work, confirmed, stream_id=name)
        platform.start()
        within(20, lambda: len(example.counted()) >= len(names))
        time.sleep(0.2)  # What would be counted twice would come now.
    assert example.counted() == names


def test_it_is_of_twenty_lines() -> None:
    own = [line for line in code().splitlines() if line.strip() and not line.startswith(("from ", "import "))]
    assert len(own) <= 20, own
