"""Titles held from before the platform, or from outside: the record that units and members keep alike."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from domain.decider import Command as Asked
from domain.decider import Message, Name, Personal, Sealed
from domain.paper import Document, check_issued
from domain.refusals import Absent, Conflict, Invalid
from domain.rules import AwardLevel, Scheme

Year = Annotated[int, msgspec.Meta(ge=1945, le=2100)]
TitleLevel = AwardLevel | Literal["state"]
"""Whose act it was: a grassroots or upper-level union's, the province's, or the State's or the Confederation's."""

# --- Commands -------------------------------------------------------------------


class RecordTitle(Asked, frozen=True, kw_only=True):
    """Enter a title that was granted before the platform, or by an outside body, for the work of a year. `title` is
    what rules call it; `issuer` is who granted it."""

    title: Name
    title_name: Name
    year: Year
    scheme: Scheme
    level: TitleLevel
    issuer: Name
    decision: Document


class StrikeTitle(Asked, frozen=True, kw_only=True):
    """What was recorded does not hold: it was entered wrongly, or whoever granted it took it back."""

    title: Name
    year: Year
    reason: Personal
    document: Document


# --- What events of a unit and of a member say alike ----------------------------


class TitleRecord(Message, frozen=True, kw_only=True):
    title: Name
    title_name: Name
    year: Year
    scheme: Scheme
    level: TitleLevel
    issuer: Name
    decision: Document


class TitleStrike(Message, frozen=True, kw_only=True):
    title: Name
    year: Year
    reason: Sealed
    document: Document


# --- Refusals -------------------------------------------------------------------


class TitleUnknown(Absent):
    """No such title of that year is on record."""

    code = "title.not-on-record"


class TitleRecordedOtherwise(Conflict):
    """A title of this name and year is on record already, with other particulars."""

    code = "title.recorded-otherwise"


class TitleStruck(Conflict):
    """It was struck off the record: by the same decision it is not recorded again, nor struck in another way."""

    code = "title.struck"


# --- State ----------------------------------------------------------------------


class Shelf(Message, frozen=True, kw_only=True):
    """The titles on record, and those that were struck with why, each in the order that they were entered."""

    held: tuple[TitleRecord, ...] = ()
    struck: tuple[tuple[TitleRecord, TitleStrike], ...] = ()

    def of(self, title: str, year: int) -> TitleRecord | None:
        return next((each for each in self.held if (each.title, each.year) == (title, year)), None)

    def last_strike(self, title: str, year: int) -> tuple[TitleRecord, TitleStrike] | None:
        return next((each for each in reversed(self.struck) if (each[1].title, each[1].year) == (title, year)), None)

    def added(self, record: TitleRecord) -> "Shelf":
        return msgspec.structs.replace(self, held=(*self.held, record))

    def removed(self, strike: TitleStrike) -> "Shelf":
        was = self.of(strike.title, strike.year)
        assert was is not None, "what is struck was on record"
        held = tuple(each for each in self.held if each is not was)
        return msgspec.structs.replace(self, held=held, struck=(*self.struck, (was, strike)))


# --- Decide ---------------------------------------------------------------------


def to_record(command: RecordTitle, shelf: Shelf, today: date) -> dict[str, object] | None:
    """What the event says; None: it is on record so.

    Raises: Refused.
    """
    said = _particulars(command)
    if (known := shelf.of(command.title, command.year)) is not None:
        if _particulars(known) == said:
            return None
        raise TitleRecordedOtherwise(title=known.title, year=known.year, decision=known.decision.number)
    strike = shelf.last_strike(command.title, command.year)
    if strike is not None and strike[0].decision == command.decision:
        raise TitleStruck(title=command.title, year=command.year)
    check_issued(command.decision, today, field="decision")
    if command.year > int(command.decision.issued[:4]):
        raise Invalid(field="year", reason="the decision was issued before that year")
    return said


def to_strike(command: StrikeTitle, shelf: Shelf, today: date) -> dict[str, object] | None:
    """What the event says; None: it was struck so.

    Raises: Refused.
    """
    said = {name: getattr(command, name) for name in TitleStrike.__struct_fields__}
    if shelf.of(command.title, command.year) is None:
        strike = shelf.last_strike(command.title, command.year)
        if strike is None:
            raise TitleUnknown(title=command.title, year=command.year)
        if {name: getattr(strike[1], name) for name in said} == said:
            return None
        raise TitleStruck(title=command.title, year=command.year)
    check_issued(command.document, today)
    return said


def _particulars(said: RecordTitle | TitleRecord) -> dict[str, object]:
    return {name: getattr(said, name) for name in TitleRecord.__struct_fields__}
