"""A duty that falls due once: who owes it, handed in with its proof, accepted or returned.

One stream for each campaign, duty, occurrence and bearing unit (`duty_key`). Overdue is no event: it shows by itself
from the campaign's dates. Late is accepted, and shown. A report's figures are prepared and signed here before it is
handed in, and here is recorded which reminders went out.
"""

from domain.decider import Decider
from domain.duty.decide import decide
from domain.duty.evolve import Duty, evolve
from domain.duty.messages import AcceptDuty, Command, Event, Facts, ReturnDuty, SignReport


def _unit(command: Command, duty: Duty) -> str | None:
    """The bearer prepares, signs and hands in; the unit above it returns and accepts."""
    if isinstance(command, ReturnDuty | AcceptDuty):
        return duty.receiver_id
    return duty.unit_id if isinstance(command, SignReport) else command.unit_id


DUTY: Decider[Duty, Command, Facts, Event] = Decider(
    name="duty", initial=Duty(), decide=decide, evolve=evolve, unit=_unit
)
