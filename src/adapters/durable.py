"""Files that are on the disk once they are written, for their owner alone."""

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_new(path: Path, content: bytes) -> None:
    """A file that did not exist, its bytes on the disk; its folder is to be synced too (`sync_folder`).

    Raises:
        FileExistsError: there is one.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def write_over(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """The file, whole or not at all, whether there was one or not; it is on the disk, and so is its name."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_new(draft, content)
        draft.chmod(mode)  # Not by the umask, which is the service user's.
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def make_folder(folder: Path, *, mode: int = 0o700) -> None:
    """The folder, on the disk in the one above it. One that is there stays as it is."""
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        return
    except FileNotFoundError:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    # Not by the umask; and the group that those above give to what is made below them is given on.
    folder.chmod(mode | folder.stat().st_mode & stat.S_ISGID)
    sync_folder(folder.parent)


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Inside, no other process is inside with the same file, which is made for it and stays.

    Raises:
        BlockingIOError: another is, and we do not wait.
    """
    # A file and not the folder itself: over a network a lock needs something that is open for writing.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """What was made, renamed or removed in the folder is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
