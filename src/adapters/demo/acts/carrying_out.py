"""A campaign that carries out another: issued by a unit below, shown in the summary above."""

from typing import Any

import msgspec

from adapters.demo.acts.registering import PATH as REGISTRATIONS
from adapters.demo.client import Unexpected
from adapters.demo.scene import Scene
from domain.directive import Kind

CAMPAIGNS = "/v1/campaigns"


async def carry_out(scene: Scene, issuer: str, name: str) -> str:
    """Drafted with the campaign above as its parent, whose paper it must cite, and launched; its path."""
    who, parent = scene.officer(issuer), scene.directive.document
    directive = _directive(scene, issuer, name)
    body = {
        "issuer_id": scene.unit_id(issuer), "directive": directive, "parent_campaign_id": scene.campaign_id,
    }  # fmt: skip
    problem = await who.refused(CAMPAIGNS, body, "command.invalid")
    if [error["field"] for error in problem["errors"]] != ["directive.parents"]:
        raise Unexpected(f"{scene.place}: an orphan of a campaign is refused for {problem['errors']}")
    scene.tell(who, "child-orphan", name=name)
    body["directive"] = directive | {"parents": [msgspec.to_builtins(parent)]}
    done = await who.command(CAMPAIGNS, body)
    await who.command(f"{CAMPAIGNS}/{done.id}/launch", {})
    scene.tell(who, "child-launched", name=name, parent=parent.number or parent.title)
    return done.id


def _directive(scene: Scene, issuer: str, name: str) -> dict[str, Any]:
    """What must be said of any, in the span of the campaign above, and that units may register works."""
    works = next(spec for spec in scene.directive.registrations if spec.kind is Kind.WORK)
    horizon, body = scene.directive.horizon, f"Ban Thường vụ {scene.units[issuer].name}"
    paper = scene.paper("Kế hoạch", "KH-LĐLĐ", name) | {"issuer": scene.units[issuer].name}
    return {
        "name": name,
        "document": paper,
        "issuing_body": body,
        "signing_body": body,
        "signing_office": "Chủ tịch",
        "launched_on": scene.today.isoformat(),
        "registrations": [
            {
                "code": works.code, "name": works.name, "section": "II", "kind": "work", "subjects": ["collective"],
                "rule": {"kind": "open-ended"},
            }
        ],
        "horizon": {
            "code": horizon.code, "opens_on": horizon.opens_on.isoformat(), "closes_on": horizon.closes_on.isoformat(),
        },
    }  # fmt: skip


async def take_part(scene: Scene, campaign_id: str, works: dict[str, str], *, confirmed: int) -> None:
    """Units register a work each in the campaign below; the first `confirmed` are confirmed, and the summary of the
    campaign above tells how many there are."""
    for number, (unit, work) in enumerate(works.items()):
        body = {
            "campaign_id": campaign_id, "unit_id": scene.unit_id(unit), "kind": "work", "name": work,
            "subject": {"kind": "collective"},
        }  # fmt: skip
        done = await scene.officer(unit).command(REGISTRATIONS, body)
        if number < confirmed:
            await scene.above(unit).command(f"{REGISTRATIONS}/{done.id}/confirm", {})
    summary = await scene.issuer().get(f"{scene.campaign}/summary")
    found = [
        (each["campaign_id"], each["state"], each["registrations"], each["confirmed"]) for each in summary["children"]
    ]
    if found != [(campaign_id, "launched", len(works), confirmed)]:
        raise Unexpected(f"{scene.place}: the campaigns below are shown as {found}")
    scene.tell(scene.issuer(), "child-shown", registrations=len(works), confirmed=confirmed)
