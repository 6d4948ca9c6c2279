"""A plausible log of one tenant, made of the catalogue's events with valid fields, and put there with COPY.

The mix, of `events` in all: registrations a half (submitted; 82 in 100 confirmed, 60 report progress, 40 completed, 3
returned and handed in again, 3 withdrawn, 4 recognised), members a quarter (enrolled; service, employment), evaluations
a tenth (opened, scored, classified), duties a tenth (submitted, accepted), awards a twentieth (nominated, appraised),
and 400 units with headcounts and 3 campaigns. What follows on a thing comes up to 6,000 events after what was before,
so that everything is going on at once, as over a year.
"""

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from domain.decider import Message
from domain.directive import Kind
from domain.events import decode, encode
from domain.ids import TenantId
from domain.registration.messages import Collective, Individual

GOLDEN = Path(__file__).parent.parent / "tests" / "golden" / "events"
UNITS, CAMPAIGNS, GAP_EVENTS = 400, 3, 6_000
BEGAN = datetime(2024, 1, 2, 1, tzinfo=UTC)
COLUMNS = [
    "tenant_id", "epoch", "position", "stream_id", "version", "type", "type_version", "event_id", "recorded_at",
    "happened_on", "actor", "correlation_id", "causation_id", "command_id", "data",
]  # fmt: skip
Story = tuple[str, dict[str, Any]]
"""A type of the catalogue, and what of its golden example is other here."""


def newest() -> dict[str, tuple[int, Message]]:
    """Of each type, its newest version with the example that the golden files keep."""
    found: dict[str, tuple[int, Message]] = {}
    for path in sorted(GOLDEN.glob("*.v*.json")):
        name, _, version = path.name.removesuffix(".json").rpartition(".v")
        if name not in found or int(version) > found[name][0]:
            found[name] = (int(version), decode(name, int(version), path.read_bytes()))
    return found


class Mix:
    """The events of one tenant, from the first on."""

    def __init__(self, seed: int = 7) -> None:
        self._random = Random(seed)  # noqa: S311
        self._golden = newest()
        self._units = [self._id() for _ in range(UNITS)]
        self._campaigns = [self._id() for _ in range(CAMPAIGNS)]
        self._people: list[str] = []
        self._fixed: dict[str, bytes] = {}

    def _id(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def events(self, count: int) -> Iterator[tuple[str, int, str, int, bytes]]:
        """(stream, version, type, type version, data), `count` of them."""
        waiting: list[tuple[int, int, str, int, list[Story]]] = []
        made, things = 0, 0
        beginnings = self._beginnings()
        while made < count:
            if waiting and waiting[0][0] <= made:
                _, _, stream, version, rest = heapq.heappop(waiting)
            else:
                stream, rest = next(beginnings)
                version = 1
            (name, other), *later = rest
            yield (stream, version, name, *self._encoded(name, other))
            made, things = made + 1, things + 1
            if later:
                due = made + (1 if made < UNITS else self._random.randint(1, GAP_EVENTS))
                heapq.heappush(waiting, (due, things, stream, version + 1, later))

    def _encoded(self, name: str, other: dict[str, Any]) -> tuple[int, bytes]:
        version, example = self._golden[name]
        if other:
            return version, encode(msgspec.structs.replace(example, **other))
        if name not in self._fixed:
            self._fixed[name] = encode(example)
        return version, self._fixed[name]

    def _beginnings(self) -> Iterator[tuple[str, list[Story]]]:
        for n, unit in enumerate(self._units):
            yield f"unit-{unit}", self._unit(unit, n)
        for campaign in self._campaigns:
            drafted = {"issuer_id": self._units[0]}
            yield f"campaign-{campaign}", [("campaign.drafted", drafted), ("campaign.launched", {})]
        while True:
            # By things, so that the events come out as the shares say: a registration has three on average.
            kind = self._random.choices(
                (self._registration, self._member, self._evaluation, self._duty, self._award),
                (0.18, 0.13, 0.035, 0.05, 0.027),
            )[0]
            yield kind()

    def _unit(self, unit: str, n: int) -> list[Story]:
        level, parent = ("federation", None) if n == 0 else ("grassroots", self._units[0])
        established = {"unit_id": unit, "code": f"u{n}", "name": f"CĐCS {n}", "level": level, "parent_id": parent}
        return [("unit.established", established), ("unit.headcount-reported", {})]

    def _registration(self) -> tuple[str, list[Story]]:
        random = self._random
        of_person = random.random() < 0.4
        subject = Individual(person_id=self._person()) if of_person else Collective()
        kind = random.choice(("title", "initiative")) if of_person else random.choice(("work", "task", "product"))
        submitted = {
            "campaign_id": random.choice(self._campaigns),
            "unit_id": random.choice(self._units),
            "phase": random.choice(("dot-1", "dot-2")),
            "kind": Kind(kind),
            "subject": subject,
            "employment": random.choice(("direct-worker", "leader", "other")) if of_person else None,
            "name": f"Công trình {random.randrange(10**6)}",
            "late": random.random() < 0.15,
        }
        return f"registration-{self._id()}", [("registration.submitted", submitted), *self._after_submission()]

    def _after_submission(self) -> list[Story]:
        fate = self._random.random()
        if fate < 0.03:
            return [("registration.withdrawn", {})]
        told: list[Story] = []
        if fate < 0.06:
            told += [("registration.returned", {}), ("registration.resubmitted", {})]
        if fate < 0.88:
            told.append(("registration.confirmed", {}))
            if fate > 0.28:
                told.append(("registration.progressed", {}))
            if fate > 0.48:
                told.append(("registration.completed", {}))
            if fate > 0.84:
                told.append(("registration.work-recognised", {}))
        return told

    def _person(self) -> str:
        return self._random.choice(self._people) if self._people else self._id()

    def _member(self) -> tuple[str, list[Story]]:
        person = self._id()
        self._people.append(person)
        enrolled = {"person_id": person, "unit_id": self._random.choice(self._units), "code": f"nv-{len(self._people)}"}
        later: list[Story] = [("member.service-reported", {})]
        if self._random.random() < 0.2:
            later.append(("member.employment-changed", {}))
        return f"member-{person}", [("member.enrolled", enrolled), *later]

    def _of_campaign(self) -> dict[str, str]:
        return {"campaign_id": self._random.choice(self._campaigns), "unit_id": self._random.choice(self._units)}

    def _evaluation(self) -> tuple[str, list[Story]]:
        later: list[Story] = [("evaluation.self-scored", {}), ("evaluation.classified", {})]
        return f"evaluation-{self._id()}", [("evaluation.opened", self._of_campaign()), *later]

    def _duty(self) -> tuple[str, list[Story]]:
        return f"duty-{self._id()}", [("duty.submitted", self._of_campaign()), ("duty.accepted", {})]

    def _award(self) -> tuple[str, list[Story]]:
        nominated = {**self._of_campaign(), "person_id": self._person()}
        return f"award-{self._id()}", [("award.nominated", nominated), ("award.appraised", {})]


async def fill(superuser_url: str, tenant_id: TenantId, *, events: int = 500_000, seed: int = 7) -> None:
    """Put the mix into the empty log of a registered tenant. As the superuser, with COPY: the appends' speed is another
    benchmark's matter."""
    random = Random(seed)  # noqa: S311
    tenant = UUID(tenant_id)

    def rows() -> Iterator[tuple[Any, ...]]:
        for position, (stream, version, name, type_version, data) in enumerate(Mix(seed).events(events), start=1):
            event_id, command_id = (UUID(int=random.getrandbits(128), version=4) for _ in range(2))
            at = BEGAN + timedelta(seconds=30 * position)
            yield (
                tenant, 1, position, stream, version, name, type_version, event_id, at, None, "cán bộ công đoàn cơ sở",
                str(command_id), None, command_id, data,
            )  # fmt: skip

    connection = await asyncpg.connect(superuser_url)
    try:
        await connection.copy_records_to_table("events", schema_name="thidua", columns=COLUMNS, records=rows())
        await connection.execute(
            "update thidua.heads set position = $2, recorded_at = now() where tenant_id = $1", tenant, events
        )
        await connection.execute("vacuum analyze thidua.events")
    finally:
        await connection.close()
