"""Kon Tum 2024: two phases, works and plaques, half-year reports, an award that is revoked."""

from datetime import date

from adapters.demo.acts.awarding import decide
from adapters.demo.acts.campaigning import conclude, launch, phase_closes, phase_opens, review
from adapters.demo.acts.duties import due_today, hand_in, hand_in_due, overdue
from adapters.demo.acts.evaluating import Evaluation, adjust, evaluate, evaluate_person
from adapters.demo.acts.nominating import Dossier, nominate
from adapters.demo.acts.registering import Registration, register
from adapters.demo.scene import Scene
from domain.directive import Kind

FIRST_DAY = date(2024, 2, 21)
LAST_DAY = date(2024, 12, 31)
TABLE = "bang-diem-2024"
PERSONS = (
    ("cdcs-tram-y-te-rung", "KT-0003"),
    ("cdcs-cao-su-dat-do", "KT-0007"),
    ("cdcs-ca-phe-may-trang", "KT-0010"),
)
UNREGISTERED = "KT-0008"
OWN_AWARD = "cdcs-thcs-hoa-dai"
WORKS = ("cdcs-so-ben-nuoc", "cdcs-tram-y-te-rung", "cdcs-thcs-hoa-dai", "cdcs-cao-su-dat-do", "cdcs-co-quan-ldld")


async def play(scene: Scene) -> None:
    await launch(scene, FIRST_DAY)
    await phase_opens(scene, "dot-1")
    titles = await _registrations(scene)
    await _half_year(scene)
    await _second_phase(scene)
    dossiers = await _nominations(scene, titles)
    granted = await decide(scene, dossiers, days=16, hurried=True)
    await _upper_level(scene, titles[OWN_AWARD])
    await _year_end(scene, granted)


async def _registrations(scene: Scene) -> dict[str, Registration]:
    await scene.reach(3, 5)
    works = [await register(scene, unit, Kind.WORK, f"Công trình chào mừng của {unit}") for unit in WORKS]
    await works[0].send_back("Chưa ghi thời hạn hoàn thành.")
    await works[0].resubmit("Phòng đọc công đoàn, xong trước 30/7")
    for work in works:
        await work.confirm()
    task = await register(scene, "cdcs-ca-phe-may-trang", Kind.TASK, "Giảm 5 % hao hụt rang xay")
    await task.confirm()
    product = await register(scene, "cdcs-go-tung-bach", Kind.PRODUCT, "Bàn học gỗ tùng bách")
    await product.confirm()
    titles: dict[str, Registration] = {}
    for unit, person in PERSONS:
        title = await register(scene, unit, Kind.TITLE, "Phấn đấu đạt bằng khen", person=person, title="bang-khen")
        titles[person] = await title.confirm()
    leader = await register(
        scene, "cdcs-cao-su-dat-do", Kind.TITLE, "Phấn đấu đạt giấy khen", person="KT-0009", title="giay-khen"
    )
    await leader.confirm()
    title = await register(scene, OWN_AWARD, Kind.TITLE, "Phấn đấu đạt giấy khen", title="giay-khen")
    titles[OWN_AWARD] = await title.confirm()
    await scene.reach(5, 28)
    await hand_in_due(scene, date(2024, 5, 31))
    await scene.reach(6, 10)
    for work in works[:3]:
        await work.complete()
        await work.recognise_work(plaque=work is not works[2])
    await task.complete()
    await task.recognise_work(plaque=False)
    return titles


async def _half_year(scene: Scene) -> None:
    """The half-year report: one in time, one due on its last day, overdue the day after, done later and late."""
    await hand_in_due(scene, date(2024, 6, 11))
    await scene.reach(6, 20)
    await hand_in(scene, "bao-cao-6-thang", "cd-nganh-thong-xanh", returned="Thiếu số liệu đoàn viên.")
    await scene.reach(6, 24)
    await hand_in(scene, "bao-cao-6-thang", "ldld-huyen-suoi-lang")
    await due_today(scene, "bao-cao-6-thang", "ldld-huyen-doi-gio")
    await scene.reach(6, 25)
    await overdue(scene, "bao-cao-6-thang", "ldld-huyen-doi-gio")
    await scene.reach(6, 28)
    await hand_in(scene, "bao-cao-6-thang", "ldld-huyen-doi-gio")
    await hand_in_due(scene, date(2024, 6, 30))


async def _second_phase(scene: Scene) -> None:
    await scene.reach(8, 1)
    await phase_closes(scene, "dot-1")
    await phase_opens(scene, "dot-2")
    await review(
        scene, "phase", "dot-1", "sơ kết", "Năm công trình, một sản phẩm, một phần việc; hai công trình gắn biển."
    )
    await scene.reach(8, 15)
    await hand_in_due(scene, date(2024, 8, 30))


async def _nominations(scene: Scene, titles: dict[str, Registration]) -> list[Dossier]:
    scores = await _classes(scene)
    dossiers: list[Dossier] = []
    for unit, person in PERSONS:
        dossier = await nominate(
            scene, "bang-khen", unit, person=person, registration=titles[person],
            evaluation=scores[person], achievement=f"thanh-tich-{person.lower()}",
        )  # fmt: skip
        dossiers.append(dossier)
    await dossiers[0].send_back("Thiếu xác nhận của tổ.", "Báo cáo đã có xác nhận của tổ.")
    for dossier in dossiers:
        await dossier.appraise()
        await dossier.check()
    await _not_registered(scene, scores[UNREGISTERED])
    return dossiers


async def _classes(scene: Scene) -> dict[str, Evaluation]:
    """By person; final once the fifteen days for a complaint are over, and not before."""
    await scene.reach(9, 12)
    scores = {
        person: await evaluate_person(scene, person, rubric=TABLE, percent=percent)
        for person, percent in zip((*(person for _, person in PERSONS), UNREGISTERED), (88, 89, 90, 95), strict=True)
    }
    await scores[UNREGISTERED].is_not_final_yet()
    await scene.reach(10, 1)
    for score in scores.values():
        await score.finalise()
    return scores


async def _not_registered(scene: Scene, score: Evaluation) -> None:
    """Who has not registered is not considered, however good."""
    dossier = await nominate(
        scene, "bang-khen", score.unit, person=score.person, evaluation=score, achievement="khong-dang-ky"
    )
    await dossier.appraise()
    await dossier.check(against=("registered",))
    await dossier.cannot_be_published(scene.today, date(2024, 10, 30))
    await dossier.decline("Không đăng ký thi đua từ đầu năm")


async def _upper_level(scene: Scene, registration: Registration) -> None:
    """A unit's own giấy khen, decided by the upper-level union; its class rests on an upheld complaint."""
    unit = OWN_AWARD
    score = await evaluate(scene, unit, rubric=TABLE, period="Năm 2024", percent=66, peers=("cdcs-so-ben-nuoc",))
    await score.complain("Chưa tính hai phong trào cuối năm.", percent=90, answer="Đã tính lại theo biên bản.")
    await score.finalise()
    dossier = await nominate(
        scene, "giay-khen", unit, registration=registration, evaluation=score, achievement="phong-trao-hoa-dai"
    )
    await (await dossier.appraise()).check()
    await decide(scene, [dossier], days=5)


async def _year_end(scene: Scene, granted: list[Dossier]) -> None:
    adjusted = await adjust(
        scene, "cdcs-tram-y-te-rung", rubric=TABLE, period="Năm 2024", reason="Một đợt tuyên truyền chưa có minh chứng."
    )
    await scene.reach(11, 20)
    await adjusted.finalise()
    await hand_in_due(scene, date(2024, 11, 24), but=(("bao-cao-nam", "ldld-huyen-doi-gio"),))
    await scene.reach(11, 29)
    await hand_in(scene, "bao-cao-nam", "ldld-huyen-doi-gio")
    await granted[0].revoke("false-declaration", "Kê khai sai số giờ vượt ca.")
    await scene.reach(12, 27)
    await hand_in_due(scene, LAST_DAY)
    await scene.reach(1, 6, 2025)
    await phase_closes(scene, "dot-2")
    await review(scene, "phase", "dot-2", "tổng kết", "Sáu trên bảy công đoàn cơ sở có công trình, phần việc.")
    await scene.reach(1, 20)
    await hand_in_due(scene, date(2025, 1, 30), but=(("so-tong-ket", "cdcs-go-tung-bach"),))
    await scene.reach(2, 3)
    await overdue(scene, "so-tong-ket", "cdcs-go-tung-bach", times="dot-2")
    await conclude(scene)
