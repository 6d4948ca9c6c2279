"""Many registrations confirmed by one request of the unit above all of them."""

from collections.abc import Sequence
from typing import Any

from adapters.demo.acts.registering import PATH, Registration
from adapters.demo.client import Person, Unexpected
from adapters.demo.scene import Scene

BULK = f"{PATH}/bulk"


async def confirm_at_once(scene: Scene, who: Person, registrations: Sequence[Registration]) -> None:
    """Each of them, and a second time, which finds all of them confirmed and stores nothing."""
    body = _asked(registrations) | {"mode": "each"}
    first, again = [await who.told(BULK, body) for _ in range(2)]
    became = [[item["became"] for item in told["items"]] for told in (first, again)]
    whole = len(registrations)
    if became != [["done"] * whole, ["already"] * whole] or again["changed"]:
        raise Unexpected(f"{scene.place}: {whole} registrations, confirmed at once, became {became}")
    for registration in registrations:
        registration.record.state = "confirmed"
    scene.tell(who, "confirmed-at-once", count=whole, already=became[1].count("already"))


async def all_or_nothing(scene: Scene, who: Person, registrations: Sequence[Registration], unsigned: int) -> None:
    """The one at `unsigned` is a compact that lacks a signature: it is named, and none is confirmed."""
    problem = await who.refused(BULK, _asked(registrations), "registration.compact-not-binding")
    rows = [await who.get(f"{PATH}/{registration.id}") for registration in registrations]
    found = (problem["facts"]["id"], {row["state"] for row in rows})
    if found != (registrations[unsigned].id, {"submitted"}):
        raise Unexpected(f"{scene.place}: all or nothing came to {found}")
    scene.tell(who, "all-or-nothing", count=len(registrations))


def _asked(registrations: Sequence[Registration]) -> dict[str, Any]:
    return {"action": "confirm", "registration_ids": [registration.id for registration in registrations]}
