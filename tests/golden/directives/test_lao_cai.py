"""Phát động …/PĐTĐ-LĐLĐ of LĐLĐ tỉnh Lào Cai, 01/2024: every section, and where the file holds it."""

from datetime import date

import pytest

from domain.directive import DutiesDone, Population, Target, UnitsClassified, UnitsUnionised
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

DIRECTIVE = directive_of("lao-cai")
LAUNCHED = date(2024, 1, 31)

TABLE = [
    Row("số, ngày", "Số: /PĐTĐ-LĐLĐ, Lào Cai, ngày tháng 01 năm 2024", ("document.kind", "document.issued")),
    Row("tiêu đề", "PHÁT ĐỘNG PHONG TRÀO THI ĐUA YÊU NƯỚC", ("name", "document.title", "horizon")),
    Row("mở đầu", "Năm 2024 là năm đầu tiên", ("issuing_body", "launched_on", "cites[0]")),
    Row("1", "“Đổi mới, sáng tạo, thi đua", ("theme",)),
    Row("2", "Nội dung thi đua", orders_nothing="a heading"),
    Row("2.1", "Thi đua tuyên truyền, quán triệt", ("items.nd-2-1", "duties.chuong-trinh-hanh-dong", "cites[1]")),
    Row(
        "2.2",
        "Triển khai các phong trào thi đua yêu nước",
        ("items.nd-2-2", "items.nd-2-2.movements[2]", "duties.cu-the-hoa-chu-de"),
    ),
    Row(
        "2.3",
        "Tiếp tục cụ thể hoá chỉ tiêu",
        ("items.nd-2-3", "items.nd-2-3.movements[2]", "duties.cu-the-hoa-chi-tieu"),
    ),
    Row("2.4", "Thi đua tổ chức hiệu quả các hoạt động chăm lo", ("items.nd-2-4", "duties.doi-thoai")),
    Row("2.4 câu 2", "Tập trung huy động các nguồn lực", ("duties.cham-lo-tet",)),
    Row("2.5", "Thi đua vượt khó, sáng tạo", ("items.nd-2-5", "duties.chat-luong-can-bo")),
    Row("2.5 câu 2", "Thi đua nâng cao trình độ, rèn luyện bản lĩnh", ("items.nd-2-5.scored_by",)),
    Row("2.6", "Thực hiện tốt chức năng đại diện", ("items.nd-2-6", "duties.quy-che-dan-chu")),
    Row(
        "2.6 câu 2",
        "Phấn đấu 100% cơ quan, đơn vị",
        (
            "targets.hoi-nghi-cbcc-100",
            "targets.hoi-nghi-nld-thoa-uoc-85",
            "duties.hoi-nghi-cbcc",
            "duties.hoi-nghi-nld",
            "duties.thoa-uoc",
        ),
    ),
    Row("2.6 câu 3", "Phối hợp với cơ quan Nhà nước", ("duties.kiem-tra-giam-sat",)),
    Row(
        "2.6 câu 4",
        "Tổ chức thực hiện có hiệu quả các hoạt động chăm lo đời sống",
        ("duties.tham-hoi-ho-tro", "duties.quy-xa-hoi", "duties.quy-tu-thien"),
    ),
    Row("2.7 câu 1", "Đẩy mạnh công tác phát triển đoàn viên", ("targets.doanh-nghiep-25-co-cong-doan-95",)),
    Row("2.7", "Nâng cao chất lượng hoạt động của công đoàn cơ sở", ("items.nd-2-7",)),
    Row("2.7 câu 2", "có trên 90% trở lên CĐCS", ("targets.cdcs-hoan-thanh-tot-90",)),
    Row("2.7 câu 3", "Quan tâm đào tạo, bồi dưỡng", ("duties.dao-tao-can-bo",)),
    Row(
        "2.7 câu 4",
        "Tập trung bồi dưỡng cán bộ công đoàn cơ sở",
        ("duties.boi-duong-can-bo-cdcs", "items.nd-2-7-quan-he"),
    ),
    Row("***", "Để phong trào thi đua đạt hiệu quả cao", ("phases",)),
    Row("*** gạch đầu dòng 1", "Đợt 1 (từ tháng 01/2024", ("phases.dot-1", "items.nd-dot-1")),
    Row("*** gạch đầu dòng 2", "Đợt 2 (Từ 01/8/2024", ("phases.dot-2", "phases.dot-2.peak", "items.nd-dot-2")),
    Row("kết", "Ban Chấp hành LĐLĐ tỉnh Lào Cai kêu gọi", ("items.nd-keu-goi", "cites[2]")),
    Row("chữ ký", "TM. BAN THƯỜNG VỤ", ("signing_body", "signing_office")),
    Row("nơi nhận", "Thường trực TU, UBND tỉnh (báo cáo)", ("distribution[4].purpose", "distribution[6].duty")),
]


def target(code: str) -> Target:
    return next(target for target in DIRECTIVE.targets if target.code == code)


def test_every_section_is_held_by_a_clause_and_every_clause_by_a_section() -> None:
    check_fits(DIRECTIVE)
    check_table(DIRECTIVE, TABLE)


def test_nothing_that_orders_is_an_inert_string() -> None:
    check_everything_is_acted_on(DIRECTIVE)


def test_each_date_rule_turns_its_duty_overdue_the_day_after() -> None:
    check_each_date_rule_turns_overdue(DIRECTIVE, LAUNCHED)


def test_care_for_the_new_year_is_late_on_new_years_day() -> None:
    dates = due_dates(DIRECTIVE, LAUNCHED)["cham-lo-tet"]
    assert overdue(dates, date(2024, 2, 9)) == []
    assert overdue(dates, date(2024, 2, 10)) == [""]


def test_number_and_day_stay_blank_as_in_the_paper() -> None:
    assert DIRECTIVE.document.number is None
    assert DIRECTIVE.document.issued == "2024-01"


def test_one_body_issues_and_another_is_signed_for() -> None:
    assert DIRECTIVE.issuing_body.startswith("Ban Chấp hành")
    assert DIRECTIVE.signing_body.startswith("Ban Thường vụ")


def test_a_compound_target_needs_both_parts_of_the_same_enterprise() -> None:
    both = target("hoi-nghi-nld-thoa-uoc-85")
    assert both.measure == DutiesDone(duties=("hoi-nghi-nld", "thoa-uoc"))
    assert (both.modality, both.comparator, both.share_x100) == ("strive", "unspecified", 8_500)


def test_enterprises_without_a_union_are_in_the_population_from_25_workers_on() -> None:
    unionised = target("doanh-nghiep-25-co-cong-doan-95")
    assert unionised.measure == UnitsUnionised()
    assert unionised.population == Population(sectors=("non-state-enterprise",), union="any", workers_min=25)


def test_a_contradictory_comparator_is_kept_with_how_it_is_read() -> None:
    rated = target("cdcs-hoan-thanh-tot-90")
    assert rated.measure == UnitsClassified(classes=("hoan-thanh-xuat-sac", "hoan-thanh-tot"))
    assert "trên 90% trở lên" in rated.wording
    assert rated.interpretation is not None
    assert rated.interpretation.alternatives
    assert progress(rated, Counted(numerator=9, denominator=10)).met is True


@pytest.mark.parametrize(
    ("code", "least", "whole"),
    [
        ("hoi-nghi-cbcc-100", 3, 3),
        ("hoi-nghi-nld-thoa-uoc-85", 17, 20),
        ("doanh-nghiep-25-co-cong-doan-95", 19, 20),
        ("cdcs-hoan-thanh-tot-90", 9, 10),
    ],
)
def test_each_target_is_met_from_its_share_on(code: str, least: int, whole: int) -> None:
    assert progress(target(code), Counted(numerator=least, denominator=whole)).met is True
    assert progress(target(code), Counted(numerator=least - 1, denominator=whole)).met is False
    assert progress(target(code), Counted(numerator=0, denominator=0)).met is None


def test_what_the_document_does_not_say_is_marked_as_assumed() -> None:
    assert {clause.source for clause in (*DIRECTIVE.titles, *DIRECTIVE.registrations)} == {"assumed"}
    assert {rubric.source for rubric in DIRECTIVE.rubrics} == {"assumed"}
