"""Kon Tum 2024: two phases, works and plaques, half-year reports, an award that is revoked."""

from datetime import date

from adapters.demo.acts.awarding import decide
from adapters.demo.acts.campaigning import conclude, launch, phase_closes, phase_opens, review
from adapters.demo.acts.carrying_out import carry_out, take_part
from adapters.demo.acts.duties import due_today, hand_in, hand_in_due, overdue
from adapters.demo.acts.evaluating import Evaluation, adjust, evaluate, evaluate_person
from adapters.demo.acts.filing import lay_in
from adapters.demo.acts.nominating import Dossier, nominate
from adapters.demo.acts.registering import Registration, register
from adapters.demo.acts.reorganising import Earned, record_title, report_accident
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
TEAM, UNION = "to-cao-mu-1", "cdcs-cao-su-dat-do"
"""A team has no union of its own; the one above it registers for it."""
EXCELLENT = Earned(
    code="tap-the-lao-dong-xuat-sac", name="Tập thể lao động xuất sắc", year=2023, level="federation",
    issuer="Chủ tịch UBND tỉnh Kon Tum",
)  # fmt: skip
BELOW = {"cdcs-thcs-hoa-dai": "Vườn cây học trò", UNION: "Bể nước lô cao su"}
WORKS = ("cdcs-so-ben-nuoc", "cdcs-tram-y-te-rung", "cdcs-thcs-hoa-dai", "cdcs-cao-su-dat-do", "cdcs-co-quan-ldld")


async def play(scene: Scene) -> None:
    await launch(scene, FIRST_DAY)
    await phase_opens(scene, "dot-1")
    await _campaign_below(scene)
    titles = await _registrations(scene)
    await _half_year(scene)
    await _second_phase(scene)
    dossiers = await _nominations(scene, titles)
    granted = await decide(scene, dossiers, days=16, hurried=True)
    await _upper_level(scene, titles[OWN_AWARD])
    await _year_end(scene, granted)


async def _campaign_below(scene: Scene) -> None:
    """A district carries the federation's campaign out by one of its own."""
    await scene.reach(3, 1)
    below = await carry_out(scene, "ldld-huyen-suoi-lang", "Thi đua yêu nước huyện Suối Lặng năm 2024")
    await take_part(scene, below, BELOW, confirmed=1)


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
    for unit, name in ((TEAM, "bang-khen"), (UNION, "co-thi-dua")):
        title = await register(
            scene, UNION, Kind.TITLE, f"Phấn đấu đạt khen thưởng: {scene.units[unit].name}", title=name
        )
        titles[unit] = await title.confirm()
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
    await _team(scene, titles[TEAM])
    await _accident(scene, titles[UNION], scores[UNION])
    return dossiers


async def _classes(scene: Scene) -> dict[str, Evaluation]:
    """By person and by unit; final once the fifteen days for a complaint are over, and not before."""
    await scene.reach(9, 12)
    scores = {
        person: await evaluate_person(scene, person, rubric=TABLE, percent=percent)
        for person, percent in zip((*(person for _, person in PERSONS), UNREGISTERED), (88, 89, 90, 95), strict=True)
    }
    scores[UNION] = await evaluate(scene, UNION, rubric=TABLE, period="Năm 2024", percent=97)
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


async def _team(scene: Scene, registration: Registration) -> None:
    """Its union's registration counts for the team; a class, which the title asks for, nobody gives to a team."""
    dossier = await nominate(scene, "bang-khen", TEAM, registration=registration, achievement="to-cao-mu-2024")
    await (await dossier.appraise()).check(against=("class-at-least",))
    await dossier.decline("Bằng khen cần xếp loại; tổ không được chấm điểm riêng")


async def _accident(scene: Scene, registration: Registration, score: Evaluation) -> None:
    """Everything speaks for the flag but an accident that cost a life."""
    await record_title(scene, {"unit_id": scene.unit_id(UNION)}, scene.units[UNION].name, EXCELLENT)
    await report_accident(scene, UNION, date(2024, 9, 23), deaths=1, injured=2)
    dossier = await nominate(
        scene, "co-thi-dua", UNION, registration=registration, evaluation=score, achievement="co-thi-dua-2024"
    )
    await lay_in(dossier, "submission", "achievement-report", "minutes")
    await (await dossier.appraise()).check(against=("no-fatal-accident",))
    await dossier.decline("Để xảy ra tai nạn lao động chết người trong năm")


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
