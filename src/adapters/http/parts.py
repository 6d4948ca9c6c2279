"""Files of a dossier over HTTP: the body is the file and nothing else, so that one curl line lays it in."""

import asyncio
import hashlib
import re
from typing import Annotated, Any, get_args
from urllib.parse import quote

import msgspec

from adapters.http.commands import changes, command_id_of, expected, idempotency_key, refuse_encoded, told
from adapters.http.decoding import from_query
from adapters.http.examples import ADDRESS
from adapters.http.file_types import is_of_type
from adapters.http.moments import moment_of
from adapters.http.openapi import FILE
from adapters.http.problems import Problem, malformed
from adapters.http.queries import Then
from adapters.http.route import Answered, Exchange, Route
from application.access import Query
from application.attaching import Upload, attach, check_admission, fetch
from application.execute import Request
from application.ports import Attachments
from application.sealing import ERASED
from domain.award import AWARD
from domain.award.parts import Address, AttachPart, MediaType, PartKind, RemovePart
from domain.decider import Message

FILE_SIZE_BYTES_MAX = 20_971_520
SEALING_MAX = 4
"""Files that are sealed or opened at once in one process: each is in memory two or three times meanwhile."""
PARTS = frozenset(get_args(PartKind))
TYPES: tuple[MediaType, ...] = get_args(MediaType)
_UNFIT = re.compile('[\\x00-\\x1f\\x7f-\\x9f/\\\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]|^\\.|[. ]$')
"""What leads out of a folder, what Windows forbids, and what makes a name read otherwise than it ends."""
_SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


class Files(msgspec.Struct, frozen=True, kw_only=True):
    """The storage of attachments, and how large a file may be."""

    attachments: Attachments
    size_bytes_max: int = FILE_SIZE_BYTES_MAX
    turns: asyncio.Semaphore = msgspec.field(default_factory=lambda: asyncio.Semaphore(SEALING_MAX))


class Named(Message, frozen=True, kw_only=True):
    """`name`: what the file is called, as a person reads it."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Chosen(Then, frozen=True, kw_only=True):
    """`address`: which file, where the part has several."""

    address: Address | None = None


async def _attach(exchange: Exchange) -> Answered:
    key, award_id, part = idempotency_key(exchange), exchange.path_id(), _part(exchange)
    name, media_type = _name(exchange), _media_type(exchange)
    command_id = command_id_of(exchange, key)
    platform, files = exchange.parts.platform, exchange.parts.files
    await check_admission(platform, exchange.caller, award_id, command_id)
    content = await _content(exchange, media_type)
    request = Request(
        command_id=command_id,
        body=_fingerprinted(exchange, media_type, content),
        correlation_id=exchange.request_id,
        expected_version=await expected(exchange, command_id, required=False),
    )
    upload = Upload(part=part, name=name, media_type=media_type, content=content)
    async with files.turns:
        done = await attach(platform, files.attachments, exchange.caller, award_id, upload, request)
    return told(exchange, done)


async def _give(exchange: Exchange) -> Answered:
    award_id, part = exchange.path_id(), _part(exchange)
    asked = from_query(exchange.request.scope["query_string"], Chosen)
    moment = await moment_of(exchange, as_of=asked.as_of)
    platform, files = exchange.parts.platform, exchange.parts.files
    async with files.turns:
        found = await fetch(
            platform, files.attachments, exchange.caller, award_id, part, asked.address, until=moment.position
        )
    (name,) = await platform.vault.open(exchange.caller.tenant_id, [found.file.name])
    headers = {
        "content-disposition": _disposition(name or ERASED),
        "content-security-policy": _SANDBOX,
        "cache-control": "private, no-store",
        "etag": f'"{found.file.address}"',
        **moment.headers,
    }
    return Answered(found.content, media_type=found.file.media_type, headers=headers)


def _part(exchange: Exchange) -> Any:
    """The `{part}` of the path. Raises: Problem 404, for what is none."""
    part = str(exchange.request.path_params["part"])
    if part not in PARTS:
        raise Problem(404, "path.unknown")
    return part


def _name(exchange: Exchange) -> str:
    name = from_query(exchange.request.scope["query_string"], Named).name
    if _UNFIT.search(name):
        raise malformed("name", "holds a character that no file name may have", code="query.invalid")
    return name


def _media_type(exchange: Exchange) -> MediaType:
    sent = (exchange.header(b"content-type") or "").partition(";")[0].strip().lower()
    found = next((each for each in TYPES if each == sent), None)
    if found is None:
        reason = f"must be the file's own media type: {', '.join(TYPES)}"
        raise Problem(415, "body.not-a-file", errors=malformed("header Content-Type", reason).errors)
    refuse_encoded(exchange, "body.not-a-file")
    return found


async def _content(exchange: Exchange, media_type: MediaType) -> bytes:
    content = await exchange.request.body()
    if not content:
        raise malformed("body", "is empty")
    if not is_of_type(content, media_type):
        errors = malformed("body", "is not of the type that the header says").errors
        raise Problem(415, "body.not-a-file", errors=errors)
    return content


def _fingerprinted(exchange: Exchange, media_type: str, content: bytes) -> bytes:
    """What must be the same for a key to be a retry: the path, the name, the type and the file."""
    scope = exchange.request.scope
    head = f"POST {scope['path']} {media_type}\n".encode()
    return head + bytes(scope["query_string"]) + b"\n" + hashlib.sha256(content).digest()


def _disposition(name: str) -> str:
    """RFC 6266: never shown in place, and the name in a form that every client reads."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/v1/awards/{id}/parts/{part}",
        summary="Lay a file into the dossier; the body is the file",
        tag=AWARD.name,
        handle=_attach,
        asks=AttachPart,
        takes_file=TYPES,
        size_bytes_max=lambda parts: parts.files.size_bytes_max if parts.files else 0,
        parameters=Named,
        answers=None,
        if_match="optional",
    ),
    Route(
        method="GET",
        path="/v1/awards/{id}/parts/{part}",
        summary="A file of the dossier, as it was laid in",
        tag="awards",
        handle=_give,
        asks=Query.AWARD_PARTS,
        parameters=Chosen,
        answers_as=FILE,
    ),
    changes(
        "/v1/awards/{id}/remove-part",
        RemovePart,
        AWARD,
        summary="Take a file out before the vote",
        example={"part": "minutes", "address": ADDRESS},
    ),
)
