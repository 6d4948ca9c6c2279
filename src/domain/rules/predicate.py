"""What every predicate is: where it comes from, when it is asked, how it answers, and the sentences that say so."""

from typing import ClassVar, Literal

from domain.decider import Message, Name
from domain.rules.case import Case

Source = Literal["directive", "law", "assumed"]
Stage = Literal["eligibility", "publication", "vote", "list", "decision"]
Outcome = Literal["for", "against", "unknown"]
FactValue = int | str | bool | None
Facts = dict[str, FactValue]
Answer = tuple[Outcome, Facts]


class Cited(Message, frozen=True, kw_only=True):
    """A rule says where it comes from: the directive, a law, or an assumption that every page shows."""

    source: Source
    cites: Name


class Predicate(Cited, frozen=True, kw_only=True):
    """One kind of rule: what it compares, which facts of a case it needs, and how it answers: each has `answer(case)`,
    which is for, against or unknown with the figures that were compared, or None where it says nothing of this case.

    `needs` names the fields of the case; `vi` and `en` are the answer as a sentence, with the answer's facts in braces.
    """

    stage: ClassVar[Stage] = "eligibility"
    individual_only: ClassVar[bool] = False
    collective_only: ClassVar[bool] = False
    alone: ClassVar[bool] = False
    """Whether it cannot be one of several (`any-of`), although it is asked for eligibility."""
    needs: ClassVar[tuple[str, ...]]
    vi: ClassVar[str]
    en: ClassVar[str]

    def is_asked_of(self, case: Case) -> bool:
        """A rule about persons says nothing of a collective, one about collectives nothing of a person."""
        return not (self.individual_only if case.subject == "collective" else self.collective_only)


def fits(met: bool | None, facts: Facts) -> Answer:
    """The answer of a comparison; None: what was to be compared is not known."""
    if met is None:
        return "unknown", facts
    return ("for" if met else "against"), facts
