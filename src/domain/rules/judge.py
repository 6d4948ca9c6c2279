"""Rules and a case in, reasons out. All arithmetic is on integers."""

from collections.abc import Iterable
from typing import Literal

from domain.decider import Message, Name
from domain.ids import Slug
from domain.rules.case import Case
from domain.rules.predicate import FactValue, Outcome, Source, Stage
from domain.rules.rule_set import KINDS, Rule, RuleSet, kind_of


class Reason(Message, frozen=True, kw_only=True):
    """What one rule says of a case, with the figures that it compared. `rule` is the rule's kind."""

    rule: Slug
    outcome: Outcome
    facts: dict[str, FactValue]
    source: Source
    cites: Name


def judge(rule_set: RuleSet, case: Case, *stages: Stage) -> tuple[Reason, ...]:
    """What each rule of these stages (all, if none is named) says of the case, in the order of the rule set.

    A rule about persons says nothing of a collective, and on the fast path only eligibility is asked.
    """
    asked = [rule for rule in rule_set.rules if _is_asked(rule, case, stages)]
    answers = [(rule, rule.answer(case)) for rule in asked]
    return tuple(
        Reason(rule=kind_of(rule), outcome=answer[0], facts=answer[1], source=rule.source, cites=rule.cites)
        for rule, answer in answers
        if answer is not None
    )


def obstacles(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The reasons that stand in the way; what is not known stands in the way too. Empty: nothing does."""
    return tuple(reason for reason in reasons if reason.outcome != "for")


def _is_asked(rule: Rule, case: Case, stages: tuple[Stage, ...]) -> bool:
    if stages and rule.stage not in stages:
        return False
    if case.fast_path and rule.stage != "eligibility":
        return False
    return rule.is_asked_of(case)


class _Said(dict[str, str]):
    """The figures of a sentence; one that the reason does not hold is not known, or does not apply."""

    def __missing__(self, name: str) -> str:
        return "–"


YES_NO = {"vi": ("không", "có"), "en": ("no", "yes")}


def said(reason: Reason, language: Literal["vi", "en"]) -> str:
    """Why the rule answered so, as a sentence with its figures; a figure that is not known is a dash."""
    kind = KINDS[reason.rule]
    no, yes = YES_NO[language]
    words = {True: yes, False: no, None: "–", "": no}
    told = {
        name: words[value] if value is None or value == "" or isinstance(value, bool) else str(value)
        for name, value in reason.facts.items()
    }
    return (kind.vi if language == "vi" else kind.en).format_map(_Said(told))
