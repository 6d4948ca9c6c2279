"""What the demo did in one federation, written down by itself as it goes: nothing here is read from the server."""

from dataclasses import dataclass, field
from datetime import date

from domain.dates import Occurrence
from domain.directive import DutySpec, Kind

HOLDING = frozenset({"confirmed", "under-review", "held", "completed", "recognised"})
"""States in which a registration counts as registered."""
GRANTED = frozenset({"decided", "presented"})


@dataclass(kw_only=True)
class Registered:
    """A registration: its first party and, of a compact, the other one; a party is a unit's code and a person's."""

    kind: Kind
    parties: tuple[tuple[str, str | None], ...]
    subject: str
    phase: str | None
    on: date
    late: bool
    state: str = "submitted"


@dataclass(kw_only=True)
class Evaluated:
    unit: str
    person: str | None
    band: str | None = None


@dataclass(kw_only=True)
class Nominated:
    title: str
    unit: str
    person: str | None
    state: str = "nominated"
    version: int = 0
    steps: int = 0


@dataclass(kw_only=True)
class HandedIn:
    """A duty: `late` as of the last time that it was handed in."""

    state: str
    on: date
    late: bool


@dataclass(kw_only=True)
class Ledger:
    """Everything by the id that the server gave; duties by (duty, occurrence, unit code), allotments by (target, unit
    code, period), phases by code, headcounts as reported on top of the file's. `demands`: what is owed, when, and by
    which units; `acknowledged`: the units that have the directive."""

    launched_on: date | None = None
    opened: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    reviews: list[tuple[str, str]] = field(default_factory=list)
    registrations: dict[str, Registered] = field(default_factory=dict)
    evaluations: dict[str, Evaluated] = field(default_factory=dict)
    awards: dict[str, Nominated] = field(default_factory=dict)
    duties: dict[tuple[str, str, str], HandedIn] = field(default_factory=dict)
    allotments: dict[tuple[str, str, str], int] = field(default_factory=dict)
    demands: dict[str, tuple[DutySpec, Occurrence, tuple[str, ...]]] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    headcounts: dict[str, tuple[int, int]] = field(default_factory=dict)
    unions_founded: dict[str, date] = field(default_factory=dict)
    concluded: bool = False
