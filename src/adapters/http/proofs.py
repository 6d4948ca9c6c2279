"""Checkpoints of the tenant's tree, and proofs that an event is in it and that it only ever grew."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Annotated, Protocol

import msgspec

from adapters.http.decoding import from_query
from adapters.http.problems import Problem, malformed
from adapters.http.queries import Position
from adapters.http.route import Answered, Exchange, Route, json_answer
from application.access import Query
from application.merkle import TreeDamaged
from application.proving import (
    BeyondTree,
    ConsistencyProof,
    InclusionProof,
    Trees,
    consistency_proof,
    inclusion_proof,
)
from domain.decider import Message
from domain.ids import TenantId

_TEXT = "text/plain; charset=utf-8"
Size = Annotated[int, msgspec.Meta(ge=1, le=2**62)]


class Kept(Protocol):
    """A checkpoint that was signed, the note whole."""

    @property
    def epoch(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def note(self) -> str: ...
    @property
    def made_at(self) -> datetime: ...


class Checkpoints(Trees, Protocol):
    """The trees behind the logs, and what was signed of them."""

    async def checkpoints(
        self, tenant_id: TenantId, *, before: tuple[int, int] = ..., limit: int = 1
    ) -> Sequence[Kept]: ...
    async def covering(self, tenant_id: TenantId, epoch: int, position: int) -> Kept | None: ...


class WhichCheckpoint(Message, frozen=True, kw_only=True):
    """`covering`: the first one whose tree holds the event at this position; by default the newest."""

    covering: Size | None = None


class SignedCheckpoint(Message, frozen=True, kw_only=True):
    """`note` is the signed note whole: what verifiers take."""

    epoch: int
    size: int
    made_at: datetime
    note: str


class CheckpointsBefore(Message, frozen=True, kw_only=True):
    """The newest first; `before_epoch` and `before_size` together lead behind the last one seen."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100
    before_epoch: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] = 2**31 - 1
    before_size: Position = 2**62


class CheckpointList(Message, frozen=True, kw_only=True):
    items: list[SignedCheckpoint]


class WhichLeaf(Message, frozen=True, kw_only=True):
    """`size`: of the tree that the event is proven to be in, such as a checkpoint's; by default the present one."""

    position: Size
    size: Size | None = None


class WhichSizes(Message, frozen=True, kw_only=True):
    """`to_size`: by default the present tree's."""

    from_size: Size
    to_size: Size | None = None


async def checkpoint(exchange: Exchange) -> Answered:
    """The signed note as it is handed out."""
    asked = from_query(exchange.request.scope["query_string"], WhichCheckpoint)
    trees: Checkpoints = exchange.parts.trees
    tenant_id = exchange.caller.tenant_id
    if asked.covering is None:
        newest = await trees.checkpoints(tenant_id)
        found = newest[0] if newest else None
    else:
        tree = await trees.tree(tenant_id)
        found = await trees.covering(tenant_id, tree.epoch, asked.covering) if tree else None
    if found is None:
        raise Problem(404, "checkpoint.none")
    return Answered(found.note.encode(), media_type=_TEXT)


async def checkpoints(exchange: Exchange) -> Answered:
    asked = from_query(exchange.request.scope["query_string"], CheckpointsBefore)
    trees: Checkpoints = exchange.parts.trees
    before = (asked.before_epoch, asked.before_size)
    found = await trees.checkpoints(exchange.caller.tenant_id, before=before, limit=asked.limit)
    items = [SignedCheckpoint(epoch=one.epoch, size=one.size, made_at=one.made_at, note=one.note) for one in found]
    return json_answer(CheckpointList(items=items))


async def inclusion(exchange: Exchange) -> Answered:
    asked = from_query(exchange.request.scope["query_string"], WhichLeaf)
    return await _told(inclusion_proof(exchange.parts.trees, exchange.caller.tenant_id, asked.position, asked.size))


async def consistency(exchange: Exchange) -> Answered:
    asked = from_query(exchange.request.scope["query_string"], WhichSizes)
    tenant_id = exchange.caller.tenant_id
    return await _told(consistency_proof(exchange.parts.trees, tenant_id, asked.from_size, asked.to_size))


async def _told(proof: Awaitable[Message]) -> Answered:
    try:
        return json_answer(await proof)
    except BeyondTree as beyond:
        raise malformed(beyond.field, f"lies behind {beyond.end}, where the tree ends", code="query.invalid") from None
    except TreeDamaged:
        raise Problem(503, "tree.damaged") from None


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/v1/audit/checkpoint",
        summary="The newest signed checkpoint of the log's tree, or the first that covers an event",
        tag="audit",
        handle=checkpoint,
        asks=Query.PROOFS,
        parameters=WhichCheckpoint,
        answers=str,
        answers_as="text/plain",
    ),
    Route(
        method="GET",
        path="/v1/audit/checkpoints",
        summary="All signed checkpoints, the newest first",
        tag="audit",
        handle=checkpoints,
        asks=Query.PROOFS,
        parameters=CheckpointsBefore,
        answers=CheckpointList,
    ),
    Route(
        method="GET",
        path="/v1/audit/inclusion",
        summary="Proof that the log's tree holds an event",
        tag="audit",
        handle=inclusion,
        asks=Query.PROOFS,
        parameters=WhichLeaf,
        answers=InclusionProof,
    ),
    Route(
        method="GET",
        path="/v1/audit/consistency",
        summary="Proof that the log's tree continues a smaller one",
        tag="audit",
        handle=consistency,
        asks=Query.PROOFS,
        parameters=WhichSizes,
        answers=ConsistencyProof,
    ),
)
