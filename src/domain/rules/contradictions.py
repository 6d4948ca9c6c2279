"""What contradicts itself in a rule set: the exact place, and why."""

from collections.abc import Iterator
from itertools import pairwise

from domain.rules.rule_set import AnyOf, Rule, RuleSet, kind_of
from domain.rules.settlement import PrizeCoefficient, Quorum, VoteShareMin

Mistake = tuple[str, str]

ONCE = frozenset(
    {
        "registered", "service-months-min", "seniority-years-min", "absence-days-max", "no-discipline",
        "no-hold", "not-awarded-twice", "direct-worker-priority", "comprehensive-excludes-thematic",
        "no-fatal-accident", "dossier-parts", "proposals-max", "tasks-share-min", "no-member-discipline",
        "prize-coefficient", "publication-working-days-min", "quorum", "vote-share-min", "quota-count-max",
    }
)  # fmt: skip
"""Kinds of which a second one says the same again, or something else."""


def mistakes(rule_set: RuleSet, at: str = "rule_set") -> Iterator[Mistake]:
    """What contradicts itself in a rule set: (the field's path below `at`, why). Nothing: it can be used."""
    opens, closes = rule_set.effective_from, rule_set.effective_until
    if opens and closes and closes < opens:
        yield f"{at}.effective_until", "lies before effective_from"
    for number, rule in enumerate(rule_set.rules):
        yield from _mistakes_of_rule(rule, f"{at}.rules[{number}]")
    yield from _said_twice(rule_set, at)
    yield from _half_a_vote(rule_set, at)


def overlap(one: RuleSet, other: RuleSet) -> bool:
    """Whether two versions of one code hold on a common day; a period without a bound has none on that side."""
    if one.code != other.code:
        return False
    starts_before_end = [
        not (first.effective_from and second.effective_until and first.effective_from > second.effective_until)
        for first, second in ((one, other), (other, one))
    ]
    return all(starts_before_end)


def _mistakes_of_rule(rule: Rule, at: str) -> Iterator[Mistake]:
    if isinstance(rule, Quorum) and rule.numerator > rule.denominator:
        yield f"{at}.numerator", "is more than the whole roster"
    if isinstance(rule, PrizeCoefficient):
        yield from _salaries(rule, at)
    if isinstance(rule, AnyOf):
        for number, inner in enumerate(rule.rules):
            if inner.stage != "eligibility" or inner.alone:
                yield f"{at}.rules[{number}].kind", f"{kind_of(inner)} cannot be one of several"
            yield from _mistakes_of_rule(inner, f"{at}.rules[{number}]")


def _salaries(rule: PrizeCoefficient, at: str) -> Iterator[Mistake]:
    for number, (earlier, one) in enumerate(pairwise(rule.base_salaries), start=1):
        if one.effective_from <= earlier.effective_from:
            yield f"{at}.base_salaries[{number}].effective_from", "does not lie after the one before it"


def _subject(rule: Rule) -> str:
    """What two rules of one kind may not both speak of."""
    kind = kind_of(rule)
    if kind in ONCE:
        return kind
    return f"{kind}: " + ", ".join(str(getattr(rule, name)) for name in ("title", "of", "body") if hasattr(rule, name))


def _said_twice(rule_set: RuleSet, at: str) -> Iterator[Mistake]:
    seen: dict[str, int] = {}
    for number, rule in enumerate(rule_set.rules):
        if isinstance(rule, AnyOf) or kind_of(rule) in ("class-at-least", "points-at-least", "recognised-initiative"):
            continue
        subject = _subject(rule)
        if subject in seen:
            yield (
                f"{at}.rules[{number}].kind",
                f"{kind_of(rule)} contradicts rules[{seen[subject]}]: one of them too many",
            )
        seen.setdefault(subject, number)


def _half_a_vote(rule_set: RuleSet, at: str) -> Iterator[Mistake]:
    quorum = [number for number, rule in enumerate(rule_set.rules) if isinstance(rule, Quorum)]
    share = [number for number, rule in enumerate(rule_set.rules) if isinstance(rule, VoteShareMin)]
    if quorum and not share:
        yield f"{at}.rules[{quorum[0]}].kind", "quorum needs vote-share-min: who is enough, and how many agree"
    if share and not quorum:
        yield f"{at}.rules[{share[0]}].kind", "vote-share-min needs quorum: how many agree, and who is enough"
