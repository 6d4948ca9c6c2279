"""The calendar that is deployed."""

from application.calendar_file import FILE, load_calendar
from tests.support.tree import PROJECT

CALENDAR = load_calendar(PROJECT / "deploy" / FILE)
