"""Launching a campaign, its phases, its reviews, allotments by decision, headcounts."""

import asyncio
from datetime import date
from typing import Any

from adapters.demo.client import Unexpected
from adapters.demo.scene import Scene

PHASE_WAIT_SECONDS_MAX = 15.0
LOOK_SECONDS = 0.1


async def launch(scene: Scene, on: date) -> None:
    """The issuer launches its campaign, as of the day of its paper."""
    document = scene.directive.document
    scene.tell(
        scene.federation,
        "set-up",
        units=len(scene.units),
        members=len(scene.members),
        document=document.number or document.title,
    )
    await scene.issuer().command(f"{scene.campaign}/launch", {"happened_on": on.isoformat()})
    scene.ledger.launched_on = on
    scene.tell(scene.issuer(), "launched", name=scene.directive.name, on=on)


async def phase_opens(scene: Scene, phase: str) -> None:
    """Wait until the platform itself has recorded that the phase is open."""
    await _marked(scene, phase, "opened_at")
    scene.ledger.opened.append(phase)
    scene.tell("platform", "phase-opened", phase=_phase_name(scene, phase))


async def phase_closes(scene: Scene, phase: str) -> None:
    """Wait until the platform itself has recorded that the phase is over."""
    await _marked(scene, phase, "closed_at")
    scene.ledger.closed.append(phase)
    scene.tell("platform", "phase-closed", phase=_phase_name(scene, phase))


async def _marked(scene: Scene, phase: str, mark: str) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PHASE_WAIT_SECONDS_MAX
    while True:
        detail = await scene.issuer().get(scene.campaign)
        if any(each["phase"] == phase and each[mark] for each in detail["phases"]):
            return
        if loop.time() > deadline:
            raise Unexpected(f"{scene.place}: phase {phase} has no {mark} within {PHASE_WAIT_SECONDS_MAX:g} s")
        await asyncio.sleep(LOOK_SECONDS)


def _phase_name(scene: Scene, code: str) -> str:
    return next(phase.name for phase in scene.directive.phases if phase.code == code)


async def review(scene: Scene, scope: str, period: str, called: str, findings: str) -> None:
    """sơ kết, tổng kết."""
    body = {
        "scope": scope,
        "period": period,
        "called": called,
        "document": scene.paper("Báo cáo", "BC-LĐLĐ", f"{called} {period}"),
        "findings": findings,
    }
    await scene.issuer().command(f"{scene.campaign}/review", body)
    scene.ledger.reviews.append((scope, period))
    scene.tell(scene.issuer(), "reviewed", called=called, scope=scope, period=period, findings=findings)


async def conclude(scene: Scene) -> None:
    paper = scene.paper("Báo cáo", "BC-LĐLĐ", "Tổng kết phong trào")
    await scene.issuer().command(f"{scene.campaign}/conclude", {"document": paper})
    scene.ledger.concluded = True
    scene.tell(scene.issuer(), "concluded")


async def allot(scene: Scene, target: str, period: str, numbers: dict[str, int]) -> None:
    """Each unit gets its number from the unit above all of them, by one decision."""
    paper = scene.paper("Quyết định", "QĐ-LĐLĐ", f"Giao chỉ tiêu {period}")
    for unit, number in numbers.items():
        body: dict[str, Any] = {
            "campaign_id": scene.campaign_id,
            "target": target,
            "unit_id": scene.unit_id(unit),
            "period": period,
            "number": number,
            "document": paper,
        }
        await scene.federation.command("/v1/allotments", body)
        scene.ledger.allotments[target, unit, period] = number
    name = next(each.name for each in scene.directive.targets if each.code == target)
    scene.tell(scene.federation, "allotted", target=name, period=period, count=len(numbers), number=paper["number"])


async def headcount(scene: Scene, unit: str, *, members: int, workers: int, direct_workers: int) -> None:
    """The unit reports how many there are today."""
    body = {"members": members, "workers": workers, "direct_workers": direct_workers, "on": scene.today.isoformat()}
    await scene.officer(unit).command(f"/v1/units/{scene.unit_id(unit)}/report-headcount", body)
    scene.ledger.headcounts[unit] = (members, workers)
    scene.tell(scene.officer(unit), "headcount", members=members, workers=workers)


async def found_union(scene: Scene, unit: str) -> None:
    """A union is founded today at an enterprise that had none."""
    body = {
        "on": scene.today.isoformat(),
        "document": scene.paper("Quyết định", "QĐ-CĐ", f"Thành lập CĐCS {scene.units[unit].name}"),
    }
    await scene.above(unit).command(f"/v1/units/{scene.unit_id(unit)}/found-union", body)
    scene.ledger.unions_founded[unit] = scene.today
    scene.tell(scene.above(unit), "union-founded", unit=scene.units[unit].name)
