"""Many registrations confirmed or returned by one request."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from adapters.http.commands import received
from adapters.http.examples import REGISTRATION_ID
from adapters.http.problems import malformed
from adapters.http.route import Answered, Exchange, Route, json_answer
from adapters.http.texts import TEXTS
from application.bulk import Became, each
from application.execute import Request, Step, execute
from domain.decider import Message, Personal
from domain.ids import Id
from domain.registration import REGISTRATION
from domain.registration.messages import ConfirmRegistration, ReturnRegistration

MANY_MAX = 500


class ManyRegistrations(Message, frozen=True, kw_only=True):
    """Confirm or return up to 500 registrations. `reason` is needed to return.

    `all-or-nothing`: one that cannot be done refuses all, and is named. `each`: the others are done all the same.
    """

    action: Literal["confirm", "return"]
    registration_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=MANY_MAX)]
    reason: Personal | None = None
    mode: Literal["all-or-nothing", "each"] = "all-or-nothing"


class BecameTold(Became, frozen=True, kw_only=True):
    """`vi` and `en` say the refusal in words; None where it was not refused."""

    vi: str | None = None
    en: str | None = None


class ManyDone(Message, frozen=True, kw_only=True):
    """`items` says what became of each, in mode `each`; it is empty in the other, where all of them stand as asked.
    `position` is where the events end in the tenant's log."""

    changed: bool
    position: int
    items: tuple[BecameTold, ...] = ()


async def _handle(exchange: Exchange) -> Answered:
    asked, request = await received(exchange, ManyRegistrations)
    _check(asked)
    steps = [Step(REGISTRATION, identity, _command(asked)) for identity in asked.registration_ids]
    if asked.mode == "each":
        return await _each(exchange, steps, request)
    done = await execute(exchange.parts.platform, exchange.caller, steps, request)
    return _answer(ManyDone(changed=done.answer.changed, position=done.position), replayed=done.replayed)


def _check(asked: ManyRegistrations) -> None:
    seen: set[str] = set()
    for index, identity in enumerate(asked.registration_ids):
        if identity in seen:
            raise malformed(f"registration_ids[{index}]", "stands twice")
        seen.add(identity)
    if asked.action == "return" and asked.reason is None:
        raise malformed("reason", "is required")
    if asked.action == "confirm" and asked.reason is not None:
        raise malformed("reason", "must be absent")


def _command(asked: ManyRegistrations) -> ConfirmRegistration | ReturnRegistration:
    return ConfirmRegistration() if asked.reason is None else ReturnRegistration(reason=asked.reason)


async def _each(exchange: Exchange, steps: Sequence[Step], request: Request) -> Answered:
    many = await each(exchange.parts.platform, exchange.caller, steps, request)
    changed = any(item.became == "done" for item in many.items)
    items = tuple(_told(item) for item in many.items)
    return _answer(ManyDone(changed=changed, position=many.position, items=items), replayed=many.replayed)


def _told(item: Became) -> BecameTold:
    vi, en = TEXTS[item.code] if item.code else (None, None)
    return BecameTold(id=item.id, became=item.became, code=item.code, vi=vi, en=en)


def _answer(done: ManyDone, *, replayed: bool) -> Answered:
    return json_answer(done, headers={"idempotency-replayed": "true"} if replayed else None)


BULK = Route(
    method="POST",
    path="/v1/registrations/bulk",
    summary="Confirm or return many",
    tag=REGISTRATION.name,
    handle=_handle,
    asks=ConfirmRegistration,
    takes=ManyRegistrations,
    answers=ManyDone,
    example={"action": "confirm", "registration_ids": [REGISTRATION_ID], "mode": "each"},
)
