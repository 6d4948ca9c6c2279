"""Whether a directive's parts fit together: each fault names the exact key and the reason. What can be run, and should
be looked at all the same, is advice: it refuses nothing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from domain.clauses import LISTS
from domain.dates import (
    AfterEachPhase,
    Before,
    DateRule,
    NoLaterThan,
    OpenEnded,
    Span,
    WithinMonth,
    WithinWorkingDays,
    Yearly,
)
from domain.decider import Message
from domain.directive import (
    FIGURES,
    AllotmentsReached,
    Clause,
    Directive,
    DutiesDone,
    Target,
    UnitsClassified,
    UnitsUnionised,
)
from domain.refusals import Invalid
from domain.rubric import mistakes as rubric_faults
from domain.rule_references import rule_set_faults
from domain.rules import kind_of

YEAR_FIRST, YEAR_LAST = 1945, 2100

Fault = tuple[str, str]
"""The path of the key, such as `phases[1].closes_on`, and what is wrong with it."""


def faults(directive: Directive) -> list[Fault]:
    """Everything that contradicts itself, in document order; empty means that the directive can be run."""
    return [
        *_horizon(directive),
        *_codes(directive),
        *_phases(directive),
        *_references(directive),
        *_targets(directive),
        *_duties(directive),
        *_registrations(directive),
        *_tables(directive),
    ]


def check(directive: Directive, *, field: str = "directive") -> None:
    """Raises: Invalid, with the first fault's path under `field`."""
    for path, reason in faults(directive):
        raise Invalid(field=f"{field}.{path}", reason=reason)


def _horizon(directive: Directive) -> Iterator[Fault]:
    horizon = directive.horizon
    if horizon.closes_on < horizon.opens_on:
        yield "horizon.closes_on", "closes before it opens"
    if horizon.closes_on.year - horizon.opens_on.year > 20:
        yield "horizon.closes_on", "lies more than 20 years after the opening"
    if not YEAR_FIRST <= horizon.opens_on.year <= YEAR_LAST:
        yield "horizon.opens_on", f"lies outside {YEAR_FIRST} to {YEAR_LAST}"


def _codes(directive: Directive) -> Iterator[Fault]:
    for name in LISTS:
        clauses: Sequence[Clause] = getattr(directive, name)
        yield from _repeated(name, "code", [clause.code for clause in clauses])
    yield from _versions(directive)
    yield from _repeated("rule_sets", "code", [rules.code for rules in directive.rule_sets])


def _repeated(name: str, key: str, values: Sequence[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield f"{name}[{index}].{key}", f"{value!r} stands twice"
        seen.add(value)


def _versions(directive: Directive) -> Iterator[Fault]:
    """Versions of one scoring table share neither a number nor a day: each period has one that holds."""
    for index, rubric in enumerate(directive.rubrics):
        for earlier in directive.rubrics[:index]:
            if earlier.code != rubric.code:
                continue
            if earlier.version == rubric.version:
                yield f"rubrics[{index}].code", f"{rubric.code!r} stands twice"
            elif rubric.overlaps(earlier):
                yield (
                    f"rubrics[{index}].effective_from",
                    f"holds on days of version {earlier.version} of {rubric.code!r}",
                )


def _phases(directive: Directive) -> Iterator[Fault]:
    horizon = directive.horizon
    for index, phase in enumerate(directive.phases):
        if phase.opens_on is not None and phase.closes_on < phase.opens_on:
            yield f"phases[{index}].closes_on", "closes before it opens"
        if phase.closes_on < horizon.opens_on:
            yield f"phases[{index}].closes_on", "lies before the campaign's horizon"
        if phase.closes_on > horizon.closes_on:
            yield f"phases[{index}].closes_on", "lies after the campaign's horizon"
        if phase.opens_on is not None and phase.opens_on < horizon.opens_on:
            yield f"phases[{index}].opens_on", "lies before the campaign's horizon"
        if phase.opens_as_stated and not f"{phase.opens_on}".startswith(phase.opens_as_stated):
            yield f"phases[{index}].opens_as_stated", "is another day than opens_on"
    for index, block in enumerate(directive.blocks):
        if block.holds_from and block.holds_until and block.holds_until < block.holds_from:
            yield f"blocks[{index}].holds_until", "ends before it begins"
    for index, drive in enumerate(directive.drives):
        if drive.opens_on and drive.closes_on and drive.closes_on < drive.opens_on:
            yield f"drives[{index}].closes_on", "closes before it opens"


def _known(path: str, values: Iterable[str | None], known: Iterable[str], what: str) -> Iterator[Fault]:
    allowed = set(known)
    for value in values:
        if value is not None and value not in allowed:
            yield path, f"names {value!r}, which is no {what} of this directive"


def _references(directive: Directive) -> Iterator[Fault]:
    phases = [phase.code for phase in directive.phases]
    blocks = [block.code for block in directive.blocks]
    duties = [duty.code for duty in directive.duties]
    criteria = [leaf.code for rubric in directive.rubrics for leaf in rubric.leaves()]
    for index, recipient in enumerate(directive.distribution):
        yield from _known(f"distribution[{index}].duty", [recipient.duty], duties, "duty")
    for index, drive in enumerate(directive.drives):
        yield from _known(f"drives[{index}].phases", drive.phases, phases, "phase")
    for index, item in enumerate(directive.items):
        yield from _known(f"items[{index}].block", [item.block], blocks, "block")
        yield from _known(f"items[{index}].scored_by", item.scored_by, criteria, "scored criterion")
    yield from _principles(directive)


def _principles(directive: Directive) -> Iterator[Fault]:
    """The principles that figures and rules of the titles show."""
    shown = FIGURES | {kind_of(rule) for rules in directive.rule_sets for rule in rules.rules}
    for index, principle in enumerate(directive.principles):
        yield from _known(f"principles[{index}].shown_by", principle.shown_by, shown, "figure and no kind of rule")


def _classes(directive: Directive) -> list[str]:
    return [band.code for rubric in directive.rubrics for band in rubric.bands]


def _targets(directive: Directive) -> Iterator[Fault]:
    phases = [phase.code for phase in directive.phases]
    duties = [duty.code for duty in directive.duties]
    for index, target in enumerate(directive.targets):
        path, measure = f"targets[{index}]", target.measure
        yield from _known(f"{path}.phase", [target.phase], phases, "phase")
        if isinstance(measure, DutiesDone):
            yield from _known(f"{path}.measure.duties", measure.duties, duties, "duty")
        if isinstance(measure, UnitsClassified):
            yield from _known(f"{path}.measure.classes", measure.classes, _classes(directive), "class")
        wanted = [kind.value for kind in getattr(measure, "kinds", ())]
        yield from _known(f"{path}.measure.kinds", wanted, _kinds(directive), "registration kind")
        if isinstance(measure, AllotmentsReached):
            yield from _allotted(path, target, measure, directive)
        if isinstance(measure, UnitsUnionised) and target.population.union != "any":
            yield f"{path}.population.union", "must be 'any': the units without a union are in the population too"


def _allotted(path: str, target: Target, measure: AllotmentsReached, directive: Directive) -> Iterator[Fault]:
    if measure.numbers_of is None and target.allotted == "no":
        yield f"{path}.allotted", "a target measured against allotments must say how it is allotted"
    allotted = [other.code for other in directive.targets if other.allotted != "no"]
    yield from _known(f"{path}.measure.numbers_of", [measure.numbers_of], allotted, "allotted target")


def _kinds(directive: Directive) -> list[str]:
    return [rule.kind.value for rule in directive.registrations]


def _duties(directive: Directive) -> Iterator[Fault]:
    for index, duty in enumerate(directive.duties):
        path = f"duties[{index}]"
        if not duty.bearers and not duty.units:
            yield f"{path}.bearers", "nobody owes this duty"
        fulfilled = [kind.value for kind in duty.fulfilled_by]
        yield from _known(f"{path}.fulfilled_by", fulfilled, _kinds(directive), "registration kind")
        yield from _rule(f"{path}.rule", duty.rule, directive)
        if duty.slogan is not None and "{unit}" not in duty.slogan:
            yield f"{path}.slogan", "has no {unit}, where the unit's name is filled in"


def _registrations(directive: Directive) -> Iterator[Fault]:
    drives = [drive.code for drive in directive.drives]
    places: set[tuple[str, str]] = set()
    for index, registration in enumerate(directive.registrations):
        here = {(registration.kind.value, level) for level in registration.levels}
        if here & places:
            yield f"registrations[{index}].kind", f"{registration.kind.value!r} stands twice for one level"
        places |= here
        yield from _known(f"registrations[{index}].drive", [registration.drive], drives, "drive")
        if isinstance(registration.rule, WithinWorkingDays):
            yield f"registrations[{index}].rule.kind", "working days are counted for duties alone"
        yield from _rule(f"registrations[{index}].rule", registration.rule, directive)


def _rule(path: str, rule: DateRule, directive: Directive) -> Iterator[Fault]:
    """A rule must come to at least one day, to none after the campaign and none before the year that it prepares in."""
    horizon = directive.horizon
    year_first = horizon.opens_on.year - 1
    if isinstance(rule, Before | NoLaterThan) and rule.day > horizon.closes_on:
        yield f"{path}.day", "lies after the campaign's horizon"
    if isinstance(rule, Before | NoLaterThan) and rule.day.year < year_first:
        yield f"{path}.day", "lies more than a year before the campaign's horizon"
    if isinstance(rule, WithinMonth) and rule.month > horizon.closes_on.isoformat()[:7]:
        yield f"{path}.month", "lies after the campaign's horizon"
    if isinstance(rule, WithinMonth) and int(rule.month[:4]) < year_first:
        yield f"{path}.month", "lies more than a year before the campaign's horizon"
    if isinstance(rule, AfterEachPhase) and not directive.phases:
        yield f"{path}.kind", "the directive has no phases"
    if isinstance(rule, WithinWorkingDays) and rule.of == "demand":
        yield f"{path}.of", "a directive's duties are not counted from a demand"
    if isinstance(rule, WithinWorkingDays) and rule.of == "phase-end" and not directive.phases:
        yield f"{path}.of", "the directive has no phases"
    if isinstance(rule, Yearly):
        yield from _years(path, rule, horizon)


def _tables(directive: Directive) -> Iterator[Fault]:
    for index, rubric in enumerate(directive.rubrics):
        yield from rubric_faults(rubric, f"rubrics[{index}]")
    yield from rule_set_faults(directive)


def _years(path: str, rule: Yearly, horizon: Span) -> Iterator[Fault]:
    if len(set(rule.years)) < len(rule.years):
        yield f"{path}.years", "a year stands twice"
    for year in rule.years:
        if not horizon.opens_on.year <= year <= horizon.closes_on.year:
            yield f"{path}.years", f"{year} lies outside the campaign's horizon"


# --- Advice ---------------------------------------------------------------------


class Advice(Message, frozen=True, kw_only=True):
    """What somebody should look at: where it stands, what it is (a stable code), and the values that explain it."""

    path: str
    code: str
    facts: dict[str, str]


CONTRADICTORY = re.compile(r"\b(?:trên|hơn|dưới)\s+\d+(?:[.,]\d+)?\s*%\s+(?:trở\s+lên|trở\s+xuống)", re.IGNORECASE)
"""“Trên 90% trở lên”: more than, and from … on, at once."""


def advice(directive: Directive, *, parent: Span | None = None) -> list[Advice]:
    """What is allowed and worth a second look, in document order. `parent`: the horizon of the campaign above."""
    return [
        *_beyond(directive.horizon, parent),
        *_overlaps(directive),
        *_unclear_targets(directive),
        *_duties_to_look_at(directive),
        *(
            Advice(path=f"registrations[{index}].rule", code="registration-without-deadline", facts={"name": rule.name})
            for index, rule in enumerate(directive.registrations)
            if isinstance(rule.rule, OpenEnded)
        ),
    ]


def _beyond(horizon: Span, parent: Span | None) -> Iterator[Advice]:
    if parent and not parent.opens_on <= horizon.opens_on <= horizon.closes_on <= parent.closes_on:
        facts = {"opens_on": parent.opens_on.isoformat(), "closes_on": parent.closes_on.isoformat()}
        yield Advice(path="horizon", code="horizon-outside-parent", facts=facts)


def _overlaps(directive: Directive) -> Iterator[Advice]:
    """A phase from the launch day may begin on any day of the horizon: it is taken from the first."""
    spans = enumerate(directive.spans(directive.horizon.opens_on))
    for (_, one), (index, other) in combinations(spans, 2):
        if one.opens_on <= other.closes_on and other.opens_on <= one.closes_on:
            yield Advice(path=f"phases[{index}]", code="phases-overlap", facts={"phase": other.code, "other": one.code})


def _unclear_targets(directive: Directive) -> Iterator[Advice]:
    for index, target in enumerate(directive.targets):
        if target.interpretation is not None:
            continue
        if target.comparator == "unspecified":
            facts = {"name": target.name}
            yield Advice(path=f"targets[{index}].comparator", code="target-without-comparator", facts=facts)
        if found := CONTRADICTORY.search(target.wording):
            facts = {"wording": found[0]}
            yield Advice(path=f"targets[{index}].wording", code="wording-contradictory", facts=facts)


def _duties_to_look_at(directive: Directive) -> Iterator[Advice]:
    for index, duty in enumerate(directive.duties):
        path, rule = f"duties[{index}].rule", duty.rule
        if isinstance(rule, OpenEnded):
            yield Advice(path=path, code="duty-without-date", facts={"name": duty.name})
        if duty.kind != "report" or not isinstance(rule, Before | NoLaterThan):
            continue
        for phase in directive.spans(directive.horizon.opens_on):
            if phase.opens_on < rule.day < phase.closes_on:
                facts = {"name": duty.name, "day": rule.day.isoformat(), "phase": phase.code}
                yield Advice(path=path, code="report-before-phase-ends", facts=facts)
