"""What each code says to people: Vietnamese, English. A rule test holds that every code has both."""

TEXTS: dict[str, tuple[str, str]] = {
    # --- The request itself -----------------------------------------------------
    "credential.unknown": (
        "Cần khóa truy cập hợp lệ trong tiêu đề Authorization",
        "A valid key is needed in the Authorization header",
    ),
    "path.unknown": ("Không có địa chỉ này", "There is nothing at this address"),
    "method.not-allowed": ("Địa chỉ này không nhận phương thức đó", "This address does not take that method"),
    "thing.unknown": (
        "Không có đối tượng này, hoặc khóa này không được làm việc đó với nó",
        "There is no such thing, or it is not for this key to do this to it",
    ),
    "body.too-large": ("Nội dung gửi lên quá lớn", "The body is too large"),
    "body.not-json": ("Nội dung gửi lên phải là JSON", "The body must be JSON"),
    "body.malformed": ("Nội dung gửi lên không phải JSON hợp lệ", "The body is not valid JSON"),
    "request.invalid": ("Yêu cầu có chỗ không hợp lệ", "Part of the request is not valid"),
    "query.invalid": ("Tham số truy vấn không hợp lệ", "A query parameter is not valid"),
    "cursor.invalid": ("Con trỏ trang không phải của danh sách này", "The cursor is not one of this list"),
    "idempotency-key.required": ("Lệnh phải kèm Idempotency-Key", "A command needs an Idempotency-Key"),
    "idempotency-key.malformed": ("Idempotency-Key không hợp lệ", "The Idempotency-Key is not valid"),
    "if-match.required": (
        "Lệnh này phải nêu phiên bản đã xem trong If-Match",
        "This command must say in If-Match which version was seen",
    ),
    "if-match.malformed": ("If-Match không hợp lệ", "If-Match is not valid"),
    "version.stale": (
        "Đối tượng đã thay đổi kể từ phiên bản đã xem",
        "The thing has changed since the version that was seen",
    ),
    "version.contended": (
        "Nhiều người đang cùng thay đổi đối tượng này; hãy gửi lại",
        "Many are changing this at once; send it again",
    ),
    "store.unavailable": (
        "Cơ sở dữ liệu tạm thời không sẵn sàng; hãy gửi lại",
        "The database is away for the moment; send it again",
    ),
    "view.behind": (
        "Bảng tổng hợp chưa cập nhật tới vị trí được yêu cầu; hãy gửi lại",
        "The view has not come as far as was asked; send it again",
    ),
    "internal": ("Lỗi của hệ thống, đã được ghi lại", "A fault of the system, which has been logged"),
    "person.erased": ("Dữ liệu của người này đã được xóa", "This person's data was erased"),
    # --- Access and commands ----------------------------------------------------
    "access.role-denied": ("Vai trò của khóa này không được yêu cầu việc đó", "This key's role may not ask that"),
    "access.out-of-reach": (
        "Không có đối tượng này, hoặc khóa này không được làm việc đó với nó",
        "There is no such thing, or it is not for this key to do this to it",
    ),
    "command.invalid": ("Có trường không hợp lệ", "A field is not acceptable"),
    "command.happens-in-future": ("Ngày diễn ra nằm trong tương lai", "The day lies in the future"),
    "command.sealed-text": ("Văn bản có dạng dữ liệu đã niêm phong", "A text has the form of sealed data"),
    "command.id-reused": (
        "Idempotency-Key này đã dùng cho một yêu cầu khác; việc mới cần khóa mới",
        "This Idempotency-Key was used for another request; a new command needs a new one",
    ),
    # --- Units and members ------------------------------------------------------
    "unit.unknown": ("Không có đơn vị này", "There is no such unit"),
    "unit.parent-unknown": (
        "Không có đơn vị cấp trên này, hoặc đã giải thể",
        "The unit above does not exist, or is dissolved",
    ),
    "unit.established-otherwise": (
        "Đơn vị đã được lập với nội dung khác",
        "The unit was established with other particulars",
    ),
    "unit.wrong-level": (
        "Cấp của đơn vị không phù hợp với cấp trên",
        "The unit's level does not fit under the unit above",
    ),
    "unit.out-of-order": ("Ngày nêu ra sớm hơn một thay đổi đã có", "The day lies before an earlier change"),
    "unit.has-union": ("Đơn vị đã có công đoàn", "The unit has a union already"),
    "unit.dissolved": ("Đơn vị đã giải thể", "The unit was dissolved"),
    "member.unknown": ("Không có người này", "There is no such person"),
    "member.unit-unknown": ("Không có đơn vị này", "There is no such unit"),
    "member.other-unknown": ("Không có hồ sơ người kia", "There is no record of the other person"),
    "member.discipline-unknown": ("Không có kỷ luật này", "There is no such discipline"),
    "member.enrolled-otherwise": (
        "Người này đã được ghi với nội dung khác",
        "The person was enrolled with other particulars",
    ),
    "member.recorded-otherwise": ("Đã ghi với nội dung khác", "It was recorded otherwise"),
    "member.out-of-order": ("Ngày nêu ra sớm hơn một thay đổi đã có", "The day lies before an earlier change"),
    "member.gone": ("Người này đã thôi là đoàn viên hoặc đã nhập hồ sơ", "The person has left, or was merged"),
    # --- Campaigns and allotments -----------------------------------------------
    "campaign.unknown": ("Không có phong trào này", "There is no such campaign"),
    "campaign.issuer-unknown": ("Không có đơn vị ban hành này", "The issuing unit does not exist"),
    "campaign.drafted-otherwise": (
        "Phong trào đã được lập từ văn bản khác",
        "The campaign was drafted from another directive",
    ),
    "campaign.not-running": ("Phong trào chưa phát động hoặc đã kết thúc", "The campaign is not launched, or is over"),
    "campaign.launched-already": ("Phong trào đã phát động vào ngày khác", "The campaign was launched on another day"),
    "campaign.phase-unknown": ("Văn bản không có đợt này", "The directive has no such phase"),
    "campaign.phase-not-due": ("Chưa đến ngày của đợt", "The phase's day has not come"),
    "campaign.phases-still-open": ("Còn đợt chưa kết thúc", "A phase has not closed yet"),
    "campaign.reviewed-otherwise": (
        "Kỳ này đã tổng kết bằng văn bản khác",
        "This period was reviewed by another document",
    ),
    "campaign.concluded-otherwise": ("Phong trào đã kết thúc bằng văn bản khác", "It was concluded by another paper"),
    "allotment.target-unknown": ("Phong trào không có chỉ tiêu này", "The campaign has no such target"),
    "allotment.unit-unknown": ("Không có đơn vị này trong phong trào", "The unit is not in the campaign"),
    "allotment.target-not-allotted": (
        "Chỉ tiêu này không giao riêng cho đơn vị",
        "This target is not allotted to units",
    ),
    "allotment.campaign-not-running": ("Phong trào không diễn ra", "The campaign does not run"),
    "allotment.belongs-elsewhere": (
        "Số giao này thuộc đơn vị, chỉ tiêu hoặc kỳ khác",
        "This allotment is another unit's, target's or period's",
    ),
    # --- Registrations ----------------------------------------------------------
    "registration.unknown": ("Không có đăng ký này", "There is no such registration"),
    "registration.campaign-unknown": ("Không có phong trào này", "There is no such campaign"),
    "registration.unit-unknown": ("Không có đơn vị này trong phong trào", "The unit is not in the campaign"),
    "registration.person-unknown": ("Người này không thuộc đơn vị", "The person is not a member of the unit"),
    "registration.campaign-not-running": (
        "Phong trào chưa phát động, đã kết thúc hoặc đã hủy",
        "The campaign is not launched, is over, or was cancelled",
    ),
    "registration.closed": ("Đã hết hạn đăng ký", "Registration had closed"),
    "registration.registered-otherwise": (
        "Đăng ký này đã có, với nội dung khác",
        "This registration exists, with other contents",
    ),
    "registration.wrong-state": (
        "Đăng ký không ở trạng thái phù hợp cho bước này",
        "The registration is not in the state that this step needs",
    ),
    "registration.compact-not-binding": (
        "Giao ước chưa đủ chữ ký các bên",
        "Not every party of the compact has signed",
    ),
    "registration.not-a-party": ("Đơn vị không phải một bên của giao ước", "The unit is no party of the compact"),
    # --- Evaluations ------------------------------------------------------------
    "evaluation.unknown": ("Không có bản đánh giá này", "There is no such evaluation"),
    "evaluation.campaign-unknown": ("Không có phong trào này", "There is no such campaign"),
    "evaluation.unit-unknown": ("Không có đơn vị này", "There is no such unit"),
    "evaluation.person-unknown": ("Người này không thuộc đơn vị", "The person is not a member of the unit"),
    "evaluation.rubric-unknown": ("Phong trào không có bảng điểm này", "The campaign has no such rubric"),
    "evaluation.campaign-not-running": (
        "Phong trào chưa phát động hoặc đã kết thúc",
        "The campaign is not launched, or is over",
    ),
    "evaluation.opened-otherwise": ("Bản đánh giá đã mở với nội dung khác", "The evaluation was opened otherwise"),
    "evaluation.scored-otherwise": ("Đã chấm với điểm khác", "It was scored otherwise"),
    "evaluation.wrong-state": (
        "Bản đánh giá không ở trạng thái phù hợp",
        "The evaluation is not in the state that this step needs",
    ),
    "evaluation.not-a-peer": ("Đơn vị không được phân công chấm chéo", "The unit is not named as a peer"),
    "evaluation.complaint-too-late": ("Đã hết thời hạn khiếu nại", "The window for complaints had closed"),
    "evaluation.complaint-window-open": (
        "Còn trong thời hạn khiếu nại, chưa chốt được",
        "The subject may still complain: it cannot be final yet",
    ),
    "evaluation.resolved-otherwise": ("Khiếu nại đã giải quyết cách khác", "The complaint was resolved otherwise"),
    # --- Duties -----------------------------------------------------------------
    "duty.unknown": ("Không có nhiệm vụ này", "There is no such duty"),
    "duty.not-in-campaign": (
        "Phong trào không có nhiệm vụ này, hoặc cần nêu đúng kỳ (occurrence)",
        "The campaign has no such duty, or its occurrence must be named",
    ),
    "duty.campaign-not-running": (
        "Phong trào chưa phát động hoặc đã kết thúc",
        "The campaign is not launched, or is over",
    ),
    "duty.not-the-bearer": ("Đơn vị không phải thực hiện nhiệm vụ này", "The unit does not owe this duty"),
    "duty.not-open": ("Chưa đến ngày của nhiệm vụ", "The duty's day has not come"),
    "duty.submitted-otherwise": ("Nhiệm vụ đã nộp với nội dung khác", "The duty was handed in otherwise"),
    "duty.wrong-state": ("Nhiệm vụ không ở trạng thái phù hợp", "The duty is not in the state that this step needs"),
    "duty.not-a-report": (
        "Nhiệm vụ này không phải báo cáo nên không lập số liệu",
        "This duty is no report, so no figures are prepared for it",
    ),
    "duty.nothing-prepared": ("Chưa lập số liệu báo cáo nên chưa ký được", "There are no figures to sign yet"),
    "duty.report-not-signed": (
        "Số liệu báo cáo đã lập nhưng chưa ký, chưa nộp được",
        "The figures were prepared but not signed, so that they cannot be handed in",
    ),
    "duty.report-signed": (
        "Báo cáo đã ký, không sửa được nữa trừ khi bị trả lại",
        "The report is signed and does not change any more, unless it is returned",
    ),
    "duty.reminded-otherwise": (
        "Lần nhắc việc này đã gửi vào ngày khác hoặc qua kênh khác",
        "This reminder went out on another day or through another channel",
    ),
    "calendar.year-unknown": (
        "Lịch làm việc chưa có năm này nên không đếm được ngày làm việc",
        "The calendar of working days does not have this year",
    ),
    # --- Demands and deliveries ---------------------------------------------------
    "demand.unknown": ("Không có yêu cầu đột xuất này", "There is no such demand"),
    "demand.unit-unknown": ("Không có đơn vị này trong phong trào", "A unit is not in the campaign"),
    "demand.not-above": (
        "Chỉ cấp trên mới được giao việc đột xuất cho đơn vị này",
        "A unit does not lie under the one that demands",
    ),
    "demand.campaign-not-running": (
        "Phong trào chưa phát động hoặc đã kết thúc",
        "The campaign is not launched, or is over",
    ),
    "demand.demanded-otherwise": ("Đã giao việc với nội dung khác", "Something else was demanded under this id"),
    "demand.withdrawn-already": ("Yêu cầu đã rút vì lý do khác", "The demand was withdrawn for another reason"),
    "delivery.campaign-unknown": (
        "Không có phong trào này, hoặc chưa phát động, đã hủy",
        "There is no such campaign, or it is not launched, or was cancelled",
    ),
    "delivery.unit-unknown": ("Không có đơn vị này trong phong trào", "The unit is not in the campaign"),
    "delivery.recipient-unknown": (
        "Nơi nhận của văn bản không có tên này",
        "The directive's list has no such recipient",
    ),
    "delivery.not-the-issuer": ("Đơn vị này không ban hành văn bản", "Another unit issued the directive"),
    "delivery.acknowledged-otherwise": (
        "Đơn vị đã xác nhận nhận văn bản vào ngày khác",
        "It was acknowledged on another day",
    ),
    "delivery.recorded-otherwise": (
        "Nơi nhận này đã ghi gửi với ngày, kênh hoặc giấy tờ khác",
        "Another day, channel or paper is on record for this recipient",
    ),
    # --- Awards and councils ----------------------------------------------------
    "award.unknown": ("Không có hồ sơ khen thưởng này", "There is no such dossier"),
    "award.title-unknown": ("Phong trào không có danh hiệu này", "The campaign has no such title"),
    "award.unit-unknown": ("Không có đơn vị này trong phong trào", "The unit is not in the campaign"),
    "award.person-unknown": ("Người này không thuộc đơn vị", "The person is not a member of the unit"),
    "award.rules-unknown": ("Không tìm thấy bộ tiêu chuẩn của danh hiệu", "The title's rule set cannot be found"),
    "award.vote-unknown": ("Phiên họp chưa kiểm phiếu hồ sơ này", "The session has not counted this dossier"),
    "award.campaign-not-open": (
        "Phong trào chưa phát động hoặc đã hủy",
        "The campaign is not launched, or was cancelled",
    ),
    "award.nominated-otherwise": ("Hồ sơ đã lập với nội dung khác", "The dossier was opened with other particulars"),
    "award.subject-not-for-title": ("Danh hiệu không dành cho đối tượng này", "The title is not for such a subject"),
    "award.no-fast-path": ("Danh hiệu không có thủ tục đơn giản", "The title has no fast path"),
    "award.wrong-state": ("Hồ sơ không ở trạng thái phù hợp", "The dossier is not in the state that this step needs"),
    "award.not-supported": ("Cấp trên không đề nghị", "The unit above did not support the dossier"),
    "award.not-eligible": ("Chưa đủ điều kiện", "Rules stand in the way"),
    "award.not-approved": ("Hội đồng không thông qua", "The council did not approve the dossier"),
    "award.on-hold": ("Hồ sơ đang tạm dừng", "The dossier is on hold"),
    "award.not-held": ("Không có việc nào loại này đang chờ", "Nothing of this kind is pending"),
    "award.decided-otherwise": ("Đã quyết định theo cách khác", "It was decided in another way"),
    "council.unknown": ("Không có phiên họp này", "There is no such session"),
    "council.unit-unknown": ("Không có đơn vị này", "There is no such unit"),
    "council.title-unknown": ("Phong trào không có danh hiệu này", "The campaign has no such title"),
    "council.dossier-unknown": ("Không có hồ sơ này cho danh hiệu đó", "There is no such dossier for the title"),
    "council.campaign-not-open": (
        "Phong trào chưa phát động hoặc đã hủy",
        "The campaign is not launched, or was cancelled",
    ),
    "council.convened-otherwise": ("Phiên họp đã triệu tập khác", "The session was convened in another way"),
    "council.dossier-not-ready": ("Hồ sơ chưa sẵn sàng để bỏ phiếu", "The dossier is not ready to be voted on"),
    "council.published-too-short": ("Thời gian công khai chưa đủ", "The dossier was not published long enough"),
    "council.not-yet-met": ("Chưa đến ngày họp", "The day of the session has not come"),
    "council.wrong-state": (
        "Phiên họp không ở trạng thái phù hợp",
        "The session is not in the state that this step needs",
    ),
    "council.recorded-otherwise": ("Đã ghi theo cách khác", "It was recorded in another way"),
    "council.quota-exceeded": ("Vượt tỷ lệ cho phép, hoặc chưa kiểm tra", "A quota is exceeded, or was not checked"),
}
