"""A registration: submitted by a unit, confirmed by the level above, carried out, and recognised."""

from domain.decider import Decider
from domain.registration.decide import decide
from domain.registration.evolve import Registration, evolve
from domain.registration.messages import (
    AcceptCompact,
    Command,
    ConfirmRegistration,
    Event,
    Facts,
    PutUnderReview,
    RecogniseInitiative,
    RecogniseWork,
    RefuseInitiative,
    ReturnRegistration,
    SubmitRegistration,
    WithdrawRecognition,
)

BY_UNIT_ABOVE = (
    ReturnRegistration,
    ConfirmRegistration,
    RecogniseWork,
    PutUnderReview,
    RecogniseInitiative,
    RefuseInitiative,
    WithdrawRecognition,
)


def _unit(command: Command, registration: Registration) -> str | None:
    """A party signs as its own unit; what the unit above does is a matter of the unit above."""
    if isinstance(command, SubmitRegistration):
        return command.unit_id
    if isinstance(command, AcceptCompact) and command.unit_id in _parties(registration):
        return command.unit_id  # Who is no party has no business here, and is not told that there is a compact.
    if isinstance(command, BY_UNIT_ABOVE):
        return registration.receiver_id
    return registration.unit_id or None


def _parties(registration: Registration) -> list[str]:
    return [party.unit_id for party in getattr(registration.subject, "parties", ())]


def _person(command: Command, registration: Registration) -> str | None:
    subject = command.subject if isinstance(command, SubmitRegistration) else registration.subject
    return getattr(subject, "person_id", None)


REGISTRATION: Decider[Registration, Command, Facts, Event] = Decider(
    name="registration", initial=Registration(), decide=decide, evolve=evolve, unit=_unit, person=_person
)
