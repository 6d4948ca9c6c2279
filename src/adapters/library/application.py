"""The platform as an application of the library: what a projection runner or a follower is given to follow."""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory, Mapper, TrackingRecorder, Transcoder
from eventsourcing.utils import Environment, resolve_topic

from adapters.library.failures import QuestionRefused, ReadOnly
from adapters.library.feed import Address
from adapters.library.mapper import TypedMapper, register_topics
from adapters.library.recorder import POLL_SECONDS, FollowerRecorder

N = TypeVar("N", int, float)


class FollowerFactory(InfrastructureFactory[TrackingRecorder]):
    """Recorders over the platform's feed, by these variables of the environment, each of which may stand behind the
    application's name and an underscore: PLATFORM_URL, PLATFORM_KEY, PLATFORM_TENANT (optional: the only federation
    whose events are taken), PLATFORM_EPOCH (1: the log's epoch that the follower's place is of), PLATFORM_POLL_SECONDS
    (0.5)."""

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self._recorders: list[FollowerRecorder] = []

    def mapper(self, transcoder: Transcoder | None = None, mapper_class: Any = None) -> Mapper[Any]:
        """The mapper that MAPPER_TOPIC names, or else `TypedMapper`."""
        named = self.env.get(self.MAPPER_TOPIC)
        return super().mapper(transcoder, mapper_class or (resolve_topic(named) if named else TypedMapper))

    def application_recorder(self) -> FollowerRecorder:
        """Raises: QuestionRefused, where the environment does not say whom to follow."""
        address = Address(
            url=self._required("PLATFORM_URL"),
            key=self._required("PLATFORM_KEY"),
            tenant_id=self.env.get("PLATFORM_TENANT"),
            epoch=self._number("PLATFORM_EPOCH", int, 1),
        )
        recorder = FollowerRecorder(address, poll_seconds=self._number("PLATFORM_POLL_SECONDS", float, POLL_SECONDS))
        self._recorders.append(recorder)
        return recorder

    def aggregate_recorder(self, purpose: str = "events") -> NoReturn:
        raise ReadOnly(f"The platform's log holds no {purpose} of a follower's own; give it a persistence module")

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> NoReturn:
        raise ReadOnly("A projection keeps its view and its tracking in a persistence module of its own")

    def process_recorder(self) -> NoReturn:
        raise ReadOnly("A follower keeps its events and its tracking in a persistence module of its own")

    def close(self) -> None:
        for recorder in self._recorders:
            recorder.close()

    def _number(self, name: str, kind: Callable[[str], N], otherwise: N) -> N:
        value = self.env.get(name)
        try:
            return kind(value) if value else otherwise
        except ValueError as error:
            raise QuestionRefused(f"{name} is no number: {value!r}") from error

    def _required(self, name: str) -> str:
        value = self.env.get(name)
        if not value:
            raise QuestionRefused(f"Whom to follow is not said: set {' or '.join(self.env.create_keys(name))}")
        return value


class FederationLog(Application[str]):
    """One federation's log. To follow several, make a subclass for each: a projection remembers its place by the
    application's name, and positions are counted in each federation."""

    name = "thidua"

    def construct_factory(self, env: Environment) -> FollowerFactory:
        """Whatever PERSISTENCE_MODULE says: that is then the projection's."""
        return FollowerFactory(env)


register_topics()
