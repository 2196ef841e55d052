"""Every write to the table in the order in which the local cloud did them, by its CloudTrail; done
again on a table in memory, so that it can be looked at after each."""

import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from infra.dev.local.local_stack import Stack
from tests.e2e.cloudtrail import MOST_EVENTS
from tests.e2e.stack_access import Item, table_items
from tests.functions.lives.memory_table import MemoryTable

OPERATIONS = {
    "TransactWriteItems": "transact_write_items",
    "PutItem": "put_item",
    "UpdateItem": "update_item",
    "DeleteItem": "delete_item",
}


class Request(NamedTuple):
    at: float
    name: str
    parameters: dict[str, Any]

    @property
    def partitions(self) -> set[str]:
        writes = [self.parameters]
        if self.name == "TransactWriteItems":
            writes = [one for write in self.parameters["TransactItems"] for one in write.values()]
        return {(one.get("Item") or one["Key"])["pk"]["S"] for one in writes}


class TableHistory:
    """Begins as it is created, when nothing is under way."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.start = stack, time.time()
        self.requests: list[Request] = []
        self.memory = MemoryTable()
        for item in table_items(stack):
            self.memory.database.table.put(item)

    @property
    def items(self) -> dict[tuple[str, str], Item]:
        return self.memory.database.table.items

    def replay(self, partition: str, after: Callable[[int], None]) -> int:
        """Do it again in memory, and call `after` with the time of each write to this partition.
        Returns how many of them a condition has refused."""
        refused = 0
        for request in self.requests:
            try:
                getattr(self.memory, OPERATIONS[request.name])(**request.parameters)
            except ClientError:
                refused += partition in request.partitions
            else:
                if partition in request.partitions:
                    after(int(request.at))
        return refused

    def read(self) -> None:
        """All since the beginning, once nothing is under way any more."""
        client = self.stack.client("cloudtrail")
        seen: dict[str, Request] = {}
        for second in range(int(self.start), int(time.time()) + 1):
            for name in OPERATIONS:
                for event in _events(client, name, second):
                    content = json.loads(event["CloudTrailEvent"])["requestParameters"]
                    at = event["EventTime"].timestamp()
                    seen[event["EventId"]] = Request(at, name, content)
        client.close()
        in_order = sorted(seen.values(), key=lambda request: request.at)
        self.requests = [request for request in in_order if request.at >= self.start]


def _events(client: Any, name: str, second: int) -> list[dict[str, Any]]:
    """Of one second; the local cloud returns no more than the newest fifty."""
    of_name = [{"AttributeKey": "EventName", "AttributeValue": name}]
    page = client.lookup_events(LookupAttributes=of_name, StartTime=second, EndTime=second + 1)
    assert len(page["Events"]) < MOST_EVENTS, "more than can be read"
    return list(page["Events"])
