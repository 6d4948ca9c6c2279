"""A clause found by its path, and a directive with one of its clauses read otherwise or a title added to it."""

from typing import Annotated

import msgspec

from domain.directive import Clause, Directive, Interpretation, TitleSpec
from domain.rules import RuleSet

LISTS = ("phases", "drives", "blocks", "items", "targets", "duties", "registrations", "titles", "principles")
ClausePath = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^({'|'.join(LISTS)})\.[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=100,
        description="The list that a clause stands in and its code: `targets.one-work`.",
    ),
]


def clause_at(directive: Directive, path: str) -> Clause | None:
    listed, _, code = path.partition(".")
    return next((clause for clause in getattr(directive, listed) if clause.code == code), None)


def interpreted(directive: Directive, path: str, interpretation: Interpretation) -> Directive:
    """The directive whose clause at `path` is read so; its wording stays as it is."""
    listed, _, code = path.partition(".")
    clauses = tuple(
        msgspec.structs.replace(clause, interpretation=interpretation) if clause.code == code else clause
        for clause in getattr(directive, listed)
    )
    return msgspec.structs.replace(directive, **{listed: clauses})


def with_title(directive: Directive, title: TitleSpec, rule_set: RuleSet) -> Directive:
    """The directive with another title and the rules that it is given by, unless it has these codes already."""
    if directive.title(title.code) is None:
        directive = msgspec.structs.replace(directive, titles=(*directive.titles, title))
    if directive.rule_set(rule_set.code) is None:
        directive = msgspec.structs.replace(directive, rule_sets=(*directive.rule_sets, rule_set))
    return directive
