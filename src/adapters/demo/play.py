"""The demo from beginning to end."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

import msgspec

from adapters.demo.calendar import Calendar
from adapters.demo.client import Line
from adapters.demo.closing import follow, replay, replay_all, table
from adapters.demo.figures import Difference, Figures, differences, told, wanted
from adapters.demo.proving import prove
from adapters.demo.rehearsing import rehearse_restore
from adapters.demo.scene import Scene
from adapters.demo.stage import Stage, furnish, serving, throw_away_stage
from adapters.demo.stories import ha_noi, kon_tum, lao_cai, ninh_thuan, thanh_hoa
from adapters.demo.voice import Voice
from adapters.settings import Settings
from domain.events import CATALOGUE


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A federation's campaign: the day that its office begins to work with the platform, and what happens."""

    handle: str
    begins: date
    play: Callable[[Scene], Awaitable[None]]


STORIES = (
    Story(handle="thanh-hoa", begins=thanh_hoa.FIRST_DAY, play=thanh_hoa.play),
    Story(handle="ninh-thuan", begins=ninh_thuan.FIRST_DAY, play=ninh_thuan.play),
    Story(handle="ha-noi", begins=ha_noi.FIRST_DAY, play=ha_noi.play),
    Story(handle="lao-cai", begins=lao_cai.FIRST_DAY, play=lao_cai.play),
    Story(handle="kon-tum", begins=kon_tum.FIRST_DAY, play=kon_tum.play),
)
"""In the order of their first days."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A federation at the end of its story: what the server says, figure by figure, and what the ledger says."""

    place: str
    summary: dict[str, Any]
    ours: Figures
    theirs: Figures

    def differences(self) -> list[Difference]:
        return differences(self.place, self.ours, self.theirs)


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """`seconds` is the whole demo's time, `events` how many of each type were recorded."""

    results: tuple[Result, ...]
    seconds: float
    commands: int
    queries: int
    events: Counter[str]

    def differences(self) -> list[Difference]:
        return [each for result in self.results for each in result.differences()]

    def unseen(self) -> list[str]:
        """The types of event that can be recorded and were not, where the whole demo was played."""
        whole = len(self.results) == len(STORIES)
        return sorted({name for name, _ in CATALOGUE} - set(self.events)) if whole else []


def perform(settings: Settings, voice: Voice, stories: Sequence[Story] = STORIES) -> Played:
    """Play the stories on a platform that is raised for them and taken away after them.

    Call it in the main thread. SIGTERM ends it as SIGINT does, and everything is taken away then too.

    Raises:
        KeyboardInterrupt: it was told to stop.
        Unexpected: the API answered otherwise than a story expects.
        StageProblem, EmbeddedProblem, PrivilegeProblem, SettingsProblem …: the platform does not come up.
    """
    began = time.monotonic()
    voice.say("opening", count=len(stories))
    with throw_away_stage(settings) as stage:
        try:
            return asyncio.run(_perform(stage, voice, stories, began))
        except asyncio.CancelledError as stopped:
            raise KeyboardInterrupt from stopped


async def _perform(stage: Stage, voice: Voice, stories: Sequence[Story], began: float) -> Played:
    if (me := asyncio.current_task()) is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, me.cancel)
    admitted = await furnish(stage, [(story.handle, story.begins) for story in stories])
    calendar = Calendar(stage.clock_file, stories=len(stories), today=stories[0].begins)
    async with serving(stage):
        voice.say("serving", seconds=f"{time.monotonic() - began:.1f}")
        lines = [Line(stage.settings.port, story.handle) for story in stories]
        scenes = [Scene(each, line, calendar, voice) for each, line in zip(admitted, lines, strict=True)]
        try:
            results = await _all_stories(stories, scenes)
            await rehearse_restore(stage, scenes[-1])
            events = await _close(scenes, results, voice)
            await prove(stage, scenes[-1], admitted[-1].tenant_id, voice)
        finally:
            for line in lines:
                line.close()
    return Played(
        results=tuple(results),
        seconds=time.monotonic() - began,
        commands=sum(line.commands for line in lines),
        queries=sum(line.queries for line in lines),
        events=events,
    )


async def _all_stories(stories: Sequence[Story], scenes: Sequence[Scene]) -> list[Result]:
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_one_story(*each)) for each in zip(stories, scenes, strict=True)]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed  # The others were called off because of it.
    return [task.result() for task in tasks]


async def _one_story(story: Story, scene: Scene) -> Result:
    """Each story reads its figures on its own last day, before time goes on for the others."""
    await scene.calendar.reach(story.begins)
    await story.play(scene)
    summary, theirs = await told(scene)
    result = Result(place=scene.place, summary=summary, ours=wanted(scene), theirs=theirs)
    scene.last_day = scene.today
    scene.calendar.leave()
    return result


async def _close(scenes: Sequence[Scene], results: Sequence[Result], voice: Voice) -> Counter[str]:
    events = sum([await follow(scene) for scene in scenes], Counter[str]())
    for scene, result in zip(scenes, results, strict=True):
        voice.console.print(table(scene, result.summary))
    awards = sum([await replay_all(scene) for scene in scenes])
    await replay(scenes[-1])
    voice.say("replayed-all", awards=awards)
    return events


def tell_outcome(voice: Voice, played: Played) -> bool:
    """Say how it ended; True where every figure agrees and every type of event has occurred."""
    found, unseen = played.differences(), played.unseen()
    if unseen:
        voice.say("unseen", style="red", types=", ".join(unseen))
    for each in found:
        voice.say("differs", style="red", place=each.place, figure=each.figure, wanted=each.wanted, found=each.found)
    figures = sum(len({*result.ours, *result.theirs}) for result in played.results)
    voice.say(
        "finished",
        seconds=f"{played.seconds:.1f}",
        commands=played.commands,
        queries=played.queries,
        events=played.events.total(),
        types=len(played.events),
        figures=figures,
    )
    if found or unseen:
        return False
    voice.say("all-agree", style="green")
    return True
