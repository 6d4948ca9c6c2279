"""Reports with figures that nobody types, the board of who keeps to what is owed, and a unit's calendar."""

from typing import Any

from adapters.demo.acts.duties import PATH, Owed, accept, one_of, shown_as, submit
from adapters.demo.client import Unexpected
from adapters.demo.expected import duty_figures, report_figures
from adapters.demo.scene import Scene

CALENDAR_TYPE = "text/calendar"
CHANNEL = "trục liên thông văn bản"


async def report(scene: Scene, duty: str, unit: str, *, times: str, returned: str, again: tuple[int, int]) -> None:
    """Counted, signed by a deputy, handed in, returned; on another day (`again`) counted and signed anew, accepted."""
    one, above = one_of(scene, duty, unit, times), scene.above(unit)
    duty_id = await _prepare(scene, one)
    await scene.officer(unit).refused(PATH, _body(scene, one) | {"proof": "Báo cáo"}, "duty.report-not-signed")
    scene.tell(scene.officer(unit), "report-not-signed", duty=one.spec.name)
    await _sign(scene, one, duty_id)
    await submit(scene, one, "Báo cáo kèm số liệu đã ký", channel=CHANNEL, addressees=[above.name])
    await _sent(scene, one, duty_id)
    await above.command(f"{PATH}/{duty_id}/return", {"reason": returned})
    scene.ledger.duties[one.key].state = "returned"
    scene.tell(above, "duty-returned", duty=one.spec.name, reason=returned)
    await scene.reach(*again)
    await _prepare(scene, one)
    await _sign(scene, one, duty_id)
    await submit(scene, one, "Báo cáo đã bổ sung", channel=CHANNEL)
    await accept(scene, one, duty_id)
    await shown_as(scene, one, state="accepted", late=False)
    scene.tell(above, "duty-accepted", duty=one.spec.name, unit=scene.units[unit].name)


def _body(scene: Scene, one: Owed) -> dict[str, Any]:
    return {
        "campaign_id": scene.campaign_id,
        "duty": one.spec.code,
        "occurrence": one.occurrence.code,
        "unit_id": scene.unit_id(one.unit),
    }


async def _prepare(scene: Scene, one: Owed) -> str:
    """The figures are those of the ledger, of the unit and what lies under it, and not signed; the duty's id."""
    who = scene.officer(one.unit)
    done = await who.command(f"{PATH}/prepare-report", _body(scene, one))
    told = await who.get(f"{PATH}/{done.id}/report")
    wanted = report_figures(scene, one.unit, one.occurrence.opens_on, scene.today)
    found = {name: told["figures"][name] for name in wanted}
    fresh = (told["prepared_on"], told["period"]["closes_on"], told["signature"])
    if found != wanted or fresh != (scene.today.isoformat(), scene.today.isoformat(), None):
        raise Unexpected(f"{scene.place}: {one.key} counts {found} as of {fresh}, the ledger {wanted}")
    scene.tell(
        who,
        "report-prepared",
        duty=one.spec.name,
        position=told["position"],
        registered=sum(each["count"] for each in told["figures"]["registrations"]),
        done=told["figures"]["duties"]["done"],
        owed=told["figures"]["duties"]["owed"],
    )
    return done.id


async def _sign(scene: Scene, one: Owed, duty_id: str) -> None:
    who = scene.officer(one.unit)
    signature = {
        "capacity": "KT", "body": f"Ban Thường vụ {who.name}", "office": "Phó Chủ tịch", "for_office": "Chủ tịch",
    }  # fmt: skip
    await who.command(f"{PATH}/{duty_id}/sign-report", {"signature": signature})
    told = await who.get(f"{PATH}/{duty_id}/report")
    if (told["signature"], told["signed_on"]) != (signature, scene.today.isoformat()):
        raise Unexpected(f"{scene.place}: {one.key} is signed by {told['signature']} on {told['signed_on']}")
    other = {"capacity": "direct", "body": who.name, "office": "Chủ tịch"}
    await who.refused(f"{PATH}/{duty_id}/sign-report", {"signature": other}, "duty.report-signed")
    scene.tell(who, "report-signed", duty=one.spec.name)


async def _sent(scene: Scene, one: Owed, duty_id: str) -> None:
    row = await scene.above(one.unit).get(f"{PATH}/{duty_id}")
    found = (row["state"], row["channel"], row["addressees"])
    if found != ("submitted", CHANNEL, [scene.above(one.unit).name]):
        raise Unexpected(f"{scene.place}: {one.key} went out as {found}")
    scene.tell(scene.officer(one.unit), "report-sent", duty=one.spec.name, channel=CHANNEL)


async def board(scene: Scene, *, worst: str) -> None:
    """The board of the campaign today: its sums are the ledger's, and `worst` stands first."""
    told = await scene.issuer().get(f"{scene.campaign}/compliance", day=scene.today.isoformat())
    sums, figures = told["total"]["all"], duty_figures(scene).values()
    found = {name: sums[name] for name in ("owed", "accepted", "submitted", "returned", "overdue", "late")}
    wanted = {name: sum(each["done" if name == "accepted" else name] for each in figures) for name in found}
    first = told["units"][0]["code"]
    if found != wanted or first != worst:
        raise Unexpected(f"{scene.place}: the board has {found} and {first} first, not {wanted} and {worst}")
    scene.tell(scene.issuer(), "board", **found, unit=scene.units[worst].name)


async def calendar(scene: Scene, unit: str, *, overdue: str) -> None:
    """The unit's own calendar: what is overdue comes first; and the same days as a file for any calendar program."""
    who, path = scene.officer(unit), f"/v1/units/{scene.unit_id(unit)}/calendar"
    entries = (await who.get(path, day=scene.today.isoformat()))["entries"]
    first = (entries[0]["what"], entries[0]["code"], entries[0]["overdue"])
    content = await who.download(path, accept=CALENDAR_TYPE, day=scene.today.isoformat())
    events = [line for line in content.decode().split("\r\n") if line == "BEGIN:VEVENT"]
    if first != ("duty", overdue, True) or len(events) != len(entries) or "QUÁ HẠN" not in content.decode():
        raise Unexpected(f"{scene.place}: the calendar of {unit} begins with {first}, {len(events)} in the file")
    scene.tell(who, "calendar", count=len(entries), bytes=len(content))
