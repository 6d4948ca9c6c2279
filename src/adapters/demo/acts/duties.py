"""Duties: what falls due for whom, handed in, returned, accepted; late and overdue as the register shows them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from adapters.demo.client import Unexpected
from adapters.demo.ledger import HOLDING, HandedIn, Registered
from adapters.demo.scene import Scene
from domain.dates import Occurrence
from domain.decider import Message
from domain.directive import DutySpec
from domain.schedule import reckon

PATH = "/v1/duties"
NOT_FULFILLING = ("returned", "withdrawn", "refused")


class Owed(Message, frozen=True, kw_only=True):
    """One time of one duty of one unit."""

    spec: DutySpec
    occurrence: Occurrence
    unit: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.spec.code, self.occurrence.code, self.unit


def owed(scene: Scene) -> Iterator[Owed]:
    """Everything that the directive asks of the campaign's units, reckoned from the file, and what was demanded."""
    assert scene.ledger.launched_on is not None, "nothing is owed before the launch"
    _, dates = reckon(scene.directive, scene.ledger.launched_on)
    specs = {spec.code: spec for spec in scene.directive.duties}
    for each in dates:
        for unit in scene.inside():
            since = scene.union_since(unit)  # Without a union nothing is owed, and nothing from before there was one.
            if (
                since is not None
                and since <= each.occurrence.due_on
                and specs[each.duty].borne_by(unit.level, unit.sector, unit.code)
            ):
                yield Owed(spec=specs[each.duty], occurrence=each.occurrence, unit=unit.code)
    for spec, occurrence, units in scene.ledger.demands.values():
        for code in units:
            yield Owed(spec=spec, occurrence=occurrence, unit=code)


def fulfilling(scene: Scene, one: Owed) -> Registered | None:
    """The registration by which the duty is done without being handed in."""
    return next(
        (
            found
            for found in scene.ledger.registrations.values()
            if found.kind in one.spec.fulfilled_by
            and _is_party(one.unit, found)
            and (one.occurrence.code == "" or found.on >= one.occurrence.opens_on)
        ),
        None,
    )


async def hand_in_due(scene: Scene, until: date, *, but: tuple[tuple[str, str], ...] = ()) -> None:
    """Every unit hands in what is open and due by `until`, except `but` (duty and unit); the level above accepts."""
    count = 0
    for one in list(owed(scene)):
        ready = one.occurrence.opens_on <= scene.today <= one.occurrence.due_on <= until
        done = one.key in scene.ledger.duties or fulfilling(scene, one) is not None
        if ready and not done and (one.spec.code, one.unit) not in but:
            duty_id = await submit(scene, one, "Báo cáo kèm minh chứng")
            await accept(scene, one, duty_id)
            count += 1
    scene.tell(scene.issuer(), "handed-in-many", count=count)


async def hand_in(scene: Scene, duty: str, unit: str, *, times: str = "", returned: str | None = None) -> None:
    """The unit hands it in, late if its day has passed; the level above returns it once if a reason is given, and
    accepts it."""
    one = one_of(scene, duty, unit, times)
    duty_id = await submit(scene, one, "Báo cáo kèm minh chứng")
    late = scene.ledger.duties[one.key].late
    said = f" ({times})" if times else ""
    who, due = scene.officer(unit), one.occurrence.due_on
    scene.tell(who, "handed-in-late" if late else "handed-in", duty=one.spec.name, times=said, due=due)
    if late:
        await shown_as(scene, one, state="submitted", late=True)
    if returned is not None:
        await scene.above(unit).command(f"{PATH}/{duty_id}/return", {"reason": returned})
        scene.tell(scene.above(unit), "duty-returned", duty=one.spec.name, reason=returned)
        await submit(scene, one, "Báo cáo đã bổ sung")
        scene.tell(who, "handed-in", duty=one.spec.name, times=said)
    await accept(scene, one, duty_id)
    scene.tell(scene.above(unit), "duty-accepted", duty=one.spec.name, unit=scene.units[unit].name)


async def due_today(scene: Scene, duty: str, unit: str, *, times: str = "") -> None:
    """On its last day a duty is due, and not overdue yet."""
    one = one_of(scene, duty, unit, times)
    await shown_as(scene, one, state="due", late=None)
    scene.tell(scene.above(unit), "due-today", duty=one.spec.name, unit=scene.units[unit].name)


async def overdue(scene: Scene, duty: str, unit: str, *, times: str = "") -> None:
    """From the day after, it shows as overdue by itself."""
    one = one_of(scene, duty, unit, times)
    await shown_as(scene, one, state="overdue", late=None)
    scene.tell(scene.above(unit), "overdue", duty=one.spec.name, unit=scene.units[unit].name)


async def not_done(scene: Scene, duty: str, unit: str, *, times: str = "") -> None:
    """Where the paper names no day and does not order it, nothing is overdue: it shows as not done."""
    one = one_of(scene, duty, unit, times)
    await shown_as(scene, one, state="not-done", late=None)
    scene.tell(scene.above(unit), "not-done", duty=one.spec.name, unit=scene.units[unit].name)


def _is_party(unit: str, found: Registered) -> bool:
    """Whoever registers has done it once it is handed in; the other party of a compact once it binds."""
    (first, _), *others = found.parties
    if first == unit:
        return found.state not in NOT_FULFILLING
    return unit in [other for other, _ in others] and found.state in HOLDING


def one_of(scene: Scene, duty: str, unit: str, times: str = "") -> Owed:
    """One time of a duty of a unit."""
    return next(one for one in owed(scene) if one.key == (duty, times, unit))


async def submit(scene: Scene, one: Owed, proof: str, **more: Any) -> str:
    """The unit hands it in; the duty's id."""
    body = {
        "campaign_id": scene.campaign_id,
        "duty": one.spec.code,
        "occurrence": one.occurrence.code,
        "unit_id": scene.unit_id(one.unit),
        "proof": proof,
        **more,
    }
    done = await scene.officer(one.unit).command(PATH, body)
    late = scene.today > one.occurrence.due_on
    scene.ledger.duties[one.key] = HandedIn(state="submitted", on=scene.today, late=late)
    return done.id


async def accept(scene: Scene, one: Owed, duty_id: str) -> None:
    """The level above takes it."""
    await scene.above(one.unit).command(f"{PATH}/{duty_id}/accept", {})
    scene.ledger.duties[one.key].state = "accepted"


async def shown_as(scene: Scene, one: Owed, *, state: str, late: bool | None) -> None:
    """Raises: Unexpected, where the register says otherwise."""
    rows = await scene.above(one.unit).listed(
        PATH,
        campaign_id=scene.campaign_id,
        duty=one.spec.code,
        occurrence=one.occurrence.code or None,
        unit_id=scene.unit_id(one.unit),
    )
    shown = [(row["state"], row["late"], row["due_on"]) for row in rows]
    wanted = [(state, late, one.occurrence.due_on.isoformat())]
    if shown != wanted:
        raise Unexpected(f"{scene.place}: {one.key} on {scene.today} is shown as {shown}, not {wanted}")
