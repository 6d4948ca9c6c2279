"""Personal fields: found by their type, sealed before the decision, opened at the edge.

A token says whose key opens it: `sealed:2:<subject>:<ciphertext>`, both parts base64url without padding. In way 2 the
ciphertext begins with its key's commitment; way 1 (`sealed:1:…`) is that of keys made earlier, and is read for ever.
Whatever lies between the two ends (log, read models, remembered answers, streams) holds tokens and nothing else.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from application.personal import joined, personal_texts, with_personal_texts
from application.ports import Erased, KeyVault
from domain.ids import TenantId
from domain.refusals import Invalid
from tenants.scope import Role, TenantScope

ERASED = "[đã xóa]"
"""What is shown where a person's key is destroyed, or the token is not this tenant's."""

WITHHELD = "[đã niêm phong]"
"""What stands for a person's data in an answer to somebody who may not read it."""

OPENED_FOR = frozenset({Role.FEDERATION_OFFICER, Role.UNIT_OFFICER, Role.COUNCIL_SECRETARY, Role.AUDITOR})
"""Who reads about persons. The platform's operator and other systems see tokens, which still compare as equal."""

PREFIX = "sealed:"
_TOKEN = re.compile(r"sealed:(1|2(?=:[^:]+:[^:]{64})):([A-Za-z0-9_-]+):([A-Za-z0-9_-]{22,})")
"""An empty text is 16 bytes sealed, which is 22 characters; after a commitment 48 bytes, 64 characters."""
_TOKENS = re.compile(rb'"(sealed:[12]:[A-Za-z0-9_-]+:[A-Za-z0-9_-]{22,})"')
"""Every token in JSON; also one that a longer text quotes, which is opened in vain: only whole texts are replaced."""

M = TypeVar("M", bound=msgspec.Struct)


class TokenInClear(Invalid):
    """Text that looks sealed stands where nothing is sealed: on the way out it would be opened for whoever sent it."""

    code = "command.sealed-text"


# --- Tokens ---------------------------------------------------------------------


class Token(msgspec.Struct, frozen=True):
    """A token's parts: the way it was sealed in, the subject whose key opens it, and the ciphertext."""

    way: int
    subject: str
    ciphertext: bytes


def token(way: int, subject: str, ciphertext: bytes) -> str:
    """The text that stands for `ciphertext`, sealed in this way under the key of `subject`."""
    return f"{PREFIX}{way}:{_encoded(subject.encode())}:{_encoded(ciphertext)}"


def parts(text: str) -> Token | None:
    """What a token says; None for any other text."""
    matched = _TOKEN.fullmatch(text)
    if matched is None:
        return None
    try:
        found = Token(int(matched[1]), _decoded(matched[2]).decode(), _decoded(matched[3]))
    except ValueError:
        return None
    # One token, one spelling: base64 ignores its last bits, and two spellings of a ciphertext would not compare equal.
    return found if token(found.way, found.subject, found.ciphertext) == text else None


def is_token(text: str) -> bool:
    return _TOKEN.fullmatch(text) is not None


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


# --- Messages -------------------------------------------------------------------


async def seal(vault: KeyVault, tenant_id: TenantId, subject: str, message: M) -> M:
    """The message with each personal text replaced by a token under the key of `subject`.

    Text that looks like a token is sealed like any other.

    Raises:
        TokenInClear: such text stands in a field that is not personal.
        Erased: the subject's key was destroyed.
    """
    texts = personal_texts(message)
    _refuse_tokens(message, {path for path, _ in texts})
    if not texts:
        return message
    return with_personal_texts(message, await vault.seal(tenant_id, subject, [text for _, text in texts]))


async def seal_all(
    vault: KeyVault, tenant_id: TenantId, messages: Sequence[tuple[str, M]]
) -> list[M | TokenInClear | Erased]:
    """Each message with its personal texts sealed under the key of its subject, all in one round trip; where `seal`
    would raise, what it would raise."""
    found = [(subject, message, _texts(message)) for subject, message in messages]
    wanted = [(subject, texts) for subject, _, texts in found if not isinstance(texts, TokenInClear) and texts]
    sealed = iter(await vault.seal_many(tenant_id, wanted) if wanted else ())
    return [_with_sealed(subject, message, texts, sealed) for subject, message, texts in found]


def _texts(message: msgspec.Struct) -> list[str] | TokenInClear:
    texts = personal_texts(message)
    try:
        _refuse_tokens(message, {path for path, _ in texts})
    except TokenInClear as refusal:
        return refusal
    return [text for _, text in texts]


def _with_sealed(
    subject: str, message: M, texts: list[str] | TokenInClear, sealed: Iterator[list[str] | None]
) -> M | TokenInClear | Erased:
    if isinstance(texts, TokenInClear):
        return texts
    if not texts:
        return message
    tokens = next(sealed)
    return Erased(subject) if tokens is None else with_personal_texts(message, tokens)


def unsealed(message: msgspec.Struct) -> list[str]:
    """The paths of personal fields that hold clear text: such an event must not be stored."""
    return [path for path, text in personal_texts(message) if not is_token(text)]


async def open_json(vault: KeyVault, scope: TenantScope, value: Any) -> Any:
    """A copy of plain JSON (dicts, lists, texts) with every token opened, in one batch; ERASED where it cannot be.

    What comes out is not opened again. A role outside OPENED_FOR gets the value back as it is.
    """
    if scope.role not in OPENED_FOR:
        return value
    tokens = [found.decode() for found in set(_TOKENS.findall(msgspec.json.encode(value)))]
    if not tokens:
        return value
    clear = dict(zip(tokens, await vault.open(scope.tenant_id, tokens), strict=True))
    return _replaced(value, {text: ERASED if opened is None else opened for text, opened in clear.items()})


def covered(value: Any) -> Any:
    """A copy of plain JSON with WITHHELD in the place of every token."""
    if isinstance(value, str):
        return WITHHELD if is_token(value) else value
    if isinstance(value, dict):
        return {name: covered(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [covered(item) for item in value]
    return value


def _refuse_tokens(message: msgspec.Struct, personal: set[str]) -> None:
    if b'"sealed:' not in msgspec.json.encode(message):
        return  # Nearly always; looking at each text costs more than the bytes' search.
    for path, text in _strings(msgspec.to_builtins(message), ""):
        if text.startswith(PREFIX) and path not in personal:
            raise TokenInClear(field=path, reason="sealed-text")


def _strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from _strings(child, joined(path, str(key)))
    elif isinstance(value, list | tuple):
        for index, child in enumerate(value):
            yield from _strings(child, f"{path}[{index}]")


def _replaced(value: Any, texts: dict[str, str]) -> Any:
    if isinstance(value, str):
        return texts.get(value, value)
    if isinstance(value, dict):
        return {key: _replaced(child, texts) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(child, texts) for child in value]
    return value
