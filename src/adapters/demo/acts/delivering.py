"""Who has the directive: recipients that it was sent to, units that have said so, and those that have not."""

from collections.abc import Sequence

from adapters.demo.client import Unexpected
from adapters.demo.scene import Scene

PATH = "/v1/deliveries"


async def deliver(scene: Scene, recipients: Sequence[str], *, channel: str) -> None:
    """The issuer records to whom of the list it went today; nobody else may, and nobody who is not on the list."""
    issuer = scene.issuer()
    body = {"campaign_id": scene.campaign_id, "issuer_id": scene.unit_id(scene.entry.issuer), "channel": channel}
    for recipient in recipients:
        await issuer.command(PATH, {**body, "recipient": recipient, "on": scene.today.isoformat()})
    stranger = {**body, "recipient": "Báo địa phương", "on": scene.today.isoformat()}
    await issuer.refused(PATH, stranger, "delivery.recipient-unknown")
    scene.tell(issuer, "delivered", count=len(recipients), channel=channel)
    shown = await issuer.get(f"{scene.campaign}/distribution")
    found = {line["recipient"]["name"] for line in shown["recipients"] if line["on"] == scene.today.isoformat()}
    listed = len(scene.directive.distribution)
    if found != set(recipients) or len(shown["recipients"]) != listed:
        raise Unexpected(f"{scene.place}: {found} of {len(shown['recipients'])} have it, not {recipients} of {listed}")


async def acknowledge(scene: Scene, units: Sequence[str]) -> None:
    """Each says by itself that it has the directive, which counts once however often it is said."""
    for unit in units:
        who, body = scene.officer(unit), {"campaign_id": scene.campaign_id, "unit_id": scene.unit_id(unit)}
        done = await who.command(f"{PATH}/acknowledge", body)
        again = await who.command(f"{PATH}/acknowledge", body)
        if (done.changed, again.changed) != (True, False):
            raise Unexpected(f"{scene.place}: {unit} acknowledges, changed {done.changed}, again {again.changed}")
        scene.ledger.acknowledged.add(unit)
    await _has_and_has_not(scene)


async def _has_and_has_not(scene: Scene) -> None:
    """The distribution's counts, and the list of those that are silent, are what the ledger says."""
    issuer = scene.issuer()
    issuer_itself, *others = scene.inside()
    assert issuer_itself.code == scene.entry.issuer
    everybody = {unit.code for unit in others if scene.has_union(unit)}
    silent = everybody - scene.ledger.acknowledged
    shown = await issuer.get(f"{scene.campaign}/distribution")
    rows = await issuer.listed("/v1/acknowledgements", campaign_id=scene.campaign_id, acknowledged="false")
    found = (shown["units"], shown["acknowledged"], {row["unit_code"] for row in rows})
    wanted = (len(everybody), len(scene.ledger.acknowledged), silent)
    if found != wanted:
        raise Unexpected(f"{scene.place}: the directive is acknowledged by {found}, not by {wanted}")
    scene.tell(issuer, "acknowledged", count=wanted[1], whole=wanted[0], silent=len(silent))
