"""What is said of evaluations, duties, awards and councils."""

TEXTS: dict[str, tuple[str, str]] = {
    # --- Evaluations ----------------------------------------------------------
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
    "evaluation.peer-outside-cluster": (
        "Đơn vị chấm chéo không thuộc cụm, khối của đơn vị được chấm",
        "The peer is not in the unit's own cluster",
    ),
    "evaluation.rubric-of-another-period": (
        "Bảng điểm áp dụng cho thời gian khác với kỳ đánh giá",
        "The rubric holds for another period than the one that is evaluated",
    ),
    "evaluation.complaint-too-late": ("Đã hết thời hạn khiếu nại", "The window for complaints had closed"),
    "evaluation.complaint-window-open": (
        "Còn trong thời hạn khiếu nại, chưa chốt được",
        "The subject may still complain: it cannot be final yet",
    ),
    "evaluation.resolved-otherwise": ("Khiếu nại đã giải quyết cách khác", "The complaint was resolved otherwise"),
    # --- Duties ---------------------------------------------------------------
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
    # --- Demands and deliveries -----------------------------------------------
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
    # --- Awards and councils --------------------------------------------------
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
    "award.part-unknown": ("Hồ sơ không có tài liệu này", "The dossier has no such file"),
    "award.several-files": (
        "Phần này có nhiều tệp; hãy nêu address của tệp cần lấy",
        "This part has several files; name the one by its address",
    ),
    "award.too-many-files": ("Hồ sơ đã đủ số tệp tối đa", "The dossier holds as many files as one may"),
    "award.attached-otherwise": (
        "Tệp này đã có trong hồ sơ với tên hoặc loại khác",
        "This file is in the dossier already, under another name or type",
    ),
    "award.concurred-otherwise": (
        "Văn bản này của cơ quan đó đã được ghi với nội dung khác",
        "This paper of that body was recorded with another answer",
    ),
    "award.complaint-unknown": ("Không có khiếu nại số này", "There is no complaint of this number"),
    "award.complaint-too-late": ("Đã hết thời hạn khiếu nại", "The days to complain were over"),
    "award.complaint-resolved-otherwise": (
        "Khiếu nại đã được giải quyết cách khác",
        "The complaint was answered in another way",
    ),
    "award.recovered-too-much": ("Số tiền vượt số còn phải thu hồi", "This is more than is still owed"),
    "award.recovered-otherwise": (
        "Chứng từ này đã được ghi với nội dung khác",
        "By this paper something else was recovered already",
    ),
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
    "council.off-roster": ("Người này không có ghế trong Hội đồng", "This seat is not on the council's roster"),
    "council.second-vote": ("Một ghế không bỏ phiếu hai lần", "A seat does not vote twice"),
    "council.not-recused": (
        "Người giữ ghế này là người được đề nghị và phải rút lui khỏi hồ sơ của chính mình",
        "The seat's holder is the person proposed, and must withdraw from that dossier",
    ),
    "council.no-quorum": ("Phiên họp không đủ số thành viên có mặt", "The session had no quorum"),
    "council.dossier-on-hold": (
        "Danh sách có hồ sơ đang tạm dừng: hãy tiếp tục hồ sơ hoặc để ngoài danh sách",
        "A dossier on the list is on hold: release or withhold it",
    ),
    "council.counted-by-box": (
        "Phiên họp này bỏ phiếu điện tử: kết quả lấy từ hòm phiếu",
        "This session votes electronically: its result comes from the box",
    ),
    "council.votes-on-paper": ("Phiên họp này bỏ phiếu giấy", "This session votes on paper"),
    "council.ballot-open": (
        "Cuộc bỏ phiếu điện tử đã mở, nên không sửa được nữa",
        "The electronic ballot was opened: this can no longer change",
    ),
    "council.ballot-not-over": (
        "Chưa hết giờ bỏ phiếu và chưa đủ phiếu",
        "The ballot's end has not come, and ballots are missing",
    ),
    "ballot.closed": ("Cuộc bỏ phiếu đã đóng", "The ballot is closed"),
    "ballot.unknown": ("Không có cuộc bỏ phiếu này", "There is no such ballot"),
    "ballot.code-unknown": ("Mã bỏ phiếu không đúng hoặc đã được thay", "The voting code is wrong, or was replaced"),
    "ballot.withdrawn": ("Ghế này đã rút lui khỏi các hồ sơ trên lá phiếu", "The seat has withdrawn from this paper"),
    "ballot.taken": ("Ghế này đã nhận lá phiếu", "The seat has taken this paper already"),
    "ballot.code-shown": (
        "Mã này đã hiện một lần; hãy lấy mã tiếp theo",
        "This code was shown once: draw the next one",
    ),
    "ballot.token-not-signed": ("Lá phiếu không có chữ ký hợp lệ", "The token is not signed for this paper"),
    "ballot.second-vote": (
        "Lá phiếu này đã bỏ với nội dung khác",
        "This ballot was cast already, with other votes",
    ),
    "ballot.busy": ("Đang có nhiều người bỏ phiếu; hãy gửi lại", "Many are voting at once; send it again"),
    "council.quota-exceeded": ("Vượt tỷ lệ cho phép, hoặc chưa kiểm tra", "A quota is exceeded, or was not checked"),
}
