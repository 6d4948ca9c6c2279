"""Checks a bundle from its first byte to its last. The first fault that is found is the answer."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from struct import Struct
from typing import NamedTuple

from adapters.audit.verifier.claims import CLAIMING, SHOWN, Claim, Claims
from adapters.audit.verifier.envelopes import Event, Malformed, beginning_of, parse, vietnam_day
from adapters.audit.verifier.notes import LOG, Checkpoint, Key, checkpoint
from adapters.audit.verifier.reading import (
    EVENT_BYTES_MAX,
    STREAMED,
    Bundle,
    Manifest,
    Refused,
    Stream,
    lines_of,
    parsed,
)
from adapters.audit.verifier.terms import Data
from adapters.audit.verifier.trees import Growing

CLAIMS_KEPT_MAX = 1_000
ENTRY = Struct(">Q32s")
"""An entry of `leaves.bin`: a position and the hash of its leaf."""
ENTRIES_AT_ONCE = 1_024
PINNING = ("award.eligibility-checked", "award.decided")


class Trust(NamedTuple):
    """Whom the auditor trusts, from outside of the bundle. No log key: the bundle's own, which proves nothing of who
    signed. `required`: how many of the witnesses must have seen the newest checkpoint."""

    keys: list[Key]
    witnesses: list[Key]
    required: int


class Times:
    """When a witness first saw an event: from the cosignatures of all checkpoints of trees that hold it."""

    def __init__(self, checkpoints: list[Checkpoint]) -> None:
        self._sizes, self._times = [each.size for each in checkpoints], list[int | None]()
        earliest: int | None = None
        for each in reversed(checkpoints):
            earliest = min((when for when in (earliest, *each.seen.values()) if when is not None), default=None)
            self._times.insert(0, earliest)

    def of(self, position: int) -> int | None:
        """In seconds since 1970; None: no witness that is trusted has seen it."""
        return self._times[bisect_left(self._sizes, position)]


class Seen:
    """What one pass over the events has found: their first and last position, and how many of what."""

    def __init__(self) -> None:
        self.first, self.last, self.epoch = 0, 0, 1
        self.steps: list[tuple[int, str]] = []
        """Of the award that was exported: position and type of each event."""
        self.recorded_at: int | None = None
        self.streams: dict[str, int] = {}
        self.types: set[tuple[str, int]] = set()
        self.rules: set[str] = set()
        self.tally: Counter[tuple[str, str]] = Counter()
        self.witnessed: Counter[str] = Counter()
        self.claims: list[Claim] = []
        self.cited: dict[str, tuple[int, int]] = {}
        """By stream, up to which version what is exported has read it, and the position of the event that has."""


class Checked(NamedTuple):
    """A bundle that holds. `checkpoints` from the smallest tree to the newest."""

    manifest: Manifest
    self_asserted: bool
    checkpoints: list[Checkpoint]
    seen: Seen


def check(path: str, trust: Trust) -> Checked:
    """Raises: Refused: what is wrong first, and where."""
    bundle = Bundle(path)
    manifest = Manifest(bundle.content("manifest.json"), bundle.names())
    small = {name: bundle.content(name) for name in manifest.files if name not in STREAMED}
    for name, content in small.items():
        manifest.check(name, sha256(content).hexdigest())
    own = _own_keys(small)
    keys = trust.keys or [key for key in own if key.kind == LOG]
    checkpoints = _checkpoints(manifest, small, [*keys, *trust.witnesses])
    if len(checkpoints[-1].seen) < trust.required:
        raise Refused("witnesses", found=len(checkpoints[-1].seen), required=trust.required)
    seen = _Pass(bundle, manifest, checkpoints, small).run()
    if not _holds(manifest, seen):
        raise Refused("exported", kind=manifest.kind, id=manifest.identity)
    _check_cited(seen)
    _check_beside(seen, small)
    return Checked(manifest, not trust.keys, checkpoints, seen)


def _own_keys(small: dict[str, bytes]) -> list[Key]:
    try:
        return [Key(line) for line in small["keys.txt"].decode().splitlines()]
    except KeyError as error:
        raise Refused("missing", file="keys.txt") from error
    except ValueError as error:
        raise Refused("damaged", file="keys.txt") from error


def _checkpoints(manifest: Manifest, small: dict[str, bytes], keys: list[Key]) -> list[Checkpoint]:
    found = []
    for name in sorted(small):
        if name.startswith("checkpoints/"):
            try:
                found.append(checkpoint(small[name].decode(), name, keys))
            except UnicodeDecodeError as error:
                raise Refused("checkpoint", file=name) from error
    found.sort(key=lambda each: (each.size, each.epoch))
    if not found or (found[-1].size, found[-1].origin) != (manifest.size, manifest.origin):
        raise Refused("newest")
    log, tenant_id, _ = manifest.origin.rsplit("/", 2)
    roots: dict[int, bytes] = {}
    for each in found:
        if each.origin != f"{log}/{tenant_id}/{each.epoch}" or tenant_id != manifest.tenant_id:
            raise Refused("other-log", origin=each.origin)
        if each.epoch > found[-1].epoch or roots.setdefault(each.size, each.root) != each.root:
            raise Refused("two-views", size=each.size)
    return found


class _Pass:
    """One pass over the events, their leaves, the proof and the claims, side by side."""

    def __init__(
        self, bundle: Bundle, manifest: Manifest, checkpoints: list[Checkpoint], small: dict[str, bytes]
    ) -> None:
        self._manifest, self._small = manifest, small
        self._files = {name: bundle.stream(name) for name in STREAMED}
        self._growing = Growing({each.size: each.root for each in checkpoints}, self._files["proof.bin"])
        self._seen, self._claims = Seen(), Claims()
        self._claimed = lines_of(self._files["claims.jsonl"])
        self._epoch_max, self._times = checkpoints[-1].epoch, Times(checkpoints)
        self._own = f"{manifest.kind}-{manifest.identity}"
        self._inside = {self._own}

    def run(self) -> Seen:
        """Raises: Refused."""
        events, leaves = self._files["events.bin"], self._files["leaves.bin"]
        for event in _rows(events, leaves, self._manifest, self._growing.leaf):
            self._place(event)
            if event.type.startswith(CLAIMING):
                self._ask(event)
        self._growing.end()
        if next(self._claimed, None) is not None:
            raise Refused("claims", position=self._seen.last)
        for name, source in self._files.items():
            if not source.ended():
                raise Refused("file-altered", file=name)
            self._manifest.check(name, source.sha256())
        return self._seen

    def _place(self, event: Event) -> None:
        seen = self._seen
        version = seen.streams.get(event.stream, 0) + 1
        seen.first = seen.first or event.position
        if event.version != version:
            raise Refused("event-version", position=event.position, version=version)
        if not seen.epoch <= event.epoch <= self._epoch_max:
            raise Refused("event-epoch", position=event.position)
        if seen.recorded_at is not None and event.recorded_at < seen.recorded_at:
            raise Refused("event-time", position=event.position)
        seen.recorded_at = event.recorded_at
        if event.stream == self._own:
            seen.steps.append((event.position, event.type))
        seen.streams[event.stream], seen.epoch, seen.last = version, event.epoch, event.position
        seen.types.add((event.type, event.type_version))

    def _ask(self, event: Event) -> None:
        """What it claims, and whether that is what the bundle says it claims."""
        claim, data = self._claims.of(event)
        if self._is_inside(event, data):
            self._cite(event, data)
        if event.type in PINNING:
            self._check_rules(event, data)
        if claim is not None:
            self._claim(claim)

    def _is_inside(self, event: Event, data: Data) -> bool:
        """Whether it is of the award, or of a stream whose first event names the campaign, that is exported."""
        kind, identity = self._manifest.kind, self._manifest.identity
        if event.version == 1 and kind == "campaign" and data.get("campaign_id") == identity:
            self._inside.add(event.stream)
        return event.stream in self._inside

    def _cite(self, event: Event, data: Data) -> None:
        for read in data.get("read_at", ()):
            if read["version"] > self._seen.cited.get(read["stream"], (0, 0))[0]:
                self._seen.cited[read["stream"]] = read["version"], event.position

    def _check_rules(self, event: Event, data: Data) -> None:
        """The pinned rule set lies beside, byte for byte as the event has it."""
        pinned = data.get("rule_set_sha256")
        if pinned is None:
            return  # An event of before hashes were kept.
        content = self._small.get(f"rules/{pinned}.json")
        if content is None or b'"rule_set":' + content not in event.data or sha256(content).hexdigest() != pinned:
            raise Refused("rules", position=event.position)
        self._seen.rules.add(f"rules/{pinned}.json")

    def _claim(self, claim: Claim) -> None:
        if next(self._claimed, None) != claim.line():
            raise Refused("claims", position=claim.position)
        seen = self._seen
        seen.tally[claim.claim, claim.outcome] += 1
        if claim.outcome == SHOWN and self._is_witnessed(claim):
            seen.witnessed[claim.claim] += 1
        if len(seen.claims) < CLAIMS_KEPT_MAX:
            seen.claims.append(claim)

    def _is_witnessed(self, claim: Claim) -> bool:
        """Whether a witness saw the event no later than on the day that matters."""
        when = self._times.of(claim.rests_on)
        return when is not None and claim.by is not None and vietnam_day(when * 1_000_000) <= claim.by


def _rows(events: Stream, leaves: Stream, manifest: Manifest, leaf: Callable[[int, bytes], None]) -> Iterator[Event]:
    """The events, each held against its leaf, whose hash is put into the tree."""
    last = 0
    try:
        beginning = beginning_of(manifest.tenant_id)
    except ValueError as error:
        raise Refused("manifest") from error
    for position, digest in _entries(leaves, manifest.events):
        if not last < position <= manifest.size:
            raise Refused("leaves", position=last)
        length = int.from_bytes(events.take(4), "big")
        if length > EVENT_BYTES_MAX:
            raise Refused("event-altered", position=position)
        row = events.take(length)
        if not row or len(row) < length:
            raise Refused("event-missing", position=position)
        event = held(row, position, digest, beginning)
        leaf(position - 1, digest)
        last = position
        yield event


def held(row: bytes, position: int, digest: bytes, beginning: bytes) -> Event:
    """The event of an envelope that begins as every one of its tenant, where it is what the leaf was made of.

    Raises: Refused: it is not.
    """
    try:
        event = parse(row, beginning)
    except Malformed as error:
        raise Refused("event-altered", position=position) from error
    if event.position != position:
        raise Refused("event-missing" if event.position > position else "event-order", position=position)
    if sha256(b"\x00" + row).digest() != digest:
        raise Refused("event-altered", position=position)
    return event


def _entries(leaves: Stream, count: int) -> Iterator[tuple[int, bytes]]:
    """Each position with its leaf. Raises: Refused: there are fewer."""
    last = 0
    while count > 0:
        block = leaves.take(min(count, ENTRIES_AT_ONCE) * ENTRY.size)
        for position, digest in ENTRY.iter_unpack(block[: len(block) // ENTRY.size * ENTRY.size]):
            yield position, digest
            last = position
        if len(block) < min(count, ENTRIES_AT_ONCE) * ENTRY.size:
            raise Refused("leaves", position=last)
        count -= ENTRIES_AT_ONCE


def _holds(manifest: Manifest, seen: Seen) -> bool:
    if manifest.is_whole:
        return bool(manifest.identity == manifest.tenant_id)
    return f"{manifest.kind}-{manifest.identity}" in seen.streams


def _check_cited(seen: Seen) -> None:
    """What the events of the award or of the campaign have read is there, as far as they read it: nothing that speaks
    against a decision is left out of what it rests on."""
    for name, (version, position) in sorted(seen.cited.items(), key=lambda each: (each[1][1], each[0])):
        if seen.streams.get(name, 0) < version:
            raise Refused("cited", stream=name[:100], version=version, position=position)


def _check_beside(seen: Seen, small: dict[str, bytes]) -> None:
    """The rule sets and schemas are those of the events, and no others."""
    wanted = {f"schema/{name}.{version}.json" for name, version in seen.types} | seen.rules
    there = {name for name in small if name.startswith(("schema/", "rules/"))}
    for name in sorted(wanted ^ there):
        raise Refused("missing" if name in wanted else "name", file=name)
    for name in sorted(there):
        if type(parsed(small[name], name)) is not dict:
            raise Refused("json", file=name)


def events_of(path: str, checked: Checked) -> Iterator[Event]:
    """The events of a bundle that holds, once more."""
    bundle = Bundle(path)
    yield from _rows(bundle.stream("events.bin"), bundle.stream("leaves.bin"), checked.manifest, lambda *_: None)
