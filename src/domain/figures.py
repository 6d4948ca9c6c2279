"""The figures of a report, as they were counted at one position of the log: whole numbers, never retyped."""

from datetime import date
from typing import Annotated

import msgspec

from domain.decider import Message, Name
from domain.ids import Slug
from domain.targets import Standing

Count = Annotated[int, msgspec.Meta(ge=0)]


class Period(Message, frozen=True, kw_only=True):
    """What a report is about: calendar days, both included."""

    opens_on: date
    closes_on: date


class RegistrationTally(Message, frozen=True, kw_only=True):
    """Registrations of one kind in one state, of which `late`."""

    kind: Slug
    state: Slug
    count: Count
    late: Count


class TargetTally(Message, frozen=True, kw_only=True):
    """How far a target has come among the reporting unit and those under it; see `domain.targets.Progress`."""

    target: Slug
    numerator: Count
    denominator: Count
    share_x100: int | None
    standing: Standing


class DutyTally(Message, frozen=True, kw_only=True):
    """Duties that fell due in the period: `done` were accepted or fulfilled."""

    owed: Count = 0
    done: Count = 0
    submitted: Count = 0
    returned: Count = 0
    overdue: Count = 0
    late: Count = 0


class ClassTally(Message, frozen=True, kw_only=True):
    """Evaluations that were given this class in the period. `subject`: unit or person."""

    rubric: Slug
    subject: Slug
    band: Slug
    count: Count


class AwardTally(Message, frozen=True, kw_only=True):
    """Awards of one title that were decided in the period and stand."""

    title: Slug
    name: Name
    count: Count


class ReportFigures(Message, frozen=True, kw_only=True):
    """What a unit and those under it did in a period. Registrations are those handed in then, by the state that they
    are in now; `works_recognised` counts works, products and tasks, `plaques` those of them with a plaque."""

    registrations: tuple[RegistrationTally, ...] = ()
    works_recognised: Count = 0
    plaques: Count = 0
    initiatives_recognised: Count = 0
    registered_persons: Count = 0
    direct_workers: Count = 0
    targets: tuple[TargetTally, ...] = ()
    duties: DutyTally = DutyTally()
    classes: tuple[ClassTally, ...] = ()
    awards: tuple[AwardTally, ...] = ()
