"""What a thread waits for while the loop's thread works for it."""

import threading
from _thread import allocate_lock
from collections.abc import Sequence
from typing import Generic, Self, TypeVar

from eventsourcing.persistence import InterfaceError

from adapters.library.store.failures import translated

LOOK_SECONDS = 1.0
"""How often who waits for an answer looks whether anybody is there to give it."""
CHAINS = 4

T = TypeVar("T")


class Reply(Generic[T]):
    """Told once, by the loop's thread; one plain lock, the cheapest thing that wakes a thread."""

    __slots__ = ("_error", "_led", "_lock", "_next", "_result", "_told")

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._lock.acquire()
        self._told = self._led = False
        self._next: Self | None = None
        self._error: Exception | None = None

    def done(self) -> bool:
        return self._told

    def set_result(self, result: T) -> None:
        self._result = result
        self._told = True
        if not self._led:
            self.wake()

    def set_exception(self, exception: Exception) -> None:
        self._error = exception
        self._told = True
        if not self._led:
            self.wake()

    def wake(self) -> None:
        self._lock.release()

    def wait(self, teller: threading.Thread) -> T:
        """The result. Raises: what was told instead, in the library's own families of errors."""
        while not self._lock.acquire(True, LOOK_SECONDS):
            if self._told:  # And the thread that was to say so is no longer there.
                break
            if not teller.is_alive():
                raise InterfaceError("The store was closed")
        if self._next is not None:
            self._next.wake()
        if self._error is not None:
            error = translated(self._error)
            raise error from (None if error is self._error else self._error)
        return self._result


def chain(replies: Sequence[Reply[T]]) -> None:
    """Let those who are told last wake the others, each the next one.

    Threads that are all woken at once go to sleep again at once, each in turn for the interpreter's lock: woken one
    after the other they cost half as much. They must be told in the order of `replies`, or else who wakes another may
    be there first.
    """
    for led, leader in zip(replies, replies[CHAINS:], strict=False):
        led._led, leader._next = True, led  # noqa: SLF001  # As a list links its nodes.
