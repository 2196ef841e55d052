"""The table in memory answers as moto's does, whatever the functions ask of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from functions.core.aws import table
from functions.core.aws.table import Key, Write
from functions.core.errors import RefusedError
from tests.functions.lives.memory_table import MemoryTable
from tests.functions.support import dump

KEYS = st.tuples(st.sampled_from(["P", "Q"]), st.sampled_from(["A#1", "A#2", "B", "C"]))
NUMBERS = st.integers(0, 3)
DUE_KINDS = st.sampled_from(["K", "L"])
VALUES = st.fixed_dictionaries(
    {
        ":n": NUMBERS,
        ":m": NUMBERS,
        ":word": st.sampled_from(["", "w", "å"]),
        ":map": st.just({}),
        ":list": st.lists(NUMBERS, max_size=2),
    }
)
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "n": NUMBERS,
        "m": NUMBERS,
        "word": st.sampled_from(["", "w", "å"]),
        "map": st.dictionaries(st.sampled_from(["p0", "p1"]), NUMBERS),
        "list": st.lists(NUMBERS, max_size=2),
        "none": st.none(),
        "yes": st.booleans(),
        "due_kind": DUE_KINDS,
        "due_at": NUMBERS,
    },
)
# All forms that the functions' own expressions have.
CONDITIONS = st.sampled_from(
    [
        "",
        table.NEW,
        table.EXISTS,
        "#n = :n",
        "#n <> :n",
        "#n <= :n",
        "#n > :n",
        "#n >= :n AND #m = :m",
        "attribute_not_exists(#n) OR #n < :n",
        "attribute_not_exists(#pk) OR #n = :n",
        "#word = :word AND (attribute_not_exists(#m) OR #m = :m)",
        "NOT #n = :n",
        "#n IN (:n, :m)",
        "attribute_exists(#map.#p0) AND #map.#p0 = :n",
        "attribute_exists(#list) AND size(#list) = :n",
        "attribute_not_exists(#list) OR NOT contains(#list, :n)",
    ]
)
UPDATES = st.sampled_from(
    [
        "SET #n = :n",
        "SET #n = :n, #word = :word",
        "SET #n = #n + :n",
        "SET #n = #n - :n, #m = #n",
        "SET #n = #m, #m = #n",
        "SET #m = if_not_exists(#m, :m)",
        "SET #list = list_append(if_not_exists(#list, :list), :list)",
        "SET #map = :map, #word = :word REMOVE #n, #m",
        "SET #map.#p0 = :n",
        "SET #word = :word ADD #n :n",
        "ADD #n :n",
        "REMOVE #due_kind, #due_at",
        "REMOVE #map.#p0",
        "SET #due_kind = :word, #due_at = :m",
    ]
)


def _used(values: dict[str, Any], *expressions: str) -> dict[str, Any]:
    """DynamoDB refuses values that no expression uses."""
    names = re.findall(r":\w+", " ".join(expressions))
    return {name: value for name, value in values.items() if name in names}


@st.composite
def writes(draw: Any, key: Key | None = None, *more: str) -> Write:
    key = key or draw(KEYS)
    condition, values = draw(CONDITIONS), draw(VALUES)
    kind = draw(st.sampled_from(["put", "update", "delete", *more]))
    used = _used(values, condition)
    if kind == "put":
        item = table.keyed(key) | draw(ATTRIBUTES)
        return table.put(item, condition=condition, values=used)
    if kind == "update":
        change = draw(UPDATES)
        changed = _used(values | {":word": values[":word"] or "K"}, change, condition)
        return table.update(key, change, changed, condition=condition)
    if kind == "delete":
        return table.delete(key, condition=condition, values=used)
    return table.check(key, condition or table.EXISTS, used)


@st.composite
def transactions(draw: Any) -> list[Write]:
    keys = draw(st.lists(KEYS, min_size=1, max_size=4, unique=True))
    return [draw(writes(key, "check")) for key in keys]


LIMITS = st.integers(0, 3)
ONLY = st.sampled_from([(), ("n",), ("word", "map")])
READS = st.one_of(
    st.builds(lambda kind, now: lambda: _due(kind, now), DUE_KINDS, NUMBERS),
    st.builds(lambda key: lambda: table.get(key), KEYS),
    st.builds(lambda keys, only: lambda: table.get_many(keys, only=only), st.lists(KEYS), ONLY),
    st.builds(
        lambda pk, prefix, after, limit, only: (
            lambda: list(table.query(pk, prefix, after=after, limit=limit, only=only))
        ),
        st.sampled_from(["P", "Q"]),
        st.sampled_from(["", "A#", "C"]),
        st.sampled_from([None, "A#1", "B"]),
        LIMITS,
        ONLY,
    ),
    st.builds(
        lambda pk, prefix, before: lambda: table.count(pk, prefix, before=before),
        st.sampled_from(["P", "Q"]),
        st.sampled_from(["", "A#", "C"]),
        st.sampled_from(["A#1", "A#2", "B"]),
    ),
)


def _due(kind: str, now: int) -> tuple[list[int], list[Key]]:
    """The index sorts by time only."""
    keys = table.due(kind, now)
    return [(table.get(key) or {})["due_at"] for key in keys], sorted(keys)


def _answer(operation: Callable[[], Any]) -> Any:
    """What it returns; or which conditions failed, and what is stored there."""
    try:
        return operation()
    except RefusedError as refused:
        # DynamoDB gives a reason for each write; moto reports nothing but the invalid one.
        if "ValidationError" in _codes(refused.__context__):
            return "invalid"
        return refused.failed, refused.items
    except (ClientError, KeyError, ValueError) as error:
        return _invalid(error)


def _invalid(error: Exception) -> str:
    """An update reads or changes what isn't there; the functions' own never do."""
    if isinstance(error, ClientError):
        codes = _codes(error)
        assert codes & {"ValidationException", "ValidationError"}, codes
    return "invalid"


def _codes(error: BaseException | None) -> set[str]:
    """The error's own and those of a cancelled transaction's writes."""
    assert isinstance(error, ClientError)
    response: Any = error.response
    reasons = response.get("CancellationReasons", [])
    return {response["Error"]["Code"], *(reason.get("Code") for reason in reasons)}


class Both:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.memory = MemoryTable()
        self.monkeypatch = monkeypatch

    def do(self, operation: Callable[[], Any]) -> tuple[Any, Any]:
        """The answers of moto and of the table in memory."""
        expected = _answer(operation)
        with self.monkeypatch.context() as patch:
            patch.setattr(table, "client", lambda _: self.memory)
            return expected, _answer(operation)

    def stored(self) -> list[dict[str, Any]]:
        items = map(table.from_item, self.memory.database.table.items.values())
        return sorted(items, key=lambda item: (item["pk"], item["sk"]))


STEPS = st.lists(
    st.one_of(
        writes().map(lambda write: lambda: table.write(write)),
        transactions().map(lambda several: lambda: table.transact(*several)),
        READS,
    ),
    min_size=1,
    max_size=40,
)


A: Key = ("P", "A#1")


def refused() -> Write:
    return table.check(A, table.EXISTS)


def invalid() -> Write:
    return table.update(("P", "B"), "SET #n = #n + :n", {":n": 1})


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
@example(steps=[lambda: table.transact(refused(), invalid())])
@example(steps=[lambda: table.transact(invalid(), refused())])
@example(steps=[lambda: table.transact(refused(), table.delete(A))])
@example(steps=[lambda: table.transact(table.delete(A), table.delete(A))])
def test_the_same_steps_have_the_same_answers(cloud, monkeypatch, steps):
    for item in dump():
        table.write(table.delete((item["pk"], item["sk"])))
    both = Both(monkeypatch)
    for step in steps:
        expected, answer = both.do(step)
        assert answer == expected
    assert both.stored() == dump()
