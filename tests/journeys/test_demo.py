"""The demo plays a whole campaign against a server of its own, and finds the figure that is not what it did."""

import asyncio
import re
import subprocess
from collections import Counter
from collections.abc import Awaitable, Iterable
from datetime import date
from pathlib import Path

import pytest

from adapters.demo.calendar import Calendar
from adapters.demo.figures import Figures
from adapters.demo.play import STORIES, Played, Result, tell_outcome
from adapters.demo.voice import Voice
from domain.events import CATALOGUE
from tests.support.program import PYTHON, environment, needs_python
from tests.support.tree import PROJECT

DEMO_SECONDS_MAX = 60
FIGURES: Figures = {"registrations/work/confirmed": 5, "targets/one-work": (6, 7), "phases/1": (True, True)}


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, "-P", "-m", "adapters.cli", "demo", *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=DEMO_SECONDS_MAX,
        check=False,
    )


def played(*, ours: Figures, theirs: Figures, stories: int = 1, types: Iterable[str] = ()) -> Played:
    result = Result(place="Kon Tum", summary={}, ours=ours, theirs=theirs)
    return Played(results=(result,) * stories, seconds=1.0, commands=1, queries=1, events=Counter(types))


@needs_python
def test_a_campaign_is_played_from_launch_to_conclusion_and_every_figure_agrees() -> None:
    run = demo("--only", "lao-cai", "--english")
    assert run.returncode == 0, (run.stdout[-2000:], run.stderr[-2000:])
    assert "Every figure agrees with the demo's own ledger." in run.stdout
    counted = re.search(r"reads (\d+) events, the last position is (\d+)", run.stdout)
    assert counted is not None
    assert counted[1] == counted[2]


def test_the_same_figures_on_both_sides_are_a_success() -> None:
    assert tell_outcome(Voice(quiet=True), played(ours=FIGURES, theirs=FIGURES))


@pytest.mark.parametrize("name", FIGURES)
def test_a_ledger_that_says_otherwise_of_one_figure_is_a_failure_and_named(name: str) -> None:
    outcome = played(ours={**FIGURES, name: 99}, theirs=FIGURES)
    assert [each.figure for each in outcome.differences()] == [name]
    assert not tell_outcome(Voice(quiet=True), outcome)


def test_a_type_of_event_that_the_whole_demo_did_not_show_is_a_failure_and_named() -> None:
    types = {name for name, _ in CATALOGUE}
    whole = played(ours=FIGURES, theirs=FIGURES, stories=len(STORIES), types=types)
    assert tell_outcome(Voice(quiet=True), whole)
    lacking = played(ours=FIGURES, theirs=FIGURES, stories=len(STORIES), types=types - {"award.corrected"})
    assert lacking.unseen() == ["award.corrected"]
    assert not tell_outcome(Voice(quiet=True), lacking)


def test_a_figure_that_only_one_side_has_is_a_difference() -> None:
    lacking = {name: figure for name, figure in FIGURES.items() if name != "phases/1"}
    assert [each.figure for each in played(ours=lacking, theirs=FIGURES).differences()] == ["phases/1"]
    assert [each.figure for each in played(ours=FIGURES, theirs=lacking).differences()] == ["phases/1"]


@pytest.mark.anyio
async def test_time_goes_on_to_the_nearest_day_once_every_story_waits(tmp_path: Path) -> None:
    calendar = Calendar(tmp_path / "clock", stories=2, today=date(2024, 1, 1))
    days: list[tuple[str, date]] = []

    async def story(name: str, *stops: date) -> None:
        for stop in stops:
            await calendar.reach(stop)
            days.append((name, calendar.today))
        calendar.leave()

    both: list[Awaitable[None]] = [
        story("a", date(2024, 2, 1), date(2024, 6, 1)),
        story("b", date(2024, 3, 1), date(2024, 3, 1)),
    ]
    await asyncio.gather(*both)
    spring = date(2024, 3, 1)
    assert days == [("a", date(2024, 2, 1)), ("b", spring), ("b", spring), ("a", date(2024, 6, 1))]
    assert (tmp_path / "clock").read_text() == "2024-06-01T08:00:00+07:00"


def test_every_federation_file_has_its_story() -> None:
    files = {path.stem for path in (PROJECT / "deploy" / "federations").glob("*.toml")}
    assert {story.handle for story in STORIES} == files


def test_the_stories_begin_in_the_order_of_time() -> None:
    begins = [story.begins for story in STORIES]
    assert begins == sorted(begins)
