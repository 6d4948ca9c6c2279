"""The clocks that the platform can go by: the machine's, and a file's in a demo."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from adapters.said import Mendable, why

FILE_CHARACTERS_MAX = 64
EXAMPLE = "2024-02-21T08:00:00+07:00"


class ClockProblem(Mendable):
    """Why the clock file cannot be gone by."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FileClock:
    """The instant that a file holds (ISO 8601 with its offset), read again whenever the file has changed.

    Time stands still in between. A file that is gone or spoiled for a moment leaves the clock where it was.

    Raises:
        ClockProblem: from the constructor, where the file holds no instant to begin with.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = _stamp(path)
        self._now = read_instant(path)

    def now(self) -> datetime:
        stamp = _stamp(self._path)
        if stamp is not None and stamp != self._stamp:
            with suppress(ClockProblem):  # Whoever writes it is in the middle of it.
                self._now, self._stamp = read_instant(self._path), stamp
        return self._now


def read_instant(path: Path) -> datetime:
    """Raises: ClockProblem."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(FILE_CHARACTERS_MAX).strip()
    except (OSError, UnicodeDecodeError) as error:
        vi, en = why(error) if isinstance(error, OSError) else ("không phải văn bản", "it is not text")
        raise ClockProblem(
            f"Không đọc được tệp đồng hồ {path}: {vi}.", f"The clock file {path} cannot be read: {en}."
        ) from error
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise ClockProblem(
            f"Tệp đồng hồ {path} phải ghi đúng một thời điểm, ví dụ {EXAMPLE}.",
            f"The clock file {path} must hold one instant such as {EXAMPLE}.",
        )
    return instant.astimezone(UTC)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when the file does: renamed over, or written in place."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
