"""A small enterprise of Long Biên: it founds its union in the year, and is a collective whose persons are counted."""

from adapters.demo.acts.awarding import decide
from adapters.demo.acts.campaigning import found_union, headcount
from adapters.demo.acts.evaluating import evaluate_person
from adapters.demo.acts.nominating import holders_counted, nominate, nominate_person, report_service
from adapters.demo.acts.registering import Registration, register
from adapters.demo.acts.reorganising import enrol
from adapters.demo.scene import Scene
from domain.directive import Kind

UNIT = "dn-bao-bi-pho-de"
PERSONS = ("HN-0021", "HN-0022", "HN-0023", "HN-0024", "HN-0025")
ADVANCED = PERSONS[:3]
COLLECTIVE, ADVANCED_WORKER = "tap-the-lao-dong-tien-tien", "lao-dong-tien-tien"
HALF = 50


async def begin(scene: Scene) -> dict[str, Registration]:
    """Five found it and register: for a title each of three, a task for all. By person, and by the unit's code."""
    await found_union(scene, UNIT)
    await headcount(scene, UNIT, members=len(PERSONS), workers=38, direct_workers=31)
    for person in PERSONS:
        await enrol(scene, person, UNIT)
    found = {
        person: await register(
            scene, UNIT, Kind.TITLE, "Đăng ký danh hiệu", person=person, title=ADVANCED_WORKER, told=False
        )
        for person in ADVANCED
    }
    found[UNIT] = await register(scene, UNIT, Kind.TASK, "Giảm một phần mười phế liệu bìa")
    for registration in found.values():
        await registration.confirm(told=registration is found[UNIT])
    return found


async def reward(scene: Scene, registrations: dict[str, Registration]) -> None:
    """The collective is not eligible while nobody holds the title, and is once three of five do."""
    scores = {
        person: await evaluate_person(scene, person, rubric="ca-nhan", percent=88, told=False) for person in PERSONS
    }
    collective = await nominate(scene, COLLECTIVE, UNIT, registration=registrations[UNIT], achievement="tap-the-bao-bi")
    await collective.appraise()
    for person in PERSONS[len(ADVANCED) :]:
        await scores[person].finalise()
    await collective.check(against=("holders-share-min",))
    await holders_counted(collective, found=0, share_percent=HALF, title="Lao động tiên tiến")
    dossiers = []
    for person in ADVANCED:
        await report_service(scene, person)
        dossier = await nominate_person(
            scene, ADVANCED_WORKER, person, registration=registrations[person], score=scores[person], told=False
        )
        dossiers.append(await dossier.check(told=False))
    await decide(scene, dossiers, days=6)
    await collective.check()
    await holders_counted(collective, found=len(ADVANCED), share_percent=HALF, title="Lao động tiên tiến")
    await decide(scene, [collective], days=6)
