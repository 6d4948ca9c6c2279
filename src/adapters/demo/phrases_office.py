"""What the demo says of councils, papers, duties and workbooks, in Vietnamese and in English."""

PHRASES: dict[str, tuple[str, str]] = {
    # --- a council's session
    "session-moved": (
        "dời phiên họp Hội đồng từ {before} sang {day}: {reason} Dời về ngày sớm hơn bị từ chối "
        "vì công khai chưa đủ ngày",
        "moves the session from {before} to {day}: {reason} An earlier day is refused: not published long enough",
    ),
    "seat-replaced": (
        "ghế số {number} nay do {person} giữ; ghế không có trong danh sách Hội đồng thì không đổi được",
        "seat {number} is now held by {person}; a seat that is not on the roster cannot change hands",
    ),
    "not-recused": (
        "chưa ghi được biên bản kiểm phiếu: người giữ ghế số {number} có hồ sơ trong danh sách mà chưa rút lui",
        "the minutes are refused: who holds seat {number} is on the list and has not withdrawn",
    ),
    "recused": (
        "ghi ghế số {number} rút lui, không bỏ phiếu cho hồ sơ {subject}",
        "records that seat {number} withdraws from {subject}",
    ),
    "sum-without": (
        "hồ sơ {subject} được {count} phiếu đồng ý trên {whole} thành viên: thiếu đúng phiếu của ghế đã rút lui",
        "{subject} got {count} votes of {whole} seats: the vote of the seat that withdrew is missing",
    ),
    "ballot-opened": (
        "mở bỏ phiếu điện tử đến {time}; biên bản kiểm phiếu giấy không được nhận",
        "opens the electronic ballot until {time}; minutes of a count on paper are refused",
    ),
    "codes-drawn": (
        "rút {count} mã bỏ phiếu, trao tận tay từng thành viên; mã chỉ hiện một lần",
        "draws {count} voting codes, each shown once and handed over in person",
    ),
    "voted": (
        "{count} người nhận phiếu rồi bỏ phiếu từ máy của mình; lá phiếu không mang mã, không mang tên",
        "{count} take their papers and cast them from their own machines; no ballot bears a code or a name",
    ),
    "no-paper": (
        "ghế số {number} đã rút lui: xin lá phiếu có hồ sơ đó bị từ chối, dù người khác đã nhận",
        "seat {number} has withdrawn: it is refused the paper with that dossier, which others were given",
    ),
    "ballot-not-over": (
        "chưa đóng được hòm phiếu: chưa đến {time} và còn thành viên chưa bỏ",
        "cannot close the box: it is not {time} yet, and not all have voted",
    ),
    "second-vote": (
        "người cuối cùng bỏ phiếu; gửi lại đúng lá phiếu đó không thêm gì, bỏ lá thứ hai và phiếu giả đều bị từ chối",
        "the last one votes; the same ballot again adds nothing, a second one and a forged one are refused",
    ),
    "ballot-closed": (
        "đóng hòm phiếu: chỉ số cộng được ghi lại, lá phiếu và khóa bị hủy, hòm không còn nữa",
        "closes the box: sums alone go on record, ballots and keys are destroyed, the box is gone",
    ),
    "ballot-adopted": (
        "biên bản {number} lấy số của hòm phiếu: {count} lá phiếu, {approved}/{dossiers} hồ sơ đạt",
        "minutes {number} take over the box's sums: {count} ballots, {approved} of {dossiers} approved",
    ),
    # --- a restore, rehearsed
    "rehearsal": ("Diễn tập khôi phục, không mất gì", "A restore is rehearsed, nothing was lost"),
    "epoch-opened": (
        "{place}: diễn tập khôi phục, người vận hành mở kỷ nguyên 2 của nhật ký sau sự kiện {cut}; hệ thống kết nối "
        "đọc tiếp từ chỗ cũ, sự kiện {began} nói rõ vì sao",
        "{place}: a restore is rehearsed, the operator opens epoch 2 of the log after event {cut}; the integrator goes "
        "on from its old place, and event {began} says why",
    ),
    # --- the directive's way
    "delivered": (
        "ghi nhận đã gửi văn bản tới {count} nơi nhận qua {channel}; nơi không có trong “Nơi nhận” bị từ chối",
        "records that the directive went to {count} recipients by {channel}; one that is not on the list is refused",
    ),
    "acknowledged": (
        "{count}/{whole} đơn vị đã xác nhận nhận văn bản, còn {silent} đơn vị chưa",
        "{count} of {whole} units have acknowledged the directive, {silent} have not",
    ),
    # --- demands, reminders, reports
    "demanded": (
        "giao đột xuất “{name}” cho {count} đơn vị, trong {days} ngày làm việc, tức đến hết {due}",
        "demands “{name}” of {count} units within {days} working days, which is {due}",
    ),
    "demand-withdrawn": (
        "giao rồi rút lại “{name}”: {reason} Không đơn vị nào còn nợ việc này",
        "demands “{name}” and withdraws it: {reason} Nobody owes it any more",
    ),
    "reminded": (
        "hôm nay phải nhắc {count} đơn vị về “{duty}” (hạn {due}); đã nhắc {unit} qua Zalo, danh sách bớt một",
        "units to be reminded of “{duty}” (due {due}) today: {count}; {unit} was, and is listed no more",
    ),
    "report-prepared": (
        "lập số liệu “{duty}” tại vị trí {position} của sổ: {registered} đăng ký, {done}/{owed} nhiệm vụ, "
        "không ai gõ tay",
        "has “{duty}” counted at position {position} of the log: {registered} registrations, {done} of {owed} duties",
    ),
    "report-not-signed": ("chưa nộp được “{duty}”: số liệu chưa ký", "cannot hand “{duty}” in: it is not signed"),
    "report-signed": (
        "Phó Chủ tịch ký thay (KT.) Chủ tịch “{duty}”: số liệu không đổi được nữa",
        "the deputy signs “{duty}” for the chair: its figures stand fast",
    ),
    "report-sent": ("nộp “{duty}” qua {channel}", "hands “{duty}” in by {channel}"),
    "board": (
        "bảng chấp hành: phải làm {owed}, đã nhận {accepted}, chờ nhận {submitted}, trả lại {returned}, "
        "quá hạn {overdue}, muộn {late}; đứng đầu danh sách cần đôn đốc là {unit}",
        "the board: owed {owed}, accepted {accepted}, submitted {submitted}, returned {returned}, "
        "overdue {overdue}, late {late}; {unit} stands first",
    ),
    "calendar": (
        "xem lịch của mình: {count} ngày hẹn, việc quá hạn đứng đầu; tải về tệp lịch .ics {bytes} byte",
        "reads its calendar: {count} dates, the overdue first; fetches it as an .ics file of {bytes} bytes",
    ),
    # --- workbooks
    "rows-refused": (
        "nhập tệp Excel {rows} đăng ký: dòng {row} sai ({reason}), không dòng nào được ghi; tải về tệp đã tô ô sai",
        "sends an Excel file of {rows} registrations: row {row} is wrong ({reason}), none is stored; "
        "it comes back marked",
    ),
    "rows-imported": (
        "sửa và nhập lại: cả {rows} dòng được ghi một lượt",
        "corrects it and sends it again: all {rows} rows are stored at once",
    ),
    "exported": (
        "xuất sổ đăng ký ra Excel: {rows} dòng, đúng bằng số đã ghi ({bytes} byte)",
        "exports the register of registrations: {rows} rows, as many as are on record ({bytes} bytes)",
    ),
}
