"""The witness over HTTP: one route, texts in and out, nothing to configure."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog

from adapters.audit.submission import BODY_BYTES_MAX, PATH
from adapters.audit.witness import Reply, Witness

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

log = structlog.get_logger("witness")


def witness_app(witness: Witness) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """An ASGI application."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "neither lifespan nor websockets are turned on"
        reply = _misdirected(scope) or await _added(witness, receive)
        headers = [(b"content-type", reply.media_type.encode()), (b"content-length", b"%d" % len(reply.body.encode()))]
        if reply.status == 405:
            headers.append((b"allow", b"POST"))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else reply.body.encode()})

    return app


def _misdirected(scope: Scope) -> Reply | None:
    if scope["path"] != PATH:
        return Reply(status=404, body=f"there is {PATH} only\n")
    return None if scope["method"] == "POST" else Reply(status=405, body="POST only\n")


async def _added(witness: Witness, receive: Receive) -> Reply:
    body = await _whole(receive)
    if body is None:
        return Reply(status=413, body=f"more than {BODY_BYTES_MAX} bytes\n")
    try:
        return await asyncio.to_thread(witness.add_checkpoint, body, int(time.time()))
    except OSError as error:
        log.exception("not stored", error=type(error).__name__)
        return Reply(status=503, body="the checkpoint cannot be stored now\n")


async def _whole(receive: Receive) -> bytes | None:
    """The request's body; None where it is too large, or its sender is gone."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > BODY_BYTES_MAX or message["type"] == "http.disconnect":
            return None
    return body
