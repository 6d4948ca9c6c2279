"""What may stand in a field that takes one word of a list."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import inspect

_STEP = re.compile(r"[^.\[\]]+|\[[^\]]*\]")


def choices(wanted: Any, path: str) -> list[str]:
    """The words that `wanted` takes at `path`, such as `subject.kind`; empty where it is no list of words."""
    found = [inspect.type_info(wanted)]
    steps = _STEP.findall(path)
    for number, step in enumerate(steps):
        within = [inner for one in found for inner in _within(one, step)]
        if not within and number == len(steps) - 1:
            return _tags(found, step)
        found = within
    return list(dict.fromkeys(word for one in found for word in _words(one)))


def _alternatives(info: inspect.Type) -> Iterator[inspect.Type]:
    match info:
        case inspect.Metadata(type=inner):
            yield from _alternatives(inner)
        case inspect.UnionType(types=types):
            for inner in types:
                yield from _alternatives(inner)
        case _:
            yield info


def _within(info: inspect.Type, step: str) -> Iterator[inspect.Type]:
    for one in _alternatives(info):
        match one:
            case inspect.StructType(fields=fields):
                yield from (field.type for field in fields if field.encode_name == step)
            case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item) if step.startswith("["):
                yield item
            case _:
                pass


def _tags(found: list[inspect.Type], field: str) -> list[str]:
    kinds = [one for info in found for one in _alternatives(info) if isinstance(one, inspect.StructType)]
    return [str(kind.tag) for kind in kinds if kind.tag_field == field]


def _words(info: inspect.Type) -> Iterator[str]:
    for one in _alternatives(info):
        match one:
            case inspect.LiteralType(values=values):
                yield from (str(value) for value in values)
            case inspect.EnumType(cls=cls):
                yield from (str(member.value) for member in cls)
            case _:
                pass
