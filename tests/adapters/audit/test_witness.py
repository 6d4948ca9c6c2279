"""What the reference witness answers, and that it never signs two histories of a log."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec
import pytest

from adapters.audit.submission import SIZE_TYPE, Submission, parse_submission
from adapters.audit.witness import KnownLog, Reply, Witness, WitnessRefused, state_file, witness_at
from adapters.keys.signing import Cosigner, Ed25519Signer, fresh_private_key, read_verifier
from application.notes import Checkpoint, NoteRefused, parse_checkpoint, parse_note, signed, signed_by
from tests.support.checkpoints import NAME, ORIGIN, TENANT, SmallLog

LOG = SmallLog()
COSIGNER = Cosigner("witness.example", fresh_private_key())
VERIFIER = read_verifier(COSIGNER.public_line())
KNOWN = KnownLog(verifier=LOG.verifier, origin=f"{NAME}/{TENANT}")
NOW_S = 1_790_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


def opened(folder: Path, *logs: KnownLog) -> AbstractContextManager[Witness]:
    return witness_at(folder, COSIGNER, logs or [KNOWN])


@pytest.fixture
def witness(folder: Path) -> Iterator[Witness]:
    with opened(folder) as witness:
        yield witness


def asked(log: SmallLog, old: int, size: int, **other: object) -> bytes:
    note = log.note(size)
    made = Submission(old=old, proof=log.proof(old, size), note=note, checkpoint=parse_checkpoint(note.text))
    return msgspec.structs.replace(made, **other).body()


def told(witness: Witness, body: bytes) -> Reply:
    return witness.add_checkpoint(body, NOW_S)


def is_cosigned(log: SmallLog, size: int, reply: Reply) -> bool:
    note = parse_note(f"{log.note(size).text}\n{reply.body}")
    return reply.status == 200 and signed_by(note, [VERIFIER]) == [VERIFIER]


def test_a_log_that_grows_is_cosigned_at_each_size_with_the_time(witness: Witness) -> None:
    old = 0
    for size in (0, 1, 2, 7, 8, 300):
        reply = told(witness, asked(LOG, old, size))
        assert is_cosigned(LOG, size, reply)
        assert parse_note(f"x\n\n{reply.body}").signatures[0].signature[:8] == NOW_S.to_bytes(8, "big")
        old = size


def test_the_last_checkpoint_is_cosigned_again_for_a_log_that_missed_the_answer(witness: Witness) -> None:
    told(witness, asked(LOG, 0, 7))
    assert is_cosigned(LOG, 7, told(witness, asked(LOG, 7, 7)))


@pytest.mark.parametrize("old", [0, 5, 6, 8])
def test_another_old_size_is_told_the_one_that_was_seen(witness: Witness, old: int) -> None:
    told(witness, asked(LOG, 0, 7))
    assert told(witness, asked(LOG, old, 9)) == Reply(status=409, body="7\n", media_type=SIZE_TYPE)


def test_a_smaller_tree_is_never_signed_again(witness: Witness) -> None:
    told(witness, asked(LOG, 0, 7))
    assert told(witness, asked(LOG, 0, 6)).body == "7\n"
    assert told(witness, asked(LOG, 6, 6).replace(b"old 6", b"old 7")).status == 400
    assert told(witness, asked(LOG, 0, 0)).status == 409


def test_another_root_at_the_same_size_is_a_conflict_without_a_size(witness: Witness) -> None:
    told(witness, asked(LOG, 0, 7))
    reply = told(witness, asked(LOG.fork(6), 7, 7))
    assert (reply.status, reply.media_type) == (409, "text/plain; charset=utf-8")


@pytest.mark.parametrize("proof", [[], LOG.proof(6, 9), LOG.proof(7, 9)[:-1], [*LOG.proof(7, 9), bytes(32)]])
def test_a_proof_that_does_not_show_it_is_refused(witness: Witness, proof: list[bytes]) -> None:
    told(witness, asked(LOG, 0, 7))
    assert told(witness, asked(LOG, 7, 9, proof=proof)).status == 422
    assert is_cosigned(LOG, 9, told(witness, asked(LOG, 7, 9)))


def test_another_history_is_refused_with_its_own_proof(witness: Witness) -> None:
    told(witness, asked(LOG, 0, 7))
    assert told(witness, asked(LOG.fork(6), 7, 9)).status == 422


def test_a_proof_from_nothing_is_empty_and_nothing_has_one_root(witness: Witness) -> None:
    assert told(witness, asked(LOG, 0, 7, proof=[bytes(32)])).status == 422
    text = Checkpoint(origin=ORIGIN, size=0, root=bytes(32)).text()
    assert told(witness, b"old 0\n\n" + signed(text, [LOG.signer]).whole().encode()).status == 409


def test_only_logs_that_are_known_by_origin_and_key_are_cosigned(witness: Witness) -> None:
    def status(signer: Ed25519Signer, origin: str) -> int:
        return told(witness, asked(SmallLog(signer, origin=origin), 0, 3)).status

    stranger = Ed25519Signer(NAME, fresh_private_key())
    assert status(LOG.signer, ORIGIN) == 200
    assert status(LOG.signer, f"{NAME}/{TENANT}/2") == 200, "a further epoch of a known log"
    assert status(LOG.signer, f"{NAME}/{TENANT}x/1") == 404
    assert status(LOG.signer, f"other.example/{TENANT}/1") == 404
    assert status(stranger, f"{NAME}/{TENANT}/3") == 403


def test_a_signature_of_another_text_in_the_logs_name_is_forbidden(witness: Witness) -> None:
    note = msgspec.structs.replace(LOG.note(3), signatures=LOG.note(2).signatures)
    assert told(witness, asked(LOG, 0, 3, note=note)).status == 403


def test_while_the_log_changes_its_key_either_is_enough(folder: Path) -> None:
    new = Ed25519Signer(NAME, fresh_private_key())
    note = signed(LOG.note(3).text, [new, LOG.signer])
    for key in (LOG.signer, new):
        known = KnownLog(verifier=read_verifier(key.public_line()), origin=ORIGIN)
        with opened(folder / key.key_id.hex(), known) as witness:
            assert is_cosigned(LOG, 3, told(witness, asked(LOG, 0, 3, note=note)))


BODY = asked(LOG, 0, 3)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff" + BODY,
        BODY.replace(b"old 0", b"old 00"),
        BODY.replace(b"old 0", b"old -1"),
        BODY.replace(b"old 0", b"size 0"),
        BODY.replace(b"old 0\n", b"old 0\r\n"),
        BODY.replace(b"old 0\n", b"old 0\nAAAA\n"),
        BODY.replace(b"old 0\n", b"old 0\nno base64\n"),
        BODY.replace(b"old 0\n", b"old 0\n" + b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n" * 64),
        BODY.replace(b"old 0\n\n", b"old 0\n"),
        BODY[:-1],
        BODY + b"more\n",
        BODY.replace(b"\n3\n", b"\n03\n"),
    ],
)
def test_what_is_no_submission_is_a_bad_request(witness: Witness, body: bytes) -> None:
    assert told(witness, body).status == 400
    with pytest.raises(NoteRefused):
        parse_submission(body)


def test_a_witness_that_is_started_again_goes_on_where_it_was(folder: Path) -> None:
    with opened(folder) as witness:
        told(witness, asked(LOG, 0, 7))
    with opened(folder) as witness:
        assert told(witness, asked(LOG.fork(6), 0, 7)).body == "7\n"
        assert told(witness, asked(LOG.fork(6), 7, 9)).status == 422
        assert is_cosigned(LOG, 9, told(witness, asked(LOG, 7, 9)))


def test_nothing_is_signed_where_nothing_can_be_stored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with opened(folder) as witness:
        monkeypatch.setattr("adapters.audit.witness.write_over", full)
        with pytest.raises(OSError, match="No space"):
            told(witness, asked(LOG, 0, 7))
        monkeypatch.undo()
        assert is_cosigned(LOG, 5, told(witness, asked(LOG, 0, 5)))


def test_of_two_histories_that_are_sent_at_once_one_is_signed(witness: Witness) -> None:
    told(witness, asked(LOG, 0, 1))
    size = 1
    for turn in range(2, 30):
        bodies = [asked(LOG, size, turn), asked(LOG.fork(turn - 1), size, turn)]
        replies = list[Reply]()
        together = threading.Barrier(len(bodies))

        def send(body: bytes, together: threading.Barrier = together, replies: list[Reply] = replies) -> None:
            together.wait()
            replies.append(told(witness, body))

        threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(reply.status for reply in replies) == [200, 409]
        if told(witness, asked(LOG, turn, turn)).status != 200:
            return  # It took the other history, and stays with it.
        size = turn


@pytest.mark.parametrize("content", [b"", b"half a check", LOG.note(5).whole().encode()[:-9]])
def test_a_memory_that_is_damaged_keeps_the_witness_from_starting(folder: Path, content: bytes) -> None:
    with opened(folder) as witness:
        told(witness, asked(LOG, 0, 7))
    state_file(folder, ORIGIN).write_bytes(content)
    with pytest.raises(WitnessRefused, match="damaged"), opened(folder):
        pass


def test_a_memory_under_another_logs_name_counts_as_damaged(folder: Path) -> None:
    with opened(folder) as witness:
        told(witness, asked(LOG, 0, 7))
    state_file(folder, ORIGIN).rename(state_file(folder, "another"))
    with pytest.raises(WitnessRefused, match="damaged"), opened(folder):
        pass


def test_two_witnesses_do_not_share_a_memory(folder: Path) -> None:
    with opened(folder), pytest.raises(WitnessRefused, match="Another witness"), opened(folder):
        pass
    with opened(folder):
        pass
