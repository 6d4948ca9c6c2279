"""How many registrations there are of each kind in each state, counted as they come: what the phase summary shows.

A registration counts in one row, of its campaign, unit, phase, block, level, kind and state; what it counted in before
is known from its own stream. `count` are all of them, `late` and `persons` some of these, `direct_workers` some of the
persons.
"""

from collections.abc import Mapping, Sequence

import msgspec

from adapters.read_models.checkpoints import checkpoints
from adapters.read_models.model import Counting, ReadModel, Step
from adapters.read_models.session import Connection
from adapters.read_models.table import Add, Change, Row, Table
from domain.ids import TenantId

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


class Party(msgspec.Struct, frozen=True):
    unit_id: str


class Subject(msgspec.Struct, frozen=True):
    kind: str
    parties: tuple[Party, ...] = ()


class Submitted(msgspec.Struct, frozen=True):
    """Of a submission, what it counts for."""

    campaign_id: str
    unit_id: str
    level: str
    block: str | None
    phase: str | None
    kind: str
    subject: Subject
    employment: str | None
    late: bool


Counted = tuple[Row, str, int, int, int]
"""What a registration counts for: its row's key but for the state, the state, and its share of the other numbers."""


def fold(steps: Sequence[Step], before: Mapping[str, Counted]) -> dict[str, Counted]:
    """What the registrations have come to."""
    now: dict[str, Counted] = {}
    for stream, _, name, essence in steps:
        if essence is not None:
            now[stream] = _counted(essence)
        elif counted := now.get(stream) or before.get(stream):
            place, _, late, person, direct_worker = counted
            now[stream] = (place, STATES[name], late, person, direct_worker)
    return now


def changes(before: Mapping[str, Counted], now: Mapping[str, Counted]) -> list[Change]:
    sums: dict[Row, list[int]] = {}
    for counted in before.values():
        _add(sums, counted, -1)
    for counted in now.values():
        _add(sums, counted, 1)
    return [Add(COUNTS, key, dict(zip(NUMBERS, sum_, strict=True))) for key, sum_ in sums.items() if any(sum_)]


def _counted(event: Submitted) -> Counted:
    subject, person = event.subject, event.subject.kind == "individual"
    other = subject.parties[1].unit_id if subject.parties else NONE
    phase, block = event.phase or NONE, event.block or NONE
    place = (event.campaign_id, event.unit_id, other, phase, block, event.level, event.kind)
    return place, "submitted", event.late, person, person and event.employment == "direct-worker"


def _add(sums: dict[Row, list[int]], counted: Counted, sign: int) -> None:
    place, state, late, person, direct_worker = counted
    key = (*place, state)
    numbers = sums.get(key)
    if numbers is None:
        numbers = sums[key] = [0, 0, 0, 0]
    numbers[0] += sign
    numbers[1] += sign * late
    numbers[2] += sign * person
    numbers[3] += sign * direct_worker


PHASE_COUNT_MODEL = ReadModel(
    name="phase-counts",
    tables=(COUNTS,),
    families=frozenset({"registration"}),
    passes_over=UNMOVED,
    project=Counting(
        essences={("registration.submitted", 1): msgspec.json.Decoder(Submitted)}, fold=fold, changes=changes
    ),
)

COUNTED = """(
    select c.tenant_id, c.campaign_id, c.unit_id, nullif(c.other_unit_id, '') as other_unit_id,
           nullif(c.phase, '') as phase, nullif(c.block, '') as block, c.level, c.kind, c.state,
           c.count, c.late, c.persons, c.direct_workers
    from read_models.phase_counts as c
)"""
ONE_BY_ONE = """(
    select r.tenant_id, r.campaign_id, r.unit_id, r.other_unit_id, r.phase, r.block, r.level, r.kind, r.state,
           1 as count, r.late::int as late, (r.subject = 'individual')::int as persons,
           (r.subject = 'individual' and r.employment = 'direct-worker')::int as direct_workers
    from read_models.registrations as r
)"""


async def counted_registrations(connection: Connection, tenant_id: TenantId) -> str:
    """What registrations are to be counted from, as a subquery: the counts, where they are of the same position as the
    register, else the register itself. So a summary is right while the counts are built, and where they are stopped."""
    model = PHASE_COUNT_MODEL
    found = await checkpoints(connection, tenant_id, (model.name, "registrations"))
    counts, register = found.get(model.name), found.get("registrations")
    if counts and register and (counts.version, counts.position) == (model.version, register.position):
        return COUNTED
    return ONE_BY_ONE
