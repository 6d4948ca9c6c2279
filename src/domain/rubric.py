"""A scoring table as data: standards, each a tree of criteria with maxima, then bands with gates.

Points are hundredths of a point (`points_x100`), so quarter points stay exact. Only leaves are scored.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

import msgspec

from domain.dates import Span
from domain.decider import Message, Name
from domain.ids import Slug
from domain.refusals import Invalid
from domain.rules import SEVERITY, Count, DisciplineKind, Share, Source

WHOLE_X100 = 10_000  # A table's standards add up to 100 points.

# --- The table --------------------------------------------------------------------


class Criterion(Message, frozen=True, kw_only=True):
    """A line of the table; with `criteria` it is their heading, and its maximum is their sum."""

    code: Slug
    name: Name
    max_x100: Annotated[int, msgspec.Meta(ge=1, le=WHOLE_X100)]
    criteria: tuple["Criterion", ...] = ()

    def leaves(self) -> Iterator["Criterion"]:
        if not self.criteria:
            yield self
        for criterion in self.criteria:
            yield from criterion.leaves()


class StandardShareMin(Message, frozen=True, kw_only=True, tag_field="kind", tag="standard-share-min"):
    """Every standard reaches at least this share of its own maximum ("no standard under 50 %")."""

    share_x100: Share


class TotalMin(Message, frozen=True, kw_only=True, tag_field="kind", tag="total-min"):
    """At least so many points before bonus points are added: a bonus alone does not lift into the band."""

    points_x100: Count


class NoDisciplineFrom(Message, frozen=True, kw_only=True, tag_field="kind", tag="no-discipline"):
    """No discipline in the period as severe as this."""

    from_kind: DisciplineKind


Gate = StandardShareMin | TotalMin | NoDisciplineFrom


class Band(Message, frozen=True, kw_only=True):
    """A class: from so many points on, and only through its gates. `code` is the class that results."""

    code: Slug
    name: Name
    at_least_x100: Count
    gates: tuple[Gate, ...] = ()


class Rubric(Message, frozen=True, kw_only=True):
    """`bands` from the highest class down; the last takes everybody.

    `complaint_days`: for so many days after the classification the subject may complain, and nothing is final before
    they are over; None: no window is stated, it may complain until the class is final, which it may be at any time.

    `effective_from` and `effective_until`, both included, are the days of the periods that it scores. A changed table
    is the next `version`, and leaves what was scored by an old one.
    """

    code: Slug
    name: Name
    version: Annotated[int, msgspec.Meta(ge=1)] = 1
    source: Source
    cites: Name
    standards: Annotated[tuple[Criterion, ...], msgspec.Meta(min_length=1)]
    bonus_max_x100: Count = 0
    penalty_max_x100: Count = 0
    bands: Annotated[tuple[Band, ...], msgspec.Meta(min_length=1)]
    complaint_days: Count | None = None
    effective_from: date | None = None
    effective_until: date | None = None

    def holds_for(self, span: Span, horizon: Span) -> bool:
        """Whether it scores all of `span`: within the days that it states, and not beside the campaign's horizon."""
        begun = self.effective_from is None or self.effective_from <= span.opens_on
        lasts = self.effective_until is None or span.closes_on <= self.effective_until
        return begun and lasts and span.opens_on <= horizon.closes_on and horizon.opens_on <= span.closes_on

    def overlaps(self, other: "Rubric") -> bool:
        """Whether there is a day on which both hold."""
        begins = max(self.effective_from or date.min, other.effective_from or date.min)
        return begins <= min(self.effective_until or date.max, other.effective_until or date.max)

    def leaves(self) -> Iterator[Criterion]:
        """The criteria that are scored, in the order of the table."""
        for standard in self.standards:
            yield from standard.leaves()


# --- Scoring ----------------------------------------------------------------------


class Points(Message, frozen=True, kw_only=True):
    """Points for one criterion of the table."""

    criterion: Slug
    points_x100: Count


class StandardTotal(Message, frozen=True, kw_only=True):
    standard: Slug
    points_x100: int
    max_x100: int


class GateReason(Message, frozen=True, kw_only=True):
    """Why a band was not reached: `gate` is `at-least` or the gate's kind; `standard` where one failed."""

    band: Slug
    gate: Literal["at-least", "standard-share-min", "total-min", "no-discipline"]
    required: int | str
    found: int | str
    standard: Slug | None = None


class Result(Message, frozen=True, kw_only=True):
    """The class that a sheet leads to, the figures, and why no higher one. Computed, never typed."""

    band: Slug
    total_x100: int
    standards: tuple[StandardTotal, ...]
    reasons: tuple[GateReason, ...]


def check_sheet(rubric: Rubric, points: tuple[Points, ...], *, bonus_x100: int, penalty_x100: int) -> None:
    """Every criterion is scored once, within its maximum; bonus and penalty within theirs.

    Raises:
        Invalid: with the path of the first field that does not fit.
    """
    maxima = {leaf.code: leaf.max_x100 for leaf in rubric.leaves()}
    scored: set[str] = set()
    for number, score in enumerate(points):
        if score.criterion not in maxima:
            raise Invalid(field=f"scores[{number}].criterion", reason="not a criterion that is scored")
        if score.criterion in scored:
            raise Invalid(field=f"scores[{number}].criterion", reason="scored twice")
        _within(f"scores[{number}].points_x100", score.points_x100, maxima[score.criterion])
        scored.add(score.criterion)
    if missing := [code for code in maxima if code not in scored]:
        raise Invalid(field="scores", reason="not scored: " + ", ".join(missing))
    check_extra(rubric, bonus_x100=bonus_x100, penalty_x100=penalty_x100)


def check_extra(rubric: Rubric, *, bonus_x100: int, penalty_x100: int) -> None:
    """Raises: Invalid, where bonus or penalty points are more than the table allows."""
    _within("bonus_x100", bonus_x100, rubric.bonus_max_x100)
    _within("penalty_x100", penalty_x100, rubric.penalty_max_x100)


def _within(field: str, points_x100: int, max_x100: int) -> None:
    if points_x100 > max_x100:
        raise Invalid(field=field, reason=f"at most {max_x100}")


def classify(
    rubric: Rubric,
    points: tuple[Points, ...],
    *,
    bonus_x100: int = 0,
    penalty_x100: int = 0,
    disciplines: tuple[DisciplineKind, ...] = (),
) -> Result:
    """The highest band whose points and gates the sheet meets. The sheet has passed `check_sheet`."""
    given = {score.criterion: score.points_x100 for score in points}
    standards = tuple(
        StandardTotal(
            standard=standard.code,
            points_x100=sum(given[leaf.code] for leaf in standard.leaves()),
            max_x100=standard.max_x100,
        )
        for standard in rubric.standards
    )
    before_bonus = max(0, sum(standard.points_x100 for standard in standards) - penalty_x100)
    total = max(0, sum(standard.points_x100 for standard in standards) + bonus_x100 - penalty_x100)
    reasons: list[GateReason] = []
    for band in rubric.bands:
        missed = list(_missed(band, total, before_bonus, standards, disciplines))
        if not missed:
            return Result(band=band.code, total_x100=total, standards=standards, reasons=tuple(reasons))
        reasons += missed
    raise AssertionError("the last band takes everybody: mistakes() was not asked")


def _missed(
    band: Band,
    total_x100: int,
    before_bonus_x100: int,
    standards: tuple[StandardTotal, ...],
    disciplines: tuple[DisciplineKind, ...],
) -> Iterator[GateReason]:
    if total_x100 < band.at_least_x100:
        yield GateReason(band=band.code, gate="at-least", required=band.at_least_x100, found=total_x100)
    for gate in band.gates:
        match gate:
            case StandardShareMin(share_x100=share):
                yield from _weak_standards(band, share, standards)
            case TotalMin(points_x100=points):
                if before_bonus_x100 < points:
                    yield GateReason(band=band.code, gate="total-min", required=points, found=before_bonus_x100)
            case NoDisciplineFrom(from_kind=kind):
                if severe := [found for found in disciplines if SEVERITY[found] >= SEVERITY[kind]]:
                    yield GateReason(band=band.code, gate="no-discipline", required=kind, found=", ".join(severe))


def _weak_standards(band: Band, share_x100: int, standards: tuple[StandardTotal, ...]) -> Iterator[GateReason]:
    for standard in standards:
        if standard.points_x100 * 10_000 < share_x100 * standard.max_x100:
            yield GateReason(
                band=band.code,
                gate="standard-share-min",
                required=share_x100,
                found=standard.points_x100 * 10_000 // standard.max_x100,
                standard=standard.standard,
            )


# --- Mistakes ---------------------------------------------------------------------


def mistakes(rubric: Rubric, at: str = "rubric") -> Iterator[tuple[str, str]]:
    """What contradicts itself in a table: (the field's path below `at`, why). Nothing: it can be used."""
    if rubric.effective_from and rubric.effective_until and rubric.effective_until < rubric.effective_from:
        yield f"{at}.effective_until", "lies before effective_from"
    whole = sum(standard.max_x100 for standard in rubric.standards)
    if whole != WHOLE_X100:
        yield f"{at}.standards", f"their maxima add up to {whole}, not {WHOLE_X100}"
    for number, standard in enumerate(rubric.standards):
        yield from _mistakes_of_criterion(standard, f"{at}.standards[{number}]")
    yield from _repeated(_codes(rubric.standards, f"{at}.standards"))
    yield from _mistakes_of_bands(rubric, f"{at}.bands")


def _mistakes_of_criterion(criterion: Criterion, at: str) -> Iterator[tuple[str, str]]:
    below = sum(inner.max_x100 for inner in criterion.criteria)
    if criterion.criteria and below != criterion.max_x100:
        yield f"{at}.max_x100", f"is {criterion.max_x100}, but its criteria add up to {below}"
    for number, inner in enumerate(criterion.criteria):
        yield from _mistakes_of_criterion(inner, f"{at}.criteria[{number}]")


def _mistakes_of_bands(rubric: Rubric, at: str) -> Iterator[tuple[str, str]]:
    yield from _repeated((f"{at}[{number}].code", band.code) for number, band in enumerate(rubric.bands))
    for number, (higher, lower) in enumerate(zip(rubric.bands, rubric.bands[1:], strict=False), start=1):
        if lower.at_least_x100 >= higher.at_least_x100:
            yield f"{at}[{number}].at_least_x100", "is not below the band before it"
    last = len(rubric.bands) - 1
    if rubric.bands[last].at_least_x100 != 0:
        yield f"{at}[{last}].at_least_x100", "is not 0: the last band takes everybody"
    if rubric.bands[last].gates:
        yield f"{at}[{last}].gates", "the last band takes everybody"


def _codes(criteria: tuple[Criterion, ...], at: str) -> Iterator[tuple[str, str]]:
    for number, criterion in enumerate(criteria):
        yield f"{at}[{number}].code", criterion.code
        yield from _codes(criterion.criteria, f"{at}[{number}].criteria")


def _repeated(codes: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for path, code in codes:
        if code in seen:
            yield path, f"{code} is there twice"
        seen.add(code)
