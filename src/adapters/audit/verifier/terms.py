"""What a campaign says of days: its registration rules and phases, counted in calendar days of Việt Nam."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

Data = dict[str, Any]


class NoRule(Exception):
    """The campaign names no day of this kind."""


class Campaign:
    """A campaign as its events have made it, up to `version`."""

    def __init__(self) -> None:
        self.version, self.launched_on = 0, date.max
        self._directive: Data = {}
        self._phase_ends: list[date] = []

    def put(self, kind: str, data: Data, version: int) -> None:
        self.version = version
        if kind == "campaign.launched":
            self.launched_on = date.fromisoformat(data["launched_on"])
        if kind in ("campaign.drafted", "campaign.amended"):
            self._directive = data["directive"]
        if kind in ("campaign.launched", "campaign.amended"):
            self._phase_ends = [date.fromisoformat(phase["closes_on"]) for phase in data["phases"]]

    def due_on(self, kind: str, level: str, day: date) -> date | None:
        """The last day in time for a registration of this kind, by a unit of this level, made on `day`; None: no day is
        named.

        Raises:
            NoRule: the campaign asks for no such registration.
        """
        rules = [rule for rule in self._directive["registrations"] if rule["kind"] == kind]
        [rule, *_] = [rule for rule in rules if level in rule["levels"]] + rules or [None]
        if rule is None:
            raise NoRule(kind)
        days = self._days(rule["rule"])
        return next((due for due in days if day <= due), days[-1] if days else None)

    def _days(self, rule: Data) -> list[date]:
        """Every last day in time, in order."""
        horizon = self._directive["horizon"]
        match rule["kind"]:
            case "before":
                return [date.fromisoformat(rule["day"]) - timedelta(days=1)]
            case "no-later-than":
                return [date.fromisoformat(rule["day"])]
            case "within-month":
                return [_month_day(int(rule["month"][:4]), int(rule["month"][5:]), 31)]
            case "at-launch":
                return [self.launched_on + timedelta(days=rule["days"])]
            case "open-ended":
                return [date.fromisoformat(horizon["closes_on"])]
            case "after-each-phase":
                return [end + timedelta(days=rule["days"]) for end in self._phase_ends]
            case "yearly":
                first, last = int(horizon["opens_on"][:4]), int(horizon["closes_on"][:4])
                month, day = int(rule["month_day"][:2]), int(rule["month_day"][3:])
                return [_month_day(year, month, day) for year in rule["years"] or range(first, last + 1)]
            case kind:
                raise NoRule(kind)


def _month_day(year: int, month: int, day: int) -> date:
    """The day of the month, or its last one before that."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def working_days(after: date, until: date, holidays: Iterable[str]) -> int:
    """Working days from the day after `after` up to `until`, which counts: Monday to Friday, no holiday."""
    closed = {date.fromisoformat(day) for day in holidays}
    length = min((until - after).days, 3_660)
    days = (after + timedelta(days=number) for number in range(1, length + 1))
    return sum(day.weekday() < 5 and day not in closed for day in days)
