"""What is said of units, persons, campaigns, registrations and clusters."""

TEXTS: dict[str, tuple[str, str]] = {
    # --- Units and members ----------------------------------------------------
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
    "member.is-erased": (
        "Dữ liệu của người này đã được xóa nên không ghi thêm điều mới",
        "This person's data was erased: nothing new is recorded about them",
    ),
    # --- Requests about a person's data ---------------------------------------
    "request.unknown": ("Không có yêu cầu này", "There is no such request"),
    "request.person-unknown": ("Không có người này", "There is no such person"),
    "request.received-otherwise": ("Yêu cầu đã nhận với nội dung khác", "The request was received otherwise"),
    "request.answered-otherwise": ("Yêu cầu đã được trả lời cách khác", "The request was answered otherwise"),
    "request.granted-by-erasing": (
        "Yêu cầu xóa được đáp ứng bằng chính việc xóa dữ liệu của người đó",
        "A request for an erasure is granted by carrying it out",
    ),
    "request.of-another": (
        "Yêu cầu này không phải yêu cầu xóa, hoặc là của người khác",
        "The request is not for an erasure, or is another person's",
    ),
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
    # --- Campaigns and allotments ---------------------------------------------
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
    # --- Registrations --------------------------------------------------------
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
    # --- Exemplary models -----------------------------------------------------
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
    # --- Clusters -------------------------------------------------------------
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
}
