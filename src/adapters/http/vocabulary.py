"""A refusal's facts in the words of the field: what a code means to the people who read it."""

from collections.abc import Iterable

WORDS = {
    # --- What a field must be ---------------------------------------------------
    "str": 'chữ trong dấu nháy kép ("…")',
    "int": "số nguyên (không có dấu chấm, dấu phẩy)",
    "float": "số lẻ",
    "bool": "true hoặc false",
    "array": "danh sách [ … ]",
    "object": "nhóm trường { … }",
    "null": "null (bỏ trống)",
    # --- Who and which level ----------------------------------------------------
    "individual": "cá nhân (individual)",
    "collective": "tập thể (collective)",
    "pair": "hai bên (pair)",
    "federation": "cấp tỉnh (federation)",
    "upper": "cấp trên trực tiếp cơ sở (upper)",
    "grassroots": "cơ sở (grassroots)",
    "team": "tổ, phòng, ban, phân xưởng (team)",
    "state": "cấp Nhà nước, Tổng Liên đoàn (state)",
    # --- States -----------------------------------------------------------------
    "absent": "chưa có (absent)",
    "accepted": "đã chấp nhận (accepted)",
    "active": "đang hoạt động (active)",
    "appraised": "đã thẩm định (appraised)",
    "cancelled": "đã hủy (cancelled)",
    "checked": "đã xét điều kiện (checked)",
    "classified": "đã xếp loại (classified)",
    "complained": "đang khiếu nại (complained)",
    "completed": "đã hoàn thành (completed)",
    "concluded": "đã kết thúc (concluded)",
    "confirmed": "đã xác nhận (confirmed)",
    "convened": "đã triệu tập (convened)",
    "counted": "đã kiểm phiếu (counted)",
    "cross-scored": "đã chấm chéo (cross-scored)",
    "decided": "đã quyết định (decided)",
    "demanded": "đã giao (demanded)",
    "declined": "không khen (declined)",
    "dissolved": "đã giải thể (dissolved)",
    "drafted": "mới lập (drafted)",
    "final": "đã chốt (final)",
    "launched": "đã phát động (launched)",
    "held": "đã tổ chức (held)",
    "left": "đã thôi (left)",
    "merged": "đã nhập hồ sơ (merged)",
    "nominated": "đã đề nghị (nominated)",
    "opened": "đã mở (opened)",
    "presented": "đã trao (presented)",
    "published": "đang công khai (published)",
    "recognised": "đã công nhận (recognised)",
    "refused": "không công nhận (refused)",
    "registered": "đã ghi nhận (registered)",
    "resolved": "đã giải quyết khiếu nại (resolved)",
    "returned": "đã trả lại (returned)",
    "revoked": "đã thu hồi (revoked)",
    "self-scored": "đã tự chấm (self-scored)",
    "submitted": "đã nộp (submitted)",
    "voted": "đã bỏ phiếu (voted)",
    "withdrawn": "đã rút (withdrawn)",
    "under-review": "đang xét (under-review)",
    "province": "cấp tỉnh (province)",
    "nationwide": "toàn quốc (nationwide)",
    "ballot-opened": "đã mở bỏ phiếu điện tử (ballot-opened)",
    "ballot-closed": "đã đóng hòm phiếu (ballot-closed)",
    "undecided": "chưa có quyết định",
    "attendance": "điểm danh (attendance)",
    "a correction": "nội dung đã sửa",
    "no fast path": "hồ sơ không theo thủ tục đơn giản",
    # --- Roles and holds --------------------------------------------------------
    "operator": "người vận hành (operator)",
    "federation-officer": "cán bộ cấp tỉnh (federation-officer)",
    "unit-officer": "cán bộ công đoàn đơn vị (unit-officer)",
    "council-secretary": "thư ký Hội đồng (council-secretary)",
    "auditor": "người kiểm tra (auditor)",
    "integrator": "hệ thống kết nối (integrator)",
    "complaint": "khiếu nại (complaint)",
    "discipline": "xem xét kỷ luật (discipline)",
    "inspection": "thanh tra, kiểm tra (inspection)",
    # --- Parts of a dossier, what follows from a complaint ----------------------
    "submission": "tờ trình (submission)",
    "achievement-report": "báo cáo thành tích (achievement-report)",
    "minutes": "biên bản (minutes)",
    "initiative-certificate": "giấy công nhận sáng kiến (initiative-certificate)",
    "electronic-file": "tệp điện tử (electronic-file)",
    "declining": "không khen (declining)",
    "revocation": "thu hồi (revocation)",
    "correction": "sửa quyết định (correction)",
    "nothing": "không phải làm gì thêm (nothing)",
}

RULES = {
    "registered": "phải đăng ký thi đua",
    "class-at-least": "phải đạt mức xếp loại",
    "service-months-min": "phải đủ số tháng công tác",
    "absence-days-max": "số ngày nghỉ không quá mức",
    "no-discipline": "không bị kỷ luật trong kỳ",
    "no-hold": "không có việc đang chờ giải quyết",
    "not-awarded-twice": "một thành tích không khen hai lần",
    "holds-title": "phải có danh hiệu trước đó",
    "recognised-initiative": "phải có sáng kiến được công nhận",
    "direct-worker-priority": "ưu tiên người trực tiếp lao động",
    "comprehensive-excludes-thematic": "đã khen toàn diện thì không khen chuyên đề",
    "seniority-years-min": "đủ số năm là đoàn viên",
    "points-at-least": "phải đạt số điểm",
    "no-fatal-accident": "không để xảy ra tai nạn lao động chết người",
    "dossier-parts": "hồ sơ phải đủ thành phần",
    "proposals-max": "không quá số đề nghị trong năm",
    "tasks-share-min": "đủ tỷ lệ người hoàn thành nhiệm vụ",
    "holders-share-min": "đủ tỷ lệ người giữ danh hiệu trong tập thể",
    "holders-min": "đủ số người giữ danh hiệu trong tập thể",
    "no-member-discipline": "trong tập thể không có người bị kỷ luật",
    "prize-coefficient": "tiền thưởng đúng hệ số",
    "elected-by-cluster": "phải được cụm, khối thi đua suy tôn dẫn đầu",
    "any-of": "phải đạt một trong các điều kiện",
    "publication-working-days-min": "phải công khai đủ số ngày làm việc trước ngày họp",
    "quorum": "đủ số thành viên dự họp",
    "vote-share-min": "đủ tỷ lệ phiếu trên toàn bộ thành viên",
    "quota-share-max": "không vượt tỷ lệ được khen",
    "quota-count-max": "không vượt số lượng được khen",
    "concurrence": "phải có hiệp y",
}

OUTCOMES = {"for": "đạt", "against": "không đạt", "unknown": "chưa đủ thông tin để kết luận"}

FACTS = {
    "epoch": "kỷ nguyên",
    "current_epoch": "kỷ nguyên hiện tại",
    "cut": "điểm cắt",
    "checkpoint_size": "số sự kiện ở điểm kiểm tra bên ngoài",
    "missing": "vị trí bị thiếu",
    "log_size": "số sự kiện của nhật ký",
    "year": "năm",
    "calendar": "lịch",
    "status": "hiện nay",
    "id": "đối tượng",
    "scope": "phạm vi",
    "level": "cấp",
    "clause": "điều khoản",
    "title": "danh hiệu",
    "needs": "phải là",
    "needed": "phải là",
    "role": "vai trò",
    "holds": "đang chờ",
    "launched_on": "ngày phát động",
    "meets_on": "ngày họp",
    "opens_on": "từ ngày",
    "closes_on": "đến ngày",
    "due_on": "hạn",
    "submitted_on": "ngày nộp",
    "last_day": "đến hết ngày",
    "duty": "nhiệm vụ",
    "occurrence": "kỳ",
    "decision": "quyết định số",
    "files": "số tệp đang có",
    "files_max": "tối đa",
    "part": "loại tài liệu",
    "address": "địa chỉ tệp",
    "addresses": "địa chỉ các tệp",
    "media_type": "loại tệp",
    "body": "cơ quan",
    "agrees": "đồng ý",
    "number": "số",
    "document": "văn bản số",
    "owed_vnd": "còn phải thu hồi (đồng)",
    "money_vnd": "số tiền nhập (đồng)",
    "seat": "ghế",
    "award_id": "hồ sơ",
    "closes_at": "đóng lúc",
    "expected": "phiên bản đã xem",
    "actual": "phiên bản hiện nay",
    "rows": "dòng",
    "refused": "số dòng không hợp lệ",
    "marked": "tệp đã đánh dấu",
}


def words_of(listed: str, separator: str = ", ") -> str:
    """A list of codes in words; a code that is not known, such as what somebody sent, stays as it is."""
    return separator.join(WORDS.get(word, word) for word in listed.split(separator))


def obstacles_said(obstacles: Iterable[object]) -> str:
    """What stands in the way, one rule after the other, each with what was found and where it is written."""
    return "; ".join(_obstacle(one) for one in obstacles)


def _obstacle(obstacle: object) -> str:
    if not isinstance(obstacle, dict):
        return str(obstacle)
    rule, outcome = str(obstacle.get("rule", "")), str(obstacle.get("outcome", ""))
    found = obstacle.get("facts") or {}
    told = [f"{name} = {value}" for name, value in found.items()] if isinstance(found, dict) else [str(found)]
    shown = "; ".join([*told, f"theo {obstacle.get('cites', '')}"])
    return f"{RULES.get(rule, rule)}: {OUTCOMES.get(outcome, outcome)} ({shown})"
