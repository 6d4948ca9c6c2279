"""Checkpoints in a folder: `<tenant id>/<epoch>/<band>/<size>.txt`, whole or not at all, on the disk once they are put.

A band holds those of 10,000 sizes side by side, so that the largest is found without listing years of them."""

import asyncio
import os
import re
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from adapters.audit.sinks import SinkAhead, SinkAway, SinkRefused
from adapters.durable import locked, make_folder, write_over
from application.merkle import ProofRefused, verify_consistency
from application.notes import NOTE_BYTES_MAX, Checkpoint, Note, NoteRefused, Prove, joined, parse_checkpoint, parse_note

P = ParamSpec("P")
R = TypeVar("R")

FOLDER_MODE, FILE_MODE = 0o750, 0o640
"""Nothing of it is secret: who makes the folder may let a group read it, for the backup."""
TRIES = 3
THREADS_MAX = 4
BAND = 10_000
_SIZE_DIGITS, _BAND_DIGITS = 18, 14
_ORIGIN = re.compile(r".+/([0-9A-Za-z-]{1,64})/([0-9]{1,9})")
_FILE = re.compile(rf"[0-9]{{{_SIZE_DIGITS}}}\.txt")
_FOLDER = re.compile(rf"[0-9]{{{_BAND_DIGITS}}}")


class CheckpointFolder:
    """A `Sink` that takes no checkpoint that does not continue the largest it holds. Several servers may write to it.

    Whoever can write there can also remove: keep it, or copies of it, where the database's keepers cannot.
    """

    name = "folder"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Of its own: a mount that hangs keeps them for as long, and everybody else's stay free.
        self._threads = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="checkpoints")

    async def put(self, note: Note, prove: Prove) -> tuple[()]:
        """As `Sink` has it. Of a checkpoint that is there already, the signatures of further keys are
        added to it.

        Raises:
            SinkAway, SinkRefused, SinkAhead.
        """
        new = parse_checkpoint(note.text)
        for _ in range(TRIES):
            largest = await self.latest(new.origin)
            old = parse_checkpoint(largest.text) if largest else None
            if old is not None and old.size < new.size:
                _check(old, new, await prove(old.size))
            if await self._reached(self._keep, note, new, old.size if old else None):
                return ()
        raise SinkAway("others are writing to it")

    async def latest(self, origin: str) -> Note | None:
        """The largest checkpoint of the log that is there.

        Raises:
            SinkAway: the folder cannot be read now.
            SinkRefused: the file is no checkpoint of this log.
        """
        size = await self._reached(_largest, self._place(origin))
        return None if size is None else await self.at(origin, size)

    async def at(self, origin: str, size: int) -> Note | None:
        """The checkpoint of so many leaves; raises as `latest`."""
        return await self._reached(_read, self._place(origin), origin, size)

    async def sizes(self, origin: str) -> list[int]:
        """Of which sizes there are checkpoints of the log, ascending. Raises: SinkAway."""
        return await self._reached(_sizes, self._place(origin))

    async def _reached(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, partial(work, *arguments, **named))
        except OSError as error:
            raise SinkAway(f"{type(error).__name__}: {error.strerror}") from error

    def _place(self, origin: str) -> Path:
        found = _ORIGIN.fullmatch(origin)
        assert found, "an origin ends with the tenant's id and the epoch"
        return self._folder / found[1] / found[2]

    def _keep(self, note: Note, new: Checkpoint, largest: int | None) -> bool:
        """False: what is there has changed since it was looked at."""
        place = self._place(new.origin)
        path = file_of(place, new.size)
        for folder in (self._folder, place.parent, place, path.parent):
            make_folder(folder, mode=FOLDER_MODE)
        with locked(place / ".lock"):
            there = _read(place, new.origin, new.size)
            if there is not None:
                note = _merged(there, note)
                if note == there:
                    return True
            elif _largest(place) != largest:
                return False
            elif largest is not None and largest > new.size:
                raise SinkAhead(largest)
            write_over(path, note.whole().encode(), mode=FILE_MODE)
        return True


def _check(old: Checkpoint, new: Checkpoint, path: list[bytes]) -> None:
    try:
        verify_consistency(old.size, new.size, old.root, new.root, path)
    except ProofRefused as error:
        raise SinkRefused(f"its checkpoint of {old.size} leaves is of another history: {error}") from error


def _merged(there: Note, note: Note) -> Note:
    if there.text != note.text:
        raise SinkRefused("it holds another checkpoint of this size")
    return joined(there, note)


def file_of(place: Path, size: int) -> Path:
    """Where the checkpoint of so many leaves lies, `place` being the folder of its epoch."""
    return place / f"{size // BAND:0{_BAND_DIGITS}}" / f"{size:0{_SIZE_DIGITS}}.txt"


def _read(place: Path, origin: str, size: int) -> Note | None:
    path = file_of(place, size)
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise SinkRefused(f"its file {path} is no file")  # A pipe would be waited for without an end.
            note = parse_note(file.read(NOTE_BYTES_MAX + 1).decode())
        found = parse_checkpoint(note.text)
    except FileNotFoundError:
        return None
    except (NoteRefused, UnicodeDecodeError) as error:
        raise SinkRefused(f"its file {path} is no checkpoint") from error
    if (found.origin, found.size) != (origin, size):
        raise SinkRefused(f"its file {path} is a checkpoint of {found.origin}, {found.size} leaves")
    return note


def _sizes(place: Path) -> list[int]:
    return [size for band in _bands(place) for size in _sizes_in(band)]


def _largest(place: Path) -> int | None:
    """A band may be empty: its first checkpoint has not been written, or never was."""
    return next((sizes[-1] for band in reversed(_bands(place)) if (sizes := _sizes_in(band))), None)


def _bands(place: Path) -> list[Path]:
    try:
        return sorted(path for path in place.iterdir() if _FOLDER.fullmatch(path.name))
    except FileNotFoundError:
        return []


def _sizes_in(band: Path) -> list[int]:
    return sorted(int(path.stem) for path in band.iterdir() if _FILE.fullmatch(path.name))
