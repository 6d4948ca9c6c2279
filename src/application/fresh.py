"""Ids that mean nothing."""

from os import urandom

from domain.ids import uuid_text


def fresh_id() -> str:
    """A random UUID, as `uuid4` makes them."""
    return uuid_text(urandom(16), 4)
