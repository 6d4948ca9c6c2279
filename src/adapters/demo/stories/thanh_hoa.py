"""Thanh Hóa 2021-2024 of a campaign until 2030: launches by month, yearly numbers, yearly rounds, the fast path."""

from datetime import date

from adapters.demo.acts.awarding import decide
from adapters.demo.acts.campaigning import allot, launch, review
from adapters.demo.acts.delivering import acknowledge, deliver
from adapters.demo.acts.demanding import remind
from adapters.demo.acts.duties import due_today, hand_in, hand_in_due, overdue
from adapters.demo.acts.evaluating import adjust, evaluate, evaluate_person
from adapters.demo.acts.nominating import nominate, nominate_person, report_service
from adapters.demo.acts.registering import Registration, register
from adapters.demo.acts.reporting import report
from adapters.demo.acts.workbooks import export, personal_tasks
from adapters.demo.scene import Scene
from domain.directive import Kind

FIRST_DAY = date(2021, 2, 25)
LAUNCHED = date(2021, 1, 12)
YEARS = (2021, 2022, 2023, 2024)
UPPER = ("cd-vien-chuc", "cd-nghi-son", "ldld-ngan-thong")
BASES = (
    "cdcs-chi-cuc-thuy-van", "cdcs-trung-tam-giong", "cdcs-thpt-ngan-thong", "cdcs-may-hoa-sim",
    "cdcs-giay-sao-bien", "cdcs-xi-mang-nui-bac", "cdcs-nguon-xanh",
)  # fmt: skip
WORKERS = ("TH-0008", "TH-0011", "TH-0012")
OFFICIALS = ("TH-0004", "TH-0005")
RECIPIENTS = ("Thường trực Tỉnh ủy", "Thường trực Tổng LĐLĐVN", "Thường trực UBND tỉnh")
PLANNERS = (*UPPER, "cdcs-nguon-xanh")
"""Who owes an action plan."""
TABLE = "xep-loai-ca-nhan"


async def play(scene: Scene) -> None:
    await launch(scene, LAUNCHED)
    await deliver(scene, RECIPIENTS, channel="đường công văn")
    await _action_plans(scene)
    await _compacts(scene)
    for year in YEARS:
        await _year(scene, year)


async def _action_plans(scene: Scene) -> None:
    """Action plans before 6 March 2021: on that day what is not there is overdue."""
    await scene.reach(3, 3)
    await acknowledge(scene, (*PLANNERS, *BASES[:3]))
    await remind(scene, "ke-hoach-hanh-dong", "ldld-ngan-thong", kind="before-3", listed=PLANNERS)
    await hand_in(scene, "ke-hoach-hanh-dong", "cd-vien-chuc")
    await hand_in(scene, "ke-hoach-hanh-dong", "cd-nghi-son", returned="Thiếu chỉ tiêu hằng năm.")
    await hand_in(scene, "ke-hoach-hanh-dong", "cdcs-nguon-xanh")
    await scene.reach(3, 5)
    await due_today(scene, "ke-hoach-hanh-dong", "ldld-ngan-thong")
    await scene.reach(3, 6)
    await overdue(scene, "ke-hoach-hanh-dong", "ldld-ngan-thong")
    await scene.reach(3, 10)
    await hand_in(scene, "ke-hoach-hanh-dong", "ldld-ngan-thong")


async def _compacts(scene: Scene) -> None:
    """Launches and compacts in March above, in April at the base; one pair signs in May, which is late."""
    await scene.reach(3, 26)
    for first, second in ((UPPER[0], UPPER[1]), (UPPER[2], UPPER[0])):
        await _compact(scene, first, second)
    await hand_in_due(scene, date(2021, 3, 31))
    await scene.reach(4, 22)
    for first, second in ((BASES[0], BASES[1]), (BASES[2], BASES[3])):
        await _compact(scene, first, second)
    for task in await personal_tasks(scene, (*WORKERS, *OFFICIALS, "TH-0001", "TH-0014", "TH-0016")):
        await task.confirm()
    await hand_in_due(scene, date(2021, 4, 30))
    await scene.reach(5, 6)
    late = await register(
        scene, BASES[4], Kind.COMPACT, "Giao ước giày da – xi măng", other=(BASES[5], None), due=date(2021, 4, 30)
    )
    await (await late.sign()).confirm()
    await export(scene)


async def _compact(scene: Scene, first: str, second: str) -> None:
    name = f"Giao ước {scene.units[first].name} – {scene.units[second].name}"
    compact = await register(scene, first, Kind.COMPACT, name, other=(second, None))
    await (await compact.sign()).confirm()


async def _year(scene: Scene, year: int) -> None:
    """A round: numbers by decision, targets and titles registered, awards, the year's duties, the yearly review."""
    await scene.reach(5, 12, year)
    await allot(scene, "chi-tieu-hang-nam", str(year), dict.fromkeys((*UPPER, *BASES[:4]), 1))
    await _own_targets(scene, year)
    titles = await _titles(scene, year)
    if year == 2022:
        await _feat(scene)
    await scene.reach(10, 4)
    await _awards(scene, titles, year)
    await scene.reach(12, 1)
    await _classes(scene, year)
    await scene.reach(12, 20)
    if year == YEARS[0]:
        reason = "Thiếu nhận xét về điển hình."
        await report(scene, "bao-cao-ket-qua", UPPER[1], times=str(year), returned=reason, again=(12, 22))
    await hand_in_due(scene, date(year, 12, 31), but=(("bao-cao-ket-qua", BASES[year % 7]),))
    await scene.reach(1, 6, year + 1)
    await overdue(scene, "bao-cao-ket-qua", BASES[year % 7], times=str(year))
    if year != YEARS[-1]:
        await hand_in(scene, "bao-cao-ket-qua", BASES[year % 7], times=str(year))
    await review(scene, "year", str(year), "sơ kết", f"Năm {year}: bảy đơn vị có chỉ tiêu, sáu đơn vị đạt.")


async def _own_targets(scene: Scene, year: int) -> None:
    """Of those that were given a number, the last one registers nothing."""
    for number, unit in enumerate((*UPPER, *BASES[:3])):
        own = await register(
            scene, unit, Kind.OWN_TARGET, f"Chỉ tiêu {year}", quantity=10 + number, quantity_unit="phần việc"
        )
        if (year, unit) == (2021, BASES[0]):
            await own.send_back("Chưa nêu cách đo.")
            await own.resubmit("Chỉ tiêu 2021, đo theo quý", quantity=10, quantity_unit="phần việc")
        await own.confirm()
        await own.progress(5, "Đạt một nửa.")


async def _titles(scene: Scene, year: int) -> dict[str, Registration]:
    titles: dict[str, Registration] = {}
    wanted = dict.fromkeys(WORKERS, "cong-nhan-gioi-xu-thanh") | dict.fromkeys(OFFICIALS, "tieu-bieu-xu-thanh")
    for person, title in wanted.items():
        one = await register(
            scene, scene.members[person].unit, Kind.TITLE, f"Danh hiệu {year}", person=person, title=title, told=False
        )
        titles[person] = await one.confirm(told=False)
    scene.tell("platform", "confirmed-many", count=len(titles))
    return titles


async def _feat(scene: Scene) -> None:
    """The fast path that the directive names: a feat is awarded the same day."""
    feat = await nominate(
        scene, "khen-dot-xuat", "cdcs-xi-mang-nui-bac", person="TH-0014", achievement="dap-chay-lo-nung",
        scheme="ad-hoc", fast_path=True,
    )  # fmt: skip
    await (await (await feat.appraise()).check()).award_at_once("Biểu dương tại phân xưởng")


async def _awards(scene: Scene, titles: dict[str, Registration], year: int) -> None:
    absent = WORKERS[year % 3]
    for person in (*WORKERS, *OFFICIALS):
        await report_service(scene, person, absent_days=45 if person == absent else 3)
    for title, people in (("cong-nhan-gioi-xu-thanh", WORKERS), ("tieu-bieu-xu-thanh", OFFICIALS)):
        ready = []
        for number, person in enumerate(people):
            score = await evaluate_person(scene, person, rubric=TABLE, percent=90 + number)
            dossier = await nominate_person(scene, title, person, registration=titles[person], score=score)
            if person == absent:
                await dossier.check(against=("absence-days-max",))
                await dossier.decline("Nghỉ quá số ngày quy định")
            else:
                ready.append(await dossier.check())
        granted = await decide(scene, ready, days=16)
        if (year, title) == (2023, "cong-nhan-gioi-xu-thanh"):
            await granted[0].revoke("false-declaration", "Kê khai trùng thành tích của người khác.")


async def _classes(scene: Scene, year: int) -> None:
    for number, unit in enumerate(BASES[:3]):
        peers = (BASES[number + 1],) if number == 0 else ()
        score = await evaluate(
            scene, unit, rubric="xep-loai-don-vi", period=f"Năm {year}", percent=90 - 12 * number, peers=peers
        )
        if (year, number) == (2022, 2):
            await score.complain("Chưa tính công trình cuối năm.", percent=75, answer="Đã tính lại.")
        await score.finalise()
    if year == YEARS[0]:
        score = await adjust(
            scene, BASES[3], rubric="xep-loai-don-vi", period=f"Năm {year}", reason="Kế hoạch gửi chưa đủ nơi nhận."
        )
        await score.finalise()
