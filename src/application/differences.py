"""Where two JSON values part first, and what that means in words."""

from collections.abc import Iterable
from itertools import zip_longest
from typing import Any, Literal

import msgspec

from application.personal import joined
from domain.decider import Message

Kind = Literal[
    "value", "bytes", "refused", "nothing", "other-event", "more-events", "alone", "unreadable", "missing",
    "shorter", "impossible", "hash",
]  # fmt: skip


class Difference(Message, frozen=True, kw_only=True):
    """The first place where what is recorded is not what comes out now. `path` in the event's data ("": the whole of
    it); `recorded` and `now` are what stands there, None where nothing does.

    `value`: another value. `bytes`: the same values, written in other bytes. `refused`: now it is not carried out
    (`now` has the code and the facts). `nothing`: now it changes nothing. `other-event`, `more-events`: something else,
    or more, comes of the command. `alone`: it comes only with another step, which is not there. `unreadable`: what is
    stored is no event of its type. `missing`: steps before this one are not in the log. `shorter`: another stream has
    fewer events than were read of it. `impossible`: no history leads to the state before. `hash`: the rule set that is
    stored has not the hash that was pinned.
    """

    kind: Kind
    path: str = ""
    recorded: Any = None
    now: Any = None
    vi: str
    en: str


_SAID: dict[Kind, tuple[str, str]] = {
    "value": (
        "Tại {path}: đã ghi {recorded}, nay xét lại ra {now}",
        "At {path}: recorded was {recorded}, deciding again gives {now}",
    ),
    "bytes": (
        "Cùng nội dung nhưng các byte đã ghi khác các byte mà chương trình ghi",
        "The same values, but the stored bytes are not those that the program writes",
    ),
    "refused": ("Nay bước này bị từ chối: {now}", "Now this step is refused: {now}"),
    "nothing": ("Nay lệnh này không thay đổi gì", "Now this command changes nothing"),
    "other-event": ("Đã ghi {recorded}, nay lệnh cho ra {now}", "Recorded was {recorded}, now the command gives {now}"),
    "more-events": ("Nay lệnh còn cho ra thêm {now}", "Now the command also gives {now}"),
    "alone": (
        "Bước này chỉ có cùng một bước khác của cùng một lệnh, mà bước đó không có",
        "This comes only with another step of the same command, which is not there",
    ),
    "unreadable": (
        "Dữ liệu đã lưu không phải là sự kiện thuộc loại này: {recorded}",
        "What is stored is no event of this type: {recorded}",
    ),
    "missing": (
        "Đây là bước số {recorded} của hồ sơ, phải là bước số {now}: nhật ký thiếu bước",
        "This is step {recorded} of the dossier and should be step {now}: the log lacks steps",
    ),
    "shorter": (
        "{path}: khi quyết định đã đọc {recorded} sự kiện, nay nhật ký chỉ có {now}",
        "{path}: {recorded} events were read for the decision, the log has {now} now",
    ),
    "impossible": (
        "Không có lịch sử nào dẫn tới trạng thái trước bước này: {now}",
        "No history leads to the state before this step: {now}",
    ),
    "hash": (
        "Bộ quy tắc đã lưu không có mã băm đã ghim {recorded}",
        "The rule set that is stored has not the hash that was pinned, {recorded}",
    ),
}
SHOWN_CHARACTERS_MAX = 200


def difference(kind: Kind, *, path: str = "", recorded: Any = None, now: Any = None) -> Difference:
    vi, en = _SAID[kind]
    shown = {"path": path or "…", "recorded": _shown(recorded), "now": _shown(now)}
    return Difference(kind=kind, path=path, recorded=recorded, now=now, vi=vi.format(**shown), en=en.format(**shown))


def _shown(value: Any) -> str:
    """At most so much of it: a whole rule set does not read as a sentence."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[:SHOWN_CHARACTERS_MAX]}…"


def parted(recorded: Any, now: Any, *, widened: bool = False, path: str = "") -> Difference | None:
    """The first place, in the order of what is recorded, where the two part. `widened`: `now` is of a shape that has
    gained fields since, which are passed over."""
    pairs: Iterable[tuple[str, Any, Any]]
    if isinstance(recorded, dict) and isinstance(now, dict):
        names = [*recorded, *(name for name in now if name not in recorded and not widened)]
        pairs = ((joined(path, name), recorded.get(name), now.get(name)) for name in names)
    elif isinstance(recorded, list) and isinstance(now, list):
        beside = enumerate(zip_longest(recorded, now))
        pairs = ((f"{path}[{at}]", one, other) for at, (one, other) in beside)
    else:
        same = recorded == now and type(recorded) is type(now)
        return None if same else difference("value", path=path, recorded=recorded, now=now)
    found = (parted(one, other, widened=widened, path=inner) for inner, one, other in pairs)
    return next((each for each in found if each is not None), None)
