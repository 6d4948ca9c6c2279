"""The closed set of rules, and a rule set: the rules of one issuer for one title, in one period."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, get_args

import msgspec

from domain.decider import Name
from domain.ids import Slug
from domain.rules.case import Case, Count
from domain.rules.collective import ElectedByCluster, HoldersMin, HoldersShareMin, NoMemberDiscipline, TasksShareMin
from domain.rules.eligibility import (
    AbsenceDaysMax,
    DirectWorkerPriority,
    DossierParts,
    NoDiscipline,
    NoFatalAccident,
    NoHold,
    NotAwardedTwice,
    ProposalsMax,
    RecognisedInitiative,
    Registered,
    SeniorityYearsMin,
    ServiceMonthsMin,
)
from domain.rules.predicate import Answer, Cited, Facts, Predicate, Stage
from domain.rules.record import ClassAtLeast, ComprehensiveExcludesThematic, HoldsTitle, PointsAtLeast
from domain.rules.settlement import (
    ConcurrenceOf,
    PrizeCoefficient,
    PublicationWorkingDaysMin,
    Quorum,
    QuotaCountMax,
    QuotaShareMax,
    VoteShareMin,
)


class AnyOf(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="any-of"):
    """One of these is enough (R3: excellent completion *or* a recognised initiative)."""

    needs = ()
    vi = "Cần đạt một trong các điều kiện: {found}."
    en = "One of these is enough: {found}."
    rules: Annotated[tuple["Rule", ...], msgspec.Meta(min_length=2)]

    def answer(self, case: Case) -> Answer | None:
        asked = [inner for inner in self.rules if inner.is_asked_of(case)]
        answers = [(kind_of(inner), answer[0]) for inner in asked if (answer := inner.answer(case)) is not None]
        if not answers:
            return None
        outcomes = {outcome for _, outcome in answers}
        facts: Facts = {"found": ", ".join(f"{kind}: {outcome}" for kind, outcome in answers)}
        if "for" in outcomes:
            return "for", facts
        return ("unknown" if "unknown" in outcomes else "against"), facts


Rule = (
    Registered
    | ClassAtLeast
    | PointsAtLeast
    | ServiceMonthsMin
    | SeniorityYearsMin
    | AbsenceDaysMax
    | NoDiscipline
    | NoHold
    | NotAwardedTwice
    | HoldsTitle
    | RecognisedInitiative
    | DirectWorkerPriority
    | ComprehensiveExcludesThematic
    | NoFatalAccident
    | DossierParts
    | ProposalsMax
    | TasksShareMin
    | HoldersShareMin
    | HoldersMin
    | NoMemberDiscipline
    | ElectedByCluster
    | PrizeCoefficient
    | AnyOf
    | PublicationWorkingDaysMin
    | Quorum
    | VoteShareMin
    | QuotaShareMax
    | QuotaCountMax
    | ConcurrenceOf
)

KINDS: dict[str, type[Predicate]] = {str(cls.__struct_config__.tag): cls for cls in get_args(Rule)}
"""Every predicate by its stable public name, as in the files: `registered`, `quorum` …"""


class RuleSet(Cited, frozen=True, kw_only=True):
    """The rules of one issuer for one title, in one period. A new `version` leaves what was decided by an old one.

    `complaint_days`: for so many days after the decision it may be complained of (R26); None: no window is stated.
    """

    code: Slug
    name: Name
    version: Annotated[int, msgspec.Meta(ge=1)] = 1
    issuer: Name
    effective_from: date | None = None
    effective_until: date | None = None
    rules: tuple[Rule, ...] = ()
    complaint_days: Count | None = None


def kind_of(rule: Rule) -> str:
    """The rule's stable public name."""
    return str(rule.__struct_config__.tag)


def has_rules(rule_set: RuleSet, stage: Stage) -> bool:
    return any(rule.stage == stage for rule in rule_set.rules)


def every_rule(rules: tuple[Rule, ...]) -> Iterator[Rule]:
    """The rules, and those that are one of several."""
    for rule in rules:
        yield rule
        if isinstance(rule, AnyOf):
            yield from every_rule(rule.rules)


def needs(rule_set: RuleSet, field: str) -> bool:
    """Whether some rule reads this field of the case."""
    return any(field in rule.needs for rule in every_rule(rule_set.rules))


def prize_of(rule_set: RuleSet, day: date) -> int | None:
    """The prize in đồng that the rules give on a day; None: they say nothing of it."""
    prizes = [rule.due_vnd(day) for rule in rule_set.rules if isinstance(rule, PrizeCoefficient)]
    return prizes[0] if prizes else None
