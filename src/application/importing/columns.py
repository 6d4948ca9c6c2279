"""What a column of a workbook holds, and how a cell becomes a value: the same for templates and for imports."""

from datetime import date, datetime
from re import compile as pattern
from typing import Any, Literal
from unicodedata import normalize

import msgspec

from domain.refusals import Invalid

Holds = Literal["text", "code", "slug", "date", "count", "points", "choice", "yes-no"]
YEARS = range(1900, 2200)
POINTS_MAX = 1_000_000
_D_M_Y = pattern(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_Y_M_D = pattern(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLUG = pattern(r"[a-z0-9]+(-[a-z0-9]+)*")
_COUNT = pattern(r"\d{1,12}")
_POINTS = pattern(r"\d{1,7}([.,]\d{1,2})?")
_YES, _NO = frozenset({"có", "x", "co", "yes"}), frozenset({"không", "khong", "no"})


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """`heading` is what officers see, `about` what the instructions say; `choices` are words and what they stand for.
    `size_max` bounds a text; `personal` is a text about a person."""

    code: str
    heading: str
    about: str
    holds: Holds = "text"
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    example: str = ""
    size_max: int = 500
    personal: bool = False


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of workbook. `key` are the columns that no two rows may have alike."""

    kind: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def column(self, code: str) -> Column | None:
        return next((column for column in self.columns if column.code == code), None)


class BadCell(Invalid):
    """A cell does not hold what its column is for."""

    code = "import.bad-cell"


def heading_key(text: str) -> str:
    """The heading as two officers would agree on it: composed, without case, single spaces, without the star."""
    return " ".join(normalize("NFC", text).casefold().replace("*", " ").split())


def typed(column: Column, raw: Any) -> Any:
    """The value that a cell's content stands for; None for an empty one.

    Raises:
        BadCell: it is none of what the column holds; the reason says what is wrong.
    """
    value = normalize("NFC", raw).strip() if isinstance(raw, str) else raw
    if value is None or value == "":
        if column.required:
            raise bad(column, "is required")
        return None
    match column.holds:
        case "text" | "code" | "slug":
            return _text(column, value)
        case "date":
            return _day(column, value)
        case "count":
            return _count(column, value)
        case "points":
            return _points(column, value)
        case "choice":
            return _choice(column, value)
        case "yes-no":
            return _yes_no(column, value)


def bad(column: Column, reason: str) -> BadCell:
    return BadCell(field=column.code, reason=reason)


def _text(column: Column, value: Any) -> str:
    if not isinstance(value, str):
        if column.holds != "text":
            raise bad(column, "is a number: format the cell as text, or leading zeros are lost")
        if isinstance(value, float | int) and not isinstance(value, bool):
            return f"{value:.15g}"
        raise bad(column, "is not text")
    if len(value) > column.size_max:
        raise bad(column, f"expected `str` of length <= {column.size_max}")
    if "\0" in value:
        raise bad(column, "holds a NUL character")
    if column.holds == "slug" and not _SLUG.fullmatch(value):
        raise bad(column, "is no code: lower case without accents, digits, hyphens")
    return value


def _day(column: Column, value: Any) -> date:
    if isinstance(value, datetime):
        found: date | None = value.date()
    elif isinstance(value, date):
        found = value
    else:
        found = _typed_day(value) if isinstance(value, str) else None
    if found is None:
        raise bad(column, "is no day: type it as day/month/year")
    if found.year not in YEARS:
        raise bad(column, f"lies outside the years {YEARS.start} to {YEARS.stop - 1}")
    return found


def _typed_day(text: str) -> date | None:
    """A day as officers type it, day first."""
    if matched := _D_M_Y.fullmatch(text):
        day, month, year = map(int, matched.groups())
    elif matched := _Y_M_D.fullmatch(text):
        year, month, day = map(int, matched.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _count(column: Column, value: Any) -> int:
    if isinstance(value, str) and _COUNT.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise bad(column, "is no number")
    if value != value or value < 0 or value > 1e12 or value != int(value):  # noqa: PLR0124 (not a number)
        raise bad(column, "is no whole number from 0")
    return int(value)


def _points(column: Column, value: Any) -> int:
    """Hundredths of a point."""
    if isinstance(value, str) and _POINTS.fullmatch(value):
        value = float(value.replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise bad(column, "is no number")
    hundredths = round(value * 100) if 0 <= value <= POINTS_MAX else -1
    if hundredths < 0 or abs(hundredths - value * 100) > 1e-6:
        raise bad(column, "is no points from 0 with at most two decimals")
    return hundredths


def _choice(column: Column, value: Any) -> str:
    said = heading_key(str(value))
    for word, meaning in column.choices:
        if said in (heading_key(word), heading_key(meaning)):
            return meaning
    raise bad(column, f"is none of: {'; '.join(word for word, _ in column.choices)}")


def _yes_no(column: Column, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    said = heading_key(str(value))
    if said in _YES or said in _NO:
        return said in _YES
    raise bad(column, "is neither Có nor Không")
