"""DynamoDB's units as its developer guide counts them."""

import pytest

from functions.core.aws.table import to_item
from infra.dev.fake_aws.capacity import Meter, size
from infra.dev.fake_aws.dynamodb import CancelledError, ConditionError, DynamoDb

KEY = {"pk": {"S": "A"}, "sk": {"S": "B"}}  # six bytes


@pytest.mark.parametrize(
    ("item", "bytes_"),
    [
        ({"pk": "å"}, 4),
        ({"n": 0}, 2),
        ({"n": 1_790_000_000}, 4),
        ({"n": -12345}, 6),
        ({"yes": True, "none": None}, 9),
        ({"l": ["ab", "c"]}, 1 + 3 + 3 + 2),
        ({"m": {"p0": "sent"}}, 1 + 3 + 2 + 4 + 1),
    ],
)
def test_the_size_of_an_item_counts_names_and_values(item, bytes_: int) -> None:
    assert size(to_item(item)) == bytes_


def units(meter: Meter) -> tuple[float, float, float]:
    return meter.read_units, meter.write_units, meter.index_write_units


@pytest.mark.parametrize(
    ("bytes_", "consistent", "read"),
    [(0, True, 1), (4096, True, 1), (4097, True, 2), (4097, False, 1), (0, False, 0.5)],
)
def test_reading_four_kilobytes_costs_a_unit_or_half_if_eventually_consistent(
    bytes_, consistent, read
):
    meter = Meter()
    meter.read(bytes_, consistent=consistent)
    assert units(meter) == (read, 0, 0)


def sized(bytes_: int) -> dict:
    return {"pk": {"S": "x" * (bytes_ - 2)}}


@pytest.mark.parametrize(
    ("old", "new", "write"),
    [({}, sized(1024), 1), (sized(1025), {}, 2), (sized(3000), sized(50), 3)],
)
def test_a_write_costs_the_larger_of_old_and_new_and_twice_in_a_transaction(old, new, write):
    meter = Meter()
    meter.write(old, new)
    assert units(meter) == (0, write, 0)
    with meter.transaction():
        meter.write(old, new)
    meter.write(old, new)
    assert units(meter) == (0, 4 * write, 0)


def due(kind: str, at: int) -> dict:
    return to_item({"due_kind": kind, "due_at": at})


@pytest.mark.parametrize(
    ("old", "new", "writes"),
    [
        ({}, due("PLANNED", 1), 1),
        (due("PLANNED", 1), {}, 1),
        (due("PLANNED", 1), due("CLAIMED", 1), 2),
        (due("PLANNED", 1), due("PLANNED", 2), 2),
        (due("PLANNED", 1), due("PLANNED", 1) | to_item({"state": "paused"}), 0),
        (KEY, KEY | to_item({"due_at": 1}), 0),
    ],
)
def test_the_index_is_written_only_where_its_keys_change(old, new, writes: int) -> None:
    meter = Meter()
    meter.write(old, new)
    assert meter.index_write_units == writes


@pytest.fixture
def cloud() -> DynamoDb:
    cloud = DynamoDb()
    cloud.table.put(KEY | {"text": {"S": "x" * 5000}})
    return cloud


def test_every_item_of_a_batch_is_rounded_up_and_a_missing_one_costs_too(cloud) -> None:
    keys = [KEY, KEY | {"sk": {"S": "none"}}]
    cloud.on_BatchGetItem({"RequestItems": {"t": {"Keys": keys, "ConsistentRead": True}}})
    assert units(cloud.meter) == (3, 0, 0)


def test_a_query_is_rounded_up_once_and_a_projection_saves_nothing(cloud) -> None:
    cloud.table.put({"pk": {"S": "A"}, "sk": {"S": "C"}})
    values = {":pk": {"S": "A"}}
    names = {"#sk": "sk"}
    answer = cloud.on_Query(
        {
            "ExpressionAttributeValues": values,
            "ExpressionAttributeNames": names,
            "ProjectionExpression": "#sk",
            "ConsistentRead": True,
        }
    )
    assert (answer["Count"], units(cloud.meter)) == (2, (2, 0, 0))


def test_a_refused_write_costs_as_much_as_a_successful_one(cloud) -> None:
    put = {"Item": KEY, "ConditionExpression": "attribute_not_exists(#pk)"}
    names = {"ExpressionAttributeNames": {"#pk": "pk"}}
    with pytest.raises(ConditionError):
        cloud.on_PutItem(put | names)
    assert units(cloud.meter) == (0, 5, 0)
    with pytest.raises(CancelledError):
        cloud.on_TransactWriteItems({"TransactItems": [{"Put": put | names}]})
    assert units(cloud.meter) == (0, 15, 0)
