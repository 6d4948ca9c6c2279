from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.keys.memory import memory_vault
from application.ports import Erased
from application.sealing import (
    ERASED,
    OPENED_FOR,
    Token,
    TokenInClear,
    is_token,
    open_json,
    parts,
    seal,
    token,
    unsealed,
)
from domain.decider import Message, Name, Personal
from domain.ids import TenantId
from tenants.scope import Role, TenantScope

pytestmark = pytest.mark.anyio
HANOI = TenantId("7c2c1f0a-4f6e-4b8b-9c3e-0d5f2a6b7c8d")
PERSON = "person-1"


class Complain(Message, frozen=True, kw_only=True):
    subject: Name
    about: Personal
    more: tuple[Personal, ...] = ()


def scope(role: Role = Role.FEDERATION_OFFICER) -> TenantScope:
    return TenantScope(tenant_id=HANOI, credential_id=str(uuid4()), actor="Cán bộ 1", role=role)


async def test_personal_texts_leave_as_tokens_and_the_rest_as_it_was() -> None:
    vault = memory_vault()
    sealed = await seal(vault, HANOI, PERSON, Complain(subject="Khiếu nại", about="vắng họp", more=("một", "")))
    assert sealed.subject == "Khiếu nại"
    assert unsealed(sealed) == []
    assert await vault.open(HANOI, [sealed.about, *sealed.more]) == ["vắng họp", "một", ""]


async def test_a_message_that_was_not_sealed_is_told_apart() -> None:
    assert unsealed(Complain(subject="a", about="vắng họp", more=("b",))) == ["about", "more[0]"]


async def test_the_same_message_seals_to_the_same_message() -> None:
    vault, message = memory_vault(), Complain(subject="a", about="vắng họp")
    assert await seal(vault, HANOI, PERSON, message) == await seal(vault, HANOI, PERSON, message)


async def test_personal_text_that_looks_sealed_is_sealed_like_any_other_and_opened_once() -> None:
    vault = memory_vault()
    [stolen] = await vault.seal(HANOI, "person-2", ["bí mật"])
    sealed = await seal(vault, HANOI, PERSON, Complain(subject="a", about=stolen))
    assert sealed.about != stolen
    assert await open_json(vault, scope(), {"about": sealed.about}) == {"about": stolen}


async def test_text_that_looks_sealed_is_refused_where_nothing_is_sealed() -> None:
    vault = memory_vault()
    [stolen] = await vault.seal(HANOI, "person-2", ["bí mật"])
    with pytest.raises(TokenInClear) as caught:
        await seal(vault, HANOI, PERSON, Complain(subject=stolen, about="a"))
    assert caught.value.facts == {"field": "subject", "reason": "sealed-text"}


async def test_nothing_is_sealed_about_a_person_who_was_erased() -> None:
    vault = memory_vault()
    await vault.destroy(HANOI, PERSON)
    with pytest.raises(Erased):
        await seal(vault, HANOI, PERSON, Complain(subject="a", about="b"))


async def test_tokens_are_opened_wherever_they_lie_in_one_batch() -> None:
    vault = memory_vault()
    one, two = await vault.seal(HANOI, PERSON, ["một", "hai"])
    asked: list[int] = []
    opening = vault.open

    async def counted(tenant_id: TenantId, tokens: Any) -> list[str | None]:
        asked.append(len(tokens))
        return await opening(tenant_id, tokens)

    vault.open = counted  # type: ignore[method-assign]
    value = {"rows": [{"name": one, "n": 1}, {"name": two, "also": [one, None]}], "title": "sealed: no"}
    assert await open_json(vault, scope(), value) == {
        "rows": [{"name": "một", "n": 1}, {"name": "hai", "also": ["một", None]}],
        "title": "sealed: no",
    }
    assert asked == [2]


async def test_an_erased_person_reads_as_erased() -> None:
    vault = memory_vault()
    tokens = await vault.seal(HANOI, PERSON, ["một"])
    await vault.destroy(HANOI, PERSON)
    assert await open_json(vault, scope(), tokens) == [ERASED]


@pytest.mark.parametrize("role", sorted(set(Role) - OPENED_FOR, key=str))
async def test_a_role_that_does_not_read_about_persons_gets_tokens(role: Role) -> None:
    vault = memory_vault()
    tokens = await vault.seal(HANOI, PERSON, ["một"])
    assert await open_json(vault, scope(role), tokens) == tokens


@given(st.text(), st.binary(min_size=48))
def test_a_token_is_read_back_as_it_was_made(subject: str, ciphertext: bytes) -> None:
    for way in (1, 2):
        found = Token(way, subject or "x", ciphertext)
        assert parts(token(found.way, found.subject, found.ciphertext)) == found


@given(st.text())
def test_no_text_breaks_the_reading_of_tokens(text: str) -> None:
    assert parts(text) is None
    assert parts(f"sealed:1:{text}:AAAAAAAAAAAAAAAAAAAAAA") is None or is_token(
        f"sealed:1:{text}:AAAAAAAAAAAAAAAAAAAAAA"
    )


@pytest.mark.parametrize(
    "text",
    [
        "sealed:1:eA:AAAAAAAAAAAAAAAAAAAAAB",  # The same bytes as …AA, spelled otherwise.
        "sealed:1:gA:AAAAAAAAAAAAAAAAAAAAAA",  # The subject is not UTF-8.
        "sealed:1:e:AAAAAAAAAAAAAAAAAAAAAA",
        "sealed:2:eA:AAAAAAAAAAAAAAAAAAAAAA",  # Shorter than a commitment.
        "sealed:3:eA:" + "A" * 64,
        "sealed:1:eA:AAAAAAAAAAAAAAAAAAAAAA\n",
        "sealed:1:eA:short",
    ],
)
def test_what_is_not_a_token_to_the_letter_is_text(text: str) -> None:
    assert parts(text) is None
