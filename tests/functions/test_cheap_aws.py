"""What `tests/cheap_aws.py` leaves out must not be missed: no test sees another's doings."""

from typing import Any

import boto3
import pytest

from functions.core.aws import table
from functions.core.aws.clients import client
from functions.core.errors import RefusedError
from tests.cheap_aws import ClientPool
from tests.functions.support import dump


def nothing(**_: Any) -> None:
    pass


def test_a_client_is_reused_unless_a_test_added_a_handler() -> None:
    pool = ClientPool(boto3.Session("id", "secret", region_name="eu-north-1").client)
    first, other = pool("sqs"), pool("ssm")
    pool.sort_out()
    assert pool("sqs") is first
    first.meta.events.register("before-send", nothing)
    pool.sort_out()
    assert pool("sqs") is not first
    assert pool("ssm") is other


def test_a_handler_removed_by_a_test_is_restored() -> None:
    pool = ClientPool(boto3.Session("id", "secret", region_name="eu-north-1").client)
    first = pool("sqs")
    first.meta.events.register("before-send", nothing)
    first.meta.events.unregister("before-send", nothing)
    pool.sort_out()
    assert pool("sqs") is not first


def test_a_refused_transaction_rolls_back_its_changes(cloud: object) -> None:
    key = ("A", "A")
    table.write(table.put({"pk": "A", "sk": "A", "list": ["one"], "map": {"of": 1}}))
    before = dump()
    change = table.update(key, "SET #list = :new, #map.#of = :two", {":new": [], ":two": 2})
    new = table.put({"pk": "B", "sk": "B"})
    with pytest.raises(RefusedError):
        table.transact(change, new, table.check(("C", "C"), table.EXISTS))
    assert dump() == before


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_begins_with_an_empty_network(cloud: object, turn: int) -> None:
    assert [item["pk"] for item in dump()] == ["CATALOGUE"]
    table.write(table.put({"pk": "A", "sk": "A"}))
    client("dynamodb").meta.events.register("before-call", nothing)
    buckets = client("s3").list_objects_v2(Bucket="alumni-private")["Contents"]
    assert "left" not in [stored["Key"] for stored in buckets]
    client("s3").put_object(Bucket="alumni-private", Key="left", Body=b"")
