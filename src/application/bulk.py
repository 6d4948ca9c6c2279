"""Many steps asked for at once, each carried out for itself: what one is refused, the others are not."""

import asyncio
from collections.abc import Sequence
from typing import Literal
from uuid import UUID, uuid5

import msgspec

from application.access import OutOfReach, authorise
from application.execute import CommandIdReused, Platform, Request, Step, execute
from application.ports import Append, Appended
from domain.decider import Message
from domain.refusals import Absent, Refused
from tenants.scope import TenantScope

AT_ONCE_MAX = 16


class Became(Message, frozen=True, kw_only=True):
    """What became of one: `code` is the refusal's, where it was refused."""

    id: str
    became: Literal["done", "already", "refused"]
    code: str | None = None


class Many(Message, frozen=True, kw_only=True):
    """What became of each, in the order asked for, and where the last event ends in the tenant's log."""

    items: tuple[Became, ...]
    position: int
    replayed: bool


async def each(platform: Platform, scope: TenantScope, steps: Sequence[Step], request: Request) -> Many:
    """Carry out the steps one by one; the whole answer is remembered under the request's command id.

    A step's own command id follows from the request's, so that a retry after a kill half-way does nothing twice.

    Raises:
        RoleDenied, CommandIdReused, VersionConflict, Unavailable: as `execute`; the same request may be sent again.
    """
    for step in steps:
        authorise(scope, type(step.command))
    fingerprint = await platform.vault.fingerprint(scope.tenant_id, request.body)
    known = await platform.store.remembered(scope.tenant_id, request.command_id)
    if known is not None:
        return _told_before(known, fingerprint)
    gate = asyncio.Semaphore(AT_ONCE_MAX)

    async def carry_out(step: Step) -> Became:
        async with gate:
            return await _one(platform, scope, step, request)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(carry_out(step)) for step in steps]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    items = [task.result() for task in tasks]
    appended = await platform.store.append(
        Append(
            tenant_id=scope.tenant_id,
            command_id=request.command_id,
            fingerprint=fingerprint,
            answer=msgspec.json.encode(items),
            actor=scope.actor,
            correlation_id=request.correlation_id,
            streams=(),
        )
    )
    return _told(appended, fingerprint, replayed=False)


def _told_before(known: Appended, fingerprint: bytes) -> Many:
    return _told(known, fingerprint, replayed=True)


def _told(appended: Appended, fingerprint: bytes, *, replayed: bool) -> Many:
    if appended.fingerprint != fingerprint:
        raise CommandIdReused()
    items = msgspec.json.decode(appended.answer, type=tuple[Became, ...])
    return Many(items=items, position=appended.position, replayed=replayed)


async def _one(platform: Platform, scope: TenantScope, step: Step, request: Request) -> Became:
    own = msgspec.structs.replace(request, command_id=str(uuid5(UUID(request.command_id), step.identity)))
    try:
        done = await execute(platform, scope, [step], own)
    except CommandIdReused:
        raise
    except Refused as refusal:
        return Became(id=step.identity, became="refused", code=_public(refusal))
    return Became(id=step.identity, became="done" if done.answer.changed else "already")


def _public(refusal: Refused) -> str:
    """What does not exist and what is out of reach look the same."""
    unknown = isinstance(refusal, OutOfReach) or (isinstance(refusal, Absent) and refusal.code.endswith(".unknown"))
    return "thing.unknown" if unknown else refusal.code
