"""What is wrong with an operator's file: which key, and why, in Vietnamese and English."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

FILE_BYTES_MAX = 16_000_000
MAILBOX = re.compile(r"[\w.+-]+@[\w-]+\.\w")


class FileProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake: `key` is the exact place, such as `campaigns[0].directive.phases[1].closes_on`."""

    path: str
    key: str
    reason: str
    reason_vi: str

    def __str__(self) -> str:
        return f"{self.path}: {self.key}: {self.reason} ({self.reason_vi})"


class FileProblems(Exception):
    """The file cannot be used. Nothing was changed."""

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class Reason(msgspec.Struct, frozen=True):
    """Why, in both languages."""

    en: str
    vi: str


Found = Iterator[tuple[str, Reason]]


def unknown(value: object, known: Sequence[str], *, what: str, what_vi: str) -> Reason:
    """`value` is none of the known ones; the nearest is named."""
    near = get_close_matches(str(value), known, n=1, cutoff=0.5)
    return Reason(
        f"no such {what}: {value!r}" + (f"; did you mean {near[0]!r}?" if near else ""),
        f"không có {what_vi} {value!r}" + (f"; có phải là {near[0]!r}?" if near else ""),
    )


# --- Reading ---------------------------------------------------------------------


def read_toml(path: Path) -> dict[str, Any]:
    """What the file says. Raises: FileProblems, where it cannot be read or is no TOML."""
    try:
        content = path.read_bytes()
        if len(content) > FILE_BYTES_MAX:
            refuse(path, [("", Reason(f"is larger than {FILE_BYTES_MAX} bytes", f"lớn hơn {FILE_BYTES_MAX} byte"))])
        # Composed, so that a code or name typed in either way is the same one.
        return tomllib.loads(unicodedata.normalize("NFC", content.decode("utf-8")))
    except OSError as error:
        reason = Reason(f"cannot be read: {error.strerror}", "không đọc được tệp")
    except UnicodeDecodeError as error:
        reason = Reason(f"is not UTF-8 (byte {error.start})", f"không phải UTF-8 (byte {error.start})")
    except tomllib.TOMLDecodeError as error:
        reason = Reason(f"is not TOML: {error}", f"không đúng cú pháp TOML: {error}")
    raise FileProblems([FileProblem(path=str(path), key="", reason=reason.en, reason_vi=reason.vi)])


def refuse(path: Path, found: Sequence[tuple[str, Reason]]) -> None:
    """Raises: FileProblems, where anything was found."""
    if found:
        raise FileProblems(
            [FileProblem(path=str(path), key=key, reason=reason.en, reason_vi=reason.vi) for key, reason in found]
        )


# --- Shape ------------------------------------------------------------------------


def misshapen(raw: object, kind: Any, key: str = "") -> Found:
    """Every place where `raw` does not have the shape of the type `kind`; the smallest part that is wrong is named."""
    try:
        msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        inside = list(_inside(raw, _narrowed(raw, kind), key))
        yield from inside or [(key, _value(error))]


def _inside(raw: object, kind: Any, key: str) -> Found:
    if isinstance(raw, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield from _table(raw, kind, key)
    elif isinstance(raw, dict) and get_origin(kind) in (Union, UnionType):
        yield from _tag(raw, kind, key)
    elif isinstance(raw, list) and get_origin(kind) is tuple:
        for index, each in enumerate(raw):
            yield from misshapen(each, get_args(kind)[0], f"{key}[{index}]")


def _table(raw: Mapping[str, object], kind: type[msgspec.Struct], key: str) -> Found:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    tag_field = kind.__struct_config__.tag_field
    known = [*fields, *([tag_field] if tag_field else [])]
    for name in raw:
        if name not in known:
            yield _below(key, name), unknown(name, known, what="key", what_vi="khóa")
    for name, field in fields.items():
        if name in raw:
            yield from misshapen(raw[name], field.type, _below(key, name))
        elif field.required:
            yield _below(key, name), Reason("is missing", "còn thiếu")


def _tag(raw: Mapping[str, object], kind: Any, key: str) -> Found:
    """A table that is one of several, and none of them by its tag."""
    configs = [one.__struct_config__ for one in get_args(kind) if hasattr(one, "__struct_config__")]
    tags = [str(config.tag) for config in configs]
    name = configs[0].tag_field if configs else None
    if name is None:
        return
    if name not in raw:
        yield (
            _below(key, name),
            Reason(f"is missing: one of {', '.join(tags)}", f"còn thiếu: một trong {', '.join(tags)}"),
        )
    else:
        yield _below(key, name), unknown(raw[name], tags, what="kind", what_vi="loại")


def _narrowed(raw: object, kind: Any) -> Any:
    """The type without its annotation and without null; of several tables, the one that `raw` says it is."""
    if get_origin(kind) is Annotated:
        return _narrowed(raw, get_args(kind)[0])
    if get_origin(kind) not in (Union, UnionType):
        return kind
    others = [one for one in get_args(kind) if one is not NoneType]
    if len(others) == 1:
        return _narrowed(raw, others[0])
    for one in others:
        config = getattr(one, "__struct_config__", None)
        if isinstance(raw, dict) and config is not None and raw.get(config.tag_field) == config.tag:
            return one
    return kind


def _value(error: msgspec.ValidationError) -> Reason:
    said = str(error).split(" - at `$")[0]
    return Reason(said[:1].lower() + said[1:], f"giá trị không hợp lệ ({said})")


def _below(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def mailboxes(raw: object, key: str = "") -> Found:
    """Every text that holds a mail address: a file names bodies and offices, never a private mailbox."""
    if isinstance(raw, dict):
        for name, each in raw.items():
            yield from mailboxes(each, _below(key, name))
    elif isinstance(raw, list):
        for index, each in enumerate(raw):
            yield from mailboxes(each, f"{key}[{index}]")
    elif isinstance(raw, str) and MAILBOX.search(raw):
        yield key, Reason("holds a mailbox: name the office instead", "có địa chỉ thư: chỉ ghi tên cơ quan, bộ phận")
