"""What the demo says, in Vietnamese and in English."""

from adapters.demo import phrases_office as office
from adapters.demo import phrases_organisation as organisation

PHRASES: dict[str, tuple[str, str]] = {
    # --- the platform
    "opening": (
        "Dựng nền tảng tạm: PostgreSQL nhúng, {count} liên đoàn, một máy chủ với đồng hồ của bản trình diễn …",
        "Raising a throw-away platform: embedded PostgreSQL, {count} federations, a server with a clock of its own …",
    ),
    "serving": (
        "Máy chủ đã sẵn sàng sau {seconds} giây; mọi việc dưới đây đi qua giao diện HTTP công khai.",
        "The server is ready after {seconds} s; everything below goes through the public HTTP API.",
    ),
    "finished": (
        "Xong sau {seconds} giây: {commands} lệnh, {queries} truy vấn, {events} sự kiện thuộc {types} loại; "
        "đối chiếu {figures} con số.",
        "Done in {seconds} s: {commands} commands, {queries} queries, {events} events of {types} types; "
        "{figures} figures were checked.",
    ),
    "all-agree": ("Mọi con số khớp với sổ ghi của bản trình diễn.", "Every figure agrees with the demo's own ledger."),
    "differs": (
        "SAI KHÁC {place} · {figure}: sổ ghi {wanted}, máy chủ {found}",
        "DIFFERENCE {place} · {figure}: the ledger says {wanted}, the server {found}",
    ),
    # --- campaigns
    "set-up": (
        "lập liên đoàn: {units} đơn vị, {members} đoàn viên mẫu; văn bản {document} đã nhập",
        "is set up: {units} units, {members} sample members; the directive {document} is on record",
    ),
    "launched": (
        "phát động “{name}” (ngày {on})",
        "launches “{name}” (on {on})",
    ),
    "phase-opened": ("{phase} mở: hệ thống tự ghi nhận", "{phase} is open: the platform has recorded it by itself"),
    "phase-closed": (
        "{phase} khép lại: hệ thống tự ghi nhận",
        "{phase} is over: the platform has recorded it by itself",
    ),
    "reviewed": ("{called} {scope} {period}: {findings}", "reviews ({called}) the {scope} {period}: {findings}"),
    "concluded": ("kết thúc phong trào", "concludes the campaign"),
    "allotted": (
        "giao chỉ tiêu “{target}” kỳ {period} cho {count} đơn vị bằng quyết định {number}",
        "allots “{target}” for {period} to {count} units by decision {number}",
    ),
    "headcount": (
        "báo số lượng: {members} đoàn viên trong {workers} lao động",
        "reports its headcount: {members} members of {workers} workers",
    ),
    "union-founded": ("ghi nhận {unit} thành lập công đoàn cơ sở", "records that a union was founded at {unit}"),
    # --- registrations
    "registered": ("đăng ký {kind} “{name}”", "registers a {kind}: “{name}”"),
    "registered-late": (
        "đăng ký {kind} “{name}” SAU HẠN {due}: hệ thống nhận và ghi rõ là muộn",
        "registers a {kind}: “{name}” AFTER {due}: it is taken, and shown as late",
    ),
    "retried": (
        "mạng chập chờn nên gửi lại cùng một lệnh: nhận đúng câu trả lời cũ, không ghi thêm gì",
        "the network stuttered, the same command is sent again: the same answer, nothing stored twice",
    ),
    "signed": ("ký giao ước “{name}”", "signs the compact “{name}”"),
    "not-binding": (
        "chưa xác nhận được “{name}”: còn một bên chưa ký",
        "cannot confirm “{name}” yet: one party has not signed",
    ),
    "returned": ("trả lại “{name}”: {reason}", "sends “{name}” back: {reason}"),
    "resubmitted": ("sửa và nộp lại: “{name}”", "corrects it and hands it in again: “{name}”"),
    "confirmed": ("xác nhận “{name}”", "confirms “{name}”"),
    "confirmed-many": ("xác nhận {count} đăng ký danh hiệu", "confirms {count} registrations for titles"),
    "withdrawn": ("rút đăng ký “{name}”: {reason}", "withdraws “{name}”: {reason}"),
    "progressed": ("báo tiến độ “{name}”: {quantity}", "reports progress on “{name}”: {quantity}"),
    "completed": ("hoàn thành “{name}”", "completes “{name}”"),
    "work-recognised": ("công nhận “{name}” và cho gắn biển", "recognises “{name}”, and grants it a plaque"),
    "work-recognised-plain": ("công nhận “{name}”", "recognises “{name}”"),
    "initiative-recognised": (
        "Hội đồng sáng kiến công nhận “{name}” (phạm vi {scope}) theo {number}",
        "the initiative council recognises “{name}” (scope: {scope}) by {number}",
    ),
    "plaque-attached": ("gắn biển “{name}” tại {place}", "puts up the plaque of “{name}”: {place}"),
    "under-review": (
        "đưa sáng kiến “{name}” ra {council}",
        "lays the initiative “{name}” before the council ({council})",
    ),
    "recognition-withdrawn": (
        "thu hồi công nhận “{name}”: {reason}",
        "withdraws the recognition of “{name}”: {reason}",
    ),
    "launch-held": (
        "dời lễ phát động sang {day} và đã tổ chức, {attended} người dự",
        "moves its launch to {day} and holds it, with {attended} people",
    ),
    "interpreted": ("ghi cách hiểu {clause}: {reading}", "records how {clause} is read: {reading}"),
    "title-admitted": ("bổ sung danh hiệu “{name}” theo {cites}", "admits the title “{name}” by {cites}"),
    "exemplar-registered": ("ghi điển hình tiên tiến: {name}", "enters an exemplary model: {name}"),
    "exemplar-recognised": (
        "biểu dương điển hình theo {number}, giới thiệu trên {place}",
        "recognises it by {number}; it is made known on {place}",
    ),
    "exemplar-withdrawn": ("rút một điển hình: {reason}", "withdraws an exemplary model: {reason}"),
    "initiative-refused": (
        "Hội đồng sáng kiến không công nhận “{name}”: {reason}",
        "the initiative council refuses “{name}”: {reason}",
    ),
    # --- duties
    "handed-in": ("nộp “{duty}”{times}", "hands in “{duty}”{times}"),
    "handed-in-late": (
        "nộp “{duty}”{times} MUỘN (hạn {due}): hệ thống ghi rõ là muộn",
        "hands in “{duty}”{times} LATE (due {due}): it is shown as late",
    ),
    "handed-in-many": (
        "các đơn vị nộp {count} nhiệm vụ đến hạn; cấp trên nhận",
        "the units hand in {count} duties that fall due; the levels above accept them",
    ),
    "duty-returned": ("trả lại “{duty}”: {reason}", "sends “{duty}” back: {reason}"),
    "duty-accepted": ("nhận “{duty}” của {unit}", "accepts “{duty}” of {unit}"),
    "due-today": (
        "“{duty}” của {unit} đến hạn hôm nay, chưa quá hạn",
        "“{duty}” of {unit} is due today, not overdue yet",
    ),
    "overdue": ("“{duty}” của {unit} QUÁ HẠN từ hôm nay", "“{duty}” of {unit} is OVERDUE from today on"),
    "not-done": (
        "“{duty}” của {unit} chưa thực hiện; văn bản không nêu ngày và không bắt buộc, nên không phải quá hạn",
        "“{duty}” of {unit} is not done; the paper names no day and does not order it, so it is not overdue",
    ),
    # --- evaluations
    "evaluated": (
        "{subject} tự chấm {own} điểm, {above} thẩm định {points} điểm: {band}",
        "{subject} scores {own} points, {above} appraises {points}: {band}",
    ),
    "cross-scored": ("chấm chéo {subject}: {points} điểm", "cross-scores {subject}: {points} points"),
    "adjusted": ("điều chỉnh một tiêu chí của {subject}: {reason}", "adjusts one score of {subject}: {reason}"),
    "complained": ("khiếu nại kết quả {band}: {reason}", "complains of {band}: {reason}"),
    "resolved": (
        "giải quyết khiếu nại của {subject}: từ {before} thành {after}",
        "upholds the complaint of {subject}: from {before} to {after}",
    ),
    "window-open": (
        "chưa chốt được xếp loại của {subject}: còn được khiếu nại đến hết {day}",
        "cannot close the class of {subject} yet: it may be complained of until {day}",
    ),
    # --- awards
    "nominated": ("đề nghị tặng “{title}” cho {subject}", "nominates {subject} for “{title}”"),
    "nominated-many": ("đề nghị tặng “{title}” cho {count} người", "nominate {count} people for “{title}”"),
    "dossier-returned": ("trả hồ sơ {subject}: {reason}", "sends the dossier of {subject} back: {reason}"),
    "dossier-completed": ("bổ sung hồ sơ {subject}", "completes the dossier of {subject}"),
    "appraised": ("thẩm định hồ sơ {subject}: đồng ý", "appraises the dossier of {subject}: supports it"),
    "eligible": ("{subject} đủ điều kiện theo {count} quy tắc", "{subject} is eligible by {count} rules"),
    "not-eligible": ("{subject} KHÔNG đủ điều kiện: {reasons}", "{subject} is NOT eligible: {reasons}"),
    "declined": ("không xét tặng {subject}: {reason}", "declines {subject}: {reason}"),
    "held": ("tạm dừng xét {subject}: {reason}", "holds the dossier of {subject}: {reason}"),
    "released": ("xét tiếp {subject}: {reason}", "releases the dossier of {subject}: {reason}"),
    "published": (
        "công khai {count} hồ sơ “{title}” từ {start} đến {end}",
        "publishes {count} dossiers for “{title}” from {start} to {end}",
    ),
    "too-short": (
        "chưa đưa được vào danh sách: công khai chưa đủ {days} ngày làm việc",
        "cannot list them yet: they were not published for {days} working days",
    ),
    "convened": ("triệu tập Hội đồng {seats} ghế, họp ngày {day}", "convenes a council of {seats} seats for {day}"),
    "counted": (
        "biên bản kiểm phiếu {number}: {present} có mặt, {written} gửi phiếu, {approved}/{count} hồ sơ đạt",
        "counting minutes {number}: {present} present, {written} in writing, {approved} of {count} approved",
    ),
    "over-quota": (
        "vượt tỷ lệ cho phép ({granted}/{whole}): chưa ra quyết định được",
        "over the quota ({granted} of {whole}): no decision can be issued",
    ),
    "withheld": ("để lại {subject} để giữ tỷ lệ", "withholds {subject} to keep the quota"),
    "decision": ("ra quyết định {number}: tặng {count} “{title}”", "issues decision {number}: {count} × “{title}”"),
    "stale": ("quyết định với phiên bản cũ bị từ chối (412)", "a decision on a stale version is refused (412)"),
    "presented": ("trao “{title}” cho {subject}", "presents “{title}” to {subject}"),
    "presented-many": ("trao “{title}” cho {count} người", "presents “{title}” to {count} people"),
    "fast-path": (
        "khen đột xuất {subject} ngay trong ngày, không qua Hội đồng, theo {number}",
        "awards {subject} the same day on the fast path, without a council, by {number}",
    ),
    "laid-in": ("kèm {count} tài liệu vào hồ sơ {subject}", "lays {count} files into the dossier of {subject}"),
    "concurred": ("{name} hiệp y khen thưởng {subject}", "{name} concurs in the award of {subject}"),
    "complaint-received": (
        "nhận đơn khiếu nại về {subject}: {reason}",
        "receives a complaint about {subject}: {reason}",
    ),
    "complaint-upheld": (
        "khiếu nại về {subject} là đúng, phải thu hồi: {reason}",
        "upholds the complaint about {subject}, a revocation must follow: {reason}",
    ),
    "given-back": (
        "thu lại hiện vật và {money} đồng của {subject}",
        "takes back the object and {money} đồng from {subject}",
    ),
    "revoked": ("thu hồi “{title}” của {subject}: {reason}", "revokes “{title}” of {subject}: {reason}"),
    # --- closing
    "col-phase": ("Đợt", "Phase"),
    "col-no-phases": ("văn bản không chia đợt", "the directive has none"),
    "col-opened": ("đã mở", "opened"),
    "col-closed": ("đã khép", "closed"),
    "col-registrations": ("Đăng ký", "Registrations"),
    "col-late": ("trong đó muộn {count}", "of them late {count}"),
    "col-target": ("Chỉ tiêu", "Target"),
    "col-read": (" (hiểu là: {reading})", " (read as: {reading})"),
    "col-classes": ("Xếp loại", "Classes"),
    "col-awards": ("Khen thưởng", "Awards"),
    "col-assumed": (" (giả định)", " (assumed)"),
    "col-workers": ("Lao động trực tiếp", "Direct workers"),
    "col-registered_workers": ("người đăng ký", "who registered"),
    "col-awarded_workers": ("người được khen", "who were awarded"),
    "col-duties": ("Nhiệm vụ", "Duties"),
    "col-all": ("tất cả các đơn vị", "of all units"),
    "col-duty-sums": (
        "phải làm {owed}, đã làm {done}, chờ nhận {submitted}, trả lại {returned}, quá hạn {overdue}, muộn {late}",
        "owed {owed}, done {done}, submitted {submitted}, returned {returned}, overdue {overdue}, late {late}",
    ),
    "replay": (
        "Lịch sử hồ sơ “{title}” của {subject} ({place}), do kiểm toán viên dựng lại:",
        "History of “{title}” of {subject} ({place}), replayed by the auditor:",
    ),
    "proof": (
        "Nhật ký của {place} xuất thành gói ({bytes} byte); verify.py kiểm tra gói và một bản bị sửa 1 bit:",
        "The log of {place} as a bundle ({bytes} bytes); verify.py checks it, and a copy with 1 bit altered:",
    ),
    "replayed-all": (
        "Cả {awards} hồ sơ khen thưởng được quyết định lại từng bước: mọi byte đều khớp",
        "All {awards} dossiers were decided again step by step: every byte is the same",
    ),
    "replayed": (
        "Mỗi phán quyết chạy lại cho cùng kết quả: {same}",
        "Each judgement run again gives the same reasons: {same}",
    ),
    "unit-entered": ("nhập đơn vị {unit}, thành lập từ {day}", "enters {unit}, established on {day}"),
    "unit-changed": ("{unit}: {change}", "{unit}: {change}"),
    "member-changed": ("đoàn viên {person}: {change}", "member {person}: {change}"),
    "imported": (
        "nhập tệp Excel {rows} đoàn viên: {changed} dòng được ghi; gửi lại lần nữa, không ghi thêm gì",
        "imports an Excel file of {rows} members: {changed} rows are stored; sent once more, it stores nothing",
    ),
    "called-off": ("dừng phong trào “{name}” theo Quyết định {number}", "calls “{name}” off by Decision {number}"),
    "corrected": (
        "đính chính quyết định khen thưởng {subject}: {reason}",
        "corrects the decision for {subject}: {reason}",
    ),
    "unseen": (
        "Bản chạy thử chưa cho thấy các loại sự kiện: {types}",
        "the demo does not show these types of event: {types}",
    ),
    "followed": (
        "hệ thống tích hợp đọc {count} sự kiện, vị trí cuối {position}: không thiếu sự kiện nào",
        "the integrator reads {count} events, the last position is {position}: none is missing",
    ),
    **organisation.PHRASES,
    **office.PHRASES,
}

WORDS: dict[str, tuple[str, str]] = {
    "title": ("danh hiệu", "title"),
    "compact": ("giao ước", "compact"),
    "work": ("công trình", "work"),
    "product": ("sản phẩm", "product"),
    "task": ("phần việc", "task"),
    "own-target": ("chỉ tiêu riêng", "target of its own"),
    "personal-task": ("việc cá nhân", "personal task"),
    "initiative": ("sáng kiến", "initiative"),
    "launch-event": ("ngày phát động", "launch event"),
    "submitted": ("đã nộp", "submitted"),
    "returned": ("trả lại", "returned"),
    "confirmed": ("xác nhận", "confirmed"),
    "completed": ("hoàn thành", "completed"),
    "recognised": ("công nhận", "recognised"),
    "refused": ("không công nhận", "refused"),
    "withdrawn": ("rút", "withdrawn"),
    "granted": ("đã tặng", "granted"),
    "revoked": ("đã thu hồi", "revoked"),
    "declined": ("không tặng", "declined"),
    "open": ("đang xét", "open"),
    "met": ("đạt", "met"),
    "not-yet": ("chưa đạt", "not yet"),
    "missed": ("không đạt", "missed"),
    "rate": ("tỷ lệ", "rate"),
    "nobody-counts": ("không có đối tượng", "nobody counts"),
    "grassroots": ("cơ sở", "grassroots"),
    "province": ("cấp tỉnh", "province"),
    "phase": ("đợt", "phase"),
    "year": ("năm", "year"),
    "final": ("cả phong trào", "whole campaign"),
    "sơ kết": ("sơ kết", "interim"),
    "tổng kết": ("tổng kết", "final"),
    "registered": ("chưa đăng ký", "not registered"),
    "class-at-least": ("xếp loại chưa đủ", "class too low"),
    "recognised-initiative": ("chưa có sáng kiến được công nhận", "no recognised initiative"),
    "no-discipline": ("đang bị kỷ luật", "under discipline"),
    "not-awarded-twice": ("thành tích đã được khen", "awarded already"),
    "service-months-min": ("chưa đủ tháng công tác", "too few months of service"),
    "absence-days-max": ("nghỉ quá nhiều ngày", "absent too long"),
    "members": ("Thành viên Hội đồng", "Council members"),
    "secretary": ("Thư ký Hội đồng", "Council secretary"),
    "auditor": ("Kiểm toán viên", "Auditor"),
    "integrator": ("Hệ thống tích hợp", "Integrator"),
    "platform": ("Hệ thống", "Platform"),
    "True": ("có", "yes"),
    "False": ("không", "no"),
    **organisation.WORDS,
}
