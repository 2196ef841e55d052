"""The index `due` in either direction, from a time on or until one."""

import pytest

from functions.core.aws.table import to_item
from infra.dev.fake_aws.dynamodb import DynamoDb

UNTIL, SINCE = "#due_kind = :kind AND #due_at <= :now", "#due_kind = :kind AND #due_at >= :since"


@pytest.fixture
def cloud() -> DynamoDb:
    """Items due at 10, 20, 30 and 40."""
    cloud = DynamoDb()
    for at in (30, 10, 40, 20):
        item = {"pk": f"ITEM#{at}", "sk": "ITEM", "due_kind": "STOPPED", "due_at": at}
        cloud.table.put(to_item(item))
    return cloud


def times(cloud: DynamoDb, condition: str, **more) -> list[int]:
    """Those that a query returns, page by page."""
    values = to_item({":kind": "STOPPED", (":now" if condition is UNTIL else ":since"): 20})
    request = {"IndexName": "due", "ExpressionAttributeValues": values} | more
    seen = []
    while True:
        answer = cloud.on_Query(request)
        seen += [int(item["due_at"]["N"]) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return seen
        request = request | {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


@pytest.mark.parametrize("page", [1, 3, 100])
@pytest.mark.parametrize(
    ("condition", "forward", "wanted"),
    [
        (UNTIL, True, [10, 20]),
        (UNTIL, False, [20, 10]),
        (SINCE, True, [20, 30, 40]),
        (SINCE, False, [40, 30, 20]),
    ],
)
def test_a_query_is_answered_in_order_page_by_page(cloud, page, condition, forward, wanted):
    assert times(cloud, condition, ScanIndexForward=forward, Limit=page) == wanted
