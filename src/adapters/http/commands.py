"""The one factory of POST handlers: a path, a command and its decider make a route."""

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec

from adapters.http.decoding import from_json
from adapters.http.etags import etag, expected_version
from adapters.http.problems import Problem, malformed
from adapters.http.route import Answered, Exchange, Route, Visit, json_answer
from application.execute import Answer, Executed, Request, Step, execute
from domain.decider import AnyDecider, Command, Message
from domain.ids import TenantId, uuid_text

T = TypeVar("T")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_JSON = re.compile(r"application/(?:[a-z0-9.+-]+\+)?json(?:\s*;\s*charset=\"?utf-8\"?)?", re.IGNORECASE)


class Done(Message, frozen=True, kw_only=True):
    """What the sender of a command is told. `position` is where its events end in the tenant's log: a query with
    `min_position` set to it sees them."""

    id: str
    version: int
    changed: bool
    position: int


Identity = Callable[[Any, TenantId], str]
"""The id of what a command creates, where the command itself says it."""


def creates(
    path: str,
    command: type[Command],
    decider: AnyDecider,
    *,
    summary: str,
    example: Any,
    identity: Identity | None = None,
    named: str | None = None,
    found_at: str | None = None,
) -> Route:
    """POST to a collection: 201 with the Location of what was created, by default under a new id.

    `named` is the command's own field for the id, filled in here. `found_at` is where the thing is read, if elsewhere.
    """

    is_new = identity is None and named is None

    async def handle(exchange: Exchange) -> Answered:
        done = await _carried_out(exchange, command, decider, identity, named=named, if_match="optional", is_new=is_new)
        return told(exchange, done, created=found_at or path)

    return Route(
        method="POST",
        path=path,
        summary=summary,
        tag=decider.name,
        handle=handle,
        asks=command,
        takes=command,
        answers=Done,
        status=201,
        if_match="optional",
        example=example,
    )


def changes(
    path: str,
    command: type[Command],
    decider: AnyDecider,
    *,
    summary: str,
    example: Any,
    if_match: Literal["required", "optional"] = "optional",
) -> Route:
    """POST to a thing that exists: `{id}` in the path says which."""

    async def handle(exchange: Exchange) -> Answered:
        identity = exchange.path_id()
        done = await _carried_out(exchange, command, decider, lambda command, tenant_id: identity, if_match=if_match)
        return told(exchange, done)

    return Route(
        method="POST",
        path=path,
        summary=summary,
        tag=decider.name,
        handle=handle,
        asks=command,
        takes=command,
        answers=Done,
        if_match=if_match,
        example=example,
    )


async def _carried_out(
    exchange: Exchange,
    command_type: type[Command],
    decider: AnyDecider,
    identity: Identity | None,
    *,
    named: str | None = None,
    if_match: Literal["required", "optional"],
    is_new: bool = False,
) -> Executed:
    command, request = await received(exchange, command_type, if_match=if_match)
    own = _made_of(request.command_id) if identity is None else identity(command, exchange.caller.tenant_id)
    step = Step(decider=decider, identity=own, command=_named(command, named, own), is_new=is_new)
    return await execute(exchange.parts.platform, exchange.caller, [step], request)


async def received(
    exchange: Exchange, wanted: type[T], *, if_match: Literal["required", "optional", "none"] = "none"
) -> tuple[T, Request]:
    """The body as what it must be, and what surrounds it. Raises: Problem."""
    key = idempotency_key(exchange)
    body = await json_body(exchange)
    command = from_json(body, wanted)
    command_id = command_id_of(exchange, key)
    seen = None if if_match == "none" else await expected(exchange, command_id, required=if_match == "required")
    request = Request(
        command_id=command_id,
        body=_fingerprinted(exchange, body),
        correlation_id=exchange.request_id,
        expected_version=seen,
    )
    return command, request


def _named(command: Command, field: str | None, identity: str) -> Command:
    """The command with its own id filled in; one that the sender chose would let a code stand for two things."""
    if field is None:
        return command
    if getattr(command, field) not in (None, identity):
        raise malformed(field, "follows from the code: leave it out")
    return msgspec.structs.replace(command, **{field: identity})


def command_id_of(exchange: Exchange, key: str) -> str:
    """Keys belong to the credential: another's equal key is another command. It is the key's UUID of version 5 in the
    credential's namespace."""
    return _named_uuid(_namespace(exchange.caller.credential_id), key)


def _made_of(command_id: str) -> str:
    """The id of what a command makes: the same when it is sent again, so that a retry makes nothing besides, no key."""
    return _named_uuid(bytes.fromhex(command_id.replace("-", "")), "made")


def _named_uuid(namespace: bytes, name: str) -> str:
    return uuid_text(hashlib.sha1(namespace + name.encode(), usedforsecurity=False).digest()[:16], 5)


@lru_cache(maxsize=1024)
def _namespace(credential_id: str) -> bytes:
    return UUID(credential_id).bytes


def idempotency_key(exchange: Exchange) -> str:
    """Raises: Problem 400, where it is missing or malformed."""
    key = exchange.header(b"idempotency-key")
    if key is None:
        raise malformed("header Idempotency-Key", "is required", code="idempotency-key.required")
    if not _KEY.fullmatch(key):
        reason = "must be 1 to 255 visible ASCII characters"
        raise malformed("header Idempotency-Key", reason, code="idempotency-key.malformed")
    return key


async def json_body(exchange: Visit) -> bytes:
    kind = exchange.header(b"content-type") or ""
    if kind != "application/json" and not _JSON.fullmatch(kind.strip()):
        raise Problem(415, "body.not-json", errors=malformed("header Content-Type", "must be application/json").errors)
    refuse_encoded(exchange, "body.not-json")
    return await exchange.request.body()


def refuse_encoded(visit: Visit, code: str) -> None:
    """Raises: Problem 415, where the body is packed: what it unpacks to would have no bound."""
    if (visit.header(b"content-encoding") or "identity").strip().lower() != "identity":
        raise Problem(415, code, errors=malformed("header Content-Encoding", "must be absent").errors)


def _fingerprinted(exchange: Exchange, body: bytes) -> bytes:
    """What must be the same for a key to be a retry: method, path and the body's exact bytes; If-Match may differ."""
    request = exchange.request
    return b"%s %s\n%s" % (request.method.encode(), request.scope["path"].encode(), body)


async def expected(exchange: Exchange, command_id: str, *, required: bool) -> int | None:
    """What If-Match expects. A fault in it waits until it is known that this is no retry: that has its answer."""
    try:
        return expected_version(exchange.header(b"if-match"), required=required)
    except Problem:
        known = await exchange.parts.platform.store.remembered(exchange.caller.tenant_id, command_id)
        if known is None:
            raise
        return None


def told(exchange: Exchange, done: Executed, *, created: str | None = None) -> Answered:
    answer: Answer = done.answer
    headers = {"etag": etag(answer.version)}
    if created:
        headers["location"] = f"{created}/{answer.id}"
    if done.replayed:
        headers["idempotency-replayed"] = "true"
    said = Done(id=answer.id, version=answer.version, changed=answer.changed, position=done.position)
    return json_answer(said, status=201 if created else 200, headers=headers)
