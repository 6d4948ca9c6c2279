"""Kế hoạch 46/KH-LĐLĐ of LĐLĐ quận Long Biên, 29/12/2023: every section, and where the file of Hà Nội holds it."""

from datetime import date

import pytest

from domain.directive import Kind
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

DIRECTIVE = directive_of("ha-noi")
LAUNCHED = date(2023, 12, 29)

ENTERPRISES = [
    ("II.1.1", "Phát động trong Công nhân lao động", ("items.dn-1-1", "duties.viet-bai-nguoi-tot")),
    (
        "II.1.2",
        "Phát động các đợt thi đua cao điểm",
        (
            "items.dn-1-2",
            "drives.95-nam-cong-doan",
            "drives.70-nam-thu-do",
            "duties.cao-diem-doanh-nghiep",
            "registrations.san-pham",
            "registrations.cong-trinh",
            "registrations.phan-viec",
        ),
    ),
    ("II.1.3", "Thi đua thực hiện thắng lợi Nghị quyết", ("items.dn-1-3", "duties.cham-lo-tet-doanh-nghiep")),
    ("II.1.4", "Thi đua vượt khó, sáng tạo", ("items.dn-1-4",)),
    ("II.1.5", "Tuyên truyền, vận động người sử dụng lao động", ("items.dn-1-5", "duties.van-dong-chinh-trang")),
    (
        "II.1.6",
        "Thi đua đẩy mạnh các hoạt động chăm lo",
        ("items.dn-1-6", "duties.doi-thoai-thuong-luong", "duties.nguon-luc-tet-doanh-nghiep"),
    ),
    ("II.1.7", "Tổ chức các các hoạt động văn hóa", ("items.dn-1-7", "duties.van-hoa-the-thao-doanh-nghiep")),
    ("II.1.8", "Thi đua thực hiện tốt chủ đề năm", ("items.dn-1-8", "year_themes[3]")),
]
OFFICES_AND_SCHOOLS = [
    ("II.2.1", "Phát động thi đua trong Cán bộ", ("items.hc-2-1", "cites[5]", "cites[6]")),
    ("II.2.2", "Thi đua xây dựng hệ thống chính trị", ("items.hc-2-2",)),
    ("II.2.3", "Vận động Cán bộ, công chức, viên chức", ("items.hc-2-3",)),
    ("II.2.4", "Thi đua thực hiện thắng lợi Nghị quyết", ("items.hc-2-4", "duties.ke-hoach-nghi-quyet", "cites[4]")),
    ("II.2.5", "Thi đua tổ chức hiệu quả", ("items.hc-2-5", "duties.ho-tro-kho-khan-tet")),
    ("II.2.6", "Thi đua vượt khó, sáng tạo", ("items.hc-2-6",)),
    (
        "II.2.7",
        "Phát động các đợt thi đua cao điểm",
        (
            "items.hc-2-7",
            "duties.cao-diem-hanh-chinh",
            "duties.gan-bien",
            "registrations.cong-trinh",
            "registrations.phan-viec",
        ),
    ),
    ("II.2.8", "Tuyên truyền, vận động lãnh đạo", ("items.hc-2-8", "duties.van-dong-chinh-trang-hanh-chinh")),
    ("II.2.8 câu 2", "Tổ chức các hoạt động văn hóa", ("duties.van-hoa-the-thao-hanh-chinh",)),
    ("II.2.9", "Thi đua thực hiện tốt chủ đề năm", ("items.hc-2-9", "year_themes[3]")),
]
TABLE = [
    Row("số, ngày", "Số: 46/KH-LĐLĐ, Long Biên, ngày 29 tháng 12 năm 2023", ("document", "document.number")),
    Row("tiêu đề", "Phát động phong trào thi đua", ("name", "document.title", "horizon")),
    Row("mở đầu đoạn 1", "Thực hiện kế hoạch số 12/KH-LĐLĐ", ("parents[0]",)),
    Row(
        "mở đầu đoạn 2",
        "Năm 2024 là năm có ý nghĩa quan trọng",
        (*(f"year_themes[{line}]" for line in range(4)), *(f"cites[{line}]" for line in range(4))),
    ),
    Row("mở đầu đoạn 3", "Ban Thường vụ Liên đoàn Lao động quận", ("issuing_body", "launched_on")),
    Row("I", "MỤC ĐÍCH, YÊU CẦU", orders_nothing="a heading"),
    Row("I.1", "Phát động và triển khai phong trào", orders_nothing="the purpose of what II orders"),
    Row("I.2", "Yêu cầu", orders_nothing="a heading"),
    Row("I.2 gạch đầu dòng 1", "Phát động và tổ chức", ("principles.bam-sat-nhiem-vu",)),
    Row(
        "I.2 gạch đầu dòng 2 câu 1",
        "Công tác khen thưởng phải kịp thời",
        ("principles.kip-thoi-chinh-xac", "principles.nguoi-truc-tiep-san-xuat"),
    ),
    Row("I.2 gạch đầu dòng 2 câu 2", "Phát hiện những tấm gương", ("duties.phat-hien-guong",)),
    Row("II", "NỘI DUNG THI ĐUA", orders_nothing="a heading"),
    Row("II.1", "Đối với khối doanh nghiệp", ("blocks.khoi-doanh-nghiep",)),
    *(Row(*row) for row in ENTERPRISES),
    Row("II.2", "Đối với khu vực hành chính", ("blocks.khoi-hanh-chinh",)),
    *(Row(*row) for row in OFFICES_AND_SCHOOLS),
    Row("III", "Để phong trào thi đua đạt hiệu quả", ("duties.phat-dong-dot-1", "duties.phat-dong-dot-2")),
    Row("III gạch đầu dòng 1", "Đợt 1: Từ tháng 01/01/2024 đến 31/7/2024", ("phases.dot-1", "phases.dot-1.theme")),
    Row("III gạch đầu dòng 1 đoạn 2", "Các phong trào thi đua tập trung", ("phases.dot-1.occasions",)),
    Row("III gạch đầu dòng 2", "Đợt 2: Từ 01/8/2024 đến 31/12/2024", ("phases.dot-2", "phases.dot-2.theme")),
    Row("III gạch đầu dòng 2 đoạn 2", "Tập trung phát động", ("phases.dot-2.occasions",)),
    Row("IV", "GIẢI PHÁP VÀ TỔ CHỨC THỰC HIỆN", orders_nothing="a heading"),
    Row("IV.1", "Các giải pháp", orders_nothing="a heading"),
    Row("IV.1.1", "Tiếp tục quán triệt sâu sắc", ("duties.quan-triet", *(f"cites[{n}]" for n in (4, 7, 8, 9, 10)))),
    Row("IV.1.2 câu 1", "Tổ chức phong trào thi đua", ("principles.tap-trung-ve-co-so",)),
    Row("IV.1.2 câu 2", "Tiêu chí đánh giá", ("principles.tieu-chi-dinh-luong", "rubrics[0]", "rubrics[1]")),
    Row("IV.1.2 câu 3", "Phát động, triển khai", ("principles.xac-dinh-ro-chi-tieu",)),
    Row("IV.1.3 câu 1", "Tập trung nâng cao chất lượng", ("principles.cong-khai-cong-bang",)),
    Row("IV.1.3 câu 2", "Thực hiện tốt công tác thẩm định", ("duties.tham-dinh-ho-so",)),
    Row(
        "IV.1.3 câu 3",
        "Chú trọng khen thưởng thành tích đột xuất",
        ("titles.giay-khen-dot-xuat", "titles.giay-khen-chuyen-de", "principles.bam-sat-ket-qua"),
    ),
    Row("IV.1.3 câu 4", "Quan tâm khen thưởng tập thể nhỏ", ("principles.tap-the-nho-truc-tiep",)),
    Row("IV.1.4 câu 1", "Đẩy mạnh tuyên truyền, phát hiện", ("duties.tuyen-truyen-dien-hinh",)),
    Row("IV.1.4 câu 2", "Nâng cao nhận thức", ("duties.nang-cao-nhan-thuc",)),
    Row("IV.2", "Tổ chức thực hiện", orders_nothing="a heading"),
    Row("IV.2.1", "Căn cứ nhiệm vụ chính trị", ("duties.ke-hoach-co-so",)),
    Row("IV.2.2 câu 1", "LĐLĐ quận Long Biên tổ chức phát động", ("duties.phat-dong-quan",)),
    Row(
        "IV.2.2 câu 2",
        "Các cơ quan, đơn vị, doanh nghiệp, trường học",
        (
            "duties.phat-dong-dot-1",
            "duties.giao-uoc-don-vi",
            "registrations.giao-uoc",
            "duties.dong-vien-dang-ky",
            "registrations.danh-hieu",
            "targets.dang-ky-danh-hieu",
            "titles.nguoi-tot-viec-tot",
            "titles.cong-nhan-gioi",
            "titles.sang-kien-sang-tao",
            "titles.chien-si-thi-dua-co-so",
            "titles_open",
            "cites[11]",
        ),
    ),
    Row(
        "IV.2.3",
        "Sau mỗi đợt thi đua, LĐLĐ quận tổ chức sơ kết",
        ("duties.so-ket-dot", "duties.khen-thuong-dot", "titles.giay-khen-dot", "principles.dam-nghi-dam-lam"),
    ),
    Row(
        "IV kết",
        "Ban Thường vụ Liên đoàn Lao động quận Long Biên đề nghị",
        (
            "duties.dang-ky-ngay-phat-dong",
            "registrations.ngay-phat-dong",
            "duties.so-tong-ket-co-so",
            "duties.bao-cao-dot",
        ),
    ),
    Row("Nơi nhận", "Ban CSPL&QHLD LĐLĐ HN", tuple(f"distribution[{line}]" for line in range(4))),
    Row("chữ ký", "TM. BAN THƯỜNG VỤ, CHỦ TỊCH", ("signing_body", "signing_office")),
]


def test_the_parts_fit_together() -> None:
    check_fits(DIRECTIVE)


def test_every_section_is_held_by_a_field_or_orders_nothing() -> None:
    check_table(DIRECTIVE, TABLE)


def test_nothing_that_orders_is_an_inert_string() -> None:
    check_everything_is_acted_on(DIRECTIVE)


def test_every_date_rule_turns_its_duty_overdue_the_day_after() -> None:
    check_each_date_rule_turns_overdue(DIRECTIVE, LAUNCHED)


def test_the_district_issues_under_a_plan_of_the_city() -> None:
    assert [(parent.number, parent.issued) for parent in DIRECTIVE.parents] == [("12/KH-LĐLĐ", "2023-12-25")]


def test_each_phase_has_a_theme_of_its_own_and_the_year_has_four() -> None:
    assert len({phase.theme for phase in DIRECTIVE.phases}) == len(DIRECTIVE.phases) == 2
    assert [theme.body for theme in DIRECTIVE.year_themes] == [
        "Tổng LĐLĐ Việt Nam",
        "Thành phố Hà Nội",
        "Quận Long Biên",
        "LĐLĐ quận Long Biên",
    ]


def test_enterprises_compete_in_eight_items_and_offices_and_schools_in_nine() -> None:
    blocks = [item.block for item in DIRECTIVE.items]
    assert (blocks.count("khoi-doanh-nghiep"), blocks.count("khoi-hanh-chinh")) == (8, 9)


@pytest.mark.parametrize("code", ["bao-cao-dot", "so-tong-ket-co-so", "so-ket-dot", "khen-thuong-dot"])
def test_what_follows_each_phase_falls_due_once_a_phase_and_says_that_the_days_are_assumed(code: str) -> None:
    dates = due_dates(DIRECTIVE, LAUNCHED)[code]
    assert [(each.code, each.due_on) for each in dates] == [
        ("dot-1", date(2024, 8, 30)),
        ("dot-2", date(2025, 1, 30)),
    ]
    assert overdue(dates, date(2024, 8, 31)) == ["dot-1"]
    assert next(duty for duty in DIRECTIVE.duties if duty.code == code).interpretation is not None


def test_a_registration_without_a_stated_day_is_never_late_before_the_campaign_ends() -> None:
    launch_event = DIRECTIVE.registration(Kind.LAUNCH_EVENT)
    assert launch_event is not None
    assert launch_event.channel == "Thư điện tử của LĐLĐ quận"
    assert overdue(due_dates(DIRECTIVE, LAUNCHED)["dang-ky-ngay-phat-dong"], date(2024, 12, 31)) == []


def test_to_encourage_everybody_to_register_is_shown_as_a_rate_and_never_failed() -> None:
    (target,) = DIRECTIVE.targets
    shown = progress(target, Counted(numerator=431, denominator=1_324))
    assert (shown.share_x100, shown.met, shown.standing) == (3_255, None, "rate")


def test_the_list_of_titles_is_open_to_others_by_law() -> None:
    assert DIRECTIVE.titles_open
