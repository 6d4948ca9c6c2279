"""The platform's log as a recorder of the eventsourcing library: selected from and subscribed to, never written."""

import logging
import random
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent, Subscription

from adapters.library.failures import LogCut, PlatformAway, ReadOnly
from adapters.library.feed import END, PAGE_EVENTS_MAX, Address, Envelope, Event, Feed, Page

POLL_SECONDS = 0.5
BACKOFF_SECONDS_MIN = 0.1
BACKOFF_SECONDS_MAX = 10.0

_LOG = logging.getLogger("thidua.follower")


@dataclass(frozen=True)
class PlatformNotification(Notification):
    """A notification of the library with what the log says beside the data. `topic` is the event type's name, `state`
    the stored bytes, `id` the position."""

    envelope: Envelope


class FollowerRecorder(ApplicationRecorder):
    """One federation's log over the platform's feed. Notification ids are positions: from 1, without gaps."""

    def __init__(self, address: Address, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._address, self._poll_seconds = address, poll_seconds
        self._feed = Feed(address)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """As the library says; raises as `Feed.page` does."""
        after = max((start or 0) - (1 if inclusive_of_start else 0), 0)
        found: list[Notification] = []
        epoch = self._address.epoch
        while len(found) < limit and (stop is None or after < stop):
            asked = min(limit - len(found), PAGE_EVENTS_MAX)
            page = self._feed.page(after=after, limit=asked, types=topics, epoch=epoch)
            found += [_notification(each) for each in page.events if stop is None or each.envelope.position <= stop]
            after, epoch = page.through, page.epoch
            if page.head is not None:
                break
        return found

    def max_notification_id(self) -> int | None:
        """The position of the federation's last event; None if it has none."""
        first = self._feed.page(after=0, limit=1)
        if first.head is not None:
            return first.head or None
        return self._feed.page(after=END, limit=1, epoch=first.epoch).head

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> "FollowerSubscription":
        """Every event after `gt` of these types, now and as they come."""
        return FollowerSubscription(
            self,
            Feed(self._address),
            gt=gt,
            topics=topics,
            epoch=self._address.epoch,
            poll_seconds=self._poll_seconds,
        )

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> NoReturn:
        raise ReadOnly("The platform's log is written by its commands, not by a follower")

    def select_events(self, originator_id: UUID | str, **kwargs: Any) -> NoReturn:
        raise ReadOnly(
            "The platform's feed goes by position and type, not by stream: subscribe, and keep what you need"
        )

    def close(self) -> None:
        self._feed.close()


class FollowerSubscription(Subscription[FollowerRecorder]):
    """Waits for new events, and through times in which the platform is away; ends when stopped, or with the error that
    waiting would not mend."""

    def __init__(
        self,
        recorder: FollowerRecorder,
        feed: Feed,
        *,
        gt: int | None,
        topics: Sequence[str],
        epoch: int,
        poll_seconds: float,
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._feed, self._poll_seconds = feed, poll_seconds
        self._after, self._epoch = gt or 0, epoch
        self._waiting: deque[Notification] = deque()
        self._stopping = threading.Event()
        self._failures = 0

    def stop(self) -> None:
        super().stop()
        self._stopping.set()
        self._feed.close()

    def __next__(self) -> Notification:
        while not self._waiting and not self._stopping.is_set():
            self._look()
        if self._stopping.is_set():
            raise StopIteration
        return self._waiting.popleft()

    def _look(self) -> None:
        try:
            page = self._feed.page(after=self._after, limit=PAGE_EVENTS_MAX, types=self._topics, epoch=self._epoch)
        except PlatformAway as away:
            self._wait_out(away)
            return
        if self._failures:
            _LOG.info("The platform answers again, after %d attempts", self._failures)
            self._failures = 0
        self._check_reaches(page)
        self._waiting.extend(_notification(each) for each in page.events)
        self._after, self._epoch = page.through, page.epoch
        if not page.events:
            self._stopping.wait(self._poll_seconds)

    def _wait_out(self, away: PlatformAway) -> None:
        if self._stopping.is_set():
            return
        if not self._failures:
            _LOG.warning("%s; asking again until it does", away)
        self._failures += 1
        longest = min(BACKOFF_SECONDS_MIN * 2 ** min(self._failures, 20), BACKOFF_SECONDS_MAX)
        # Spread out, so that many followers do not come back in one moment.
        self._stopping.wait(max(longest * random.uniform(0.5, 1.0), away.retry_after_seconds))  # noqa: S311

    def _check_reaches(self, page: Page) -> None:
        if page.head is not None and page.head < self._after:
            raise LogCut(f"The log ends at position {page.head}, and this has followed up to {self._after}")


def _notification(event: Event) -> PlatformNotification:
    envelope = event.envelope
    return PlatformNotification(
        id=envelope.position,
        originator_id=envelope.stream_id,
        originator_version=envelope.version,
        topic=envelope.type,
        state=event.data,
        envelope=envelope,
    )
