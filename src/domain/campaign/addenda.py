"""What was added to a directive's text after it was issued: how its clauses are read, and titles by law."""

from collections.abc import Iterable

from domain.campaign.messages import Addendum, ClauseInterpreted
from domain.clauses import clause_at, interpreted, with_title
from domain.directive import Directive


def in_force(text: Directive, addenda: Iterable[Addendum]) -> Directive:
    """The directive as it is read now. The last reading of a clause counts, as long as the clause has the wording that
    was read: an amendment that words it anew asks for another one. A title that was admitted stays."""
    directive = text
    for addendum in addenda:
        if not isinstance(addendum, ClauseInterpreted):
            directive = with_title(directive, addendum.title, addendum.rule_set)
        elif (clause := clause_at(directive, addendum.clause)) and clause.wording == addendum.wording:
            directive = interpreted(directive, addendum.clause, addendum.interpretation)
    return directive
