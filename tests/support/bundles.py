"""Audit bundles of a small log in memory, with checkpoints of several sizes, and the verifier as its users have it."""

import importlib.util
import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import msgspec

from adapters.audit.bundling import Log, write_bundle
from adapters.audit.one_file import one_file
from adapters.keys.signing import Cosigner, Ed25519Signer, fresh_private_key, read_verifier
from adapters.memory import MemoryEventStore
from application.bundled import Exported
from application.envelope import envelope_v1
from application.merkle import Edge, Place, Range, hash_of, leaf_hash
from application.notes import Checkpoint, Note, Signature, origin_of, signed
from application.ports import EventStore, Recorded
from domain.ids import TenantId
from tests.support.log import fresh_id
from tests.support.story import Story

LOG_NAME = "log.example"
SIGNER = Ed25519Signer(LOG_NAME, fresh_private_key())
WITNESSES = (Cosigner("w-mot.example", fresh_private_key()), Cosigner("w-hai.example", fresh_private_key()))
SEEN_AT = 1_710_000_000  # 2024-03-09T16:00:00Z


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint that was signed, whole."""

    epoch: int
    size: int
    note: str


class MemoryTrees:
    """The tree of one log, whole in memory."""

    def __init__(self, rows: Sequence[Recorded]) -> None:
        self._edge = Edge()
        self._tiles: dict[Place, bytes] = self._edge.grow(b"".join(leaf_hash(envelope_v1(row)) for row in rows))
        self.size, self.epoch = self._edge.size, rows[-1].epoch

    async def tree(self, tenant_id: TenantId) -> "MemoryTrees":
        return self

    async def hashes(self, tenant_id: TenantId, ranges: Sequence[Range]) -> list[bytes]:
        return [hash_of(wanted, self._tiles) for wanted in ranges]


class Rewritten(MemoryEventStore):
    """A log whose rows somebody has had a hand in."""

    def __init__(self, rows: Sequence[Recorded]) -> None:
        super().__init__()
        self._rows = rows

    async def load(self, tenant_id: TenantId, stream_ids: Sequence[str]) -> dict[str, list[Recorded]]:
        return {name: [row for row in self._rows if row.stream_id == name] for name in stream_ids}

    async def read(self, tenant_id: TenantId, *_: object, **__: object) -> AsyncIterator[list[Recorded]]:
        yield list(self._rows)


class Told:
    """A log that somebody has lived through, with its tree; what it is exported and signed with can be chosen."""

    def __init__(self, story: Story, store: EventStore, rows: Sequence[Recorded]) -> None:
        self.story, self.store, self.rows, self.trees = story, store, rows, MemoryTrees(rows)
        self.tenant_id = story.tenant_id

    def rewrite(self, position: int, **fields: object) -> None:
        """Another event in the log's place, before anything was signed."""
        self.rows = [msgspec.structs.replace(row, **fields) if row.position == position else row for row in self.rows]
        self.store, self.trees = Rewritten(self.rows), MemoryTrees(self.rows)

    async def checkpoint(
        self,
        size: int,
        *,
        signer: Ed25519Signer = SIGNER,
        witnesses: Sequence[Cosigner] = (),
        seen_at: int = SEEN_AT,
        epoch: int = 1,
    ) -> Kept:
        [root] = await self.trees.hashes(self.tenant_id, [(0, size)])
        text = Checkpoint(origin=origin_of(LOG_NAME, self.tenant_id, epoch), size=size, root=root).text()
        seen: list[Signature] = [witness.sign(text, seen_at) for witness in witnesses]
        note = signed(text, [signer])
        note = Note(text=note.text, signatures=(*note.signatures, *seen))
        return Kept(epoch=epoch, size=size, note=note.whole())

    async def bundle(
        self,
        exported: Exported,
        *checkpoints: Kept,
        signer: Ed25519Signer = SIGNER,
        retired: Sequence[Ed25519Signer] = (),
    ) -> bytes:
        out = io.BytesIO()
        kept = checkpoints or (await self.checkpoint(len(self.rows)),)
        log = Log(
            tenant_id=self.tenant_id,
            store=self.store,
            trees=self.trees,
            checkpoints=kept,
            keys=[signer.public_line()],
            retired=[read_verifier(each.public_line()) for each in retired],
        )
        await write_bundle(log, exported, out)
        return out.getvalue()


async def told() -> Told:
    """The small federation's campaign from its launch to its awards."""
    store, tenant_id = MemoryEventStore(), TenantId(fresh_id())
    store.register(tenant_id)
    story = Story(store, tenant_id)
    store._clock = story.clock
    await story.tell()
    rows = [row async for page in store.read(tenant_id) for row in page]
    return Told(story, store, rows)


# --- The verifier as one file ------------------------------------------------------------


def verifier() -> ModuleType:
    """`verify.py` as it is handed out, loaded from a file of its own."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "verify.py"
        path.write_text(one_file(), encoding="utf-8")
        spec = importlib.util.spec_from_file_location("verify", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """How the verifier ended: its exit code and what it printed."""

    code: int
    printed: str
    complained: str = ""

    @property
    def report(self) -> Any:
        return json.loads(self.printed.splitlines()[0])


class Verifier:
    """The verifier, asked about bundles as its users ask it."""

    def __init__(self, folder: Path) -> None:
        self.module, self._path = verifier(), folder / "bundle.zip"

    def ask(self, bundle: bytes, *options: str, key: str | None = SIGNER.public_line()) -> Answer:
        self._path.write_bytes(bundle)
        printed, complained = io.StringIO(), io.StringIO()
        with redirect_stdout(printed), redirect_stderr(complained):
            code = self.module.main([str(self._path), *(["--key", key] if key else []), *options])
        return Answer(code=code, printed=printed.getvalue(), complained=complained.getvalue())

    def refusal(self, bundle: bytes, *options: str) -> dict[str, Any]:
        """Why it is refused; it must be."""
        answer = self.ask(bundle, "--json", *options)
        assert answer.code == 1, answer.printed
        report: dict[str, Any] = answer.report
        return report


# --- Bundles that somebody has had a hand in ------------------------------------------------


def files_of(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Mapping[str, bytes], *, honest: bool = True) -> bytes:
    """A bundle of these files; `honest`: its manifest names their hashes, as whoever alters them would take care of."""
    files = dict(files)
    if honest:
        manifest = json.loads(files["manifest.json"])
        manifest["files"] = {
            name: sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"
        }
        files["manifest.json"] = json.dumps(manifest).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def altered(bundle: bytes, name: str, change: Callable[[bytes], bytes], *, honest: bool = True) -> bytes:
    files = files_of(bundle)
    files[name] = change(files[name])
    return packed(files, honest=honest)


def envelopes_of(events: bytes) -> list[bytes]:
    """The rows of `events.bin`."""
    found = []
    while events:
        length = int.from_bytes(events[:4], "big")
        found.append(events[4 : 4 + length])
        events = events[4 + length :]
    return found


def joined(envelopes: Sequence[bytes]) -> bytes:
    return b"".join(len(each).to_bytes(4, "big") + each for each in envelopes)
