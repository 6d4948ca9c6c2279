"""The reasons that fields are refused for, in Vietnamese: patterns of the English sentences, and what they become."""

import re
from functools import lru_cache

from adapters.http.vocabulary import words_of

_PHRASES: tuple[tuple[str, str], ...] = (
    # --- The request ------------------------------------------------------------
    ("is required", "là bắt buộc"),
    ("is not a known field", "không phải trường được biết"),
    ("is not UTF-8(?: at a text's byte (.+))?", "không phải UTF-8"),
    ("is nested deeper than (.+) levels", "lồng sâu quá {} cấp"),
    ("holds a NUL character", "có ký tự NUL"),
    ("is blank", "bị bỏ trống hoặc chỉ có khoảng trắng"),
    ("is not HTTP, or too large", "không phải HTTP (chữ có dấu trong địa chỉ phải được mã hóa), hoặc quá lớn"),
    ("lies outside the years (.+) to (.+)", "nằm ngoài các năm từ {} đến {}"),
    ("has more than (.+) parameters", "có nhiều hơn {} tham số"),
    ("stands twice", "xuất hiện hai lần"),
    ("was not given out by this list", "không phải do danh sách này cấp"),
    ("(.+) is no event type", "{} không phải loại sự kiện"),
    ("lies behind the log's last position, (.+)", "lớn hơn vị trí cuối của nhật ký, {}"),
    ("must be 1 to 255 visible ASCII characters", "phải gồm 1 đến 255 ký tự ASCII nhìn thấy được"),
    ('must be one ETag as it was given, such as "7", or \\*', 'phải là một ETag đã nhận, ví dụ "7", hoặc *'),
    ("must be application/json", "phải là application/json"),
    ("must be absent", "phải bỏ trống"),
    (
        "is percent where the registration names no unit: at most 100",
        "là phần trăm khi đăng ký không ghi đơn vị tính: nhiều nhất 100",
    ),
    ("follows from the code: leave it out", "được suy ra từ mã, không ghi trường này"),
    ("lies before (.+), the day that this matter began on", "trước {}, là ngày bắt đầu việc này"),
    ("lies before the launch of the campaign, (.+)", "trước ngày phát động phong trào, {}"),
    ("is not acceptable", "không hợp lệ"),
    ("sealed-text", "có dạng dữ liệu đã niêm phong"),
    (r"JSON is malformed: trailing comma.* \(byte (\d+)\)", "thừa dấu phẩy cuối, ở byte thứ {}"),
    (
        r"JSON is malformed: object keys must be strings \(byte (\d+)\)",
        'tên trường phải đặt trong dấu nháy kép thẳng ("), ở byte thứ {}',
    ),
    (r"JSON is malformed: trailing characters \(byte (\d+)\)", "còn chữ thừa sau dấu đóng, ở byte thứ {}"),
    (
        r"JSON is malformed: invalid character \(byte 0\)",
        "không phải JSON ghi bằng UTF-8 (ví dụ tệp Unicode của Windows)",
    ),
    (r"JSON is malformed: .+ \(byte (\d+)\)", "JSON viết sai ở byte thứ {}"),
    ("[Ii]nput data was truncated", "trống hoặc bị cắt ngang"),
    ("maximum recursion depth exceeded.*", "lồng quá sâu"),
    ("expected `(.+)`, got `(.+)`", "phải là {}, không phải {}"),
    ("expected `str` of length >= 1", "không được để trống"),
    ("expected `str` of length <= (.+)", "dài quá {} ký tự"),
    ("expected `array` of (?:at least )?length (?:>= )?(\\d+)(?:, got .+)?", "phải có ít nhất {} mục"),
    ("expected `array` of (?:at most )?length (?:<= )?(\\d+)(?:, got .+)?", "phải có nhiều nhất {} mục"),
    ("expected `(?:int|float)` >= (.+)", "phải từ {} trở lên"),
    ("expected `(?:int|float)` <= (.+)", "không được lớn hơn {}"),
    (r"expected `str` matching regex '\^\[0-9a-f\]\{8\}.+", "phải là id do hệ thống cấp, không phải tên hay mã"),
    (
        r"expected `str` matching regex '\^\(?\[a-z0-9\]\+.+",
        "phải là mã: chữ thường không dấu, số, gạch nối; ví dụ dot-1",
    ),
    (
        r"expected `str` matching regex '\^\\\\d\{4\}\(-.+",
        "phải là năm, năm-tháng hoặc năm-tháng-ngày, ví dụ 2023-07-20",
    ),
    (r"expected `str` matching regex '\^\(19.+", "phải là năm-tháng, ví dụ 2023-07"),
    (r"expected `str` matching regex '\^\(0\[1-9\].+", "phải là tháng-ngày, ví dụ 12-31"),
    ("expected `([^`]+)`", "phải là {}"),
    ("expected `(.+)` of length (.+)", "phải là {} có độ dài {}"),
    ("expected `(.+)` matching regex (.+)", "phải là {} theo mẫu {}"),
    ("expected `(.+)` with timezone component|expected `(.+)` with a timezone component", "phải có múi giờ"),
    ("expected `(.+)` (<=|>=|<|>) (.+)", "phải là {} {} {}"),
    ("(?:invalid (?:enum )?value )?(.+); it is one of (.+)", "không có giá trị {}; chọn một trong: {}"),
    ("invalid enum value (.+)", "không có giá trị {}"),
    ("invalid value (.+)", "không có giá trị {}"),
    ("invalid RFC3339 encoded date", "phải là ngày có thật, viết năm-tháng-ngày, ví dụ 2023-03-15"),
    ("invalid (.+)", "sai {}"),
    ("integer value out of range", "số nằm ngoài phạm vi"),
    # --- Days and periods -------------------------------------------------------
    ("lies after today, (.+)", "sau hôm nay, {}"),
    ("lies before the decision, (.+)", "trước ngày của quyết định, {}"),
    ("lies in the future", "nằm trong tương lai"),
    ("lies before published_from", "trước published_from"),
    (
        "lies before (.+), the day that it is published on",
        "trước {}, là ngày công khai (đã công khai trên giấy từ trước thì nêu ngày đó ở happened_on)",
    ),
    ("lies before effective_from", "trước effective_from"),
    ("the launch lies after the campaign's horizon", "ngày phát động sau thời hạn của phong trào"),
    ("closes before it opens", "kết thúc trước khi mở"),
    ("lies more than 20 years after the opening", "quá 20 năm kể từ khi mở"),
    ("lies outside (.+) to (.+)", "nằm ngoài khoảng {} đến {}"),
    ("lies after the campaign's horizon", "sau thời hạn của phong trào"),
    ("lies before the campaign's horizon", "trước thời hạn của phong trào"),
    ("lies more than a year before the campaign's horizon", "sớm hơn thời hạn của phong trào quá một năm"),
    ("(.+) lies outside the campaign's horizon", "{} nằm ngoài thời hạn của phong trào"),
    ("is another day than opens_on", "khác ngày opens_on"),
    ("the phase closes before the launch day", "đợt kết thúc trước ngày phát động"),
    ("a discipline cannot be recorded before its day", "không thể ghi kỷ luật trước ngày có hiệu lực"),
    ("lies before the day that it begins", "trước ngày bắt đầu"),
    ("lies before the day that the discipline began", "trước ngày kỷ luật bắt đầu"),
    ("is no year of the campaign that has begun", "không phải một năm đã bắt đầu của phong trào"),
    ("is no year of the campaign that has begun", "không phải năm đã bắt đầu của phong trào"),
    ("a year stands twice", "có một năm xuất hiện hai lần"),
    # --- Directives -------------------------------------------------------------
    ("(?:the campaign|the directive) has no such phase", "phong trào không có đợt này"),
    ("the directive has no phases", "văn bản không chia đợt"),
    ("drops the phase (.+), which has opened already", "bỏ đợt {} đã mở"),
    ("a target measured against allotments must say how it is allotted", "chỉ tiêu theo số giao phải nêu cách giao"),
    ("(.+) stands twice for one level", "{} xuất hiện hai lần cho một cấp"),
    ("(.+) stands twice", "{} xuất hiện hai lần"),
    ("names (.+), which is no (.+) of this directive", "nêu {}, không có trong văn bản này ({})"),
    ("must be 'any': .+", "phải là 'any': tính cả đơn vị chưa có công đoàn"),
    ("nobody owes this duty", "không có đơn vị nào phải thực hiện"),
    ("has no (.+), where the unit's name is filled in", "thiếu {}, chỗ điền tên đơn vị"),
    ("the directive differs from what was drafted: .+", "khác văn bản đã lập: hãy nêu văn bản sửa đổi"),
    ("(.+) was entered with (.+), which cannot change: .+", "{} đã được lập với {}, không thể đổi"),
    # --- Rubrics and rules ------------------------------------------------------
    ("at most (.+)", "tối đa {}"),
    ("their maxima add up to (.+), not (.+)", "tổng điểm tối đa là {}, không phải {}"),
    ("is (.+), but its criteria add up to (.+)", "là {}, nhưng các tiêu chí cộng lại là {}"),
    ("(?:is not 0: )?the last band takes everybody", "mức cuối cùng phải nhận mọi số điểm"),
    ("scored twice", "được chấm hai lần"),
    ("not scored: (.+)", "chưa chấm: {}"),
    ("adjusted twice", "được điều chỉnh hai lần"),
    ("is not below the band before it", "không thấp hơn mức liền trước"),
    ("(.+) is there twice", "{} có hai lần"),
    ("is more than the whole roster", "nhiều hơn toàn bộ thành viên"),
    ("(.+) cannot be one of several", "{} không thể là một trong các điều kiện thay thế"),
    ("not a criterion that is scored", "không phải tiêu chí được chấm"),
    ("a complaint that is not upheld changes no score", "khiếu nại không được chấp nhận thì không đổi điểm"),
    ("the lead unit is one of the members", "đơn vị trưởng cụm, khối là một trong các thành viên"),
    ("a unit stands twice", "có đơn vị được nêu hai lần"),
    ("nobody is left to be ranked", "không còn đơn vị nào để xếp hạng"),
    ("lies before the election", "trước ngày suy tôn"),
    ("more than the members, (.+)", "nhiều hơn số thành viên, {}"),
    ("(.+) votes of (.+) electors", "{} phiếu trong khi chỉ có {} đơn vị bỏ phiếu"),
    ("had no votes: it is not in the tallies", "không có phiếu nào: đơn vị không có trong kết quả kiểm phiếu"),
    ("another unit has more votes", "có đơn vị khác nhiều phiếu hơn"),
    ("the minutes do not annul themselves", "biên bản không tự hủy chính nó: cần một văn bản khác"),
    ("holds on days of version (.+) of (.+)", "áp dụng trùng ngày với phiên bản {} của {}"),
    (r"(.+)\. is signed for an office: name it", "ký {}. là ký thay, ký theo lệnh một chức vụ: hãy nêu chức vụ đó"),
    ("(.+) is not signed for another office", "hình thức ký {} không ký thay chức vụ khác"),
    ("nobody signs for their own office", "không ai ký thay cho chính chức vụ của mình"),
    ("peers are other units, each once", "đơn vị chấm chéo là các đơn vị khác, mỗi đơn vị một lần"),
    # --- Councils and awards ----------------------------------------------------
    ("one person holds two seats, and would have two votes", "một người giữ hai ghế, sẽ có hai phiếu"),
    ("is not a seat of the roster", "không phải ghế trong Hội đồng"),
    ("no dossier is on the list yet", "danh sách của phiên họp chưa có hồ sơ nào"),
    ("each dossier of the list is counted once, and no other", "mỗi hồ sơ trong danh sách được đếm đúng một lần"),
    ("more than the (.+) seats", "nhiều hơn {} ghế"),
    ("more than the (.+) present", "nhiều hơn {} người có mặt"),
    ("more than the (.+) who wrote", "nhiều hơn {} người gửi phiếu"),
    ("fewer than the (.+) returned", "ít hơn {} phiếu thu về"),
    ("adds up to (.+), but (.+) came back", "cộng lại là {}, nhưng thu về {}"),
    ("is not an approved dossier of the list", "không phải hồ sơ được thông qua trong danh sách"),
    ("is there twice: nobody votes twice", "có hai lần: không ai bỏ phiếu hai lần"),
    ("is not the decision that the council's list was issued by", "không phải quyết định của danh sách"),
    # --- Registrations, units, members ------------------------------------------
    ("a record cannot be merged into itself", "không thể nhập hồ sơ vào chính nó"),
    ("the campaign asks for no registration of kind (.+)", "phong trào không có loại đăng ký {}"),
    ("this kind is registered by (.+)", "loại này dành cho {}"),
    ("this kind is registered at level (.+)", "loại này đăng ký ở cấp {}"),
    ("(.+) is no phase of the campaign", "{} không phải đợt của phong trào"),
    ("a registration for a title must name it", "đăng ký danh hiệu phải nêu danh hiệu"),
    ("(.+) is no title of the campaign", "{} không phải danh hiệu của phong trào"),
    ("(.+) is held by (.+)", "{} dành cho {}"),
    ("a target must say how much", "chỉ tiêu phải nêu số lượng"),
    ("a launch event must name its day", "lễ phát động phải nêu ngày"),
    ("only a work, product or task is recognised as commemorative", "chỉ gắn biển công trình, sản phẩm, phần việc"),
    ("only an initiative is judged by an initiative council", "chỉ sáng kiến mới qua Hội đồng sáng kiến"),
    ("only a registration of kind 'title' names one", "chỉ đăng ký danh hiệu mới nêu danh hiệu"),
    ("the first party is the one that registers", "bên thứ nhất là bên đăng ký"),
    ("a compact has two different parties", "giao ước có hai bên khác nhau"),
    ("a unit signs with a unit, a person with a person", "đơn vị ký với đơn vị, cá nhân ký với cá nhân"),
    ("only a grassroots unit can be without a union", "chỉ đơn vị cơ sở mới có thể chưa có công đoàn"),
    ("more than all workers", "nhiều hơn tổng số lao động"),
    ("the unit had no union on that day", "ngày đó đơn vị chưa có công đoàn"),
)
_PATTERNS = tuple((re.compile(english, re.DOTALL), vietnamese) for english, vietnamese in _PHRASES)


def in_language(reason: str, language: str) -> str:
    """The reason in "vi" or "en"; one that is not known stays English rather than being lost."""
    return reason if language == "en" else (vietnamese(reason) or reason)


@lru_cache(maxsize=1_000)
def vietnamese(reason: str) -> str | None:
    """The reason in Vietnamese; None where no pattern fits."""
    for pattern, template in _PATTERNS:
        if matched := pattern.fullmatch(reason):
            return template.format(*(_said(group) for group in matched.groups() if group is not None))
    return None


def _said(group: str) -> str:
    """Types and levels in words; what somebody sent is quoted, and so stays as it is."""
    return group if group.startswith(("'", '"')) else " hoặc ".join(words_of(part) for part in group.split(" | "))
