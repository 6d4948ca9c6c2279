"""Every event that was ever published, with one canonical example kept for ever."""

import re
from pathlib import Path

import msgspec
import pytest

from adapters.http.event_schemas import published_schema
from domain.events import CATALOGUE, UPCASTERS, UnknownEvent, decode, decode_lines, encode, kind_of, name_of

FOLDER = Path(__file__).parent / "events"
NEWEST = {name: max(version for named, version in CATALOGUE if named == name) for name, _ in CATALOGUE}
entries = pytest.mark.parametrize(("name", "version"), sorted(CATALOGUE), ids=str)


def example(name: str, version: int) -> bytes:
    return (FOLDER / f"{name}.v{version}.json").read_bytes()


@entries
def test_every_event_version_has_an_example_of_exact_bytes(name: str, version: int) -> None:
    data = example(name, version)
    event = msgspec.json.decode(data, type=CATALOGUE[name, version])
    assert encode(event) == data
    assert name_of(event) == (name, version)


@entries
def test_every_event_version_is_read_in_its_newest_shape(name: str, version: int) -> None:
    event = decode(name, version, example(name, version))
    assert name_of(event) == (name, NEWEST[name])


@entries
def test_a_field_that_is_not_ours_is_not_read(name: str, version: int) -> None:
    fields = msgspec.json.decode(example(name, version))
    with pytest.raises(msgspec.ValidationError):
        decode(name, version, msgspec.json.encode({**fields, "not-ours": 1}))


@entries
def test_every_event_version_has_a_schema(name: str, version: int) -> None:
    shape = published_schema(name, version)
    (title,) = re.findall(r"[^/]+$", shape["$ref"])
    assert set(msgspec.json.decode(example(name, version))) == set(shape["$defs"][title]["properties"])


def test_no_example_is_of_an_event_that_we_do_not_know() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.v{version}.json" for name, version in CATALOGUE}


def test_each_version_but_the_newest_has_an_upcaster_and_versions_have_no_gaps() -> None:
    assert set(UPCASTERS) == {(name, version) for name, version in CATALOGUE if version < NEWEST[name]}
    for name, newest in NEWEST.items():
        assert all((name, version) in CATALOGUE for version in range(1, newest + 1))


def test_names_are_words_of_the_domain_and_never_python_paths() -> None:
    for name, _ in CATALOGUE:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*", name)


@pytest.mark.parametrize(("name", "version"), [("campaign.drafted", 99), ("campaign.unheard-of", 1)])
def test_an_event_that_was_never_published_is_not_guessed_at(name: str, version: int) -> None:
    with pytest.raises(UnknownEvent):
        decode(name, version, b"{}")


def test_a_rule_of_the_first_release_is_judged_as_it_was_then() -> None:
    rule = {"kind": "holds-title", "source": "law", "cites": "Luật", "title": "cstd", "years": 1, "ending": "either"}
    fields = msgspec.json.decode(example("award.eligibility-checked", 1))
    fields["rule_set"]["rules"] = [rule, {**fields["rule_set"]["rules"][0]}]
    event = decode("award.eligibility-checked", 1, msgspec.json.encode(fields))
    assert (event.rule_set.rules[0].not_towards_merit, event.rule_set.rules[0].restarts_after_discipline) == ((), False)


def test_many_events_are_read_as_each_by_itself() -> None:
    """Of all kinds in turn, each next to its own kind and to others."""
    names = [name for name in sorted(CATALOGUE) for _ in range(2)] + sorted(CATALOGUE)
    data = [example(*name) for name in names]
    wanted = [decode(*name, each) for name, each in zip(names, data, strict=True)]
    assert decode_lines([kind_of(*name) for name in names], b"\n".join(data)) == wanted
    for name in CATALOGUE:
        each = example(*name)
        assert decode_lines([kind_of(*name)] * 3, b"\n".join([each] * 3)) == [decode(*name, each)] * 3
    assert decode_lines([], b"") == []


@pytest.mark.parametrize("lines", [0, 1, 19, 21])
@pytest.mark.parametrize("runs", [1, 2, 5, 10, 20])
def test_no_event_is_given_the_data_of_another(runs: int, lines: int) -> None:
    """Two kinds that look the same, so that only the number of lines tells."""
    kinds = [("unit.renamed", "cluster.renamed")[n * runs // 20 % 2] for n in range(20)]
    data = b'{"name":"a","on":"2024-01-01"}'
    assert len(decode_lines(kinds, b"\n".join([data] * 20))) == 20
    with pytest.raises(msgspec.DecodeError, match="lines of data"):
        decode_lines(kinds, b"\n".join([data] * lines))


@pytest.mark.parametrize("kinds", [["unit.renamed 7"], ["unit.renamed", "unit.unheard-of"]])
def test_a_kind_that_was_never_published_is_told_among_many(kinds: list[str]) -> None:
    with pytest.raises(UnknownEvent):
        decode_lines(kinds, b"\n".join([b'{"name":"a","on":"2024-01-01"}'] * len(kinds)))
