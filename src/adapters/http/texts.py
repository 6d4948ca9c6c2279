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
    "body.not-workbook": ("Nội dung gửi lên phải là tệp .xlsx", "The body must be an .xlsx file"),
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
    "attachments.away": (
        "Kho lưu tài liệu tạm thời không sẵn sàng; hãy gửi lại",
        "The storage of files is away for the moment; send it again",
    ),
    "attachment.missing": (
        "Kho lưu tài liệu không còn tệp này; đã ghi lại để người vận hành kiểm tra",
        "The storage no longer holds this file; this was logged for the operator",
    ),
    "attachment.altered": (
        "Tệp trong kho không còn nguyên vẹn nên không trả về; đã ghi lại để người vận hành kiểm tra",
        "The stored file is not as it was, and is not given out; this was logged for the operator",
    ),
    "body.not-a-file": (
        "Loại tệp không được nhận, hoặc nội dung không đúng loại đã nêu",
        "This kind of file is not taken, or it is not what its media type says",
    ),
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
    # --- Workbooks ----------------------------------------------------------------
    "workbook.not-xlsx": (
        "Tệp này không phải sổ tính .xlsx dùng được",
        "The file is no .xlsx workbook that can be read",
    ),
    "workbook.too-large": ("Sổ tính quá lớn", "The workbook is too large"),
    "workbook.formula": ("Sổ tính có công thức", "The workbook holds a formula"),
    "workbook.merged-cells": ("Sổ tính có ô bị gộp", "The workbook has merged cells"),
    "workbook.sheets": ("Các trang của sổ tính không đúng mẫu", "The workbook's sheets are not the template's"),
    "workbook.headings": ("Tiêu đề cột không đúng mẫu", "The headings are not the template's"),
    "workbook.template": ("Sổ tính theo một mẫu khác", "The workbook is another template"),
    "workbook.empty": ("Sổ tính không có dòng nào", "The workbook has no rows"),
    "workbook.imported-otherwise": (
        "Sổ tính này đã được nhập với số liệu khác",
        "This workbook was imported already, with other figures",
    ),
    "import.rows-refused": (
        "Có dòng không hợp lệ nên chưa nhập dòng nào; hãy sửa trong tệp đã đánh dấu rồi gửi lại",
        "Rows are not acceptable, so none was imported; correct them in the marked workbook and send it again",
    ),
    "import.bad-cell": ("Ô không hợp lệ", "A cell is not acceptable"),
    "import.doubled-row": ("Nhiều dòng nói về cùng một đối tượng", "Several rows speak of the same thing"),
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
    "unit.cycle": (
        "Đơn vị không thể nằm dưới chính mình hoặc dưới đơn vị trực thuộc mình",
        "A unit cannot lie under itself or under a unit below it",
    ),
    "unit.successor-unknown": (
        "Không có đơn vị tiếp nhận này, hoặc đã giải thể",
        "The unit that is to go on in its place does not exist, or is dissolved",
    ),
    "unit.has-children": (
        "Còn đơn vị trực thuộc: hãy chuyển hoặc kết thúc các đơn vị đó trước",
        "Units lie under it: move or end them first",
    ),
    "unit.split-otherwise": (
        "Việc chia, tách ngày đó đã ghi với nội dung khác",
        "The split of that day was entered with other particulars",
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
    "member.present": ("Người này đang là đoàn viên", "The person is a member already"),
    "title.not-on-record": ("Không có danh hiệu này của năm đó trong hồ sơ", "No such title of that year is on record"),
    "title.recorded-otherwise": (
        "Danh hiệu của năm đó đã ghi với nội dung khác",
        "The title of that year is on record with other particulars",
    ),
    "title.struck": (
        "Danh hiệu của năm đó đã xóa khỏi hồ sơ",
        "The title of that year was struck off the record",
    ),
    "member.gone": ("Người này đã thôi là đoàn viên hoặc đã nhập hồ sơ", "The person has left, or was merged"),
    # --- Campaigns and allotments -----------------------------------------------
    "campaign.unknown": ("Không có phong trào này", "There is no such campaign"),
    "campaign.issuer-unknown": ("Không có đơn vị ban hành này", "The issuing unit does not exist"),
    "campaign.parent-unknown": (
        "Không có phong trào cấp trên này, hoặc không phải của đơn vị ban hành hay cấp trên của đơn vị",
        "There is no such campaign of the issuer or of a unit above it",
    ),
    "campaign.parent-not-launched": (
        "Phong trào cấp trên chưa phát động, hoặc đã hủy",
        "The parent campaign was not launched, or was cancelled",
    ),
    "campaign.clause-unknown": ("Văn bản không có điều khoản này", "The directive has no such clause"),
    "campaign.titles-closed": (
        "Văn bản không để ngỏ danh sách danh hiệu",
        "The directive's list of titles is closed",
    ),
    "campaign.title-taken": (
        "Phong trào đã có danh hiệu mang mã này, với nội dung khác",
        "The campaign has another title of this code",
    ),
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
    "registration.plaque-not-granted": (
        "Quyết định công nhận không cho gắn biển",
        "The recognition granted no plaque",
    ),
    "registration.recorded-otherwise": ("Đã ghi với nội dung khác", "It was recorded with other particulars"),
    "registration.scope-too-wide": (
        "Phạm vi ảnh hưởng vượt cấp của đơn vị công nhận",
        "The scope is wider than the recognising unit's level",
    ),
    "registration.compact-not-binding": (
        "Giao ước chưa đủ chữ ký các bên",
        "Not every party of the compact has signed",
    ),
    "registration.not-a-party": ("Đơn vị không phải một bên của giao ước", "The unit is no party of the compact"),
    # --- Exemplary models -------------------------------------------------------
    "exemplar.unknown": ("Không có điển hình này", "There is no such exemplary model"),
    "exemplar.campaign-unknown": ("Không có phong trào này", "There is no such campaign"),
    "exemplar.unit-unknown": ("Không có đơn vị này trong phong trào", "The unit is not in the campaign"),
    "exemplar.person-unknown": ("Người này không thuộc đơn vị", "The person is not a member of the unit"),
    "exemplar.campaign-not-open": (
        "Phong trào chưa phát động hoặc đã hủy",
        "The campaign is not launched, or was cancelled",
    ),
    "exemplar.registered-otherwise": (
        "Điển hình này đã có, với nội dung khác",
        "This exemplary model exists, with other contents",
    ),
    "exemplar.recognised-otherwise": (
        "Cấp này đã công nhận bằng văn bản khác",
        "It was recognised at this level by another paper",
    ),
    "exemplar.no-unit-of-level": (
        "Đơn vị không có cấp trên thuộc cấp này",
        "No unit above has this level",
    ),
    "exemplar.withdrawn": ("Điển hình đã được rút", "The exemplary model was withdrawn"),
    "exemplar.spread-too-often": (
        "Không ghi thêm được lần giới thiệu nào nữa cho điển hình này",
        "No more can be recorded of this model",
    ),
    # --- Clusters ---------------------------------------------------------------
    "cluster.unknown": ("Không có cụm, khối thi đua này", "There is no such cluster"),
    "cluster.unit-unknown": (
        "Không có đơn vị này, hoặc đơn vị không thuộc công đoàn lập cụm, khối",
        "There is no such unit under the union that groups the cluster",
    ),
    "cluster.campaign-unknown": ("Không có phong trào này", "There is no such campaign"),
    "cluster.election-unknown": ("Kỳ này chưa suy tôn đơn vị nào", "No leader was elected for this period"),
    "cluster.formed-otherwise": (
        "Cụm, khối có mã này đã được lập với nội dung khác",
        "The cluster was formed with other particulars",
    ),
    "cluster.unit-taken": (
        "Ngày đó đơn vị đã thuộc một cụm, khối khác cùng loại",
        "The unit is in another cluster of this kind on that day",
    ),
    "cluster.admitted-otherwise": (
        "Đơn vị đã ở trong cụm, khối từ ngày khác",
        "The unit has been in the cluster since another day",
    ),
    "cluster.released-otherwise": (
        "Đơn vị đã rời cụm, khối vào ngày khác",
        "The unit left the cluster on another day",
    ),
    "cluster.not-a-member": (
        "Ngày đó đơn vị không thuộc cụm, khối",
        "The unit is not in the cluster on that day",
    ),
    "cluster.out-of-order": ("Ngày nêu ra sớm hơn một thay đổi đã có", "The day lies before an earlier change"),
    "cluster.dissolved": ("Cụm, khối đã giải thể", "The cluster was dissolved"),
    "cluster.campaign-not-running": (
        "Phong trào chưa phát động hoặc đã hủy",
        "The campaign is not launched, or was cancelled",
    ),
    "cluster.not-all-final": (
        "Còn đơn vị chưa chốt kết quả đánh giá; hãy chốt, hoặc để ngoài xếp hạng và nêu lý do",
        "A member has no final evaluation: finish it, or leave the member out with a reason",
    ),
    "cluster.several-tables": (
        "Các đơn vị được chấm theo bảng điểm khác nhau, không so sánh được; hãy chọn một bảng (rubric)",
        "The members were scored by different tables: name the one that is meant (rubric)",
    ),
    "cluster.not-ranked": (
        "Phải xếp hạng kỳ này trước khi suy tôn",
        "The period must be ranked before the election",
    ),
    "cluster.election-tied": (
        "Nhiều đơn vị cùng có số phiếu cao nhất: phải bỏ phiếu lại",
        "Several units have the most votes: vote again",
    ),
    "cluster.no-majority": (
        "Không đơn vị nào đủ số phiếu trên tổng số thành viên: phải bỏ phiếu lại",
        "Nobody has the majority of all members: vote again",
    ),
    "cluster.elected-otherwise": (
        "Kỳ này đã suy tôn; muốn suy tôn lại phải hủy kết quả cũ bằng văn bản",
        "A leader was elected already: another needs a paper that annuls that election",
    ),
    "cluster.annulled-otherwise": (
        "Kết quả suy tôn đã hủy bằng văn bản hoặc với lý do khác",
        "The election was annulled by another paper, or for another ground",
    ),
    "cluster.minutes-annulled": (
        "Biên bản này thuộc lần suy tôn đã hủy: lần mới phải có biên bản mới",
        "These minutes are of an election that was annulled: write new ones",
    ),
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
