"""What the verifier says, in Vietnamese and in English."""

Words = dict[str, tuple[str, str]]

REFUSALS: Words = {
    "no-bundle": (
        "Tệp không phải là gói kiểm toán, hoặc đã bị cắt cụt.",
        "The file is no audit bundle, or was cut short.",
    ),
    "unreadable": ("Không đọc được gói ({why}).", "The bundle cannot be read ({why})."),
    "damaged": ("Tệp {file} trong gói bị hỏng.", "The file {file} of the bundle is damaged."),
    "file-altered": (
        "Tệp {file} không còn là tệp đã được đưa vào gói.",
        "The file {file} is not the one that was put into the bundle.",
    ),
    "names-twice": ("Gói có tên tệp trùng nhau hoặc quá nhiều tệp.", "The bundle has a name twice, or too many files."),
    "name": ("Tệp {file} không thuộc về gói.", "The file {file} does not belong in a bundle."),
    "missing": ("Gói thiếu tệp {file}.", "The bundle lacks the file {file}."),
    "too-large": ("Tệp {file} lớn quá mức cho phép.", "The file {file} is larger than is allowed."),
    "json": ("{file} không phải là JSON hợp lệ.", "{file} is no JSON that is accepted."),
    "manifest": ("manifest.json không đúng dạng.", "manifest.json is not what a manifest is."),
    "exported": (
        "Gói không chứa thứ mà manifest.json nói: {kind} {id}.",
        "The bundle does not hold what manifest.json says: {kind} {id}.",
    ),
    "checkpoint": ("{file} không phải là điểm kiểm tra.", "{file} is no checkpoint."),
    "unsigned": (
        "{file} không mang chữ ký của khóa nhật ký đáng tin nào (khóa đã rút cũng phải được nêu bằng --key).",
        "{file} bears the signature of no log key that is trusted (one that was retired is to be named by --key too).",
    ),
    "forged": ("Chữ ký mang tên {key} trong {file} là giả.", "The signature of {key} in {file} is not that key's."),
    "newest": (
        "Điểm kiểm tra mới nhất không khớp manifest.json.",
        "The newest checkpoint is not the one that manifest.json names.",
    ),
    "other-log": ("Có điểm kiểm tra của nhật ký khác: {origin}.", "A checkpoint is of another log: {origin}."),
    "two-views": (
        "Ở cỡ {size} có hai lịch sử khác nhau cùng được ký.",
        "Two different histories were signed at size {size}.",
    ),
    "witnesses": (
        "Điểm kiểm tra mới nhất chỉ có {found} nhân chứng đáng tin, cần {required}.",
        "Only {found} trusted witnesses have seen the newest checkpoint, {required} are required.",
    ),
    "leaves": (
        "Bảng mã băm bị hỏng sau vị trí {position}.",
        "The table of leaves is broken after position {position}.",
    ),
    "event-missing": ("Thiếu sự kiện ở vị trí {position}.", "The event at position {position} is missing."),
    "event-order": (
        "Ở vị trí {position} là một sự kiện của vị trí khác.",
        "At position {position} stands an event of another position.",
    ),
    "event-altered": (
        "Sự kiện ở vị trí {position} đã bị sửa: nó không phải là sự kiện đã vào cây.",
        "The event at position {position} was altered: it is not the one that went into the tree.",
    ),
    "event-version": (
        "Sự kiện ở vị trí {position} không phải là phiên bản {version} của dòng.",
        "The event at position {position} is not version {version} of its stream.",
    ),
    "event-epoch": (
        "Sự kiện ở vị trí {position} thuộc kỷ nguyên khác.",
        "The event at position {position} is of another epoch.",
    ),
    "event-time": (
        "Sự kiện ở vị trí {position} mang thời điểm sớm hơn một sự kiện đứng trước nó: nhật ký không ghi lùi ngày.",
        "The event at position {position} is dated earlier than one before it: a log does not record backwards.",
    ),
    "cited": (
        "Gói thiếu {stream} mà sự kiện ở vị trí {position} đã đọc đến phiên bản {version}.",
        "The bundle lacks {stream}, which the event at position {position} has read up to version {version}.",
    ),
    "other-root": (
        "Lịch sử không phải là lịch sử đã ký: sai lệch nằm giữa vị trí {first} và {last}.",
        "The history is not the one that was signed: the fault lies between positions {first} and {last}.",
    ),
    "proof": ("Bằng chứng không đủ hoặc thừa mã băm.", "The proof has too few hashes, or too many."),
    "content": (
        "Nội dung sự kiện ở vị trí {position} không đúng với loại của nó.",
        "The event at position {position} does not hold what its type says.",
    ),
    "rules": (
        "Bộ quy tắc ghim ở vị trí {position} không có trong gói đúng từng byte.",
        "The rule set pinned at position {position} is not in the bundle byte for byte.",
    ),
    "claims": (
        "claims.jsonl nói khác với sự kiện ở vị trí {position}.",
        "claims.jsonl says otherwise than the events, at position {position}.",
    ),
}

CLAIM_NAMES: Words = {
    "registered-in-time": ("Đăng ký trước hạn", "Registered before the deadline"),
    "published-for-the-window": ("Công khai đủ thời hạn", "Published for the full window"),
    "quota-at-the-frozen-date": ("Chỉ tiêu tại ngày chốt", "Quota at the frozen date"),
}

FIGURES: Words = {
    "due_on": ("hạn", "due on"),
    "recorded_on": ("ghi nhận ngày", "recorded on"),
    "published_from": ("công khai từ", "published from"),
    "published_until": ("công khai đến", "published until"),
    "days": ("số ngày làm việc", "working days"),
    "days_on_record": ("kể từ ngày ghi nhận", "of them on record"),
    "days_min": ("cần ít nhất", "days needed"),
    "meets_on": ("hội đồng họp", "council met on"),
    "decided_on": ("quyết định ghi nhận ngày", "decision recorded on"),
    "window_ended": ("hết thời hạn trước khi quyết định", "window ended before the decision"),
    "recorded": ("lần kiểm tra ghi", "the check recorded"),
    "counted": ("đếm lại lúc kiểm tra", "counted again at the check"),
    "counted_at_frozen_date": ("đếm lại cuối ngày chốt", "counted again at the frozen date"),
    "frozen_on": ("ngày chốt", "frozen on"),
    "checked_at": ("kiểm tra ở vị trí", "checked at position"),
}

VALUES: Words = {"True": ("có", "yes"), "False": ("không", "no"), "None": ("–", "–")}

OUTCOMES: Words = {
    "shown": ("chứng minh được", "shown"),
    "not-shown": ("chưa chứng minh được", "not shown"),
    "refuted": ("SAI với sự kiện", "REFUTED by the events"),
    "not-asked": ("không đặt ra", "not asked for"),
}

SAID: Words = {
    "valid": ("HỢP LỆ", "VALID"),
    "self-asserted": (
        "TỰ XÁC NHẬN: gói nhất quán, nhưng chỉ theo khóa nằm trong chính gói. Ai cũng tự làm được một gói như thế. Hãy "
        "lấy khóa công khai từ nguồn bên ngoài và dùng --key.",
        "SELF-ASSERTED: the bundle is consistent, but only by the keys that it brings itself. Anybody can make such a "
        "bundle. Get the public key from outside and give it with --key.",
    ),
    "refused": ("TỪ CHỐI", "REFUSED"),
    "proven": ("Chứng minh được:", "What this proves:"),
    "proven-if": (
        "CHỈ KHI khóa trong gói đúng là khóa của nhật ký, gói chứng minh:",
        "ONLY IF the keys in it are the log's own, it proves:",
    ),
    "recounted": ("Đếm lại từ các sự kiện:", "Counted again from the events:"),
    "not-proven": ("KHÔNG chứng minh được:", "What this does NOT prove:"),
    "award": ("Gói của hồ sơ khen thưởng {id}.", "The bundle is of award {id}."),
    "campaign": ("Gói của phong trào {id}.", "The bundle is of campaign {id}."),
    "tenant": ("Gói của tổ chức {id}.", "The bundle is of tenant {id}."),
    "events": (
        "{events} sự kiện (vị trí {first} đến {last}) của tổ chức {tenant_id} đã nằm trong nhật ký, nguyên vẹn, khi "
        "điểm kiểm tra cỡ {size} được ký bởi {signers}.",
        "These {events} events (positions {first} to {last}) of tenant {tenant_id} were in the log, unaltered, when "
        "the checkpoint of size {size} was signed by {signers}.",
    ),
    "steps": (
        "Các bước của hồ sơ trong gói: {steps}.",
        "The dossier's steps in the bundle: {steps}.",
    ),
    "whole": (
        "Đó là toàn bộ nhật ký từ vị trí 1 đến {size}: không thiếu sự kiện nào ở giữa.",
        "They are the whole log from position 1 to {size}: none between is left out.",
    ),
    "history": (
        "{count} điểm kiểm tra từ cỡ {first} đến {size} là của cùng một lịch sử: không có gì bị viết lại giữa chúng.",
        "The {count} checkpoints from size {first} to {size} are of one history: nothing was rewritten between them.",
    ),
    "seen": (
        "Nhân chứng {witness} đã thấy điểm kiểm tra cỡ {size} lúc {when}.",
        "Witness {witness} saw the checkpoint of size {size} at {when}.",
    ),
    "rules": (
        "{count} bộ quy tắc ghim trong các quyết định nằm trong gói, đúng từng byte.",
        "The {count} rule sets that the decisions have pinned are in the bundle, byte for byte.",
    ),
    "registered-in-time-witnessed": (
        "  trong đó {count} được nhân chứng thấy kịp hạn, không chỉ theo đồng hồ của máy chủ.",
        "  of these {count} were seen by a witness in time, and do not rest on the server's clock alone.",
    ),
    "published-for-the-window-witnessed": (
        "  trong đó {count} lần công khai được nhân chứng thấy ngay ngày đầu; việc quyết định có sau ngày cuối thì chỉ "
        "theo đồng hồ của máy chủ.",
        "  of these {count} publications were seen by a witness on the first day; by the server's clock alone the "
        "decision came after its last day.",
    ),
    "quota-at-the-frozen-date-witnessed": (
        "  trong đó {count} lần kiểm tra được nhân chứng thấy chậm nhất vào ngày chốt.",
        "  of these {count} checks were seen by a witness on the frozen date or before.",
    ),
    "unclaimed": (
        "- {name}: trong gói không có gì để đếm.",
        "- {name}: nothing in the bundle to count it from.",
    ),
    "claim": (
        "  vị trí {position} ({stream}): {outcome}: {figures}",
        "  position {position} ({stream}): {outcome}: {figures}",
    ),
    "completeness": (
        "Ngoài các vị trí trong gói: gói không cho biết sự kiện nào khác có hay không (chẳng hạn việc thu hồi sau đó).",
        "Anything outside these positions: whether there are other events (a later revocation, say) is not told.",
    ),
    "after": ("Những gì xảy ra sau vị trí {size}.", "What came after position {size}."),
    "before": (
        "Rằng không có gì bị giấu hoặc sửa TRƯỚC khi điểm kiểm tra đầu tiên bao trùm nó được ký.",
        "That nothing was held back or changed BEFORE the first checkpoint that covers it was signed.",
    ),
    "alone": (
        "Rằng mọi người được cho xem cùng một lịch sử: không nhân chứng đáng tin nào ký điểm mới nhất. Chuỗi "
        "tự vận hành không chứng minh gì cho đến khi các điểm kiểm tra rời khỏi tay người vận hành.",
        "That everybody was shown the same history: no trusted witness has signed the newest checkpoint. A "
        "self-run chain proves nothing until its checkpoints have left the operator's hands.",
    ),
    "clock": (
        "Rằng đồng hồ máy chủ đúng: chỉ thời điểm của nhân chứng là của người ngoài.",
        "That the server's clock was right: only a witness's time is an outsider's.",
    ),
    "truth": (
        "Rằng điều được ghi là sự thật, hay ai đứng sau một mã định danh: trường cá nhân vẫn được niêm phong.",
        "That what was recorded is true, or who is behind an id: personal fields stay sealed.",
    ),
    "schemas": (
        "Rằng các lược đồ trong gói giải thích đúng các trường: chúng là của người làm gói.",
        "That the schemas in the bundle explain the fields rightly: they are of whoever made it.",
    ),
    "no-position": ("Gói không có vị trí {position}.", "The bundle has no position {position}."),
    "no-key": ("Không phải là khóa: {line}", "This is no key: {line}"),
    "key-twice": ("Khóa được nêu hai lần: {line}", "A key is named twice: {line}"),
    "too-few": (
        "Cần {required} nhân chứng mà chỉ nêu {named}.",
        "{required} witnesses are required, {named} are named.",
    ),
}
