"""What `thidua demo` does."""

import signal
from collections.abc import Sequence

import click

from adapters.demo.client import Unexpected
from adapters.demo.play import STORIES, perform, tell_outcome
from adapters.demo.stage import StageProblem
from adapters.demo.voice import Voice
from adapters.settings import Settings

HANDLES = tuple(sorted(story.handle for story in STORIES))


def demo(settings: Settings, *, english: bool, only: Sequence[str]) -> bool:
    """Play the stories of these federations (of all, if none is named); whether every figure agreed.

    Raises:
        EmbeddedProblem, PrivilegeProblem, FileProblems …: the platform for it cannot be raised.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # Until the loop runs and takes it over.
    voice = Voice(english=english)
    stories = [story for story in STORIES if not only or story.handle in only]
    try:
        return tell_outcome(voice, perform(settings, voice, stories))
    except (Unexpected, StageProblem) as problem:
        click.echo(f"thidua: {problem}", err=True)
        return False
