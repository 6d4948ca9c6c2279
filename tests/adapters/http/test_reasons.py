"""Every reason that the code gives for refusing a field can be said in Vietnamese."""

import ast
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from adapters.http.decoding import field_error
from adapters.http.examples import DIRECTIVE, UNIT_ID
from adapters.http.reasons import vietnamese
from domain.campaign.messages import DraftCampaign
from tests.support.mutation import mistakes

SRC = Path(__file__).parents[3] / "src"
SOURCES = sorted({*(SRC / "domain").rglob("*.py"), *(SRC / "application").rglob("*.py")})
EDGE = sorted((SRC / "adapters" / "http").glob("*.py"))


def reasons() -> list[str]:
    """The sentences in the sources, a number in each hole: `reason=` of a refusal, and what the checks yield."""
    found = {text for path in SOURCES for node in ast.walk(ast.parse(path.read_text())) for text in _said(node)}
    found |= {text for path in EDGE for node in ast.walk(ast.parse(path.read_text())) for text in _said_at_edge(node)}
    return sorted(found)


def _said(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        yield from (text for keyword in node.keywords if keyword.arg == "reason" for text in _texts(keyword.value))
    if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 2:
        yield from _texts(node.value.elts[1])


def _said_at_edge(node: ast.AST) -> Iterator[str]:
    if (
        isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("malformed", "FieldError")
        and len(node.args) > 1
    ):
        yield from _texts(node.args[1])


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(str(value.value) if isinstance(value, ast.Constant) else "7" for value in values)
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*_texts(body), *_texts(orelse))
        case _:
            pass


def test_the_sources_are_read() -> None:
    assert len(reasons()) > 60


@pytest.mark.parametrize("reason", reasons())
def test_a_reason_has_vietnamese_words(reason: str) -> None:
    assert vietnamese(reason) is not None


def test_what_the_decoder_says_has_vietnamese_words() -> None:
    decoder = msgspec.json.Decoder(DraftCampaign)
    said = set()
    for body in mistakes({"issuer_id": UNIT_ID, "directive": DIRECTIVE}):
        try:
            decoder.decode(msgspec.json.encode(body))
        except msgspec.ValidationError as error:
            said.add(field_error(error).reason)
    assert len(said) > 20
    assert [reason for reason in said if vietnamese(reason) is None] == []
