"""A member under an opaque id: where they belong, what work they do, and what the rules must know of them.

The name, the identity number and the ground of a discipline are sealed with the person's key and go with it; the kind
and the days of a discipline stay, because rules are judged again from them after an erasure.
"""

from domain.decider import Decider
from domain.member.decide import decide
from domain.member.evolve import Member, evolve
from domain.member.messages import Command, EnrolMember, Event, Facts, RecordDiscipline

DISCIPLINE_KEY = "discipline:"
"""Before a person's id: the subject of the key that the grounds of their disciplines are sealed with."""


def _unit(command: Command, member: Member) -> str | None:
    # An id that is taken is the matter of the unit that has it: who sends it again elsewhere is not told whose it is.
    return command.unit_id if isinstance(command, EnrolMember) and member.enrolled is None else member.unit_id


def _person(command: Command, member: Member) -> str | None:
    person_id = command.person_id if isinstance(command, EnrolMember) else None
    person_id = person_id or (member.enrolled.person_id if member.enrolled else None)
    # Violations of the law are sensitive: the ground has a key of its own, which can be destroyed while the rest stays.
    return f"{DISCIPLINE_KEY}{person_id}" if person_id and isinstance(command, RecordDiscipline) else person_id


MEMBER: Decider[Member, Command, Facts, Event] = Decider(
    name="member", initial=Member(), decide=decide, evolve=evolve, unit=_unit, person=_person
)
