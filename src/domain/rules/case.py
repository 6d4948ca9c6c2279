"""What the rules may read of one dossier: plain values, nothing about a person that can be erased."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

import msgspec

from domain.decider import Message, Name
from domain.ids import Id, Slug

Scheme = Literal["merit", "ad-hoc", "thematic", "movement", "dedication", "seniority", "external"]
AwardLevel = Literal["grassroots", "upper", "federation"]
InitiativeScope = Literal["grassroots", "upper", "province", "nationwide"]
DisciplineKind = Literal["reprimand", "warning", "demotion", "dismissal"]
Count = Annotated[int, msgspec.Meta(ge=0)]
Share = Annotated[int, msgspec.Meta(ge=0, le=10_000, description="Hundredths of a percent: 10,000 is the whole.")]

SEVERITY: dict[DisciplineKind, int] = {"reprimand": 1, "warning": 2, "demotion": 3, "dismissal": 4}
REACH: dict[InitiativeScope, int] = {"grassroots": 1, "upper": 2, "province": 3, "nationwide": 4}


class ClassGiven(Message, frozen=True, kw_only=True):
    """A classification that the subject was given for a year, with the points of the final table (None: not kept)."""

    year: int
    code: Slug
    points_x100: Count | None = None


class TitleHeld(Message, frozen=True, kw_only=True):
    """An award that the subject holds, not revoked; `recorded`: from before the platform, or from outside."""

    title: Name
    year: int
    scheme: Scheme
    level: AwardLevel | Literal["state"]
    source: Literal["decided", "recorded"] = "decided"
    issuer: Name | None = None


class Discipline(Message, frozen=True, kw_only=True):
    """A discipline without its ground, which is sealed. `until` None: no end stated; `lifted_on`: ended before it."""

    kind: DisciplineKind
    on: date
    until: date | None = None
    lifted_on: date | None = None

    def runs_after(self, day: date) -> bool:
        """Whether it was imposed on `day` or later, or was still running then."""
        ends = min((end for end in (self.until, self.lifted_on) if end is not None), default=None)
        return self.on >= day or ends is None or ends >= day

    def ended_in(self, today: date) -> int:
        """The year that it ended in; of one that still runs, or has no end stated, the present year."""
        ends = min((end for end in (self.until, self.lifted_on) if end is not None), default=today)
        return min(ends, today).year


class VoteCount(Message, frozen=True, kw_only=True):
    """A council's count for one dossier: `roster` all seats, `present` in the room, `in_writing` voting by letter,
    `recused` the seats of the roster that stepped aside for a conflict of interest."""

    roster: Annotated[int, msgspec.Meta(ge=1)]
    present: Count
    in_writing: Count
    votes_for: Count
    votes_against: Count
    votes_invalid: Count
    recused: Count = 0


class QuotaCount(Message, frozen=True, kw_only=True):
    """How many are granted with this list, out of `whole` of what is called `of`, as it stood on `frozen_on`."""

    of: Slug
    granted: Count
    whole: Count
    frozen_on: date


class Concurrence(Message, frozen=True, kw_only=True):
    """hiệp y: a body that was asked, and whether it agrees."""

    body: Slug
    agrees: bool


class Counted(Message, frozen=True, kw_only=True):
    """How many persons have what is called `code`: a title that they hold, or a class that they were given."""

    code: Slug
    persons: Count


class CollectiveCount(Message, frozen=True, kw_only=True):
    """What is on record about the persons of a collective for the year: `members` of the headcount of `counted_on`,
    who holds which title, who was given which class, and the disciplines that were imposed or ran in the period."""

    members: Count | None = None
    counted_on: date | None = None
    titles: tuple[Counted, ...] = ()
    classes: tuple[Counted, ...] = ()
    disciplines: tuple[DisciplineKind, ...] = ()

    def holders(self, title: str) -> int:
        return sum(counted.persons for counted in self.titles if counted.code == title)

    def classified(self, classes: Iterable[str]) -> int:
        return sum(counted.persons for counted in self.classes if counted.code in classes)


class Case(Message, frozen=True, kw_only=True):
    """What the rules may read of one dossier, and nothing erasable. None: not known, which is an obstacle if asked for.

    `day` is the day of the judgement; `period_from` the first day of the period that the award is for; `year` its year.
    `same_achievement`: the subject's other awards that were granted, and not revoked, for the same achievement, or with
    the same title of the campaign for the same year (a feat on the fast path stands for itself).
    `proposals`: the dossier's own number among those of the campaign's title and year that were not declined.
    `fatal_accidents`: the days of the unit's accidents at work that cost a life. `prize_vnd`: the prize that is stated,
    None where the rules' own is taken. `elected`: the unit was elected leader of its cluster for the campaign and the
    year; None where its clusters have elected nobody.
    """

    subject: Literal["individual", "collective"]
    year: int
    day: date
    period_from: date
    scheme: Scheme = "movement"
    level: AwardLevel = "federation"
    fast_path: bool = False
    employment: Literal["direct-worker", "leader", "other", "collective"] | None = None
    registered: bool | None = None
    classes: tuple[ClassGiven, ...] | None = None
    service_months: Count | None = None
    absent_days: Count | None = None
    maternity: bool = False
    disciplines: tuple[Discipline, ...] | None = None
    held: bool | None = None
    same_achievement: tuple[Id, ...] | None = None
    titles: tuple[TitleHeld, ...] | None = None
    initiatives: tuple[InitiativeScope, ...] | None = None
    published_from: date | None = None
    published_until: date | None = None
    meets_on: date | None = None
    vote: VoteCount | None = None
    quotas: tuple[QuotaCount, ...] | None = None
    concurrences: tuple[Concurrence, ...] | None = None
    parts: tuple[Slug, ...] | None = None
    proposals: Count | None = None
    collective: CollectiveCount | None = None
    fatal_accidents: tuple[date, ...] | None = None
    prize_vnd: Count | None = None
    joined_on: date | None = None
    elected: bool | None = None
