"""Files that are on the disk once they are written, for their owner alone."""

import os
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


def sync_folder(folder: Path) -> None:
    """What was made, renamed or removed in the folder is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
