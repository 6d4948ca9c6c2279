"""How the harness and a contender speak: a JSON line in, a JSON line out. Needs nothing beyond the standard library."""

import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID, uuid4

DATA = b'{"unit":"2f6c1e0b-4a59-46a3-8be1-c92d5e10aa01","kind":"work","name":"' + b"x" * 120 + b'"}'
"""What every contender stores of an event."""
HEADCOUNTS = 99
IDS_A_SECOND = 30_000


class Done(NamedTuple):
    """Calls that were carried out, and the seconds that it took."""

    calls: int
    seconds: float


class Ids:
    """Random ids, made outside of what is measured: a generator that is slow in one language favours another."""

    def __init__(self, make: Callable[[UUID], Any]) -> None:
        self._make, self._ready = make, list[Any]()

    def prepare(self, number: int) -> None:
        self._ready.extend(self._make(uuid4()) for _ in range(number - len(self._ready)))

    def take(self) -> Any:
        return self._ready.pop() if self._ready else self._make(uuid4())


def established() -> dict[str, Any]:
    """The first event of the stream of 100 that is loaded and folded."""
    return {
        "unit_id": "3b0d4a52-77f5-4a53-8d2d-6f3f6b8f4a11",
        "code": "co-so-1",
        "name": "Công đoàn cơ sở",
        "level": "grassroots",
        "parent_id": "90d1f0c8-1b5e-4a86-8f0f-7f2f5f1b2c10",
        "sector": "non-state-enterprise",
        "has_union": True,
        "cluster": None,
        "on": "2020-01-01",
        "read_at": [],
    }


def headcount(number: int) -> dict[str, Any]:
    return {"members": 400 + number, "workers": 500, "direct_workers": 300, "on": f"2024-{number % 12 + 1:02}-15"}


def in_threads(callers: int, seconds: float, one: Callable[[], object]) -> Done:
    """A thread a caller, each calling again when it was answered."""
    done, started = [0] * callers, time.perf_counter()

    def call(caller: int) -> None:
        while time.perf_counter() < started + seconds:
            one()
            done[caller] += 1

    threads = [threading.Thread(target=call, args=(caller,)) for caller in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Done(sum(done), time.perf_counter() - started)


def answer(commands: Mapping[str, Callable[..., Any]], run: Callable[[Any], Any] = lambda result: result) -> None:
    """Carry out what the lines of standard input ask, until its end. `run` turns a command's result into a value."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            told = {"told": run(commands[asked.pop("do")](**asked))}
        except Exception as error:  # Whatever it is, the harness says it.
            while isinstance(error, ExceptionGroup):
                error = error.exceptions[0]
            told = {"failed": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
