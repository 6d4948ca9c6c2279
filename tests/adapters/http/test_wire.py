"""What reaches the server before it is a request: too much, too slow, or two things at once."""

import asyncio
import json
import logging
from typing import Any

import pytest
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from adapters.http import wire
from tests.support.http import Served

pytestmark = pytest.mark.anyio

HEAD = b"POST /v1/units HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
FLOOD_BYTES = 4_000_000
"""Far beyond what the buffers of a socket hold: it is only taken whole by a server that reads on."""


async def sent(web: Served, *pieces: bytes) -> bytes:
    """Everything that comes back until the server closes; sending stops when it no longer listens."""
    host, port = web.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    answer = asyncio.create_task(reader.read(-1))
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass
    try:
        return await asyncio.wait_for(answer, timeout=10)
    except ConnectionResetError:
        return b""  # It closed on what was still being sent, and the answer went with the connection.
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"GET /health/live HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n" * 8_000),
        (b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-A: ", b"a" * 64_000),
        (b"GET /health/live?", b"a" * 64_000),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"X-A: b\r\n" * 8_000),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;", b"a" * 64_000),
    ],
    ids=["headers", "one header", "query", "trailers", "chunk extension"],
)
async def test_a_head_without_end_is_not_taken_in(web: Served, head: bytes, piece: bytes) -> None:
    taken: list[int] = []

    async def flood() -> None:
        await sent(web, head, *(piece for _ in range(FLOOD_BYTES // len(piece))))
        taken.append(1)

    await asyncio.wait_for(flood(), timeout=8)  # Without a bound the server reads on, and the answer never comes.
    assert taken == [1]
    assert (await web.client.get("/health/live")).status_code == 200


@pytest.mark.parametrize(
    "request_bytes",
    [
        HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\n\r\n",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}    ",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        HEAD + b"X-A : b\r\n\r\n",
        HEAD.replace(b"\r\n", b"\n") + b"\n",
        b"GET /v1/units?" + b"a=1&" * 16_500 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=["two lengths", "lengths differ", "negative", "no chunk", "space before colon", "bare LF", "long query", "TLS"],
)
async def test_what_could_be_read_in_two_ways_is_one_problem_and_the_end(web: Served, request_bytes: bytes) -> None:
    answer = await sent(web, request_bytes)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert json.loads(body)["code"] == "request.invalid"  # And nothing behind it: no second answer.


@pytest.mark.parametrize(
    ("seconds", "head"),
    [
        ("HEAD_SECONDS_MAX", b""),
        ("HEAD_SECONDS_MAX", b"GET /health/live HTTP/1.1\r\nHost: "),
        ("BODY_SECONDS_MAX", HEAD + b"Content-Length: 9\r\n\r\n{"),
    ],
    ids=["nothing", "half a head", "half a body"],
)
async def test_who_says_no_more_is_hung_up_on(
    web: Served, monkeypatch: pytest.MonkeyPatch, seconds: str, head: bytes
) -> None:
    monkeypatch.setattr(wire, seconds, 0.1)
    answer = await asyncio.wait_for(sent(web, head), timeout=5)
    assert not answer or b" 401 " in answer  # The key is asked for before the body is waited for.


async def test_a_body_of_the_size_that_is_allowed_is_read_whole(web: Served) -> None:
    body = b'{"name": "' + b"x" * 1_000_000 + b'", "on": "2024-01-01"}'
    told = await web.here.officer.post(f"/v1/units/{web.here.ids['base']}/rename", body)
    assert (told.status_code, told.json()["errors"][0]["field"]) == (400, "name")


class Wire(asyncio.Transport):
    """A connection that keeps what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def write(self, data: Any) -> None:
        self.written.append(data)

    def close(self) -> None:
        self.written.append(b"(closed)")


def head(*headers: tuple[bytes, bytes], status: int = 200) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(piece: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": piece, "more_body": more}


def cycle_on(wire: Wire, *, method: str = "GET", keep_alive: bool = True) -> RequestResponseCycle:
    return RequestResponseCycle(
        scope={"type": "http", "method": method},  # type: ignore[typeddict-item]
        transport=wire,
        flow=FlowControl(wire),
        logger=logging.getLogger(),
        access_logger=logging.getLogger(),
        access_log=False,
        default_headers=[(b"date", b"today")],
        message_event=asyncio.Event(),
        expect_100_continue=False,
        keep_alive=keep_alive,
        on_response=lambda: wire.written.append(b"(answered)"),
    )


SIZED = (b"content-length", b"2")


@pytest.mark.parametrize(
    ("messages", "of_the_cycle"),
    [
        ([head(SIZED), body(b"{}")], {}),
        ([head(SIZED), body(b"{}")], {"method": "HEAD"}),
        ([head(SIZED), body(b"{}")], {"keep_alive": False}),
        ([head(SIZED, (b"connection", b"close")), body(b"{}")], {}),
        ([head(SIZED), body(b"{", more=True), body(b"}")], {}),
        ([head(status=304), body(b"")], {}),
        ([head(), body(b"{", more=True), body(b"}", more=True), body(b"")], {}),
    ],
    ids=["whole", "HEAD", "last", "closing", "in pieces", "without a body", "streamed"],
)
async def test_the_same_bytes_go_out_as_from_uvicorn(messages: list[Any], of_the_cycle: dict[str, Any]) -> None:
    theirs, ours = Wire(), Wire()
    plain, cycle = cycle_on(theirs, **of_the_cycle), cycle_on(ours, **of_the_cycle)

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    await plain.run_asgi(answer)
    await cycle.run_asgi(wire.Reply(answer, cycle))
    assert b"".join(ours.written) == b"".join(theirs.written)


async def test_a_head_and_its_body_go_in_one_write() -> None:
    under = Wire()
    cycle = cycle_on(under)

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send(head(SIZED))
        assert under.written == []
        await send(body(b"{}"))

    await cycle.run_asgi(wire.Reply(answer, cycle))
    assert under.written == [b"HTTP/1.1 200 OK\r\ndate: today\r\ncontent-length: 2\r\n\r\n{}", b"(answered)"]


@pytest.mark.parametrize("header", [(b"x y", b"1"), (b"x", b"1\r\ny: 2")])
async def test_what_uvicorn_refuses_to_send_is_not_sent(
    header: tuple[bytes, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    under = Wire()
    cycle = cycle_on(under)

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send(head(SIZED, header))
        await send(body(b"{}"))

    await cycle.run_asgi(wire.Reply(answer, cycle))
    assert not any(b"{}" in piece for piece in under.written)
    assert "Exception in ASGI application" in caplog.text
