"""What every read model is: its tables, the events that it rests on, and the pure fold from one to the other."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from adapters.read_models.table import Change, Table
from application.ports import Recorded

Batch = Sequence[tuple[Recorded, Any]]
"""Rows of the log, each with its decoded event, in order of position."""


Essences = Mapping[tuple[str, int], "msgspec.json.Decoder[Any]"]
"""By stored name and version of an event, how the fields of it that a fold reads are decoded, and no others: an essence
has them under the same names and of the same types as the event itself."""
Project = Callable[[Batch], list[Change]]
Step = tuple[str, int, str, Any]
"""What a model that counts sees of an event: stream, version, type, and the essence of what it says, where needed."""


class Counting(msgspec.Struct, frozen=True, kw_only=True):
    """How a model that counts things knows what each of them counted for before a batch. That follows from the thing's
    own stream in the log, so nothing is kept for it.

    `essences`: of events whose data the fold needs, by stored name and version, the fields of it that it does. Of all
    others it sees the type alone.
    `fold`: what the streams of some events have come to, by stream id, given what those that had begun had come to.
    `changes`: of the rows, given what streams had come to before, those that had begun, and what they have come to now.
    Both are pure."""

    essences: Essences
    fold: Callable[[Sequence[Step], Mapping[str, Any]], dict[str, Any]]
    changes: Callable[[Mapping[str, Any], Mapping[str, Any]], list[Change]]


class ReadModel(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """`families` are the first parts of the event types that it rests on (`campaign` of `campaign.launched`), none
    meaning all; `passes_over` the types of these that change none of its rows. An event of a family that this release
    does not know stops the projection: skipping it would be wrong for ever.

    `essences`: what a build decodes of some events in place of the whole.
    `version` goes up with every change of the fold or the tables after which other rows come of the same events: rows
    of two versions are never mixed. `whole_envelope`: the fold reads more of it than stream, version, position, type
    and time; else a build leaves the rest empty.
    """

    name: str
    tables: tuple[Table, ...]
    families: frozenset[str]
    project: Project | Counting
    version: int = 1
    essences: Essences = {}
    passes_over: frozenset[str] = frozenset()
    whole_envelope: bool = False

    def concerns(self, event_type: str) -> bool:
        if event_type in self.passes_over:
            return False
        return not self.families or event_type.partition(".")[0] in self.families


def identity(recorded: Recorded) -> str:
    """The id of the thing whose stream this is: `campaign-0b6f…` without its first part."""
    return recorded.stream_id.partition("-")[2]


def stamp(recorded: Recorded) -> dict[str, int]:
    """What a row must tell of the event that it reflects: its stream's version (the ETag) and the log's position."""
    return {"version": recorded.version, "position": recorded.position}


def first(recorded: Recorded) -> dict[str, int]:
    """The same for a row that begins with this event; lists go by `first_position`, which never changes."""
    return {"first_position": recorded.position, **stamp(recorded)}
