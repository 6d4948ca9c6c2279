"""Writes an audit bundle (docs/bundle.md): always the same bytes from the same log and the same checkpoints."""

import zipfile
from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO, Protocol

import msgspec

from adapters.audit.verifier.checking import PINNING
from adapters.audit.verifier.claims import Claims
from adapters.audit.verifier.envelopes import beginning_of, parse
from adapters.audit.verifier.reading import Refused
from adapters.keys.signing import Ed25519Verifier
from adapters.said import Mendable
from application.bundled import Exported, rows
from application.envelope import envelope_v1
from application.merkle import Range
from application.notes import NoteRefused, parse_checkpoint, parse_note
from application.ports import EventStore, Recorded
from application.proving import Trees
from domain.events import CATALOGUE, schema
from domain.ids import TenantId

FORMAT, VERSION = "thidua-bundle", 1
AT_ONCE = 2_000
"""How many hashes are asked for at once."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of each file in the bundle: when it was made is not to change its bytes."""
COPY_BYTES = 1 << 20


class NotCovered(Mendable):
    """No checkpoint of the log covers what is to be exported."""


class HistoryDiffers(Mendable):
    """The log, its tree and its checkpoints do not agree: something was altered."""


class NewerLog(Mendable):
    """The log holds a type of event that a later release has written."""


class Kept(Protocol):
    """A checkpoint that was signed, whole."""

    @property
    def epoch(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def note(self) -> str: ...


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What was put into a bundle. `altered`: the position of the first event that is not the one in the tree, None
    where all are; a bundle with one is refused by the verifier."""

    events: int
    size: int
    checkpoints: int
    claims: int
    altered: int | None


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant's log with its tree, and its signed checkpoints, the newest last. `keys` are the public lines of the
    keys that sign now, `retired` those of keys that did."""

    tenant_id: TenantId
    store: EventStore
    trees: Trees
    checkpoints: Sequence[Kept]
    keys: Sequence[str]
    retired: Sequence[Ed25519Verifier] = ()


async def write_bundle(log: Log, exported: Exported, out: IO[bytes]) -> Written:
    """Write what is exported, up to the newest checkpoint.

    Raises:
        NotCovered: there is no checkpoint, or none that covers it yet.
        HistoryDiffers: a checkpoint of the log's own epoch is of another history, or an event is not what it says.
        NewerLog: it holds a type of event that this release does not know.
        Unavailable: the database is away.
    """
    if not log.checkpoints or log.checkpoints[-1].size < max(exported.until, 1):
        raise NotCovered(
            "Chưa có điểm kiểm tra đã ký nào bao trùm phần cần xuất: hãy đợi máy chủ ký điểm tiếp theo.",
            "No signed checkpoint covers what is to be exported yet: wait until the server has signed the next one.",
        )
    checkpoints = await _of_one_history(log)
    out.truncate(0)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        return await _Writing(log, exported, checkpoints, archive).run()


async def _of_one_history(log: Log) -> list[Kept]:
    """Those of the checkpoints that the tree continues, from the smallest. One of an ended epoch need not be."""
    newest = log.checkpoints[-1]
    within = [each for each in log.checkpoints if each.size <= newest.size]  # An ended epoch may have been longer.
    roots = await _hashes(log, [(0, each.size) for each in within])
    found: list[Kept] = []
    for kept, root in zip(within, roots, strict=True):
        if _root_said(kept) == root:
            found.append(kept)
        elif kept.epoch == newest.epoch:
            raise HistoryDiffers(
                f"Điểm kiểm tra cỡ {kept.size} không phải của lịch sử này: nhật ký hoặc cây đã bị sửa sau khi ký.",
                f"The checkpoint of size {kept.size} is not of this history: log or tree were altered after it.",
            )
    return sorted(found, key=lambda kept: (kept.size, kept.epoch))


def _root_said(kept: Kept) -> bytes | None:
    """None: what is stored is no checkpoint any more."""
    try:
        return parse_checkpoint(parse_note(kept.note).text).root
    except NoteRefused:
        return None


async def _hashes(log: Log, ranges: Sequence[Range]) -> list[bytes]:
    found: list[bytes] = []
    for at in range(0, len(ranges), AT_ONCE):
        found += await log.trees.hashes(log.tenant_id, ranges[at : at + AT_ONCE])
    return found


class _Part:
    """A file of the bundle that is written bit by bit, beside others."""

    def __init__(self) -> None:
        self.content = TemporaryFile()  # noqa: SIM115  # It is closed by whoever puts it in.
        self._digest = sha256()

    def put(self, piece: bytes) -> None:
        self.content.write(piece)
        self._digest.update(piece)

    def sha256(self) -> str:
        return self._digest.hexdigest()


class _Pinned(msgspec.Struct):
    """The rule set's bytes exactly as they stand in the event."""

    rule_set: msgspec.Raw
    rule_set_sha256: str | None = None


class _Writing:
    """One bundle that is being written."""

    def __init__(self, log: Log, exported: Exported, checkpoints: Sequence[Kept], archive: zipfile.ZipFile) -> None:
        self._log, self._exported, self._checkpoints, self._archive = log, exported, checkpoints, archive
        self._size = checkpoints[-1].size
        self._stops, self._filled = [kept.size for kept in checkpoints], 0
        self._leaves, self._proof, self._claimed = _Part(), _Part(), _Part()
        self._claims, self._beginning = Claims(), beginning_of(log.tenant_id)
        self._small: dict[str, bytes] = {}
        self._files: dict[str, str] = {}
        self._events = self._claim_count = 0
        self._altered: int | None = None

    async def run(self) -> Written:
        await self._write_events()
        await self._prove(gaps(self._filled, self._size, self._stops))
        for name, part in (("leaves.bin", self._leaves), ("proof.bin", self._proof), ("claims.jsonl", self._claimed)):
            self._put_part(name, part)
        self._small |= {f"checkpoints/{kept.epoch}-{kept.size}.txt": kept.note.encode() for kept in self._checkpoints}
        self._small["keys.txt"] = "".join(f"{line}\n" for line in self._key_lines()).encode()
        for name, content in sorted(self._small.items()):
            self._files[name] = sha256(content).hexdigest()
            self._archive.writestr(_entry(name), content)
        self._archive.writestr(_entry("manifest.json"), self._manifest())
        return Written(
            events=self._events,
            size=self._size,
            checkpoints=len(self._checkpoints),
            claims=self._claim_count,
            altered=self._altered,
        )

    def _key_lines(self) -> list[str]:
        """Of the retired keys those that signed a checkpoint that is in here."""
        signed = {(each.name, each.key_id) for kept in self._checkpoints for each in parse_note(kept.note).signatures}
        retired = [key.line() for key in self._log.retired if (key.name, key.key_id) in signed]
        return list(dict.fromkeys([*self._log.keys, *retired]))

    def _manifest(self) -> bytes:
        origin = parse_checkpoint(parse_note(self._checkpoints[-1].note).text).origin
        said = {
            "format": FORMAT,
            "version": VERSION,
            "exported": {"kind": self._exported.kind, "id": self._exported.identity},
            "tenant_id": self._log.tenant_id,
            "origin": origin,
            "size": self._size,
            "events": self._events,
            "files": dict(sorted(self._files.items())),
        }
        return msgspec.json.format(msgspec.json.encode(said)) + b"\n"

    async def _write_events(self) -> None:
        digest = sha256()
        with self._archive.open(_entry("events.bin"), "w", force_zip64=True) as out:
            async for page in self._pages():
                envelopes = [envelope_v1(record) for record in page]
                for envelope in envelopes:
                    piece = len(envelope).to_bytes(4, "big") + envelope
                    digest.update(piece)
                    out.write(piece)
                await self._put_leaves(page, envelopes)
                for record, envelope in zip(page, envelopes, strict=True):
                    self._claim(record, envelope)
        self._files["events.bin"] = digest.hexdigest()

    async def _pages(self) -> AsyncIterator[list[Recorded]]:
        page: list[Recorded] = []
        async for record in rows(self._log.store, self._log.tenant_id, self._exported, self._size):
            page.append(record)
            if len(page) == AT_ONCE:
                yield page
                page = []
        if page:
            yield page

    async def _put_leaves(self, page: Sequence[Recorded], envelopes: Sequence[bytes]) -> None:
        """Of each event the position and the leaf as the tree has it; and what lies between them, for the proof."""
        leaves = await _hashes(self._log, [(record.position - 1, record.position) for record in page])
        between: list[Range] = []
        for record, envelope, leaf in zip(page, envelopes, leaves, strict=True):
            self._leaves.put(record.position.to_bytes(8, "big") + leaf)
            between += gaps(self._filled, record.position - 1, self._stops)
            self._filled = record.position
            if self._altered is None and sha256(b"\x00" + envelope).digest() != leaf:
                self._altered = record.position
        self._events += len(page)
        await self._prove(between)

    async def _prove(self, between: Sequence[Range]) -> None:
        for digest in await _hashes(self._log, between):
            self._proof.put(digest)

    def _claim(self, record: Recorded, envelope: bytes) -> None:
        try:
            claim, _ = self._claims.of(parse(envelope, self._beginning))
        except Refused as refused:
            raise HistoryDiffers(
                f"Sự kiện ở vị trí {record.position} không đúng với loại của nó.",
                f"The event at position {record.position} does not hold what its type says.",
            ) from refused
        if claim is not None:
            self._claimed.put(claim.line() + b"\n")
            self._claim_count += 1
        name = f"schema/{record.type}.{record.type_version}.json"
        if name not in self._small:
            if (record.type, record.type_version) not in CATALOGUE:
                raise NewerLog(
                    f"Bản phát hành này không biết {record.type} v{record.type_version} ở vị trí {record.position}.",
                    f"This release does not know {record.type} v{record.type_version} at position {record.position}.",
                )
            self._small[name] = msgspec.json.encode(schema(record.type, record.type_version), order="deterministic")
        if record.type in PINNING:
            pinned = msgspec.json.decode(record.data, type=_Pinned)
            if pinned.rule_set_sha256 is not None:
                self._small[f"rules/{pinned.rule_set_sha256}.json"] = bytes(pinned.rule_set)

    def _put_part(self, name: str, part: _Part) -> None:
        self._files[name] = part.sha256()
        with part.content as content, self._archive.open(_entry(name), "w", force_zip64=True) as out:
            content.seek(0)
            while piece := content.read(COPY_BYTES):
                out.write(piece)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.compress_type = zipfile.ZIP_STORED if name in ("leaves.bin", "proof.bin") else zipfile.ZIP_DEFLATED
    return entry


def gaps(first: int, end: int, stops: Sequence[int]) -> list[Range]:
    """The largest complete subtrees, side by side, that the leaves from `first` to before `end` fall into; none of them
    goes beyond a stop (`stops` from the smallest)."""
    found: list[Range] = []
    while first < end:
        until = min([end, *stops[(at := bisect_right(stops, first)) : at + 1]])
        height = (until - first).bit_length() - 1
        if first:
            height = min(height, (first & -first).bit_length() - 1)
        found.append((first, first + (1 << height)))
        first += 1 << height
    return found
