"""Which fields of a message are personal: read from its type, at any depth."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

M = TypeVar("M", bound=msgspec.Struct)
Visit = Callable[[str, str], str]


class PersonalTextExpected(TypeError):
    """A field is marked personal that is not text, or lies in a set, where it could not be sealed one by one."""


@cache
def personal_fields(message_type: Any) -> tuple[str, ...]:
    """The paths of the personal fields of a message type, such as `scores[].comment`; empty: it holds none.

    Raises:
        PersonalTextExpected: a marked field could not be sealed.
    """
    return tuple(_marked(inspect.type_info(message_type), "", ()))


def personal_texts(message: msgspec.Struct) -> list[tuple[str, str]]:
    """The path and the text of each personal field that the message holds, in the order of the fields."""
    found: list[tuple[str, str]] = []
    if not personal_fields(type(message)):
        return found

    def keep(path: str, text: str) -> str:
        found.append((path, text))
        return text

    _visited(message, keep)
    return found


def with_personal_texts(message: M, texts: Sequence[str]) -> M:
    """The message with `texts` in place of its personal texts, in the order of `personal_texts`."""
    waiting = iter(texts)
    replaced: M = _visited(message, lambda _path, _text: next(waiting))
    return replaced


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _is_marked(shape: inspect.Type) -> bool:
    return isinstance(shape, inspect.Metadata) and bool((shape.extra or {}).get("personal"))


def _bare(shape: inspect.Type) -> inspect.Type:
    return _bare(shape.type) if isinstance(shape, inspect.Metadata) else shape


def _marked(shape: inspect.Type, path: str, above: tuple[type, ...]) -> Iterator[str]:
    if _is_marked(shape):
        _assert_text(shape, path)
        yield path
        return
    bare = _bare(shape)
    if isinstance(bare, inspect.StructType):
        if bare.cls not in above:  # A tree of criteria holds itself: its paths were listed one level up.
            for field in bare.fields:
                yield from _marked(field.type, joined(path, field.name), (*above, bare.cls))
        return
    for step, inner in _inner(bare):
        for found in _marked(inner, path + step, above):
            if step == "{}":
                raise PersonalTextExpected(found)
            yield found


def _assert_text(shape: inspect.Type, path: str) -> None:
    bare = _bare(shape)
    options: Sequence[inspect.Type] = bare.types if isinstance(bare, inspect.UnionType) else (bare,)
    if not all(isinstance(_bare(option), inspect.StrType | inspect.NoneType) for option in options):
        raise PersonalTextExpected(path)


def _inner(shape: inspect.Type) -> list[tuple[str, inspect.Type]]:
    match shape:
        case inspect.UnionType(types=types):
            return [("", option) for option in types]
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return [("[]", item)]
        case inspect.TupleType(item_types=items):
            return [(f"[{index}]", item) for index, item in enumerate(items)]
        case inspect.DictType(value_type=item):
            return [("[]", item)]
        case inspect.SetType(item_type=item) | inspect.FrozenSetType(item_type=item):
            return [("{}", item)]
        case _:
            return []


@cache
def _personal_members(struct: type[msgspec.Struct]) -> tuple[tuple[str, inspect.Type, bool], ...]:
    """The fields that hold personal text, at any depth, and whether the field's own text is."""
    shape = inspect.type_info(struct)
    assert isinstance(shape, inspect.StructType)
    return tuple(
        (field.name, field.type, _holds_text(field.type)) for field in shape.fields if list(_marked(field.type, "", ()))
    )


def _visited(value: Any, visit: Visit, shape: inspect.Type | None = None, path: str = "") -> Any:
    """The value with each personal text replaced by `visit(path, text)`, in the order of the fields."""
    if isinstance(value, str):
        return visit(path, value) if shape is not None and _holds_text(shape) else value
    if isinstance(value, msgspec.Struct):
        return _visited_struct(value, visit, path)
    if shape is None or not isinstance(value, list | tuple | dict):
        return value
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    inner = [(key, _visited(child, visit, _item(shape, value, key), _step(path, key, value))) for key, child in steps]
    return dict(inner) if isinstance(value, dict) else type(value)(child for _, child in inner)


def _visited_struct(value: msgspec.Struct, visit: Visit, path: str) -> Any:
    changed = {}
    for name, shape, is_text in _personal_members(type(value)):
        held = getattr(value, name)
        if held is None:
            continue
        if is_text and isinstance(held, str):
            seen = visit(joined(path, name), held)
        else:
            seen = _visited(held, visit, shape, joined(path, name))
        if seen is not held:
            changed[name] = seen
    return msgspec.structs.replace(value, **changed) if changed else value


def _step(path: str, key: Any, container: Any) -> str:
    return joined(path, str(key)) if isinstance(container, dict) else f"{path}[{key}]"


def _options(shape: inspect.Type) -> list[inspect.Type]:
    """The members of a union, or the shape alone; a mark on the whole union marks its text."""
    bare = _bare(shape)
    return list(bare.types) if isinstance(bare, inspect.UnionType) and not _is_marked(shape) else [shape]


def _holds_text(shape: inspect.Type) -> bool:
    return any(_is_marked(option) for option in _options(shape))


def _item(shape: inspect.Type, container: Any, key: Any) -> inspect.Type | None:
    """The shape of the item under `key`: of the one member of the union that is such a container."""
    for option in map(_bare, _options(shape)):
        match option:
            case inspect.DictType() if isinstance(container, dict):
                return option.value_type
            case inspect.ListType() | inspect.VarTupleType() if not isinstance(container, dict):
                return option.item_type
            case inspect.TupleType() if not isinstance(container, dict):
                return option.item_types[int(key)]
    return None
