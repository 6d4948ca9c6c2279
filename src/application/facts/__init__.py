"""What a command must know of other streams, read from the log with the versions it was read at.

The loaders are listed by command; a command that is not listed needs nothing besides its own stream.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from application.facts import (
    awards,
    campaigns,
    clusters,
    councils,
    demands,
    duties,
    erasing,
    evaluations,
    exemplars,
    organisation,
    registrations,
)
from application.reading import Reader
from domain.decider import Command

Loader = Callable[[Reader, Any, Any, str], Awaitable[Any]]
"""(reader, command, state, the name of the stream that is decided on) -> the aggregate's Facts."""

LOADERS: dict[type[Command], Loader] = {
    **organisation.LOADERS,
    **campaigns.LOADERS,
    **duties.LOADERS,
    **demands.LOADERS,
    **registrations.LOADERS,
    **exemplars.LOADERS,
    **clusters.LOADERS,
    **evaluations.LOADERS,
    **awards.LOADERS,
    **councils.LOADERS,
    **erasing.LOADERS,
}


async def facts_for(reader: Reader, command: Command, state: Any, stream_id: str) -> Any:
    """The facts that `command` is decided with; None where it needs none."""
    loader = LOADERS.get(type(command))
    return None if loader is None else await loader(reader, command, state, stream_id)
