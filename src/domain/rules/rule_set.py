"""Rules as data: each says where it comes from, and at which stage of a dossier it is asked."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal

import msgspec

from domain.decider import Message, Name
from domain.ids import Slug
from domain.rules.case import Count, DisciplineKind, InitiativeScope

Source = Literal["directive", "law", "assumed"]
Stage = Literal["eligibility", "publication", "vote", "list"]
Share = Annotated[int, msgspec.Meta(ge=0, le=10_000, description="Hundredths of a percent: 10,000 is the whole.")]


class Cited(Message, frozen=True, kw_only=True):
    """A rule says where it comes from: the directive, a law, or an assumption that every page shows."""

    stage: ClassVar[Stage] = "eligibility"
    individual_only: ClassVar[bool] = False
    source: Source
    cites: Name


class Registered(Cited, frozen=True, kw_only=True, tag_field="kind", tag="registered"):
    """R22: not registered, not considered."""


class ClassAtLeast(Cited, frozen=True, kw_only=True, tag_field="kind", tag="class-at-least"):
    """Classified in one of `classes` (the least sufficient one and all above it), `years_running` years to this one."""

    classes: Annotated[tuple[Slug, ...], msgspec.Meta(min_length=1)]
    years_running: Annotated[int, msgspec.Meta(ge=1, le=10)] = 1


class ServiceMonthsMin(Cited, frozen=True, kw_only=True, tag_field="kind", tag="service-months-min"):
    """R22: in service for at least so many months of the year."""

    individual_only = True
    months: Annotated[int, msgspec.Meta(ge=1, le=12)]


class AbsenceDaysMax(Cited, frozen=True, kw_only=True, tag_field="kind", tag="absence-days-max"):
    """R22: absent at most so many working days ("from 40 days on" excluded is 39 here); maternity leave is excepted."""

    individual_only = True
    days: Count
    maternity_excepted: bool = True


class NoDiscipline(Cited, frozen=True, kw_only=True, tag_field="kind", tag="no-discipline"):
    """No discipline as severe as `from_kind` imposed, or still running, since the case's period began (or `since`)."""

    from_kind: DisciplineKind = "reprimand"
    since: date | None = None


class NoHold(Cited, frozen=True, kw_only=True, tag_field="kind", tag="no-hold"):
    """R5: nothing is pending: no discipline, inspection, complaint or allegation."""


class NotAwardedTwice(Cited, frozen=True, kw_only=True, tag_field="kind", tag="not-awarded-twice"):
    """R1: one achievement is not awarded twice, nor one title of a campaign for one year under two names of it."""


class HoldsTitle(Cited, frozen=True, kw_only=True, tag_field="kind", tag="holds-title"):
    """R3, R4: holds the title for so many consecutive years; the run ends this year, last year, or in either."""

    title: Slug
    years: Annotated[int, msgspec.Meta(ge=1, le=20)] = 1
    ending: Literal["this-year", "last-year", "either"] = "this-year"


class RecognisedInitiative(Cited, frozen=True, kw_only=True, tag_field="kind", tag="recognised-initiative"):
    """R3, R4: an initiative recognised with at least this reach."""

    scope: InitiativeScope = "grassroots"


class DirectWorkerPriority(Cited, frozen=True, kw_only=True, tag_field="kind", tag="direct-worker-priority"):
    """R1: direct workers first. A reason for, never an obstacle."""

    individual_only = True


class ComprehensiveExcludesThematic(
    Cited, frozen=True, kw_only=True, tag_field="kind", tag="comprehensive-excludes-thematic"
):
    """R18: who has the merit award of a level has no thematic one of that level in that year."""


class ElectedByCluster(Cited, frozen=True, kw_only=True, tag_field="kind", tag="elected-by-cluster"):
    """R24: the unit was elected leader of its cluster for the campaign and the year. Of persons it says nothing."""


class AnyOf(Cited, frozen=True, kw_only=True, tag_field="kind", tag="any-of"):
    """One of these is enough (R3: excellent completion *or* a recognised initiative)."""

    rules: Annotated[tuple["Rule", ...], msgspec.Meta(min_length=2)]


class PublicationWorkingDaysMin(Cited, frozen=True, kw_only=True, tag_field="kind", tag="publication-working-days-min"):
    """R7: published for at least so many working days before the council meets. `holidays` are the public ones."""

    stage = "publication"
    days: Annotated[int, msgspec.Meta(ge=1, le=100)]
    holidays: tuple[date, ...] = ()


class Quorum(Cited, frozen=True, kw_only=True, tag_field="kind", tag="quorum"):
    """R8-10: at least `numerator`/`denominator` of the full roster is in the room."""

    stage = "vote"
    numerator: Annotated[int, msgspec.Meta(ge=1)]
    denominator: Annotated[int, msgspec.Meta(ge=1)]


class VoteShareMin(Cited, frozen=True, kw_only=True, tag_field="kind", tag="vote-share-min"):
    """R8-10: votes for, out of the full roster; who did not vote counts as not for."""

    stage = "vote"
    share_x100: Share


class QuotaShareMax(Cited, frozen=True, kw_only=True, tag_field="kind", tag="quota-share-max"):
    """R11: of the denominator called `of`, frozen at a stated date, at most this share is granted the title."""

    stage = "list"
    of: Slug
    share_x100: Share


Rule = (
    Registered
    | ClassAtLeast
    | ServiceMonthsMin
    | AbsenceDaysMax
    | NoDiscipline
    | NoHold
    | NotAwardedTwice
    | HoldsTitle
    | RecognisedInitiative
    | DirectWorkerPriority
    | ComprehensiveExcludesThematic
    | ElectedByCluster
    | AnyOf
    | PublicationWorkingDaysMin
    | Quorum
    | VoteShareMin
    | QuotaShareMax
)


class RuleSet(Cited, frozen=True, kw_only=True):
    """The rules of one issuer for one title, in one period. A new `version` leaves what was decided by an old one."""

    code: Slug
    name: Name
    version: Annotated[int, msgspec.Meta(ge=1)] = 1
    issuer: Name
    effective_from: date | None = None
    effective_until: date | None = None
    rules: tuple[Rule, ...] = ()


def kind_of(rule: Rule) -> str:
    """The rule's stable public name, as in the files: `registered`, `quorum` …"""
    return str(rule.__struct_config__.tag)


def has_rules(rule_set: RuleSet, stage: Stage) -> bool:
    return any(rule.stage == stage for rule in rule_set.rules)


def mistakes(rule_set: RuleSet, at: str = "rule_set") -> Iterator[tuple[str, str]]:
    """What contradicts itself in a rule set: (the field's path below `at`, why). Nothing: it can be used."""
    opens, closes = rule_set.effective_from, rule_set.effective_until
    if opens and closes and closes < opens:
        yield f"{at}.effective_until", "lies before effective_from"
    for number, rule in enumerate(rule_set.rules):
        yield from _mistakes_of_rule(rule, f"{at}.rules[{number}]")


def _mistakes_of_rule(rule: Rule, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(rule, Quorum) and rule.numerator > rule.denominator:
        yield f"{at}.numerator", "is more than the whole roster"
    if isinstance(rule, AnyOf):
        for number, inner in enumerate(rule.rules):
            if inner.stage != "eligibility" or isinstance(inner, DirectWorkerPriority):
                yield f"{at}.rules[{number}].kind", f"{kind_of(inner)} cannot be one of several"
            yield from _mistakes_of_rule(inner, f"{at}.rules[{number}]")
