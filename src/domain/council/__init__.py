"""A council session: convened with its roster, its ballots counted, its list held against the quotas, and decided."""

from domain.council.decide import decide
from domain.council.evolve import Session, evolve
from domain.council.messages import Command, ConveneCouncil, Event, Facts
from domain.decider import Decider


def _unit(command: Command, session: Session) -> str | None:
    if isinstance(command, ConveneCouncil):
        return command.unit_id
    return session.convened.unit_id if session.convened else None


COUNCIL: Decider[Session, Command, Facts, Event] = Decider(
    name="council", initial=Session(), decide=decide, evolve=evolve, unit=_unit
)
