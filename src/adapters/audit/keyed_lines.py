"""Files of an operator's: in each line a public key and what goes with it; empty lines and `#` comments aside."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from adapters.keys.signing import Ed25519Verifier, KeyRefused, read_verifier
from adapters.said import why
from application.file_problems import FileProblem, FileProblems, Reason

FILE_BYTES_MAX = 1_000_000
T = TypeVar("T")


class LineRefused(Exception):
    """The line cannot be used; `reason` says why."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.reason = Reason(en, vi)


def read_keyed_lines(path: Path, kind: int, made: Callable[[Ed25519Verifier, str], T]) -> list[T]:
    """What `made` makes of each line's key, of this kind, and the word behind it, in the file's order.

    Raises:
        FileProblems: the file cannot be read, or some of its lines cannot be used: each is named with its reason.
    """
    found, problems = list[T](), list[FileProblem]()
    for number, line in enumerate(_lines(path), 1):
        try:
            if line and not line.startswith("#"):
                found.append(made(*_parted(line, kind)))
        except LineRefused as refused:
            problems.append(_problem(path, f"line {number}", refused.reason))
    if problems:
        raise FileProblems(problems)
    return found


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
        text = content.decode()
    except OSError as error:
        vi, en = why(error)
        raise FileProblems(
            [_problem(path, "file", Reason(f"cannot be read: {en}", f"không đọc được: {vi}"))]
        ) from error
    except UnicodeDecodeError as error:
        reason = Reason(f"is not UTF-8 (byte {error.start})", f"không phải UTF-8 (byte {error.start})")
        raise FileProblems([_problem(path, "file", reason)]) from error
    if len(content) > FILE_BYTES_MAX:
        reason = Reason(f"is larger than {FILE_BYTES_MAX} bytes", f"lớn hơn {FILE_BYTES_MAX} byte")
        raise FileProblems([_problem(path, "file", reason)])
    return [line.strip() for line in text.split("\n")]


def _parted(line: str, kind: int) -> tuple[Ed25519Verifier, str]:
    key, _, rest = line.partition(" ")
    try:
        verifier = read_verifier(key)
    except KeyRefused as error:  # What is not a public key may be a private one: it is not repeated.
        raise LineRefused(
            "không bắt đầu bằng một khóa công khai tên+id+khóa", f"no public key name+id+key: {error}"
        ) from error
    if verifier.kind != kind:
        raise LineRefused("khóa thuộc loại khác", "the key is of another kind")
    if not rest.strip() or " " in rest.strip():
        raise LineRefused("cần đúng một từ sau khóa", "it takes exactly one word after the key")
    return verifier, rest.strip()


def _problem(path: Path, key: str, reason: Reason) -> FileProblem:
    return FileProblem(path=str(path), key=key, reason=reason.en, reason_vi=reason.vi)
