"""A directive as data: what a federation's document orders, clause by clause, in a shape that the system acts on.

Each clause keeps its section and wording in the source. Where the source is silent and the system needs a value, the
clause is `assumed`, and every page shows it. Ambiguity is kept: the wording, and an explicit interpretation beside it.
"""

from datetime import date
from enum import Enum
from typing import Annotated, Literal

import msgspec

from domain.dates import DateRule, OpenEnded, PartialDate, Span
from domain.decider import Message, Name, Text
from domain.ids import Slug
from domain.paper import Document
from domain.rubric import Rubric
from domain.rules import RuleSet

Source = Literal["directive", "assumed"]
Level = Literal["federation", "upper", "grassroots"]
Sector = Literal["state-agency", "public-service", "school", "state-enterprise", "non-state-enterprise", "union-body"]
Modality = Literal["ordered", "strive", "encourage"]
DutyKind = Literal[
    "action-plan", "launch", "publicity", "inspection", "seminar", "report", "conference", "review", "regulation",
    "contribution", "recognition", "registration", "agreement", "commendation", "contest", "guidance", "selection",
    "exemplary-models", "care", "training", "congress", "rating", "accountability", "activity",
]  # fmt: skip


class Kind(Enum):
    """What is registered for: a title, a bilateral compact, a commemorative work, product or task, a target of the
    unit's own, a person's task, an initiative, or the day of the unit's launch event."""

    TITLE = "title"
    COMPACT = "compact"
    WORK = "work"
    PRODUCT = "product"
    TASK = "task"
    OWN_TARGET = "own-target"
    PERSONAL_TASK = "personal-task"
    INITIATIVE = "initiative"
    LAUNCH_EVENT = "launch-event"


Comparator = Literal["=", ">=", ">"]


class Interpretation(Message, frozen=True, kw_only=True):
    """How an ambiguous or incomplete wording is read, by whom and since when; the other readings are kept.

    `source` "decision": it was recorded by a command, with the `document` if there is one. `read_as` is the comparator
    that a target is read with; the comparator of its wording stays as it is.
    """

    reading: Name
    alternatives: tuple[Name, ...] = ()
    decided_by: Name
    decided_on: date
    source: Literal["directive", "assumed", "decision"] = "assumed"
    document: Document | None = None
    read_as: Comparator | None = None


class Clause(Message, frozen=True, kw_only=True):
    """Anything that the document orders: where it stands, in which words, and whether it stands there at all."""

    code: Slug
    name: Name
    section: Name
    wording: Text = ""
    source: Source = "directive"
    interpretation: Interpretation | None = None


class Recipient(Message, frozen=True, kw_only=True):
    """A line of "Nơi nhận": a body or office, and what the document is sent to it for.

    `duty` is the duty by which the purpose is carried out, where it asks for something (đăng: the publicity duty).
    """

    name: Name
    purpose: Literal["report", "coordinate", "carry-out", "inform", "publish", "file", "unstated"] = "unstated"
    duty: Slug | None = None


class Citation(Message, frozen=True, kw_only=True):
    """A paper that the directive rests on, as far as it names it: number and day may be left out there."""

    title: Name
    issuer: Name
    number: Name | None = None
    issued: PartialDate | None = None


class YearTheme(Message, frozen=True, kw_only=True):
    """A theme of the year that the campaign serves, with whose theme it is."""

    body: Name
    text: Name


class Phase(Clause, frozen=True, kw_only=True):
    """đợt. `opens_on` None: from the launch day. Phases may overlap; then a date lies in several.

    `opens_as_stated` is the first day as far as the paper says it, where that is only a month ("từ tháng 01/2024").
    """

    opens_on: date | None = None
    opens_as_stated: PartialDate | None = None
    closes_on: date
    theme: Name | None = None
    occasions: tuple[Name, ...] = ()
    peak: bool = False


class Drive(Clause, frozen=True, kw_only=True):
    """A named drive (cao điểm) inside or across phases."""

    phases: tuple[Slug, ...] = ()
    opens_on: date | None = None
    closes_on: date | None = None
    occasions: tuple[Name, ...] = ()


class Block(Clause, frozen=True, kw_only=True):
    """khối: peers, found by the sector of their unit. `lead_unit` is the code of the unit that leads it, if any.

    The block is there from `holds_from` until `holds_until`, both included; None: from the first day, to the last.
    """

    sectors: tuple[Sector, ...]
    lead_unit: Slug | None = None
    holds_from: date | None = None
    holds_until: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.holds_from or day) <= day <= (self.holds_until or day)


class ContentItem(Clause, frozen=True, kw_only=True):
    """nội dung thi đua: what the units compete in; a criterion of the rubric scores it. `block` None: for all."""

    block: Slug | None = None
    modality: Modality = "ordered"
    movements: tuple[Name, ...] = ()
    scored_by: tuple[Slug, ...] = ()


# --- Targets --------------------------------------------------------------------


class Population(Message, frozen=True, kw_only=True):
    """Which units count: those of these levels and sectors, with or without a union, with at least so many workers."""

    levels: tuple[Level, ...] = ("grassroots",)
    sectors: tuple[Sector, ...] = ()
    union: Literal["with", "without", "any"] = "with"
    workers_min: Annotated[int, msgspec.Meta(ge=0)] = 0


class UnitsRegistered(Message, frozen=True, kw_only=True, tag_field="kind", tag="units-registered"):
    """A unit counts once it has `each` confirmed registrations of any of `kinds`."""

    kinds: Annotated[tuple[Kind, ...], msgspec.Meta(min_length=1)]
    each: Annotated[int, msgspec.Meta(ge=1)] = 1


class MembersRegistered(Message, frozen=True, kw_only=True, tag_field="kind", tag="members-registered"):
    """A member of the population's units counts once registered for one of `kinds`; the whole is their headcount."""

    kinds: Annotated[tuple[Kind, ...], msgspec.Meta(min_length=1)]


class DutiesDone(Message, frozen=True, kw_only=True, tag_field="kind", tag="duties-done"):
    """A unit counts once every one of these duties of its own is accepted: a compound target names several. A unit that
    owes none of them is not in the population."""

    duties: Annotated[tuple[Slug, ...], msgspec.Meta(min_length=1)]


class UnitsUnionised(Message, frozen=True, kw_only=True, tag_field="kind", tag="units-unionised"):
    """A unit counts if it has a union; the population must include those without one."""


class UnitsClassified(Message, frozen=True, kw_only=True, tag_field="kind", tag="units-classified"):
    """A unit counts if an evaluation of it in the campaign was given one of these classes."""

    classes: Annotated[tuple[Slug, ...], msgspec.Meta(min_length=1)]


class AllotmentsReached(Message, frozen=True, kw_only=True, tag_field="kind", tag="allotments-reached"):
    """A unit counts once its confirmed registrations of `kinds` reach the number allotted to it by decision, or, where
    `exceeded` ("hoàn thành và vượt"), are more than that. A unit without a number is not in the population.
    `numbers_of` is the target whose numbers are meant, where they are not this one's own."""

    kinds: Annotated[tuple[Kind, ...], msgspec.Meta(min_length=1)]
    exceeded: bool = False
    numbers_of: Slug | None = None


Measure = UnitsRegistered | MembersRegistered | DutiesDone | UnitsUnionised | UnitsClassified | AllotmentsReached


class Target(Clause, frozen=True, kw_only=True):
    """chỉ tiêu: a measure over a population against a value in hundredths of the whole (10,000 = 100 %).

    `comparator` "unspecified" is read as "at least" and shown as unspecified. `phase`: due by the end of that phase.
    `allotted`: each unit has a number of its own, by a decision once or by one each year.
    """

    modality: Modality
    measure: Measure
    population: Population = Population()
    comparator: Literal["=", ">=", ">", "unspecified"]
    share_x100: Annotated[int, msgspec.Meta(ge=0, le=10_000)]
    phase: Slug | None = None
    allotted: Literal["no", "once", "yearly"] = "no"


# --- Duties, registrations, titles -------------------------------------------------


class DutySpec(Clause, frozen=True, kw_only=True):
    """Who owes what by when: to whom, by which channel, through which department, with what proof.

    `bearers` are the levels whose every unit owes it, `units` single units by code, `sectors` narrows them. A duty with
    `fulfilled_by` is done by itself once the unit has registered one of these kinds. `slogan` is what is hung up, with
    "{unit}" where the bearer's name is filled in.
    """

    kind: DutyKind
    modality: Modality = "ordered"
    rule: DateRule
    bearers: tuple[Level, ...] = ()
    units: tuple[Slug, ...] = ()
    sectors: tuple[Sector, ...] = ()
    department: Name | None = None
    addressees: tuple[Name, ...] = ()
    channel: Name | None = None
    proof: Name | None = None
    fulfilled_by: tuple[Kind, ...] = ()
    slogan: Name | None = None

    @property
    def lapses(self) -> bool:
        """Whether it is overdue once its last day has passed: where the paper names no day, only what is ordered is."""
        return self.modality == "ordered" or not isinstance(self.rule, OpenEnded)

    def borne_by(self, level: str, sector: str, code: str) -> bool:
        """Whether a unit of this level, sector and code owes it."""
        return code in self.units or (level in self.bearers and (not self.sectors or sector in self.sectors))

    def slogan_of(self, unit_name: str) -> str | None:
        return self.slogan and self.slogan.replace("{unit}", unit_name)


class RegistrationRule(Clause, frozen=True, kw_only=True):
    """đăng ký thi đua: which kind, by whom, until when. `late`: recorded and shown, or refused.

    `drive` is the named drive that it belongs to; `channel` and `addressees` say how and to whom it is sent.
    """

    kind: Kind
    subjects: Annotated[tuple[Literal["individual", "collective", "pair"], ...], msgspec.Meta(min_length=1)]
    levels: tuple[Level, ...] = ("grassroots",)
    rule: DateRule
    late: Literal["recorded", "refused"] = "recorded"
    drive: Slug | None = None
    channel: Name | None = None
    addressees: tuple[Name, ...] = ()


class TitleSpec(Clause, frozen=True, kw_only=True):
    """danh hiệu or hình thức khen thưởng of this campaign, and by which rules it is given (a rule set's code).

    `fast_path`: an ad-hoc feat may be decided without publication and council. `prize_vnd`: đồng.
    """

    form: Literal["title", "giay-khen", "bang-khen", "flag", "ky-niem-chuong"]
    subjects: Annotated[tuple[Literal["individual", "collective"], ...], msgspec.Meta(min_length=1)]
    decided_by: Level
    rules: Slug
    fast_path: bool = False
    prize_vnd: Annotated[int, msgspec.Meta(ge=0)] | None = None


FIGURES = frozenset(
    {
        "direct-worker-share", "late-counts", "registrations-by-kind", "target-progress", "classes", "awards-by-title",
        "duties-overdue", "rubric-points", "audit-trail", "exemplary-models",
    }
)  # fmt: skip
"""What the phase summary and the audit trail show, by which a principle can be seen."""


class Principle(Clause, frozen=True, kw_only=True):
    """A principle that selection keeps (kịp thời, trực tiếp lao động …), and the figures (FIGURES) or kinds of rule of
    the campaign's rule sets by which everybody sees whether it was kept."""

    shown_by: Annotated[tuple[Slug, ...], msgspec.Meta(min_length=1)]


FEW = msgspec.Meta(max_length=100)
MANY = msgspec.Meta(max_length=500)
"""Far above any directive, and low enough that duties times phases stay countable."""

# --- The whole -------------------------------------------------------------------


class Directive(Message, frozen=True, kw_only=True):
    """One campaign's directive, whole. The issuing body may differ from the body that it is signed for."""

    name: Name
    document: Document
    issuing_body: Name
    signing_body: Name
    signing_office: Name
    launched_on: PartialDate
    parents: Annotated[tuple[Document, ...], FEW] = ()
    cites: Annotated[tuple[Citation, ...], MANY] = ()
    distribution: Annotated[tuple[Recipient, ...], MANY] = ()
    horizon: Span
    theme: Name | None = None
    year_themes: Annotated[tuple[YearTheme, ...], FEW] = ()
    phases: Annotated[tuple[Phase, ...], FEW] = ()
    drives: Annotated[tuple[Drive, ...], FEW] = ()
    blocks: Annotated[tuple[Block, ...], FEW] = ()
    items: Annotated[tuple[ContentItem, ...], MANY] = ()
    targets: Annotated[tuple[Target, ...], FEW] = ()
    duties: Annotated[tuple[DutySpec, ...], MANY] = ()
    registrations: Annotated[tuple[RegistrationRule, ...], FEW] = ()
    titles: Annotated[tuple[TitleSpec, ...], FEW] = ()
    titles_open: bool = False
    principles: Annotated[tuple[Principle, ...], MANY] = ()
    rubrics: Annotated[tuple[Rubric, ...], FEW] = ()
    rule_sets: Annotated[tuple[RuleSet, ...], FEW] = ()

    def spans(self, launched_on: date) -> tuple[Span, ...]:
        """The phases as periods, a phase without a first day beginning on the launch day."""
        return tuple(
            Span(code=phase.code, opens_on=phase.opens_on or launched_on, closes_on=phase.closes_on)
            for phase in self.phases
        )

    def title(self, code: str) -> TitleSpec | None:
        return next((title for title in self.titles if title.code == code), None)

    def rule_set(self, code: str) -> RuleSet | None:
        return next((rules for rules in self.rule_sets if rules.code == code), None)

    def versions(self, code: str) -> tuple[Rubric, ...]:
        """The scoring tables of this code, each for periods of its own."""
        return tuple(rubric for rubric in self.rubrics if rubric.code == code)

    def registration(self, kind: Kind, level: str | None = None) -> RegistrationRule | None:
        """The rule for this kind at this level (any level, if none is named): levels may have days of their own."""
        return next(
            (rule for rule in self.registrations if rule.kind is kind and (level is None or level in rule.levels)), None
        )

    def block_of(self, sector: str, day: date) -> str | None:
        """The block that units of this sector compete in on `day`; None where the directive has none for them then."""
        return next((block.code for block in self.blocks if sector in block.sectors and block.holds_on(day)), None)
