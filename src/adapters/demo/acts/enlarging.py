"""What is added to a directive after it was issued, exemplary models, and a recognition that was wrong."""

from typing import Any

import msgspec

from adapters.demo.acts.registering import Registration
from adapters.demo.scene import Scene
from domain.directive import Level, TitleSpec
from domain.rules import RuleSet

EXEMPLARS = "/v1/exemplars"


async def interpret(scene: Scene, clause: str, reading: str, *, alternative: str) -> None:
    """The issuer's standing committee decides how a clause is read; its wording stays."""
    body = {
        "clause": clause,
        "reading": reading,
        "alternatives": [alternative],
        "decided_by": scene.directive.signing_body,
        "decided_on": scene.today.isoformat(),
    }
    await scene.issuer().command(f"{scene.campaign}/interpret", body)
    scene.tell(scene.issuer(), "interpreted", clause=clause, reading=reading)


async def admit_title(scene: Scene, code: str, name: str, *, cites: str, rules: list[dict[str, Any]]) -> None:
    """A flag by law is added to a list that the directive leaves open; from now on it is one of its titles."""
    title = {
        "code": code, "name": name, "section": cites, "form": "flag", "subjects": ["collective"],
        "decided_by": scene.units[scene.entry.issuer].level, "rules": code,
    }  # fmt: skip
    rule_set = {
        "code": code, "name": name, "issuer": "Quốc hội", "source": "law", "cites": cites,
        "rules": rules,
    }  # fmt: skip
    paper = scene.paper("Công văn", "CV-LĐLĐ", f"Bổ sung danh hiệu {name}")
    await scene.issuer().command(
        f"{scene.campaign}/admit-title", {"title": title, "rule_set": rule_set, "document": paper}
    )
    before = scene.directive
    scene.directive = msgspec.structs.replace(
        before,
        titles=(*before.titles, msgspec.convert(title, TitleSpec)),
        rule_sets=(*before.rule_sets, msgspec.convert(rule_set, RuleSet)),
    )
    scene.tell(scene.issuer(), "title-admitted", name=name, cites=cites)


async def attach_plaque(work: Registration, place: str) -> None:
    scene = work.scene
    await work.step(scene.officer(work.unit), "attach-plaque", {"on": scene.today.isoformat(), "place": place})
    scene.tell(scene.officer(work.unit), "plaque-attached", name=work.name, place=place)


async def put_under_review(initiative: Registration, council: str) -> Registration:
    scene, above = initiative.scene, initiative.scene.above(initiative.unit)
    await initiative.step(above, "put-under-review", {"council": council})
    initiative.record.state = "under-review"
    scene.tell(above, "under-review", name=initiative.name, council=council)
    return initiative


async def withdraw_recognition(one: Registration, reason: str) -> None:
    """It was recognised, and should not have been: it supports nothing any more."""
    scene, above = one.scene, one.scene.above(one.unit)
    paper = scene.paper("Quyết định", "QĐ-LĐLĐ", f"Thu hồi công nhận {one.name}")
    await one.step(above, "withdraw-recognition", {"document": paper, "reason": reason})
    one.record.state = "revoked"
    scene.tell(above, "recognition-withdrawn", name=one.name, reason=reason)


async def hold_launch(event: Registration, *, moved_to: str, attended: int) -> None:
    """The launch is moved to another day, and held on that."""
    scene, who = event.scene, event.scene.officer(event.unit)
    await event.step(who, "move-launch", {"held_on": moved_to})
    await event.step(who, "launch-held", {"held_on": moved_to, "attended": attended})
    event.record.state = "held"
    scene.tell(who, "launch-held", day=moved_to, attended=attended)


async def exemplar(scene: Scene, unit: str, name: str, story: str, **more: Any) -> str:
    """The unit enters an exemplary model; its id. `kind`, and `person_id` where it has one."""
    body = {"campaign_id": scene.campaign_id, "unit_id": scene.unit_id(unit), "name": name, "story": story, **more}
    done = await scene.officer(unit).command(EXEMPLARS, body)
    scene.tell(scene.officer(unit), "exemplar-registered", name=name)
    return done.id


async def spread(scene: Scene, unit: str, exemplar_id: str, *, level: Level, channel: str, place: str) -> None:
    """The unit above recognises it, and it is made known."""
    paper = scene.paper("Quyết định", "QĐ-LĐLĐ", "Biểu dương điển hình tiên tiến")
    await scene.above(unit).command(f"{EXEMPLARS}/{exemplar_id}/recognise", {"level": level, "document": paper})
    told = {"channel": channel, "on": scene.today.isoformat(), "place": place}
    await scene.officer(unit).command(f"{EXEMPLARS}/{exemplar_id}/spread", told)
    scene.tell(scene.above(unit), "exemplar-recognised", number=paper["number"], place=place)


async def withdraw_exemplar(scene: Scene, unit: str, exemplar_id: str, reason: str) -> None:
    await scene.officer(unit).command(f"{EXEMPLARS}/{exemplar_id}/withdraw", {"reason": reason})
    scene.tell(scene.officer(unit), "exemplar-withdrawn", reason=reason)
