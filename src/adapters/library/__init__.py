"""A way in for applications of the eventsourcing library: they follow a federation's log (docs/library.md)."""

from adapters.library.application import FederationLog, FollowerFactory
from adapters.library.failures import FeedBroken, KeyRefused, LogCut, PlatformAway, QuestionRefused, ReadOnly
from adapters.library.feed import Address, Envelope
from adapters.library.mapper import PlainEvent, PlainMapper, TypedMapper, envelope_of, topics_of
from adapters.library.recorder import FollowerRecorder, FollowerSubscription, PlatformNotification

__all__ = [
    "Address",
    "Envelope",
    "FederationLog",
    "FeedBroken",
    "FollowerFactory",
    "FollowerRecorder",
    "FollowerSubscription",
    "KeyRefused",
    "LogCut",
    "PlainEvent",
    "PlainMapper",
    "PlatformAway",
    "PlatformNotification",
    "QuestionRefused",
    "ReadOnly",
    "TypedMapper",
    "envelope_of",
    "topics_of",
]
