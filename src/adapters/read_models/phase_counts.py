"""How many registrations there are of each kind in each state, counted as they come: what the phase summary shows.

A registration counts in one row, of its campaign, unit, phase, block, level, kind and state; what it counted in before
is known from its own stream. `count` are all of them, `late` and `persons` some of these, `direct_workers` some of the
persons.
"""

from collections.abc import Mapping

import msgspec

from adapters.read_models.model import Batch, Counting, ReadModel
from adapters.read_models.table import Add, Change, Row, Table
from domain.registration.messages import Individual, Pair, RegistrationSubmitted

COUNTS = Table(
    name="phase_counts",
    key=("campaign_id", "unit_id", "other_unit_id", "phase", "block", "level", "kind", "state"),
    columns={
        "campaign_id": "text",
        "unit_id": "text",
        "other_unit_id": "text",
        "phase": "text",
        "block": "text",
        "level": "text",
        "kind": "text",
        "state": "text",
        "count": "bigint",
        "late": "bigint",
        "persons": "bigint",
        "direct_workers": "bigint",
    },
)
NUMBERS = ("count", "late", "persons", "direct_workers")
NONE = ""
"""In a column of the key, which cannot be null."""
SUBMITTED = "registration.submitted"
STATES = {
    "registration.returned": "returned",
    "registration.resubmitted": "submitted",
    "registration.confirmed": "confirmed",
    "registration.withdrawn": "withdrawn",
    "registration.completed": "completed",
    "registration.work-recognised": "recognised",
    "registration.put-under-review": "under-review",
    "registration.initiative-recognised": "recognised",
    "registration.initiative-refused": "refused",
    "registration.recognition-withdrawn": "revoked",
    "registration.launch-held": "held",
}
"""The state that an event of this type leaves a registration in."""
UNMOVED = frozenset(
    {
        "registration.compact-accepted",
        "registration.progressed",
        "registration.plaque-attached",
        "registration.launch-moved",
    }
)


class Place(msgspec.Struct, frozen=True, array_like=True):
    """What a registration counts for, but for its state: the rest of its row's key, and its share of the numbers."""

    key: Row
    late: int
    person: int
    direct_worker: int


Counted = tuple[Place, str]
"""A registration's place, and its state."""


def learned(batch: Batch) -> dict[str, Counted]:
    return _folded(batch, {})


def project(batch: Batch, before: Mapping[str, Counted]) -> tuple[list[Change], dict[str, Counted]]:
    now = _folded(batch, before)
    sums: dict[Row, list[int]] = {}
    for stream, counted in now.items():
        earlier = before.get(stream)
        if earlier != counted:
            _add(sums, counted, 1)
            if earlier is not None:
                _add(sums, earlier, -1)
    names = ("count", "late", "persons", "direct_workers")
    changes = [
        Add(COUNTS, key, dict(zip(names, numbers, strict=True))) for key, numbers in sums.items() if any(numbers)
    ]
    return list(changes), now


def _folded(batch: Batch, before: Mapping[str, Counted]) -> dict[str, Counted]:
    """What the registrations of the batch have come to."""
    now: dict[str, Counted] = {}
    for recorded, event in batch:
        stream = recorded.stream_id
        if recorded.type == SUBMITTED:
            now[stream] = (_place(event), "submitted")
        elif counted := now.get(stream) or before.get(stream):
            now[stream] = (counted[0], STATES[recorded.type])
    return now


def _place(event: RegistrationSubmitted) -> Place:
    subject = event.subject
    other = subject.parties[1].unit_id if isinstance(subject, Pair) else NONE
    person = isinstance(subject, Individual)
    key = (
        event.campaign_id,
        event.unit_id,
        other,
        event.phase or NONE,
        event.block or NONE,
        event.level,
        event.kind.value,
    )
    return Place(key, int(event.late), int(person), int(person and event.employment == "direct-worker"))


def _add(sums: dict[Row, list[int]], counted: Counted, sign: int) -> None:
    place, state = counted
    numbers = sums.setdefault((*place.key, state), [0, 0, 0, 0])
    numbers[0] += sign
    numbers[1] += sign * place.late
    numbers[2] += sign * place.person
    numbers[3] += sign * place.direct_worker


PHASE_COUNT_MODEL = ReadModel(
    name="phase-counts",
    tables=(COUNTS,),
    families=frozenset({"registration"}),
    passes_over=UNMOVED,
    project=Counting(learned=learned, project=project),
)
