"""Whatever the rules and whatever the case: a judgement is made, is the same again, and more rules never help."""

from datetime import date
from typing import Any, get_args

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect

from domain.rules import KINDS, AnyOf, Case, Rule, RuleSet, judge, mistakes, obstacles, said

CODES = st.sampled_from(("ldtt", "cstd", "xuat-sac", "tot", "submission", "ubnd-tinh", "fixed-number"))
DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))
YEARS = st.integers(2019, 2026)
FEW = 3


def values_of(kind: inspect.Type, name: str = "") -> st.SearchStrategy[Any]:
    """Values of a field's type, inside its bounds; codes and years from few, so that they meet."""
    match kind:
        case inspect.Metadata(type=inner):
            return values_of(inner, name)
        case inspect.IntType(ge=ge, le=le):
            return YEARS if name == "year" else st.integers(ge or 0, min(le or 12_000, 12_000))
        case inspect.StrType(pattern=str(pattern)) if pattern.startswith("^[0-9a-f]{8}"):
            return st.just("00000000-0000-4000-8000-000000000001")
        case inspect.StrType():
            return CODES
        case inspect.BoolType():
            return st.booleans()
        case inspect.DateType():
            return DAYS
        case inspect.NoneType():
            return st.none()
        case inspect.LiteralType(values=values):
            return st.sampled_from(values)
        case inspect.UnionType(types=types):
            return st.one_of([values_of(each, name) for each in types])
        case inspect.VarTupleType(item_type=item, min_length=least):
            return st.lists(values_of(item), min_size=least or 0, max_size=FEW).map(tuple)
        case inspect.StructType(cls=cls):
            return structs_of(cls)
        case _:
            raise AssertionError(f"no values for {kind}")


def structs_of(cls: type) -> st.SearchStrategy[Any]:
    info = inspect.type_info(cls)
    assert isinstance(info, inspect.StructType)
    return st.builds(cls, **{field.name: values_of(field.type, field.name) for field in info.fields})


SINGLE = st.one_of([structs_of(cls) for cls in get_args(Rule) if cls is not AnyOf])
ANY_OF = st.builds(
    AnyOf, source=st.just("law"), cites=CODES, rules=st.lists(SINGLE, min_size=2, max_size=FEW).map(tuple)
)
RULES = st.one_of(SINGLE, ANY_OF)
CASES = structs_of(Case)


def rule_set(rules: list[Any]) -> RuleSet:
    return RuleSet(code="thu", name="Thử", issuer="A", source="assumed", cites="thử", rules=tuple(rules))


@settings(max_examples=300, deadline=None)
@given(rules=st.lists(RULES, max_size=6), case=CASES)
def test_a_judgement_is_made_is_the_same_again_and_says_why(rules: list[Any], case: Case) -> None:
    judged = rule_set(rules)
    reasons = judge(judged, case)
    again = msgspec.json.decode(msgspec.json.encode(judged), type=RuleSet)
    assert judge(again, msgspec.json.decode(msgspec.json.encode(case), type=Case)) == reasons
    assert (obstacles(reasons) == ()) == all(reason.outcome == "for" for reason in reasons)
    assert all(said(reason, "vi") and said(reason, "en") for reason in reasons)
    assert {reason.rule for reason in reasons} <= set(KINDS)
    list(mistakes(judged))


@settings(max_examples=300, deadline=None)
@given(rules=st.lists(RULES, max_size=4), more=RULES, case=CASES, at=st.integers(0, 4))
def test_another_rule_never_makes_the_ineligible_eligible(rules: list[Any], more: Any, case: Case, at: int) -> None:
    before = obstacles(judge(rule_set(rules), case))
    longer = rule_set([*rules[:at], more, *rules[at:]])
    after = obstacles(judge(longer, case))
    assert set(map(msgspec.json.encode, before)) <= set(map(msgspec.json.encode, after))
