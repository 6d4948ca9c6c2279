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
    "left": "đã thôi (left)",
    "merged": "đã nhập hồ sơ (merged)",
    "nominated": "đã đề nghị (nominated)",
    "opened": "đã mở (opened)",
    "presented": "đã trao (presented)",
    "published": "đang công khai (published)",
    "recognised": "đã công nhận (recognised)",
    "refused": "không công nhận (refused)",
    "resolved": "đã giải quyết khiếu nại (resolved)",
    "returned": "đã trả lại (returned)",
    "revoked": "đã thu hồi (revoked)",
    "self-scored": "đã tự chấm (self-scored)",
    "submitted": "đã nộp (submitted)",
    "voted": "đã bỏ phiếu (voted)",
    "withdrawn": "đã rút (withdrawn)",
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
    "any-of": "phải đạt một trong các điều kiện",
    "publication-working-days-min": "phải công khai đủ số ngày làm việc trước ngày họp",
    "quorum": "đủ số thành viên dự họp",
    "vote-share-min": "đủ tỷ lệ phiếu trên toàn bộ thành viên",
    "quota-share-max": "không vượt tỷ lệ được khen",
}

OUTCOMES = {"for": "đạt", "against": "không đạt", "unknown": "chưa đủ thông tin để kết luận"}

FACTS = {
    "year": "năm",
    "calendar": "lịch",
    "status": "hiện nay",
    "needs": "phải là",
    "needed": "phải là",
    "role": "vai trò",
    "holds": "đang chờ",
    "launched_on": "ngày phát động",
    "meets_on": "ngày họp",
    "opens_on": "từ ngày",
    "due_on": "hạn",
    "submitted_on": "ngày nộp",
    "last_day": "đến hết ngày",
    "duty": "nhiệm vụ",
    "occurrence": "kỳ",
    "decision": "quyết định số",
    "expected": "phiên bản đã xem",
    "actual": "phiên bản hiện nay",
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
