"""The sheets that officers fill in: their columns, in their words. A template and an import read the same list."""

from application.importing.columns import Column, Sheet

TEMPLATE_VERSION = 1
LEVELS = (("Cấp tỉnh", "federation"), ("Cấp trên trực tiếp cơ sở", "upper"), ("Cơ sở", "grassroots"))
SECTORS = (
    ("Cơ quan nhà nước", "state-agency"),
    ("Đơn vị sự nghiệp công lập", "public-service"),
    ("Trường học", "school"),
    ("Doanh nghiệp nhà nước", "state-enterprise"),
    ("Doanh nghiệp ngoài nhà nước", "non-state-enterprise"),
    ("Cơ quan công đoàn", "union-body"),
)
EMPLOYMENTS = (("Lao động trực tiếp", "direct-worker"), ("Lãnh đạo, quản lý", "leader"), ("Khác", "other"))
KINDS = (
    ("Danh hiệu", "title"),
    ("Công trình", "work"),
    ("Sản phẩm", "product"),
    ("Phần việc", "task"),
    ("Chỉ tiêu của đơn vị", "own-target"),
    ("Phần việc cá nhân", "personal-task"),
    ("Lễ phát động", "launch-event"),
)
SCOPES = (
    ("Cấp cơ sở", "grassroots"),
    ("Cấp trên trực tiếp", "upper"),
    ("Cấp tỉnh", "province"),
    ("Toàn quốc", "nationwide"),
)
STAGES = (("Tự chấm", "self"), ("Thẩm định", "appraisal"))

UNIT_CODE = Column(
    code="unit_code",
    heading="Mã đơn vị",
    about="Mã của đơn vị: chữ thường không dấu, số, gạch nối. Ô phải định dạng Văn bản (Text).",
    holds="slug",
    required=True,
    example="cdcs-may-1",
    size_max=64,
)
PERSON_CODE = Column(
    code="person_code",
    heading="Mã đoàn viên",
    about="Mã của người đã có trong danh sách đoàn viên; để trống nếu là việc của tập thể.",
    holds="code",
    example="DV-0042",
)
HAPPENED_ON = Column(
    code="happened_on",
    heading="Ngày trên giấy",
    about="Ngày của văn bản giấy nếu việc đã diễn ra trước khi nhập; để trống là hôm nay.",
    holds="date",
    example="15/03/2024",
)

UNITS = Sheet(
    kind="units",
    title="Đơn vị",
    key=("unit_code",),
    columns=(
        UNIT_CODE,
        Column(code="name", heading="Tên đơn vị", about="Tên đầy đủ.", required=True, example="CĐCS May Số 1"),
        Column(
            code="level", heading="Cấp", about="Chọn trong danh sách.", holds="choice", required=True, choices=LEVELS,
            example="Cơ sở",
        ),
        Column(
            code="parent_code", heading="Mã đơn vị cấp trên",
            about="Mã của đơn vị ngay trên; chỉ cấp tỉnh để trống. Đơn vị cấp trên có thể nằm ở dòng phía trên.",
            holds="slug", example="ldld-huyen-dong",
        ),
        Column(
            code="sector", heading="Loại hình", about="Chọn trong danh sách.", holds="choice", required=True,
            choices=SECTORS, example="Doanh nghiệp ngoài nhà nước",
        ),
        Column(
            code="has_union", heading="Đã có công đoàn", about="Có hoặc Không; để trống là Có.", holds="yes-no",
            example="Có",
        ),
        Column(
            code="cluster", heading="Mã cụm, khối", about="Mã của cụm hoặc khối thi đua, nếu có.", holds="slug",
            example="cum-1",
        ),
        Column(
            code="on", heading="Ngày thành lập", about="Ngày thành lập đơn vị.", holds="date", required=True,
            example="01/01/2020",
        ),
        Column(
            code="changed_on", heading="Ngày thay đổi",
            about="Cần có khi dòng này đổi tên, cấp trên, loại hình hoặc việc có công đoàn của một đơn vị đã nhập.",
            holds="date", example="01/03/2024",
        ),
        Column(
            code="members", heading="Số đoàn viên", about="Để trống nếu chưa báo cáo.", holds="count", example="180",
        ),
        Column(code="workers", heading="Số lao động", about="Tổng số lao động.", holds="count", example="200"),
        Column(
            code="direct_workers", heading="Số lao động trực tiếp", about="Trong tổng số lao động.", holds="count",
            example="160",
        ),
        Column(
            code="counted_on", heading="Ngày số liệu", about="Cần có khi dòng này báo cáo số lượng.", holds="date",
            example="31/01/2024",
        ),
    ),
)  # fmt: skip

MEMBERS = Sheet(
    kind="members",
    title="Đoàn viên",
    key=("person_code",),
    columns=(
        Column(
            code="person_code", heading="Mã đoàn viên",
            about="Mã riêng của mỗi người, dùng thay tên trong mọi danh sách. Ô phải định dạng Văn bản (Text).",
            holds="code", required=True, example="DV-0042",
        ),
        Column(
            code="full_name", heading="Họ và tên", about="Được niêm phong khi lưu.", required=True,
            example="Người Thứ Bốn Mươi Hai", size_max=200, personal=True,
        ),
        Column(
            code="identity", heading="Số định danh", about="Không bắt buộc; được niêm phong khi lưu.", holds="code",
            example="000000000042", size_max=50, personal=True,
        ),
        UNIT_CODE,
        Column(
            code="employment", heading="Công việc", about="Chọn trong danh sách.", holds="choice", required=True,
            choices=EMPLOYMENTS, example="Lao động trực tiếp",
        ),
        Column(
            code="joined_on", heading="Ngày vào công đoàn", about="Ngày/tháng/năm.", holds="date", required=True,
            example="01/05/2019",
        ),
        Column(
            code="changed_on", heading="Ngày thay đổi",
            about="Cần có khi dòng này chuyển đơn vị hoặc đổi công việc của một người đã nhập.", holds="date",
            example="01/03/2024",
        ),
        Column(code="year", heading="Năm công tác", about="Năm của ba cột sau.", holds="count", example="2023"),
        Column(
            code="months_of_service", heading="Số tháng làm việc", about="0 đến 12.", holds="count", example="12",
        ),
        Column(
            code="absent_days", heading="Số ngày nghỉ", about="Số ngày làm việc đã nghỉ.", holds="count", example="3",
        ),
        Column(code="maternity", heading="Nghỉ thai sản", about="Có hoặc Không.", holds="yes-no", example="Không"),
    ),
)  # fmt: skip

_NAME = Column(
    code="name", heading="Nội dung đăng ký", about="Một dòng, nhiều nhất 500 chữ.", required=True,
    example="Giảm hao hụt ở tổ cắt",
)  # fmt: skip
_CONTENT = Column(
    code="content", heading="Mô tả", about="Không bắt buộc; được niêm phong khi lưu.", size_max=8_000, personal=True,
    example="Sắp lại sơ đồ cắt.",
)  # fmt: skip

REGISTRATIONS = Sheet(
    kind="registrations",
    title="Đăng ký thi đua",
    key=("unit_code", "person_code", "kind", "title", "name"),
    columns=(
        UNIT_CODE,
        PERSON_CODE,
        Column(
            code="kind", heading="Loại đăng ký", about="Chọn trong danh sách.", holds="choice", required=True,
            choices=KINDS, example="Danh hiệu",
        ),
        _NAME,
        _CONTENT,
        Column(code="title", heading="Mã danh hiệu", about="Chỉ khi loại là Danh hiệu.", example="lao-dong-gioi"),
        Column(
            code="quantity", heading="Số lượng", about="Khi loại là Chỉ tiêu của đơn vị.", holds="count", example="2",
        ),
        Column(code="quantity_unit", heading="Đơn vị tính", about="Đi cùng số lượng.", example="sáng kiến"),
        Column(code="held_on", heading="Ngày tổ chức", about="Khi loại là Lễ phát động.", holds="date"),
        Column(
            code="phase", heading="Mã đợt", about="Để trống là đợt của ngày đăng ký.", holds="slug", example="dot-1",
        ),
        HAPPENED_ON,
    ),
)  # fmt: skip

INITIATIVES = Sheet(
    kind="initiatives",
    title="Sáng kiến",
    key=("unit_code", "person_code", "name"),
    columns=(
        UNIT_CODE,
        PERSON_CODE,
        Column(
            code="name", heading="Tên sáng kiến", about="Một dòng, nhiều nhất 500 chữ.", required=True,
            example="Cải tiến bàn cắt",
        ),
        _CONTENT,
        HAPPENED_ON,
        Column(
            code="decision_number", heading="Số quyết định công nhận",
            about="Khi sáng kiến đã được công nhận; cùng với ba cột sau.", example="12/QĐ-LĐLĐ",
        ),
        Column(code="decided_on", heading="Ngày quyết định", about="Ngày ký.", holds="date", example="20/05/2024"),
        Column(code="issuer", heading="Cơ quan ban hành", about="Tên cơ quan ký quyết định.", example="LĐLĐ tỉnh"),
        Column(
            code="scope", heading="Phạm vi", about="Chọn trong danh sách.", holds="choice", choices=SCOPES,
            example="Cấp cơ sở",
        ),
    ),
)  # fmt: skip

SHEETS = {sheet.kind: sheet for sheet in (UNITS, MEMBERS, REGISTRATIONS, INITIATIVES)}
"""The sheets that are the same for everybody; that of scores follows the rubric."""


def scores_sheet(criteria: tuple[tuple[str, str, int], ...]) -> Sheet:
    """The sheet of one rubric: `criteria` are code, name and maximum in hundredths, a column each."""
    scored = tuple(
        Column(
            code=f"score:{code}", heading=f"[{code}] {name}", holds="points", required=True,
            about=f"Điểm, tối đa {maximum / 100:g}.", example=f"{maximum / 100:g}",
        )
        for code, name, maximum in criteria
    )  # fmt: skip
    return Sheet(
        kind="scores",
        title="Chấm điểm",
        key=("unit_code", "person_code"),
        columns=(
            UNIT_CODE,
            PERSON_CODE,
            *scored,
            Column(code="bonus", heading="Điểm thưởng", about="Để trống là 0.", holds="points", example="2"),
            Column(code="penalty", heading="Điểm trừ", about="Để trống là 0.", holds="points", example="0"),
            Column(
                code="explanation", heading="Thuyết minh", about="Không bắt buộc; được niêm phong khi lưu.",
                size_max=8_000, personal=True,
            ),
        ),
    )  # fmt: skip
