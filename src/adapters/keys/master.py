"""The master key's file: outside the database and its backup, readable by its owner alone."""

import os
import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from adapters.durable import sync_folder, write_new
from adapters.keys.ciphers import ROOT_BYTES, MasterKey, fresh_root
from adapters.said import Mendable, why

FILE_BYTES_MAX = 200


class MasterKeyRefused(Mendable):
    """The master key cannot be used."""


def ensure_master_key(path: Path) -> bool:
    """Make the file (0600) if it is missing; True if it was made now.

    Only what sets a platform up calls this: a server that made a new key beside an old database could open nothing.
    """
    if path.exists():
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_new(draft, b64encode(fresh_root()) + b"\n")
        os.link(draft, path)  # Whole or not at all; and of two processes that start at once one wins.
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def read_master_key(path: Path) -> MasterKey:
    """The master key in the file.

    Raises:
        MasterKeyRefused: it is missing, is readable by others, or holds no key.
    """
    try:
        with path.open("rb") as file:
            _refuse_shared(os.fstat(file.fileno()), path)
            return MasterKey(_root(file.read(FILE_BYTES_MAX), path))
    except FileNotFoundError as error:
        raise MasterKeyRefused(
            f"Không có khóa chủ ở {path}: hãy đặt lại đúng khóa đã dùng khi thiết lập cơ sở dữ liệu này.",
            f"There is no master key at {path}: put back the one that this database was set up with.",
        ) from error
    except OSError as error:
        vi, en = why(error)
        raise MasterKeyRefused(
            f"Không đọc được khóa chủ ở {path}: {vi}.", f"The master key at {path} cannot be read: {en}."
        ) from error


def _refuse_shared(status: os.stat_result, path: Path) -> None:
    if status.st_mode & 0o077:
        raise MasterKeyRefused(
            f"Người khác đọc được khóa chủ ở {path}: hãy chạy chmod 600 cho tệp này.",
            f"The master key at {path} can be read by others: run chmod 600 on it.",
        )


def _root(text: bytes, path: Path) -> bytes:
    try:
        root = b64decode(text.strip(), validate=True)
    except ValueError:
        root = b""
    if len(root) != ROOT_BYTES:
        raise MasterKeyRefused(
            f"Tệp {path} không chứa khóa chủ {ROOT_BYTES} byte ở dạng base64.",
            f"The file {path} does not hold a master key of {ROOT_BYTES} bytes in base64.",
        )
    return root
