"""What befalls the tree of units: no cycles, splitting, merging, the tree of a day; titles from before; teams."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from adapters.demo.acts.neighbouring import MEMBERS, UNITS, District
from adapters.demo.client import Unexpected
from adapters.demo.scene import Scene
from application.federation_file import Counts, MemberEntry, UnitEntry

TITLES = "/v1/titles-held"


@dataclass(frozen=True, kw_only=True)
class Earned:
    """A title that somebody else granted, or that was granted before there was a platform."""

    code: str
    name: str
    year: int
    level: str
    issuer: str
    scheme: str = "merit"


async def cannot_lie_under_itself(district: District, below: str, name: str) -> None:
    """The district is to be placed under a union of its own: the tree has no circles."""
    body = {"parent_id": district.unit_id(below), "on": district.scene.today.isoformat()}
    await district.who.refused(f"{UNITS}/{district.id}/move", body, "unit.cycle")
    district.scene.tell(district.who, "cycle-refused", unit=district.name, below=name)


async def cannot_be_dissolved(district: District, *, count: int) -> None:
    """Nobody is left without a unit above: the district has unions under it."""
    body = {"on": district.scene.today.isoformat()}
    problem = await district.who.refused(f"{UNITS}/{district.id}/dissolve", body, "unit.has-children")
    _expect(district.scene, "the unions of the district", problem["facts"]["children"], count)
    district.scene.tell(district.who, "has-children", unit=district.name, count=count)


async def split_off(district: District, unit: str, *, new: str, name: str) -> None:
    """Another union comes out of this one, which goes on."""
    scene = district.scene
    await district.enter({new: name}, scene.today)
    paper = scene.paper("Quyết định", "QĐ-LĐLĐ", f"Tách {name}")
    body = {"into": [district.unit_id(new)], "on": scene.today.isoformat(), "document": paper, "ends": False}
    await district.who.command(f"{UNITS}/{district.unit_id(unit)}/split", body)
    row = await district.who.get(f"{UNITS}/{district.unit_id(unit)}")
    _expect(scene, f"the day on which {unit} ended", row["dissolved_on"], None)
    scene.tell(district.who, "split-off", unit=row["name"], new=name, number=paper["number"])


async def merge(district: District, unit: str, into: str) -> None:
    """The unit ends in favour of the other, under which it lies, closed, from now on."""
    scene = district.scene
    paper = scene.paper("Quyết định", "QĐ-LĐLĐ", "Sáp nhập công đoàn cơ sở")
    body = {"into": district.unit_id(into), "on": scene.today.isoformat(), "document": paper}
    await district.who.command(f"{UNITS}/{district.unit_id(unit)}/merge", body)
    row = await district.who.get(f"{UNITS}/{district.unit_id(unit)}")
    closed = (district.unit_id(into),) * 2 + (scene.today.isoformat(),)
    _expect(scene, f"where {unit} lies", (row["merged_into"], row["parent_id"], row["dissolved_on"]), closed)
    other = await district.who.get(f"{UNITS}/{district.unit_id(into)}")
    scene.tell(district.who, "merged-into", unit=row["name"], into=other["name"], number=paper["number"])


async def sector_of(district: District, unit: str, *, before: str, after: str) -> None:
    """Of the day before and of today: the past keeps its own."""
    path, today = f"{UNITS}/{district.unit_id(unit)}", district.scene.today
    days = (today - timedelta(days=1), today)
    found = [(await district.who.get(path, day=day.isoformat()))["sector"] for day in days]
    _expect(district.scene, f"the sectors of {unit}", found, [before, after])


async def tree_then_and_now(district: District, then: date, *, before: set[str], after: set[str]) -> None:
    """The units of the district on a day that has passed, and today."""
    scene, found = district.scene, list[list[str]]()
    for day, wanted in ((then, before), (scene.today, after)):
        rows = await district.who.listed(UNITS, under=district.id, day=day.isoformat())
        _expect(scene, f"the units of {day}", {row["code"] for row in rows}, wanted)
        found.append([row["name"] for row in rows if row["unit_id"] != district.id])
    said = {"before": ", ".join(found[0]), "after": ", ".join(found[1])}
    scene.tell(district.who, "tree-then-and-now", then=then, **said)


async def record_title(scene: Scene, subject: dict[str, str], who: str, title: Earned) -> None:
    """`subject` is the `unit_id` or the `person_id` that holds it; `who` is how the narration names it."""
    decision = scene.paper("Quyết định", "QĐ-UBND", f"Tặng {title.name}") | {"issuer": title.issuer}
    body = {
        "title": title.code, "title_name": title.name, "year": title.year, "scheme": title.scheme,
        "level": title.level, "issuer": title.issuer, "decision": decision,
    }  # fmt: skip
    await scene.federation.command(f"{_path(subject)}/record-title", body)
    await _shelf(scene, subject, title, "held")
    number = decision["number"]
    scene.tell(scene.federation, "title-recorded", subject=who, title=title.name, year=title.year, number=number)


async def strike_title(scene: Scene, subject: dict[str, str], who: str, title: Earned, reason: str) -> None:
    """It was entered wrongly: it stays visible, struck."""
    paper = scene.paper("Thông báo", "TB-LĐLĐ", "Xóa danh hiệu ghi sai")
    body = {"title": title.code, "year": title.year, "reason": reason, "document": paper}
    await scene.federation.command(f"{_path(subject)}/strike-title", body)
    await _shelf(scene, subject, title, "struck")
    scene.tell(
        scene.federation, "title-struck", subject=who, title=title.name, year=title.year, reason=reason
    )  # fmt: skip


def _path(subject: dict[str, str]) -> str:
    ((kind, identity),) = subject.items()
    return f"{UNITS if kind == 'unit_id' else MEMBERS}/{identity}"


async def _shelf(scene: Scene, subject: dict[str, str], title: Earned, state: str) -> None:
    rows = await scene.federation.listed(TITLES, **subject, title=title.code, year=title.year)
    found = [(row["source"], row["state"], row["issuer"]) for row in rows]
    _expect(scene, f"the titles of {subject}", found, [("recorded", state, title.issuer)])


async def leave_and_rejoin(district: District, code: str, unit: str, *, left: date, back: date) -> None:
    """Somebody leaves and comes back: one record, which tells both."""
    scene, path = district.scene, f"{MEMBERS}/{district.person_id(code)}"
    await district.who.command(f"{path}/leave", {"on": left.isoformat()})
    again = {"unit_id": district.unit_id(unit), "on": back.isoformat()}
    await district.who.command(f"{path}/rejoin", again)
    whole = await district.who.get(path)
    told = (whole["left"], whole["units"][-1])
    wanted = ([left.isoformat()], {"unit_id": again["unit_id"], "since": again["on"]})
    _expect(scene, f"what is told of {code}", told, wanted)
    scene.tell(district.who, "left-and-rejoined", person=code, left=left, back=back)


async def enrol(scene: Scene, code: str, unit: str) -> None:
    """A person who works directly joins the unit's union today."""
    who, today = scene.officer(unit), scene.today
    body = {
        "unit_id": scene.unit_id(unit), "code": code, "full_name": f"Đoàn viên {code}", "employment": "direct-worker",
        "joined_on": today.isoformat(),
    }  # fmt: skip
    done = await who.command(MEMBERS, body)
    _expect(scene, f"the id of {code}", done.id, scene.person_id(code))
    scene.members[code] = MemberEntry(code=code, unit=unit, employment="direct-worker", joined_on=today)
    scene.tell(who, "enrolled", person=code, unit=scene.units[unit].name)


async def enter_team(scene: Scene, code: str, name: str, union: str, *, since: date, workers: int) -> None:
    """A small collective of a union, which has no union and no members of its own, and can be commended."""
    above = scene.units[union]
    body = {
        "code": code, "name": name, "level": "team", "parent_id": scene.unit_id(union), "sector": above.sector,
        "has_union": False, "on": since.isoformat(),
    }  # fmt: skip
    await scene.officer(union).command(UNITS, body)
    row = await scene.officer(union).get(f"{UNITS}/{scene.unit_id(code)}")
    _expect(scene, f"what {code} is", (row["level"], row["has_union"], row["members"]), ("team", False, None))
    counts = Counts(members=0, workers=workers, direct_workers=workers, on=since)
    scene.units[code] = UnitEntry(
        code=code, name=name, level="team", sector=above.sector, parent=union, has_union=False, headcount=counts
    )
    scene.tell(scene.officer(union), "team-entered", team=name, unit=above.name)


async def report_accident(scene: Scene, unit: str, on: date, *, deaths: int, injured: int) -> None:
    """The unit reports an accident at work that has happened in it."""
    paper = scene.paper("Biên bản", "BB-ATLĐ", "Điều tra tai nạn lao động")
    body: dict[str, Any] = {"on": on.isoformat(), "deaths": deaths, "injured": injured, "document": paper}
    await scene.officer(unit).command(f"{UNITS}/{scene.unit_id(unit)}/report-accident", body)
    scene.tell(scene.officer(unit), "accident", day=on, deaths=deaths, injured=injured)


def _expect(scene: Scene, what: str, found: object, wanted: object) -> None:
    """Raises: Unexpected: the answer is not what the demo did."""
    if found != wanted:
        raise Unexpected(f"{scene.place}: {what}: {found}, not {wanted}")
