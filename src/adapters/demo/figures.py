"""The figures of one federation, twice: as its HTTP queries tell them, and as the ledger has them; and what differs."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from adapters.demo.expected import duty_figures, share
from adapters.demo.ledger import GRANTED
from adapters.demo.scene import Scene
from domain.decider import Message

Figures = dict[str, object]
"""By a name such as `registrations/work/confirmed`; a figure that is zero is left out."""

OPEN_OR_SETTLED = ("granted", "revoked", "declined", "open")
DUTY_COUNTS = ("owed", "done", "submitted", "returned", "overdue", "late")


class Difference(Message, frozen=True, kw_only=True):
    place: str
    figure: str
    wanted: str
    found: str


async def told(scene: Scene) -> tuple[dict[str, Any], Figures]:
    """The summary of the scene's campaign as of its day, and every figure in it."""
    summary: dict[str, Any] = await scene.issuer().get(f"{scene.campaign}/summary", day=scene.today.isoformat())
    counts: Counter[str] = Counter()
    for each in summary["registrations"]:
        counts[f"registrations/{each['kind']}/{each['state']}"] += each["count"]
        counts[f"registrations/{each['kind']}/late"] += each["late"]
    for each in summary["classes"]:
        counts[f"classes/{each['subject']}/{each['band']}"] += each["count"]
    for each in summary["awards"]:
        for state in OPEN_OR_SETTLED:
            counts[f"awards/{each['title']}/{state}"] += each[state]
    for each in summary["duties"]:
        for count in DUTY_COUNTS:
            counts[f"duties/{each['duty']}/{count}"] += each[count]
    figures: Figures = dict(+counts)
    for each in summary["targets"]:
        figures[f"targets/{each['target']}"] = (each["numerator"], each["denominator"])
    for name in ("registered_workers", "awarded_workers"):
        figures[name] = (summary[name]["direct_workers"], summary[name]["persons"])
    figures["campaign"] = summary["campaign"]["state"]
    for phase in summary["phases"]:
        figures[f"phases/{phase['phase']}"] = (bool(phase["opened_at"]), bool(phase["closed_at"]))
    detail = await scene.issuer().get(scene.campaign)
    figures["reviews"] = sorted((each["scope"], each["period"]) for each in detail["reviews"])
    return summary, figures | await _registers(scene)


async def _registers(scene: Scene) -> Figures:
    """The registers themselves, page by page: as many rows as were written down."""
    who, campaign = scene.issuer(), scene.campaign_id
    rows = {name: await who.listed(f"/v1/{name}", campaign_id=campaign) for name in ("registrations", "awards")}
    return {
        **{f"register/{name}": len(found) for name, found in rows.items()},
        "register/late": sum(bool(row["late"]) for row in rows["registrations"]),
        "register/presented": sum(row["state"] == "presented" for row in rows["awards"]),
    }


def wanted(scene: Scene) -> Figures:
    """The same figures from the ledger."""
    ledger, counts = scene.ledger, Counter[str]()
    for one in ledger.registrations.values():
        counts[f"registrations/{one.kind.value}/{one.state}"] += 1
        counts[f"registrations/{one.kind.value}/late"] += one.late
    for evaluated in ledger.evaluations.values():
        counts[f"classes/{'person' if evaluated.person else 'unit'}/{evaluated.band}"] += 1
    for award in ledger.awards.values():
        counts[f"awards/{award.title}/{_settled(award.state)}"] += 1
    for duty, figures in duty_figures(scene).items():
        counts.update({f"duties/{duty}/{name}": count for name, count in figures.items()})
    return {
        **+counts,
        **{f"targets/{target.code}": share(scene, target) for target in scene.directive.targets},
        "registered_workers": _workers(scene, _registered_people(scene)),
        "awarded_workers": _workers(scene, _awarded_people(scene)),
        "campaign": "concluded" if ledger.concluded else "launched",
        **{
            f"phases/{phase.code}": (phase.code in ledger.opened, phase.code in ledger.closed)
            for phase in scene.directive.phases
        },
        "reviews": sorted(ledger.reviews),
        "register/registrations": len(ledger.registrations),
        "register/awards": len(ledger.awards),
        "register/late": sum(one.late for one in ledger.registrations.values()),
        "register/presented": sum(award.state == "presented" for award in ledger.awards.values()),
    }


def _settled(state: str) -> str:
    if state in GRANTED:
        return "granted"
    return state if state in ("revoked", "declined") else "open"


def _registered_people(scene: Scene) -> Iterator[str]:
    for one in scene.ledger.registrations.values():
        ((_, person), *others) = one.parties
        if person is not None and not others and one.state not in ("withdrawn", "refused", "revoked"):
            yield person


def _awarded_people(scene: Scene) -> Iterator[str]:
    for award in scene.ledger.awards.values():
        if award.person is not None and award.state in GRANTED:
            yield award.person


def _workers(scene: Scene, people: Iterator[str]) -> tuple[int, int]:
    """How many work directly, of how many."""
    found = [scene.members[person].employment for person in people]
    return found.count("direct-worker"), len(found)


def differences(place: str, ours: Figures, theirs: Figures) -> list[Difference]:
    """Each figure that is not the same on both sides; a missing one is none."""
    names = sorted({*ours, *theirs})
    return [
        Difference(place=place, figure=name, wanted=str(ours.get(name)), found=str(theirs.get(name)))
        for name in names
        if ours.get(name) != theirs.get(name)
    ]
