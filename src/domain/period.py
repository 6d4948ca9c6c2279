"""A period as an officer names it, such as "Đợt 1 năm 2024", and the days that it comes to."""

import re
from datetime import date
from unicodedata import normalize

from domain.dates import Span

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def folded(period: str) -> str:
    """The period however it is spelt: one for "Đợt 1", "đợt 1 " and the same in decomposed letters."""
    return " ".join(normalize("NFC", period).casefold().split())


def year_named(period: str) -> int | None:
    """The first year that the period names; None: it names none."""
    found = _YEAR.search(period)
    return int(found[0]) if found else None


def span_meant(period: str, phase: str | None, *, phases: tuple[Span, ...], horizon: Span) -> Span:
    """The days of a period of a campaign: its phase's, else the year's that it names, else the whole horizon. Of a year
    only the days within the horizon are meant, unless it lies outside altogether."""
    for span in phases:
        if span.code == phase:
            return span
    year = year_named(period)
    if year is None:
        return horizon
    opens_on, closes_on = date(year, 1, 1), date(year, 12, 31)
    if closes_on < horizon.opens_on or horizon.closes_on < opens_on:
        return Span(code=str(year), opens_on=opens_on, closes_on=closes_on)
    return Span(code=str(year), opens_on=max(opens_on, horizon.opens_on), closes_on=min(closes_on, horizon.closes_on))
