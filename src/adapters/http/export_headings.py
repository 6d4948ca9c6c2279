"""What each column of an exported register is called; a field that is in none of these is not exported."""

LEFT_OUT = frozenset({
    "first_position", "position", "version", "epoch", "rule", "interpretation", "summary", "correlation_id",
    "causation_id", "parent_since", "as_peer", "as_member", "held_id", "spreads", "terms",
})  # fmt: skip
"""What tells an officer nothing: the machine's bookkeeping, and what has no cell to stand in."""

CODES = frozenset(
    {
        "unit_id",
        "other_unit_id",
        "parent_id",
        "deciding_unit_id",
        "person_id",
        "other_person_id",
        "demanded_by",
        "issuer_id",
        "lead_unit_id",
        "by_unit_id",
        "unit_ids",
    }
)
"""Ids that are shown as the code of the unit or person."""

HEADINGS = {
    "unit_id": "Mã đơn vị", "code": "Mã", "name": "Tên", "level": "Cấp", "parent_id": "Mã đơn vị cấp trên",
    "sector": "Loại hình", "has_union": "Đã có công đoàn", "union_since": "Có công đoàn từ", "cluster": "Mã cụm, khối",
    "established_on": "Ngày thành lập", "dissolved_on": "Ngày giải thể", "counted_on": "Ngày số liệu",
    "members": "Số đoàn viên", "workers": "Số lao động", "direct_workers": "Số lao động trực tiếp",
    "person_id": "Mã đoàn viên", "full_name": "Họ và tên", "employment": "Công việc", "state": "Trạng thái",
    "joined_on": "Ngày vào công đoàn", "left_on": "Ngày thôi", "merged_into": "Đã nhập vào hồ sơ",
    "registration_id": "Mã đăng ký", "campaign_id": "Mã phong trào", "block": "Khối", "phase": "Đợt", "kind": "Loại",
    "subject": "Chủ thể", "other_unit_id": "Mã đơn vị bên kia", "other_person_id": "Mã đoàn viên bên kia",
    "content": "Mô tả", "title": "Mã danh hiệu", "quantity": "Số lượng", "quantity_unit": "Đơn vị tính",
    "quantity_done": "Đã thực hiện", "held_on": "Ngày tổ chức", "submitted_on": "Ngày nộp", "due_on": "Hạn",
    "late": "Nộp muộn", "confirmed_at": "Xác nhận lúc", "completed_on": "Ngày hoàn thành", "scope": "Phạm vi",
    "plaque": "Gắn biển", "reason": "Lý do", "source": "Căn cứ", "title_source": "Căn cứ của danh hiệu",
    "duty": "Mã nhiệm vụ", "occurrence": "Kỳ", "unit_code": "Mã đơn vị", "unit_name": "Tên đơn vị",
    "modality": "Mức yêu cầu", "department": "Ban phụ trách", "opens_on": "Từ ngày", "overdue": "Quá hạn",
    "proof": "Minh chứng", "report": "Báo cáo", "duty_id": "Mã lần nộp", "wording": "Nguyên văn", "slogan": "Khẩu hiệu",
    "evaluation_id": "Mã đánh giá", "period": "Kỳ đánh giá", "rubric": "Bảng điểm", "rubric_source": "Căn cứ bảng điểm",
    "band": "Xếp loại", "total_x100": "Tổng điểm", "classified_on": "Ngày xếp loại", "complained": "Có khiếu nại",
    "award_id": "Mã hồ sơ", "year": "Năm", "title_name": "Danh hiệu", "form": "Hình thức", "scheme": "Loại khen thưởng",
    "deciding_unit_id": "Mã đơn vị quyết định", "achievement": "Thành tích", "fast_path": "Thủ tục đơn giản",
    "supported": "Cấp trên đồng ý", "eligible": "Đủ điều kiện", "published_from": "Công khai từ",
    "published_until": "Công khai đến", "session_id": "Mã phiên họp", "decision_number": "Số quyết định",
    "decision_issued": "Ngày quyết định", "signing_body": "Cơ quan ký", "prize_vnd": "Tiền thưởng (đồng)",
    "decided_at": "Quyết định lúc", "presented_on": "Ngày trao", "revoked_for": "Căn cứ thu hồi",
    "revoked_at": "Thu hồi lúc", "holds": "Đang chờ", "meets_on": "Ngày họp", "seats": "Số thành viên",
    "voted_in_room": "Phiếu tại phiên họp", "voted_in_writing": "Phiếu bằng văn bản", "minutes_number": "Số biên bản",
    "quota_fits": "Trong tỷ lệ", "allotment_id": "Mã giao chỉ tiêu", "target": "Chỉ tiêu", "number": "Số được giao",
    "decision_kind": "Loại quyết định", "decision_title": "Trích yếu quyết định", "ended_by": "Hết hiệu lực theo",
    "issuer": "Cơ quan ban hành", "of_predecessor": "Của đơn vị đã sáp nhập", "drafted_at": "Lập lúc",
    "issuer_id": "Mã đơn vị ban hành", "issuer_level": "Cấp ban hành", "launched_on": "Ngày phát động",
    "parent_campaign_id": "Mã phong trào cấp trên", "exemplar_id": "Mã điển hình", "recognised_level": "Cấp công nhận",
    "registered_on": "Ngày ghi nhận", "story": "Việc làm", "cluster_id": "Mã số cụm, khối", "formed_on": "Ngày lập",
    "lead_unit_id": "Mã đơn vị trưởng", "majority_source": "Căn cứ của tỷ lệ suy tôn",
    "majority_x100": "Tỷ lệ suy tôn (%)", "by_unit_id": "Mã đơn vị giao việc", "demand_id": "Mã việc giao",
    "demanded_on": "Ngày giao", "unit_ids": "Mã đơn vị nhận việc", "acknowledged_on": "Ngày nhận",
    "delivery_id": "Mã lần gửi", "done_on": "Ngày gửi hoặc nhận", "recipient": "Nơi nhận",
    "document_number": "Số văn bản", "recorded_at": "Ghi nhận lúc", "happened_on": "Ngày trên giấy",
    "actor": "Người thực hiện", "type": "Loại sự kiện", "stream_id": "Luồng", "command_id": "Mã lệnh",
    "count": "Số lượng", "granted": "Đã quyết định", "revoked": "Đã thu hồi", "declined": "Không khen",
    "open": "Đang xét", "owed": "Phải nộp", "done": "Đã xong", "submitted": "Đã nộp", "returned": "Đã trả lại",
    "missing": "Chưa nộp", "not_done": "Không thực hiện", "theme": "Chủ đề", "peak": "Cao điểm",
    "numerator": "Đã đạt", "denominator": "Tổng số", "share_x100": "Tỷ lệ (%)", "wanted_x100": "Cần đạt (%)",
    "comparator": "So sánh", "met": "Đạt", "standing": "Tình hình", "criterion": "Tiêu chí",
    "import_id": "Mã lần nhập", "file_sha256": "SHA-256 của tệp", "file_name": "Tên tệp", "rows": "Số dòng",
    "changed": "Số dòng thay đổi", "refused": "Số dòng bị từ chối",
    "closes_on": "Đến ngày", "opened_at": "Mở lúc", "closed_at": "Kết thúc lúc",
    "council": "Hội đồng sáng kiến", "value_vnd": "Giá trị làm lợi (đồng)", "certificate_number": "Số giấy chứng nhận",
    "plaque_attached_on": "Ngày gắn biển", "plaque_place": "Nơi gắn biển", "attended": "Số người dự",
    "fulfils": "Hoàn thành nhiệm vụ", "channel": "Hình thức gửi", "addressees": "Nơi nhận",
    "proof_wanted": "Minh chứng cần có", "prepared_on": "Ngày lập dự thảo", "signed_on": "Ngày ký",
    "worked_on": "Ngày làm việc tiếp theo", "demanded_by": "Mã đơn vị giao việc",
    "outstanding_vnd": "Còn phải thu hồi (đồng)", "parts": "Tài liệu kèm theo", "complaint_open": "Khiếu nại chưa xong",
    "object_outstanding": "Hiện vật chưa trả lại", "recovery_open": "Thu hồi chưa xong", "ballot": "Cách bỏ phiếu",
}  # fmt: skip

IN_REGISTERS = {
    # --- States of a duty, standings of a target --------------------------------
    "not-due": "chưa đến ngày (not-due)", "due": "đến kỳ (due)", "overdue": "quá hạn (overdue)",
    "not-done": "không thực hiện (not-done)", "fulfilled": "đã xong nhờ đăng ký (fulfilled)",
    "met": "đạt (met)", "not-yet": "chưa hết hạn (not-yet)", "missed": "không đạt (missed)",
    "rate": "chỉ theo dõi tỷ lệ (rate)", "nobody-counts": "chưa có đối tượng tính (nobody-counts)",
    "unspecified": "văn bản không nêu (unspecified)",
    # --- Sources and modalities -------------------------------------------------
    "directive": "văn bản (directive)", "assumed": "giả định (assumed)", "ordered": "bắt buộc (ordered)",
    "strive": "phấn đấu (strive)", "encourage": "khuyến khích (encourage)",
    # --- Kinds of duties --------------------------------------------------------
    "action-plan": "kế hoạch (action-plan)", "launch": "phát động (launch)", "publicity": "tuyên truyền (publicity)",
    "seminar": "tọa đàm (seminar)", "report": "báo cáo (report)", "conference": "hội nghị (conference)",
    "review": "sơ kết, tổng kết (review)", "regulation": "quy chế, quy định (regulation)",
    "contribution": "đóng góp (contribution)", "recognition": "công nhận (recognition)",
    "registration": "đăng ký (registration)", "agreement": "giao ước (agreement)",
    "commendation": "biểu dương, khen thưởng (commendation)", "contest": "hội thi (contest)",
    "guidance": "hướng dẫn (guidance)", "selection": "bình chọn (selection)",
    "exemplary-models": "điển hình tiên tiến (exemplary-models)", "care": "chăm lo (care)",
    "training": "tập huấn (training)", "congress": "đại hội (congress)", "rating": "đánh giá, xếp loại (rating)",
    "accountability": "trách nhiệm (accountability)", "activity": "hoạt động (activity)",
    # --- Awards -----------------------------------------------------------------
    "merit": "công trạng (merit)", "ad-hoc": "đột xuất (ad-hoc)", "thematic": "chuyên đề (thematic)",
    "movement": "theo phong trào (movement)", "dedication": "quá trình cống hiến (dedication)",
    "seniority": "niên hạn (seniority)", "external": "đối ngoại (external)",
    "title": "danh hiệu (title)", "giay-khen": "giấy khen (giay-khen)", "bang-khen": "bằng khen (bang-khen)",
    "flag": "cờ (flag)", "ky-niem-chuong": "kỷ niệm chương (ky-niem-chuong)",
    "allegation": "tố cáo (allegation)", "false-declaration": "kê khai gian dối (false-declaration)",
    "forged-dossier": "hồ sơ giả (forged-dossier)", "unlawful-appraisal": "thẩm định trái luật (unlawful-appraisal)",
    "later-violation": "vi phạm phát hiện sau (later-violation)",
    "electronic": "bỏ phiếu điện tử (electronic)",
    "person": "cá nhân (person)", "unit": "tập thể (unit)",
    # --- Kinds of workbooks -----------------------------------------------------
    "units": "đơn vị (units)", "members": "đoàn viên (members)", "registrations": "đăng ký (registrations)",
    "initiatives": "sáng kiến (initiatives)", "scores": "điểm (scores)",
}  # fmt: skip
"""What the words of a register's cells mean, besides those that a refusal's facts have in common with them."""
