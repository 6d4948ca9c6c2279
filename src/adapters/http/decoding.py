"""JSON and query strings into typed values, strictly: what does not fit is named by its path, with the reason."""

import re
from collections.abc import Iterator
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar
from unicodedata import is_normalized, normalize
from urllib.parse import parse_qsl

import msgspec
from msgspec.structs import astuple

from adapters.http.choices import choices
from adapters.http.problems import FieldError, Problem, malformed

T = TypeVar("T")

DEPTH_MAX = 40
"""Nested arrays and objects in a body: a directive needs about 10, and a deeper one would exhaust the stack."""
YEARS = range(1900, 2200)
"""Days outside are mistakes of typing, and arithmetic on them would leave the calendar."""
QUERY_PARAMETERS_MAX = 40
SHOWN_CHARACTERS_MAX = 200

_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`", re.DOTALL)
_BOM = b"\xef\xbb\xbf"
"""What Windows puts before a text that it saves as UTF-8."""
_ESCAPED_MARK = b"\\u03"
_UNSEEN = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)
"""What is neither letter nor space: tab and line breaks aside, nothing of it belongs in a text that people read."""
_VISIBLE = re.compile("[^\\s\u00ad\u200b-\u200f\u2060\ufeff]")
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def from_json(body: bytes, wanted: type[T]) -> T:
    """The value that the JSON `body` says.

    Raises:
        Problem: 400 `body.malformed` (no JSON, or no UTF-8), `request.invalid` (with the field's path and the reason).
    """
    body = body.removeprefix(_BOM)
    if _depth(body) > DEPTH_MAX:
        raise malformed("body", f"is nested deeper than {DEPTH_MAX} levels", code="body.malformed")
    try:
        value: T = _decoder(wanted).decode(_composed(body))  # type: ignore[arg-type]
    except msgspec.ValidationError as error:
        raise Problem(400, "request.invalid", errors=[_with_choices(field_error(error), wanted)]) from None
    except UnicodeDecodeError as error:
        raise malformed("body", f"is not UTF-8 at a text's byte {error.start}", code="body.malformed") from None
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise malformed("body", str(error), code="body.malformed") from None
    refuse_unstorable(value)
    return value


def _composed(body: bytes) -> bytes:
    """The body with its letters composed (NFC): macOS and some keyboards write "ế" as three characters, and a name that
    looks the same must be the same."""
    if body.isascii() and _ESCAPED_MARK not in body:
        return body
    if _ESCAPED_MARK not in body and is_normalized("NFC", body.decode()):
        return body
    return msgspec.json.encode(_normal(msgspec.json.decode(body)))


def _normal(value: Any) -> Any:
    match value:
        case str():
            return normalize("NFC", value)
        case list():
            return [_normal(item) for item in value]
        case dict():
            return {_normal(name): _normal(item) for name, item in value.items()}
        case _:
            return value


@cache
def _decoder(wanted: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type=wanted)


def from_query(raw: bytes, wanted: type[T]) -> T:
    """The typed parameters of a query string. A parameter that `wanted` does not have is refused; so is a second one,
    unless the field is a tuple, which also takes values separated by commas.

    Raises:
        Problem: 400 `query.invalid`, with the parameter and the reason.
    """
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=QUERY_PARAMETERS_MAX,
        )
    except UnicodeDecodeError:
        raise malformed("query", "is not UTF-8", code="query.invalid") from None
    except ValueError:
        raise malformed("query", f"has more than {QUERY_PARAMETERS_MAX} parameters", code="query.invalid") from None
    try:
        value = msgspec.convert(_gathered(pairs, wanted), wanted, strict=False)
    except msgspec.ValidationError as error:
        raise Problem(400, "query.invalid", errors=[_with_choices(field_error(error), wanted)]) from None
    refuse_unstorable(value)
    return value


def _gathered(pairs: list[tuple[str, str]], wanted: Any) -> dict[str, Any]:
    fields = msgspec.structs.fields(wanted)
    several = {field.encode_name for field in fields if getattr(field.type, "__origin__", None) is tuple}
    values: dict[str, Any] = {}
    for name, text in ((name, normalize("NFC", text)) for name, text in pairs):
        if name in several:
            values.setdefault(name, []).extend(part for part in text.split(",") if part)
        elif name in values:
            raise malformed(_short(name), "stands twice", code="query.invalid")
        else:
            values[name] = text
    return values


def field_error(error: msgspec.ValidationError) -> FieldError:
    """The path and the reason out of msgspec's sentence."""
    said, _, path = str(error).rpartition(" - at `")
    if not said:
        said, path = str(error), "$`"
    path = path.removesuffix("`").removeprefix("$").removeprefix(".")
    for pattern, reason in ((_UNKNOWN, "is not a known field"), (_MISSING, "is required")):
        if matched := pattern.fullmatch(said):
            name = _short(matched[1])
            return FieldError(f"{path}.{name}" if path else name, reason)
    return FieldError(path or "body", _short(said[:1].lower() + said[1:]))


def _with_choices(error: FieldError, wanted: Any) -> FieldError:
    """The error, with what may be chosen where a word was not one of a list."""
    if not error.reason.startswith(("invalid enum value", "invalid value")):
        return error
    found = choices(wanted, error.field)
    return FieldError(error.field, f"{error.reason}; it is one of {', '.join(found)}") if found else error


def _short(text: str) -> str:
    """At most so much of what was sent is sent back."""
    return text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[:SHOWN_CHARACTERS_MAX]}…"


def _depth(body: bytes) -> int:
    if body.count(b"{") + body.count(b"[") <= DEPTH_MAX:
        return 0
    depth = deepest = 0
    for found in _BRACKETS.finditer(body):
        sign = found[0]
        if sign in (b"{", b"["):
            depth += 1
            deepest = max(deepest, depth)
        elif sign in (b"}", b"]"):
            depth -= 1
    return deepest


def refuse_unstorable(value: Any) -> None:
    """Raises: Problem 400, for blank text, a NUL, which no column holds, other characters that are not seen and make a
    text look like another one, and days out of any calendar in use."""
    if _is_plain(value):
        return  # Nearly always, and found out in a third of the time that finding the place takes.
    for field, reason in _unstorable(value, ""):
        raise malformed(field or "body", reason)


def _is_plain(value: Any) -> bool:
    """Whether there is surely nothing that `_unstorable` would find."""
    waiting = [value]
    for each in waiting:  # What is inside of it is added as it is met.
        kind = type(each)
        if each is None or kind is int or kind is bool:
            continue
        if kind is str:
            if not each.isprintable() or each.isspace() or each == "":
                return False
        elif kind is date:
            if each.year not in YEARS:
                return False
        elif kind is tuple or kind is list:
            waiting.extend(each)
        elif isinstance(each, msgspec.Struct):
            waiting.extend(astuple(each))
        elif not isinstance(each, Enum):
            return False
    return True


def _unstorable(value: Any, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            if "\0" in value:
                yield path, "holds a NUL character"
            elif _UNSEEN.search(value):
                yield path, "holds a control character, or one that turns the direction of writing"
            if value and not _VISIBLE.search(value):
                yield path, "is blank"
        case date():
            if value.year not in YEARS:
                yield path, f"lies outside the years {YEARS.start} to {YEARS.stop - 1}"
        case list() | tuple():
            for index, item in enumerate(value):
                yield from _unstorable(item, f"{path}[{index}]")
        case dict():
            for name, item in value.items():
                yield from _unstorable(item, f"{path}.{name}" if path else str(name))
        case msgspec.Struct():
            for name, said in _names(type(value)):
                item, inner = getattr(value, name), f"{path}.{said}" if path else said
                if item == "" and name in _required(type(value)):
                    yield inner, "is blank"
                yield from _unstorable(item, inner)
        case _:
            pass


@cache
def _names(struct: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    """Each field's name here, and as it is sent: `from` is no name in Python."""
    return tuple(zip(struct.__struct_fields__, struct.__struct_encode_fields__, strict=True))


@cache
def _required(struct: type[msgspec.Struct]) -> frozenset[str]:
    """The fields that must be said, so that nothing is no answer."""
    return frozenset(field.name for field in msgspec.structs.fields(struct) if field.required)
