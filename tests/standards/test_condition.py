"""Conditions of test cases: read, weighed, and explained."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.standards.condition import (
    AllOf,
    AnyOf,
    Condition,
    ConditionError,
    MoreThan,
    Named,
    Not,
    Unanswered,
    holds,
    names,
    parse,
    reasons,
)

HARD = "C-09.4 and (C-51 or not (C-09.1 or C-09.2)) and HFS-8 > 1"


def test_a_condition_is_read() -> None:
    assert parse("C-49") == Named("C-49")
    assert parse("HFS-8 > 1") == MoreThan("HFS-8", 1)
    assert parse("NOT C-13") == Not(Named("C-13"))
    assert parse("a or not b and c") == AnyOf((Named("a"), AllOf((Not(Named("b")), Named("c")))))
    assert names(parse(HARD)) == ("C-09.4", "C-51", "C-09.1", "C-09.2", "HFS-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a name, `not` or an opening bracket is missing at character 1 of ''"),
        ("C-49 and", "a name, `not` or an opening bracket is missing at character 9 of 'C-49 and'"),
        ("C-49 C-50", "'C-50' is too much at character 6 of 'C-49 C-50'"),
        ("(C-49 or C-50", "a bracket is not closed at character 14 of '(C-49 or C-50'"),
        ("C-49) or C-50", "')' is too much at character 5 of 'C-49) or C-50'"),
        ("HFS-8 > x", "a number is missing at character 9 of 'HFS-8 > x'"),
        ("C-49 & C-50", "'&' means nothing at character 6 of 'C-49 & C-50'"),
        ("3 > C-50", "a name, `not` or an opening bracket is missing at character 1 of '3 > C-50'"),
    ],
)
def test_what_is_no_condition_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(ConditionError) as problem:
        parse(text)
    assert str(problem.value) == told


def test_a_condition_is_weighed() -> None:
    answers = {"C-09.4": True, "C-51": False, "C-09.1": False, "C-09.2": False, "HFS-8": 2}
    assert holds(parse(HARD), answers)
    assert not holds(parse(HARD), answers | {"HFS-8": 1})
    assert not holds(parse(HARD), answers | {"C-09.2": True})
    assert holds(parse(HARD), answers | {"C-09.2": True, "C-51": True})
    with pytest.raises(Unanswered):
        holds(parse("C-49"), {})


def test_the_answers_that_count_are_named() -> None:
    answers = {"C-09.4": True, "C-51": False, "C-09.1": False, "C-09.2": True, "HFS-8": 2}
    assert reasons(parse(HARD), answers) == ("C-51", "C-09.2")
    assert reasons(parse("a and b"), {"a": True, "b": False}) == ("b",)
    assert reasons(parse("a or b"), {"a": False, "b": False}) == ("a", "b")
    assert reasons(parse("not (a and b)"), {"a": True, "b": True}) == ("a", "b")
    assert reasons(parse("HFS-8 > 1"), {"HFS-8": 1}) == ("HFS-8",)


LEAVES: st.SearchStrategy[Condition] = st.sampled_from([Named("a"), Named("b"), Named("c"), MoreThan("n", 1)])
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(AllOf, st.tuples(inner, inner)),
        st.builds(AnyOf, st.tuples(inner, inner, inner)),
    ),
    max_leaves=12,
)
ANSWERS = st.fixed_dictionaries({"a": st.booleans(), "b": st.booleans(), "c": st.booleans(), "n": st.integers(0, 3)})


def written(condition: Condition) -> str:
    match condition:
        case Named(name=name):
            return name
        case MoreThan(name=name, number=number):
            return f"{name} > {number}"
        case Not(part=part):
            return f"not ({written(part)})"
        case AllOf(parts=parts):
            return " and ".join(f"({written(part)})" for part in parts)
        case AnyOf(parts=parts):
            return " or ".join(f"({written(part)})" for part in parts)


@given(CONDITIONS)
def test_what_is_written_is_read_again(condition: Condition) -> None:
    assert parse(written(condition)) == condition


@given(CONDITIONS, ANSWERS)
def test_answers_that_are_no_reason_may_change(condition: Condition, answers: dict[str, bool | int]) -> None:
    verdict, counting = holds(condition, answers), reasons(condition, answers)
    assert counting
    others: dict[str, bool | int] = {name: not answer for name, answer in answers.items() if name not in counting}
    if "n" in others:
        others["n"] = 0 if answers["n"] else 3
    assert holds(condition, answers | others) is verdict
