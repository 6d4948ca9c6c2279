from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from adapters.keys.ciphers import MasterKey, TenantKey, WrongKey, fresh_root, fresh_subject_key, normalised
from domain.ids import TenantId

HANOI, LAOCAI = TenantId(str(uuid4())), TenantId(str(uuid4()))


def test_a_tenants_key_that_was_moved_to_another_tenants_row_does_not_unwrap() -> None:
    master = MasterKey(fresh_root())
    wrapped = master.wrap(HANOI, fresh_root())
    master.unwrap(HANOI, wrapped)
    with pytest.raises(WrongKey):
        master.unwrap(LAOCAI, wrapped)


def test_a_subjects_key_that_was_moved_to_another_subjects_row_does_not_unwrap() -> None:
    tenant = TenantKey(HANOI, fresh_root())
    wrapped = tenant.wrap("person-1", fresh_subject_key())
    tenant.unwrap("person-1", wrapped)
    with pytest.raises(WrongKey):
        tenant.unwrap("person-2", wrapped)


def test_text_moved_to_a_subject_with_the_same_key_does_not_open() -> None:
    tenant, key = TenantKey(HANOI, fresh_root()), fresh_subject_key()
    one, two = (tenant.unwrap(subject, tenant.wrap(subject, key)) for subject in ("person-1", "person-2"))
    assert one.open(one.seal("A"), 2) == "A"
    assert two.open(one.seal("A"), 2) is None
    # Even under a commitment that is its own.
    assert two.open(two.commitment + one.seal("A")[32:], 2) is None


def test_what_was_sealed_in_one_way_does_not_open_as_the_other() -> None:
    tenant = TenantKey(HANOI, fresh_root())
    committing, earlier = (tenant.unwrap("a", tenant.wrap("a", key)) for key in (fresh_subject_key(), bytes(range(64))))
    assert (committing.way, earlier.way) == (2, 1)
    assert committing.open(committing.seal("A"), 1) is None
    assert committing.open(committing.seal("A")[32:], 1) is None
    assert earlier.open(earlier.commitment + earlier.seal("A"), 2) is None


def test_a_server_of_the_release_before_seals_under_a_committing_key_what_is_opened_here() -> None:
    """It knows 64 bytes of AES-SIV and no more."""
    tenant, key = TenantKey(HANOI, fresh_root()), fresh_subject_key()
    sealed = AESSIV(key).encrypt(b"A", [b"thidua/1/sealed", HANOI.encode(), b"person-1"])
    assert tenant.unwrap("person-1", tenant.wrap("person-1", key)).open(sealed, 1) == "A"


@pytest.mark.parametrize("wrapped", [b"", b"short", bytes(48), bytes(80)])
def test_what_was_never_wrapped_does_not_unwrap(wrapped: bytes) -> None:
    with pytest.raises(WrongKey):
        MasterKey(fresh_root()).unwrap(HANOI, wrapped)
    with pytest.raises(WrongKey):
        TenantKey(HANOI, fresh_root()).unwrap("person-1", wrapped)


def test_a_normal_form_is_its_own() -> None:
    for value in ("  Trần   Thị B ", "STRAẞE", "ǰ\u0323 İ", "001 099 000 123"):
        assert normalised(normalised(value)) == normalised(value)
