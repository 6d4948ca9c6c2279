"""The platform's event feed over HTTP: one page a call, checked before anybody sees it. Calls block."""

import contextlib
import ssl
import threading
from collections.abc import Sequence
from datetime import date, datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import SHUT_RDWR
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from adapters.library.failures import FeedBroken, KeyRefused, LogCut, PlatformAway, QuestionRefused

PAGE_EVENTS_MAX = 1_000
END = 2**62
"""A position beyond every log."""
CONNECT_SECONDS_MAX = 3.0
ANSWER_SECONDS_MAX = 15.0
RETRY_AFTER_SECONDS_MAX = 60.0


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What the log says about an event, beside its data. `position` counts from 1 without gaps in the tenant."""

    tenant_id: str
    epoch: int
    position: int
    stream_id: str
    version: int
    type: str
    type_version: int
    event_id: str
    recorded_at: datetime
    happened_on: date | None
    actor: str
    correlation_id: str
    causation_id: str | None
    command_id: str


class Event(msgspec.Struct, frozen=True):
    """An event of the feed; `data` are the stored bytes, personal fields sealed."""

    envelope: Envelope
    data: bytes


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """`through`: everything up to this position has been looked at, in the log's present `epoch`. `head`: the end
    of the log; None on a full page."""

    events: list[Event]
    epoch: int
    through: int
    head: int | None


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where the platform is and who asks. `tenant_id` None: whichever federation the key turns out to be of. `epoch`:
    the one that the places of whoever follows are of."""

    url: str
    key: str
    tenant_id: str | None = None
    epoch: int = 1

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise QuestionRefused(f"{self.url!r} is no address of a platform, such as https://thidua.example.org")
        if not self.key.isascii() or not self.key.isprintable() or not self.key.strip():
            raise QuestionRefused("The key is empty, or holds characters that no key has")

    def connection(self) -> HTTPConnection:
        """A connection that is not open yet. No redirection is ever followed: the key goes to this address alone."""
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        if parts.scheme == "http":
            return HTTPConnection(parts.hostname, parts.port, timeout=CONNECT_SECONDS_MAX)
        context = ssl.create_default_context()
        return HTTPSConnection(parts.hostname, parts.port, timeout=CONNECT_SECONDS_MAX, context=context)


class _CloudEvent(msgspec.Struct, frozen=True):
    """The members that are read; attributes that a later platform adds are passed over."""

    id: str
    type: str
    time: datetime
    subject: str
    epoch: int
    position: int
    streamversion: int
    typeversion: int
    eventid: str
    correlationid: str
    commandid: str
    actor: str
    data: msgspec.Raw
    causationid: str | None = None
    happenedon: date | None = None


class _Answer(msgspec.Struct, frozen=True):
    events: list[_CloudEvent]
    through: int
    max_position: int | None
    epoch: int = 1


class _FieldError(msgspec.Struct, frozen=True):
    field: str = ""
    reason: str = ""


class _Problem(msgspec.Struct, frozen=True):
    title: str = ""
    errors: list[_FieldError] = []
    facts: dict[str, Any] = {}


_ANSWER = msgspec.json.Decoder(_Answer)
_PROBLEM = msgspec.json.Decoder(_Problem)


class Feed:
    """Pages of one federation's log. Calls wait for each other; `close` may come from any thread and ends them."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._path = urlsplit(address.url).path.rstrip("/") + "/v1/events?"
        self._tenant_id = address.tenant_id
        self._connection: HTTPConnection | None = None
        self._lock = threading.Lock()
        self._closed = False

    def page(self, *, after: int, limit: int, types: Sequence[str] = (), epoch: int = 1) -> Page:
        """Up to `limit` (at most 1,000) events after the position `after` of this epoch, of these types (all if none
        is named).

        Raises:
            PlatformAway: it cannot be reached or cannot answer now; ask again.
            KeyRefused, QuestionRefused, LogCut: it will not answer this.
            FeedBroken: its answer breaks the feed's promises.
        """
        asked = {"after": str(after), "limit": str(limit)} | ({"types": ",".join(types)} if types else {})
        if epoch != 1:  # Which a platform that knows of no epochs takes, too.
            asked["epoch"] = str(epoch)
        with self._lock:
            content = self._get(self._path + urlencode(asked, safe=","))
            try:
                answer = _ANSWER.decode(content)
            except msgspec.DecodeError as error:
                raise FeedBroken(f"What answers at {self._address.url} is no event feed: {error}") from error
            return self._checked(answer, after, limit, whole=not types)

    def close(self) -> None:
        """End a call that waits, and close the connection. A closed feed answers `PlatformAway`."""
        self._closed = True
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(SHUT_RDWR)
        with self._lock:
            self._drop()

    def _get(self, path: str) -> bytes:
        kept = self._connection is not None
        try:
            return self._ask(path)
        except (OSError, HTTPException) as error:
            self._drop()
            if not kept:
                raise PlatformAway(str(error) or type(error).__name__) from error
        try:  # A connection that was kept open may have been closed by the other side meanwhile: that is no failure.
            return self._ask(path)
        except (OSError, HTTPException) as error:
            self._drop()
            raise PlatformAway(str(error) or type(error).__name__) from error

    def _ask(self, path: str) -> bytes:
        if self._closed:
            raise PlatformAway("this follower was closed")
        headers = {
            "accept": "application/json",
            "accept-language": "en",
            "authorization": f"Bearer {self._address.key}",
            "cache-control": "no-cache",
        }
        connection = self._connected()
        connection.request("GET", path, headers=headers)
        with connection.getresponse() as response:
            content = response.read()
        if response.status != 200:
            _refuse(response, content)
        return content

    def _connected(self) -> HTTPConnection:
        if self._connection is None:
            self._connection = self._address.connection()
            self._connection.connect()
            self._connection.sock.settimeout(ANSWER_SECONDS_MAX)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _checked(self, answer: _Answer, after: int, limit: int, *, whole: bool) -> Page:
        events = [_event(each) for each in answer.events]
        last = after
        for event in events:
            position = event.envelope.position
            if position <= last or (whole and position != last + 1):
                raise FeedBroken(f"After position {last} comes {position}: the feed has left something out")
            self._check_tenant(event.envelope.tenant_id)
            last = position
        # Without a filter a page that is not full reaches the end of the log, so an event left out there shows too.
        ends_wrong = answer.through < last or (whole and answer.through != last)
        if ends_wrong or (answer.max_position is None) != (len(events) >= limit):
            raise FeedBroken(f"The page after {after} says that it ends at {answer.through}, with {len(events)} events")
        return Page(events=events, epoch=answer.epoch, through=answer.through, head=answer.max_position)

    def _check_tenant(self, tenant_id: str) -> None:
        self._tenant_id = self._tenant_id or tenant_id
        if tenant_id != self._tenant_id:
            raise FeedBroken(f"The key reads the log of tenant {tenant_id}, and this follows {self._tenant_id}")


def _refuse(response: HTTPResponse, content: bytes) -> None:
    """Raise what the answer's status means."""
    status = response.status
    said = _said(content) or f"{status} {response.reason}"
    if status in (401, 403):
        raise KeyRefused(f"The platform refuses the key: {said}")
    if status == 410:
        raise LogCut(f"{said}. Build the view anew, with PLATFORM_EPOCH set to the current epoch")
    if status >= 500 or status in (408, 425, 429):
        raise PlatformAway(said, retry_after_seconds=_retry_after(response.getheader("retry-after", "")))
    raise QuestionRefused(f"The platform refuses the question: {said}")


def _said(content: bytes) -> str:
    try:
        problem = _PROBLEM.decode(content)
    except msgspec.DecodeError:
        return ""
    named = [f"{error.field}: {error.reason}" for error in problem.errors]
    named += [f"{name} = {value}" for name, value in problem.facts.items()]
    return f"{problem.title} ({'; '.join(named)})" if named else problem.title


def _retry_after(header: str) -> float:
    """Seconds to wait; 0 for what is missing or no number."""
    return min(float(header), RETRY_AFTER_SECONDS_MAX) if header.isascii() and header.isdecimal() else 0.0


def _event(cloud_event: _CloudEvent) -> Event:
    envelope = Envelope(
        tenant_id=cloud_event.id.partition(":")[0],
        epoch=cloud_event.epoch,
        position=cloud_event.position,
        stream_id=cloud_event.subject,
        version=cloud_event.streamversion,
        type=cloud_event.type,
        type_version=cloud_event.typeversion,
        event_id=cloud_event.eventid,
        recorded_at=cloud_event.time,
        happened_on=cloud_event.happenedon,
        actor=cloud_event.actor,
        correlation_id=cloud_event.correlationid,
        causation_id=cloud_event.causationid,
        command_id=cloud_event.commandid,
    )
    return Event(envelope, bytes(cloud_event.data))
