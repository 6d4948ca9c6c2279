"""What the demo says of units, members, clusters and campaigns below campaigns, in Vietnamese and in English."""

PHRASES: dict[str, tuple[str, str]] = {
    # --- units and members
    "cycle-refused": (
        "không đặt được {unit} dưới {below}: chính {below} đang trực thuộc {unit}",
        "cannot place {unit} under {below}, which itself lies under {unit}",
    ),
    "split-off": (
        "tách {new} khỏi {unit} theo {number}; {unit} vẫn hoạt động",
        "splits {new} off {unit} by {number}; {unit} goes on",
    ),
    "merged-into": (
        "sáp nhập {unit} vào {into} theo {number}",
        "merges {unit} into {into} by {number}",
    ),
    "has-children": (
        "chưa giải thể được {unit}: còn {count} đơn vị trực thuộc",
        "cannot dissolve {unit} yet: {count} units still lie under it",
    ),
    "tree-then-and-now": (
        "xem sơ đồ tổ chức ngày {then}: {before}; hôm nay: {after}",
        "looks at the tree of {then}: {before}; today: {after}",
    ),
    "title-recorded": (
        "ghi danh hiệu có từ trước của {subject}: “{title}” năm {year}, theo {number}",
        "records a title that {subject} holds from before: “{title}” of {year}, by {number}",
    ),
    "title-struck": (
        "xóa danh hiệu “{title}” năm {year} của {subject}: {reason}",
        "strikes “{title}” of {year} off the record of {subject}: {reason}",
    ),
    "left-and-rejoined": (
        "đoàn viên {person} thôi sinh hoạt ngày {left}, trở lại ngày {back}: vẫn một hồ sơ",
        "member {person} leaves on {left} and is back on {back}: one record still",
    ),
    "request-received": (
        "nhận yêu cầu của {person} về dữ liệu cá nhân ({kind}), phải trả lời chậm nhất ngày {due}",
        "receives a request of {person} about their data ({kind}), to be answered by {due}",
    ),
    "request-granted": (
        "đưa {person} bản in {count} sự kiện đang lưu về người này",
        "hands {person} a print of the {count} events that are held about them",
    ),
    "request-denied": (
        "không đáp ứng yêu cầu của {person} theo {number}: {reason}",
        "denies the request of {person} by {number}: {reason}",
    ),
    "person-erased": (
        "xóa dữ liệu của {person} theo {number}: từ nay mọi trang chỉ hiện {shown}, quyết định vẫn còn",
        "erases {person} by {number}: every page shows {shown} from now on, and what was decided stays",
    ),
    "team-entered": (
        "nhập {team} của {unit}: tập thể nhỏ, không có công đoàn riêng",
        "enters {team} of {unit}: a small collective without a union of its own",
    ),
    "accident": (
        "báo tai nạn lao động ngày {day}: {deaths} người chết, {injured} người bị thương",
        "reports an accident at work on {day}: {deaths} dead, {injured} injured",
    ),
    # --- clusters and blocks
    "cluster-formed": (
        "lập “{name}” gồm {count} đơn vị; đơn vị trưởng: {lead}",
        "forms “{name}” of {count} units; its lead: {lead}",
    ),
    "cluster-admitted": ("kết nạp {unit} vào “{name}”", "admits {unit} to “{name}”"),
    "cluster-taken": (
        "không đưa {unit} vào “{name}” được: đang ở {cluster}",
        "cannot admit {unit} to “{name}”: it is in {cluster}",
    ),
    "cluster-released": ("cho {unit} ra khỏi “{name}”", "releases {unit} from “{name}”"),
    "cluster-lead": ("cử {unit} làm đơn vị trưởng của “{name}”", "names {unit} the lead of “{name}”"),
    "cluster-renamed": ("đổi tên “{before}” thành “{name}”", "renames “{before}” to “{name}”"),
    "cluster-dissolved": ("giải thể “{name}” theo {number}", "dissolves “{name}” by {number}"),
    "peer-outside": (
        "không nhờ {peer} chấm chéo được: không cùng cụm",
        "cannot have {peer} cross-score: it is not of the cluster",
    ),
    "compared": (
        "so ba cột điểm của {subject}: tự chấm {own}, chấm chéo {cross}, thẩm định {appraised}; chỉ thẩm định là tính",
        "compares the points of {subject}: own {own}, peers {cross}, appraised {appraised}; only the last count",
    ),
    "peer-sees": (
        "xem phiếu mình chấm cho {subject}; điểm của đơn vị khác và điểm thẩm định không hiện",
        "sees its own sheet for {subject}; neither the other peers' points nor the appraisal",
    ),
    "not-all-final": (
        "chưa xếp hạng “{name}” được: {count} đơn vị chưa chốt xếp loại",
        "cannot rank “{name}” yet: the class of {count} unit is not final",
    ),
    "ranked": ("xếp hạng “{name}”: {places}", "ranks “{name}”: {places}"),
    "ranked-without": (
        "xếp hạng “{name}”: {places}; để lại {left_out}, có ghi lý do",
        "ranks “{name}”: {places}; leaves {left_out} out, with a reason",
    ),
    "election-tied": (
        "bầu lần đầu hai đơn vị bằng phiếu ({votes}): phải bầu lại",
        "the first vote is a tie ({votes} each): the cluster votes again",
    ),
    "elected": (
        "“{name}” suy tôn {unit} dẫn đầu: {votes}/{members} phiếu, biên bản {number}",
        "“{name}” elects {unit} its leader: {votes} of {members} votes, minutes {number}",
    ),
    "elected-otherwise": (
        "không ghi đè được kết quả suy tôn {unit}: phải hủy bằng văn bản trước",
        "cannot write over the election of {unit}: a paper must annul it first",
    ),
    "election-annulled": (
        "hủy kết quả suy tôn theo {number}: {reason}",
        "annuls the election by {number}: {reason}",
    ),
    "bonus": (
        "cộng {points} điểm thưởng cho {subject}: {reason}",
        "adds {points} bonus points for {subject}: {reason}",
    ),
    # --- what a collective needs, and many at once
    "enrolled": ("kết nạp đoàn viên {person} của {unit}", "enrols {person} of {unit}"),
    "share-met": (
        "{found} trong {members} người giữ danh hiệu “{title}”, cần {needed}: đã đủ",
        "{found} of {members} persons hold “{title}”, {needed} are needed: enough",
    ),
    "share-short": (
        "{found} trong {members} người giữ danh hiệu “{title}”, cần {needed}: chưa đủ",
        "{found} of {members} persons hold “{title}”, {needed} are needed: too few",
    ),
    "confirmed-at-once": (
        "xác nhận {count} đăng ký danh hiệu trong một lần; gửi lại: {already} đã xác nhận từ trước, không ghi thêm gì",
        "confirms {count} registrations for titles by one request; once more: {already} are so already, nothing stored",
    ),
    "all-or-nothing": (
        "gửi {count} đăng ký trong một lần, một giao ước chưa đủ chữ ký: không đăng ký nào được xác nhận",
        "sends {count} registrations at once, one compact unsigned: none of them is confirmed",
    ),
    # --- a campaign below a campaign
    "child-launched": (
        "phát động “{name}”, triển khai {parent}",
        "launches “{name}”, which carries out {parent}",
    ),
    "child-orphan": (
        "không nhận “{name}”: văn bản không dẫn kế hoạch của cấp trên",
        "does not take “{name}”: it does not cite the paper of the level above",
    ),
    "child-shown": (
        "bảng tổng hợp của phong trào trên hiện phong trào dưới: {registrations} đăng ký, {confirmed} đã xác nhận",
        "the summary above shows the campaign below: {registrations} registrations, {confirmed} confirmed",
    ),
}

WORDS: dict[str, tuple[str, str]] = {
    "no-fatal-accident": ("có tai nạn lao động chết người", "a fatal accident at work"),
    "elected-by-cluster": ("không được cụm suy tôn", "not elected by its cluster"),
    "tasks-share-min": ("chưa đủ người được xếp loại", "too few of its persons are classified"),
    "holders-share-min": ("chưa đủ người giữ danh hiệu", "too few of its persons hold the title"),
}
