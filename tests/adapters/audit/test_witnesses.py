"""What a log makes of those that answer in a witness's place, over HTTP and HTTPS on loopback."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from adapters.audit.sinks import SinkAhead, SinkAway, SinkRefused
from adapters.audit.submission import SIZE_TYPE
from adapters.audit.witnesses import HttpWitness
from adapters.keys.signing import Cosigner, fresh_private_key, read_verifier
from tests.support.checkpoints import SmallLog

pytestmark = pytest.mark.anyio
COSIGNER = Cosigner("w", fresh_private_key())
VERIFIER = read_verifier(COSIGNER.public_line())


@pytest.fixture
def log() -> SmallLog:
    return SmallLog()


class Answering:
    """Somebody who says the same whatever is asked."""

    def __init__(self, answer: bytes, pause: float = 0.0) -> None:
        self._answer, self._pause, self.conversations = answer, pause, list[Any]()
        self.url = ""

    async def _say(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.conversations.append(asyncio.current_task())
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self._answer)
            await asyncio.sleep(self._pause)
            writer.close()
            await writer.wait_closed()

    @asynccontextmanager
    async def serving(self, context: ssl.SSLContext | None = None) -> AsyncIterator[HttpWitness]:
        """A witness of that address."""
        async with await asyncio.start_server(self._say, "127.0.0.1", 0, ssl=context) as server:
            port = server.sockets[0].getsockname()[1]
            yield HttpWitness(VERIFIER, f"http{'s' if context else ''}://127.0.0.1:{port}/some/where")
            await asyncio.gather(*self.conversations)


def http(status: int, body: bytes, kind: str = "text/plain") -> bytes:
    return b"HTTP/1.1 %d X\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n%s" % (
        status, kind.encode(), len(body), body,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (b"", SinkAway),
        (b"no HTTP at all\r\n\r\n", SinkAway),
        (http(200, b"x" * 300_000), SinkAway),
        (http(200, b"half")[:-1], SinkAway),
        (http(500, b"trouble"), SinkAway),
        (http(302, b"elsewhere"), SinkAway),
        (http(429, b"later"), SinkAway),
        (http(409, b"2\n", SIZE_TYPE), SinkRefused),
        (http(409, b"4\n", SIZE_TYPE + "; charset=utf-8"), SinkAhead),
        (http(409, b"0\n", SIZE_TYPE), SinkRefused),
        (http(409, b"two\n", SIZE_TYPE), SinkRefused),
        (http(409, b"2\n"), SinkRefused),
        (http(200, b""), SinkRefused),
        (http(200, b"\xff"), SinkRefused),
        (http(200, Cosigner("w", fresh_private_key()).sign("another text\n", 7).line().encode()), SinkRefused),
        (b"HTTP/1.1 422 X\r\nconnection: close\r\n\r\nno \x1b[31m proof", SinkRefused),
        (b"HTTP/1.1 101 X\r\nupgrade: y\r\nconnection: upgrade\r\n\r\nzzz", SinkAway),
    ],
)
async def test_an_answer_that_cannot_be_used_is_told_apart(
    log: SmallLog, answer: bytes, raised: type[Exception]
) -> None:
    async with Answering(answer).serving() as witness:
        with pytest.raises(raised) as caught:
            await witness.put(log.note(3), log.prove(3))
    assert type(caught.value) is raised
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("form", ["measured", "chunked", "until the end"])
async def test_a_cosignature_is_taken_in_every_form_of_http_and_others_beside_it_are_left(
    log: SmallLog, form: str
) -> None:
    note = log.note(3)
    ours, other = COSIGNER.sign(note.text, 7), Cosigner("x", fresh_private_key()).sign("else\n", 7)
    body = (other.line() + ours.line()).encode()
    answer = {
        "measured": http(200, body),
        "chunked": b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body),
        "until the end": b"HTTP/1.0 200 X\r\n\r\n" + body,
    }[form]
    async with Answering(answer).serving() as witness:
        assert await witness.put(note, log.prove(3)) == (ours,)


async def test_one_that_is_slow_is_away_and_left_alone_for_a_while(
    log: SmallLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.audit.posting.SECONDS_MAX", 0.3)
    slow = Answering(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx", pause=1.0)
    async with slow.serving() as witness:
        for said in ("within", "a moment ago"):
            with pytest.raises(SinkAway, match=said):
                await witness.put(log.note(3), log.prove(3))
        assert len(slow.conversations) == 1
        monkeypatch.setattr("adapters.audit.witnesses.QUIET_SECONDS", 0.0)
        later = HttpWitness(VERIFIER, "http://127.0.0.1:1")
        for _ in range(2):
            with pytest.raises(SinkAway, match="Connect"):
                await later.put(log.note(3), log.prove(3))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://127.0.0.1:1", "http://nowhere.invalid"])
async def test_one_that_is_not_there_is_away(log: SmallLog, url: str) -> None:
    with pytest.raises(SinkAway):
        await HttpWitness(VERIFIER, url).put(log.note(3), log.prove(3))


# --- HTTPS -----------------------------------------------------------------------------------


def certified(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of 127.0.0.1 that it has signed itself, and a server's context with it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "w")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, key_path = folder / "certificate", folder / "key"
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key_path)
    return path, context


async def test_over_https_only_a_certificate_of_the_system_is_taken(
    log: SmallLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = certified(tmp_path)
    note = log.note(3)
    ours = COSIGNER.sign(note.text, 7)
    async with Answering(http(200, ours.line().encode())).serving(context) as witness:
        with pytest.raises(SinkAway, match="SSLCertVerificationError"):
            await witness.put(note, log.prove(3))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    async with Answering(http(200, ours.line().encode())).serving(context) as witness:
        assert await witness.put(note, log.prove(3)) == (ours,)
