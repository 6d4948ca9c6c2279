"""Stored events are for ever: each version that was ever published keeps an example of its bytes."""

from domain.events import CATALOGUE
from tests.support.tree import PROJECT

GOLDEN = PROJECT / "tests" / "golden" / "events"


def test_every_event_version_has_a_golden_file_and_every_golden_file_an_event() -> None:
    published = {f"{name}.v{version}.json" for name, version in CATALOGUE}
    assert {path.name for path in GOLDEN.iterdir()} == published
