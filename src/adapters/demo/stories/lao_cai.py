"""Lào Cai 2024: targets of four kinds, a union that is founded, a dossier held for a complaint, one voted down."""

from datetime import date
from functools import partial

from adapters.demo.acts.awarding import decide
from adapters.demo.acts.balloting import electronically
from adapters.demo.acts.campaigning import conclude, found_union, headcount, launch, phase_closes, phase_opens, review
from adapters.demo.acts.demanding import demand, demand_in_vain, remind
from adapters.demo.acts.duties import hand_in, hand_in_due, not_done, overdue
from adapters.demo.acts.evaluating import evaluate, evaluate_person
from adapters.demo.acts.nominating import nominate_person
from adapters.demo.acts.registering import Registration, register
from adapters.demo.scene import Scene
from domain.directive import Kind

FIRST_DAY = date(2024, 1, 15)
LAST_DAY = date(2024, 12, 31)
TABLE = "bang-diem-2024"
PERSONS = ("LC-0003", "LC-0005", "LC-0007", "LC-0013", "LC-0008")
AGENCIES = ("cdcs-vp-thung-lung", "cdcs-khuyen-nong-man", "cdcs-th-lua-non")
ENTERPRISES = ("cdcs-thuy-dien-khe-sau", "cdcs-che-suong-som", "cdcs-luyen-kim-da-vang", "cdcs-van-tai-doc-mo")
UPPER = ("cd-nganh-may-nui", "ldld-huyen-thac-bac", "cd-kcn-bac-song")
NEW_UNION = "dn-da-op-lat"


async def play(scene: Scene) -> None:
    await launch(scene, FIRST_DAY)  # The paper says January and leaves the day blank.
    await phase_opens(scene, "dot-1")
    await _lunar_new_year(scene)
    titles = await _registrations(scene)
    await _conferences(scene)
    await _new_union(scene)
    await scene.reach(8, 1)
    await phase_closes(scene, "dot-1")
    await phase_opens(scene, "dot-2")
    await review(scene, "phase", "dot-1", "sơ kết", "Ba cơ quan và bốn doanh nghiệp đã tổ chức hội nghị.")
    await _awards(scene, titles)
    await _year_end(scene)


async def _lunar_new_year(scene: Scene) -> None:
    """Care before Tết: all in time but one, which shows as overdue on the day itself and comes late."""
    await scene.reach(2, 7)
    await hand_in_due(scene, date(2024, 2, 9), but=(("cham-lo-tet", "cdcs-van-tai-doc-mo"),))
    await scene.reach(2, 10)
    await overdue(scene, "cham-lo-tet", "cdcs-van-tai-doc-mo")
    await scene.reach(2, 20)
    await hand_in(scene, "cham-lo-tet", "cdcs-van-tai-doc-mo")


async def _registrations(scene: Scene) -> dict[str, Registration]:
    await scene.reach(3, 4)
    titles: dict[str, Registration] = {}
    for person in PERSONS:
        unit, name = scene.members[person].unit, f"{person} phấn đấu đạt bằng khen"
        titles[person] = await register(scene, unit, Kind.TITLE, name, person=person, title="bang-khen")
    await titles["LC-0003"].send_back("Chưa nêu việc cụ thể.")
    await titles["LC-0003"].resubmit("Nhân rộng mô hình mận chín sớm", title="bang-khen")
    await titles["LC-0008"].withdraw("Xin nhường cho lao động trực tiếp.")
    for person in PERSONS[:4]:
        await titles[person].confirm()
    return titles


async def _conferences(scene: Scene) -> None:
    """Conferences and collective agreements: a target that needs both."""
    await scene.reach(4, 12)
    for unit in AGENCIES:
        await hand_in(scene, "hoi-nghi-cbcc", unit)
    for unit in ENTERPRISES[:3]:
        await hand_in(scene, "hoi-nghi-nld", unit)
        await hand_in(scene, "thoa-uoc", unit)
    await hand_in(scene, "hoi-nghi-nld", ENTERPRISES[3], returned="Chưa có nghị quyết hội nghị.")


async def _new_union(scene: Scene) -> None:
    await scene.reach(5, 16)
    await found_union(scene, NEW_UNION)
    await headcount(scene, NEW_UNION, members=32, workers=40, direct_workers=34)


async def _awards(scene: Scene, titles: dict[str, Registration]) -> None:
    await scene.reach(9, 12)
    scores = {
        person: await evaluate_person(scene, person, rubric=TABLE, percent=87 + number)
        for number, person in enumerate(PERSONS[:4])
    }
    await _after_the_storm(scene)
    await scene.reach(10, 2)
    dossiers = [
        await nominate_person(scene, "bang-khen", person, registration=titles[person], score=score)
        for person, score in scores.items()
    ]
    for dossier in dossiers:
        await dossier.check()
    await dossiers[1].hold("complaint", "Có đơn phản ánh ngày 01/10.")
    await scene.reach(10, 9)
    await dossiers[1].release("complaint", "Đơn không có cơ sở.")
    sitting = partial(electronically, dossier=dossiers[3])
    await decide(
        scene, dossiers, days=17, against={dossiers[3].id: 2}, ballot="electronic", sitting=sitting
    )  # fmt: skip


async def _after_the_storm(scene: Scene) -> None:
    """What no directive can foresee: five working days from Thursday lead over a weekend; two hand in, one is late."""
    name = "Báo cáo đột xuất thiệt hại của đoàn viên do bão số 3"
    storm = await demand(scene, name, UPPER, days=5, due=date(2024, 9, 19))
    await demand_in_vain(scene, "Tọa đàm khắc phục hậu quả bão", UPPER, days=5, reason="Tổ chức chung cấp tỉnh.")
    await scene.reach(9, 18)
    for unit in UPPER[:2]:
        await hand_in(scene, storm, unit)
    await remind(scene, storm, UPPER[2], kind="before-1", listed=UPPER[2:])
    await scene.reach(9, 20)
    await overdue(scene, storm, UPPER[2])
    await hand_in(scene, storm, UPPER[2])


async def _year_end(scene: Scene) -> None:
    """Every union is classified; one that complains is right. With the new union there are eight."""
    await scene.reach(12, 10)
    scores = [
        await evaluate(scene, unit, rubric=TABLE, period="Năm 2024", percent=90 - 3 * number)
        for number, unit in enumerate((*AGENCIES, *ENTERPRISES, NEW_UNION))
    ]
    await scores[-1].complain("Công đoàn mới thành lập nửa năm.", percent=72, answer="Đã tính theo thời gian.")
    for score in scores:
        await score.finalise()
    await scene.reach(12, 27)
    await hand_in_due(scene, LAST_DAY, but=(("thoa-uoc", ENTERPRISES[3]),))
    await scene.reach(1, 8, 2025)
    await phase_closes(scene, "dot-2")
    await not_done(scene, "thoa-uoc", ENTERPRISES[3])
    await review(scene, "phase", "dot-2", "tổng kết", "Đạt ba trên bốn chỉ tiêu.")
    await conclude(scene)
