"""Every predicate, with each of its fields and an example that loads, is in docs/rules.md, and nothing else is."""

import re
import tomllib

import msgspec

from adapters.http.vocabulary import RULES as NAMED
from domain.rules import KINDS, RuleSet
from tests.support.tree import PROJECT

PAGE = (PROJECT / "docs" / "rules.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `([a-z-]+)`\n(.*?)(?=^### |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def test_every_predicate_is_documented_and_named_in_vietnamese_and_nothing_else_is() -> None:
    assert set(SECTIONS) == set(KINDS)
    assert set(NAMED) == set(KINDS)


def test_every_field_of_a_predicate_is_explained() -> None:
    for kind, cls in KINDS.items():
        explained = set(re.findall(r"^- `([a-z_0-9]+)`: .+ / .+", SECTIONS[kind], re.MULTILINE))
        assert explained == set(cls.__struct_fields__) - {"source", "cites"}, kind


def test_every_example_is_a_rule_of_its_kind() -> None:
    whole = {"code": "thu", "name": "Thử", "issuer": "A", "source": "assumed", "cites": "thử"}
    for kind, text in SECTIONS.items():
        (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
        rule_set = msgspec.convert({**whole, **tomllib.loads(example)}, RuleSet)
        assert [type(rule) for rule in rule_set.rules] == [KINDS[kind]]


def test_the_example_of_a_file_loads() -> None:
    (example, *_) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert msgspec.convert(tomllib.loads(example), RuleSet).complaint_days == 30
