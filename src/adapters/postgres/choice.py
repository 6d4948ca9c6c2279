"""Which of two ways is faster here and now: told by trying, since it depends on disk, processors and load."""

import time

WINDOW_BATCHES = 8
PROBE_WINDOWS = 12
NEWEST_SHARE = 0.25
GAIN_MIN = 1.05
"""The second way must gain this much."""


class Choice:
    """`second` says which way to go now. Both are tried again and again, and the one that answers more callers a second
    is gone."""

    def __init__(self) -> None:
        self.second = False
        self._rates = {True: 0.0, False: 0.0}
        self._windows = self._batches = self._answered = 0
        self._since = time.perf_counter()

    def count(self, answered: int) -> None:
        """So many callers were answered by the batch that has just come back."""
        self._batches += 1
        self._answered += answered
        if self._batches < WINDOW_BATCHES:
            return
        now = time.perf_counter()
        rate, known = self._answered / (now - self._since), self._rates[self.second]
        self._rates[self.second] = known + (rate - known) * (NEWEST_SHARE if known else 1.0)
        self._windows += 1
        better = self._rates[True] > self._rates[False] * GAIN_MIN
        self.second = better if self._windows % PROBE_WINDOWS != 1 else not better
        self._batches, self._answered, self._since = 0, 0, now
