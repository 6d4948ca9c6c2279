"""A unit's calendar as text/calendar (RFC 5545): all-day events, one for each entry."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from adapters.read_models.unit_calendar import Entry, UnitCalendar

OCTETS_MAX = 75
_UNFIT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
"""Control characters, which the format forbids, and what some programs take for the end of a line."""
WHAT = {
    "duty": "Hạn nhiệm vụ",
    "registration": "Hạn đăng ký",
    "phase-opens": "Mở đợt",
    "phase-closes": "Kết thúc đợt",
    "drive-opens": "Mở cao điểm",
    "drive-closes": "Kết thúc cao điểm",
    "target": "Hạn chỉ tiêu",
    "campaign-closes": "Kết thúc phong trào",
    "publication": "Hết hạn công khai",
    "council": "Họp hội đồng",
}


def written(calendar: UnitCalendar, now: datetime) -> bytes:
    """The calendar's exact bytes: lines end with CRLF and are folded after 75 octets."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Thi Dua//Calendar//VI",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(calendar.unit_name)}",
    ]
    for entry in calendar.entries:
        lines += _event(calendar.unit_id, entry, now)
    return "".join(f"{folded}\r\n" for line in (*lines, "END:VCALENDAR") for folded in _folded(line)).encode()


def _event(unit_id: str, entry: Entry, now: datetime) -> list[str]:
    overdue = "QUÁ HẠN – " if entry.overdue else ""
    told = f"{entry.state}, {entry.source}"
    if entry.worked_on is not None:
        told += f"; rơi vào ngày nghỉ, ngày làm việc tiếp theo {entry.worked_on:%d/%m/%Y}"
    return [
        "BEGIN:VEVENT",
        f"UID:{entry.campaign_id}.{entry.what}.{entry.code}.{entry.occurrence}.{unit_id}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(f'{overdue}{WHAT[entry.what]}: {entry.name}')}",
        f"DESCRIPTION:{_escaped(told)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNFIT.sub(" ", text).replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, each but the first behind a space; no letter is cut in two."""
    part, room = "", OCTETS_MAX
    for letter in line:
        size = len(letter.encode())
        if size > room:
            yield part
            part, room = " ", OCTETS_MAX - 1
        part, room = part + letter, room - size
    yield part
