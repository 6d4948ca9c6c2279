"""An award dossier: nominated, appraised, checked by rules, published, voted on, decided; declined, held, revoked."""

from domain.award.complaints import ReceiveComplaint
from domain.award.decide import decide
from domain.award.evolve import Award, evolve
from domain.award.messages import (
    AppraiseDossier,
    Command,
    CompleteDossier,
    Event,
    Facts,
    NominateAward,
    ReturnDossier,
)
from domain.award.parts import AttachPart, RemovePart
from domain.decider import Decider


def _unit(command: Command, award: Award) -> str | None:
    """The unit hands its dossier in with its papers, the one above appraises it, the one that decides does all the
    rest. A complaint is taken by whoever it is handed to: the unit, or one above it."""
    if isinstance(command, NominateAward):
        return command.unit_id
    if award.nominated is None:
        return None
    if isinstance(command, CompleteDossier | AttachPart | RemovePart | ReceiveComplaint):
        return award.nominated.unit_id
    if isinstance(command, ReturnDossier | AppraiseDossier):
        return award.nominated.appraiser_id
    return award.nominated.deciding_unit_id


def _person(command: Command, award: Award) -> str | None:
    if isinstance(command, NominateAward):
        return command.person_id
    return award.nominated.person_id if award.nominated else None


AWARD: Decider[Award, Command, Facts, Event] = Decider(
    name="award", initial=Award(), decide=decide, evolve=evolve, unit=_unit, person=_person
)
