"""How following can fail, in the library's own families of errors."""

from eventsourcing.persistence import NotSupportedError, OperationalError, PersistenceError, ProgrammingError


class PlatformAway(OperationalError):
    """The platform cannot be reached, or cannot answer now. A subscription waits and asks again by itself."""

    def __init__(self, reason: str, *, retry_after_seconds: float = 0.0) -> None:
        super().__init__(f"The platform does not answer: {reason}")
        self.retry_after_seconds = retry_after_seconds


class KeyRefused(OperationalError):
    """The key is unknown or revoked, or its role may not read events; asking again does not help."""


class QuestionRefused(ProgrammingError):
    """The platform does not take the question: an event type that it does not have, for instance."""


class LogCut(OperationalError):
    """The log ends before what was already followed: it was restored from a backup, or is another federation's.

    What was built from the events that are gone is to be built again.
    """


class FeedBroken(PersistenceError):
    """The answer is not what the platform promises: a position is missing, or the events are another federation's.

    Nothing of such an answer is delivered.
    """


class ReadOnly(NotSupportedError):
    """The platform's log is only read from here; it is written by commands alone."""
