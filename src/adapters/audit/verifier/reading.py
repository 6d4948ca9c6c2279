"""Reading a bundle without trusting it: every size is bounded before it is read, every name is one of a few."""

import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from hashlib import sha256
from math import isfinite
from typing import IO, Any

BUNDLE_BYTES_MAX = 64 << 30
STREAMED = ("events.bin", "leaves.bin", "proof.bin", "claims.jsonl")
"""Files that are read piece by piece; all others are small."""
SMALL_BYTES_MAX = 16 << 20
SMALL_ALL_BYTES_MAX = 256 << 20
EVENT_BYTES_MAX = 64 << 20
FILES_MAX = 20_000
PIECE_BYTES = 1 << 20
NAME = re.compile(
    r"manifest\.json|events\.bin|leaves\.bin|proof\.bin|claims\.jsonl|keys\.txt"
    r"|checkpoints/[1-9][0-9]{0,8}-(0|[1-9][0-9]{0,17})\.txt|rules/[0-9a-f]{64}\.json"
    r"|schema/[a-z0-9.-]{1,100}\.[1-9][0-9]{0,3}\.json"
)
BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    OSError, OverflowError, MemoryError,
)  # fmt: skip
"""What the standard library says of a file that is no zip file, is cut short, encrypted or damaged."""


class Refused(Exception):
    """The bundle does not show what it was made for. `code` is a key of WORDS, `facts` what is put into the words."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def parsed(content: bytes, name: str) -> Any:
    """The JSON of a text: no name twice in one object, no number but integers and decimals, no deep nesting.

    Raises:
        Refused: it is none.
    """
    try:
        return _decode(content.decode())
    except (ValueError, RecursionError) as error:
        raise Refused("json", file=name) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice in one object")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


def _finite(text: str) -> float:
    if not isfinite(number := float(text)):
        raise ValueError("a number beyond all numbers")
    return number


_decode = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite).decode


class Stream:
    """A file of the bundle that is read once, from its beginning, and hashed on the way."""

    def __init__(self, source: IO[bytes], name: str, size: int) -> None:
        self._source, self.name, self.left = source, name, size
        self._digest, self._held, self._at = sha256(), b"", 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes; fewer at the end."""
        at = self._at
        found = self._held[at : at + count]
        if len(found) == count:
            self._at = at + count
            return found
        while len(found) < count and (piece := self._piece(max(PIECE_BYTES, count - len(found)))):
            wanted = count - len(found)
            found, self._held, self._at = found + piece[:wanted], piece, wanted
        return found

    def _piece(self, count: int) -> bytes:
        try:
            piece = self._source.read(min(count, self.left))
        except BROKEN as error:
            raise Refused("damaged", file=self.name) from error
        self.left -= len(piece)
        self._digest.update(piece)
        return piece

    def ended(self) -> bool:
        """Whether nothing is left."""
        return self._at >= len(self._held) and self.left == 0

    def sha256(self) -> str:
        """Of all that was read from the source."""
        return self._digest.hexdigest()


class Bundle:
    """An opened bundle: its names are among those that a bundle has, each once, and no larger than they may be.

    Raises:
        Refused: from the start and from each call.
    """

    def __init__(self, path: str) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
            self._entries = {entry.filename: entry for entry in self._archive.infolist()}
            count = len(self._archive.infolist())
        except BROKEN as error:
            raise Refused("no-bundle") from error
        if count != len(self._entries) or count > FILES_MAX:
            raise Refused("names-twice")
        for name, entry in self._entries.items():
            if not NAME.fullmatch(name) or entry.flag_bits & 1:
                raise Refused("name", file=name[:100])
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Refused("damaged", file=name)
        self._check_sizes()
        if "manifest.json" not in self._entries:
            raise Refused("no-bundle")

    def _check_sizes(self) -> None:
        sizes = {name: entry.file_size for name, entry in self._entries.items()}
        small = [size for name, size in sizes.items() if name not in STREAMED]
        if sum(sizes.values()) > BUNDLE_BYTES_MAX or sum(small) > SMALL_ALL_BYTES_MAX:
            raise Refused("too-large", file=max(sizes, key=lambda name: sizes[name]))
        for name, size in sizes.items():
            if name not in STREAMED and size > SMALL_BYTES_MAX:
                raise Refused("too-large", file=name)

    def names(self, folder: str = "") -> list[str]:
        return sorted(name for name in self._entries if name.startswith(folder))

    def stream(self, name: str) -> Stream:
        if name not in self._entries:
            raise Refused("missing", file=name)
        try:
            return Stream(self._archive.open(name), name, self._entries[name].file_size)
        except BROKEN as error:
            raise Refused("damaged", file=name) from error

    def content(self, name: str) -> bytes:
        """A small file, whole."""
        source = self.stream(name)
        content = source.take(SMALL_BYTES_MAX)
        if not source.ended():
            raise Refused("damaged", file=name)
        return content

    def text(self, name: str) -> str:
        try:
            return self.content(name).decode()
        except UnicodeDecodeError as error:
            raise Refused("damaged", file=name) from error


class Manifest:
    """What the bundle says it is. `files` are the SHA-256 of all other files, by name."""

    def __init__(self, content: bytes, names: list[str]) -> None:
        found = parsed(content, "manifest.json")
        try:
            self.kind, self.identity = found["exported"]["kind"], found["exported"]["id"]
            self.tenant_id, self.origin = found["tenant_id"], found["origin"]
            self.size, self.events, self.files = found["size"], found["events"], found["files"]
            named = found["format"] == "thidua-bundle" and found["version"] == 1 and len(found) == 8
        except (KeyError, TypeError) as error:
            raise Refused("manifest") from error
        strings = (self.kind, self.identity, self.tenant_id, self.origin)
        if not named or not all(isinstance(each, str) for each in strings) or type(self.files) is not dict:
            raise Refused("manifest")
        if type(self.size) is not int or type(self.events) is not int or not 0 < self.events <= self.size < 1 << 62:
            raise Refused("manifest")
        if self.kind not in ("award", "campaign", "tenant") or (self.is_whole and self.events != self.size):
            raise Refused("manifest")
        for name in sorted({*names, *self.files} - {"manifest.json"}):
            if name not in names:
                raise Refused("missing", file=name[:100])
            if name not in self.files:
                raise Refused("name", file=name)

    @property
    def is_whole(self) -> bool:
        return bool(self.kind == "tenant")

    def check(self, name: str, digest: str) -> None:
        """Raises: Refused: the file is not the one that was put in."""
        if self.files[name] != digest:
            raise Refused("file-altered", file=name)


def lines_of(source: Stream) -> Iterator[bytes]:
    """The lines of a file, without their line feeds."""
    rest = b""
    while piece := source.take(PIECE_BYTES):
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
        if len(rest) > PIECE_BYTES:
            raise Refused("damaged", file=source.name)
    if rest:
        raise Refused("damaged", file=source.name)
