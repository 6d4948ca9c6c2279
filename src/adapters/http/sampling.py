"""An example of any type, made from the type: each answer on the API page has one, and none can go stale."""

from typing import Any

from msgspec import NODEFAULT, inspect

_TEXTS = (
    (r"^[0-9a-f]{8}-", "7f2c6a50-5f0e-4a3c-9a40-0d6a5d5c1f01"),
    (r"^[0-9a-f]{64}", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    (r"^[a-z0-9]+", "lao-dong-gioi"),
    (r"^([a-z0-9]+", "2024"),
    (r"^\d{4}(-", "2024-03-01"),
    (r"^(19|20|21)", "2024-03"),
    (r"^(0[1-9]|1[0-2])-", "12-31"),
)


def sample(wanted: Any) -> Any:
    """Plain JSON that decodes into `wanted`."""
    return _sample(inspect.type_info(wanted), ())


def _sample(shape: inspect.Type, above: tuple[Any, ...]) -> Any:
    match shape:
        case inspect.Metadata(type=inner):
            return _sample(inner, above)
        case inspect.StructType():
            return _struct(shape, (*above, shape.cls))
        case inspect.UnionType(types=types):
            return _sample(_first(types, above), above)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return [] if _is_above(item, above) else [_sample(item, above)]
        case inspect.TupleType(item_types=items):
            return [_sample(item, above) for item in items]
        case inspect.DictType(key_type=key, value_type=value):
            return {str(_sample(key, above)): _sample(value, above)}
        case _:
            return _plain(shape)


def _plain(shape: inspect.Type) -> Any:
    match shape:
        case inspect.StrType(pattern=pattern):
            return next((text for start, text in _TEXTS if pattern and pattern.startswith(start)), "Văn bản")
        case inspect.IntType(ge=least, le=most):
            return min(max(1, least or 1), most if most is not None else 1)
        case inspect.FloatType():
            return 1.5
        case inspect.BoolType():
            return True
        case inspect.DateType():
            return "2024-03-01"
        case inspect.DateTimeType():
            return "2024-03-01T02:00:00Z"
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.NoneType():
            return None
        case inspect.AnyType() | inspect.RawType():
            return {}
        case _:
            raise TypeError(shape)


def _struct(shape: inspect.StructType, above: tuple[Any, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {shape.tag_field: shape.tag} if shape.tag_field else {}
    for field in shape.fields:
        if not field.required and _is_above(field.type, above):
            default = field.default_factory() if field.default is NODEFAULT else field.default
            values[field.encode_name] = default
        else:
            values[field.encode_name] = _sample(field.type, above)
    return values


def _first(types: tuple[inspect.Type, ...], above: tuple[Any, ...]) -> inspect.Type:
    """The first member that is something and does not lead back to where we are."""
    some = [each for each in types if not isinstance(each, inspect.NoneType)]
    return next((each for each in some if not _is_above(each, above)), types[-1])


def _is_above(shape: inspect.Type, above: tuple[Any, ...]) -> bool:
    match shape:
        case inspect.StructType(cls=cls):
            return cls in above
        case inspect.Metadata(type=inner):
            return _is_above(inner, above)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return _is_above(item, above)
        case inspect.UnionType(types=types):
            return all(isinstance(each, inspect.NoneType) or _is_above(each, above) for each in types)
        case _:
            return False
