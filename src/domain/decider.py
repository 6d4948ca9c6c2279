"""What every aggregate shares: messages, personal fields, and the decider's shape."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import reduce
from typing import Annotated, Any, Generic, TypeVar

import msgspec

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=500, description="One line, at most 500 characters.")]
Text = Annotated[str, msgspec.Meta(max_length=20_000, description="At most 20,000 characters.")]
Personal = Annotated[
    str,
    msgspec.Meta(
        max_length=8_000,
        description="About a person: sealed with that person's key before it is stored; at most 8,000 characters.",
        extra_json_schema={"x-personal": True},
        extra={"personal": True},
    ),
]
"""A command's field about a person, in clear until it is sealed. The domain never reads inside: rules may not rest on
what can be erased. Sealing is deterministic for one person and value, so that equal stays equal."""
Sealed = Annotated[
    str,
    msgspec.Meta(
        description="About a person: ciphertext that the tenant's keys open, for ever unreadable once erased.",
        extra_json_schema={"x-personal": True},
        extra={"personal": True},
    ),
]
"""The same field in an event: ciphertext, self-describing; the codec refuses to store anything else here."""


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=False):
    """Immutable data; values, commands, events and states are all messages."""


class Command(Message, frozen=True, kw_only=True):
    """What somebody asks for, in the imperative. `happened_on` is the day of a paper act that came first."""

    happened_on: date | None = None


class Read(Message, frozen=True, kw_only=True):
    """A fact's origin: the stream that was read and the version that it was at (0: it did not exist)."""

    stream: str
    version: int


S = TypeVar("S")
C = TypeVar("C")
F = TypeVar("F")
E = TypeVar("E")


class Decider(msgspec.Struct, Generic[S, C, F, E], frozen=True, kw_only=True):
    """An aggregate: pure functions over its commands, facts, state and events.

    `decide(command, state, facts, now)` returns the events, none meaning "already so", or raises `Refused`.
    `unit(command, state)` is the id of the unit whose matter this is (None: the federation's): access is by subtree.
    `person(command, state)` is the person whose key seals the personal fields (None: a key of the stream's own).
    """

    name: str
    initial: S
    decide: Callable[[C, S, F, datetime], list[E]]
    evolve: Callable[[S, E], S]
    unit: Callable[[C, S], str | None]
    person: Callable[[C, S], str | None] = lambda command, state: None

    def fold(self, events: Iterable[E], state: S | None = None) -> S:
        """The state after `events`, from the beginning or from `state`."""
        return reduce(self.evolve, events, self.initial if state is None else state)


AnyDecider = Decider[Any, Any, Any, Any]
