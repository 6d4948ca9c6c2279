"""Each step of an award decided again over the state before it, and its stored bytes compared with what comes out."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Literal

import msgspec

from application.differences import Difference, difference, parted
from application.ports import Recorded
from application.telling import Words, refused
from domain.award.again import GIVEN, decide_again, is_decidable
from domain.award.complaints import ComplaintSettled
from domain.award.evolve import Award
from domain.award.messages import Event
from domain.decider import Message
from domain.events import CATALOGUE, encode, name_of
from domain.refusals import Refused


class Again(Message, frozen=True, kw_only=True):
    """How a step comes out now. `decided`: its command was decided again over the state before it; `folded`: that
    cannot be done from the dossier's stream alone, for the reason in `because_vi` and `because_en`, so the event was
    taken as it stands.

    `given`: what the decision knows of other streams was taken from these fields of the event, not gathered anew.
    `compared`: the stored `bytes` with those that come out, or, for an event in an earlier shape, each of its `fields`;
    None: nothing came out, or nothing was decided. `same` None: nothing was decided. The hashes are SHA-256 of the
    stored data and of what comes out.
    """

    how: Literal["decided", "folded"]
    because_vi: str | None = None
    because_en: str | None = None
    given: tuple[str, ...] = ()
    compared: Literal["bytes", "fields"] | None = None
    same: bool | None = None
    recorded_sha256: str
    now_sha256: str | None = None
    difference: Difference | None = None


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the log, its event (None: what is stored is none), the state before it, and the version it must have."""

    record: Recorded
    event: Event | None
    before: Award
    version: int


_BECAUSE = (
    "Bước đề nghị dựa vào phong trào, đơn vị và đoàn viên của ngày đó; sự kiện nêu những luồng đã đọc (read_at) nhưng"
    " không chứa nội dung của chúng",
    "A nomination rests on the campaign, the units and the member of its day; the event cites the streams that were"
    " read (read_at) and does not hold what they said",
)


def again(reads: Sequence[Read], words: Words) -> list[Again]:
    """How each step of a dossier comes out now; `words` says refusals."""
    found: list[Again] = []
    while len(found) < len(reads):
        at = len(found)
        found += _group(_of_one_command(reads[at:]), words)
    return found


def _of_one_command(reads: Sequence[Read]) -> list[Read]:
    """The first step, and the complaints that were settled with it."""
    first, group = reads[0], [reads[0]]
    for read in reads[1:]:
        follows = read.version == read.record.version and read.record.command_id == first.record.command_id
        if not follows or not isinstance(read.event, ComplaintSettled):
            break
        group.append(read)
    return group


def _group(group: list[Read], words: Words) -> list[Again]:
    first = group[0]
    if first.version != first.record.version:
        missing = difference("missing", recorded=first.record.version, now=first.version)
        return [_differing(each, missing) for each in group]
    if first.event is None:
        unreadable = difference("unreadable", recorded=first.record.type)
        return [_differing(each, unreadable if each is first else difference("alone")) for each in group]
    if isinstance(first.event, ComplaintSettled):
        return [_differing(each, difference("alone")) for each in group]
    if not is_decidable(first.before, first.event):
        return [_folded(first), *[_differing(each, difference("alone")) for each in group[1:]]]
    return _decided(group, first.event, words)


def _decided(group: list[Read], event: Event, words: Words) -> list[Again]:
    first = group[0]
    try:
        now = decide_again(
            first.before, event, happened_on=first.record.happened_on, recorded_at=first.record.recorded_at
        )
    except Refused as error:
        return [_differing(each, refused(error, words)) for each in group]
    except AssertionError as broken:  # What the code may count on does not hold in a history that somebody forged.
        return [_differing(each, difference("impossible", now=str(broken))) for each in group]
    if not now:
        return [_differing(each, difference("nothing")) for each in group]
    beyond = [name_of(each)[0] for each in now[len(group) :]]
    paired = [_compared(read, now[at] if at < len(now) else None) for at, read in enumerate(group)]
    if beyond and paired[0].same:
        paired[0] = _differing(first, difference("more-events", now=", ".join(beyond)))
    return paired


def _compared(read: Read, now: Event | None) -> Again:
    """The stored bytes beside those of what came out. An event in an earlier shape has other bytes than the same event
    in the newest one: of it each field that it has is compared."""
    record = read.record
    name = name_of(now)[0] if now is not None else None
    if now is None or name != record.type:
        return _differing(read, difference("other-event", recorded=record.type, now=name))
    found = stored_difference(record, now)
    return Again(
        how="decided",
        given=GIVEN.get(type(now), ()),
        compared="bytes" if is_newest(record) else "fields",
        same=found is None,
        recorded_sha256=_hash(record.data),
        now_sha256=_hash(encode(now)),
        difference=found,
    )


def stored_difference(record: Recorded, now: Event) -> Difference | None:
    """Where the stored bytes of an event and those of what comes out part first; None where they do not."""
    written = encode(now)
    if written == record.data:
        return None
    newest = is_newest(record)
    found = parted(msgspec.json.decode(record.data), msgspec.json.decode(written), widened=not newest)
    if found is None and newest:
        return difference("bytes", recorded=_hash(record.data), now=_hash(written))
    return found


def is_newest(record: Recorded) -> bool:
    """Whether it is stored in the shape that this release writes."""
    return (record.type, record.type_version + 1) not in CATALOGUE


def _folded(read: Read) -> Again:
    """Taken as it stands, if it stands in the bytes that the program writes."""
    assert read.event is not None, "what cannot be read is not folded"
    if (found := stored_difference(read.record, read.event)) is not None:
        return _differing(read, found)
    vi, en = _BECAUSE
    return Again(how="folded", because_vi=vi, because_en=en, recorded_sha256=_hash(read.record.data))


def _differing(read: Read, found: Difference) -> Again:
    given = GIVEN.get(type(read.event), ()) if read.event is not None else ()
    return Again(how="decided", given=given, same=False, recorded_sha256=_hash(read.record.data), difference=found)


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()
