"""A calendar's file: each year's holidays and swapped days, read into types, each mistake named by its key."""

from pathlib import Path

import msgspec

from application.file_problems import Reason, mailboxes, misshapen, read_toml, refuse
from domain.calendar import WorkingCalendar, mistakes

FILE = Path("calendars") / "viet-nam.toml"
"""Where it lies below the folder that is deployed."""


def load_calendar(path: Path) -> WorkingCalendar:
    """The calendar at `path`.

    Raises:
        FileProblems: every mistake in it.
    """
    raw = read_toml(path)
    refuse(path, [*misshapen(raw, WorkingCalendar), *mailboxes(raw)])
    calendar = msgspec.convert(raw, WorkingCalendar)
    found = [(key, Reason(reason, f"không hợp lệ ({reason})")) for key, reason in mistakes(calendar)]
    if calendar.code != path.stem:
        found.append(("code", Reason(f"must be the file's name, {path.stem!r}", f"phải là tên tệp, {path.stem!r}")))
    refuse(path, found)
    return calendar
