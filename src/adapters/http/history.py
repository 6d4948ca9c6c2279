"""What a single thing shows besides its row: its own stream, as far as the row reflects it, with who did what when."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from application.ports import EventStore, Recorded
from domain.decider import AnyDecider, Message
from domain.events import decode
from domain.ids import Slug, TenantId, stream
from domain.rules import Reason, RuleSet, obstacles
from domain.rules import Source as CitedFrom

A = TypeVar("A", bound="Act")
History = Sequence[tuple[Recorded, Any]]
"""Each row of the log with its decoded event, in order."""


class Act(Message, frozen=True, kw_only=True):
    """Who did it, when it was recorded, and the day of the paper act where one came first."""

    actor: str
    recorded_at: datetime
    happened_on: date | None


class Judged(Reason, frozen=True, kw_only=True):
    """What one rule says; `obstacle`: it stands in the way, as does what is not known."""

    obstacle: bool


class ByRules(Message, frozen=True, kw_only=True):
    """The rule set that was asked, its edition, and where it comes from: `assumed` where no paper has it."""

    rule_set: Slug
    rule_set_name: str
    rule_set_version: int
    rule_set_source: CitedFrom
    rule_set_cites: str


async def history(store: EventStore, tenant_id: TenantId, decider: AnyDecider, identity: str, *, until: int) -> History:
    """The thing's events up to version `until`, which the row is at: so both are of one moment."""
    name = stream(decider.name, identity)
    loaded = await store.load(tenant_id, [name])
    return [(each, decode(each.type, each.type_version, each.data)) for each in loaded[name] if each.version <= until]


def act(kind: type[A], recorded: Recorded, /, **more: Any) -> A:
    """The act that `recorded` is the record of."""
    return kind(actor=recorded.actor, recorded_at=recorded.recorded_at, happened_on=recorded.happened_on, **more)


def judged(reasons: Sequence[Reason]) -> tuple[Judged, ...]:
    standing = obstacles(reasons)
    return tuple(
        Judged(
            rule=reason.rule,
            outcome=reason.outcome,
            facts=reason.facts,
            source=reason.source,
            cites=reason.cites,
            obstacle=reason in standing,
        )
        for reason in reasons
    )


def cited(rule_set: RuleSet) -> ByRules:
    return ByRules(
        rule_set=rule_set.code,
        rule_set_name=rule_set.name,
        rule_set_version=rule_set.version,
        rule_set_source=rule_set.source,
        rule_set_cites=rule_set.cites,
    )
