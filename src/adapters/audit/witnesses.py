"""Witnesses over HTTP, as a log sees them: each is asked what it last saw, is shown the way from there, and cosigns."""

import asyncio
import re
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from adapters.audit.keyed_lines import LineRefused, read_keyed_lines
from adapters.audit.posting import Answer, Unanswered, post
from adapters.audit.sinks import SinkAhead, SinkAway, SinkRefused
from adapters.audit.submission import PATH, SIZE_TYPE, Submission, size_said
from adapters.keys.signing import Ed25519Verifier
from application.notes import COSIGNATURE, Note, NoteRefused, Prove, Signature, parse_checkpoint, parse_note, signed_by

TRIES = 3
"""The first asks; another server's checkpoint may come in between the next two."""
QUIET_SECONDS = 60.0
"""How long one that did not answer is left alone: each question may cost ten seconds, and each tenant has one."""
SAID_CHARACTERS_MAX = 200
REFUSALS = (400, 403, 404, 409, 422)
_URL = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%/-]*)?")


class HttpWitness:
    """A `Sink` that cosigns. What it last saw of a log is asked of it each time: it knows better than we do."""

    def __init__(self, verifier: Ed25519Verifier, url: str) -> None:
        self._verifier, self._url, self._quiet_until = verifier, url.rstrip("/") + PATH, 0.0
        # Once: to read the system's certificates takes longer than to ask.
        self._context = ssl.create_default_context() if url.startswith("https:") else None

    @property
    def name(self) -> str:
        return self._verifier.name

    async def put(self, note: Note, prove: Prove) -> tuple[Signature, ...]:
        """As `Sink` has it.

        Raises:
            SinkAway, SinkRefused, SinkAhead.
        """
        new, old = parse_checkpoint(note.text), 0
        for _ in range(TRIES):
            proof = [] if old in (0, new.size) else await prove(old)
            answer = await self._answer(Submission(old=old, proof=proof, note=note, checkpoint=new).body())
            match answer.status:
                case 200:
                    return self._cosignatures(note, answer.body)
                case 409 if answer.media_type == SIZE_TYPE:
                    old = self._held(answer.body, old, new.size)
                case status if status in REFUSALS:
                    raise SinkRefused(f"{status}: {_said(answer.body)}")
                case status:
                    raise SinkAway(f"{status}: {_said(answer.body)}")
        raise SinkAway("others are faster each time")

    async def _answer(self, body: bytes) -> Answer:
        loop = asyncio.get_running_loop()
        if loop.time() < self._quiet_until:
            raise SinkAway("it did not answer a moment ago")
        try:
            return await post(self._url, body, self._context)
        except Unanswered as error:
            self._quiet_until = loop.time() + QUIET_SECONDS
            raise SinkAway(str(error)) from error

    def _held(self, body: bytes, old: int, new: int) -> int:
        size = size_said(body)
        if size is None or size == old:
            raise SinkRefused("it names no other size that it has seen")
        if size > new:
            raise SinkAhead(size)
        return size

    def _cosignatures(self, note: Note, body: bytes) -> tuple[Signature, ...]:
        """Those of the witness's own key; what else is in the answer is left aside."""
        try:
            answered = parse_note(f"{note.text}\n{body.decode()}")
            is_signed = bool(signed_by(answered, [self._verifier]))
        except (NoteRefused, UnicodeDecodeError) as error:
            raise SinkRefused(f"its answer is no cosignature: {error}") from error
        if not is_signed:
            raise SinkRefused("its answer is no cosignature of its key")
        ours = self._verifier.name, self._verifier.key_id
        return tuple(each for each in answered.signatures if (each.name, each.key_id) == ours)


def read_witnesses(path: Path) -> list[HttpWitness]:
    """The witnesses of the file: lines `<public key> <url>`.

    Raises:
        FileProblems: which lines cannot be used, and why.
    """
    known = set[str]()

    def witness(verifier: Ed25519Verifier, url: str) -> HttpWitness:
        if not _is_url(url):
            raise LineRefused(
                "địa chỉ phải là http(s)://máy:cổng/đường-dẫn, không kèm khóa",
                "the address must be http(s)://host:port/path without any key",
            )
        if verifier.line() in known:
            raise LineRefused("khóa này đã có ở dòng trên", "this key is on a line above already")
        known.add(verifier.line())
        return HttpWitness(verifier, url)

    return read_keyed_lines(path, COSIGNATURE, witness)


def _is_url(url: str) -> bool:
    try:
        return _URL.fullmatch(url) is not None and urlsplit(url).port != 0
    except ValueError:  # A port beyond 65535, or an address that is none.
        return False


def _said(body: bytes) -> str:
    """What the other side says, as one short line that a log can hold."""
    words = "".join(each if each.isprintable() else " " for each in body[:1_000].decode(errors="replace"))
    return " ".join(words.split())[:SAID_CHARACTERS_MAX]
