"""What is said of a request, of access, and of workbooks."""

TEXTS: dict[str, tuple[str, str]] = {
    # --- The request itself ---------------------------------------------------
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
    "checkpoint.none": ("Chưa có điểm kiểm tra nào như vậy được ký", "No such checkpoint has been signed yet"),
    "tree.damaged": (
        "Cây của nhật ký bị hỏng: người vận hành cần chạy thidua audit check --deep",
        "The log's tree is damaged: its operator is to run thidua audit check --deep",
    ),
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
    "log.frozen": (
        "Nhật ký của liên đoàn đang tạm dừng ghi vì không khớp với điểm kiểm tra lưu bên ngoài (thường là sau khi khôi "
        "phục bản sao lưu) hoặc thiếu sự kiện; người vận hành phải xem `thidua audit status` và xử lý. Đọc vẫn được",
        "The federation's log takes nothing new, since it does not fit its checkpoint outside (a backup was restored, "
        "as a rule) or lacks events; the operator must look at `thidua audit status` and act. Reading goes on",
    ),
    "cursor.cut": (
        "Vị trí này thuộc phần nhật ký đã mất khi khôi phục: bỏ những gì dựng từ các sự kiện sau điểm cắt, rồi đọc "
        "tiếp từ điểm cắt ở kỷ nguyên hiện tại",
        "This position is of a part of the log that a restore has ended: drop what was built from events after the "
        "cut, and go on from the cut in the current epoch",
    ),
    "view.behind": (
        "Bảng tổng hợp chưa cập nhật tới vị trí được yêu cầu; hãy gửi lại",
        "The view has not come as far as was asked; send it again",
    ),
    "past.being-made": (
        "Trạng thái tại vị trí đó đang được dựng lại từ nhật ký; hãy gửi lại",
        "The state at that position is being made from the log; send it again",
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
    # --- Access and commands --------------------------------------------------
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
    # --- Workbooks ------------------------------------------------------------
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
}
