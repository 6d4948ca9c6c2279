"""What a unit above asks for beside the directive, and reminders of what falls due."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from adapters.demo.acts.duties import PATH as DUTIES
from adapters.demo.acts.duties import one_of
from adapters.demo.client import Unexpected
from adapters.demo.scene import Scene
from domain.dates import Occurrence, WithinWorkingDays
from domain.directive import DutySpec

PATH = "/v1/demands"
REMINDERS = "/v1/reminders"


async def demand(scene: Scene, name: str, units: Sequence[str], *, days: int, due: date) -> str:
    """The federation asks for a report within so many working days, which come to `due`; the demand's id."""
    rule = WithinWorkingDays(days=days, of="demand")
    done = await scene.federation.command(PATH, _asked(scene, name, units, "report", days))
    spec = DutySpec(code=done.id, name=name, section="", kind="report", rule=rule)
    occurrence = Occurrence(code="", opens_on=scene.today, due_on=due)
    scene.ledger.demands[done.id] = spec, occurrence, tuple(units)
    rows = await scene.federation.listed(DUTIES, campaign_id=scene.campaign_id, duty=done.id)
    found = sorted((row["unit_id"], row["source"], row["due_on"], row["state"]) for row in rows)
    wanted = sorted((scene.unit_id(unit), "demanded", due.isoformat(), "due") for unit in units)
    if found != wanted:
        raise Unexpected(f"{scene.place}: the demand is owed as {found}, not {wanted}")
    scene.tell(scene.federation, "demanded", name=name, count=len(units), days=days, due=due)
    return done.id


async def demand_in_vain(scene: Scene, name: str, units: Sequence[str], *, days: int, reason: str) -> None:
    """Another one is withdrawn the same day: nobody owes it any more, and nobody can hand it in."""
    who = scene.federation
    done = await who.command(PATH, _asked(scene, name, units, "seminar", days))
    await who.command(f"{PATH}/{done.id}/withdraw", {"reason": reason})
    owed = await who.listed(DUTIES, campaign_id=scene.campaign_id, duty=done.id)
    row = await who.get(f"{PATH}/{done.id}")
    if owed or row["state"] != "withdrawn":
        raise Unexpected(f"{scene.place}: a demand that is {row['state']} is owed {len(owed)} times")
    body = {
        "campaign_id": scene.campaign_id, "duty": done.id, "unit_id": scene.unit_id(units[0]), "proof": "Biên bản",
    }  # fmt: skip
    await scene.officer(units[0]).refused(DUTIES, body, "duty.not-in-campaign")
    scene.tell(who, "demand-withdrawn", name=name, reason=reason)


def _asked(scene: Scene, name: str, units: Sequence[str], kind: str, days: int) -> dict[str, Any]:
    return {
        "campaign_id": scene.campaign_id,
        "by_unit_id": scene.unit_id(scene.root),
        "unit_ids": [scene.unit_id(unit) for unit in units],
        "kind": kind,
        "name": name,
        "wording": f"trong {days} ngày làm việc",
        "due": {"kind": "within-working-days", "days": days, "of": "demand"},
        "channel": "trục liên thông văn bản",
        "document": scene.paper("Công văn", "CV-LĐLĐ", name),
    }


async def remind(scene: Scene, duty: str, unit: str, *, kind: str, listed: Sequence[str]) -> None:
    """Today's list has this duty of the units in `listed`; one is reminded and listed no more."""
    who, one = scene.above(unit), one_of(scene, duty, unit)
    before = await _to_remind(scene, duty)
    if before != dict.fromkeys(listed, kind):
        raise Unexpected(f"{scene.place}: {duty} is to be reminded of on {scene.today} as {before}")
    body = {"campaign_id": scene.campaign_id, "duty": duty, "unit_id": scene.unit_id(unit), "kind": kind}
    await who.command(f"{REMINDERS}/sent", {**body, "channel": "Zalo"})
    await who.refused(f"{REMINDERS}/sent", {**body, "channel": "thư điện tử"}, "duty.reminded-otherwise")
    after = await _to_remind(scene, duty)
    if after != dict.fromkeys(set(listed) - {unit}, kind):
        raise Unexpected(f"{scene.place}: {duty} is still to be reminded of as {after}")
    scene.tell(
        who, "reminded", duty=one.spec.name, count=len(listed), unit=scene.units[unit].name, due=one.occurrence.due_on
    )


async def _to_remind(scene: Scene, duty: str) -> dict[str, str]:
    rows = await scene.federation.listed(REMINDERS, campaign_id=scene.campaign_id, day=scene.today.isoformat())
    return {row["unit_code"]: row["kind"] for row in rows if row["duty"] == duty}
