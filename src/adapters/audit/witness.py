"""The reference witness: cosigns a checkpoint that continues what it last saw of the log (C2SP `tlog-witness`).

It needs nothing of the platform: a key, a file of logs, and a folder that outlives it."""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import structlog

from adapters.audit.keyed_lines import read_keyed_lines
from adapters.audit.submission import SIZE_TYPE, Submission, parse_submission
from adapters.durable import locked, make_folder, write_over
from adapters.keys.signing import Cosigner, Ed25519Verifier
from adapters.said import Mendable, why
from application.merkle import EMPTY_ROOT, ProofRefused, verify_consistency
from application.notes import ED25519, Checkpoint, Note, NoteRefused, parse_checkpoint, parse_note, signed_by

SUFFIX = ".checkpoint"

log = structlog.get_logger("witness")


class WitnessRefused(Mendable):
    """The witness cannot work with what it is given."""


class KnownLog(msgspec.Struct, frozen=True, kw_only=True):
    """A log's key with an origin, or the beginning of several: `example.vn/id` covers `example.vn/id/2`."""

    verifier: Ed25519Verifier
    origin: str

    def covers(self, origin: str) -> bool:
        return origin == self.origin or origin.startswith(f"{self.origin}/")


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP answer."""

    status: int
    body: str
    media_type: str = "text/plain; charset=utf-8"


class Witness:
    """One key over one folder: never signs two histories of a log, whatever stops it in between."""

    def __init__(self, cosigner: Cosigner, logs: Sequence[KnownLog], folder: Path, seen: dict[str, Checkpoint]) -> None:
        self._cosigner, self._logs, self._folder, self._seen = cosigner, logs, folder, seen
        self._turn = threading.Lock()

    def add_checkpoint(self, body: bytes, now_s: int) -> Reply:
        """The answer to one request. It blocks while the checkpoint goes to the disk; any thread may call it.

        Raises:
            OSError: the checkpoint could not be stored; nothing was signed.
        """
        try:
            asked = parse_submission(body)
        except NoteRefused as error:
            return Reply(status=400, body=f"{error}\n")
        reply = self._not_from_a_known_log(asked) or self._continued(asked, now_s)
        level = "info" if reply.status == 200 else "warning"
        new = asked.checkpoint
        getattr(log, level)("checkpoint", status=reply.status, origin=new.origin, old=asked.old, size=new.size)
        return reply

    def _not_from_a_known_log(self, asked: Submission) -> Reply | None:
        verifiers = [each.verifier for each in self._logs if each.covers(asked.checkpoint.origin)]
        if not verifiers:
            return Reply(status=404, body="the log is not known here\n")
        try:
            if signed_by(asked.note, verifiers):
                return None
        except NoteRefused:
            pass  # One of the log's keys is named and did not sign: as good as no signature.
        return Reply(status=403, body="no valid signature of a key that is known for this log\n")

    def _continued(self, asked: Submission, now_s: int) -> Reply:
        new = asked.checkpoint
        if asked.old > new.size:
            return Reply(status=400, body="the old size is above the checkpoint's\n")
        # From looking at what was seen to storing what is new, nobody else: the larger would be forgotten again.
        with self._turn:
            seen = self._seen.get(new.origin) or Checkpoint(origin=new.origin, size=0, root=EMPTY_ROOT)
            if asked.old != seen.size:
                return Reply(status=409, body=f"{seen.size}\n", media_type=SIZE_TYPE)
            if new.size == seen.size and new.root != seen.root:
                return self._fork(asked, 409, "another root at the same size")
            try:
                verify_consistency(seen.size, new.size, seen.root, new.root, asked.proof)
            except ProofRefused as error:
                return self._fork(asked, 422, f"the checkpoint is not shown to continue the last one: {error}")
            if new != self._seen.get(new.origin):
                write_over(state_file(self._folder, new.origin), asked.note.whole().encode())
                self._seen[new.origin] = new
            return Reply(status=200, body=self._cosigner.sign(asked.note.text, now_s).line())

    def _fork(self, asked: Submission, status: int, reason: str) -> Reply:
        """What the log has signed may prove that it rewrites history: it is put on record whole."""
        log.error("checkpoint refused", reason=reason, note=asked.note.whole())
        return Reply(status=status, body=f"{reason}\n")


@contextmanager
def witness_at(folder: Path, cosigner: Cosigner, logs: Sequence[KnownLog]) -> Iterator[Witness]:
    """The witness whose memory is the folder; no other process works in it meanwhile.

    Raises:
        WitnessRefused: the folder cannot be used, another witness works in it, or a file in it is damaged.
    """
    with ExitStack() as stack:
        try:
            make_folder(folder)
            stack.enter_context(locked(folder / ".lock", wait=False))
            seen = dict(_seen(folder))
        except BlockingIOError as error:
            raise WitnessRefused(
                f"Một nhân chứng khác đang làm việc trong {folder}.", f"Another witness works in {folder}."
            ) from error
        except OSError as error:
            vi, en = why(error)
            raise WitnessRefused(
                f"Không dùng được thư mục {folder}: {vi}.", f"The folder {folder} cannot be used: {en}."
            ) from error
        yield Witness(cosigner, logs, folder, seen)


def state_file(folder: Path, origin: str) -> Path:
    """Where the witness keeps the last checkpoint of the log."""
    return folder / f"{hashlib.sha256(origin.encode()).hexdigest()}{SUFFIX}"


def _seen(folder: Path) -> Iterator[tuple[str, Checkpoint]]:
    for path in folder.glob(f"*{SUFFIX}"):
        try:
            found = parse_checkpoint(_note(path).text)
        except (NoteRefused, UnicodeDecodeError) as error:
            raise _damaged(path) from error
        if path != state_file(folder, found.origin):
            raise _damaged(path)
        yield found.origin, found


def _note(path: Path) -> Note:
    return parse_note(path.read_bytes().decode())


def _damaged(path: Path) -> WitnessRefused:
    # To go on without it would be to forget what was signed.
    return WitnessRefused(
        f"Tệp {path} bị hỏng: hãy phục hồi từ bản sao mới nhất, đừng xóa.",
        f"The file {path} is damaged: restore it from the newest copy, do not remove it.",
    )


def read_logs(path: Path) -> list[KnownLog]:
    """The logs of the file: lines `<public key> <origin, or its beginning>`.

    Raises:
        FileProblems: which lines cannot be used, and why.
    """
    return read_keyed_lines(
        path, ED25519, lambda verifier, origin: KnownLog(verifier=verifier, origin=origin.rstrip("/"))
    )
