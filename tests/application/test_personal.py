from typing import Annotated, Any

import msgspec
import pytest

from application.personal import PersonalTextExpected, personal_fields, personal_texts, with_personal_texts
from domain.decider import Message, Name, Personal, Sealed

Birthday = Annotated[int, msgspec.Meta(extra={"personal": True})]
ShortNote = Annotated[Personal, msgspec.Meta(description="One short line.")]


class Score(Message, frozen=True, kw_only=True):
    points: int
    comment: Sealed | None = None


class Criterion(Message, frozen=True, kw_only=True):
    code: str
    note: Sealed = ""
    parts: tuple["Criterion", ...] = ()


class ByHand(Message, frozen=True, kw_only=True, tag="by-hand"):
    reason: Sealed


class ByRule(Message, frozen=True, kw_only=True, tag="by-rule"):
    rule: Name


class Everything(Message, frozen=True, kw_only=True):
    name: Name
    full_name: Sealed
    short: ShortNote | None = None
    aliases: tuple[Sealed, ...] = ()
    scores: list[Score] = msgspec.field(default_factory=list)
    by_code: dict[str, Score] = msgspec.field(default_factory=dict)
    pair: tuple[int, Sealed] | None = None
    how: ByHand | ByRule | None = None
    tree: Criterion | None = None
    codes: frozenset[Name] = frozenset()


class Nothing(Message, frozen=True, kw_only=True):
    name: Name
    how: ByRule


class InASet(Message, frozen=True, kw_only=True):
    names: frozenset[Sealed]


class NotText(Message, frozen=True, kw_only=True):
    born: Birthday


FULL = Everything(
    name="tên",
    full_name="1",
    short="2",
    aliases=("3", "4"),
    scores=[Score(points=1), Score(points=2, comment="5")],
    by_code={"a": Score(points=3, comment="6")},
    pair=(7, "7"),
    how=ByHand(reason="8"),
    tree=Criterion(code="I", note="9", parts=(Criterion(code="I.1", note="10"),)),
    codes=frozenset({"x"}),
)


def test_marked_fields_are_found_at_any_depth() -> None:
    assert personal_fields(Everything) == (
        "full_name",
        "short",
        "aliases[]",
        "scores[].comment",
        "by_code[].comment",
        "pair[1]",
        "how.reason",
        "tree.note",
    )


def test_a_type_without_marks_has_none() -> None:
    assert personal_fields(Nothing) == ()
    assert personal_texts(Nothing(name="a", how=ByRule(rule="R1"))) == []


def test_texts_come_with_their_paths_in_the_order_of_the_fields() -> None:
    assert personal_texts(FULL) == [
        ("full_name", "1"),
        ("short", "2"),
        ("aliases[0]", "3"),
        ("aliases[1]", "4"),
        ("scores[1].comment", "5"),
        ("by_code.a.comment", "6"),
        ("pair[1]", "7"),
        ("how.reason", "8"),
        ("tree.note", "9"),
        ("tree.parts[0].note", "10"),
    ]


def test_texts_are_replaced_where_they_stood_and_nothing_else_changes() -> None:
    replaced = with_personal_texts(FULL, [f"<{text}>" for _, text in personal_texts(FULL)])
    assert [text for _, text in personal_texts(replaced)] == [f"<{number}>" for number in range(1, 11)]
    assert with_personal_texts(replaced, [text for _, text in personal_texts(FULL)]) == FULL
    assert msgspec.json.decode(msgspec.json.encode(replaced), type=Everything) == replaced


@pytest.mark.parametrize("unsealable", [InASet, NotText])
def test_a_mark_that_could_not_be_sealed_is_refused(unsealable: Any) -> None:
    with pytest.raises(PersonalTextExpected):
        personal_fields(unsealable)
