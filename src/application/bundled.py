"""Which events go into an audit bundle: an award's, a campaign's, or a tenant's whole log."""

import sys
from collections.abc import AsyncIterator, Iterable
from heapq import merge
from typing import Literal

import msgspec

from application.ports import EventStore, Recorded
from domain.award import AWARD
from domain.award.refusals import AwardUnknown
from domain.campaign import CAMPAIGN
from domain.campaign.messages import CampaignUnknown
from domain.council import COUNCIL
from domain.decider import Read
from domain.evaluation import EVALUATION
from domain.events import split_lines
from domain.ids import TenantId, stream
from domain.registration import REGISTRATION

Kind = Literal["award", "campaign", "tenant"]
WHOLE = sys.maxsize
"""Of a stream: all its versions."""


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What is exported. `streams`: up to which version of each; None: the whole log. `until`: the position of the last
    event that a bundle must cover (0: as far as it comes)."""

    kind: Kind
    identity: str
    streams: dict[str, int] | None = None
    until: int = 0


class _Cited(msgspec.Struct):
    """The streams that an event names, whatever its type."""

    campaign_id: str | None = None
    registration_id: str | None = None
    evaluation_id: str | None = None
    session_id: str | None = None
    read_at: tuple[Read, ...] = ()


_cited = msgspec.json.Decoder(_Cited).decode


async def of_award(store: EventStore, tenant_id: TenantId, award_id: str) -> Exported:
    """The dossier and its council's session whole, and every other stream that one of their events has read, up to the
    version that it was read at: the bundle holds what the decision rests on, and nothing that came to others later.

    Raises:
        AwardUnknown: there is no such dossier.
        Unavailable: the store is away.
    """
    own = stream(AWARD.name, award_id)
    records = (await store.load(tenant_id, [own]))[own]
    if not records:
        raise AwardUnknown()
    streams = {own: WHOLE}
    sessions = _gather(streams, records)
    for name, events in (await store.load(tenant_id, sorted(sessions))).items():
        streams[name] = WHOLE
        _gather(streams, events)
    return Exported(kind="award", identity=award_id, streams=streams, until=records[-1].position)


def _gather(streams: dict[str, int], records: Iterable[Recorded]) -> set[str]:
    """Put in what the events have read, and what they name and have not read; the sessions that they name."""
    sessions: set[str] = set()
    named: set[str] = set()
    for record in records:
        cited = _cited(record.data)
        for read in cited.read_at:
            streams[read.stream] = max(read.version, streams.get(read.stream, 0))
        sessions |= {stream(COUNCIL.name, cited.session_id)} if cited.session_id else set()
        pairs = (
            (CAMPAIGN, cited.campaign_id),
            (REGISTRATION, cited.registration_id),
            (EVALUATION, cited.evaluation_id),
        )
        named |= {stream(decider.name, identity) for decider, identity in pairs if identity}
    for name in named:
        streams.setdefault(name, WHOLE)
    return sessions


async def of_campaign(store: EventStore, tenant_id: TenantId, campaign_id: str) -> Exported:
    """The campaign and every stream whose first event names it, whole, and what their events have read, up to the
    versions that it was read at.

    Raises:
        CampaignUnknown: there is no such campaign.
        Unavailable: the store is away.
    """
    own = stream(CAMPAIGN.name, campaign_id)
    inside, read = {own}, dict[str, int]()
    async for page in store.lines(tenant_id):
        datas = split_lines(page.lines, len(page))
        for name, version, data in zip(page.streams, page.versions, datas, strict=True):
            if name not in inside:
                if version > 1 or _cited(data).campaign_id != campaign_id:
                    continue
                inside.add(name)
            _gather_reads(read, data)
    if not (await store.load(tenant_id, [own]))[own]:
        raise CampaignUnknown()
    return Exported(kind="campaign", identity=campaign_id, streams=read | dict.fromkeys(inside, WHOLE))


def _gather_reads(streams: dict[str, int], data: bytes) -> None:
    for read in _cited(data).read_at:
        streams[read.stream] = max(read.version, streams.get(read.stream, 0))


def of_tenant(tenant_id: TenantId) -> Exported:
    """Everything."""
    return Exported(kind="tenant", identity=tenant_id)


async def rows(store: EventStore, tenant_id: TenantId, exported: Exported, size: int) -> AsyncIterator[Recorded]:
    """The events that are exported, in order of position, up to position `size`. Raises: Unavailable."""
    streams = exported.streams
    if streams is not None and exported.kind == "award":
        loaded = await store.load(tenant_id, sorted(streams))
        for record in merge(*loaded.values(), key=lambda each: each.position):
            if record.position <= size and record.version <= streams[record.stream_id]:
                yield record
        return
    async for page in store.read(tenant_id):
        for record in page:
            if record.position > size:
                return
            if streams is None or record.version <= streams.get(record.stream_id, 0):
                yield record
