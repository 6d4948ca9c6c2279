"""Evaluations: self-scored, cross-scored by peers, appraised, adjusted, classified, complained of, final."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from adapters.demo.client import Person, Unexpected
from adapters.demo.ledger import Evaluated
from adapters.demo.scene import Scene
from domain.rubric import Rubric

PATH = "/v1/evaluations"
WHOLE_PERCENT = 100


@dataclass(kw_only=True)
class Evaluation:
    """An evaluation that was classified, as the story goes on with it. `final_from`: the first day it may be final."""

    scene: Scene
    id: str
    unit: str
    person: str | None
    rubric: Rubric
    percent: int
    bonus_x100: int = 0
    final_from: date = field(init=False)

    @property
    def total_x100(self) -> int:
        return total_of(self.rubric, self.percent) + self.bonus_x100

    @property
    def record(self) -> Evaluated:
        return self.scene.ledger.evaluations[self.id]

    async def step(self, who: Person, what: str, body: dict[str, Any]) -> None:
        await who.command(f"{PATH}/{self.id}/{what}", body)

    async def classify(self) -> None:
        await self.step(self.scene.above(self.unit), "classify", {})
        self.record.band = band_of(self.rubric, self.total_x100)
        window = self.rubric.complaint_days
        self.final_from = self.scene.today + timedelta(days=0 if window is None else window + 1)

    async def is_not_final_yet(self) -> None:
        """While the subject may complain, nobody closes it: the API says until when."""
        who, last = self.scene.above(self.unit), self.final_from - timedelta(days=1)
        problem = await who.refused(f"{PATH}/{self.id}/finalise", {}, "evaluation.complaint-window-open")
        if problem["facts"] != {"last_day": last.isoformat()}:
            raise Unexpected(f"{self.scene.place}: the window closes on {problem['facts']}, not on {last}")
        subject = self.scene.named(self.unit, self.person)
        self.scene.tell(who, "window-open", subject=subject, day=last)

    async def finalise(self) -> "Evaluation":
        """Wait for the day on which it may be."""
        await self.scene.calendar.reach(self.final_from)
        await self.step(self.scene.above(self.unit), "finalise", {})
        return self

    async def complain(self, reason: str, *, percent: int, answer: str) -> "Evaluation":
        """The subject complains, and is right: every score becomes `percent` of its maximum."""
        scene, before = self.scene, self.record.band
        subject = scene.named(self.unit, self.person)
        await self.step(scene.officer(self.unit), "complain", {"complaint": reason})
        scene.tell(scene.officer(self.unit), "complained", band=_name(self.rubric, before), reason=reason)
        adjustments = scores(self.rubric, percent)
        await self.step(
            scene.above(self.unit), "resolve", {"upheld": True, "answer": answer, "adjustments": adjustments}
        )
        self.percent = percent
        self.record.band = band_of(self.rubric, self.total_x100)
        self.final_from = scene.today
        after = _name(self.rubric, self.record.band)
        scene.tell(scene.above(self.unit), "resolved", subject=subject, before=_name(self.rubric, before), after=after)
        return self


async def evaluate(
    scene: Scene,
    unit: str,
    *,
    rubric: str,
    period: str,
    percent: int,
    person: str | None = None,
    phase: str | None = None,
    peers: tuple[str, ...] = (),
    bonus: tuple[int, str] | None = None,
    told: bool = True,
) -> Evaluation:
    """Open an evaluation and take it as far as its class. Every criterion gets `percent` of its maximum; `bonus`:
    points in hundredths that are added after the appraisal, and why."""
    table = next(each for each in scene.directive.rubrics if each.code == rubric)
    body = {
        "campaign_id": scene.campaign_id,
        "unit_id": scene.unit_id(unit),
        "person_id": person and scene.person_id(person),
        "phase": phase,
        "period": period,
        "rubric": rubric,
        "peers": [scene.unit_id(peer) for peer in peers],
    }
    done = await scene.officer(unit).command(PATH, body)
    scene.ledger.evaluations[done.id] = Evaluated(unit=unit, person=person)
    one = Evaluation(scene=scene, id=done.id, unit=unit, person=person, rubric=table, percent=percent)
    own = min(percent + 4, WHOLE_PERCENT)  # Who scores themselves is a little kinder.
    await one.step(scene.officer(unit), "self-score", {"scores": scores(table, own)})
    for peer in peers:
        await _cross_score(one, peer)
    await one.step(scene.above(unit), "appraise", {"scores": scores(table, percent)})
    if bonus is not None:
        await _add_bonus(one, *bonus)
    await one.classify()
    if told:
        _narrate(one, own)
    return one


async def evaluate_person(scene: Scene, person: str, *, rubric: str, percent: int, told: bool = True) -> Evaluation:
    """A person for this year, in their unit."""
    unit, period = scene.members[person].unit, f"Năm {scene.today.year}"
    return await evaluate(scene, unit, person=person, rubric=rubric, period=period, percent=percent, told=told)


async def _cross_score(one: Evaluation, peer: str) -> None:
    scene, given = one.scene, scores(one.rubric, one.percent + 1)
    await one.step(scene.officer(peer), "cross-score", {"peer_unit_id": scene.unit_id(peer), "scores": given})
    points = _points(total_of(one.rubric, one.percent + 1))
    scene.tell(scene.officer(peer), "cross-scored", subject=scene.named(one.unit, one.person), points=points)


async def _add_bonus(one: Evaluation, points_x100: int, reason: str) -> None:
    """The unit above corrects the bonus points before it gives the class."""
    scene, who = one.scene, one.scene.above(one.unit)
    body = {"bonus_x100": points_x100, "penalty_x100": 0, "reason": reason}
    await one.step(who, "adjust-bonus", body)
    one.bonus_x100 = points_x100
    scene.tell(who, "bonus", subject=scene.named(one.unit, one.person), points=_points(points_x100), reason=reason)


async def cannot_be_scored_by(scene: Scene, unit: str, peer: str, *, rubric: str, period: str) -> None:
    """Whoever is in a cluster is cross-scored by its members, not by others."""
    body = {
        "campaign_id": scene.campaign_id, "unit_id": scene.unit_id(unit), "period": period, "rubric": rubric,
        "peers": [scene.unit_id(peer)],
    }  # fmt: skip
    await scene.officer(unit).refused(PATH, body, "evaluation.peer-outside-cluster")
    scene.tell(scene.officer(unit), "peer-outside", peer=scene.units[peer].name)


async def adjust(scene: Scene, unit: str, *, rubric: str, period: str, reason: str) -> Evaluation:
    """A unit whose first criterion is corrected before the class is given: full marks less that criterion's half."""
    table = next(each for each in scene.directive.rubrics if each.code == rubric)
    body = {"campaign_id": scene.campaign_id, "unit_id": scene.unit_id(unit), "period": period, "rubric": rubric}
    done = await scene.officer(unit).command(PATH, body)
    scene.ledger.evaluations[done.id] = Evaluated(unit=unit, person=None)
    one = Evaluation(scene=scene, id=done.id, unit=unit, person=None, rubric=table, percent=WHOLE_PERCENT)
    full = {"scores": scores(table, WHOLE_PERCENT)}
    await one.step(scene.officer(unit), "self-score", full)
    await one.step(scene.above(unit), "appraise", full)
    first = next(table.leaves())
    change = {"criterion": first.code, "points_x100": first.max_x100 // 2, "reason": reason}
    await one.step(scene.above(unit), "adjust", change)
    scene.tell(scene.above(unit), "adjusted", subject=scene.units[unit].name, reason=reason)
    await one.classify()
    total = total_of(table, WHOLE_PERCENT) - (first.max_x100 - first.max_x100 // 2)
    one.record.band = band_of(table, total)
    row = await scene.above(unit).get(f"{PATH}/{done.id}")
    if row["total_x100"] != total:
        raise Unexpected(f"{scene.place}: an adjusted sheet comes to {row['total_x100']}, not {total}")
    return one


def scores(rubric: Rubric, percent: int) -> list[dict[str, Any]]:
    """The table filled in: every criterion with this share of its maximum."""
    return [
        {"criterion": leaf.code, "points_x100": leaf.max_x100 * percent // WHOLE_PERCENT} for leaf in rubric.leaves()
    ]


def total_of(rubric: Rubric, percent: int) -> int:
    return sum(leaf.max_x100 * percent // WHOLE_PERCENT for leaf in rubric.leaves())


def band_of(rubric: Rubric, total_x100: int) -> str:
    """The class by points alone: in the stories nobody fails a gate."""
    return next(band.code for band in rubric.bands if total_x100 >= band.at_least_x100)


def _name(rubric: Rubric, code: str | None) -> str:
    return next((band.name for band in rubric.bands if band.code == code), "")


def _points(total_x100: int) -> str:
    return f"{total_x100 / 100:g}"


def _narrate(one: Evaluation, own: int) -> None:
    scene = one.scene
    scene.tell(
        scene.above(one.unit),
        "evaluated",
        subject=scene.named(one.unit, one.person),
        own=_points(total_of(one.rubric, own)),
        above=scene.above(one.unit).name,
        points=_points(total_of(one.rubric, one.percent)),
        band=_name(one.rubric, one.record.band),
    )
