"""Hướng dẫn 15/HD-LĐLĐ of LĐLĐ tỉnh Kon Tum, 21/02/2024: every section, and where the file holds it."""

from datetime import date

from domain.dates import Before
from domain.directive import Kind, UnitsRegistered
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

DIRECTIVE = directive_of("kon-tum")
LAUNCHED = date(2024, 2, 21)

TABLE = [
    Row("số, ngày", "Số: 15 /HD-LĐLĐ, Kon Tum, ngày 21 tháng 02 năm 2024", ("document.number", "document.issued")),
    Row("tiêu đề", "Triển khai phong trào thi đua yêu nước", ("name", "document.title", "horizon")),
    Row(
        "mở đầu",
        "Thực hiện Kế hoạch số 09/KH-TLĐ",
        ("parents[0]", "parents[1]", "cites[0]", "cites[1]", "year_themes[0]", "issuing_body", "launched_on"),
    ),
    Row("I", "MỤC ĐÍCH, YÊU CẦU", orders_nothing="a heading"),
    Row("I.1", "Đoàn viên cán bộ, đoàn viên, người lao động", ("principles.hoan-thanh-nhiem-vu",)),
    Row("I.2", "Phát huy những kinh nghiệm hay", ("principles.doi-moi-nang-cao",)),
    Row("I.3", "Tổ chức phong trào thi đua phải thiết thực", ("principles.thiet-thuc",)),
    Row("I.4", "Kịp thời phát hiện, bồi dưỡng", ("principles.kip-thoi",)),
    Row("I.4 câu 2", "Chú trọng khen thưởng những cá nhân", ("principles.chu-trong-doanh-nghiep",)),
    Row("II", "NỘI DUNG THI ĐUA", orders_nothing="a heading"),
    Row("II.1", "“Đổi mới, sáng tạo, thi đua", ("theme",)),
    Row("II.2", "Nội dung thi đua", orders_nothing="a heading"),
    Row(
        "II.2.1",
        "Thi đua tuyên truyền, quán triệt",
        ("items.nd-2-1", "items.nd-2-1.movements", "duties.chuong-trinh-hanh-dong", "duties.cu-the-hoa"),
    ),
    Row("II.2.2", "Đẩy mạnh các phong trào thi đua", ("items.nd-2-2", "items.nd-2-2.movements[14]")),
    Row(
        "II.2.2 gạch đầu dòng 1",
        "Đối với Khối sản xuất kinh doanh",
        ("blocks.san-xuat-kinh-doanh", "items.nd-2-2-sxkd"),
    ),
    Row("II.2.2 gạch đầu dòng 2", "Đối với Khối hành chính", ("blocks.hanh-chinh-su-nghiep", "items.nd-2-2-hcsn")),
    Row(
        "II.2.2 gạch đầu dòng 3", "Đối với hệ thống Công đoàn", ("blocks.he-thong-cong-doan", "items.nd-2-2-cong-doan")
    ),
    Row(
        "II.2.3",
        "Thi đua thực hiện hiệu quả các hoạt động chăm lo",
        (
            "items.nd-2-3",
            "duties.thoa-uoc",
            "duties.cham-lo-le-tet",
            "duties.quy-che-dan-chu",
            "duties.giam-sat-che-do",
        ),
    ),
    Row(
        "II.2.4",
        "Thi đua vượt khó, sáng tạo",
        ("items.nd-2-4", "duties.chat-luong-can-bo", "duties.kiem-tra-cong-doan"),
    ),
    Row(
        "II.2.5",
        "Công đoàn vận động đoàn viên, người lao động chủ động",
        (
            "items.nd-2-5",
            "drives.chao-mung-95-nam",
            "registrations.dk-cong-trinh",
            "registrations.dk-san-pham",
            "registrations.dk-phan-viec",
            "duties.hoat-dong-76-nam",
        ),
    ),
    Row("II.2.5 câu 2", 'Phấn đấu "Mỗi công đoàn cơ sở', ("targets.moi-cdcs-mot-cong-trinh",)),
    Row("III", "THỜI GIAN TỔ CHỨC", orders_nothing="a heading"),
    Row("III.1", "Đợt 1 (Từ tháng 01/2024", ("phases.dot-1", "phases.dot-1.occasions[5]", "duties.thang-cong-nhan")),
    Row("III.1 câu 2", "Nội dung thi đua phải được gắn", ("principles.gan-voi-chi-tieu", "cites[2]")),
    Row("III.2", "Đợt 2 (Từ 01/8/2024", ("phases.dot-2", "phases.dot-2.occasions[0]", "items.nd-dot-2")),
    Row("IV", "TỔ CHỨC THỰC HIỆN", orders_nothing="a heading"),
    Row("IV.1", "Liên đoàn Lao động tỉnh", orders_nothing="a heading"),
    Row("IV.1.1", "Ban Chính sách pháp luật", ("duties.cong-nhan-cong-trinh.department",)),
    Row("IV.1.1 gạch đầu dòng 1", "Tham mưu công nhận công trình", ("duties.cong-nhan-cong-trinh",)),
    Row(
        "IV.1.1 gạch đầu dòng 2",
        "Theo dõi, đôn đốc việc triển khai",
        (
            "duties.theo-doi-don-doc",
            "duties.tong-hop-6-thang",
            "duties.tong-hop-nam",
            "duties.bao-cao-dot-xuat",
        ),
    ),
    Row("IV.1.2", "Ban Tuyên giáo - Nữ Công", ("duties.dang-tai.department",)),
    Row("IV.1.2 gạch đầu dòng 1", "Đăng tải trên trang thông tin", ("duties.dang-tai", "duties.dang-tai.channel")),
    Row("IV.1.2 gạch đầu dòng 2", "Tuyên truyền, giới thiệu về gương", ("duties.guong-dien-hinh",)),
    Row("IV.2", "Công đoàn cấp trên trực tiếp cơ sở", ("duties.ke-hoach-phat-dong.bearers",)),
    Row("IV.2 gạch đầu dòng 1", "Căn cứ Hướng dẫn này", ("duties.ke-hoach-phat-dong",)),
    Row("IV.2 gạch đầu dòng 2", "Thường xuyên bám sát cơ sở", ("duties.bam-sat-co-so",)),
    Row("IV.2 gạch đầu dòng 3", "Sau mỗi đợt thi đua", ("duties.so-tong-ket", "duties.bieu-duong")),
    Row("IV.2 gạch đầu dòng 4", "Tổng hợp báo cáo kết quả", ("duties.bao-cao-6-thang", "duties.bao-cao-nam")),
    Row("kết", "Ban Thường vụ Liên đoàn Lao động tỉnh Kon Tum đề nghị", ("duties.phan-anh", "issuing_body")),
    Row("nơi nhận", "Tổng LĐLĐ Việt Nam (b/c)", ("distribution[5].duty", "distribution[6].duty", "distribution[7]")),
    Row("chữ ký", "TM. BAN THƯỜNG VỤ", ("signing_body", "signing_office")),
]


def test_every_section_is_held_by_a_clause_and_every_clause_by_a_section() -> None:
    check_fits(DIRECTIVE)
    check_table(DIRECTIVE, TABLE)


def test_nothing_that_orders_is_an_inert_string() -> None:
    check_everything_is_acted_on(DIRECTIVE)


def test_each_date_rule_turns_its_duty_overdue_the_day_after() -> None:
    check_each_date_rule_turns_overdue(DIRECTIVE, LAUNCHED)


def test_a_report_before_the_25th_is_overdue_on_the_25th() -> None:
    dates = due_dates(DIRECTIVE, LAUNCHED)
    for code, last in (("bao-cao-6-thang", date(2024, 6, 24)), ("bao-cao-nam", date(2024, 11, 24))):
        duty = next(duty for duty in DIRECTIVE.duties if duty.code == code)
        assert isinstance(duty.rule, Before)
        assert [occurrence.due_on for occurrence in dates[code]] == [last]
        assert overdue(dates[code], last) == []
        assert overdue(dates[code], duty.rule.day) == [""]


def test_the_reporting_periods_end_before_the_phases_do() -> None:
    dates = due_dates(DIRECTIVE, LAUNCHED)
    first, second = DIRECTIVE.spans(LAUNCHED)
    assert dates["bao-cao-6-thang"][0].due_on < first.closes_on
    assert first.closes_on < dates["bao-cao-nam"][0].due_on < second.closes_on


def test_the_review_falls_due_after_each_phase() -> None:
    assert [(each.code, each.due_on) for each in due_dates(DIRECTIVE, LAUNCHED)["so-tong-ket"]] == [
        ("dot-1", date(2024, 8, 30)),
        ("dot-2", date(2025, 1, 30)),
    ]


def test_one_work_or_task_for_each_grassroots_union_is_striven_for() -> None:
    (target,) = DIRECTIVE.targets
    assert target.measure == UnitsRegistered(kinds=(Kind.WORK, Kind.TASK), each=1)
    assert (target.modality, target.comparator) == ("strive", "unspecified")
    assert target.interpretation is not None
    assert progress(target, Counted(numerator=6, denominator=7)).met is False
    assert progress(target, Counted(numerator=7, denominator=7)).met is True
    assert progress(target, Counted(numerator=0, denominator=0)).met is None


def test_the_union_system_is_a_block_of_its_own() -> None:
    assert DIRECTIVE.block_of("union-body", LAUNCHED) == "he-thong-cong-doan"
    assert DIRECTIVE.block_of("school", LAUNCHED) == "hanh-chinh-su-nghiep"
    assert DIRECTIVE.block_of("non-state-enterprise", LAUNCHED) == "san-xuat-kinh-doanh"


def test_what_the_document_does_not_say_is_marked_as_assumed() -> None:
    assert {title.source for title in DIRECTIVE.titles} == {"assumed"}
    assert {rubric.source for rubric in DIRECTIVE.rubrics} == {"assumed"}
    assert DIRECTIVE.phases[0].opens_as_stated == "2024-01"
