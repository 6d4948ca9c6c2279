"""Predicates about what the subject achieved over the years: classes, points, titles."""

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

from domain.ids import Slug
from domain.rules.case import Case, Count, Scheme
from domain.rules.predicate import Answer, Facts, Predicate, fits

Years = Annotated[int, msgspec.Meta(ge=1, le=20)]
Ending = Literal["this-year", "last-year", "either", "earlier"]


def restarted_after(case: Case) -> int | None:
    """R5: the year that the last discipline ended in; what was achieved up to it does not count. None: there is none,
    or, of a collective, none is known."""
    return max((discipline.ended_in(case.day) for discipline in case.disciplines or ()), default=None)


class Run(Predicate, frozen=True, kw_only=True):
    """Something for several years running, up to the case's year."""

    years_running: Annotated[int, msgspec.Meta(ge=1, le=10)] = 1
    restarts_after_discipline: bool = True

    def over(self, case: Case, good: Iterable[int], facts: Facts) -> Answer:
        """Whether each year of the run is a good one, none of them before the clock was set back."""
        last_lost = restarted_after(case) if self.restarts_after_discipline and self.years_running > 1 else None
        if last_lost is not None:
            facts = facts | {"counted_after": last_lost}
        counted = {year for year in good if last_lost is None or year > last_lost}
        return fits(all(year in counted for year in self.years(case)), facts)

    def years(self, case: Case) -> range:
        return range(case.year - self.years_running + 1, case.year + 1)


class ClassAtLeast(Run, frozen=True, kw_only=True, tag_field="kind", tag="class-at-least"):
    """Classified in one of `classes` (the least sufficient one and all above it), `years_running` years to this one."""

    needs = ("classes", "disciplines")
    vi = (
        "Xếp loại {found}; cần một trong {classes}, {years_running} năm liền; sau kỷ luật chỉ tính sau năm "
        "{counted_after}."
    )
    en = (
        "Classified {found}; one of {classes} is needed, {years_running} years running; after a discipline only "
        "what comes after {counted_after} counts."
    )
    classes: Annotated[tuple[Slug, ...], msgspec.Meta(min_length=1)]

    def answer(self, case: Case) -> Answer:
        required: Facts = {"classes": ", ".join(self.classes), "years_running": self.years_running}
        if case.classes is None or not any(given.year == case.year for given in case.classes):
            return "unknown", required
        good = {given.year for given in case.classes if given.code in self.classes}
        found = ", ".join(f"{given.year}: {given.code}" for given in case.classes if given.year in self.years(case))
        return self.over(case, good, required | {"found": found})


class PointsAtLeast(Run, frozen=True, kw_only=True, tag_field="kind", tag="points-at-least"):
    """R19: the final table reached so many points (hundredths of a point), `years_running` years to this one."""

    needs = ("classes", "disciplines")
    vi = (
        "Điểm (phần trăm điểm) {found}; cần từ {points_x100_min}, {years_running} năm liền; sau kỷ luật chỉ tính "
        "sau năm {counted_after}."
    )
    en = (
        "Points (hundredths) {found}; at least {points_x100_min} are needed, {years_running} years running; after "
        "a discipline only what comes after {counted_after} counts."
    )
    points_x100: Count

    def answer(self, case: Case) -> Answer:
        required: Facts = {"points_x100_min": self.points_x100, "years_running": self.years_running}
        given = [one for one in case.classes or () if one.year in self.years(case)]
        if not any(one.year == case.year for one in given) or any(one.points_x100 is None for one in given):
            return "unknown", required
        good = {one.year for one in given if one.points_x100 is not None and one.points_x100 >= self.points_x100}
        found = ", ".join(f"{one.year}: {one.points_x100}" for one in given)
        return self.over(case, good, required | {"found": found})


class HoldsTitle(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="holds-title"):
    """R3, R4, R5, R19: holds the title for so many consecutive years; the run ends this year, last year, in either, or
    in any year before this one (`earlier`).

    Towards a merit proposal a title of one of the schemes `not_towards_merit` does not count. After a discipline what
    was held up to the year that it ended in does not.
    """

    needs = ("titles", "disciplines", "scheme")
    vi = (
        "Giữ danh hiệu {title} các năm: {found}; cần {years} năm liền ({ending}); không tính hình thức: "
        "{left_out}; chỉ tính sau năm: {counted_after}."
    )
    en = (
        "Holds the title {title} for the years: {found}; {years} running are needed ({ending}); schemes left out: "
        "{left_out}; counted after the year: {counted_after}."
    )
    title: Slug
    years: Years = 1
    ending: Ending = "this-year"
    not_towards_merit: tuple[Scheme, ...] = ("ad-hoc", "thematic")
    restarts_after_discipline: bool = True

    def answer(self, case: Case) -> Answer:
        facts: Facts = {"title": self.title, "years": self.years, "ending": self.ending}
        if case.titles is None:
            return "unknown", facts
        left_out = self.not_towards_merit if case.scheme == "merit" else ()
        last_lost = restarted_after(case) if self.restarts_after_discipline else None
        facts |= {"left_out": ", ".join(left_out)} if left_out else {}
        facts |= {"counted_after": last_lost} if last_lost is not None else {}
        held = {one.year for one in case.titles if one.title == self.title and one.scheme not in left_out}
        counted = {year for year in held if last_lost is None or year > last_lost}
        met = any(all(year in counted for year in run) for run in self._runs(case, held))
        return fits(met, facts | {"found": ", ".join(map(str, sorted(held)))})

    def _runs(self, case: Case, held: Iterable[int]) -> list[range]:
        lasts = {
            "this-year": (case.year,),
            "last-year": (case.year - 1,),
            "either": (case.year, case.year - 1),
            "earlier": tuple(year for year in held if year < case.year),
        }
        return [range(last - self.years + 1, last + 1) for last in lasts[self.ending]]


class ComprehensiveExcludesThematic(
    Predicate, frozen=True, kw_only=True, tag_field="kind", tag="comprehensive-excludes-thematic"
):
    """R18: who has the merit award of a level has no thematic one of that level in that year."""

    needs = ("titles", "scheme", "level", "year")
    vi = "Hình thức đề nghị: {scheme}; khen toàn diện cùng cấp, cùng năm: {found}."
    en = "Proposed as: {scheme}; comprehensive awards of the same level and year: {found}."

    def answer(self, case: Case) -> Answer:
        if case.scheme != "thematic":
            return "for", {"scheme": case.scheme}
        if case.titles is None:
            return "unknown", {"scheme": case.scheme}
        merit = [t for t in case.titles if (t.scheme, t.level, t.year) == ("merit", case.level, case.year)]
        return fits(not merit, {"scheme": case.scheme, "found": ", ".join(t.title for t in merit)})
