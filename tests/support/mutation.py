"""Every single mistake in a body: each value in it replaced by each kind of wrong one."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

WRONG: tuple[Any, ...] = (
    None, True, -1, 10**30, 1.5, "", "x" * 30_000, "a\0b", "sealed:1:eA:AAAAAAAAAAAAAAAAAAAAAAAA", [], {}, [[]],
    {"kind": "x"}, "0001-01-01", "9999-12-31", "2024-02-30", "0000-13", "0000-01",
)  # fmt: skip


def mistakes(body: Any) -> Iterator[Any]:
    """Copies of `body`, each with one value replaced, left out, or added."""
    yield {**body, "unknown": 1}
    for path in _paths(body, ()):
        for wrong in WRONG:
            yield _with(body, path, wrong)
        if isinstance(path[-1], str):
            yield _without(body, path)


def _paths(value: Any, above: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*above, step)
        yield from _paths(inner, (*above, step))


def _with(body: Any, path: tuple[Any, ...], wrong: Any) -> Any:
    changed = deepcopy(body)
    _at(changed, path[:-1])[path[-1]] = wrong
    return changed


def _without(body: Any, path: tuple[Any, ...]) -> Any:
    changed = deepcopy(body)
    del _at(changed, path[:-1])[path[-1]]
    return changed


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value
