"""Peers come from their registries by pinned versions, and those that cannot run are left out, visibly."""

from pathlib import Path

import pytest

from benchmarks.append import NO_NODE, beside
from benchmarks.pairs import Rounds
from benchmarks.peers import install

pytestmark = pytest.mark.anyio


def test_other_pins_have_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    pins = tmp_path / "pins"
    pins.write_text("one==1")
    first = install._place("python", pins)
    pins.write_text("one==2")
    assert first.parent == tmp_path / "thidua-bench"
    assert install._place("python", pins) != first


def test_without_node_there_are_no_node_peers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert install._node_peers() is None


async def test_a_peer_that_is_not_there_is_a_row_that_says_why() -> None:
    async def ours() -> float:
        raise AssertionError("nobody to be paired with")

    measured = await beside("append/emmett", Rounds(number=1, seconds=1), ours, None)
    assert (measured.spread, measured.why_not) == (None, NO_NODE)
