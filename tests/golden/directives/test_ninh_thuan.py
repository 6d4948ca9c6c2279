"""Kế hoạch …/KH-LĐLĐ of LĐLĐ tỉnh Ninh Thuận, 2023: every section, and where the file holds it."""

from datetime import date

import pytest

from domain.dates import NoLaterThan, OpenEnded
from domain.directive import AllotmentsReached, Kind, UnitsRegistered
from domain.schedule import due_on
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

DIRECTIVE = directive_of("ninh-thuan")
LAUNCHED = date(2023, 2, 1)

TABLE = [
    Row("số, ngày", "Số: /KH-LĐLĐ, Ninh Thuận, ngày tháng năm 2023", ("document.kind", "document.issued")),
    Row("tiêu đề", "Phát động phong trào thi đua yêu nước năm 2023", ("name", "document.title", "horizon")),
    Row("mở đầu đoạn 1", "Năm 2023 là năm tổ chức Đại hội", ("parents[0]", "cites[0]", "cites[1]")),
    Row("mở đầu đoạn 2", "Nhằm thiết thực lập thành tích", ("issuing_body", "launched_on")),
    Row("I", "MỤC ĐÍCH, YÊU CẦU", orders_nothing="a heading"),
    Row("I.1", "Động viên cán bộ, đoàn viên", ("principles.hoan-thanh-xuat-sac",)),
    Row("I.2", "Yêu cầu", orders_nothing="a heading"),
    Row(
        "I.2 gạch đầu dòng 1",
        "Nội dung các phong trào thi đua yêu nước",
        ("principles.bam-sat-nhiem-vu", "year_themes[0]", "year_themes[1]"),
    ),
    Row("I.2 gạch đầu dòng 2", "Việc tổ chức các phong trào", ("principles.thiet-thuc",)),
    Row(
        "I.2 gạch đầu dòng 3",
        "Công tác khen thưởng phải kịp thời",
        ("principles.kip-thoi-chinh-xac", "duties.guong-dien-hinh"),
    ),
    Row("II", "NỘI DUNG THI ĐUA", orders_nothing="a heading"),
    Row("II.1", "Phát động thi đua trong cán bộ", ("items.nd-1",)),
    Row("II.2", "Đẩy mạnh các phong trào thi đua yêu nước", ("items.nd-2", "items.nd-2.movements[4]")),
    Row("II.2 câu 2", "Hoàn thành chỉ tiêu Chương trình", ("targets.sang-kien-dat-chi-tieu", "cites[5]")),
    Row("II.3", "Đối với khối Doanh nghiệp", ("blocks.doanh-nghiep", "items.nd-3")),
    Row("II.4", "Đối với khu vực hành chính, sự nghiệp", ("blocks.hanh-chinh-su-nghiep", "items.nd-4")),
    Row(
        "II.5",
        "Thi đua đẩy mạnh các hoạt động đại diện",
        (
            "items.nd-5",
            "duties.quy-che-dan-chu",
            "duties.thang-cong-nhan",
            "duties.cham-lo-tet",
            "duties.phat-trien-doan-vien",
        ),
    ),
    Row("II.6", "Các cấp công đoàn vận động đoàn viên", ("items.nd-6", "registrations.dk-san-pham")),
    Row("II.6 câu 2", "Phấn đấu “Mỗi công đoàn cơ sở", ("targets.moi-cdcs-mot-cong-trinh",)),
    Row(
        "II.7",
        "Tập trung triển khai thực hiện tốt công tác chuẩn bị",
        ("items.nd-7", "duties.dai-hoi-co-so-cap-tren", "duties.dai-hoi-tinh"),
    ),
    Row("III", "PHONG TRÀO THI ĐUA NĂM 2023 ĐƯỢC TỔ CHỨC THÀNH 02 ĐỢT", ("phases",)),
    Row("III đợt I", "Từ ngày phát động đến hết 30/6/2023", ("phases.dot-1", "phases.dot-1.occasions[2]")),
    Row("III đợt I câu 2", "Hoàn thành và vượt chỉ tiêu", ("targets.sang-kien-vuot-chi-tieu",)),
    Row("III đợt II", "Từ 01/7 đến hết 31/12/2023", ("phases.dot-2", "phases.dot-2.occasions[2]", "items.nd-dot-2")),
    Row("III đoạn cuối", "Sau mỗi đợt thi đua", ("duties.so-ket-dot", "duties.bieu-duong")),
    Row("IV", "BIỆN PHÁP TỔ CHỨC THỰC HIỆN", orders_nothing="a heading"),
    Row("IV.1", "Tiếp tục tuyên truyền, quán triệt", ("duties.tuyen-truyen-quan-triet", "cites[2]", "cites[4]")),
    Row("IV.1 câu 2", "Mở chuyên trang, chuyên mục", ("duties.chuyen-trang", "duties.chuyen-trang.channel")),
    Row("IV.2", "Căn cứ Nghị quyết Đại hội Đảng các cấp", ("duties.lua-chon-noi-dung",)),
    Row(
        "IV.2 câu 2", "Tiêu chí đánh giá thi đua phải bám sát", ("principles.tieu-chi-bam-sat", "items.nd-hoc-tap-bac")
    ),
    Row(
        "IV.2",
        "gắn phong trào thi đua với việc",
        ("duties.phat-dong-theo-dot", "duties.ky-giao-uoc", "registrations.dk-giao-uoc"),
    ),
    Row(
        "IV.3",
        "Đẩy mạnh phong trào thi đua “Lao động giỏi",
        ("items.nd-lao-dong-sang-tao", "duties.hoi-thi-sang-tao", "duties.khen-sang-kien"),
    ),
    Row(
        "IV.4",
        "Tiếp tục vận động đoàn viên, CNVCLĐ tham gia",
        (
            "drives.ky-niem-75-nam",
            "registrations.dk-cong-trinh",
            "registrations.dk-phan-viec",
            "registrations.dk-chi-tieu",
            "registrations.dk-sang-kien",
            "duties.cap-nhat-sang-kien",
            "duties.gui-dang-ky",
        ),
    ),
    Row(
        "IV.5",
        "Tổ chức tổng kết, đánh giá",
        ("duties.tong-ket-dot", "principles.bieu-duong-kip-thoi", "principles.dam-nghi-dam-lam"),
    ),
    Row("kết", "Trong quá trình tổ chức thực hiện", ("duties.bao-cao-thuong-xuyen",)),
    Row("nơi nhận", "TLĐ LĐVN", ("distribution[4]", "distribution[6].duty", "distribution[8].duty")),
    Row("chữ ký", "TM. BAN THƯỜNG VỤ", ("signing_body", "signing_office")),
]


def test_every_section_is_held_by_a_clause_and_every_clause_by_a_section() -> None:
    check_fits(DIRECTIVE)
    check_table(DIRECTIVE, TABLE)


def test_nothing_that_orders_is_an_inert_string() -> None:
    check_everything_is_acted_on(DIRECTIVE)


@pytest.mark.parametrize("launched_on", [date(2023, 1, 10), LAUNCHED, date(2023, 3, 20)])
def test_each_date_rule_turns_its_duty_overdue_the_day_after(launched_on: date) -> None:
    check_each_date_rule_turns_overdue(DIRECTIVE, launched_on)


def test_the_first_phase_opens_on_the_launch_day() -> None:
    assert DIRECTIVE.phases[0].opens_on is None
    assert DIRECTIVE.spans(LAUNCHED)[0].opens_on == LAUNCHED


def test_the_anniversary_drive_lies_inside_the_first_phase() -> None:
    (drive,) = DIRECTIVE.drives
    assert drive.phases == ("dot-1",)
    assert drive.closes_on is not None
    assert drive.closes_on < DIRECTIVE.phases[0].closes_on


@pytest.mark.parametrize("kind", [Kind.WORK, Kind.TASK, Kind.OWN_TARGET])
def test_the_15th_of_march_is_in_time_and_the_16th_is_late(kind: Kind) -> None:
    rule = DIRECTIVE.registration(kind)
    assert rule is not None
    assert rule.rule == NoLaterThan(day=date(2023, 3, 15))
    assert rule.late == "recorded"
    dates = due_dates(DIRECTIVE, LAUNCHED)["gui-dang-ky"]
    assert overdue(dates, date(2023, 3, 15)) == []
    assert overdue(dates, date(2023, 3, 16)) == [""]
    assert due_on(dates, date(2023, 3, 16)) == date(2023, 3, 15)


def test_whether_the_day_covers_initiatives_is_ambiguous_and_recorded_as_read() -> None:
    rule = DIRECTIVE.registration(Kind.INITIATIVE)
    assert rule is not None
    assert rule.rule == OpenEnded()
    assert rule.interpretation is not None
    assert rule.interpretation.alternatives == ("Hạn 15/3/2023 gồm cả sáng kiến",)


def test_compacts_are_signed_in_pairs_from_the_start() -> None:
    rule = DIRECTIVE.registration(Kind.COMPACT)
    assert rule is not None
    assert rule.subjects == ("pair",)
    assert [each.due_on for each in due_dates(DIRECTIVE, LAUNCHED)["ky-giao-uoc"]] == [date(2023, 3, 3)]


def test_quotas_are_to_be_reached_and_within_the_first_phase_exceeded() -> None:
    reached, exceeded, works = DIRECTIVE.targets
    assert reached.measure == AllotmentsReached(kinds=(Kind.INITIATIVE,))
    assert exceeded.measure == AllotmentsReached(kinds=(Kind.INITIATIVE,), exceeded=True, numbers_of=reached.code)
    assert (reached.phase, exceeded.phase) == (None, "dot-1")
    assert (reached.allotted, exceeded.allotted) == ("once", "no")  # One number for each unit, for both targets.
    assert works.measure == UnitsRegistered(kinds=(Kind.WORK, Kind.PRODUCT, Kind.TASK), each=1)
    for target in DIRECTIVE.targets:
        assert progress(target, Counted(numerator=7, denominator=7)).met is True
        assert progress(target, Counted(numerator=6, denominator=7)).met is False
        assert progress(target, Counted(numerator=0, denominator=0)).met is None


def test_what_the_document_does_not_say_is_marked_as_assumed() -> None:
    assert {title.source for title in DIRECTIVE.titles} == {"assumed"}
    assert {rubric.source for rubric in DIRECTIVE.rubrics} == {"assumed"}
    assert [title.code for title in DIRECTIVE.titles if title.fast_path] == ["giay-khen-dot-xuat"]
