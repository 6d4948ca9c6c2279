"""A bounded memory of values that go stale: the least recently used goes first, and nothing outlives its time."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Fresh(Generic[K, V]):
    """At most `size_max` values, each for at most `seconds`."""

    def __init__(self, size_max: int, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._size_max, self._seconds, self._monotonic = size_max, seconds, monotonic
        self._kept: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        found = self._kept.get(key)
        if found is None:
            return None
        stale_at, value = found
        if self._monotonic() >= stale_at:
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        self._kept[key] = (self._monotonic() + self._seconds, value)
        self._kept.move_to_end(key)
        if len(self._kept) > self._size_max:
            self._kept.popitem(last=False)

    def drop(self, key: K) -> None:
        self._kept.pop(key, None)

    def clear(self) -> None:
        self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)
