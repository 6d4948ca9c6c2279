"""Kề Bên, another district of Hà Nội: what befalls units and persons in a year, beside the campaign."""

from datetime import date

from adapters.demo.acts.erasing import ask, deny, erase, show
from adapters.demo.acts.neighbouring import District
from adapters.demo.acts.reorganising import (
    Earned,
    cannot_be_dissolved,
    cannot_lie_under_itself,
    leave_and_rejoin,
    merge,
    record_title,
    sector_of,
    split_off,
    strike_title,
    tree_then_and_now,
)
from adapters.demo.scene import Scene


async def play(scene: Scene) -> None:
    """What is not of this campaign: units and persons of another district come, change and go."""
    await scene.reach(7, 8)
    district = District(scene=scene, code="ldld-quan-ke-ben", name="LĐLĐ quận Kề Bên")
    start = date(2020, 1, 1)
    await district.settle(start)
    await district.enter({"cdcs-cho-chieu": "CĐCS Chợ Chiều", "cdcs-ben-xe-cu": "CĐCS Bến xe Cũ"}, start)
    await district.change_unit("cdcs-cho-chieu", "rename", "đổi tên", name="CĐCS Ban quản lý Chợ Chiều")
    await district.enrol(["KB-0001", "KB-0002", "KB-0003", "KB-0004"], "cdcs-cho-chieu", on=start)
    discipline = {"kind": "reprimand", "on": "2024-03-04"}
    await district.change_member(
        "KB-0001", "record-discipline", "bị khiển trách", **discipline, until="2025-03-03", ground="Vi phạm nội quy."
    )
    await district.change_member("KB-0001", "lift-discipline", "được xóa kỷ luật", **discipline, lifted_on="2024-06-28")
    today = scene.today.isoformat()
    await district.change_member("KB-0001", "change-employment", "thành quản lý", employment="leader", on=today)
    moved = {"unit_id": district.unit_id("cdcs-ben-xe-cu"), "on": today}
    await district.change_member("KB-0002", "move", "chuyển đơn vị", **moved)
    await district.change_member("KB-0003", "merge", "nhập hồ sơ trùng", into=district.person_id("KB-0001"))
    await district.change_member("KB-0002", "leave", "thôi sinh hoạt", on=today)
    await _reorganised(scene, district)
    await _asked_about_their_data(district)
    await district.change_unit("cdcs-ben-xe-cu", "move", "về trực thuộc liên đoàn", parent_id=scene.unit_id(scene.root))
    await district.change_unit("cdcs-ben-xe-cu", "dissolve", "giải thể", document=None)
    await district.campaign_that_is_called_off("Thi đua giữ phố")


async def _reorganised(scene: Scene, district: District) -> None:
    """What may befall the tree, and what was held or done before."""
    market, name = "cdcs-cho-chieu", "CĐCS Ban quản lý Chợ Chiều"
    await district.enter({"cdcs-kho-lanh": "CĐCS Kho lạnh Kề Bên"}, date(2021, 6, 1))
    await cannot_lie_under_itself(district, market, name)
    await cannot_be_dissolved(district, count=3)
    await district.change_unit(market, "change-sector", "thuộc khối doanh nghiệp", sector="state-enterprise")
    await sector_of(district, market, before="public-service", after="state-enterprise")
    await split_off(district, market, new="cdcs-cho-dem", name="CĐCS Chợ Đêm")
    await merge(district, "cdcs-kho-lanh", market)
    before = {district.code, market, "cdcs-ben-xe-cu"}
    await tree_then_and_now(
        district, date(2024, 6, 30), before=before | {"cdcs-kho-lanh"}, after=before | {"cdcs-cho-dem"}
    )
    flag = Earned(code="co-thi-dua", name="Cờ thi đua", year=2022, level="federation", issuer="UBND thành phố")
    paper = Earned(code="bang-khen", name="Bằng khen", year=2021, level="federation", issuer="UBND thành phố")
    for subject, who, title in (
        ({"unit_id": district.unit_id(market)}, name, flag),
        ({"person_id": district.person_id("KB-0002")}, "KB-0002", paper),
    ):
        await record_title(scene, subject, who, title)
        await strike_title(scene, subject, who, title, "Ghi nhầm sang đơn vị, người khác.")
    await leave_and_rejoin(district, "KB-0004", market, left=date(2024, 4, 1), back=date(2024, 6, 3))


async def _asked_about_their_data(district: District) -> None:
    await show(district, "KB-0004", await ask(district, "KB-0004", "access"))
    denied = await ask(district, "KB-0004", "erasure")
    await deny(district, "KB-0004", denied, "Đang là đoàn viên, hồ sơ còn phải lưu.")
    await erase(district, "KB-0001", await ask(district, "KB-0001", "erasure"))
