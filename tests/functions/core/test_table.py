"""The table's mapping and its conditional writes."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from functions.core.aws import retries, table
from functions.core.errors import RefusedError, TooManyError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text() | st.binary(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_an_item_is_read_as_it_was_stored(value: Any) -> None:
    assert table.from_value(table.to_value(value)) == value


def test_floats_are_refused() -> None:
    with pytest.raises(TypeError):
        table.to_value(0.5)


def test_a_refused_write_returns_the_stored_item(cloud: object) -> None:
    item = {"pk": "A", "sk": "A", "status": "first"}
    table.write(table.put(item, condition=table.NEW))
    with pytest.raises(RefusedError) as refused:
        table.write(table.put(item | {"status": "second"}, condition=table.NEW))
    assert refused.value.items[0]["status"] == "first"


def test_a_transaction_writes_all_or_nothing(cloud: object) -> None:
    table.write(table.put({"pk": "A", "sk": "A", "count": 1}))
    with pytest.raises(RefusedError) as refused:
        table.transact(
            table.put({"pk": "B", "sk": "B"}),
            table.update(
                ("A", "A"), "ADD #count :n", {":n": 1, ":max": 1}, condition="#count < :max"
            ),
        )
    assert refused.value.failed == {1}
    assert table.get(("B", "B")) is None


def test_a_query_starts_after_a_key_and_stops_at_its_limit(cloud: object) -> None:
    for i in range(5):
        table.write(table.put({"pk": "P", "sk": f"X#{i}"}))
    sort_keys = [item["sk"] for item in table.query("P", "X#", after="X#1", limit=2)]
    assert sort_keys == ["X#2", "X#3"]


@pytest.mark.parametrize(("before", "number"), [("X#0", 0), ("X#3", 3), ("X#3x", 4), ("X#9", 5)])
def test_a_count_is_of_what_stands_before_a_key_of_its_kind(
    cloud: object, before: str, number: int
) -> None:
    for sk in ("A#1", *(f"X#{i}" for i in range(5)), "Z#1"):
        table.write(table.put({"pk": "P", "sk": sk}))
    assert table.count("P", "X#", before=before) == number


def test_due_returns_only_due_items_oldest_first(cloud: object) -> None:
    for name, at in (("late", 20), ("early", 10), ("future", 40)):
        table.write(table.put({"pk": name, "sk": name, "due_kind": "K", "due_at": at}))
    assert [key[0] for key in table.due("K", 30)] == ["early", "late"]


def test_get_many_leaves_out_missing_items_without_calling_them_unread(cloud: object) -> None:
    table.write(table.put({"pk": "A", "sk": "A"}))
    items, unread = table.get_many([("A", "A"), ("B", "B")])
    assert set(items) == {("A", "A")}
    assert unread == set()


class Busy:
    """DynamoDB's answers while another transaction holds an item, `times` times."""

    def __init__(self, monkeypatch: Any, times: int) -> None:
        self.left = times
        monkeypatch.setattr(retries, "FIRST_WAIT_SECONDS", 0)
        make = table.client("dynamodb").meta.events.register
        make("before-call.dynamodb.TransactWriteItems", self.refuse_transaction)
        make("before-call.dynamodb.PutItem", self.refuse_write)

    def refuse_transaction(self, **_: Any) -> None:
        reasons = [{"Code": "TransactionConflict"}, {"Code": "None"}]
        self._refuse("TransactionCanceledException", {"CancellationReasons": reasons})

    def refuse_write(self, **_: Any) -> None:
        self._refuse("TransactionConflictException", {})

    def _refuse(self, code: str, more: dict[str, Any]) -> None:
        self.left -= 1
        if self.left >= 0:
            raise ClientError({"Error": {"Code": code, "Message": ""}, **more}, "write")


def test_a_conflicting_write_is_retried(cloud: object, monkeypatch: Any) -> None:
    Busy(monkeypatch, 9)
    table.transact(table.put({"pk": "A", "sk": "A"}), table.put({"pk": "B", "sk": "B"}))
    assert table.get(("B", "B"))


def test_a_single_write_is_retried_after_a_conflicting_transaction(
    cloud: object, monkeypatch: Any
) -> None:
    Busy(monkeypatch, 9)
    table.write(table.put({"pk": "A", "sk": "A"}))
    assert table.get(("A", "A"))


@pytest.mark.parametrize("do", [table.write, table.transact])
def test_a_write_that_keeps_conflicting_asks_the_user_to_try_again(
    cloud: object, monkeypatch: Any, do: Any
) -> None:
    Busy(monkeypatch, 10**6)
    monkeypatch.setattr(retries, "GIVE_UP_SECONDS", 0.01)
    with pytest.raises(TooManyError):
        do(table.put({"pk": "A", "sk": "A"}))
    assert table.get(("A", "A")) is None


def test_bytes_are_read_as_they_were_stored(cloud: object) -> None:
    table.write(table.put({"pk": "A", "sk": "A", "raw": b"\x00\xff"}))
    assert table.get(("A", "A")) == {"pk": "A", "sk": "A", "raw": b"\x00\xff"}


def test_only_the_requested_attributes_are_read(cloud: object) -> None:
    table.write(table.put({"pk": "A", "sk": "A", "name": "Asa", "office": "malmo"}))
    wanted = {"pk": "A", "sk": "A", "name": "Asa"}
    assert table.get_many([("A", "A")], only=("name",)) == ({("A", "A"): wanted}, set())
    assert list(table.query("A", only=("name",))) == [wanted]
