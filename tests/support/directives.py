"""A small directive that has one clause of every kind, for tests that need any directive."""

from datetime import date

from domain.dates import AfterEachPhase, AtLaunch, Before, NoLaterThan, OpenEnded, Span, WithinMonth, Yearly
from domain.directive import (
    AllotmentsReached,
    Block,
    Citation,
    ContentItem,
    Directive,
    Drive,
    DutiesDone,
    DutySpec,
    Interpretation,
    Kind,
    MembersRegistered,
    Phase,
    Population,
    Principle,
    Recipient,
    RegistrationRule,
    Target,
    TitleSpec,
    UnitsClassified,
    UnitsRegistered,
    UnitsUnionised,
    YearTheme,
)
from domain.paper import Document
from domain.rubric import Band, Criterion, NoDisciplineFrom, Rubric, StandardShareMin, TotalMin
from domain.rules import ClassAtLeast, DirectWorkerPriority, NotAwardedTwice, Registered, RuleSet

PLAN = Document(
    kind="Kế hoạch", number="01/KH-LĐLĐ", issued="2024-01-02", title="Phát động thi đua", issuer="LĐLĐ tỉnh Sông Mẫu"
)
CIRCULAR = Document(
    kind="Hướng dẫn", number=None, issued="2023", title="Hướng dẫn thi đua", issuer="Công đoàn Việt Nam"
)
READING = Interpretation(
    reading="30 ngày sau khi đợt kết thúc",
    alternatives=("Không có hạn",),
    decided_by="Ban Chính sách",
    decided_on=date(2024, 1, 3),
)

PHASES = (
    Phase(
        code="dot-1",
        name="Đợt 1",
        section="III.1",
        wording="Đợt 1: từ ngày phát động đến 31/7/2024",
        closes_on=date(2024, 7, 31),
        theme="Lao động giỏi",
        occasions=("95 năm ngày thành lập",),
    ),
    Phase(
        code="dot-2",
        name="Đợt 2",
        section="III.2",
        wording="Đợt 2: từ 01/8/2024 đến 31/12/2024",
        opens_on=date(2024, 8, 1),
        opens_as_stated="2024-08",
        closes_on=date(2024, 12, 31),
        peak=True,
    ),
)
DRIVE = Drive(
    code="cao-diem",
    name="Cao điểm tháng 7",
    section="III.1",
    wording="cao điểm tháng 7",
    phases=("dot-1",),
    opens_on=date(2024, 7, 1),
    closes_on=date(2024, 7, 28),
)
BLOCKS = (
    Block(
        code="doanh-nghiep",
        name="Khối doanh nghiệp",
        section="II.1",
        wording="khối doanh nghiệp",
        sectors=("state-enterprise", "non-state-enterprise"),
        lead_unit="cd-khu-cong-nghiep",
    ),
)
ITEM = ContentItem(
    code="nang-suat",
    name="Nâng cao năng suất",
    section="II.1.1",
    wording="thi đua nâng cao năng suất",
    block="doanh-nghiep",
    movements=("Lao động giỏi",),
    scored_by=("nang-suat-diem",),
)


def _target(code: str, measure: object, **more: object) -> Target:
    given: dict[str, object] = {"modality": "strive", "comparator": ">=", "share_x100": 9_500, "section": "II.2"}
    return Target(code=code, name=code, wording="phấn đấu", measure=measure, **(given | more))  # type: ignore[arg-type]


TARGETS = (
    _target("mot-cong-trinh", UnitsRegistered(kinds=(Kind.WORK, Kind.TASK), each=1), comparator="unspecified"),
    _target("dang-ky", MembersRegistered(kinds=(Kind.TITLE,)), modality="encourage", comparator="=", share_x100=10_000),
    _target("hoi-nghi", DutiesDone(duties=("hoi-nghi",)), phase="dot-1"),
    _target("co-cong-doan", UnitsUnionised(), population=Population(union="any", workers_min=25)),
    _target("xep-loai", UnitsClassified(classes=("xuat-sac",)), comparator=">", share_x100=9_000),
    _target(
        "sang-kien", AllotmentsReached(kinds=(Kind.INITIATIVE,), exceeded=True), modality="ordered", allotted="once"
    ),
)


def _duty(code: str, kind: str, rule: object, **more: object) -> DutySpec:
    given: dict[str, object] = {"section": "IV", "wording": code, "bearers": ("grassroots",)}
    return DutySpec(code=code, name=code, kind=kind, rule=rule, **(given | more))  # type: ignore[arg-type]


DUTIES = (
    _duty("ke-hoach", "action-plan", Before(day=date(2024, 3, 6)), channel="công văn", addressees=("LĐLĐ tỉnh",)),
    _duty("bao-cao-nam", "report", NoLaterThan(day=date(2024, 11, 25)), department="Ban Chính sách"),
    _duty("phat-dong", "launch", WithinMonth(month="2024-03"), bearers=("upper",)),
    _duty("so-ket", "review", AfterEachPhase(days=30), bearers=(), units=("ldld-song-mau",), interpretation=READING),
    _duty("hoi-nghi", "conference", Yearly(month_day="04-30"), proof="Biên bản", sectors=("school",)),
    _duty("khau-hieu", "publicity", AtLaunch(days=10), slogan="Công nhân {unit} thi đua"),
    _duty("dang-ky", "registration", OpenEnded(), modality="encourage", fulfilled_by=(Kind.TITLE,)),
)


def _registration(kind: Kind, *subjects: str, **more: object) -> RegistrationRule:
    given: dict[str, object] = {"section": "II.3", "wording": "đăng ký", "rule": OpenEnded()}
    return RegistrationRule(code=kind.value, name=kind.value, kind=kind, subjects=subjects, **(given | more))  # type: ignore[arg-type]


REGISTRATIONS = (
    _registration(Kind.TITLE, "individual"),
    _registration(Kind.WORK, "collective", rule=NoLaterThan(day=date(2024, 3, 15)), drive="cao-diem"),
    _registration(Kind.TASK, "collective", rule=NoLaterThan(day=date(2024, 3, 15)), late="refused"),
    _registration(Kind.COMPACT, "pair", levels=("upper", "grassroots")),
    _registration(Kind.INITIATIVE, "individual", "collective", rule=AfterEachPhase(days=0)),
    _registration(Kind.LAUNCH_EVENT, "collective", channel="thư điện tử", addressees=("LĐLĐ quận",)),
)
TITLE = TitleSpec(
    code="cong-nhan-gioi",
    name="Công nhân giỏi",
    section="II.4",
    wording="danh hiệu Công nhân giỏi",
    form="title",
    subjects=("individual",),
    decided_by="federation",
    rules="cong-nhan-gioi",
    prize_vnd=1_500_000,
)
PRINCIPLE = Principle(
    code="truc-tiep",
    name="Người trực tiếp lao động",
    section="I.2",
    wording="quan tâm người trực tiếp lao động",
    shown_by=("direct-worker-share", "direct-worker-priority"),
)
RUBRIC = Rubric(
    code="bang-diem",
    name="Bảng điểm",
    source="assumed",
    cites="giả định",
    standards=(
        Criterion(
            code="nang-suat",
            name="Năng suất",
            max_x100=6_000,
            criteria=(Criterion(code="nang-suat-diem", name="Năng suất", max_x100=6_000),),
        ),
        Criterion(code="phong-trao", name="Phong trào", max_x100=4_000),
    ),
    bonus_max_x100=500,
    bands=(
        Band(
            code="xuat-sac",
            name="Xuất sắc",
            at_least_x100=8_500,
            gates=(
                StandardShareMin(share_x100=5_000),
                TotalMin(points_x100=8_000),
                NoDisciplineFrom(from_kind="warning"),
            ),
        ),
        Band(code="chua-dat", name="Chưa đạt", at_least_x100=0),
    ),
    complaint_days=10,
)
RULES = RuleSet(
    code="cong-nhan-gioi",
    name="Công nhân giỏi",
    issuer="LĐLĐ tỉnh Sông Mẫu",
    source="assumed",
    cites="giả định",
    effective_from=date(2024, 1, 1),
    rules=(
        Registered(source="directive", cites="II.4"),
        ClassAtLeast(source="assumed", cites="giả định", classes=("xuat-sac",)),
        NotAwardedTwice(source="law", cites="06/2022/QH15"),
        DirectWorkerPriority(source="law", cites="06/2022/QH15"),
    ),
)

SMALL = Directive(
    name="Phong trào thi đua năm 2024",
    document=PLAN,
    issuing_body="LĐLĐ tỉnh Sông Mẫu",
    signing_body="Ban Thường vụ LĐLĐ tỉnh Sông Mẫu",
    signing_office="Chủ tịch",
    launched_on="2024-01",
    parents=(CIRCULAR,),
    cites=(Citation(title="Luật Thi đua, khen thưởng", issuer="Quốc hội"),),
    distribution=(Recipient(name="Trang thông tin", purpose="publish", duty="khau-hieu"),),
    horizon=Span(code="2024", opens_on=date(2024, 1, 1), closes_on=date(2024, 12, 31)),
    theme="Đổi mới, sáng tạo",
    year_themes=(YearTheme(body="Công đoàn Việt Nam", text="Vì đoàn viên"),),
    phases=PHASES,
    drives=(DRIVE,),
    blocks=BLOCKS,
    items=(ITEM,),
    targets=TARGETS,
    duties=DUTIES,
    registrations=REGISTRATIONS,
    titles=(TITLE,),
    titles_open=True,
    principles=(PRINCIPLE,),
    rubrics=(RUBRIC,),
    rule_sets=(RULES,),
)
"""Runs from the launch to the end of 2024, its first phase from the launch day."""
