"""The file of the log's keys: one or two private lines of signed notes, the newest first, readable by its owner alone.

Each checkpoint carries a signature line of every key in it. So a rotation is: a new key in front of the old one; every
verifier is given the new public line; the old key is retired. Its public line stays in a file beside, `….retired`: old
checkpoints bear its signature for ever."""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from adapters.durable import locked, write_over
from adapters.keys.signing import (
    Ed25519Signer,
    Ed25519Verifier,
    KeyRefused,
    fresh_private_key,
    read_signer,
    read_verifier,
)
from adapters.said import Mendable, why
from application.notes import ED25519

FILE_BYTES_MAX = 2_000
RETIRED_BYTES_MAX = 200_000
RETIRED = ".retired"
KEYS_MAX = 2


class LogKeysRefused(Mendable):
    """The log's keys cannot be used, or not be changed so."""


def ensure_log_keys(path: Path, name: str) -> bool:
    """Make the file (0600) with a first key under `name` if it is missing; True if it was made now.

    Raises:
        LogKeysRefused: it cannot be made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(path):
            if path.exists():
                return False
            _write(path, [Ed25519Signer(name, fresh_private_key())])
    except OSError as error:
        raise _not_written(path, error) from error
    return True


def read_log_keys(path: Path) -> list[Ed25519Signer]:
    """The log's keys, one or two, the newest first.

    Raises:
        LogKeysRefused: the file is missing, is readable by others, or holds anything else.
    """
    try:
        with path.open("rb") as file:
            _refuse_shared(os.fstat(file.fileno()), path)
            return _keys(file.read(FILE_BYTES_MAX), path)
    except FileNotFoundError as error:
        raise LogKeysRefused(
            f"Không có khóa của nhật ký ở {path}: hãy đặt lại đúng tệp cũ; chỉ khi chưa từng có tệp nào mới chạy "
            "`thidua audit keys rotate`.",
            f"There are no keys of the log at {path}: put back the file that was there; only where there never was "
            "one, run `thidua audit keys rotate`.",
        ) from error
    except OSError as error:
        vi, en = why(error)
        raise LogKeysRefused(
            f"Không đọc được khóa của nhật ký ở {path}: {vi}.", f"The log's keys at {path} cannot be read: {en}."
        ) from error


def rotate_log_keys(path: Path, name: str) -> Ed25519Signer:
    """Put a new key under `name` in front; the key before it signs beside it until it is retired. Returns the new one.

    Raises:
        LogKeysRefused: an older key has not been retired yet, or the file cannot be read or written.
    """
    if ensure_log_keys(path, name):
        return read_log_keys(path)[0]
    with _changing(path) as keys:
        if len(keys) == KEYS_MAX:
            raise LogKeysRefused(
                "Khóa trước đó chưa được rút: hãy chạy `thidua audit keys retire` trước.",
                "The key before has not been retired yet: run `thidua audit keys retire` first.",
            )
        fresh = Ed25519Signer(name, fresh_private_key())
        _write(path, [fresh, *keys])
    return fresh


def retire_log_key(path: Path) -> Ed25519Signer:
    """Take the older key out of the file, and return it: the newest signs alone from now on.

    Raises:
        LogKeysRefused: there is only one, or the file cannot be read or written.
    """
    with _changing(path) as keys:
        if len(keys) < KEYS_MAX:
            raise LogKeysRefused(
                "Chỉ có một khóa nên không thể rút: hãy chạy `thidua audit keys rotate` trước.",
                "There is one key only, so none can be retired: run `thidua audit keys rotate` first.",
            )
        # First: who is stopped in between has the key in both files, which is harmless.
        lines = [key.line() for key in read_retired(path)]
        if (line := keys[1].public_line()) not in lines:
            write_over(retired_file(path), "".join(f"{each}\n" for each in [line, *lines]).encode())
        _write(path, keys[:1])
    return keys[1]


def read_retired(path: Path) -> list[Ed25519Verifier]:
    """The public keys that were retired from the file of the log's keys, the newest first; none where none was.

    Raises:
        LogKeysRefused: the file beside it cannot be read, or holds anything else.
    """
    beside = retired_file(path)
    try:
        with beside.open("rb") as file:
            content = file.read(RETIRED_BYTES_MAX)
        keys = [read_verifier(line) for line in content.decode().splitlines() if line.strip()]
    except FileNotFoundError:
        return []
    except OSError as error:
        vi, en = why(error)
        raise LogKeysRefused(
            f"Không đọc được các khóa đã rút ở {beside}: {vi}.", f"The retired keys at {beside} cannot be read: {en}."
        ) from error
    except (KeyRefused, UnicodeDecodeError) as error:
        raise LogKeysRefused(
            f"Tệp {beside} phải chứa các khóa công khai đã rút của nhật ký, mỗi khóa một dòng.",
            f"The file {beside} must hold the log's retired public keys, one a line.",
        ) from error
    return [key for key in keys if key.kind == ED25519]


def retired_file(path: Path) -> Path:
    """Where the public lines of retired keys lie."""
    return path.with_name(path.name + RETIRED)


@contextmanager
def _changing(path: Path) -> Iterator[list[Ed25519Signer]]:
    try:
        with _locked(path):
            yield read_log_keys(path)
    except OSError as error:
        raise _not_written(path, error) from error


def _locked(path: Path) -> AbstractContextManager[None]:
    """Two who change the file at once would else lose a key that has signed."""
    return locked(path.with_name(f".{path.name}.lock"))


def _write(path: Path, keys: Sequence[Ed25519Signer]) -> None:
    write_over(path, "".join(f"{key.private_line()}\n" for key in keys).encode())


def _refuse_shared(status: os.stat_result, path: Path) -> None:
    if status.st_mode & 0o077:
        raise LogKeysRefused(
            f"Người khác đọc được khóa của nhật ký ở {path}: hãy chạy chmod 600 cho tệp này.",
            f"The log's keys at {path} can be read by others: run chmod 600 on the file.",
        )


def _keys(content: bytes, path: Path) -> list[Ed25519Signer]:
    try:
        found = [read_signer(line) for line in content.decode().splitlines() if line.strip()]
    except (KeyRefused, UnicodeDecodeError):
        found = []
    keys = [key for key in found if isinstance(key, Ed25519Signer)]
    if not 1 <= len(keys) <= KEYS_MAX or len(keys) < len(found):
        raise LogKeysRefused(
            f"Tệp {path} phải chứa một hoặc hai khóa riêng Ed25519 của nhật ký, mỗi khóa một dòng.",
            f"The file {path} must hold one or two private Ed25519 keys of a log, one a line.",
        )
    return keys


def _not_written(path: Path, error: OSError) -> LogKeysRefused:
    vi, en = why(error)
    return LogKeysRefused(
        f"Không ghi được khóa của nhật ký ở {path}: {vi}.", f"The log's keys at {path} cannot be written: {en}."
    )
