"""Ninh Thuận 2023: a phase from the launch day, compacts of units and of persons, initiatives allotted to units."""

from datetime import date
from functools import partial

from adapters.demo.acts.awarding import decide
from adapters.demo.acts.campaigning import allot, conclude, launch, phase_closes, phase_opens, review
from adapters.demo.acts.duties import due_today, hand_in, hand_in_due, overdue
from adapters.demo.acts.evaluating import evaluate, evaluate_person
from adapters.demo.acts.nominating import nominate, nominate_person
from adapters.demo.acts.registering import Registration, register
from adapters.demo.acts.reporting import board, calendar
from adapters.demo.acts.sitting import with_a_member_who_is_proposed
from adapters.demo.scene import Scene
from domain.directive import Kind

FIRST_DAY = date(2023, 2, 6)
LAST_DAY = date(2023, 12, 31)
IN_TIME = date(2023, 3, 15)
TABLE = "bang-diem-2023"
COMPACTS = (
    ("cdcs-chi-cuc-nang", None, "cdcs-bv-xuong-rong", None),
    ("cdcs-thpt-song-can", None, "cdcs-muoi-trang", None),
    ("cdcs-nho-chin", None, "cdcs-dien-gio", None),
    ("cdcs-tom-bien", "NT-0013", "cdcs-nho-chin", "NT-0010"),
)
PERSONS = ("NT-0003", "NT-0005", "NT-0008", "NT-0013")
INITIATIVES = (
    ("cdcs-bv-xuong-rong", "NT-0003", "Rút ngắn thời gian chờ khám"),
    ("cdcs-bv-xuong-rong", "NT-0004", "Phân loại rác y tế tại giường"),
    ("cdcs-muoi-trang", "NT-0008", "Che bạt ruộng muối mùa mưa"),
    ("cdcs-tom-bien", "NT-0013", "Sục khí theo cảm biến"),
    ("cdcs-tom-bien", "NT-0014", "Lọc nước bằng rong biển"),
)


async def play(scene: Scene) -> None:
    await launch(scene, FIRST_DAY)
    await phase_opens(scene, "dot-1")
    await allot(
        scene, "sang-kien-dat-chi-tieu", "2023", {"cdcs-bv-xuong-rong": 1, "cdcs-muoi-trang": 1, "cdcs-tom-bien": 2}
    )
    await _compacts(scene)
    await _works(scene)
    titles = await _titles(scene)
    await _initiatives(scene)
    await _congresses(scene)
    await _second_phase(scene)
    await _awards(scene, titles)
    await _year_end(scene)


async def _compacts(scene: Scene) -> None:
    await scene.reach(2, 20)
    for unit, person, other, other_person in COMPACTS:
        name = f"Giao ước {scene.named(unit, person)} – {scene.named(other, other_person)}"
        compact = await register(scene, unit, Kind.COMPACT, name, person=person, other=(other, other_person))
        await (await compact.sign()).confirm()


async def _works(scene: Scene) -> None:
    """Works, tasks and targets no later than 15 March; one comes after that, and shows."""
    await scene.reach(3, 10)
    work = await register(scene, "cdcs-bv-xuong-rong", Kind.WORK, "Vườn thuốc nam của bệnh viện")
    await work.send_back("Chưa ghi kinh phí.")
    await work.resubmit("Vườn thuốc nam của bệnh viện, kinh phí công đoàn")
    works = [work, await register(scene, "cdcs-thpt-song-can", Kind.WORK, "Sân bóng chuyền")]
    works.append(await register(scene, "cdcs-muoi-trang", Kind.TASK, "Sửa 200 m kênh dẫn"))
    own = await register(
        scene, "cdcs-nho-chin", Kind.OWN_TARGET, "Tăng sản lượng nho sạch", quantity=12, quantity_unit="tấn"
    )
    works.append(await register(scene, "cdcs-chi-cuc-nang", Kind.TASK, "Số hóa hồ sơ đất"))
    works.append(await register(scene, "cdcs-tom-bien", Kind.TASK, "Dọn bờ kè"))
    await scene.reach(3, 20)
    late = await register(scene, "cdcs-dien-gio", Kind.TASK, "Bảo dưỡng cánh quạt trước mùa gió", due=IN_TIME)
    product = await register(scene, "cdcs-nho-chin", Kind.PRODUCT, "Mật nho đóng chai")
    for each in (*works, own, late, product):
        await each.confirm()
    await scene.reach(5, 25)
    await hand_in_due(scene, date(2023, 5, 31))
    await own.progress(7, "Đã thu bảy tấn.")
    for each in (*works[:2], product):
        await each.complete()
        await each.recognise_work(plaque=each is not product)
    await own.complete()


async def _titles(scene: Scene) -> dict[str, Registration]:
    titles = {}
    for person in PERSONS:
        unit, name = scene.members[person].unit, f"{person} phấn đấu đạt bằng khen"
        title = await register(scene, unit, Kind.TITLE, name, person=person, title="bang-khen")
        titles[person] = await title.confirm()
    return titles


async def _initiatives(scene: Scene) -> None:
    await scene.reach(6, 5)
    found = [
        await (await register(scene, unit, Kind.INITIATIVE, name, person=person)).confirm()
        for unit, person, name in INITIATIVES
    ]
    await scene.reach(6, 20)
    await found[0].recognise_initiative("province")
    for each in (found[1], found[2], found[3]):
        await each.recognise_initiative("grassroots")
    await found[4].refuse_initiative("Đã được áp dụng ở nơi khác.")


async def _congresses(scene: Scene) -> None:
    """Congresses no later than 30 June: due on that day, overdue on the next, done later and late."""
    await scene.reach(6, 26)
    await hand_in_due(scene, date(2023, 6, 30), but=(("dai-hoi-co-so-cap-tren", "cdcs-nho-chin"),))
    await scene.reach(6, 30)
    await due_today(scene, "dai-hoi-co-so-cap-tren", "cdcs-nho-chin")
    await scene.reach(7, 1)
    await overdue(scene, "dai-hoi-co-so-cap-tren", "cdcs-nho-chin")
    await board(scene, worst="cdcs-nho-chin")
    await calendar(scene, "cdcs-nho-chin", overdue="dai-hoi-co-so-cap-tren")


async def _second_phase(scene: Scene) -> None:
    await phase_closes(scene, "dot-1")
    await phase_opens(scene, "dot-2")
    await review(scene, "phase", "dot-1", "sơ kết", "Bốn giao ước, sáu công trình và phần việc, bốn sáng kiến.")
    await scene.reach(7, 12)
    await hand_in(scene, "dai-hoi-co-so-cap-tren", "cdcs-nho-chin")
    await hand_in_due(scene, date(2023, 7, 30))


async def _awards(scene: Scene, titles: dict[str, Registration]) -> None:
    feat = await nominate(
        scene, "giay-khen-dot-xuat", "cdcs-dien-gio", person="NT-0011", achievement="cuu-nguoi-duoi-nuoc",
        scheme="ad-hoc", fast_path=True,
    )  # fmt: skip
    await (await (await feat.appraise()).check()).award_at_once("Biểu dương tại nơi làm việc")
    await scene.reach(9, 14)
    scores = {
        person: await evaluate_person(scene, person, rubric=TABLE, percent=percent)
        for person, percent in zip(PERSONS, (88, 89, 90, 74), strict=True)
    }
    await scene.reach(10, 3)
    *dossiers, low = [
        await nominate_person(scene, "bang-khen", person, registration=titles[person], score=score)
        for person, score in scores.items()
    ]
    for dossier in dossiers:
        await dossier.check()
    await low.check(against=("class-at-least",))
    await low.decline("Xếp loại chưa đạt mức xuất sắc")
    sitting = partial(with_a_member_who_is_proposed, dossier=dossiers[1], moved_to=date(2023, 10, 23))
    granted = await decide(scene, dossiers, days=16, seats=10, sitting=sitting)
    await scene.reach(12, 4)
    await granted[2].revoke("later-violation", "Vi phạm an toàn lao động trong kỳ xét.")


async def _year_end(scene: Scene) -> None:
    scores = [
        await evaluate(
            scene, unit, rubric=TABLE, period="Năm 2023", percent=92 - 8 * number,
            peers=("cdcs-dien-gio",) if number == 0 else (),
        )
        for number, unit in enumerate(("cdcs-bv-xuong-rong", "cdcs-muoi-trang", "cdcs-nho-chin"))
    ]  # fmt: skip
    for score in scores:
        await score.finalise()
    await scene.reach(12, 26)
    await hand_in_due(scene, LAST_DAY)
    await scene.reach(1, 8, 2024)
    await phase_closes(scene, "dot-2")
    await review(scene, "phase", "dot-2", "tổng kết", "Hai trên ba đơn vị đạt chỉ tiêu sáng kiến được giao.")
    await hand_in_due(scene, date(2024, 1, 30))
    await conclude(scene)
