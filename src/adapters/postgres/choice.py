"""Which of two ways is faster here and now: told by trying, since it depends on disk, processors and load."""

import time

SETTLING_BATCHES = 2
WINDOW_BATCHES = 12
PROBE_WINDOWS = 12
NEWEST_SHARE = 0.4
GAIN_MIN = 1.05
"""The second way must gain this much."""


class Choice:
    """`second` says which way to go now. Both are tried again and again, and the one that answers more callers a second
    is gone."""

    def __init__(self) -> None:
        self.second = False
        self._rates = {True: 0.0, False: 0.0}
        self._windows = self._batches = self._answered = 0
        self._since = 0.0

    def count(self, answered: int) -> None:
        """So many callers were answered by the batch that has just come back."""
        self._batches += 1
        if self._batches <= SETTLING_BATCHES:  # Of the way gone before; and how long nobody asked says nothing.
            self._since = time.perf_counter()
            return
        self._answered += answered
        if self._batches < SETTLING_BATCHES + WINDOW_BATCHES:
            return
        rate, known = self._answered / (time.perf_counter() - self._since), self._rates[self.second]
        self._rates[self.second] = known + (rate - known) * (NEWEST_SHARE if known else 1.0)
        self._windows += 1
        better = self._rates[True] > self._rates[False] * GAIN_MIN
        self.second = better if self._windows % PROBE_WINDOWS != 1 else not better
        self._batches = self._answered = 0
