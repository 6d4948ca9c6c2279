"""What every vault keeps, whatever its rows lie in."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.keys.ciphers import MasterKey, fresh_root
from adapters.keys.master import MasterKeyRefused
from adapters.keys.memory import MemoryKeyRows
from adapters.keys.vault import KeyRows, Vault
from adapters.postgres.key_rows import PostgresKeyRows
from application.ports import Erased
from application.sealing import parts, token
from domain.ids import TenantId
from tests.support.postgres import PostgresServer
from tests.support.tenancy import migrated_database

pytestmark = pytest.mark.anyio
ONE, TWO = "person-1", "person-2"
MASTER = MasterKey(fresh_root())


class Keeping(msgspec.Struct, frozen=True):
    """Rows, and two tenants that they know."""

    rows: KeyRows
    hanoi: TenantId
    laocai: TenantId

    def vault(self) -> Vault:
        """As another process would have it: the same rows and master key, a cache of its own."""
        return Vault(MASTER, self.rows)


@pytest.fixture(scope="module", params=["memory", "postgres"])
async def keeping(request: pytest.FixtureRequest, postgres: PostgresServer) -> AsyncIterator[Keeping]:
    if request.param == "memory":
        yield Keeping(MemoryKeyRows(), TenantId(str(uuid4())), TenantId(str(uuid4())))
        return
    async with migrated_database(postgres) as database:
        yield Keeping(PostgresKeyRows(database.pool), await database.tenant("ha-noi"), await database.tenant("lao-cai"))


def person() -> str:
    return f"person-{uuid4()}"


def ciphertext_of(sealed: str) -> bytes:
    found = parts(sealed)
    assert found is not None
    return found.ciphertext


async def test_what_is_sealed_opens_again(keeping: Keeping) -> None:
    texts = ["", "Nguyễn Văn A", "sealed:1:eA:AAAAAAAAAAAAAAAAAAAAAA", "\0\n\u202e🙂", "x" * 8_000]
    tokens = await keeping.vault().seal(keeping.hanoi, ONE, texts)
    assert await keeping.vault().open(keeping.hanoi, tokens) == texts


async def test_equal_stays_equal_and_other_stays_other(keeping: Keeping) -> None:
    [a, b, same] = await keeping.vault().seal(keeping.hanoi, ONE, ["A", "B", "A"])
    [again] = await keeping.vault().seal(keeping.hanoi, ONE, ["A"])
    assert a == same == again != b


async def test_one_text_of_two_subjects_or_tenants_is_two_tokens(keeping: Keeping) -> None:
    vault = keeping.vault()
    [one] = await vault.seal(keeping.hanoi, ONE, ["A"])
    [two] = await vault.seal(keeping.hanoi, TWO, ["A"])
    [elsewhere] = await vault.seal(keeping.laocai, ONE, ["A"])
    assert len({parts(sealed) for sealed in (one, two, elsewhere)}) == 3


async def test_another_tenants_token_does_not_open(keeping: Keeping) -> None:
    vault = keeping.vault()
    tokens = await vault.seal(keeping.hanoi, ONE, ["A"])
    await vault.seal(keeping.laocai, ONE, ["A"])
    assert await vault.open(keeping.laocai, tokens) == [None]


async def test_a_token_put_under_another_subject_does_not_open(keeping: Keeping) -> None:
    vault = keeping.vault()
    [sealed] = await vault.seal(keeping.hanoi, ONE, ["A"])
    await vault.seal(keeping.hanoi, TWO, ["A"])
    moved = token(2, TWO, ciphertext_of(sealed))
    assert await vault.open(keeping.hanoi, [moved]) == [None]


async def test_an_altered_token_does_not_open(keeping: Keeping) -> None:
    vault = keeping.vault()
    [sealed] = await vault.seal(keeping.hanoi, ONE, ["Nguyễn Văn A"])
    ciphertext = ciphertext_of(sealed)
    flipped = ([*ciphertext[:n], ciphertext[n] ^ 1, *ciphertext[n + 1 :]] for n in range(len(ciphertext)))
    altered = [token(way, ONE, bytes(raw)) for raw in flipped for way in (1, 2)]
    assert set(await vault.open(keeping.hanoi, altered)) == {None}
    assert await vault.open(keeping.hanoi, [sealed]) == ["Nguyễn Văn A"]


async def test_text_that_is_no_token_and_subjects_without_a_key_open_to_nothing(keeping: Keeping) -> None:
    unknown = [token(2, subject, bytes(48)) for subject in (person(), "\0", "x" * 300)]
    assert await keeping.vault().open(keeping.hanoi, ["", "Nguyễn Văn A", *unknown]) == [None] * 5


async def test_a_destroyed_key_opens_nothing_anywhere(keeping: Keeping) -> None:
    vault, other, subject = keeping.vault(), keeping.vault(), person()
    [sealed, kept] = [*await vault.seal(keeping.hanoi, subject, ["A"]), *await vault.seal(keeping.hanoi, ONE, ["B"])]
    await vault.destroy(keeping.hanoi, subject)
    await vault.destroy(keeping.hanoi, subject)
    assert await vault.open(keeping.hanoi, [sealed, kept]) == [None, "B"]
    assert await other.open(keeping.hanoi, [sealed, kept]) == [None, "B"]


async def test_nothing_more_is_sealed_about_an_erased_subject_not_even_by_a_fresh_process(keeping: Keeping) -> None:
    known, never_seen = person(), person()
    await keeping.vault().seal(keeping.hanoi, known, ["A"])
    for subject in (known, never_seen):
        await keeping.vault().destroy(keeping.hanoi, subject)
        with pytest.raises(Erased):
            await keeping.vault().seal(keeping.hanoi, subject, ["A"])
        assert await keeping.rows.keep_subject_key(keeping.hanoi, subject, b"another") is None


async def test_erasing_a_person_in_one_tenant_leaves_the_other_alone(keeping: Keeping) -> None:
    subject = person()
    tokens = await keeping.vault().seal(keeping.laocai, subject, ["A"])
    await keeping.vault().seal(keeping.hanoi, subject, ["A"])
    await keeping.vault().destroy(keeping.hanoi, subject)
    assert await keeping.vault().open(keeping.laocai, tokens) == ["A"]


async def test_processes_that_make_a_subjects_key_at_once_agree(keeping: Keeping) -> None:
    subject, vaults = person(), [keeping.vault() for _ in range(8)]
    sealed = await asyncio.gather(*(vault.seal(keeping.hanoi, subject, ["A"]) for vault in vaults))
    assert len({tokens[0] for tokens in sealed}) == 1


async def test_a_fingerprint_is_the_tenants_own(keeping: Keeping) -> None:
    vault = keeping.vault()
    first = await vault.fingerprint(keeping.hanoi, b"{}")
    assert len(first) == 32
    assert first == await keeping.vault().fingerprint(keeping.hanoi, b"{}")
    others = [await vault.fingerprint(keeping.laocai, b"{}"), await vault.fingerprint(keeping.hanoi, b"{ }")]
    assert len({first, *others}) == 3


async def test_values_match_whatever_the_case_the_composition_and_the_spaces(keeping: Keeping) -> None:
    vault = keeping.vault()
    written = ["Trần  Thị B", " trần thị b\n", "TRẦN THỊ B", "Tra\u0302\u0300n Thi\u0323 B"]
    assert len({await vault.match(keeping.hanoi, value) for value in written}) == 1
    assert await vault.match(keeping.hanoi, "Trần Thị B") != await vault.match(keeping.hanoi, "Tran Thi B")
    assert await vault.match(keeping.hanoi, "Trần Thị B") != await vault.match(keeping.laocai, "Trần Thị B")


async def test_another_master_key_is_told_at_once_and_opens_nothing(keeping: Keeping) -> None:
    tokens = await keeping.vault().seal(keeping.hanoi, ONE, ["A"])
    await keeping.vault().check_master_key()
    stranger = Vault(MasterKey(fresh_root()), keeping.rows)
    with pytest.raises(MasterKeyRefused):
        await stranger.check_master_key()
    with pytest.raises(MasterKeyRefused):
        await stranger.open(keeping.hanoi, tokens)


@given(texts=st.lists(st.text(), min_size=1, max_size=20), subject=st.text(min_size=1, max_size=50))
@settings(max_examples=60, deadline=None)
def test_any_unicode_comes_back_as_it_was(texts: list[str], subject: str) -> None:
    async def there_and_back() -> list[str | None]:
        rows, hanoi = MemoryKeyRows(), TenantId(str(uuid4()))
        tokens = await Vault(MASTER, rows).seal(hanoi, subject, texts)
        assert len(set(tokens)) == len(set(texts))
        return await Vault(MASTER, rows).open(hanoi, tokens)

    assert asyncio.run(there_and_back()) == texts


async def test_a_file_that_is_sealed_opens_again_and_equal_stays_equal(keeping: Keeping) -> None:
    vault = keeping.vault()
    for content in (b"", b"\x00", b"%PDF-1.7" * 200_000):
        sealed = await vault.seal_bytes(keeping.hanoi, ONE, content)
        assert sealed == await keeping.vault().seal_bytes(keeping.hanoi, ONE, content)
        assert sealed != await vault.seal_bytes(keeping.hanoi, TWO, content)
        assert sealed != await vault.seal_bytes(keeping.laocai, ONE, content)
        assert await keeping.vault().open_bytes(keeping.hanoi, ONE, sealed) == content


async def test_a_file_opens_for_its_own_subject_and_tenant_and_whole_alone(keeping: Keeping) -> None:
    vault = keeping.vault()
    sealed = await vault.seal_bytes(keeping.hanoi, ONE, b"bien ban")
    await vault.seal_bytes(keeping.hanoi, TWO, b"bien ban")
    await vault.seal_bytes(keeping.laocai, ONE, b"bien ban")
    assert await vault.open_bytes(keeping.hanoi, TWO, sealed) is None
    assert await vault.open_bytes(keeping.laocai, ONE, sealed) is None
    assert await vault.open_bytes(keeping.hanoi, person(), sealed) is None
    for altered in (sealed[:-1], sealed[1:], sealed[:-1] + bytes([sealed[-1] ^ 1]), b""):
        assert await vault.open_bytes(keeping.hanoi, ONE, altered) is None


async def test_a_sealed_text_is_not_passed_off_as_a_file_nor_a_file_as_a_text(keeping: Keeping) -> None:
    vault = keeping.vault()
    [text] = await vault.seal(keeping.hanoi, ONE, ["biên bản"])
    ciphertext = ciphertext_of(text)
    sealed = await vault.seal_bytes(keeping.hanoi, ONE, "biên bản".encode())
    head = sealed[: sealed.index(b"\n") + 1]
    assert await vault.open_bytes(keeping.hanoi, ONE, head + ciphertext) is None
    assert await vault.open(keeping.hanoi, [token(2, ONE, sealed[len(head) :])]) == [None]


async def test_a_destroyed_key_opens_no_file_and_seals_none(keeping: Keeping) -> None:
    vault, other, subject = keeping.vault(), keeping.vault(), person()
    sealed = await vault.seal_bytes(keeping.hanoi, subject, b"bien ban")
    await vault.destroy(keeping.hanoi, subject)
    for process in (vault, other):
        assert await process.open_bytes(keeping.hanoi, subject, sealed) is None
        with pytest.raises(Erased):
            await process.seal_bytes(keeping.hanoi, subject, b"bien ban")


async def test_several_subjects_are_sealed_for_at_once_as_each_by_itself(keeping: Keeping) -> None:
    first, second, gone = person(), person(), person()
    [alone] = await keeping.vault().seal(keeping.hanoi, first, ["A"])
    await keeping.vault().destroy(keeping.hanoi, gone)
    found = await keeping.vault().seal_many(keeping.hanoi, [(first, ["A", "B"]), (gone, ["C"]), (second, ["A"])])
    assert found[1] is None
    assert found[0] is not None
    assert found[2] is not None
    assert found[0][0] == alone
    assert found[2][0] != alone
    assert await keeping.vault().open(keeping.hanoi, [*found[0], *found[2]]) == ["A", "B", "A"]
    assert await keeping.vault().seal(keeping.hanoi, second, ["A"]) == found[2]


async def test_two_who_seal_the_same_subjects_at_once_use_the_same_keys(keeping: Keeping) -> None:
    wanted = [(person(), ["A"]) for _ in range(30)]
    one, other = await asyncio.gather(
        keeping.vault().seal_many(keeping.hanoi, wanted),
        keeping.vault().seal_many(keeping.hanoi, list(reversed(wanted))),
    )
    assert one == list(reversed(other))
    assert await keeping.vault().seal_many(keeping.laocai, []) == []


async def test_what_is_sealed_begins_with_its_keys_commitment_which_goes_with_the_key(keeping: Keeping) -> None:
    vault, subject = keeping.vault(), person()
    assert await vault.commitments(keeping.hanoi, [subject]) == [None]
    [sealed] = await vault.seal(keeping.hanoi, subject, ["A"])
    file = await vault.seal_bytes(keeping.hanoi, subject, b"bien ban")
    [commitment] = await keeping.vault().commitments(keeping.hanoi, [subject])
    assert commitment == ciphertext_of(sealed)[:32].hex()
    assert bytes.fromhex(commitment) in file
    await vault.destroy(keeping.hanoi, subject)
    assert await keeping.vault().commitments(keeping.hanoi, [subject]) == [None]


async def test_a_key_made_by_an_earlier_release_goes_on_sealing_as_it_did(keeping: Keeping) -> None:
    subject, earlier = person(), keeping.vault()
    tenant = await earlier._tenant(keeping.hanoi)
    await keeping.rows.keep_subject_key(keeping.hanoi, subject, tenant.wrap(subject, secrets.token_bytes(64)))
    [sealed] = await earlier.seal(keeping.hanoi, subject, ["A"])
    found = parts(sealed)
    assert found is not None
    assert found.way == 1
    assert await keeping.vault().seal(keeping.hanoi, subject, ["A"]) == [sealed]
    assert await keeping.vault().open(keeping.hanoi, [sealed]) == ["A"]
    file = await earlier.seal_bytes(keeping.hanoi, subject, b"bien ban")
    assert file.startswith(b"thidua/1/file\n")
    assert await keeping.vault().open_bytes(keeping.hanoi, subject, file) == b"bien ban"
    assert len((await keeping.vault().commitments(keeping.hanoi, [subject]))[0] or "") == 64
