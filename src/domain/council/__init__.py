"""A council session: convened with its roster, its ballots counted, its list held against the quotas, and decided."""

from domain.council.decide import decide
from domain.council.evolve import Session, evolve
from domain.council.messages import Command, ConveneCouncil, Event, Facts, RecordRecusal
from domain.decider import Decider


def _unit(command: Command, session: Session) -> str | None:
    if isinstance(command, ConveneCouncil):
        return command.unit_id
    return session.convened.unit_id if session.convened else None


def _person(command: Command, session: Session) -> str | None:
    """A recusal's reason is about whoever holds the seat."""
    roster = session.convened.roster if session.convened and isinstance(command, RecordRecusal) else ()
    return next((seat.person_id for seat in roster if seat.seat == command.seat), None)  # type: ignore[union-attr]


COUNCIL: Decider[Session, Command, Facts, Event] = Decider(
    name="council", initial=Session(), decide=decide, evolve=evolve, unit=_unit, person=_person
)
