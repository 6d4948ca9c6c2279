"""Witnesses as processes of their own, asked over HTTP: what they sign, also when they are killed."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

import httpx
import msgspec
import pytest

from adapters.audit.sinks import SinkAhead, SinkAway, SinkRefused
from adapters.audit.submission import BODY_BYTES_MAX, PATH, SIZE_TYPE, Submission
from adapters.audit.witnesses import HttpWitness
from adapters.keys.signing import Ed25519Signer, fresh_private_key
from application.notes import Note, Signature, parse_checkpoint, parse_note, signed_by
from tests.support.checkpoints import NAME, TENANT, SmallLog
from tests.support.postgres import throw_away_folder
from tests.support.program import needs_python
from tests.support.witnesses import SECONDS_MAX, WitnessPlace

pytestmark = [pytest.mark.anyio, needs_python]

KILLED_AFTER_SIGNING = """
import os, signal
from pathlib import Path
from adapters.keys.signing import Cosigner
real = Cosigner.sign
def sign(self, text, time_s):
    line = real(self, text, time_s).line()
    Path({leak!r}).write_text(line)
    os.kill(os.getpid(), signal.SIGKILL)
Cosigner.sign = sign
"""
KILLED_BEFORE_STORING = """
import os, signal
from pathlib import Path
Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""


SIGNER = Ed25519Signer(NAME, fresh_private_key())
EPOCHS = count(1)


@pytest.fixture
def log() -> SmallLog:
    """A log that no witness has seen yet, of a key that all know."""
    return SmallLog(SIGNER, origin=f"{NAME}/{TENANT}/{next(EPOCHS)}")


@pytest.fixture
def place(reachable_folder: Path, log: SmallLog) -> WitnessPlace:
    return WitnessPlace(reachable_folder, "witness.example", log)


@pytest.fixture(scope="module")
async def pair() -> AsyncIterator[list[WitnessPlace]]:
    """Two witnesses, serving."""
    known = SmallLog(SIGNER)
    async with AsyncExitStack() as stack:
        inside = stack.enter_context(throw_away_folder())
        places = [WitnessPlace(inside, name, known) for name in ("w1.example", "w2.example")]
        for each in places:
            await stack.enter_async_context(each.serving())
        yield places


@pytest.fixture
def served(pair: list[WitnessPlace]) -> WitnessPlace:
    return pair[0]


async def cosigned(sink: HttpWitness, log: SmallLog, size: int) -> Note:
    note = log.note(size)
    return msgspec.structs.replace(note, signatures=(*note.signatures, *await sink.put(note, log.prove(size))))


def submission(log: SmallLog, old: int, size: int) -> bytes:
    note = log.note(size)
    checkpoint = parse_checkpoint(note.text)
    return Submission(old=old, proof=log.proof(old, size), note=note, checkpoint=checkpoint).body()


async def test_a_growing_log_is_cosigned_whoever_sends_it(served: WitnessPlace, log: SmallLog) -> None:
    for size in (1, 2, 2, 7, 300):
        note = await cosigned(served.sink(), log, size)  # Each time somebody who remembers nothing.
        assert signed_by(note, [log.verifier, served.verifier]) == [log.verifier, served.verifier]


async def test_what_the_witness_refuses_is_told_with_its_reason(served: WitnessPlace, log: SmallLog) -> None:
    await cosigned(served.sink(), log, 8)
    with pytest.raises(SinkAhead) as caught:
        await cosigned(served.sink(), log, 7)
    assert caught.value.size == 8
    stranger = SmallLog(Ed25519Signer(NAME, fresh_private_key()))
    unknown = SmallLog(log.signer, origin=f"other.example/{TENANT}/1")
    for other, size, reason in (
        (log.fork(7), 8, "409: another root at the same size"),
        (log.fork(7), 9, "422: the checkpoint is not shown to continue"),
        (stranger, 9, "403: no valid signature"),
        (unknown, 9, "404: the log is not known here"),
    ):
        with pytest.raises(SinkRefused, match=reason):
            await cosigned(served.sink(), other, size)


async def test_the_answers_are_those_of_the_specification(served: WitnessPlace, log: SmallLog) -> None:
    async with httpx.AsyncClient(base_url=served.url) as client:

        async def told(body: bytes) -> tuple[int, str]:
            answer = await client.post(PATH, content=body)
            return answer.status_code, answer.headers["content-type"]

        plain = "text/plain; charset=utf-8"
        assert await told(submission(log, 0, 8)) == (200, plain)
        assert await told(submission(log, 0, 9)) == (409, SIZE_TYPE)
        assert await told(submission(log.fork(7), 8, 8)) == (409, plain)
        assert await told(submission(log.fork(7), 8, 9)) == (422, plain)
        assert await told(b"no submission") == (400, plain)
        assert await told(submission(SmallLog(), 0, 9)) == (403, plain)
        assert await told(submission(SmallLog(origin="x/y/1"), 0, 9)) == (404, plain)
        assert await told(bytes(BODY_BYTES_MAX + 1)) == (413, plain)
        assert (await client.get(PATH)).status_code == 405
        assert (await client.head(PATH)).status_code == 405
        assert (await client.post("/other")).status_code == 404
        assert (await client.post("/%ff?%ff")).status_code == 404


async def test_two_histories_that_are_sent_at_once_never_get_two_cosignatures(
    served: WitnessPlace, log: SmallLog
) -> None:
    await cosigned(served.sink(), log, 1)
    bodies = [submission(log.fork(at), 1, size) for at in (1, 2, 3, 10**9) for size in (4, 5, 6)]
    async with httpx.AsyncClient(base_url=served.url) as client:
        answers = await asyncio.gather(*(client.post(PATH, content=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 11]


# --- Killed ------------------------------------------------------------------------------


async def test_a_witness_that_is_killed_between_signing_and_answering_stays_with_what_it_signed(
    place: WitnessPlace, log: SmallLog
) -> None:
    async with place.serving():
        await cosigned(place.sink(), log, 4)
    leak = place.state / "leaked"
    async with place.serving(patch=KILLED_AFTER_SIGNING.format(leak=str(leak))) as process:
        with pytest.raises(SinkAway):
            await cosigned(place.sink(), log, 8)
        assert await asyncio.to_thread(process.wait, SECONDS_MAX) == -signal.SIGKILL
    signed = parse_note(f"{log.note(8).text}\n{leak.read_text()}")
    assert signed_by(signed, [place.verifier]) == [place.verifier], "it had signed"
    async with place.serving():
        for fork, size in ((7, 8), (7, 9), (3, 8), (4, 300)):
            with pytest.raises(SinkRefused):
                await cosigned(place.sink(), log.fork(fork), size)
        with pytest.raises(SinkAhead):
            await cosigned(place.sink(), log, 5)
        assert signed_by(await cosigned(place.sink(), log, 8), [place.verifier])
        assert signed_by(await cosigned(place.sink(), log, 9), [place.verifier])


async def test_a_witness_that_is_killed_before_it_has_stored_has_signed_nothing_and_goes_on(
    place: WitnessPlace, log: SmallLog
) -> None:
    async with place.serving():
        await cosigned(place.sink(), log, 4)
    async with place.serving(patch=KILLED_BEFORE_STORING):
        with pytest.raises(SinkAway):
            await cosigned(place.sink(), log, 8)
    async with place.serving():
        with pytest.raises(SinkRefused):
            await cosigned(place.sink(), log.fork(3), 8)
        assert signed_by(await cosigned(place.sink(), log, 8), [place.verifier])


# --- Two views to two witnesses --------------------------------------------------------------


def accepted(note: Note, *places: WitnessPlace) -> bool:
    """By a verifier that asks for the cosignatures of all these witnesses."""
    verifiers = [place.verifier for place in places]
    return signed_by(note, verifiers) == verifiers


@pytest.mark.parametrize(("common", "size", "fork_size"), [(7, 8, 8), (0, 8, 8), (3, 8, 13), (3, 13, 8)])
async def test_two_views_shown_to_two_witnesses_are_accepted_by_nobody_who_asks_for_both(
    pair: list[WitnessPlace], log: SmallLog, common: int, size: int, fork_size: int
) -> None:
    (one, two), fork = pair, log.fork(common)
    for place in pair if common else ():
        assert accepted(await cosigned(place.sink(), log, common), place)
    honest, forged = await cosigned(one.sink(), log, size), await cosigned(two.sink(), fork, fork_size)
    assert accepted(honest, one)
    assert accepted(forged, two)
    views = [honest, forged]
    for place, other, other_size in ((one, fork, fork_size), (two, log, size)):
        for wanted in (other_size, 20):
            with pytest.raises(SinkRefused):
                views.append(await cosigned(place.sink(), other, wanted))
    lines = [each for view in views for each in view.signatures]
    for view in views:  # Whatever lines anybody puts below it.
        whole = msgspec.structs.replace(view, signatures=tuple(each for each in lines if _holds(view, each, one, two)))
        assert not accepted(whole, one, two)


def _holds(view: Note, line: Signature, *places: WitnessPlace) -> bool:
    return any(
        place.verifier.name == line.name and place.verifier.verify(view.text, line.signature) for place in places
    )
