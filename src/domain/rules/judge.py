"""Rules and a case in, reasons out. All arithmetic is on integers."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, assert_never

from domain.decider import Message, Name
from domain.ids import Slug
from domain.rules.case import REACH, SEVERITY, Case
from domain.rules.rule_set import (
    AbsenceDaysMax,
    AnyOf,
    ClassAtLeast,
    ComprehensiveExcludesThematic,
    DirectWorkerPriority,
    ElectedByCluster,
    HoldsTitle,
    NoDiscipline,
    NoHold,
    NotAwardedTwice,
    PublicationWorkingDaysMin,
    Quorum,
    QuotaShareMax,
    RecognisedInitiative,
    Registered,
    Rule,
    RuleSet,
    ServiceMonthsMin,
    Source,
    Stage,
    VoteShareMin,
    kind_of,
)

Outcome = Literal["for", "against", "unknown"]
FactValue = int | str | bool | None
Answer = tuple[Outcome, dict[str, FactValue]]


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
    answers = [(rule, _answer(rule, case)) for rule in asked]
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
    if case.subject == "individual":
        return True
    # A collective's disciplines are asked for only where somebody reported them.
    return not rule.individual_only and not (isinstance(rule, NoDiscipline) and case.disciplines is None)


def _answer(rule: Rule, case: Case) -> Answer | None:
    match rule:
        case Registered():
            return _fits(case.registered, {"registered": case.registered})
        case ClassAtLeast():
            return _class_at_least(rule, case)
        case ServiceMonthsMin(months=months):
            months_served = case.service_months
            fits = None if months_served is None else months_served >= months
            return _fits(fits, {"months_min": months, "months": months_served})
        case AbsenceDaysMax():
            return _absence(rule, case)
        case NoDiscipline():
            return _no_discipline(rule, case)
        case NoHold():
            return _fits(None if case.held is None else not case.held, {"held": case.held})
        case NotAwardedTwice():
            return _not_awarded_twice(case)
        case HoldsTitle():
            return _holds_title(rule, case)
        case RecognisedInitiative():
            return _initiative(rule, case)
        case DirectWorkerPriority():
            return ("for", {"employment": case.employment}) if case.employment == "direct-worker" else None
        case ComprehensiveExcludesThematic():
            return _comprehensive(case)
        case ElectedByCluster():
            return _elected(case)
        case AnyOf():
            return _any_of(rule, case)
        case _:
            return _answer_after(rule, case)


def _answer_after(rule: PublicationWorkingDaysMin | Quorum | VoteShareMin | QuotaShareMax, case: Case) -> Answer:
    """The rules of the stages that come after eligibility."""
    match rule:
        case PublicationWorkingDaysMin():
            return _publication(rule, case)
        case Quorum():
            return _quorum(rule, case)
        case VoteShareMin():
            return _vote_share(rule, case)
        case QuotaShareMax():
            return _quota(rule, case)
        case _:
            assert_never(rule)


def _fits(fits: bool | None, facts: dict[str, FactValue]) -> Answer:
    if fits is None:
        return "unknown", facts
    return ("for" if fits else "against"), facts


def _class_at_least(rule: ClassAtLeast, case: Case) -> Answer:
    years = range(case.year - rule.years_running + 1, case.year + 1)
    required: dict[str, FactValue] = {"classes": ", ".join(rule.classes), "years_running": rule.years_running}
    if case.classes is None or not any(given.year == case.year for given in case.classes):
        return "unknown", required
    good = {given.year for given in case.classes if given.code in rule.classes}
    found = ", ".join(f"{given.year}: {given.code}" for given in case.classes if given.year in years)
    return _fits(all(year in good for year in years), required | {"found": found})


def _absence(rule: AbsenceDaysMax, case: Case) -> Answer:
    facts: dict[str, FactValue] = {"days_max": rule.days, "days": case.absent_days, "maternity": case.maternity}
    if rule.maternity_excepted and case.maternity:
        return "for", facts
    return _fits(None if case.absent_days is None else case.absent_days <= rule.days, facts)


def _no_discipline(rule: NoDiscipline, case: Case) -> Answer:
    since = rule.since or case.period_from
    facts: dict[str, FactValue] = {"from_kind": rule.from_kind, "since": since.isoformat()}
    if case.disciplines is None:
        return "unknown", facts
    severe = [
        discipline.kind
        for discipline in case.disciplines
        if SEVERITY[discipline.kind] >= SEVERITY[rule.from_kind] and discipline.runs_after(since)
    ]
    return _fits(not severe, facts | {"found": ", ".join(severe)})


def _not_awarded_twice(case: Case) -> Answer:
    if case.same_achievement is None:
        return "unknown", {}
    return _fits(not case.same_achievement, {"awards": ", ".join(case.same_achievement)})


def _holds_title(rule: HoldsTitle, case: Case) -> Answer:
    facts: dict[str, FactValue] = {"title": rule.title, "years": rule.years, "ending": rule.ending}
    if case.titles is None:
        return "unknown", facts
    held = {title.year for title in case.titles if title.title == rule.title}
    lasts = {"this-year": (case.year,), "last-year": (case.year - 1,), "either": (case.year, case.year - 1)}
    runs = [range(last - rule.years + 1, last + 1) for last in lasts[rule.ending]]
    return _fits(
        any(all(year in held for year in run) for run in runs), facts | {"found": ", ".join(map(str, sorted(held)))}
    )


def _initiative(rule: RecognisedInitiative, case: Case) -> Answer:
    if case.initiatives is None:
        return "unknown", {"scope": rule.scope}
    reaching = [scope for scope in case.initiatives if REACH[scope] >= REACH[rule.scope]]
    return _fits(bool(reaching), {"scope": rule.scope, "found": len(reaching)})


def _comprehensive(case: Case) -> Answer:
    if case.scheme != "thematic":
        return "for", {"scheme": case.scheme}
    if case.titles is None:
        return "unknown", {"scheme": case.scheme}
    merit = [t for t in case.titles if (t.scheme, t.level, t.year) == ("merit", case.level, case.year)]
    return _fits(not merit, {"scheme": case.scheme, "found": ", ".join(t.title for t in merit)})


def _elected(case: Case) -> Answer | None:
    """None of a person: also where it stands among others of which one is enough."""
    return _fits(case.elected, {"elected": case.elected}) if case.subject == "collective" else None


def _any_of(rule: AnyOf, case: Case) -> Answer:
    answers = [(kind_of(inner), answer[0]) for inner in rule.rules if (answer := _answer(inner, case)) is not None]
    outcomes = {outcome for _, outcome in answers}
    facts: dict[str, FactValue] = {"found": ", ".join(f"{kind}: {outcome}" for kind, outcome in answers)}
    if "for" in outcomes:
        return "for", facts
    return ("unknown" if "unknown" in outcomes else "against"), facts


def _publication(rule: PublicationWorkingDaysMin, case: Case) -> Answer:
    if case.published_from is None or case.published_until is None or case.meets_on is None:
        return "unknown", {"days_min": rule.days}
    last = min(case.published_until, case.meets_on - timedelta(days=1))
    days = working_days(after=case.published_from, until=last, holidays=rule.holidays)
    return _fits(days >= rule.days, {"days_min": rule.days, "days": days, "meets_on": case.meets_on.isoformat()})


def _quorum(rule: Quorum, case: Case) -> Answer:
    facts: dict[str, FactValue] = {"numerator": rule.numerator, "denominator": rule.denominator}
    if case.vote is None:
        return "unknown", facts
    fits = case.vote.present * rule.denominator >= rule.numerator * case.vote.roster
    return _fits(fits, facts | {"present": case.vote.present, "roster": case.vote.roster})


def _vote_share(rule: VoteShareMin, case: Case) -> Answer:
    facts: dict[str, FactValue] = {"share_x100_min": rule.share_x100}
    if case.vote is None:
        return "unknown", facts
    fits = case.vote.votes_for * 10_000 >= rule.share_x100 * case.vote.roster
    return _fits(fits, facts | {"votes_for": case.vote.votes_for, "roster": case.vote.roster})


def _quota(rule: QuotaShareMax, case: Case) -> Answer:
    facts: dict[str, FactValue] = {"of": rule.of, "share_x100_max": rule.share_x100}
    quota = next((count for count in case.quotas or () if count.of == rule.of), None)
    if quota is None:
        return "unknown", facts
    counted: dict[str, FactValue] = {"granted": quota.granted, "whole": quota.whole}
    return _fits(quota.granted * 10_000 <= rule.share_x100 * quota.whole, facts | counted)


def working_days(*, after: date, until: date, holidays: Iterable[date]) -> int:
    """Working days from the day after `after` up to `until`, which counts: Monday to Friday, no holiday."""
    closed = set(holidays)
    days = (after + timedelta(days=number) for number in range(1, (until - after).days + 1))
    return sum(day.weekday() < 5 and day not in closed for day in days)
