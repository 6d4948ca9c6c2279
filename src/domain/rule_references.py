"""Whether a directive's rule sets fit its titles and its tables: each fault names the exact key and the reason."""

from collections.abc import Iterable, Iterator

from domain.directive import Directive
from domain.rules import (
    AnyOf,
    ClassAtLeast,
    HoldersMin,
    HoldersShareMin,
    HoldsTitle,
    PrizeCoefficient,
    QuotaShareMax,
    Rule,
    TasksShareMin,
)
from domain.rules import mistakes as mistakes_inside

Fault = tuple[str, str]

NATIONAL_TITLES = frozenset(
    {
        "lao-dong-tien-tien", "chien-si-thi-dua-co-so", "chien-si-thi-dua-tinh", "chien-si-thi-dua-toan-quoc",
        "tap-the-lao-dong-tien-tien", "tap-the-lao-dong-xuat-sac", "co-thi-dua", "co-thi-dua-chuyen-de", "bang-khen",
        "giay-khen", "ky-niem-chuong",
    }
)  # fmt: skip
"""The titles and forms of the law on emulation and commendation, which a rule may name in any campaign."""


def rule_set_faults(directive: Directive) -> Iterator[Fault]:
    """In the order of the rule sets, then of the titles."""
    used = {title.rules for title in directive.titles}
    for index, rules in enumerate(directive.rule_sets):
        path = f"rule_sets[{index}]"
        yield from mistakes_inside(rules, path)
        if rules.code not in used:
            yield f"{path}.code", f"{rules.code!r} is the rule set of no title of this directive"
        yield from _references(rules.rules, path, directive)
    for index, title in enumerate(directive.titles):
        found = directive.rule_set(title.rules)
        if found is None:
            yield f"titles[{index}].rules", f"names {title.rules!r}, which is no rule set of this directive"
        elif title.prize_vnd is not None and any(isinstance(rule, PrizeCoefficient) for rule in found.rules):
            yield f"titles[{index}].prize_vnd", "contradicts the prize-coefficient of the title's rules"


def _references(rules: Iterable[Rule], path: str, directive: Directive) -> Iterator[Fault]:
    classes = {band.code for rubric in directive.rubrics for band in rubric.bands}
    titles = NATIONAL_TITLES | {title.code for title in directive.titles}
    for number, rule in enumerate(rules):
        at = f"{path}.rules[{number}]"
        if isinstance(rule, AnyOf):
            yield from _references(rule.rules, at, directive)
        if isinstance(rule, ClassAtLeast | TasksShareMin):
            for code in rule.classes:
                if code not in classes:
                    yield f"{at}.classes", f"names {code!r}, which is no class of this directive"
        for field, code in _named(rule):
            if code not in titles:
                yield f"{at}.{field}", f"names {code!r}, a title that neither this directive nor the national list has"


def _named(rule: Rule) -> Iterator[tuple[str, str]]:
    if isinstance(rule, HoldsTitle | HoldersShareMin | HoldersMin):
        yield "title", rule.title
    if isinstance(rule, QuotaShareMax):
        yield "of", rule.of
