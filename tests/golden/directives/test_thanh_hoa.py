"""Hướng dẫn 06/HD-LĐLĐ of LĐLĐ tỉnh Thanh Hóa, 25/02/2021: every section, and where the file holds it."""

from datetime import date

import pytest

from domain.directive import AllotmentsReached, DutySpec, Kind
from domain.targets import Counted, progress
from tests.support.directive_table import (
    Row,
    check_each_date_rule_turns_overdue,
    check_everything_is_acted_on,
    check_fits,
    check_table,
    directive_of,
    due_dates,
    overdue,
)

DIRECTIVE = directive_of("thanh-hoa")
LAUNCHED = date(2021, 1, 12)
YEARS = [str(year) for year in range(2021, 2031)]

TABLE = [
    Row("số, ngày", "Số 06/HD-LĐLĐ, Thanh Hoá, ngày 25 tháng 02 năm 2021", ("document", "document.number")),
    Row("tiêu đề", "Tổ chức thực hiện Phong trào thi đua", ("name", "theme", "horizon", "document.title")),
    Row("mở đầu", "Thực hiện Kế hoạch số 10/KH-LĐLĐ", ("parents[0]", "issuing_body", "launched_on")),
    Row("I", "MỤC ĐÍCH, YÊU CẦU", orders_nothing="a heading"),
    Row("I.1", "Mục đích", orders_nothing="a heading"),
    Row("I.1 đoạn 1", "Tổ chức triển khai thực hiện", orders_nothing="the purpose of what II orders"),
    Row("I.1 đoạn 2", "Phát huy sức mạnh nội lực", ("cites[0]", "cites[1]", "cites[2]")),
    Row("I.2", "Yêu cầu", orders_nothing="a heading"),
    Row("I.2 đoạn 1", "Việc triển khai phong trào thi đua phải", ("principles.thuong-xuyen-lien-tuc",)),
    Row("I.2 đoạn 2", "Gắn phong trào thi đua", ("items.gan-ket",)),
    Row("II", "NỘI DUNG", orders_nothing="a heading"),
    Row("II.1", "Xây dựng kế hoạch, biện pháp", ("items.noi-dung-1",)),
    Row("II.1.1", "Các cấp Công đoàn chủ động tham mưu", ("duties.tham-muu-cap-uy",)),
    Row("II.1.2 câu 1", "Căn cứ các văn bản chỉ đạo", ("duties.ke-hoach-hanh-dong",)),
    Row("II.1.2 câu 2", "Chỉ đạo, hướng dẫn các CĐCS", ("duties.huong-dan-co-so",)),
    Row("II.1.3", "Tham mưu cho cấp ủy, phối hợp", ("duties.hoi-thao-chuyen-gia",)),
    Row("II.1.4", "Tổ chức phát động các phong trào", ("duties.phat-dong-cong-trinh-trong-diem",)),
    Row("II.2", "Tổ chức Lễ phát động hưởng ứng", ("items.noi-dung-2",)),
    Row("II.2.1", "Đối với các Cụm thi đua", ("duties.phat-dong-cum",)),
    Row("II.2.2", "LĐLĐ huyện, TX, TP, Công đoàn ngành", ("duties.le-phat-dong-cap-tren",)),
    Row("II.2.3", "Các CĐCS tham mưu cho cấp ủy", ("duties.ke-hoach-co-so", "duties.phat-dong-co-so")),
    Row("II.2.4 câu 1", "Nội dung phát động phong trào", ("principles.noi-dung-thiet-thuc",)),
    Row(
        "II.2.4 câu 2",
        "Tại Lễ phát động phong trào thi đua",
        (
            "registrations.giao-uoc-cap-tren",
            "registrations.giao-uoc-co-so",
            "duties.ky-giao-uoc-cap-tren",
            "duties.ky-giao-uoc-co-so",
            "duties.to-chuc-dang-ky",
        ),
    ),
    Row("II.3", "Thời gian tổ chức phát động", ("items.noi-dung-3",)),
    Row("II.3.1", "Công đoàn cấp trên trực tiếp cơ sở hoàn thành", ("duties.le-phat-dong-cap-tren",)),
    Row("II.3.2", "Công đoàn cơ sở hoàn thành", ("duties.phat-dong-co-so", "duties.huong-dan-co-so")),
    Row("II.4", "Công tác tuyên truyền", ("items.noi-dung-4",)),
    Row("II.4.1", "Nội dung tuyên truyền", orders_nothing="a heading"),
    Row("II.4.1.1", "Tuyên truyền mục đích, ý nghĩa", ("duties.tuyen-truyen-muc-dich",)),
    Row("II.4.1.2", "Tuyên truyền những kết quả đạt được", ("duties.tuyen-truyen-ket-qua",)),
    Row("II.4.1.3", "Tuyên truyền các tập thể, cá nhân", ("duties.tuyen-truyen-dien-hinh",)),
    Row("II.4.1.4", "Tuyên truyền các tiêu chuẩn", ("duties.tuyen-truyen-tieu-chuan",)),
    Row("II.4.2", "Hình thức tuyên truyền", orders_nothing="a heading"),
    Row("II.4.2.1", "LĐLĐ các huyện, TX, TP", ("duties.khau-hieu-tru-so",)),
    Row("II.4.2.2", "LĐLĐ các huyện, TX, TP", ("duties.co-dong-truc-quan",)),
    Row("II.4.2.3", "Vận động, đề xuất với lãnh đạo", ("duties.van-dong-khau-hieu",)),
    Row("II.4.2.4 câu 1", "Phối hợp với các cơ quan thông tấn", ("duties.phoi-hop-bao-chi",)),
    Row("II.4.2.4 câu 2", "Vận động cán bộ, đoàn viên", ("duties.van-dong-chia-se",)),
    Row("II.4.2.5", "Tổ chức các hoạt động văn hóa", ("duties.van-hoa-the-thao",)),
    Row("II.4.2.6", "Biên soạn, phát hành các tài liệu", ("duties.an-pham-tuyen-truyen",)),
    Row("II.5", "Công tác xây dựng, biểu dương", ("items.noi-dung-5",)),
    Row(
        "II.5.1",
        "Các cấp Công đoàn trong tỉnh hướng dẫn",
        (
            "duties.huong-dan-dang-ky",
            "registrations.viec-lam-cu-the",
            "registrations.danh-hieu",
            "titles_open",
            "duties.bao-cao-ket-qua",
        ),
    ),
    Row(
        "II.5.2",
        "Chủ động phát hiện gương người tốt",
        ("duties.phat-hien-guong", "titles.khen-dot-xuat", "principles.khen-kip-thoi"),
    ),
    Row("II.5.3", "Tổ chức hoạt động trao đổi", ("duties.giao-luu-dien-hinh",)),
    Row(
        "II.5.4",
        "Tổ chức hội nghị sơ kết năm",
        (
            "duties.so-ket-nam",
            "duties.so-ket-5-nam",
            "duties.tong-ket-10-nam",
            "duties.ho-so-xet-tang",
            "titles.cong-nhan-gioi-xu-thanh",
            "titles.tieu-bieu-xu-thanh",
        ),
    ),
    Row("III", "(không có trong bản gốc)", orders_nothing="the source goes from II to IV"),
    Row("IV", "TỔ CHỨC THỰC HIỆN", orders_nothing="a heading"),
    Row("IV.1", "Đối với Liên đoàn Lao động tỉnh", orders_nothing="a heading"),
    Row("IV.1.1", "Ban Tuyên giáo – Nữ công", orders_nothing="a heading: the department of what follows"),
    Row("IV.1.1 đoạn 1", "Là bộ phận thường trực", ("duties.huong-dan-cua-tinh",)),
    Row("IV.1.1 đoạn 2", "Chủ trì, phối hợp với Ban Chính sách", ("duties.tong-hop-ket-qua", "duties.so-ket-5-nam")),
    Row("IV.1.1 đoạn 3 câu 1", "Hướng dẫn, kiểm tra, đôn đốc", ("duties.kiem-tra-tuyen-truyen",)),
    Row("IV.1.1 đoạn 3 câu 2", "Tham mưu, hướng dẫn, chỉ đạo", ("duties.truyen-thong-thuong-xuyen",)),
    Row("IV.1.2", "Ban Chính sách, pháp luật", orders_nothing="a heading: the department of what follows"),
    Row("IV.1.2 đoạn 1", "Tham mưu cho Ban Thường vụ LĐLĐ tỉnh", ("duties.phoi-hop-co-quan-thi-dua",)),
    Row("IV.1.2 đoạn 2", "Xây dựng kế hoạch, chương trình", ("duties.ke-hoach-kiem-tra", "duties.kiem-tra-giam-sat")),
    Row(
        "IV.1.2 đoạn 3",
        "Chủ trì, phối hợp với các Ban chuyên đề",
        (
            "duties.quy-dinh-giai-thuong",
            "duties.bieu-duong-hang-nam",
            "titles.cong-nhan-gioi-xu-thanh.rules",
            "titles.tieu-bieu-xu-thanh.rules",
        ),
    ),
    Row("IV.1.2 đoạn 4", "Phối hợp với Ban Tuyên giáo- Nữ công", ("duties.phoi-hop-tong-hop",)),
    Row("IV.1.3", "Căn cứ chức năng, nhiệm vụ", ("duties.cac-ban-don-doc",)),
    Row("IV.2", "Đối với Công đoàn cấp trên trực tiếp cơ sở", orders_nothing="a heading"),
    Row(
        "IV.2.1 câu 1",
        "Căn cứ Kế hoạch số 10/KH-LĐLĐ tỉnh",
        (
            "duties.ke-hoach-hanh-dong",
            "targets.chi-tieu-hang-nam",
            "registrations.chi-tieu-don-vi",
            "duties.cu-the-hoa-chi-tieu",
            "cites[3]",
        ),
    ),
    Row("IV.2.1 câu 2", "Hướng dẫn, chỉ đạo, kiểm tra, giám sát", ("duties.kiem-tra-co-so",)),
    Row("IV.2.2", "Chủ trì, đề xuất với", ("duties.toa-dam-khoi-co-quan", "blocks.khoi-co-quan")),
    Row("IV.2.3", "Chủ trì, phối hợp với", ("duties.hoi-nghi-khoi-doanh-nghiep", "blocks.khoi-doanh-nghiep")),
    Row("IV.3", "Đối với Công đoàn cơ sở", orders_nothing="a heading"),
    Row("IV.3 câu 1", "Căn cứ kế hoạch, hướng dẫn", ("duties.ke-hoach-co-so", "duties.cu-the-hoa-chi-tieu")),
    Row("IV.3 câu 2", "Hàng năm, tổ chức hội nghị sơ kết", ("duties.so-ket-co-so", "duties.binh-xet-co-so")),
    Row("IV kết câu 1", "Giao Ban Thường vụ và trực tiếp", ("duties.chiu-trach-nhiem",)),
    Row(
        "IV kết câu 2",
        "Kết quả thực hiện các chỉ tiêu",
        ("duties.xep-loai-hang-nam", "principles.ket-qua-la-can-cu-xep-loai", "rubrics[0]", "rubrics[1]"),
    ),
    Row("Nơi nhận", "Thường trực Tỉnh ủy (để b/c)", tuple(f"distribution[{line}]" for line in range(12))),
    Row("chữ ký", "TM. BAN THƯỜNG VỤ, CHỦ TỊCH", ("signing_body", "signing_office")),
]


def duty(code: str) -> DutySpec:
    return next(duty for duty in DIRECTIVE.duties if duty.code == code)


def test_the_parts_fit_together() -> None:
    check_fits(DIRECTIVE)


def test_every_section_is_held_by_a_field_or_orders_nothing() -> None:
    check_table(DIRECTIVE, TABLE)


def test_nothing_that_orders_is_an_inert_string() -> None:
    check_everything_is_acted_on(DIRECTIVE)


def test_every_date_rule_turns_its_duty_overdue_the_day_after() -> None:
    check_each_date_rule_turns_overdue(DIRECTIVE, LAUNCHED)


def test_before_the_sixth_of_march_excludes_the_sixth() -> None:
    dates = due_dates(DIRECTIVE, LAUNCHED)["ke-hoach-hanh-dong"]
    assert overdue(dates, date(2021, 3, 5)) == []
    assert overdue(dates, date(2021, 3, 6)) == [""]


@pytest.mark.parametrize(
    ("code", "last"), [("le-phat-dong-cap-tren", date(2021, 3, 31)), ("phat-dong-co-so", date(2021, 4, 30))]
)
def test_a_launch_within_a_month_is_in_time_on_its_last_day(code: str, last: date) -> None:
    assert [occurrence.due_on for occurrence in due_dates(DIRECTIVE, LAUNCHED)[code]] == [last]


def test_the_campaign_has_no_phases_and_its_reviews_fall_due_by_years() -> None:
    dates = due_dates(DIRECTIVE, LAUNCHED)
    assert DIRECTIVE.phases == ()
    assert [occurrence.code for occurrence in dates["so-ket-nam"]] == YEARS
    assert [occurrence.code for occurrence in dates["so-ket-5-nam"]] == ["2025"]
    assert [occurrence.code for occurrence in dates["tong-ket-10-nam"]] == ["2030"]


def test_the_five_year_review_keeps_both_of_its_names() -> None:
    interpretation = duty("so-ket-5-nam").interpretation
    assert interpretation is not None
    assert "sơ kết" in interpretation.reading
    assert any("tổng kết" in other for other in interpretation.alternatives)


def test_compacts_have_the_date_of_the_launch_ceremony_of_their_level() -> None:
    upper = DIRECTIVE.registration(Kind.COMPACT, "upper")
    grassroots = DIRECTIVE.registration(Kind.COMPACT, "grassroots")
    assert upper is not None
    assert grassroots is not None
    assert (upper.code, grassroots.code) == ("giao-uoc-cap-tren", "giao-uoc-co-so")


@pytest.mark.parametrize("code", ["khau-hieu-tru-so", "van-dong-khau-hieu", "an-pham-tuyen-truyen"])
def test_the_slogan_carries_the_name_of_the_unit(code: str) -> None:
    assert duty(code).slogan_of("huyện Ngàn Thông") == (
        "Công nhân, viên chức, lao động huyện Ngàn Thông chung sức, hiện thực hóa khát vọng xây dựng quê hương "
        "Thanh Hóa văn minh, thịnh vượng"
    )


def test_the_yearly_target_is_met_when_every_unit_reaches_the_number_allotted_to_it() -> None:
    (target,) = DIRECTIVE.targets
    assert isinstance(target.measure, AllotmentsReached)
    assert target.allotted == "yearly"
    assert progress(target, Counted(numerator=9, denominator=10)).met is False
    assert progress(target, Counted(numerator=9, denominator=10)).share_x100 == 9_000
    assert progress(target, Counted(numerator=10, denominator=10)).met is True
    assert progress(target, Counted(numerator=0, denominator=0)).met is None


def test_an_ad_hoc_feat_has_a_fast_path_and_the_yearly_titles_have_none() -> None:
    assert {title.code: title.fast_path for title in DIRECTIVE.titles} == {
        "cong-nhan-gioi-xu-thanh": False,
        "tieu-bieu-xu-thanh": False,
        "khen-dot-xuat": True,
    }


def test_the_titles_criteria_are_marked_as_assumed_until_the_regulation_is_drafted() -> None:
    for code in ("cong-nhan-gioi-xu-thanh", "tieu-bieu-xu-thanh"):
        rules = DIRECTIVE.rule_set(code)
        assert rules is not None
        assert rules.source == "assumed"
    assert {rubric.source for rubric in DIRECTIVE.rubrics} == {"assumed"}
