"""From notifications to events that a projection handles: of our catalogue's classes, or plain."""

from abc import ABC, abstractmethod
from functools import cache
from typing import Any, cast

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, MapperDeserialisationError, StoredEvent
from eventsourcing.utils import register_topic

from adapters.library.feed import Envelope
from adapters.library.recorder import PlatformNotification
from domain.decider import Message
from domain.events import CATALOGUE, UnknownEvent, decode

_NEWEST = {name: CATALOGUE[name, version] for name, version in sorted(CATALOGUE)}
_NAMES = {cls: name for (name, _), cls in CATALOGUE.items()}


class PlainEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event of any type and version: its envelope, and its data as JSON holds them."""

    originator_id: str
    originator_version: int
    envelope: Envelope
    data: dict[str, Any]


def register_topics() -> None:
    """Make every name of the catalogue a topic of the library, for the newest class of that name."""
    for name, cls in _NEWEST.items():
        register_topic(name, cls)


def topics_of(*classes: type[Message]) -> tuple[str, ...]:
    """The topics of event classes: the names under which they are stored."""
    return tuple(_NAMES[cls] for cls in classes)


def envelope_of(event: object) -> Envelope:
    """What the log says about an event that a mapper of this module has made."""
    envelope = getattr(event, "envelope", None)
    assert isinstance(envelope, Envelope), "an event of the platform, as its mapper made it"
    return envelope


class _FollowerMapper(Mapper[Any], ABC):
    """Events of the platform in one way, events of the application's own as the library does: a follower's mapper has
    to do both."""

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[Any]:
        if not isinstance(stored_event, PlatformNotification):
            return super().to_domain_event(stored_event)
        return cast("DomainEventProtocol[Any]", self._event(stored_event))

    @abstractmethod
    def _event(self, notification: PlatformNotification) -> object:
        """What the application is given for an event of the platform."""


class TypedMapper(_FollowerMapper):
    """Events as instances of the catalogue's classes, in their newest version, so that `singledispatch` and `match` go
    by class. Each also has `originator_id`, `originator_version` and `envelope`."""

    def _event(self, notification: PlatformNotification) -> object:
        """Raises: MapperDeserialisationError for a type or version that this release does not know."""
        envelope = notification.envelope
        try:
            event: Message = decode(envelope.type, envelope.type_version, notification.state)
        except (UnknownEvent, msgspec.DecodeError) as error:
            raise MapperDeserialisationError(
                f"Event {envelope.position} is not known to this release: {error}"
                " (install the platform's release, name `topics`, or follow with PlainMapper)"
            ) from error
        fields = {name: getattr(event, name) for name in event.__struct_fields__}
        return _followed(type(event))(
            **fields,
            originator_id=notification.originator_id,
            originator_version=notification.originator_version,
            envelope=envelope,
        )


class PlainMapper(_FollowerMapper):
    """Events as `PlainEvent`, of every type and version, also of those that came after this release."""

    def _event(self, notification: PlatformNotification) -> object:
        return PlainEvent(
            originator_id=str(notification.originator_id),
            originator_version=notification.originator_version,
            envelope=notification.envelope,
            data=msgspec.json.decode(notification.state),
        )


@cache
def _followed(cls: type[Message]) -> type[msgspec.Struct]:
    """A subclass of an event's class that also carries where the event comes from."""
    origin = [("originator_id", str), ("originator_version", int), ("envelope", Envelope)]
    return msgspec.defstruct(cls.__name__, origin, bases=(cls,), module=cls.__module__, frozen=True, kw_only=True)
