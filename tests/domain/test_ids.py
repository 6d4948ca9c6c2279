"""Ids as text: the same that Python's own `uuid` makes, which the log is full of."""

from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.fresh import fresh_id
from domain.ids import Id, uuid_text


@given(st.binary(min_size=16, max_size=16), st.integers(1, 8))
def test_sixteen_bytes_are_written_as_uuid_writes_them(octets: bytes, version: int) -> None:
    expected = UUID(bytes=octets[:6] + bytes([version << 4 | octets[6] & 15]) + octets[7:8] + _variant(octets[8:]))
    assert uuid_text(octets, version) == str(expected)


def _variant(octets: bytes) -> bytes:
    """RFC 9562, §4.1."""
    return bytes([octets[0] & 0b0011_1111 | 0b1000_0000]) + octets[1:]


def test_a_fresh_id_is_a_random_uuid_and_no_two_are_equal() -> None:
    made = [fresh_id() for _ in range(1_000)]
    assert {UUID(each).version for each in made} == {4}
    assert len(set(made)) == len(made)


def test_no_id_ends_in_a_line() -> None:
    good = "2f6c1e0b-4a59-46a3-8be1-c92d5e10aa01"
    assert msgspec.convert(good, Id) == good
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(f"{good}\n", Id)
