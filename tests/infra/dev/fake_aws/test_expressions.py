"""The fake's conditions: they mean what DynamoDB's documentation says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.dev.fake_aws.expressions import Expressions

REQUEST = {
    "ExpressionAttributeNames": {f"#{name}": name for name in ("a", "b", "c", "map", "p1", "list")},
    "ExpressionAttributeValues": {
        ":one": {"N": "1"},
        ":two": {"N": "2"},
        ":ten": {"N": "10"},
        ":x": {"S": "x"},
    },
}
ITEM = {
    "a": {"N": "1"},
    "b": {"N": "2"},
    "map": {"M": {"p1": {"S": "sent"}}},
    "list": {"L": [{"S": "x"}, {"S": "y"}]},
}


def holds(condition: str) -> bool:
    return Expressions(REQUEST).holds(condition, ITEM)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("#a = :one", True),
        ("#a <> :one", False),
        ("#a < :ten", True),
        ("#b >= :ten", False),
        ("#c < :ten", False),  # absent
        ("#c = :one", False),
        ("#a = :one AND #b = :ten", False),
        ("attribute_exists(#a)", True),
        ("attribute_not_exists(#c)", True),
        ("attribute_not_exists(#map.#p1)", False),
        ("#a IN (:two, :one)", True),
        ("#a IN (:two) OR #b IN (:two)", True),
        ("size(#list) = :two", True),
        ("size(#list) = :two AND #a = :two", False),
        ("contains(#list, :x)", True),
        ("contains(#list, :one)", False),
        ("contains(#c, :x)", False),  # absent
        ("NOT contains(#list, :x) OR #a = :two", False),
        ("NOT #a = :two", True),
        ("NOT NOT attribute_exists(#c)", False),
        ("NOT #a = :one OR #b = :two", True),  # NOT binds tighter than OR
        ("NOT (#a = :one OR #b = :two)", False),
        ("#a = :one OR #a = :two AND #b = :ten", True),  # AND binds tighter than OR
        ("(#a = :one OR #a = :two) AND #b = :ten", False),
        ("#a = :one AND (#b = :ten OR attribute_not_exists(#c))", True),
        ("((#a = :one))", True),
    ],
)
def test_a_condition_holds_or_not(condition, expected) -> None:
    assert holds(condition) is expected


ATOMS = {"#a = :one": "True", "#b = :ten": "False", "attribute_not_exists(#c)": "True"}
CONDITIONS = st.recursive(
    st.sampled_from(list(ATOMS)),
    lambda inner: st.one_of(
        st.builds("NOT {}".format, inner),
        st.builds("({})".format, inner),
        st.builds("{} AND {}".format, inner, inner),
        st.builds("{} OR {}".format, inner, inner),
    ),
)


@given(CONDITIONS)
def test_precedence_is_that_of_not_and_or_in_python(condition: str) -> None:
    python = condition
    for atom, value in ATOMS.items():
        python = python.replace(atom, value)
    for word in ("NOT", "AND", "OR"):
        python = python.replace(word, word.lower())
    assert holds(condition) is eval(python)


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "#a",
        "#a =",
        "(#a = :one",
        "#a = :one)",
        "#a = :one #b = :two",
        "#a BETWEEN :one AND :two",
    ],
)
def test_an_invalid_condition_is_refused(condition: str) -> None:
    with pytest.raises(ValueError, match=r"unexpected|too early|expected|no comparison"):
        holds(condition)
