"""The register of evaluations: who was evaluated for which period, and the class that holds."""

from datetime import date
from typing import Any, Literal, assert_never

import msgspec

from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.paging import Page, Query, columns, entries
from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.evaluation.messages import (
    BonusAdjusted,
    ComplaintMade,
    ComplaintResolved,
    CrossScored,
    EvaluationAppraised,
    EvaluationClassified,
    EvaluationFinalised,
    EvaluationOpened,
    Event,
    ScoreAdjusted,
    SelfScored,
)
from domain.ids import Slug, TenantId
from domain.rubric import Result

State = Literal[
    "opened", "self-scored", "cross-scored", "appraised", "classified", "complained", "resolved", "final"
]  # fmt: skip
EVALUATIONS = Table(
    name="evaluations",
    key=("evaluation_id",),
    columns={
        "evaluation_id": "text",
        "campaign_id": "text",
        "unit_id": "text",
        "person_id": "text",
        "peers": "text[]",
        "phase": "text",
        "period": "text",
        "rubric": "text",
        "rubric_source": "text",
        "state": "text",
        "band": "text",
        "total_x100": "bigint",
        "classified_on": "date",
        "complained": "boolean",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)


class EvaluationRow(msgspec.Struct, frozen=True, kw_only=True):
    """`band` is the class that holds now, with `total_x100` hundredths of a point. `rubric_source`: where the table
    comes from. `person_id` None: the unit itself is evaluated. `as_peer`: you see it because a unit of yours scores
    it, not because it is yours."""

    evaluation_id: str
    campaign_id: str
    unit_id: str
    person_id: str | None
    phase: str | None
    period: str
    rubric: str
    rubric_source: str
    state: State
    band: str | None
    total_x100: int | None
    classified_on: date | None
    complained: bool
    first_position: int
    version: int
    position: int
    as_peer: bool


class EvaluationFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: a unit, with everything below it."""

    evaluation_id: str | None = None
    campaign_id: str | None = None
    person_id: str | None = None
    phase: Slug | None = None
    state: State | None = None
    band: Slug | None = None
    under: str | None = None


async def fetch_evaluations(
    connection: Connection,
    tenant_id: TenantId,
    wanted: EvaluationFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[EvaluationRow]:
    """Evaluations of the subtree's units, and those that they score as peers, in the order that they were opened.

    Raises:
        BadCursor: `after` is not a cursor of this list.
    """
    query = Query(tenant_id)
    query.equal("e", wanted, but=("under",))
    query.within(wanted.under, "e.unit_id")
    query.within(subtree, "e.unit_id", among=("e.peers",))
    outside = f"not e.unit_id = any({query.subtree(subtree)})" if subtree else "false"
    return await entries(
        connection,
        query,
        EvaluationRow,
        listing="evaluations",
        table="evaluations as e",
        after=after,
        limit=limit,
        selected=f"{columns(EvaluationRow, 'e', but=('as_peer',))}, {outside} as as_peer",
    )


def project(batch: Batch) -> list[Change]:
    return [_change(recorded, event) for recorded, event in batch]


def _change(recorded: Recorded, event: Event) -> Change:
    evaluation = (identity(recorded),)
    if isinstance(event, EvaluationOpened):
        return Put(EVALUATIONS, evaluation, {**_opened(event), **first(recorded)})
    return Alter(EVALUATIONS, evaluation, {**_values(event), **stamp(recorded)})


def _opened(event: EvaluationOpened) -> dict[str, Any]:
    return {
        "campaign_id": event.campaign_id,
        "unit_id": event.unit_id,
        "person_id": event.person_id,
        "peers": event.peers,
        "phase": event.phase,
        "period": event.period,
        "rubric": event.rubric.code,
        "rubric_source": event.rubric.source,
        "state": "opened",
        "complained": False,
    }


def _values(event: Event) -> dict[str, Any]:
    match event:
        case SelfScored():
            return {"state": "self-scored"}
        case CrossScored():
            return {"state": "cross-scored"}
        case EvaluationAppraised():
            return {"state": "appraised"}
        case ScoreAdjusted() | BonusAdjusted():
            return {}
        case EvaluationClassified(result=result, classified_on=classified_on):
            return {"state": "classified", "classified_on": classified_on, **_class(result)}
        case ComplaintMade():
            return {"state": "complained", "complained": True}
        case ComplaintResolved(result=result):
            return {"state": "resolved", **_class(result)}
        case EvaluationFinalised(result=result):
            return {"state": "final", **_class(result)}
        case EvaluationOpened():
            raise AssertionError("the opening is the row itself")
        case _:
            assert_never(event)


def _class(result: Result) -> dict[str, Any]:
    return {"band": result.band, "total_x100": result.total_x100}


EVALUATION_MODEL = ReadModel(
    name="evaluations", tables=(EVALUATIONS,), families=frozenset({"evaluation"}), project=project
)
